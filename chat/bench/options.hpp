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
    bool reads = false;                 // instead of posts; each sees all that was acknowledged before it was asked
};

enum class KillHow { kill, stop, cut };
struct FailoverCommand {
    WritingOptions writing;
    std::uint32_t kills = 5;
    KillHow how = KillHow::kill;
    double pause_seconds = 3;           // writing between two kills, after the cluster is whole again
};

struct RecordCommand {
    WritingOptions writing;             // readers among the clients
    std::string file;
    std::uint32_t seconds = 60;
    std::uint32_t readers = 8;
    std::uint32_t pause_ms = 10;        // of each client between two actions
    std::uint64_t seed = 1;             // of the faults
};

struct BenchInvocation {
    GlobalOptions options;
    std::variant<LoadCommand, FailoverCommand, RecordCommand> command;
};

std::variant<BenchInvocation, Stop> parse_bench_arguments(const std::vector<std::string>& arguments);

}  // namespace parley::chat
