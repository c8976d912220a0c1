// What the programs print with --json, read back. Each reader throws on a line that lacks a key scripts rely on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace parley::e2e {

struct MessageLine {
    std::string message;   // general/57
    std::string room;
    std::uint64_t number = 0;
    std::uint64_t slot = 0;
    std::string from;
    std::string text;
    std::string kind;
    friend bool operator==(const MessageLine&, const MessageLine&) = default;
};

struct ReplicaLine {
    bool ok = false;
    std::string address;
    std::string id;        // these only when ok
    std::string role;
    pid_t pid = 0;
    std::uint64_t chosen = 0;
    std::uint64_t applied = 0;
    std::uint64_t refused_links = 0;
    std::string ballot;
    std::uint64_t clients = 0;
};

struct LocalFile {
    std::vector<std::string> servers;
    std::string ca;
};

MessageLine message_line(const std::string& line);
// What `send --json` prints: where it went, and nothing else.
MessageLine sent_line(const std::string& line);
std::vector<MessageLine> message_lines(const std::string& output);
std::vector<ReplicaLine> replica_lines(const std::string& output);
LocalFile local_file(const std::string& text);
std::uint64_t number_in(const std::string& line, const std::string& key);

}  // namespace parley::e2e
