// Rooms: create, list, join, leave, invite, members.
#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/commands/shown_names.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/password.hpp"
#include "chat/cli/runtime.hpp"

namespace parley::chat {
namespace {

// One operation on one room, and one line about it.
Exit operate(const GlobalOptions& options, Operation operation, const std::string& room, const std::string& done) {
    Runtime runtime{options};
    runtime.open_account();
    const Answer answer = runtime.submit(std::move(operation));
    if (options.json) {
        print_line(JsonLine{}.text("room", room).number("slot", answer.slot).str());
    } else {
        print_line(done);
    }
    return Exit::ok;
}

std::string shown_name(const RoomRow& room) { return (room.is_direct ? "@" : "") + room.name; }

void print_room(const RoomRow& room, const GlobalOptions& options) {
    if (options.json) {
        print_line(JsonLine{}.text("room", shown_name(room)).flag("private", room.is_private).flag("direct", room.is_direct)
                       .flag("member", room.is_member).number("members", room.members).number("last", room.last)
                       .number("read", room.read).number("unread", room.is_member ? room.last - room.read : 0)
                       .text("topic", room.topic).flag("archived", room.is_archived)
                       .text("role", room.is_member ? role_name(room.role) : "").number("mentions", room.mentions)
                       .text("notify", notify_name(room.notify)).number("retention_days", room.retention_days).str());
        return;
    }
    const char* kind = room.is_direct ? "direct" : (room.is_private ? "private" : "public");
    print_line(fmt::format("{}  {}{}  {} members  {}{}", harmless(shown_name(room)), kind, room.is_archived ? ", archived" : "", room.members,
                           room.is_member ? fmt::format("{} unread", room.last - room.read) : "not a member",
                           room.topic.empty() ? "" : "  " + harmless(room.topic)));
}

}  // namespace

Exit run(const RoomCreateCommand& command, const GlobalOptions& options) {
    return operate(options, CreateRoom{command.name, command.is_private}, command.name,
                   fmt::format("{} room {} made; you are in it", command.is_private ? "private" : "public", command.name));
}

Exit run(const RoomJoinCommand& command, const GlobalOptions& options) {
    const std::string room = to_text(command.room);
    return operate(options, JoinRoom{command.room}, room, "you are in " + room);
}

Exit run(const RoomLeaveCommand& command, const GlobalOptions& options) {
    const std::string room = to_text(command.room);
    return operate(options, LeaveRoom{command.room}, room, "you left " + room);
}

Exit run(const RoomInviteCommand& command, const GlobalOptions& options) {
    const std::string room = to_text(command.room);
    return operate(options, InviteToRoom{command.room, command.user}, room, fmt::format("{} is in {}", command.user, room));
}

Exit run(const RoomListCommand&, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const auto mine = runtime.wait<RoomPage>([&](auto reply) { client.my_rooms(runtime.deadline(), std::move(reply)); });
    for (const RoomRow& room : mine.rooms) print_room(room, options);
    for (std::string after;;) {
        const auto page = runtime.wait<RoomPage>(
            [&](auto reply) { client.public_rooms({after, 100}, runtime.deadline(), std::move(reply)); });
        for (const RoomRow& room : page.rooms) {
            if (!room.is_member) print_room(room, options);
        }
        if (!page.more || page.rooms.empty()) return Exit::ok;
        after = page.rooms.back().name;
    }
}

Exit run(const RoomMembersCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    ShownNames names{runtime};
    for (std::string after;;) {
        const auto page = runtime.wait<UserPage>(
            [&](auto reply) { client.members({command.room, after, 100}, runtime.deadline(), std::move(reply)); });
        std::vector<UserId> ids;
        for (const UserRow& user : page.users) ids.push_back(user.user);
        names.look_up(ids);
        for (const UserRow& user : page.users) {
            print_line(options.json ? JsonLine{}.text("name", user.name).text("role", role_name(user.role)).number("muted_until_ms", user.muted_until_ms)
                                          .text("shown", names.of(user.user).name).str()
                                    : harmless(names.beside(user.user, user.name)) + (user.role == Role::member ? "" : fmt::format("  {}", role_name(user.role))));
        }
        if (!page.more || page.users.empty()) return Exit::ok;
        after = page.users.back().name;
    }
}

Exit run(const RoomBansCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    for (std::string after;;) {
        const auto page = runtime.wait<UserPage>([&](auto reply) { client.bans({command.room, after, 100}, runtime.deadline(), std::move(reply)); });
        for (const UserRow& user : page.users) print_line(options.json ? JsonLine{}.text("name", user.name).str() : harmless(user.name));
        if (!page.more || page.users.empty()) return Exit::ok;
        after = page.users.back().name;
    }
}

Exit run(const RoomDeleteCommand& command, const GlobalOptions& options) {
    const std::string room = to_text(command.room);
    if (!command.yes) {
        const auto typed = ask_terminal(fmt::format("This deletes the room {} for good, with all that was said in it. Type its name to go on: ", room), false);
        if (!typed) throw CommandFailed(Exit::refused, "there is no terminal to ask; add --yes to delete without a question");
        if (*typed != room) throw CommandFailed(Exit::refused, "not deleted");
    }
    return operate(options, DeleteRoom{command.room}, room, fmt::format("the room {} is deleted", room));
}

}  // namespace parley::chat
