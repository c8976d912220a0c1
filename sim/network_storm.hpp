// NetworkStorm: the planned faults of the network: cuts, clogs, connections that die or break, slow links. It carries them out
// and takes them back after their time; Storm knows when. It never looks at what is sent but for its type.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "sim/fault_plan.hpp"
#include "sim/machine.hpp"

namespace parley::sim {

class NetworkStorm {
public:
    using Machines = std::vector<std::unique_ptr<Machine>>;
    using Directions = std::vector<std::pair<MachineId, MachineId>>;

    NetworkStorm(EventQueue& queue, SimNetwork& network, const Machines& replicas, const Machines& clients)
        : queue_(queue), network_(network), replicas_(replicas), clients_(clients) {}

    // A bit for each replica; with all of them set, each is alone.
    void partition(std::uint64_t sides, net::Duration time);
    // Two halves, and one replica that is in both: nobody else reaches the other half.
    void bridge(MachineId between, std::uint64_t bits, net::Duration time);
    void one_way(MachineId from, MachineId to, net::Duration time);
    void isolate(MachineId alone, net::Duration time);
    // Whoever leads is cut off, round after round.
    void relay(std::int64_t rounds, net::Duration step, const std::function<std::optional<std::size_t>()>& leader);
    // Nothing gets through and nothing is lost: it comes all at once when the time is over.
    void clog(MachineId from, MachineId to, net::Duration time);
    // Replicas are clogged one by one and released in another order.
    void swizzle(std::uint64_t bits, net::Duration step);
    // One replica's messages of one type are lost.
    void drop_type(MachineId from, std::size_t type, net::Duration time);
    // The connections that stand between two machines carry nothing any more, and neither end is told.
    void half_open(MachineId one, MachineId other);
    // All connections of all replicas break, round after round.
    void reconnect(std::int64_t rounds, net::Duration step);
    // Every link and every replica gets a speed of its own for a while: whole schedules that equal chances never give
    // (Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees", 2010).
    void priorities(std::uint64_t bits, net::Duration time);

    // All of it is over; nothing that was planned to be taken back later matters any more.
    void calm();

private:
    void cut_for(Directions directions, net::Duration time);
    void later(net::Duration delay, std::function<void()> task);
    [[nodiscard]] Directions all_of(MachineId machine) const;

    EventQueue& queue_;
    SimNetwork& network_;
    const Machines& replicas_;
    const Machines& clients_;
    std::uint64_t age_ = 0;
};

}  // namespace parley::sim
