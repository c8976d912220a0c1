// The verbs for rooms.
#include <limits>

#include <fmt/format.h>

#include "chat/cli/parser.hpp"
#include "chat/state/effects.hpp"

namespace parley::chat {
namespace {

bool is_conversation(const Target& target) { return std::holds_alternative<ByUserName>(target) || std::holds_alternative<ByPeople>(target); }

Target room_of(const Parser& parser, const std::string& verb) {
    const auto form = fmt::format("name one room: parley room {} general", verb);
    Target target = target_of(parser.expect(1, 1, form).front());
    if (is_conversation(target)) throw Mistake{form};
    return target;
}

CliCommand make_create(const Parser& parser) {
    std::string name = parser.expect(1, 1, "name the room: parley room create NAME (quote a name with spaces)").front();
    if (name.starts_with('#')) name.erase(0, 1);
    if (name.empty() || name.starts_with('@')) throw Mistake{"a room's name does not begin with @ and is not empty"};
    return RoomCreateCommand{std::move(name), parser.words.flag};
}

CliCommand make_invite(const Parser& parser) {
    const std::string form = "name the room and the person: parley room invite general ada";
    const auto& rest = parser.expect(2, 2, form);
    const Target target = target_of(rest[0]);
    const std::string user = rest[1].starts_with('@') ? rest[1].substr(1) : rest[1];
    if (user.empty() || is_conversation(target)) throw Mistake{form};
    return RoomInviteCommand{target, user};
}

// "general ada": a room, not a person, and a name without its mark.
struct RoomAndWord {
    Target room;
    std::string name;      // as typed: general
    std::string word;
};

RoomAndWord room_and_word(const Parser& parser, const std::string& form, bool is_person) {
    const auto& rest = parser.expect(2, 2, form);
    RoomAndWord both{target_of(rest[0]), rest[0], rest[1]};
    if (is_person && both.word.starts_with('@')) both.word.erase(0, 1);
    if ((is_person && both.word.empty()) || is_conversation(both.room)) throw Mistake{form};
    both.name = to_text(both.room);
    return both;
}

// parley room VERB ROOM NAME
template <class Act>
void add_act_on_person(Parser& parser, Parser::Verb group, const char* verb, const char* what, const char* done) {
    const Parser::Verb added = parser.add(group, verb, what, [&parser, verb, done]() -> CliCommand {
        auto both = room_and_word(parser, fmt::format("name the room and the person: parley room {} general ada", verb), true);
        const std::string sentence = fmt::format("{}: {} is {}", both.name, both.word, done);
        return OperationCommand{Act{std::move(both.room), std::move(both.word)}, "room", both.name, done, sentence};
    });
    parser.takes_words(added, "room", "Name of the room, then the person");
}

CliCommand make_mute(const Parser& parser, bool mute) {
    auto both = room_and_word(parser, fmt::format("name the room and the person: parley room {} general ada", mute ? "mute" : "unmute"), true);
    constexpr std::uint64_t minute_ms = 60'000;
    constexpr std::uint64_t for_ever = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t minutes = parser.words.minutes;
    const std::uint64_t for_ms = minutes == 0 || minutes > for_ever / minute_ms ? for_ever : minutes * minute_ms;
    const std::string done = mute ? "muted" : "free to write";
    const std::string sentence = fmt::format("{}: {} is {}", both.name, both.word, done);
    return OperationCommand{MuteMember{std::move(both.room), std::move(both.word), mute ? for_ms : 0}, "room", both.name, done, sentence};
}

Role role_of(const std::string& word) {
    for (const Role role : {Role::read_only, Role::member, Role::moderator, Role::admin, Role::owner}) {
        if (word == role_name(role)) return role;
    }
    throw Mistake{fmt::format("\"{}\" is no role: owner, admin, moderator, member or read-only", word)};
}

CliCommand make_role(const Parser& parser) {
    const std::string form = "name the room, the person and the role: parley room role general ada moderator";
    const auto& rest = parser.expect(3, 3, form);
    const Target room = target_of(rest[0]);
    const std::string user = rest[1].starts_with('@') ? rest[1].substr(1) : rest[1];
    if (user.empty() || is_conversation(room)) throw Mistake{form};
    return OperationCommand{SetRole{room, user, role_of(rest[2])}, "room", to_text(room), rest[2], fmt::format("{}: {} is {}", to_text(room), user, rest[2])};
}

CliCommand make_topic(const Parser& parser) {
    auto both = room_and_word(parser, "name the room and its topic in quotes: parley room topic general 'Lunch at noon'; '' for none", false);
    return OperationCommand{SetTopic{std::move(both.room), both.word}, "room", both.name, "topic set",
                            both.word.empty() ? both.name + " has no topic" : fmt::format("the topic of {} is: {}", both.name, both.word)};
}

CliCommand make_rename(const Parser& parser) {
    auto both = room_and_word(parser, "name the room and its new name: parley room rename general lobby", false);
    if (both.word.starts_with('#')) both.word.erase(0, 1);
    const std::string sentence = fmt::format("{} is {} now", both.name, both.word);
    return OperationCommand{RenameRoom{std::move(both.room), std::move(both.word)}, "room", both.name, "renamed", sentence};
}

CliCommand make_retention(const Parser& parser) {
    const std::string form = "name the room and for how many days texts are kept: parley room retention general 90, or off";
    auto both = room_and_word(parser, form, false);
    constexpr std::uint64_t days_max = 36'500;
    const std::uint64_t days = both.word == "off" ? 0 : number_of(both.word);
    if (both.word != "off" && (days == 0 || days > days_max)) throw Mistake{form};
    const std::string sentence = days == 0 ? both.name + " keeps what is said" : fmt::format("{} keeps texts for {} days", both.name, days);
    return OperationCommand{SetRetention{std::move(both.room), static_cast<std::uint32_t>(days)}, "room", both.name, both.word, sentence};
}

CliCommand make_archive(const Parser& parser, bool archived) {
    Target room = room_of(parser, archived ? "archive" : "unarchive");
    const std::string name = to_text(room);
    const char* done = archived ? "archived" : "open";
    return OperationCommand{ArchiveRoom{std::move(room), archived}, "room", name, done, fmt::format("{} is {}", name, done)};
}

void add_moderation_verbs(Parser& parser, Parser::Verb room) {
    add_act_on_person<KickMember>(parser, room, "kick", "Put someone out of a room", "out of the room");
    add_act_on_person<BanUser>(parser, room, "ban", "Put someone out of a room and keep them out", "banned");
    add_act_on_person<UnbanUser>(parser, room, "unban", "Lift a ban", "not banned");
    Parser::Verb verb = parser.add(room, "mute", "Let someone only read for a while", [&parser] { return make_mute(parser, true); });
    parser.takes_words(verb, "room", "Name of the room, then the person");
    Parser::takes(verb, "--minutes", parser.words.minutes, "For how long; until unmuted when left out");
    verb = parser.add(room, "unmute", "Let someone write again", [&parser] { return make_mute(parser, false); });
    parser.takes_words(verb, "room", "Name of the room, then the person");
    verb = parser.add(room, "role", "Give a member a role: owner, admin, moderator, member, read-only", [&parser] { return make_role(parser); });
    parser.takes_words(verb, "room", "Name of the room, the person, the role");
}

void add_change_verbs(Parser& parser, Parser::Verb room) {
    parser.takes_words(parser.add(room, "topic", "Say what a room is about", [&parser] { return make_topic(parser); }), "room", "Name of the room, then the topic");
    parser.takes_words(parser.add(room, "rename", "Give a room another name", [&parser] { return make_rename(parser); }), "room", "Name of the room, then the new name");
    parser.takes_words(parser.add(room, "archive", "Close a room: it can be read, not written", [&parser] { return make_archive(parser, true); }), "room", "Name of the room");
    parser.takes_words(parser.add(room, "unarchive", "Open a closed room again", [&parser] { return make_archive(parser, false); }), "room", "Name of the room");
    parser.takes_words(parser.add(room, "retention", "Erase texts older than so many days, or keep all: off", [&parser] { return make_retention(parser); }), "room", "Name of the room, then the days or off");
    const Parser::Verb verb = parser.add(room, "delete", "Delete a room for good, with all that was said in it",
                                         [&parser]() -> CliCommand { return RoomDeleteCommand{room_of(parser, "delete"), parser.words.flag}; });
    parser.takes_words(verb, "room", "Name of the room");
    Parser::takes_flag(verb, "--yes", parser.words.flag, "Do not ask");
}

}  // namespace

void add_room_verbs(Parser& parser) {
    const Parser::Verb room = parser.add_group("room", "Make, list, join, leave and look after rooms");
    const Parser::Verb create = parser.add(room, "create", "Make a room and join it", [&parser] { return make_create(parser); });
    parser.takes_words(create, "name", "Name of the room");
    Parser::takes_flag(create, "--private", parser.words.flag, "Only for those who are invited");
    parser.add(room, "list", "Show rooms you are in and public rooms", [] { return RoomListCommand{}; });
    const auto add = [&](const char* verb, const char* what, Parser::Make make) {
        parser.takes_words(parser.add(room, verb, what, std::move(make)), "room", "Name of the room");
    };
    add("join", "Join a public room", [&parser]() -> CliCommand { return RoomJoinCommand{room_of(parser, "join")}; });
    add("leave", "Leave a room", [&parser]() -> CliCommand { return RoomLeaveCommand{room_of(parser, "leave")}; });
    add("members", "List the members of a room", [&parser]() -> CliCommand { return RoomMembersCommand{room_of(parser, "members")}; });
    add("invite", "Bring someone into a room", [&parser] { return make_invite(parser); });
    add("bans", "List who is banned from a room", [&parser]() -> CliCommand { return RoomBansCommand{room_of(parser, "bans")}; });
    add_moderation_verbs(parser, room);
    add_change_verbs(parser, room);
}

}  // namespace parley::chat
