// The verbs for messages: writing, reading, and what can be done to one.
#include <fmt/format.h>

#include "chat/cli/parser.hpp"
#include "chat/state/effects.hpp"

namespace parley::chat {
namespace {

CliCommand make_send(const Words& words) {
    if (words.rest.empty()) {
        throw Mistake{"send needs a room or a person, and a text: parley send general 'good morning' (a shell takes an "
                      "unquoted #general for a comment)"};
    }
    if (words.rest.size() == 1) {
        throw Mistake{fmt::format("send needs a text: parley send {} 'good morning', or - for standard input", words.rest[0])};
    }
    if (words.rest.size() > 2) {
        throw Mistake{fmt::format("put the text in quotes: parley send {} '{}'", words.rest[0],
                                  fmt::join(words.rest.begin() + 1, words.rest.end(), " "))};
    }
    return SendCommand{target_of(words.rest[0]), words.rest[1]};
}

CliCommand make_history(const Parser& parser) {
    const Words& words = parser.words;
    const auto& rest = parser.expect(1, 1, "name a room or a person: parley history general");
    if ((words.before > 0) + (words.after > 0) + !words.since.empty() > 1) throw Mistake{"give one of --before, --after and --since"};
    if (words.limit == 0) throw Mistake{"--limit is at least 1"};
    return HistoryCommand{target_of(rest[0]), words.before, words.after, words.limit, words.since};
}

void add_writing_verbs(Parser& parser) {
    Words& words = parser.words;
    parser.takes_words(parser.add(nullptr, "send", "Send a message; prints its name, e.g. general/57", [&words] { return make_send(words); }),
                       "target", "ROOM or @NAME, then the text; - reads standard input");
    const Parser::Verb reply = parser.add(nullptr, "reply", "Answer a message, in its thread", [&parser]() -> CliCommand {
        const auto& rest = parser.expect(2, 2, "name the message and give a text in quotes: parley reply general/57 'me too'");
        MessageName message = message_of(rest[0]);
        return SendCommand{std::move(message.target), rest[1], message.number};
    });
    parser.takes_words(reply, "message", "The message, e.g. general/57, then the text; - reads standard input");
}

CliCommand make_search(const Words& words) {
    if (words.rest.empty()) {
        throw Mistake{"say what to look for: parley search kettle from:ada in:general before:2026-11-21 has:link has:file (a phrase: "
                      "'\"green tea\"', the beginning of a word: 'kett*')"};
    }
    if (words.limit == 0) throw Mistake{"--limit is at least 1"};
    return SearchCommand{fmt::format("{}", fmt::join(words.rest, " ")), words.limit};
}

void add_reading_verbs(Parser& parser) {
    Words& words = parser.words;
    const Parser::Verb search = parser.add(nullptr, "search", "Find messages in all rooms you may read, newest first", [&words] { return make_search(words); });
    parser.takes_words(search, "words", "Words, \"a phrase\", begin*, from:NAME in:ROOM before:DAY after:DAY has:link has:file");
    Parser::takes(search, "--limit", words.limit, "How many at most; default 50");
    Parser::Verb verb = parser.add(nullptr, "history", "Show messages of a room", [&parser] { return make_history(parser); });
    parser.takes_words(verb, "target", "ROOM or @NAME");
    Parser::takes(verb, "--before", words.before, "Messages before this number");
    Parser::takes(verb, "--after", words.after, "Messages after this number");
    Parser::takes(verb, "--since", words.since, "The first messages of this day and later, e.g. 2026-11-21");
    Parser::takes(verb, "--limit", words.limit, "How many at most; default 50");
    verb = parser.add(nullptr, "export", "Print everything that was said in a room, one JSON object a line, or as a page", [&parser]() -> CliCommand {
        return ExportCommand{target_of(parser.expect(1, 1, "name a room or a person: parley export general > general.jsonl").front()), parser.words.html};
    });
    parser.takes_words(verb, "target", "ROOM or @NAME");
    Parser::takes_flag(verb, "--html", words.html, "As one page for a browser");
    const auto tail = std::make_shared<Parser::Verb>();
    *tail = parser.add(nullptr, "tail", "Follow rooms until interrupted; without a name, all of yours", [&words, tail]() -> CliCommand {
        TailCommand command;
        for (const auto& word : words.rest) command.targets.push_back(target_of(word));
        if (Parser::given(*tail, "--from")) command.from = words.from;
        return command;
    });
    parser.takes_words(*tail, "target", "ROOM or @NAME, as many as you like");
    Parser::takes(*tail, "--from", words.from, "Begin with this number instead of now");
    verb = parser.add(nullptr, "thread", "Show a thread: its first message and the replies", [&parser]() -> CliCommand {
        return ThreadCommand{message_of(parser.expect(1, 1, "name a message of the thread: parley thread general/57").front()), parser.words.after};
    });
    parser.takes_words(verb, "message", "Any message of the thread, e.g. general/57");
    Parser::takes(verb, "--after", words.after, "Only replies after this number");
    verb = parser.add(nullptr, "pins", "Show the pinned messages of a room", [&parser]() -> CliCommand {
        return PinsCommand{target_of(parser.expect(1, 1, "name a room or a person: parley pins general").front())};
    });
    parser.takes_words(verb, "target", "ROOM or @NAME");
    verb = parser.add(nullptr, "edits", "Show the texts a message had before", [&parser]() -> CliCommand {
        return EditsCommand{message_of(parser.expect(1, 1, "name the message: parley edits general/57").front())};
    });
    parser.takes_words(verb, "message", "The message, e.g. general/57");
    verb = parser.add(nullptr, "read", "Mark messages as read", [&parser]() -> CliCommand {
        const auto& rest = parser.expect(1, 2, "name a room or a person: parley read general [NUMBER]");
        return ReadCommand{target_of(rest[0]), rest.size() > 1 ? number_of(rest[1]) : 0};
    });
    parser.takes_words(verb, "target", "ROOM or @NAME, then up to which number; all when left out");
    parser.add(nullptr, "unread", "Show where unread messages wait, and from whom", [] { return UnreadCommand{}; });
    verb = parser.add(nullptr, "mark-unread", "Let a message and all behind it be unread again", [&parser]() -> CliCommand {
        MessageName message = message_of(parser.expect(1, 1, "name the message: parley mark-unread general/57").front());
        const std::string name = message_name(to_text(message.target), message.number);
        return OperationCommand{MarkUnread{std::move(message.target), message.number}, "message", name, "unread", name + " is unread again"};
    });
    parser.takes_words(verb, "message", "The message, e.g. general/57");
    verb = parser.add(nullptr, "notify", "Say what of a room you want to be told: all, mentions, none", [&parser]() -> CliCommand {
        const auto& rest = parser.expect(2, 2, "name a room or a person and a level: parley notify general mentions");
        for (const Notify level : {Notify::everything, Notify::mentions, Notify::nothing}) {
            if (rest[1] != notify_name(level)) continue;
            return OperationCommand{SetNotify{target_of(rest[0]), level}, "room", to_text(target_of(rest[0])), rest[1],
                                    fmt::format("{}: you are told {}", rest[0], level == Notify::everything ? "everything" : (level == Notify::mentions ? "mentions" : "nothing"))};
        }
        throw Mistake{fmt::format("\"{}\" is no level: all, mentions or none", rest[1])};
    });
    parser.takes_words(verb, "target", "ROOM or @NAME, then the level");
    parser.add(nullptr, "chat", "Full-screen chat in this terminal", [] { return ChatCommand{}; });
}

// parley VERB MESSAGE: one operation on one message.
template <class Change>
void add_change(Parser& parser, const char* verb, const char* what, const char* outcome) {
    const Parser::Verb added = parser.add(nullptr, verb, what, [&parser, verb, outcome]() -> CliCommand {
        const auto& rest = parser.expect(1, 1, fmt::format("name the message: parley {} general/57", verb));
        MessageName message = message_of(rest[0]);
        const std::string name = message_name(to_text(message.target), message.number);
        return OperationCommand{Change{std::move(message.target), message.number}, "message", name, outcome, fmt::format("{} is {}", name, outcome)};
    });
    parser.takes_words(added, "message", "The message, e.g. general/57");
}

// parley VERB MESSAGE WORD: the same with a text or an emoji.
template <class Change>
void add_change_with_word(Parser& parser, const char* verb, const char* what, const char* outcome, const char* example, const char* word) {
    const Parser::Verb added = parser.add(nullptr, verb, what, [&parser, verb, outcome, example]() -> CliCommand {
        const auto& rest = parser.expect(2, 2, fmt::format("name the message and say what: parley {} general/57 {}", verb, example));
        MessageName message = message_of(rest[0]);
        const std::string name = message_name(to_text(message.target), message.number);
        return OperationCommand{Change{std::move(message.target), message.number, rest[1]}, "message", name, outcome, fmt::format("{} is {}", name, outcome)};
    });
    parser.takes_words(added, "message", word);
}

}  // namespace

void add_message_verbs(Parser& parser) {
    add_writing_verbs(parser);
    add_reading_verbs(parser);
    add_change_with_word<EditMessage>(parser, "edit", "Change the text of a message of yours", "edited", "'a better text'",
                                      "The message, e.g. general/57, then the new text");
    add_change<DeleteMessage>(parser, "delete", "Delete a message of yours, or any if you look after the room", "deleted");
    add_change_with_word<React>(parser, "react", "Put an emoji on a message", "reacted to", "👍", "The message, e.g. general/57, then one emoji");
    add_change_with_word<Unreact>(parser, "unreact", "Take your emoji back", "without your reaction", "👍",
                                  "The message, e.g. general/57, then the emoji");
    add_change<Pin>(parser, "pin", "Pin a message to its room", "pinned");
    add_change<Unpin>(parser, "unpin", "Take a pin away", "unpinned");
}

}  // namespace parley::chat
