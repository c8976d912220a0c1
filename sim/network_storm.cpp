#include "sim/network_storm.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "sim/chance.hpp"

namespace parley::sim {

using std::chrono::microseconds;
using std::chrono::milliseconds;

void NetworkStorm::later(net::Duration delay, std::function<void()> task) {
    queue_.schedule(world_owner, EventKind::fault, queue_.now() + delay, [this, age = age_, task = std::move(task)] {
        if (age == age_) task();
    });
}

void NetworkStorm::cut_for(Directions directions, net::Duration time) {
    for (const auto& [from, to] : directions) network_.cut(from, to);
    later(time, [this, directions = std::move(directions)] {
        for (const auto& [from, to] : directions) network_.mend(from, to);
    });
}

NetworkStorm::Directions NetworkStorm::all_of(MachineId machine) const {
    Directions directions;
    for (const auto* group : {&replicas_, &clients_}) {
        for (const auto& other : *group) {
            if (other->id() == machine) continue;
            directions.emplace_back(machine, other->id());
            directions.emplace_back(other->id(), machine);
        }
    }
    return directions;
}

void NetworkStorm::partition(std::uint64_t sides, net::Duration time) {
    Directions directions;
    const bool is_total = sides == (std::uint64_t{1} << replicas_.size()) - 1;
    for (std::size_t from = 0; from < replicas_.size(); ++from) {
        for (std::size_t to = 0; to < replicas_.size(); ++to) {
            if (from == to) continue;
            if (is_total || ((sides >> from) & 1U) != ((sides >> to) & 1U))
                directions.emplace_back(replicas_[from]->id(), replicas_[to]->id());
        }
    }
    cut_for(std::move(directions), time);
}

// The others are shared out evenly, so that with the bridge each half is a quorum, or nearly one.
void NetworkStorm::bridge(MachineId between, std::uint64_t bits, net::Duration time) {
    std::vector<MachineId> others;
    for (const auto& replica : replicas_) {
        if (replica->id() != between) others.push_back(replica->id());
    }
    std::ranges::sort(others, {}, [bits](MachineId id) { return hash_of(bits, static_cast<std::uint64_t>(id.value)); });
    const auto half = static_cast<std::ptrdiff_t>(others.size() / 2);
    Directions directions;
    for (const MachineId one : std::span{others}.first(static_cast<std::size_t>(half))) {
        for (const MachineId other : std::span{others}.subspan(static_cast<std::size_t>(half))) {
            directions.emplace_back(one, other);
            directions.emplace_back(other, one);
        }
    }
    cut_for(std::move(directions), time);
}

void NetworkStorm::one_way(MachineId from, MachineId to, net::Duration time) {
    if (from != to) cut_for({{from, to}}, time);
}

void NetworkStorm::isolate(MachineId alone, net::Duration time) { cut_for(all_of(alone), time); }

void NetworkStorm::relay(std::int64_t rounds, net::Duration step,
                         const std::function<std::optional<std::size_t>()>& leader) {
    if (const auto found = leader()) isolate(replicas_[*found]->id(), step);
    if (rounds > 1) later(step, [this, rounds, step, leader] { relay(rounds - 1, step, leader); });
}

void NetworkStorm::clog(MachineId from, MachineId to, net::Duration time) {
    if (from == to) return;
    network_.clog(from, to);
    later(time, [this, from, to] { network_.unclog(from, to); });
}

void NetworkStorm::swizzle(std::uint64_t bits, net::Duration step) {
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
        if (hash_of(bits, i) % 2 == 0) chosen.push_back(i);
    }
    std::vector<std::size_t> release = chosen;
    std::ranges::sort(release, {}, [bits](std::size_t i) { return hash_of(bits, i, std::uint64_t{1}); });
    for (std::size_t turn = 0; turn < chosen.size(); ++turn) {
        const MachineId machine = replicas_[chosen[turn]]->id();
        const auto place = std::ranges::find(release, chosen[turn]) - release.begin();
        const net::Duration until =
            step * static_cast<std::int64_t>(chosen.size() + static_cast<std::size_t>(place) - turn);
        later(step * static_cast<std::int64_t>(turn), [this, machine, until] {
            for (const auto& [from, to] : all_of(machine)) clog(from, to, until);
        });
    }
}

void NetworkStorm::drop_type(MachineId from, std::size_t type, net::Duration time) {
    network_.drop_type(from, type, true);
    later(time, [this, from, type] { network_.drop_type(from, type, false); });
}

void NetworkStorm::half_open(MachineId one, MachineId other) { network_.deaden(one, other); }

void NetworkStorm::reconnect(std::int64_t rounds, net::Duration step) {
    for (const auto& replica : replicas_) network_.break_connections(replica->id());
    if (rounds > 1) later(step, [this, rounds, step] { reconnect(rounds - 1, step); });
}

void NetworkStorm::priorities(std::uint64_t bits, net::Duration time) {
    constexpr std::array<std::int64_t, 6> link_delays_us{0, 0, 0, 300, 3000, 30'000};
    constexpr std::array<std::int64_t, 6> step_costs_us{0, 0, 0, 0, 50, 400};
    for (const auto& from : replicas_) {
        const std::uint64_t own = hash_of(bits, static_cast<std::uint64_t>(from->id().value));
        queue_.set_step_cost(from->id(), microseconds{step_costs_us[own % step_costs_us.size()]});
        for (const auto& to : replicas_) {
            const std::uint64_t link = hash_of(own, static_cast<std::uint64_t>(to->id().value));
            if (from != to)
                network_.delay_link(from->id(), to->id(), microseconds{link_delays_us[link % link_delays_us.size()]});
        }
    }
    later(time, [this] {
        network_.undelay_links();
        for (const auto& replica : replicas_) queue_.set_step_cost(replica->id(), {});
    });
}

void NetworkStorm::calm() {
    ++age_;
    network_.mend_all();
    for (const auto& replica : replicas_) queue_.set_step_cost(replica->id(), {});
}

}  // namespace parley::sim
