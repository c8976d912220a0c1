// admin users, rooms, audit, reset-password: what administrators see and do.
#include <algorithm>

#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/password.hpp"
#include "chat/cli/runtime.hpp"
#include "consensus/core/types.hpp"

namespace parley::chat {
namespace {

const char* act_name(AuditAct act) {
    switch (act) {
        case AuditAct::registration_set: return "registration";
        case AuditAct::user_disabled: return "disabled";
        case AuditAct::user_enabled: return "enabled";
        case AuditAct::password_reset: return "reset-password";
        case AuditAct::retention_set: return "retention";
        case AuditAct::room_deleted: return "room-deleted";
        case AuditAct::restored: return "restored";
        case AuditAct::administrator_made: return "administrator-made";
        case AuditAct::administrator_unmade: return "administrator-unmade";
        case AuditAct::account_deleted: return "account-deleted";
        case AuditAct::name_freed: return "name-freed";
    }
    return "";
}

void print_user(const GlobalOptions& options, const UserRow& user, const std::string& presence) {
    if (options.json) {
        return print_line(JsonLine{}.text("name", user.name).flag("admin", user.is_admin).flag("disabled", user.is_disabled).text("presence", presence).str());
    }
    print_line(fmt::format("{}  {}{}{}", harmless(user.name), presence, user.is_admin ? "  administrator" : "", user.is_disabled ? "  disabled" : ""));
}

void print_room(const GlobalOptions& options, const RoomRow& room) {
    if (options.json) {
        return print_line(JsonLine{}.text("room", room.name).flag("private", room.is_private).flag("member", room.is_member).number("members", room.members)
                              .number("last", room.last).flag("archived", room.is_archived).number("retention_days", room.retention_days)
                              .text("topic", room.topic).str());
    }
    print_line(fmt::format("{}  {}{}  {} members  {} messages{}", harmless(room.name), room.is_private ? "private" : "public",
                           room.is_archived ? ", archived" : "", room.members, room.last,
                           room.retention_days > 0 ? fmt::format("  texts kept {} days", room.retention_days) : ""));
}

void print_entry(const GlobalOptions& options, const AuditRow& entry) {
    if (options.json) {
        return print_line(JsonLine{}.number("entry", entry.entry).number("time_ms", entry.time_ms).text("by", entry.by).text("act", act_name(entry.act))
                              .text("subject", entry.subject).text("detail", entry.detail).str());
    }
    print_line(fmt::format("{}  {}  {}  {}{}", local_time(entry.time_ms), harmless(entry.by), act_name(entry.act), harmless(entry.subject),
                           entry.detail.empty() ? "" : "  " + harmless(entry.detail)));
}

void require_administrator(Runtime& runtime) {
    Client& client = runtime.open_account();
    const auto identity = runtime.wait<Identity>([&](auto reply) { client.whoami(runtime.deadline(), std::move(reply)); });
    if (!identity.is_admin) throw CommandFailed(Exit::refused, sentence(Refusal::not_allowed));
}

}  // namespace

Exit run(const AdminUsersCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    require_administrator(runtime);
    Client& client = runtime.client();
    for (std::string after;;) {
        const auto page = runtime.wait<UserPage>([&](auto reply) { client.users({command.pattern, after, 100}, runtime.deadline(), std::move(reply)); });
        std::vector<UserId> ids;
        for (const UserRow& user : page.users) ids.push_back(user.user);
        const auto there = runtime.wait<PresencePage>([&](auto reply) { client.presence(ids, runtime.deadline(), std::move(reply)); });
        for (const UserRow& user : page.users) print_user(options, user, presence_name(presence_of(there, user.user)));
        if (!page.more || page.users.empty()) return Exit::ok;
        after = page.users.back().name;
    }
}

Exit run(const AdminRoomsCommand&, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    for (std::string after;;) {
        const auto page = runtime.wait<RoomPage>([&](auto reply) { client.all_rooms({after, 100}, runtime.deadline(), std::move(reply)); });
        for (const RoomRow& room : page.rooms) print_room(options, room);
        if (!page.more || page.rooms.empty()) return Exit::ok;
        after = page.rooms.back().name;
    }
}

Exit run(const AdminAuditCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    std::uint32_t left = command.limit;
    for (std::uint64_t before = 0; left > 0;) {
        const auto page = runtime.wait<AuditPage>([&](auto reply) { client.audit({before, std::min(left, 100U)}, runtime.deadline(), std::move(reply)); });
        for (const AuditRow& entry : page.entries) print_entry(options, entry);
        if (!page.more || page.entries.empty()) return Exit::ok;
        left -= static_cast<std::uint32_t>(page.entries.size());
        before = page.entries.back().entry;
    }
    return Exit::ok;
}

Exit run(const AdminRegistrationCommand&, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    runtime.require_level(consensus::level_of_people);
    const auto report = runtime.wait<RegistrationReport>([&](auto reply) { client.registration(runtime.deadline(), std::move(reply)); });
    const std::string policy{registration_name(report.policy)};
    print_line(options.json ? JsonLine{}.text("registration", policy).str() : "registration is " + policy);
    return Exit::ok;
}

Exit run(const AdminDeleteCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    require_administrator(runtime);
    if (!command.yes) {
        const char* const what = command.with_texts ? "everything it wrote is erased, too" : "its messages stay, without the name";
        const auto typed = ask_terminal(fmt::format("This deletes the account {} for good; {}. Type the name to go on: ", command.user, what), false);
        if (!typed) throw CommandFailed(Exit::refused, "there is no terminal to ask; add --yes to delete without a question");
        if (*typed != command.user) throw CommandFailed(Exit::refused, "not deleted");
    }
    const Answer answer = runtime.submit(DeleteUser{command.user, command.with_texts});
    if (options.json) {
        print_line(JsonLine{}.text("user", command.user).number("slot", answer.slot).flag("deleted", true).flag("with_texts", command.with_texts).str());
    } else {
        print_line(fmt::format("the account {} is deleted", harmless(command.user)));
    }
    return Exit::ok;
}

Exit run(const AdminResetCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    require_administrator(runtime);
    Client& client = runtime.client();
    const std::string password = value_or_fail(obtain_password(command.password, true));
    accepted(runtime.wait<Answer>([&](auto reply) { client.reset_password(command.user, password, runtime.deadline(), std::move(reply)); }));
    if (options.json) {
        print_line(JsonLine{}.text("user", command.user).flag("changed", true).str());
    } else {
        print_line(fmt::format("{} has the new password; all log-ins of the account have ended", harmless(command.user)));
    }
    return Exit::ok;
}

}  // namespace parley::chat
