// The verbs for rooms.
#include <fmt/format.h>

#include "chat/cli/parser.hpp"

namespace parley::chat {
namespace {

Target room_of(const Parser& parser, const std::string& verb) {
    const auto form = fmt::format("name one room: parley room {} general", verb);
    Target target = target_of(parser.expect(1, 1, form).front());
    if (std::holds_alternative<ByUserName>(target)) throw Mistake{form};
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
    if (user.empty() || std::holds_alternative<ByUserName>(target)) throw Mistake{form};
    return RoomInviteCommand{target, user};
}

}  // namespace

void add_room_verbs(Parser& parser) {
    const Parser::Verb room = parser.add_group("room", "Make, list, join and leave rooms");
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
}

}  // namespace parley::chat
