// The /commands that are typed where texts are typed, in the terminal client and in the window: one table of their words,
// and what a line means by them. It does nothing itself and knows no screen; whoever asked does what the line says.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "chat/state/commands.hpp"

namespace parley::chat {

// What a line asks for.
namespace slash {
// `show`: the room of this name, as soon as it is there; empty: none.
struct Operate { Operation operation; std::string show{}; };
// A direct message; no text: only go there.
struct Talk { std::vector<std::string> names; std::string text; };
struct People { std::string pattern; };
struct Blocked {};                         // who is
struct Rooms {};
struct Members {};
struct Reply { std::uint64_t number = 0; std::string text; };
struct Thread { std::uint64_t number = 0; };
struct Pins {};
struct Search { std::string text; };
struct Day { std::string day; };           // "2026-11-21", and there is such a day
struct Numbers {};                         // of messages: shown, or not any more
struct SendFile { std::string path; };     // as it was typed: "~/tea.png"
struct GetFile { std::uint64_t number = 0; };
struct Cancel {};                          // files on their way
struct Help {};
struct Quit {};
}  // namespace slash
using SlashCommand = std::variant<slash::Operate, slash::Talk, slash::People, slash::Blocked, slash::Rooms, slash::Members, slash::Reply, slash::Thread, slash::Pins, slash::Search,
                                  slash::Day, slash::Numbers, slash::SendFile, slash::GetFile, slash::Cancel, slash::Help, slash::Quit>;

// Where the line was typed. What is known here to be refused is refused at once, so that the line can stay; a replica has the last word.
struct SlashPlace {
    std::optional<RoomId> room{};          // none: no room is shown
    bool is_direct = false;
    bool is_begun = true;                  // false: a direct conversation before its first message; no replica knows it
    Role role = Role::owner;
    std::uint64_t last = std::numeric_limits<std::uint64_t>::max();   // its newest message
};

// Texts are English, for whoever shows them to translate (po/extract.sh collects them).
struct SlashWord {
    enum class About : std::uint8_t { rooms, people, this_room, messages, files, program };
    About about = About::program;
    const char* word = "";                 // "mute"
    const char* needs = "";                // "NAME [MINUTES]"; empty: nothing
    const char* does = "";
};
// In the order in which they are listed.
std::span<const SlashWord> slash_words();

struct SlashRefused {
    enum class Why : std::uint8_t { unknown, wrong_words, stands_alone, no_room, not_begun, only_in_rooms, not_allowed, no_such_message };
    Why why = Why::unknown;
    std::string word;                      // as it was typed
    const char* needs = "";
};
// With places: {0} is the word, {1} what it needs.
std::string slash_template(SlashRefused::Why why);
// The same in English, filled.
std::string sentence(const SlashRefused& refused);

// A command, and no text for anybody: it begins with one slash.
bool is_slash_command(const std::string& line);
// What is said by a line that is no command: of two slashes at its beginning one goes.
std::string slash_text(const std::string& line);
// How a text is typed so that it is said and not done.
std::string slash_typed(const std::string& text);

// `line` must be a command.
std::variant<SlashCommand, SlashRefused> parse_slash(const std::string& line, const SlashPlace& place);

}  // namespace parley::chat
