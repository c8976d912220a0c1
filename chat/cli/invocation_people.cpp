// The verbs for how one is shown, what one is about to say, who has read what, and everything that is one's own.
#include <charconv>

#include <fmt/format.h>

#include "chat/cli/parser.hpp"

namespace parley::chat {
namespace {

std::uint32_t colour_of(const std::string& word) {
    if (word == "none") return no_colour;
    const Mistake wrong{fmt::format("\"{}\" is no colour: write it like '#336699', or none", word)};
    const std::string digits = word.starts_with('#') ? word.substr(1) : word;
    std::uint32_t colour = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), colour, 16);
    if (digits.size() != 6 || error != std::errc{} || end != digits.data() + digits.size()) throw wrong;
    return colour;
}

CliCommand make_draft(const Parser& parser) {
    const auto& rest = parser.expect(0, 2, "name a room or a person, and the text in quotes: parley draft general 'dear all', or --clear");
    DraftCommand command;
    if (!rest.empty()) command.target = target_of(rest[0]);
    if (rest.size() == 2) command.text = rest[1];
    if (!parser.words.clear) return command;
    if (rest.size() != 1) throw Mistake{"name the room or the person alone: parley draft general --clear"};
    command.text = "";
    return command;
}

}  // namespace

void add_people_verbs(Parser& parser) {
    Words& words = parser.words;
    const auto profile = std::make_shared<Parser::Verb>();
    *profile = parser.add(nullptr, "profile", "Show how others see you, or change it", [&words, profile]() -> CliCommand {
        ProfileCommand command;
        if (Parser::given(*profile, "--name")) command.name = words.shown_name;
        if (Parser::given(*profile, "--colour")) command.colour = colour_of(words.colour);
        return command;
    });
    Parser::takes(*profile, "--name", words.shown_name, "A name to be shown beside your own; '' for none");
    Parser::takes(*profile, "--colour", words.colour, "A colour like '#336699', or none");
    const Parser::Verb draft = parser.add(nullptr, "draft", "Show or keep a text that is not sent yet, for all your devices", [&parser] { return make_draft(parser); });
    parser.takes_words(draft, "target", "ROOM or @NAME, then the text; nothing: all drafts");
    Parser::takes_flag(draft, "--clear", words.clear, "Let it go");
    Parser::Verb verb = parser.add(nullptr, "receipts", "Show who has read a message", [&parser]() -> CliCommand {
        return ReceiptsCommand{message_of(parser.expect(1, 1, "name the message: parley receipts general/57").front())};
    });
    parser.takes_words(verb, "message", "The message, e.g. general/57");
    verb = parser.add(nullptr, "my-data", "Write everything that is yours into a new folder", [&parser]() -> CliCommand {
        return MyDataCommand{parser.expect(1, 1, "name a new folder: parley my-data FOLDER").front()};
    });
    parser.takes_words(verb, "folder", "A new folder; only you may read it");
}

}  // namespace parley::chat
