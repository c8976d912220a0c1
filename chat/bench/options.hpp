// The command line of parley-bench.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "chat/cli/invocation.hpp"

namespace parley::chat {

enum class SendTo { any, leader, follower };

// What they all share: who writes how much, and where.
struct WritingOptions {
    std::uint32_t clients = 256;
    std::uint32_t connections = 0;      // 0: the smaller of clients and 8
    std::uint32_t rooms = 64;
    std::uint32_t size = 100;           // bytes of a text
    std::uint32_t threads = 1;
    SendTo to = SendTo::any;
};

struct LoadCommand {
    WritingOptions writing;
    double seconds = 10;
    double warm_up_seconds = 1;
    double every_seconds = 0;           // a line for each such part of the time; 0: only one at the end
    bool reads = false;                 // instead of posts; each sees all that was acknowledged before it was asked
};

enum class KillHow { kill, stop, cut };
struct FailoverCommand {
    WritingOptions writing;
    std::uint32_t kills = 5;
    KillHow how = KillHow::kill;
    double pause_seconds = 3;           // writing between two kills, after the cluster is whole again
    std::string timeline;               // file for what was acknowledged when; empty: none
};

struct RecordCommand {
    WritingOptions writing;             // readers among the clients
    std::string file;
    std::uint32_t seconds = 60;
    std::uint32_t readers = 8;
    std::uint32_t pause_ms = 10;        // of each client between two actions
    std::uint64_t seed = 1;             // of the faults
};

struct FanoutCommand {
    std::uint32_t listeners = 1000;     // over all servers
    double seconds = 10;
    std::uint32_t size = 100;           // bytes of a text
};

struct ConnectionsCommand {
    std::uint32_t connections = 1000;   // all to one replica
    double seconds = 5;                 // of posts without them, and of posts beside them
};

struct LoginsCommand {
    std::uint32_t logins = 200;
    std::uint32_t at_once = 16;
    double seconds = 10;                // of posts beside them
};

struct SizeCommand {
    std::uint64_t messages = 1000;      // in one room
    std::uint32_t rooms = 10;           // of the account that asks
    std::uint32_t repeats = 200;        // of each question
};

struct BenchInvocation {
    GlobalOptions options;
    std::variant<LoadCommand, FailoverCommand, RecordCommand, FanoutCommand, ConnectionsCommand, LoginsCommand, SizeCommand> command;
};

std::variant<BenchInvocation, Stop> parse_bench_arguments(const std::vector<std::string>& arguments);

}  // namespace parley::chat
