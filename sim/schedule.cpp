#include "sim/schedule.hpp"

namespace parley::sim {

void Schedule::wait_for(std::function<bool()> condition, int patience, std::function<void()> then) {
    const net::Instant until = ground_.queue.now() + patience * ground_.election;
    poll(std::move(condition), until, std::move(then));
}

void Schedule::poll(std::function<bool()> condition, net::Instant until, std::function<void()> then) {
    if (condition()) return then();
    if (ground_.queue.now() >= until) return mend();
    later(ground_.election / 16, [this, condition = std::move(condition), until, then = std::move(then)] { poll(condition, until, then); });
}

void Schedule::later(net::Duration delay, std::function<void()> task) {
    ground_.queue.schedule(world_owner, EventKind::fault, ground_.queue.now() + delay, [self = shared_from_this(), task = std::move(task)] {
        if (self->ground_.queue.now() < self->ground_.end) task();
    });
}

void Schedule::cut_off(std::size_t alone) {
    for (const auto& other : ground_.replicas) {
        const MachineId one = ground_.replicas[alone]->id();
        if (other->id() == one) continue;
        for (const auto& direction : {std::pair{one, other->id()}, std::pair{other->id(), one}}) {
            ground_.network.cut(direction.first, direction.second);
            cuts_.push_back(direction);
        }
    }
}

void Schedule::drop(std::size_t from, std::size_t type) {
    ground_.network.drop_type(ground_.replicas[from]->id(), type, true);
    dropped_.emplace_back(ground_.replicas[from]->id(), type);
}

void Schedule::mend() {
    for (const auto& [from, to] : std::exchange(cuts_, {})) ground_.network.mend(from, to);
    for (const auto& [from, type] : std::exchange(dropped_, {})) ground_.network.drop_type(from, type, false);
}

}  // namespace parley::sim
