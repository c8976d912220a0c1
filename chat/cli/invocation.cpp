// The command line of parley, through CLI11: words and options here, meaning in the commands. Every mistake ends as one
// sentence that shows how it is done.
#include "chat/cli/invocation.hpp"

#include <algorithm>
#include <functional>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "chat/cli/addresses.hpp"

namespace parley::chat {
namespace {

struct Mistake {
    std::string sentence;
};

// Raw words as CLI11 fills them in; one set is enough, for one command is run.
struct Words {
    std::string servers, profile, tls, ca;
    double timeout_s = 10;
    bool json = false;
    bool flag = false;
    std::vector<std::string> rest;
    std::string password_file;
    bool password_stdin = false;
    std::string data = "./.parley", listen = "127.0.0.1";
    std::uint32_t replicas = 3, limit = 50;
    std::uint16_t base_port = 7400;
    std::uint64_t before = 0, after = 0, from = 0;
};

struct Parser {
    CLI::App app{"Parley: a replicated team chat. Data and servers of the cluster: parley up --help", "parley"};
    Words words;
    std::vector<std::pair<CLI::App*, std::function<CliCommand()>>> commands;

    CLI::App* add(CLI::App& parent, const std::string& name, const std::string& what, std::function<CliCommand()> make) {
        CLI::App* command = parent.add_subcommand(name, what);
        commands.emplace_back(command, std::move(make));
        return command;
    }
};

// CLI11 takes "[a,b]" apart, and "{}" for nothing, where several words are allowed, and forgets a "--" before the last of
// them. Texts may be just that, so such words travel through it behind this mark.
constexpr char shield = '\x01';

std::vector<std::string> shielded(const std::vector<std::string>& words) {
    std::vector<std::string> result;
    bool only_words = false;
    for (const std::string& word : words) {
        if (word == "--" && !only_words) {
            only_words = true;
            continue;
        }
        const bool is_list = word.size() >= 2 && ((word.front() == '[' && word.back() == ']') || word == "{}");
        result.push_back(is_list || only_words ? shield + word : word);
    }
    return result;
}

void unshield(std::vector<std::string>& words) {
    for (std::string& word : words) {
        if (!word.empty() && word.front() == shield) word.erase(0, 1);
    }
}

// The positional words, exactly `least` to `most` of them, or the sentence that shows the right form.
const std::vector<std::string>& expect(const Words& words, std::size_t least, std::size_t most, const std::string& form) {
    if (words.rest.size() < least || words.rest.size() > most) throw Mistake{form};
    return words.rest;
}

Target target_of(const std::string& word) {
    auto target = parse_target(word);
    if (!target) throw Mistake{target.error().message};
    return *target;
}

Target room_of(const Words& words, const std::string& verb) {
    const auto form = fmt::format("name one room: parley room {} general", verb);
    Target target = target_of(expect(words, 1, 1, form).front());
    if (std::holds_alternative<ByUserName>(target)) throw Mistake{form};
    return target;
}

std::uint64_t number_of(const std::string& word) {
    std::uint64_t number = 0;
    if (!CLI::detail::lexical_cast(word, number) || word.starts_with('-')) {
        throw Mistake{fmt::format("\"{}\" is not a message number", word)};
    }
    return number;
}

void add_rest(CLI::App* command, Words& words, const std::string& name, const std::string& what) {
    command->add_option(name, words.rest, what);
}

void add_password_options(CLI::App* command, Words& words) {
    command->add_option("--password-file", words.password_file, "Read the password from the first line of this file");
    command->add_flag("--password-stdin", words.password_stdin, "Read the password from the first line of standard input");
}

PasswordSource password_of(const Words& words) {
    PasswordSource source;
    if (!words.password_file.empty()) source.file = words.password_file;
    source.standard_input = words.password_stdin;
    if (source.file && source.standard_input) throw Mistake{"give --password-file or --password-stdin, not both"};
    return source;
}

void add_cluster_commands(Parser& parser) {
    Words& words = parser.words;
    CLI::App* up = nullptr;
    up = parser.add(parser.app, "up", "Run a local cluster in the foreground", [&words, &parser]() -> CliCommand {
        UpCommand command{.replicas = {}, .data = words.data, .base_port = {}, .listen = words.listen, .with_parent = words.flag};
        CLI::App* self = parser.app.get_subcommand("up");
        if (self->count("--replicas") > 0) command.replicas = words.replicas;
        if (self->count("--base-port") > 0) command.base_port = words.base_port;
        if (command.replicas && *command.replicas != 1 && *command.replicas != 3 && *command.replicas != 5) {
            throw Mistake{"--replicas is 3 or 5 (1 for a cluster that stands no failure)"};
        }
        if (words.data.empty()) throw Mistake{"--data needs a folder"};
        return command;
    });
    up->add_option("--replicas", words.replicas, "How many: 3 or 5; an existing folder keeps its number");
    up->add_option("--data", words.data, "Folder of the cluster, made if missing; default ./.parley");
    up->add_option("--base-port", words.base_port, "First port; the next free block is taken if it is in use; default 7400")
        ->check(CLI::Range(1, 65530));
    up->add_option("--listen", words.listen, "Address to listen on; default 127.0.0.1");
    up->add_flag("--with-parent", words.flag, "End when the process that started this one ends");
    parser.add(parser.app, "status", "Show every replica: role, progress, delay", [] { return StatusCommand{}; });
    parser.add(parser.app, "verify", "Compare the state of all replicas at one slot", [] { return VerifyCommand{}; });
}

void add_account_commands(Parser& parser) {
    Words& words = parser.words;
    const auto name_of = [&words](const char* form) { return expect(words, 1, 1, form).front(); };
    CLI::App* command = parser.add(parser.app, "register", "Make an account and log in", [=, &words]() -> CliCommand {
        return RegisterCommand{name_of("name the account to make: parley register NAME"), password_of(words)};
    });
    add_rest(command, words, "name", "Name of the account");
    add_password_options(command, words);
    command = parser.add(parser.app, "login", "Log in", [=, &words]() -> CliCommand {
        return LogInCommand{name_of("name the account: parley login NAME"), password_of(words)};
    });
    add_rest(command, words, "name", "Name of the account");
    add_password_options(command, words);
    command = parser.add(parser.app, "logout", "End this login", [&words]() -> CliCommand { return LogOutCommand{words.flag}; });
    command->add_flag("--all", words.flag, "End all logins of this account, on every device");
    parser.add(parser.app, "whoami", "Show the account of this profile", [] { return WhoAmICommand{}; });
    command = parser.add(parser.app, "users", "List accounts", [&words]() -> CliCommand {
        const auto& rest = expect(words, 0, 1, "give one pattern at most: parley users 'a*'");
        return UsersCommand{rest.empty() ? "" : rest.front()};
    });
    add_rest(command, words, "pattern", "Only names like this; * and ? are wildcards");
    command = parser.add(parser.app, "delete-account", "Delete this account for good",
                         [&words]() -> CliCommand { return DeleteAccountCommand{words.flag}; });
    command->add_flag("--yes", words.flag, "Do not ask");
}

void add_room_commands(Parser& parser) {
    Words& words = parser.words;
    CLI::App* room = parser.app.add_subcommand("room", "Make, list, join and leave rooms");
    room->require_subcommand(1);
    CLI::App* command = parser.add(*room, "create", "Make a room and join it", [&words]() -> CliCommand {
        std::string name = expect(words, 1, 1, "name the room: parley room create NAME (quote a name with spaces)").front();
        if (name.starts_with('#')) name.erase(0, 1);
        if (name.empty() || name.starts_with('@')) throw Mistake{"a room's name does not begin with @ and is not empty"};
        return RoomCreateCommand{std::move(name), words.flag};
    });
    add_rest(command, words, "name", "Name of the room");
    command->add_flag("--private", words.flag, "Only for those who are invited");
    parser.add(*room, "list", "Show rooms you are in and public rooms", [] { return RoomListCommand{}; });
    const auto add = [&](const char* verb, const char* what, std::function<CliCommand()> make) {
        add_rest(parser.add(*room, verb, what, std::move(make)), words, "room", "Name of the room");
    };
    add("join", "Join a public room", [&words]() -> CliCommand { return RoomJoinCommand{room_of(words, "join")}; });
    add("leave", "Leave a room", [&words]() -> CliCommand { return RoomLeaveCommand{room_of(words, "leave")}; });
    add("members", "List the members of a room", [&words]() -> CliCommand { return RoomMembersCommand{room_of(words, "members")}; });
    add("invite", "Bring someone into a room", [&words]() -> CliCommand {
        const std::string form = "name the room and the person: parley room invite general ada";
        const auto& rest = expect(words, 2, 2, form);
        const Target target = target_of(rest[0]);
        const std::string user = rest[1].starts_with('@') ? rest[1].substr(1) : rest[1];
        if (user.empty() || std::holds_alternative<ByUserName>(target)) throw Mistake{form};
        return RoomInviteCommand{target, user};
    });
}

CliCommand make_send(const Words& words) {
    if (words.rest.empty()) {
        throw Mistake{"send needs a room or a person, and a text: parley send general 'good morning' (a shell takes an "
                      "unquoted #general for a comment)"};
    }
    if (words.rest.size() == 1) {
        throw Mistake{fmt::format("send needs a text: parley send {} 'good morning', or - for standard input", words.rest[0])};
    }
    if (words.rest.size() > 2) {
        throw Mistake{fmt::format("put the text in quotes: parley send {} '{}'", words.rest[0],
                                  fmt::join(words.rest.begin() + 1, words.rest.end(), " "))};
    }
    return SendCommand{target_of(words.rest[0]), words.rest[1]};
}

CliCommand make_history(const Words& words) {
    const auto& rest = expect(words, 1, 1, "name a room or a person: parley history general");
    if (words.before > 0 && words.after > 0) throw Mistake{"give --before or --after, not both"};
    if (words.limit == 0) throw Mistake{"--limit is at least 1"};
    return HistoryCommand{target_of(rest[0]), words.before, words.after, words.limit};
}

void add_message_commands(Parser& parser) {
    Words& words = parser.words;
    add_rest(parser.add(parser.app, "send", "Send a message; prints its name, e.g. general/57", [&words] { return make_send(words); }),
             words, "target", "ROOM or @NAME, then the text; - reads standard input");
    CLI::App* command = parser.add(parser.app, "history", "Show messages of a room", [&words] { return make_history(words); });
    add_rest(command, words, "target", "ROOM or @NAME");
    command->add_option("--before", words.before, "Messages before this number");
    command->add_option("--after", words.after, "Messages after this number");
    command->add_option("--limit", words.limit, "How many at most; default 50");
    command = parser.add(parser.app, "tail", "Follow rooms until interrupted; without a name, all of yours", [&words, &parser]() -> CliCommand {
        TailCommand tail;
        for (const auto& word : words.rest) tail.targets.push_back(target_of(word));
        if (parser.app.get_subcommand("tail")->count("--from") > 0) tail.from = words.from;
        return tail;
    });
    add_rest(command, words, "target", "ROOM or @NAME, as many as you like");
    command->add_option("--from", words.from, "Begin with this number instead of now");
    command = parser.add(parser.app, "read", "Mark messages as read", [&words]() -> CliCommand {
        const auto& rest = expect(words, 1, 2, "name a room or a person: parley read general [NUMBER]");
        return ReadCommand{target_of(rest[0]), rest.size() > 1 ? number_of(rest[1]) : 0};
    });
    add_rest(command, words, "target", "ROOM or @NAME, then up to which number; all when left out");
    parser.add(parser.app, "unread", "Show where unread messages wait", [] { return UnreadCommand{}; });
    command = parser.add(parser.app, "delete", "Delete a message of yours", [&words]() -> CliCommand {
        const auto& rest = expect(words, 1, 1, "name the message: parley delete general/57");
        auto name = parse_message_name(rest[0]);
        if (!name) throw Mistake{name.error().message};
        return DeleteMessageCommand{*name};
    });
    add_rest(command, words, "message", "The message, e.g. general/57");
    parser.add(parser.app, "chat", "Full-screen chat in this terminal", [] { return ChatCommand{}; });
}

void add_global_options(Parser& parser) {
    Words& words = parser.words;
    parser.app.require_subcommand(0, 1);   // a text may be the name of a command: parley send general status
    parser.app.fallthrough();              // so that they may stand behind the command, too
    parser.app.footer("--servers, --profile, --ca, --tls, --json and --timeout go with every command. Exit codes: 0 done, 1 refused or\n"
                      "failed, 2 usage, 3 no quorum or not reachable in time.");
    parser.app.set_version_flag("--version", "parley " PARLEY_VERSION);
    parser.app.add_option("--servers", words.servers, "HOST:PORT,… of replicas; default: the local cluster's");
    parser.app.add_option("--profile", words.profile, "Which of your accounts; default $PARLEY_PROFILE, else \"default\"");
    parser.app.add_option("--ca", words.ca, "File with the CA of the cluster");
    parser.app.add_option("--tls", words.tls, "on or off; off for loopback addresses only");
    parser.app.add_flag("--json", words.json, "Print one JSON object a line");
    parser.app.add_option("--timeout", words.timeout_s, "Seconds to wait for an answer; default 10");
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
    return options;
}

Invocation understood(const Parser& parser, const std::string& environment_profile) {
    GlobalOptions options = global_options(parser.words, environment_profile);
    for (const auto& [app, make] : parser.commands) {
        if (app->parsed()) return {std::move(options), make()};
    }
    throw Mistake{"say what to do, for example: parley status; parley --help lists the commands"};
}

Stop stopped(const Parser& parser, const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
        const bool is_version = error.get_name() == "CallForVersion";
        return {0, is_version ? std::string{error.what()} + "\n" : parser.app.help()};
    }
    return {2, fmt::format("{}; parley --help lists the commands", error.what())};
}

}  // namespace

std::variant<Invocation, Stop> parse_arguments(const std::vector<std::string>& arguments,
                                               const std::string& environment_profile) {
    Parser parser;
    add_global_options(parser);   // first: commands take the footer over
    add_cluster_commands(parser);
    add_account_commands(parser);
    add_room_commands(parser);
    add_message_commands(parser);
    try {
        std::vector<std::string> words = shielded(arguments);
        std::reverse(words.begin(), words.end());   // CLI11 takes them from the back
        parser.app.parse(words);
        unshield(parser.words.rest);
        return understood(parser, environment_profile);
    } catch (const CLI::ParseError& error) {
        return stopped(parser, error);
    } catch (const Mistake& mistake) {
        return Stop{2, mistake.sentence};
    }
}

}  // namespace parley::chat
