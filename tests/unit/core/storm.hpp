// Storm: one random schedule over a Cluster. Everything it does follows from its seed.
#pragma once

#include "consensus/core/chance.hpp"
#include "tests/unit/core/cluster.hpp"

namespace parley::consensus::testing {

struct Weather {
    std::uint64_t loss = 0;      // in 100
    std::uint64_t repeat = 0;
    std::uint64_t crash = 0;     // in 1000 actions
    std::uint64_t damage = 0;    // in 100 crashes
    std::uint64_t cut = 0;       // in 1000 actions: a node is cut off, in one or both directions, or all cuts heal
    std::uint64_t read = 0;      // in 1000 actions; then a node that is cut off sleeps, too, and messages wait for the cut's end
    std::uint64_t time = 140;    // in 1000 actions: time passes, and a node looks at it
    std::uint64_t change = 0;    // in 1000 actions: somebody asks for a change of membership
};

inline Options small_options() {
    Options options;
    options.open_slots_max = 4;
    options.batch_commands_max = 2;
    options.message_bytes_max = 64;
    options.memory_bytes_max = 256;
    // Short patience, so that a cut of some hundred actions has its elections.
    options.election_timeout = std::chrono::milliseconds{80};
    options.heartbeat_interval = std::chrono::milliseconds{20};
    options.resend_interval = std::chrono::milliseconds{40};
    options.lease_window = {};   // nobody switches leases on here, and a start that waits has few chances to err
    return options;
}

class Storm {
public:
    Storm(std::uint64_t seed, std::size_t size, Weather weather, std::size_t voters = 0)
        : cluster(size, small_options(), voters), chance_(seed), weather_(weather) {
        cluster.set_chance(seed * 7919 + 1);
    }

    void blow(int actions) {
        for (int i = 0; i < actions && cluster.contradiction().empty(); ++i) act();
    }

    void calm() {
        for (std::size_t number = 1; number <= cluster.size(); ++number) {
            if (!cluster.alive(NodeId{number})) cluster.restart(NodeId{number});
        }
        cluster.run(std::chrono::seconds{8});
    }

    Cluster cluster;

private:
    std::uint64_t roll(std::uint64_t sides) { return chance_.next() % sides; }
    NodeId any_node() { return NodeId{1 + roll(cluster.size())}; }

    void act() {
        const std::uint64_t kind = roll(1000);
        if (kind < weather_.crash) return break_something();
        if (roll(1000) < weather_.cut) return cut_or_heal();
        if (weather_.read > 0 && roll(1000) < weather_.read) return cluster.read(any_node());
        if (weather_.change > 0 && roll(1000) < weather_.change) return change_somebody();
        if (kind < 60) return cluster.propose(any_node(), "c" + std::to_string(++proposed_));
        if (kind < 60 + weather_.time) return pass_time();
        if (kind < 210 + weather_.time) return static_cast<void>(cluster.sync(any_node()));
        if (cluster.bag().empty()) return pass_time();
        std::size_t index = roll(3) == 0 ? roll(cluster.bag().size()) : 0;
        if (weather_.read > 0 && cluster.bag().size() < 400) {
            while (index < cluster.bag().size() && is_cut_off(index)) ++index;   // those come late
            if (index == cluster.bag().size()) return pass_time();
        }
        const bool is_cut = is_cut_off(index);
        if (is_cut || roll(100) < weather_.loss) return cluster.drop(index);
        cluster.deliver(index, roll(100) < weather_.repeat && cluster.bag().size() < 200);
    }

    [[nodiscard]] bool is_cut_off(std::size_t index) {
        return cuts_.contains({cluster.bag()[index].from, cluster.bag()[index].to});
    }

    // A refusal is an answer, too.
    void change_somebody() {
        const auto kind = static_cast<ChangeKind>(roll(3));
        static_cast<void>(cluster.change(cluster.leader().value_or(any_node()), kind, any_node()));
    }

    void cut_or_heal() {
        asleep_.reset();
        if (roll(2) == 0) return cuts_.clear();
        const NodeId alone = any_node();
        if (weather_.read > 0) asleep_ = alone;
        const std::uint64_t direction = roll(3);
        for (std::size_t number = 1; number <= cluster.size(); ++number) {
            if (NodeId{number} == alone) continue;
            if (direction != 1) cuts_.insert({alone, NodeId{number}});
            if (direction != 2) cuts_.insert({NodeId{number}, alone});
        }
    }

    void pass_time() {
        cluster.advance(std::chrono::milliseconds{roll(40)});
        const NodeId node = any_node();
        if (cluster.alive(node) && node != asleep_) cluster.tick(node);
    }

    void break_something() {
        const NodeId node = any_node();
        if (!cluster.alive(node)) return cluster.restart(node);
        cluster.crash(node);
        for (std::size_t number = 1; number <= cluster.size(); ++number) {
            if (roll(2) == 0) cluster.peer_down(NodeId{number}, node);
        }
        // Damage on one node only: fewer than half of the voters (the fault model).
        if (cluster.size() > 2 && node == NodeId{1} && roll(100) < weather_.damage) damage(node);
    }

    void damage(NodeId node) {
        ModelDisk& disk = cluster.disk(node);
        if (disk.records.empty() || disk.records.rbegin()->first <= disk.applied_through) return;
        disk.faulty.insert(disk.records.rbegin()->first);
    }

    Chance chance_;
    Weather weather_;
    std::set<std::pair<NodeId, NodeId>> cuts_;
    std::optional<NodeId> asleep_;   // its clock goes on, it does not look at it
    int proposed_ = 0;
};

}  // namespace parley::consensus::testing
