// Schedule: a fault of several steps in an order that chance alone hardly ever brings about. It waits for what the cluster
// makes of each step, goes on by itself, gives up when the cluster goes another way, and mends what it cut.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/machine.hpp"

namespace parley::sim {

struct ScheduleGround {
    EventQueue& queue;
    SimNetwork& network;
    const std::vector<std::unique_ptr<Machine>>& replicas;
    std::function<std::optional<std::size_t>()> leader;
    // Asks whoever leads to let that replica lead.
    std::function<void(std::size_t)> hand_over;
    // The process of that replica dies, and starts again at once.
    std::function<void(std::size_t)> kill;
    net::Duration election;   // the time-out of the replicas
    net::Instant end;         // nothing more is cut from here on
};

// A new leader that still fetches what it missed is cut off, another is elected above it, and the old one is told of the
// other's slots before it hears of the other. `bits` choose the replica, here and below.
void overtake(const ScheduleGround& ground, std::uint64_t bits);

// A replica misses many slots and an election, votes at the new ballot for the newest slots, then fetches what it missed,
// which was chosen at an older ballot, until its log could let go of the vote, and is killed.
void vote_late(const ScheduleGround& ground, std::uint64_t bits);

// Whoever leads proposes to nobody and a follower misses what is chosen instead; when both are back, nobody but the one that
// led answers the other's questions. Among five at least.
void leave_leader_alone(const ScheduleGround& ground, std::uint64_t bits);

// What they are made of.
class Schedule : public std::enable_shared_from_this<Schedule> {
public:
    virtual ~Schedule() = default;

protected:
    explicit Schedule(ScheduleGround ground) : ground_(std::move(ground)) {}

    // Goes on with `then` once the condition holds; mends, and that is all, when it does not within so many time-outs.
    void wait_for(std::function<bool()> condition, int patience, std::function<void()> then);
    // At the storm's end everything is mended by whoever ends it.
    void later(net::Duration delay, std::function<void()> task);
    void cut_off(std::size_t alone);
    // What that replica sends of one type is lost.
    void drop(std::size_t from, std::size_t type);
    void mend();

    ScheduleGround ground_;

private:
    void poll(std::function<bool()> condition, net::Instant until, std::function<void()> then);

    std::vector<std::pair<MachineId, MachineId>> cuts_;
    std::vector<std::pair<MachineId, std::size_t>> dropped_;
};

}  // namespace parley::sim
