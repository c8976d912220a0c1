// Lab: faults for a local cluster, ordered with `parley lab`. A relay stands on every way from one replica to another, so that links can
// be cut and slowed down without touching the machine's network; processes are killed and frozen through the supervisor.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "chat/cli/lab_words.hpp"
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

    // One line of an order (chat/cli/lab_words.hpp). What is said to the person begins with "ok: " or "no: ".
    std::string obey(const std::string& line, Supervisor& supervisor);

private:
    using Way = std::pair<std::uint32_t, std::uint32_t>;   // from, to
    std::string obey(const LabOrder& order, Supervisor& supervisor);
    void cut(LabLink link);
    void slow(LabLink link, std::uint32_t late_ms);
    void heal(Supervisor& supervisor);

    std::uint32_t replicas_;
    std::map<Way, std::unique_ptr<net::Relay>> relays_;
    std::map<LabLink, std::optional<std::uint32_t>> links_;   // that are broken, as in LabState
};

}  // namespace parley::chat
