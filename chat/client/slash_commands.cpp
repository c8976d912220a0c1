#include "chat/client/slash_commands.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "chat/search/query.hpp"
#include "chat/state/effects.hpp"
#include "chat/state/names.hpp"

namespace parley::chat {
namespace {

using About = SlashWord::About;
using Why = SlashRefused::Why;
using Read = std::optional<SlashCommand> (*)(const std::string& rest, RoomId here);

constexpr const char* blanks = " \t\n";

// Marks what po/extract.sh collects.
constexpr const char* shown(const char* english) { return english; }

// ---- what stands behind the word ----

// "ada rest": names with spaces in them are for the command line.
std::pair<std::string, std::string> first_and_rest(const std::string& text) {
    const std::size_t end = text.find_first_of(blanks);
    const std::size_t behind = end == std::string::npos ? end : text.find_first_not_of(blanks, end);
    return {text.substr(0, end), behind == std::string::npos ? "" : text.substr(behind)};
}

std::string without(char mark, const std::string& name) { return name.starts_with(mark) ? name.substr(1) : name; }

template <class Number>
std::optional<Number> number_in(const std::string& text) {
    Number number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || stop != text.data() + text.size() || number == 0) return std::nullopt;
    return number;
}

std::optional<SlashCommand> operate(Operation operation, std::string show = {}) { return slash::Operate{std::move(operation), std::move(show)}; }

template <class Command>
std::optional<SlashCommand> alone(const std::string&, RoomId) { return Command{}; }

// Commands on one message, and those that take a text with it.
template <class Change>
std::optional<SlashCommand> on_message(const std::string& rest, RoomId here) {
    const auto number = number_in<std::uint64_t>(rest);
    return number ? operate(Change{ByRoom{here}, *number}) : std::nullopt;
}
template <class Command>
std::optional<SlashCommand> of_message(const std::string& rest, RoomId) {
    const auto number = number_in<std::uint64_t>(rest);
    return number ? std::optional<SlashCommand>{Command{*number}} : std::nullopt;
}
template <class Change>
std::optional<SlashCommand> on_message_with(const std::string& rest, RoomId here) {
    const auto [first, text] = first_and_rest(rest);
    const auto number = number_in<std::uint64_t>(first);
    return number && !text.empty() ? operate(Change{ByRoom{here}, *number, text}) : std::nullopt;
}
std::optional<SlashCommand> reply(const std::string& rest, RoomId) {
    const auto [first, text] = first_and_rest(rest);
    const auto number = number_in<std::uint64_t>(first);
    return number && !text.empty() ? std::optional<SlashCommand>{slash::Reply{*number, text}} : std::nullopt;
}

template <class Change>
std::optional<SlashCommand> on_person(const std::string& rest, RoomId here) {
    const auto [name, more] = first_and_rest(without('@', rest));
    return name.empty() || !more.empty() ? std::nullopt : operate(Change{ByRoom{here}, name});
}

// Minutes; nothing said: for ever.
std::optional<SlashCommand> mute(const std::string& rest, RoomId here) {
    const auto [name, time] = first_and_rest(without('@', rest));
    if (name.empty()) return std::nullopt;
    if (time.empty()) return operate(MuteMember{ByRoom{here}, name, std::numeric_limits<std::uint64_t>::max()});
    const auto minutes = number_in<std::uint32_t>(time);
    return minutes ? operate(MuteMember{ByRoom{here}, name, std::uint64_t{*minutes} * 60'000}) : std::nullopt;
}

std::optional<SlashCommand> unmute(const std::string& rest, RoomId here) {
    const auto [name, more] = first_and_rest(without('@', rest));
    return name.empty() || !more.empty() ? std::nullopt : operate(MuteMember{ByRoom{here}, name, 0});
}

std::optional<SlashCommand> give_role(const std::string& rest, RoomId here) {
    const auto [name, word] = first_and_rest(without('@', rest));
    for (const Role role : {Role::read_only, Role::member, Role::moderator, Role::admin, Role::owner}) {
        if (word == role_name(role)) return operate(SetRole{ByRoom{here}, name, role});
    }
    return std::nullopt;
}

std::optional<SlashCommand> notify(const std::string& rest, RoomId here) {
    for (const Notify level : {Notify::everything, Notify::mentions, Notify::nothing}) {
        if (rest == notify_name(level)) return operate(SetNotify{ByRoom{here}, level});
    }
    return std::nullopt;
}

// Names of rooms and, for an invitation, of people may have spaces in them: they go to the end of the line.
std::optional<SlashCommand> join(const std::string& rest, RoomId) {
    const std::string name = without('#', rest);
    return name.empty() ? std::nullopt : operate(JoinRoom{ByRoomName{name}}, name);
}
std::optional<SlashCommand> create(const std::string& rest, RoomId) {
    const auto [first, more] = first_and_rest(rest);
    const bool is_private = first == "private" && !more.empty();
    const std::string name = without('#', is_private ? more : rest);
    return name.empty() ? std::nullopt : operate(CreateRoom{name, is_private}, name);
}
std::optional<SlashCommand> leave(const std::string&, RoomId here) { return operate(LeaveRoom{ByRoom{here}}); }
std::optional<SlashCommand> invite(const std::string& rest, RoomId here) {
    const std::string name = without('@', rest);
    return name.empty() ? std::nullopt : operate(InviteToRoom{ByRoom{here}, name});
}
std::optional<SlashCommand> topic(const std::string& rest, RoomId here) { return operate(SetTopic{ByRoom{here}, rest}); }
std::optional<SlashCommand> rename(const std::string& rest, RoomId here) {
    const std::string name = without('#', rest);
    return name.empty() ? std::nullopt : operate(RenameRoom{ByRoom{here}, name});
}
template <bool is_archived>
std::optional<SlashCommand> archive(const std::string&, RoomId here) { return operate(ArchiveRoom{ByRoom{here}, is_archived}); }

std::optional<SlashCommand> talk(const std::string& rest, RoomId) {
    auto [name, text] = first_and_rest(without('@', rest));
    if (name.empty()) return std::nullopt;
    return slash::Talk{names_in_conversation(name), std::move(text)};
}
template <class Change>
std::optional<SlashCommand> block(const std::string& rest, RoomId) {
    const std::string name = without('@', rest);
    return name.empty() ? std::nullopt : operate(Change{name});
}
std::optional<SlashCommand> people(const std::string& rest, RoomId) { return slash::People{rest}; }
std::optional<SlashCommand> search(const std::string& rest, RoomId) { return rest.empty() ? std::nullopt : std::optional<SlashCommand>{slash::Search{rest}}; }
std::optional<SlashCommand> day(const std::string& rest, RoomId) { return day_ms(rest, 0) ? std::optional<SlashCommand>{slash::Day{rest}} : std::nullopt; }
std::optional<SlashCommand> send_file(const std::string& rest, RoomId) { return rest.empty() ? std::nullopt : std::optional<SlashCommand>{slash::SendFile{rest}}; }

// ---- the table ----

enum class Where : std::uint8_t { anywhere, in_conversation, in_room };   // in_room: direct conversations have nothing like it

struct Entry {
    SlashWord shown;
    Where where;
    Role least;                    // in a room, to be done at all
    bool names_message;            // with the number it begins with
    Read read;
};

constexpr std::array entries{
    Entry{{About::rooms, "join", shown("ROOM"), shown("Go into a public room")}, Where::anywhere, Role::read_only, false, join},
    Entry{{About::rooms, "create", shown("[private] ROOM"), shown("Make a room")}, Where::anywhere, Role::read_only, false, create},
    Entry{{About::rooms, "leave", "", shown("Leave this room")}, Where::in_room, Role::read_only, false, leave},
    Entry{{About::rooms, "rooms", "", shown("Show the public rooms")}, Where::anywhere, Role::read_only, false, alone<slash::Rooms>},
    Entry{{About::rooms, "members", "", shown("Show who is in this room")}, Where::in_conversation, Role::read_only, false, alone<slash::Members>},
    Entry{{About::rooms, "invite", shown("NAME"), shown("Bring somebody into this room")}, Where::in_room, Role::read_only, false, invite},
    Entry{{About::people, "msg", shown("NAME [TEXT]"), shown("A direct message; to @ann,@bob for several")}, Where::anywhere, Role::read_only, false, talk},
    Entry{{About::people, "users", shown("[PATTERN]"), shown("Find people")}, Where::anywhere, Role::read_only, false, people},
    Entry{{About::people, "block", shown("NAME"), shown("No direct messages with this person any more")}, Where::anywhere, Role::read_only, false, block<BlockUser>},
    Entry{{About::people, "unblock", shown("NAME"), shown("Direct messages with this person again")}, Where::anywhere, Role::read_only, false, block<UnblockUser>},
    Entry{{About::people, "blocked", "", shown("Show whom you have blocked")}, Where::anywhere, Role::read_only, false, alone<slash::Blocked>},
    Entry{{About::messages, "reply", shown("N TEXT"), shown("Answer message N")}, Where::in_conversation, Role::read_only, true, reply},
    Entry{{About::messages, "thread", "N", shown("Show the thread of message N")}, Where::in_conversation, Role::read_only, true, of_message<slash::Thread>},
    Entry{{About::messages, "edit", shown("N TEXT"), shown("Change your message N")}, Where::in_conversation, Role::read_only, true, on_message_with<EditMessage>},
    Entry{{About::messages, "delete", "N", shown("Delete message N for everybody")}, Where::in_conversation, Role::read_only, true, on_message<DeleteMessage>},
    Entry{{About::messages, "react", shown("N EMOJI"), shown("React to message N")}, Where::in_conversation, Role::read_only, true, on_message_with<React>},
    Entry{{About::messages, "unreact", shown("N EMOJI"), shown("Take your reaction back")}, Where::in_conversation, Role::read_only, true, on_message_with<Unreact>},
    Entry{{About::messages, "pin", "N", shown("Pin message N")}, Where::in_conversation, Role::moderator, true, on_message<Pin>},
    Entry{{About::messages, "unpin", "N", shown("Unpin message N")}, Where::in_conversation, Role::moderator, true, on_message<Unpin>},
    Entry{{About::messages, "pins", "", shown("Show what is pinned")}, Where::in_conversation, Role::read_only, false, alone<slash::Pins>},
    Entry{{About::messages, "unread", "N", shown("Mark message N and all behind it unread")}, Where::in_conversation, Role::read_only, true, on_message<MarkUnread>},
    Entry{{About::messages, "day", shown("YYYY-MM-DD"), shown("Go to the first message of a day")}, Where::in_conversation, Role::read_only, false, day},
    Entry{{About::messages, "search", shown("WORDS"), shown("Search in all rooms: words, \"a phrase\", begin*, from:NAME in:ROOM before:DAY after:DAY has:link has:file")}, Where::anywhere, Role::read_only, false, search},
    Entry{{About::messages, "numbers", "", shown("Show the numbers of messages, or hide them")}, Where::anywhere, Role::read_only, false, alone<slash::Numbers>},
    Entry{{About::files, "file", shown("PATH"), shown("Send a file of this computer")}, Where::in_conversation, Role::read_only, false, send_file},
    Entry{{About::files, "get", "N", shown("Fetch the file of message N into the download folder")}, Where::in_conversation, Role::read_only, true, of_message<slash::GetFile>},
    Entry{{About::files, "cancel", "", shown("Give up files that are on their way")}, Where::anywhere, Role::read_only, false, alone<slash::Cancel>},
    Entry{{About::this_room, "notify", "all|mentions|none", shown("Of what this room notifies")}, Where::in_conversation, Role::read_only, false, notify},
    Entry{{About::this_room, "topic", shown("[TEXT]"), shown("Say what this room is about")}, Where::in_room, Role::moderator, false, topic},
    Entry{{About::this_room, "rename", shown("ROOM"), shown("Give this room another name")}, Where::in_room, Role::admin, false, rename},
    Entry{{About::this_room, "archive", "", shown("Close this room: it can only be read")}, Where::in_room, Role::admin, false, archive<true>},
    Entry{{About::this_room, "unarchive", "", shown("Open this room again")}, Where::in_room, Role::admin, false, archive<false>},
    Entry{{About::this_room, "kick", shown("NAME"), shown("Remove somebody from this room")}, Where::in_room, Role::moderator, false, on_person<KickMember>},
    Entry{{About::this_room, "ban", shown("NAME"), shown("Remove somebody and keep them out")}, Where::in_room, Role::moderator, false, on_person<BanUser>},
    Entry{{About::this_room, "unban", shown("NAME"), shown("Let somebody in again")}, Where::in_room, Role::moderator, false, on_person<UnbanUser>},
    Entry{{About::this_room, "mute", shown("NAME [MINUTES]"), shown("Somebody only reads here for a while")}, Where::in_room, Role::moderator, false, mute},
    Entry{{About::this_room, "unmute", shown("NAME"), shown("Let somebody write again")}, Where::in_room, Role::moderator, false, unmute},
    Entry{{About::this_room, "role", shown("NAME ROLE"), shown("Give a role: read-only, member, moderator, admin or owner")}, Where::in_room, Role::admin, false, give_role},
    Entry{{About::program, "help", "", shown("Show the commands")}, Where::anywhere, Role::read_only, false, alone<slash::Help>},
    Entry{{About::program, "quit", "", shown("End this program")}, Where::anywhere, Role::read_only, false, alone<slash::Quit>},
};

constexpr auto words = [] {
    std::array<SlashWord, entries.size()> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = entries[i].shown;
    return all;
}();

const Entry* entry_of(const std::string& word) {
    const std::string wanted = word == "exit" ? "quit" : word;
    const auto found = std::ranges::find_if(entries, [&](const Entry& one) { return one.shown.word == wanted; });
    return found == entries.end() ? nullptr : found;
}

std::optional<Why> why_not_here(const Entry& entry, const SlashPlace& place) {
    if (entry.where == Where::anywhere) return std::nullopt;
    if (entry.where == Where::in_room && place.is_direct) return Why::only_in_rooms;
    if (!place.room) return Why::no_room;
    if (!place.is_begun) return Why::not_begun;
    if (!place.is_direct && place.role < entry.least) return Why::not_allowed;
    return std::nullopt;
}

}  // namespace

std::span<const SlashWord> slash_words() { return words; }

std::string slash_template(Why why) {
    switch (why) {
        case Why::unknown: return shown("There is no command /{0}. To say a text that begins with a slash, type // there.");
        case Why::wrong_words: return shown("Write it like this: /{0} {1}");
        case Why::stands_alone: return shown("Nothing stands behind /{0}.");
        case Why::no_room: return shown("You are in no room yet: /join general, or /create NAME");
        case Why::not_begun: return shown("Say something first: the first message begins this conversation.");
        case Why::only_in_rooms: return shown("That is for rooms: a direct conversation is always between the same people, and nobody looks after it.");
        case Why::not_allowed: return sentence(Refusal::not_allowed);
        case Why::no_such_message: return sentence(Refusal::no_such_message);
    }
    return "";
}

std::string sentence(const SlashRefused& refused) {
    const std::string needs = refused.needs;
    return fmt::vformat(slash_template(refused.why), fmt::make_format_args(refused.word, needs));
}

bool is_slash_command(const std::string& line) { return line.starts_with("/") && !line.starts_with("//"); }
std::string slash_text(const std::string& line) { return line.starts_with("//") ? line.substr(1) : line; }
std::string slash_typed(const std::string& text) { return text.starts_with("/") ? "/" + text : text; }

std::variant<SlashCommand, SlashRefused> parse_slash(const std::string& line, const SlashPlace& place) {
    auto [word, rest] = first_and_rest(line.substr(1));
    rest.erase(rest.find_last_not_of(blanks) + 1);
    const Entry* entry = entry_of(word);
    if (entry == nullptr) return SlashRefused{Why::unknown, word};
    const auto refused = [&, word = word](Why why) { return SlashRefused{why, word, entry->shown.needs}; };
    if (const auto why = why_not_here(*entry, place)) return refused(*why);
    if (*entry->shown.needs == '\0' && !rest.empty()) return refused(Why::stands_alone);
    auto command = entry->read(rest, place.room.value_or(RoomId{}));
    if (!command) return refused(Why::wrong_words);
    if (entry->names_message && number_in<std::uint64_t>(first_and_rest(rest).first) > place.last) return refused(Why::no_such_message);
    return *std::move(command);
}

}  // namespace parley::chat
