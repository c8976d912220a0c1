// Parsing of parley-bench's arguments, through CLI11.
#include "chat/bench/options.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "chat/cli/addresses.hpp"

namespace parley::chat {
namespace {

struct Words {
    std::string servers, ca, tls, to = "any", how = "kill";
    double timeout_s = 30;
    bool json = false;
    LoadCommand load;
    FailoverCommand failover;
    RecordCommand record;
    FanoutCommand fanout;
    ConnectionsCommand connections;
    LoginsCommand logins;
    SizeCommand history;
};

void add_writing(CLI::App* command, WritingOptions& writing, Words& words) {
    command->add_option("--clients", writing.clients, "Sessions, each with one outstanding post")->check(CLI::Range(1, 20000));
    command->add_option("--connections", writing.connections, "Connections they share; default the smaller of clients and 8")->check(CLI::Range(1, 20000));
    command->add_option("--rooms", writing.rooms, "Rooms they write into")->check(CLI::Range(1, 10000));
    command->add_option("--size", writing.size, "Bytes of a text")->check(CLI::Range(1, 16384));
    command->add_option("--to", words.to, "Which replicas take the posts")->check(CLI::IsMember({"any", "leader", "follower"}));
}

void add_global(CLI::App& app, Words& words) {
    app.fallthrough();
    app.require_subcommand(1);
    app.set_version_flag("--version", "parley-bench " PARLEY_VERSION);
    app.add_option("--servers", words.servers, "HOST:PORT,… of replicas; default: the local cluster's");
    app.add_option("--ca", words.ca, "File with the CA of the cluster");
    app.add_option("--tls", words.tls, "on or off")->check(CLI::IsMember({"on", "off"}));
    app.add_option("--timeout", words.timeout_s, "Seconds to wait for one answer while setting up")->check(CLI::Range(0.1, 3600.0));
    app.add_flag("--json", words.json, "Print one JSON object");
}

SendTo send_to(const std::string& word) {
    if (word == "leader") return SendTo::leader;
    return word == "follower" ? SendTo::follower : SendTo::any;
}

Stop mistake(const std::string& sentence) { return {2, sentence + "; parley-bench --help shows how it is used"}; }

CLI::App* add_record(CLI::App& app, RecordCommand& command) {
    CLI::App* record = app.add_subcommand("record", "Writes and reads while the lab breaks one thing after the other, and writes down a history (parley up --lab)");
    record->add_option("file", command.file, "Where the history goes, for `parley-sim check`")->required();
    record->add_option("--seconds", command.seconds, "How long")->check(CLI::Range(1, 86400));
    record->add_option("--clients", command.writing.clients, "Sessions, with one outstanding post or read each")->check(CLI::Range(1, 1000));
    record->add_option("--readers", command.readers, "How many of them read")->check(CLI::Range(0, 1000));
    record->add_option("--rooms", command.writing.rooms, "Rooms they write into and read")->check(CLI::Range(1, 100));
    record->add_option("--pause-ms", command.pause_ms, "How long each of them pauses after an answer")->check(CLI::Range(0, 10000));
    record->add_option("--seed", command.seed, "Of the faults");
    return record;
}

CLI::App* add_fanout(CLI::App& app, FanoutCommand& command) {
    CLI::App* fanout = app.add_subcommand("fanout", "One room that many follow: how long until a text has come to all of them");
    fanout->add_option("--listeners", command.listeners, "Connections that follow the room, over all replicas")->check(CLI::Range(1, 20000));
    fanout->add_option("--seconds", command.seconds, "How long it is measured")->check(CLI::Range(0.1, 86400.0));
    fanout->add_option("--size", command.size, "Bytes of a text")->check(CLI::Range(1, 16384));
    return fanout;
}

CLI::App* add_connections(CLI::App& app, ConnectionsCommand& command) {
    CLI::App* connections = app.add_subcommand("connections", "Many who are there and say nothing: what each costs one replica, and others' posts");
    connections->add_option("--count", command.connections, "Connections, all to one replica")->check(CLI::Range(1, 60000));
    connections->add_option("--seconds", command.seconds, "Of posts without them, and again beside them")->check(CLI::Range(0.1, 3600.0));
    return connections;
}

// A user stands 64 log-ins; eight accounts are made, and one log-in of each is needed for the posts beside them.
CLI::App* add_logins(CLI::App& app, LoginsCommand& command) {
    CLI::App* logins = app.add_subcommand("logins", "Many who log in at the same time: how many a second, and what others' posts notice");
    logins->add_option("--count", command.logins, "Log-ins of eight accounts")->check(CLI::Range(1, 480));
    logins->add_option("--at-once", command.at_once, "How many wait for their answer at a time")->check(CLI::Range(1, 480));
    logins->add_option("--seconds", command.seconds, "Of posts beside them")->check(CLI::Range(0.1, 3600.0));
    return logins;
}

CLI::App* add_history(CLI::App& app, SizeCommand& command) {
    CLI::App* history = app.add_subcommand("history", "What many messages and rooms cost a post, a page, a jump, the unread ones and a search");
    history->add_option("--messages", command.messages, "In one room; they are posted first")->check(CLI::Range(std::uint64_t{100}, std::uint64_t{100'000'000}));
    history->add_option("--rooms", command.rooms, "Of the account that asks; they are made first")->check(CLI::Range(1, 100'000));
    history->add_option("--repeats", command.repeats, "Of each question")->check(CLI::Range(1, 100'000));
    return history;
}

// One link carries one login, and a login stands at most 64 sessions.
constexpr std::uint32_t sessions_per_connection_max = 60;

std::uint32_t connections_of(const WritingOptions& writing) {
    const std::uint32_t least = (writing.clients + sessions_per_connection_max - 1) / sessions_per_connection_max;
    const std::uint32_t wanted = writing.connections > 0 ? writing.connections : std::min<std::uint32_t>(writing.clients, 8);
    return std::min(std::max(wanted, least), writing.clients);
}

void settle(WritingOptions& writing, const Words& words) {
    writing.to = send_to(words.to);
    writing.connections = connections_of(writing);
}

}  // namespace

std::variant<BenchInvocation, Stop> parse_bench_arguments(const std::vector<std::string>& arguments) {
    Words words;
    words.failover.writing.clients = 16;
    words.failover.writing.rooms = 8;
    words.record.writing.clients = 24;
    words.record.writing.rooms = 4;
    CLI::App app{"Measurements of a running Parley cluster", "parley-bench"};
    add_global(app, words);
    CLI::App* load = app.add_subcommand("load", "Posts as fast as they are acknowledged");
    add_writing(load, words.load.writing, words);
    load->add_option("--seconds", words.load.seconds, "How long it is measured")->check(CLI::Range(0.1, 86400.0));
    load->add_option("--warm-up", words.load.warm_up_seconds, "Seconds of the same before, not measured")->check(CLI::Range(0.0, 3600.0));
    CLI::Option* every = load->add_option("--every", words.load.every_seconds, "A line of its own for each part of that many seconds (one thread)")->check(CLI::Range(0.1, 86400.0));
    load->add_flag("--reads", words.load.reads, "Linearizable reads instead of posts");
    load->add_option("--threads", words.load.writing.threads, "Threads of the generator")->check(CLI::Range(1, 8))->excludes(every);
    CLI::App* failover = app.add_subcommand("failover", "Kills the leader of a local cluster under load, and measures the gaps");
    add_writing(failover, words.failover.writing, words);
    failover->add_option("--kills", words.failover.kills, "How often")->check(CLI::Range(1, 1000));
    failover->add_option("--how", words.how, "kill: SIGKILL; stop: SIGSTOP for 3 s; cut: nothing passes between it and the others for 3 s (parley up --lab)")->check(CLI::IsMember({"kill", "stop", "cut"}));
    failover->add_option("--pause", words.failover.pause_seconds, "Seconds of writing between two kills")->check(CLI::Range(0.5, 3600.0));
    failover->add_option("--timeline", words.failover.timeline, "File for what was acknowledged when, in steps of 20 ms");
    const CLI::App* record = add_record(app, words.record);
    const CLI::App* fanout = add_fanout(app, words.fanout);
    const CLI::App* connections = add_connections(app, words.connections);
    const CLI::App* logins = add_logins(app, words.logins);
    const CLI::App* history = add_history(app, words.history);
    try {
        app.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0) return mistake(error.what());
        if (error.get_name() == "CallForVersion") return Stop{0, std::string{error.what()} + "\n"};
        return Stop{0, app.help("", !app.get_subcommands().empty() ? CLI::AppFormatMode::Sub : CLI::AppFormatMode::All)};
    }
    BenchInvocation invocation;
    if (!words.servers.empty()) {
        auto servers = parse_addresses(words.servers);
        if (!servers) return mistake("--servers: " + servers.error().message);
        invocation.options.servers = *servers;
    }
    if (!words.ca.empty()) invocation.options.ca = words.ca;
    if (!words.tls.empty()) invocation.options.tls = words.tls == "on";
    invocation.options.json = words.json;
    invocation.options.timeout = std::chrono::milliseconds{static_cast<std::int64_t>(words.timeout_s * 1000)};
    settle(words.load.writing, words);
    settle(words.failover.writing, words);
    settle(words.record.writing, words);
    words.failover.how = words.how == "stop" ? KillHow::stop : words.how == "cut" ? KillHow::cut : KillHow::kill;
    if (load->parsed()) {
        invocation.command = words.load;
    } else if (record->parsed()) {
        invocation.command = words.record;
    } else if (fanout->parsed()) {
        invocation.command = words.fanout;
    } else if (connections->parsed()) {
        invocation.command = words.connections;
    } else if (logins->parsed()) {
        invocation.command = words.logins;
    } else if (history->parsed()) {
        invocation.command = words.history;
    } else {
        invocation.command = words.failover;
    }
    return invocation;
}

}  // namespace parley::chat
