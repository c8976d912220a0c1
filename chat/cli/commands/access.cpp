// passwd, sessions, invite, blocked: who may use an account, and who may come in.
#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/invitation.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/password.hpp"
#include "chat/cli/runtime.hpp"
#include "chat/client/invitation_code.hpp"

namespace parley::chat {
namespace {

std::string new_password(const PasswordCommand& command) {
    PasswordSource source = command.old_password;   // standard input: the second line
    if (source.file || command.new_file) source = PasswordSource{command.new_file, false};
    if (command.old_password.file && !command.new_file) {
        throw CommandFailed(Exit::usage, "--password-file has the old password; name the file of the new one: --new-password-file FILE");
    }
    if (!source.file && !source.standard_input) note_line("The new one:");
    return value_or_fail(obtain_password(source, true));
}

}  // namespace

Exit run(const PasswordCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const std::string before = value_or_fail(obtain_password(command.old_password, false));
    const std::string after = new_password(command);
    accepted(runtime.wait<Answer>([&](auto reply) { client.change_password(before, after, runtime.deadline(), std::move(reply)); }));
    if (options.json) {
        print_line(JsonLine{}.text("name", client.account()->name).flag("changed", true).str());
    } else {
        print_line("the password is changed; your other log-ins have ended");
    }
    return Exit::ok;
}

Exit run(const SessionsCommand&, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const auto page = runtime.wait<LoginPage>([&](auto reply) { client.logins(runtime.deadline(), std::move(reply)); });
    for (const OwnLoginRow& row : page.logins) {
        if (options.json) {
            print_line(JsonLine{}.number("id", row.login.value).text("device", row.device).number("since_ms", row.since_ms).flag("current", row.is_current).str());
        } else {
            print_line(fmt::format("{}  {}  since {}{}", row.login.value, harmless(row.device), local_time(row.since_ms), row.is_current ? "  this one" : ""));
        }
    }
    return Exit::ok;
}

Exit run(const InviteCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    runtime.open_account();
    const std::string code = fresh_invitation_code(runtime.secrets());
    runtime.submit(invitation_with(code, command.uses, command.days));
    const KnownCluster& cluster = runtime.cluster();
    const std::string link = to_link({cluster.servers, cluster.ca_fingerprint, code});
    print_line(options.json ? JsonLine{}.text("link", link).text("code", code).number("uses", command.uses).number("days", command.days).str() : link);
    return Exit::ok;
}

Exit run(const BlockedCommand&, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const auto page = runtime.wait<UserPage>([&](auto reply) { client.blocked(runtime.deadline(), std::move(reply)); });
    for (const UserRow& user : page.users) print_line(options.json ? JsonLine{}.text("name", user.name).str() : harmless(user.name));
    return Exit::ok;
}

}  // namespace parley::chat
