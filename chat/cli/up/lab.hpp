// Lab: faults for a local cluster, ordered with `parley lab`. A relay stands on every way from one replica to another, so that links can
// be cut and slowed down without touching the machine's network; processes are killed and frozen through the supervisor.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "chat/cli/up/formation.hpp"
#include "net/asio/relay.hpp"

namespace parley::chat {

class Supervisor;

class Lab {
public:
    // Throws std::runtime_error with a sentence.
    Lab(net::AsioLoop& loop, const Formation& formation);

    // Where each replica finds the others: through relays. By replica, then by the other's name.
    [[nodiscard]] std::map<std::uint32_t, std::map<std::string, std::string>> relays() const;

    // One order: "kill 2", "pause 2", "resume 2", "restart 2", "cut 1 3", "slow 1 3 200", "heal", "show". What is said to the person
    // begins with "ok: " or "no: ".
    std::string obey(const std::string& line, Supervisor& supervisor);

private:
    using Way = std::pair<std::uint32_t, std::uint32_t>;   // from, to
    std::string order(const std::string& line, Supervisor& supervisor);
    std::string order_process(const std::string& verb, std::uint32_t replica, Supervisor& supervisor);
    void both_ways(std::uint32_t one, std::uint32_t other, const std::string& state, net::Function<void(net::Relay&)> change);
    std::string heal(Supervisor& supervisor);
    [[nodiscard]] std::string show(const Supervisor& supervisor) const;
    [[nodiscard]] std::uint32_t replica_named(const std::string& word) const;

    std::uint32_t replicas_;
    std::map<Way, std::unique_ptr<net::Relay>> relays_;
    std::map<Way, std::string> broken_;   // how, in words
};

}  // namespace parley::chat
