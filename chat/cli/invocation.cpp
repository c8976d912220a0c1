// The verbs for clusters and accounts, and the options that go with every command. Every mistake ends as one sentence that
// shows how it is done.
#include "chat/cli/invocation.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "chat/cli/addresses.hpp"
#include "chat/cli/invitation.hpp"
#include "chat/cli/parser.hpp"
#include "consensus/core/types.hpp"

namespace parley::chat {
namespace {

// FOLDER NAME=HOST:PORT …, behind `from`.
RestoreCommand new_cluster(const std::string& from, std::vector<std::string> words) {
    RestoreCommand command{from, words.front(), {}, {}};
    command.members.assign(words.begin() + 1, words.end());
    return command;
}

void add_snapshot_verbs(Parser& parser, Parser::Verb cluster) {
    Words& words = parser.words;
    Parser::Verb verb = parser.add(cluster, "snapshot", "Keep the state of the cluster in a file", [&parser]() -> CliCommand {
        return SnapshotCommand{parser.expect(1, 1, "name a new file: parley cluster snapshot FILE").front()};
    });
    parser.takes_words(verb, "file", "A new file");
    verb = parser.add(cluster, "restore", "Make a new cluster that begins with a snapshot", [&parser]() -> CliCommand {
        const auto& all = parser.expect(3, 11, "name the snapshot, a new folder and the replicas: parley cluster restore FILE FOLDER NAME=HOST:PORT …");
        RestoreCommand command = new_cluster(all.front(), {all.begin() + 1, all.end()});
        command.files = parser.words.files;
        return command;
    });
    parser.takes_words(verb, "words", "The snapshot, a new folder, and NAME=HOST:PORT of each replica");
    Parser::takes(verb, "--files-from", words.files, "Data folder of a replica, or a copy of it, whose folder `files` has what was sent");
    const auto recover = std::make_shared<Parser::Verb>();
    verb = parser.add(cluster, "recover", "Begin a new cluster with what one survivor holds, when the majority is gone for good", [&parser, recover]() -> CliCommand {
        const auto& all = parser.expect(2, 10, "name a new folder and the replicas: parley cluster recover --from-survivor DATA FOLDER NAME=HOST:PORT …");
        if (!Parser::given(*recover, "--from-survivor")) throw Mistake{"name the data folder of the replica that is left: --from-survivor DATA"};
        const RestoreCommand made = new_cluster({}, all);
        return RecoverCommand{parser.words.data, made.folder, made.members, parser.words.flag};
    });
    *recover = verb;
    Parser::takes(verb, "--from-survivor", words.data, "Data folder of the replica that is left; it must not run");
    Parser::takes_flag(verb, "--yes", words.flag, "Do not ask");
    parser.takes_words(verb, "words", "A new folder, and NAME=HOST:PORT of each replica");
}

void add_lab_verbs(Parser& parser) {
    const Parser::Verb lab = parser.add_group("lab", "Break a local cluster that was started with `parley up --lab`, and mend it");
    const auto order = [&](const char* name, const char* what, std::size_t words, const char* mistake) {
        const Parser::Verb verb = parser.add(lab, name, what, [&parser, name, words, mistake]() -> CliCommand {
            return LabCommand{fmt::format("{} {}", name, fmt::join(parser.expect(words, words, mistake), " "))};
        });
        parser.takes_words(verb, "words", mistake);
    };
    order("kill", "Kill a replica; it stays dead until it is restarted", 1, "name the replica: parley lab kill 2");
    order("pause", "Freeze a replica's process", 1, "name the replica: parley lab pause 2");
    order("resume", "Let a frozen replica go on", 1, "name the replica: parley lab resume 2");
    order("restart", "Start a replica anew", 1, "name the replica: parley lab restart 2");
    order("cut", "Let nothing pass between two replicas", 2, "name two replicas: parley lab cut 1 2");
    order("slow", "Let everything between two replicas come late", 3, "name two replicas and milliseconds: parley lab slow 1 2 200");
    parser.add(lab, "heal", "Mend everything", [] { return LabCommand{"heal"}; });
    parser.add(lab, "show", "Say what is broken", [] { return LabCommand{"show"}; });
}

UpCommand make_up(const Parser& parser, Parser::Verb up) {
    const Words& words = parser.words;
    UpCommand command{.replicas = {}, .data = words.data, .base_port = {}, .listen = words.listen, .with_parent = words.flag, .lab = words.lab};
    if (Parser::given(up, "--replicas")) command.replicas = words.replicas;
    if (Parser::given(up, "--base-port")) command.base_port = words.base_port;
    if (command.replicas && *command.replicas != 1 && *command.replicas != 3 && *command.replicas != 5) {
        throw Mistake{"--replicas is 3 or 5 (1 for a cluster that stands no failure)"};
    }
    if (words.data.empty()) throw Mistake{"--data needs a folder"};
    return command;
}

CliCommand lease_command(const std::string& word) {
    if (word != "on" && word != "off") throw Mistake{"say on or off: parley cluster lease on"};
    return LeaseCommand{word == "on"};
}

CliCommand priority_command(const std::vector<std::string>& words) {
    PriorityCommand command{words.front(), {}};
    if (words.size() == 1) return command;
    const std::string& number = words.back();
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error != std::errc{} || end != number.data() + number.size() || value > consensus::priority_max) {
        throw Mistake{fmt::format("\"{}\" is no priority: a number from 0 to {}", number, consensus::priority_max)};
    }
    command.value = value;
    return command;
}

void add_cluster_verbs(Parser& parser) {
    Words& words = parser.words;
    const auto up_verb = std::make_shared<Parser::Verb>();
    const Parser::Verb up = parser.add(nullptr, "up", "Run a local cluster in the foreground", [&parser, up_verb] { return make_up(parser, *up_verb); });
    *up_verb = up;
    Parser::takes(up, "--replicas", words.replicas, "How many: 3 or 5; an existing folder keeps its number");
    Parser::takes(up, "--data", words.data, "Folder of the cluster, made if missing; default ./.parley");
    Parser::takes_port(up, "--base-port", words.base_port, "First port; the next free block is taken if it is in use; default 7400");
    Parser::takes(up, "--listen", words.listen, "Address to listen on; default 127.0.0.1");
    Parser::takes_flag(up, "--with-parent", words.flag, "End when the process that started this one ends");
    Parser::takes_flag(up, "--lab", words.lab, "With a relay on every link between replicas, for `parley lab`");
    add_lab_verbs(parser);
    parser.add(nullptr, "status", "Show every replica: role, progress, delay", [] { return StatusCommand{}; });
    parser.add(nullptr, "verify", "Compare the state of all replicas at one slot", [] { return VerifyCommand{}; });
    const Parser::Verb cluster = parser.add_group("cluster", "Change who leads and who belongs to the cluster; keep and restore its state");
    const Parser::Verb transfer = parser.add(cluster, "transfer", "Let another replica lead, without a gap", [&parser]() -> CliCommand {
        return TransferCommand{parser.expect(1, 1, "name the replica that is to lead, as `parley status` does: parley cluster transfer 2").front()};
    });
    parser.takes_words(transfer, "replica", "Its id");
    parser.add(cluster, "members", "List who belongs to the cluster", [] { return MembersCommand{}; });
    Parser::Verb verb = parser.add(cluster, "add", "Take one more replica in; prints the token it joins with", [&parser]() -> CliCommand {
        return AddCommand{parser.expect(1, 1, "name the new replica and where it will be: parley cluster add 4=HOST:PORT").front()};
    });
    parser.takes_words(verb, "member", "NAME=HOST:PORT");
    verb = parser.add(cluster, "promote", "Give a learner a vote", [&parser]() -> CliCommand {
        return PromoteCommand{parser.expect(1, 1, "name the learner: parley cluster promote 4").front()};
    });
    parser.takes_words(verb, "replica", "Its id");
    verb = parser.add(cluster, "move", "Tell all where a replica will be found from now on", [&parser]() -> CliCommand {
        const auto& pair = parser.expect(2, 2, "name the replica and its new address: parley cluster move 2 HOST:PORT");
        return MoveCommand{pair.front(), pair.back()};
    });
    parser.takes_words(verb, "replica", "Its id, and HOST:PORT");
    verb = parser.add(cluster, "lease", "Let the leader answer reads without asking the others each time", [&parser]() -> CliCommand {
        return lease_command(parser.expect(1, 1, "say on or off: parley cluster lease on").front());
    });
    parser.takes_words(verb, "switch", "on, or off");
    verb = parser.add(cluster, "priority", "Let a replica lead rather than others, or say how it is", [&parser]() -> CliCommand {
        return priority_command(parser.expect(1, 2, "name the replica and a number from 0 to 100: parley cluster priority 2 80"));
    });
    parser.takes_words(verb, "replica", "Its id, and a number: the highest leads; default 50");
    verb = parser.add(cluster, "remove", "Let a replica go, for good", [&parser]() -> CliCommand {
        return RemoveCommand{parser.expect(1, 1, "name the replica: parley cluster remove 2").front()};
    });
    parser.takes_words(verb, "replica", "Its id");
    verb = parser.add(cluster, "replace", "Put a new replica in the place of another", [&parser]() -> CliCommand {
        const auto& pair = parser.expect(2, 2, "name the one that goes and the one that comes: parley cluster replace 2 4=HOST:PORT");
        return ReplaceCommand{pair.front(), pair.back()};
    });
    parser.takes_words(verb, "replicas", "The id of the one that goes, and NAME=HOST:PORT of the one that comes");
    add_snapshot_verbs(parser, cluster);
}

}  // namespace

PasswordSource password_of(const Words& words) {
    PasswordSource source;
    if (!words.password_file.empty()) source.file = words.password_file;
    source.standard_input = words.password_stdin;
    if (source.file && source.standard_input) throw Mistake{"give --password-file or --password-stdin, not both"};
    return source;
}

namespace {

Invitation invitation_of(const Words& words) {
    auto invitation = parse_invitation(words.invite);
    if (!invitation) throw Mistake{"--invite: " + invitation.error().message};
    return *std::move(invitation);
}

std::string code_of(const Words& words) { return words.invite.empty() ? "" : invitation_of(words).code; }

void add_account_verbs(Parser& parser) {
    Words& words = parser.words;
    const auto name_of = [&parser](const char* form) { return parser.expect(1, 1, form).front(); };
    Parser::Verb verb = parser.add(nullptr, "register", "Make an account and log in", [=, &words]() -> CliCommand {
        return RegisterCommand{name_of("name the account to make: parley register NAME"), password_of(words), code_of(words)};
    });
    parser.takes_words(verb, "name", "Name of the account");
    parser.takes_password(verb);
    Parser::takes(verb, "--invite", words.invite, "The link of an invitation: parley://…");
    verb = parser.add(nullptr, "login", "Log in", [=, &words]() -> CliCommand {
        return LogInCommand{name_of("name the account: parley login NAME"), password_of(words)};
    });
    parser.takes_words(verb, "name", "Name of the account");
    parser.takes_password(verb);
    verb = parser.add(nullptr, "logout", "End this login", [&words]() -> CliCommand { return LogOutCommand{words.flag}; });
    Parser::takes_flag(verb, "--all", words.flag, "End all logins of this account, on every device");
    parser.add(nullptr, "whoami", "Show the account of this profile", [] { return WhoAmICommand{}; });
    verb = parser.add(nullptr, "users", "List accounts", [&parser]() -> CliCommand {
        const auto& rest = parser.expect(0, 1, "give one pattern at most: parley users 'a*'");
        return UsersCommand{rest.empty() ? "" : rest.front()};
    });
    parser.takes_words(verb, "pattern", "Only names like this; * and ? are wildcards");
    verb = parser.add(nullptr, "delete-account", "Delete this account for good",
                      [&words]() -> CliCommand { return DeleteAccountCommand{words.flag, words.with_texts}; });
    Parser::takes_flag(verb, "--yes", words.flag, "Do not ask");
    Parser::takes_flag(verb, "--erase-texts", words.with_texts, "Erase everything it wrote, too");
}

bool is_profile_name(const std::string& name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; };
    return !name.empty() && name.size() <= 64 && name.front() != '.' && std::all_of(name.begin(), name.end(), plain);
}

GlobalOptions global_options(const Words& words, const std::string& environment_profile) {
    GlobalOptions options;
    if (!words.servers.empty()) {
        auto servers = parse_addresses(words.servers);
        if (!servers) throw Mistake{"--servers: " + servers.error().message};
        options.servers = *servers;
    }
    if (!words.invite.empty()) {
        const Invitation invitation = invitation_of(words);
        if (options.servers.empty()) options.servers = invitation.servers;
        if (invitation.ca_fingerprint.empty()) {
            options.tls = false;
        } else {
            options.ca_fingerprint = invitation.ca_fingerprint;
        }
    }
    if (!environment_profile.empty()) options.profile = environment_profile;
    if (!words.profile.empty()) options.profile = words.profile;
    if (!is_profile_name(options.profile)) {
        throw Mistake{fmt::format("\"{}\" cannot name a profile: use letters, digits, - and _", options.profile)};
    }
    if (!words.ca.empty()) options.ca = words.ca;
    if (!words.tls.empty() && words.tls != "on" && words.tls != "off") throw Mistake{"--tls is on or off"};
    if (!words.tls.empty()) options.tls = words.tls == "on";
    if (!(words.timeout_s > 0) || words.timeout_s > 86400) throw Mistake{"--timeout is a number of seconds above 0"};
    options.timeout = std::chrono::milliseconds{static_cast<std::int64_t>(words.timeout_s * 1000)};
    options.json = words.json;
    options.stale = words.stale;
    return options;
}

}  // namespace

std::variant<Invocation, Stop> parse_arguments(const std::vector<std::string>& arguments,
                                               const std::string& environment_profile) {
    Parser parser;
    add_cluster_verbs(parser);
    add_account_verbs(parser);
    add_access_verbs(parser);
    add_people_verbs(parser);
    add_room_verbs(parser);
    add_message_verbs(parser);
    add_file_verbs(parser);
    add_reply_verbs(parser);
    try {
        auto parsed = parser.parse(arguments);
        if (auto* stop = std::get_if<Stop>(&parsed)) return std::move(*stop);
        return Invocation{global_options(parser.words, environment_profile), std::get<CliCommand>(std::move(parsed))};
    } catch (const Mistake& mistake) {
        return Stop{2, mistake.sentence};
    }
}

}  // namespace parley::chat
