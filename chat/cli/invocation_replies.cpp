// The verbs for quick replies.
#include <fmt/format.h>

#include "chat/cli/parser.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t people_max = 200;
constexpr std::uint32_t pairs_max = 20'000;

CliCommand make_replies(const Words& words) {
    if (words.rest.empty()) throw Mistake{"name a room or a person: parley replies general"};
    if (words.rest.size() > 1) throw Mistake{"name one room or person: parley replies @ada; to send a reply: parley send @ada 'yes'"};
    return RepliesCommand{target_of(words.rest.front())};
}

CliCommand make_mode(const std::vector<std::string>& rest) {
    if (rest.empty()) return RepliesModeCommand{};
    if (rest.front() != "off" && rest.front() != "local" && rest.front() != "openai") {
        throw Mistake{fmt::format("\"{}\" is no mode: off, local or openai", rest.front())};
    }
    return RepliesModeCommand{rest.front()};
}

CliCommand make_measure(const Words& words) {
    if (!words.rest.empty()) throw Mistake{"it measures a corpus of its own: parley replies measure --seed 2"};
    if (words.people < 1 || words.people > people_max) throw Mistake{fmt::format("--people is a number from 1 to {}", people_max)};
    if (words.pairs < 10 || words.pairs > pairs_max) throw Mistake{fmt::format("--pairs is a number from 10 to {}", pairs_max)};
    return RepliesMeasureCommand{words.seed, words.people, words.pairs};
}

}  // namespace

// A room may be called like one of these verbs; "#mode" then names the room.
void add_reply_verbs(Parser& parser) {
    Words& words = parser.words;
    const Parser::Verb replies = parser.add_with_verbs("replies", "Suggest three replies to the last message of others; nothing is sent", [&words] { return make_replies(words); });
    parser.takes_words(replies, "target", "ROOM or @NAME");
    Parser::Verb verb = parser.add(replies, "mode", "Show or set where suggestions come from: off, local, openai", [&parser] {
        return make_mode(parser.expect(0, 1, "say off, local or openai: parley replies mode local"));
    });
    parser.takes_words(verb, "mode", "off, local (your own past replies) or openai (the service in replies.toml)");
    verb = parser.add(replies, "allow", "Let the newest texts of a room be sent to the service in replies.toml", [&parser]() -> CliCommand {
        return RepliesAllowCommand{target_of(parser.expect(1, 1, "name the room: parley replies allow general").front()), true};
    });
    parser.takes_words(verb, "target", "ROOM or @NAME");
    verb = parser.add(replies, "deny", "Send nothing of a room to the service any more", [&parser]() -> CliCommand {
        return RepliesAllowCommand{target_of(parser.expect(1, 1, "name the room: parley replies deny general").front()), false};
    });
    parser.takes_words(verb, "target", "ROOM or @NAME");
    parser.add(replies, "forget", "Forget what was learned of your replies", [&parser]() -> CliCommand {
        (void)parser.expect(0, 0, "all that was learned is forgotten, of every room: parley replies forget");
        return RepliesForgetCommand{};
    });
    verb = parser.add(replies, "measure", "Measure suggestions on a corpus made from a seed", [&words] { return make_measure(words); });
    Parser::takes(verb, "--seed", words.seed, "Another seed, another corpus; default 1");
    Parser::takes(verb, "--people", words.people, "How many people; default 20");
    Parser::takes(verb, "--pairs", words.pairs, "Messages and replies of each; default 500");
}

}  // namespace parley::chat
