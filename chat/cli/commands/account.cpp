// Accounts and log-ins. Passwords pass through here once, from the terminal to the wire.
#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/password.hpp"
#include "chat/cli/runtime.hpp"

namespace parley::chat {
namespace {

// A log-in that is still there would be replaced by the next one, with all it has queued.
void require_nobody_else(const Client& client, const GlobalOptions& options, const std::string& name) {
    if (!client.account() || client.account()->name == name) return;
    throw CommandFailed(Exit::refused, fmt::format("profile \"{}\" is logged in as {}; log out first, or use a profile of "
                                                   "its own for another account: --profile NAME", options.profile,
                                                   client.account()->name));
}

void say_account(const GlobalOptions& options, const std::string& name, bool is_admin, const std::string& what) {
    if (options.json) {
        print_line(JsonLine{}.text("name", name).text("profile", options.profile).flag("admin", is_admin).str());
    } else {
        print_line(fmt::format("{} {}{}", what, name, is_admin ? " (administrator)" : ""));
    }
}

std::string last_name(const UserPage& page) { return page.users.empty() ? "" : page.users.back().name; }

void tell_what_was_missed(Runtime& runtime) {
    const auto page = runtime.try_wait<UnreadPage>([&](auto reply) { runtime.client().unread(runtime.deadline(), std::move(reply)); });
    if (!page || page->rooms.empty()) return;   // the log-in itself is done
    print_line("while you were away:");
    for (const UnreadRow& row : page->rooms) print_line("  " + unread_line(row));
}

}  // namespace

Exit run(const RegisterCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_client({});
    if (client.account()) require_nobody_else(client, options, "");
    const std::string password = value_or_fail(obtain_password(command.password, true));
    const Answer answer = accepted(runtime.wait<Answer>(
        [&](auto reply) { client.register_account(command.name, password, runtime.deadline(), std::move(reply), command.invite); }));
    const auto* registered = std::get_if<Registered>(&answer.result);
    say_account(options, command.name, registered != nullptr && registered->is_admin, "registered and logged in as");
    return Exit::ok;
}

Exit run(const LogInCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_client({});
    require_nobody_else(client, options, command.name);
    const std::string password = value_or_fail(obtain_password(command.password, false));
    accepted(runtime.wait<Answer>(
        [&](auto reply) { client.log_in(command.name, password, runtime.deadline(), std::move(reply)); }));
    say_account(options, command.name, false, "logged in as");
    if (!options.json) tell_what_was_missed(runtime);
    return Exit::ok;
}

Exit run(const LogOutCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const std::string name = client.account()->name;
    accepted(runtime.wait<Answer>(
        [&](auto reply) { client.log_out(command.everywhere, runtime.deadline(), std::move(reply)); }));
    runtime.forget_replies();
    if (options.json) {
        print_line(JsonLine{}.text("name", name).flag("everywhere", command.everywhere).str());
    } else {
        print_line(fmt::format("{} is logged out{}", name, command.everywhere ? " on every device" : ""));
    }
    return Exit::ok;
}

Exit run(const WhoAmICommand&, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const auto identity = runtime.wait<Identity>([&](auto reply) { client.whoami(runtime.deadline(), std::move(reply)); });
    say_account(options, identity.name, identity.is_admin, "you are");
    return Exit::ok;
}

Exit run(const UsersCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    for (std::string after;;) {
        const auto page = runtime.wait<UserPage>(
            [&](auto reply) { client.users({command.pattern, after, 100}, runtime.deadline(), std::move(reply)); });
        std::vector<UserId> ids;
        for (const UserRow& user : page.users) ids.push_back(user.user);
        const auto there = runtime.wait<PresencePage>([&](auto reply) { client.presence(ids, runtime.deadline(), std::move(reply)); });
        for (const UserRow& user : page.users) {
            const std::string how = presence_name(presence_of(there, user.user));
            print_line(options.json ? JsonLine{}.text("name", user.name).flag("admin", user.is_admin).text("presence", how).str()
                                    : harmless(user.name) + (how == "offline" ? "" : "  " + how) + (user.is_admin ? "  administrator" : ""));
        }
        if (!page.more || page.users.empty()) return Exit::ok;
        after = last_name(page);
    }
}

Exit run(const DeleteAccountCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const std::string name = client.account()->name;
    if (!command.yes) {
        const auto typed = ask_terminal(fmt::format("This deletes the account {} for good; its messages stay, without your name. "
                                                    "Type the name to go on: ", name), false);
        if (!typed) throw CommandFailed(Exit::refused, "there is no terminal to ask; add --yes to delete without a question");
        if (*typed != name) throw CommandFailed(Exit::refused, "not deleted");
    }
    runtime.submit(DeleteAccount{});
    if (options.json) {
        print_line(JsonLine{}.text("name", name).flag("deleted", true).str());
    } else {
        print_line(fmt::format("the account {} is deleted", name));
    }
    return Exit::ok;
}

}  // namespace parley::chat
