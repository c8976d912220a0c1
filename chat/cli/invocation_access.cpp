// The verbs for who may use an account, and who may come in.
#include <fmt/format.h>

#include "chat/cli/parser.hpp"
#include "chat/state/effects.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t days_max = 90;
constexpr std::uint32_t uses_max = 1'000;

CliCommand make_invite(const Words& words) {
    if (words.uses == 0 || words.uses > uses_max) throw Mistake{"--uses is 1 to 1000"};
    if (words.days == 0 || words.days > days_max) throw Mistake{"--days is 1 to 90"};
    return InviteCommand{words.uses, words.days};
}

CliCommand make_sessions(const Parser& parser) {
    const std::string form = "say which one to end, by its number in `parley sessions`: parley sessions end 3";
    const auto& rest = parser.expect(0, 2, form);
    if (rest.empty()) return SessionsCommand{};
    if (rest.size() != 2 || rest[0] != "end") throw Mistake{form};
    const LoginId login{number_of(rest[1])};
    return OperationCommand{EndLogin{login}, "session", rest[1], "ended", fmt::format("the log-in {} has ended", rest[1])};
}

// parley block NAME
template <class Act>
void add_on_person(Parser& parser, const char* verb, const char* what, const char* outcome) {
    const Parser::Verb added = parser.add(nullptr, verb, what, [&parser, verb, outcome]() -> CliCommand {
        std::string name = parser.expect(1, 1, fmt::format("name the person: parley {} ada", verb)).front();
        if (name.starts_with('@')) name.erase(0, 1);
        return OperationCommand{Act{name}, "user", name, outcome, fmt::format("{} is {}", name, outcome)};
    });
    parser.takes_words(added, "name", "Name of the account");
}

std::string person(const Parser& parser, const char* verb) {
    std::string name = parser.expect(1, 1, fmt::format("name the person: parley admin {} ada", verb)).front();
    if (name.starts_with('@')) name.erase(0, 1);
    return name;
}

void add_able(Parser& parser, Parser::Verb admin, const char* verb, const char* what, bool disabled) {
    const Parser::Verb added = parser.add(admin, verb, what, [&parser, verb, disabled]() -> CliCommand {
        const std::string name = person(parser, verb);
        const char* outcome = disabled ? "disabled" : "enabled";
        return OperationCommand{DisableUser{name, disabled}, "user", name, outcome, fmt::format("{} is {}", name, outcome)};
    });
    parser.takes_words(added, "name", "Name of the account");
}

CliCommand make_role(const Parser& parser) {
    const std::string form = "name the person and what they are to be: parley admin role ada admin, or user";
    const auto& rest = parser.expect(2, 2, form);
    const std::string name = rest[0].starts_with('@') ? rest[0].substr(1) : rest[0];
    const bool is_admin = rest[1] == "admin";
    if (name.empty() || (!is_admin && rest[1] != "user")) throw Mistake{form};
    return OperationCommand{SetAdministrator{name, is_admin}, "user", name, rest[1],
                            name + (is_admin ? " is an administrator" : " is no administrator")};
}

CliCommand make_registration(const Parser& parser) {
    const std::string form = "say who may register: parley admin registration open, invite or closed";
    if (parser.expect(0, 1, form).empty()) return AdminRegistrationCommand{};
    const std::string& word = parser.words.rest.front();
    const auto policy = registration_named(word);
    if (!policy) throw Mistake{form};
    return OperationCommand{SetRegistration{*policy}, "registration", word, "set", "registration is " + word};
}

}  // namespace

void add_access_verbs(Parser& parser) {
    Words& words = parser.words;
    Parser::Verb verb = parser.add(nullptr, "passwd", "Change the password; ends your other log-ins", [&words]() -> CliCommand {
        PasswordCommand command{password_of(words), {}};
        if (!words.new_password_file.empty()) command.new_file = words.new_password_file;
        return command;
    });
    parser.takes_password(verb);
    Parser::takes(verb, "--new-password-file", words.new_password_file, "Read the new password from the first line of this file");
    parser.takes_words(parser.add(nullptr, "sessions", "List your log-ins on all devices, or end one: sessions end ID", [&parser] { return make_sessions(parser); }),
                       "end", "end, then the number of the log-in");
    verb = parser.add(nullptr, "invite", "Make a link with which somebody can register", [&words] { return make_invite(words); });
    Parser::takes(verb, "--uses", words.uses, "How many may register with it; default 1");
    Parser::takes(verb, "--days", words.days, "For how many days it is good; default 7");
    add_on_person<BlockUser>(parser, "block", "No direct messages with this person any more", "blocked");
    add_on_person<UnblockUser>(parser, "unblock", "Direct messages with this person again", "not blocked");
    parser.add(nullptr, "blocked", "List whom you have blocked", [] { return BlockedCommand{}; });
    const Parser::Verb admin = parser.add_group("admin", "For administrators of the cluster");
    parser.takes_words(parser.add(admin, "registration", "Say who may register: open, invite, closed; without a word, show it", [&parser] { return make_registration(parser); }),
                       "policy", "open, invite or closed");
    parser.takes_words(parser.add(admin, "users", "List accounts with their state", [&parser]() -> CliCommand {
        const auto& rest = parser.expect(0, 1, "give one pattern at most: parley admin users 'a*'");
        return AdminUsersCommand{rest.empty() ? "" : rest.front()};
    }), "pattern", "Only names like this; * and ? are wildcards");
    parser.add(admin, "rooms", "List all rooms, private ones too", [] { return AdminRoomsCommand{}; });
    verb = parser.add(admin, "audit", "Show what administrators did, newest first", [&words]() -> CliCommand {
        if (words.limit == 0) throw Mistake{"--limit is at least 1"};
        return AdminAuditCommand{words.limit};
    });
    Parser::takes(verb, "--limit", words.limit, "How many at most; default 50");
    add_able(parser, admin, "disable", "End somebody's log-ins and let them in no more", true);
    add_able(parser, admin, "enable", "Let a disabled account log in again", false);
    parser.takes_words(parser.add(admin, "role", "Make somebody an administrator, or a plain user again", [&parser] { return make_role(parser); }),
                       "name", "Name of the account, then admin or user");
    verb = parser.add(admin, "delete", "Delete somebody's account for good", [&parser]() -> CliCommand {
        return AdminDeleteCommand{person(parser, "delete"), parser.words.flag, parser.words.with_texts};
    });
    parser.takes_words(verb, "name", "Name of the account");
    Parser::takes_flag(verb, "--yes", words.flag, "Do not ask");
    Parser::takes_flag(verb, "--erase-texts", words.with_texts, "Erase everything it wrote, too");
    verb = parser.add(admin, "free-name", "Let somebody else have the name of an account that is deleted", [&parser]() -> CliCommand {
        const std::string name = person(parser, "free-name");
        return OperationCommand{FreeName{name}, "user", name, "free", name + " is free"};
    });
    parser.takes_words(verb, "name", "Name of the account");
    verb = parser.add(admin, "reset-password", "Give somebody a new password; ends their log-ins", [&parser]() -> CliCommand {
        return AdminResetCommand{person(parser, "reset-password"), password_of(parser.words)};
    });
    parser.takes_words(verb, "name", "Name of the account");
    parser.takes_password(verb);
}

}  // namespace parley::chat
