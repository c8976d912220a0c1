// History: what clients asked and were told, as JSON lines for a checker outside (docs/simulation.md). It only writes down;
// it judges nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/event_queue.hpp"

namespace parley::sim {

class History {
public:
    using Sink = std::function<void(net::Instant, const std::string& line)>;

    explicit History(const EventQueue& queue) : queue_(queue) {}
    void write_to(Sink sink) { sink_ = std::move(sink); }

    void call(std::uint64_t client, std::uint64_t number, const std::string& conversation, const std::string& body);
    void returned(std::uint64_t client, std::uint64_t number, std::uint64_t position, std::uint64_t slot);
    // All of a conversation in the final audit, in order: "client/number".
    void final_state(const std::string& conversation, const std::vector<std::string>& ids);

private:
    void write(const std::string& line) const;

    const EventQueue& queue_;
    Sink sink_;
};

}  // namespace parley::sim
