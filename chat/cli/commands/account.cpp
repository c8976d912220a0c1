// Accounts and log-ins. Passwords pass through here once, from the terminal to the wire.
#include <algorithm>

#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/commands/shown_names.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/password.hpp"
#include "chat/cli/runtime.hpp"
#include "consensus/core/types.hpp"

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

struct ListedUser {
    UserRow row;
    Presence presence = Presence::offline;
    std::optional<std::uint64_t> ago_ms;   // since they were seen last
};

void add_listed(Runtime& runtime, const UserPage& page, std::vector<ListedUser>& all) {
    Client& client = runtime.client();
    std::vector<UserId> ids;
    for (const UserRow& user : page.users) ids.push_back(user.user);
    const auto there = runtime.wait<PresencePage>([&](auto reply) { client.presence(ids, runtime.deadline(), std::move(reply)); });
    LastSeenPage seen;
    if (runtime.cluster_level() >= consensus::level_of_people) {
        seen = runtime.wait<LastSeenPage>([&](auto reply) { client.last_seen(ids, runtime.deadline(), std::move(reply)); });
    }
    for (const UserRow& user : page.users) {
        ListedUser listed{user, presence_of(there, user.user), {}};
        const auto known = std::ranges::find(seen.users, user.user, &LastSeen::user);
        if (listed.presence == Presence::offline && known != seen.users.end()) listed.ago_ms = known->ago_ms;
        all.push_back(std::move(listed));
    }
}

std::string ago_text(std::uint64_t ago_ms) {
    const std::uint64_t minutes = ago_ms / 60'000;
    if (minutes < 1) return "a moment ago";
    if (minutes < 120) return fmt::format("{} min ago", minutes);
    return minutes < 48 * 60 ? fmt::format("{} h ago", minutes / 60) : fmt::format("{} days ago", minutes / (24 * 60));
}

void print_user(const GlobalOptions& options, const ListedUser& user, const ShownNames& names) {
    const std::string how = presence_name(user.presence);
    if (options.json) {
        const ProfileRow& profile = names.of(user.row.user);
        JsonLine line;
        line.text("name", user.row.name).flag("admin", user.row.is_admin).text("presence", how).text("shown", profile.name).text("colour", colour_text(profile.colour));
        if (user.ago_ms) line.number("seen_ago_ms", *user.ago_ms);
        return print_line(line.str());
    }
    const std::string there = user.presence != Presence::offline ? "  " + how : (user.ago_ms ? "  seen " + ago_text(*user.ago_ms) : "");
    print_line(harmless(names.beside(user.row.user, user.row.name)) + there + (user.row.is_admin ? "  administrator" : ""));
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
    std::vector<ListedUser> all;
    for (std::string after;;) {
        const auto page = runtime.wait<UserPage>(
            [&](auto reply) { client.users({command.pattern, after, 100}, runtime.deadline(), std::move(reply)); });
        add_listed(runtime, page, all);
        if (!page.more || page.users.empty()) break;
        after = last_name(page);
    }
    // Who is there comes first, then who is away; names are in order.
    std::ranges::stable_sort(all, std::ranges::greater{}, &ListedUser::presence);
    ShownNames names{runtime};
    std::vector<UserId> ids;
    for (const ListedUser& user : all) ids.push_back(user.row.user);
    names.look_up(ids);
    for (const ListedUser& user : all) print_user(options, user, names);
    return Exit::ok;
}

Exit run(const DeleteAccountCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const std::string name = client.account()->name;
    if (!command.yes) {
        const char* const what = command.with_texts ? "everything it wrote is erased, too" : "its messages stay, without your name";
        const auto typed = ask_terminal(fmt::format("This deletes the account {} for good; {}. Type the name to go on: ", name, what), false);
        if (!typed) throw CommandFailed(Exit::refused, "there is no terminal to ask; add --yes to delete without a question");
        if (*typed != name) throw CommandFailed(Exit::refused, "not deleted");
    }
    // Older replicas know only how to delete one without its texts.
    const bool is_plain = !command.with_texts && runtime.cluster_level() < consensus::level_of_people;
    runtime.submit(is_plain ? Operation{DeleteAccount{}} : Operation{EraseAccount{command.with_texts}});
    if (options.json) {
        print_line(JsonLine{}.text("name", name).flag("deleted", true).str());
    } else {
        print_line(fmt::format("the account {} is deleted", name));
    }
    return Exit::ok;
}

}  // namespace parley::chat
