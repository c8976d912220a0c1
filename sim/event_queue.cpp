#include "sim/event_queue.hpp"

#include <algorithm>
#include <limits>

#include "net/ports/check.hpp"
#include "sim/chance.hpp"

namespace parley::sim {
namespace {

std::uint64_t bits_of(MachineId machine) { return static_cast<std::uint32_t>(machine.value); }
std::uint64_t bits_of(net::Instant at) { return static_cast<std::uint64_t>(at.time_since_epoch().count()); }

}  // namespace

const char* name_of(EventKind kind) {
    switch (kind) {
        case EventKind::post: return "post";
        case EventKind::timer: return "timer";
        case EventKind::frame: return "frame";
        case EventKind::link_up: return "link_up";
        case EventKind::link_down: return "link_down";
        case EventKind::dial: return "dial";
        case EventKind::worker: return "worker";
        case EventKind::disk: return "disk";
        case EventKind::process: return "process";
        case EventKind::fault: return "fault";
        case EventKind::phase: return "phase";
    }
    return "?";
}

EventQueue::EventQueue(std::uint64_t seed) : seed_(seed), hash_(mix(seed)) {
    context_.event = EventId{hash_of(seed, hash_of_text("world"))};
}

EventQueue::~EventQueue() { clear(); }

void EventQueue::clear() {
    // Tasks own links and other ends whose destructors may schedule: they find a queue that still stands.
    while (!heap_.empty()) {
        const auto rest = std::exchange(events_, {});
        heap_.clear();
        free_.clear();
        timers_.clear();
    }
}

EventId EventQueue::next_child(EventKind kind) {
    const auto index = static_cast<std::size_t>(kind);
    return EventId{hash_of(context_.event.value, index, context_.children.at(index)++)};
}

EventId EventQueue::schedule(Owner owner, EventKind kind, net::Instant at, net::Task task, Stream* stream) {
    const EventId id = next_child(kind);
    schedule_as(id, owner, kind, at, std::move(task), stream);
    return id;
}

void EventQueue::schedule_as(EventId id, Owner owner, EventKind kind, net::Instant at, net::Task task,
                             Stream* stream) {
    const Key key{std::max(at, now_), hash_of(seed_, id.value), id.value};
    const net::Duration lag = kind == EventKind::timer ? lag_of(owner.machine) : net::Duration{};
    insert(key, Event{owner, kind, std::move(task), lag}, stream);
}

void EventQueue::insert(Key key, Event event, Stream* stream) {
    if (stream != nullptr) {
        if (key.at <= stream->at) {
            key.at = stream->at;
            // A little above the one before it; the remaining range is used up only after thousands at one instant.
            const std::uint64_t step = (key.tie >> 20U) + 1;
            if (stream->tie > std::numeric_limits<std::uint64_t>::max() - step) {
                key.at += net::Duration{1};
            } else {
                key.tie = stream->tie + step;
            }
        }
        *stream = Stream{key.at, key.tie};
    }
    std::size_t place = events_.size();
    if (free_.empty()) {
        events_.emplace_back();
    } else {
        place = free_.back();
        free_.pop_back();
    }
    if (event.kind == EventKind::timer) {
        const bool is_new = timers_.emplace(key.id, place).second;
        CHECK(is_new, "two timers with one id");
    }
    events_[place] = std::move(event);
    heap_.push_back(Waiting{key, place});
    std::push_heap(heap_.begin(), heap_.end());
}

// The task ends outside of the containers: it may own what schedules.
EventQueue::Event EventQueue::take(std::size_t place) {
    Event event = *std::move(events_[place]);
    events_[place].reset();
    return event;
}

void EventQueue::cancel(EventId timer) {
    const auto found = timers_.find(timer.value);
    if (found == timers_.end()) return;
    const std::size_t place = found->second;
    timers_.erase(found);
    const Event taken = take(place);   // its line leaves the heap when its time comes
}

std::uint64_t EventQueue::draw(Subsystem subsystem) {
    const auto index = static_cast<std::size_t>(subsystem);
    return hash_of(seed_, bits_of(context_.owner.machine), index, context_.event.value, context_.draws.at(index)++);
}

EventQueue::MachineState& EventQueue::state_of(MachineId machine) { return machines_[machine]; }

Owner EventQueue::begin_process(MachineId machine) {
    MachineState& state = state_of(machine);
    CHECK(!state.running, "the machine runs already");
    state.running = true;
    state.busy_until = net::Instant{};
    state.lag = {};
    return Owner{machine, ++state.process};
}

void EventQueue::end_process(MachineId machine) { state_of(machine).running = false; }

bool EventQueue::alive(Owner owner) const {
    if (owner.machine == world_machine) return true;
    const auto found = machines_.find(owner.machine);
    return found != machines_.end() && found->second.running && found->second.process == owner.process;
}

void EventQueue::make_busy(MachineId machine, net::Instant until) {
    net::Instant& busy = state_of(machine).busy_until;
    busy = std::max(busy, until);
}

void EventQueue::suspend(MachineId machine, net::Duration time) {
    MachineState& state = state_of(machine);
    make_busy(machine, now_ + time);
    state.lag += time;
}

net::Duration EventQueue::lag_of(MachineId machine) const {
    const auto found = machines_.find(machine);
    return found == machines_.end() ? net::Duration{} : found->second.lag;
}

bool EventQueue::dispatch(net::Instant until) {
    while (!heap_.empty() && heap_.front().key.at <= until) {
        Key key = heap_.front().key;
        const std::size_t place = heap_.front().place;
        std::pop_heap(heap_.begin(), heap_.end());
        heap_.pop_back();
        free_.push_back(place);
        if (!events_[place]) continue;   // cancelled
        CHECK(heap_.empty() || heap_.front().key != key, "two events with one id");
        now_ = key.at;
        Event event = take(place);
        if (event.kind == EventKind::timer) timers_.erase(key.id);
        if (!alive(event.owner)) {
            drop(key, std::move(event));
            continue;
        }
        if (event.owner.machine != world_machine) {
            MachineState& state = state_of(event.owner.machine);
            if (event.kind == EventKind::timer && event.lag < state.lag) {
                key.at += state.lag - event.lag;
                event.lag = state.lag;
                insert(key, std::move(event), nullptr);
                continue;
            }
            if (state.busy_until > now_) {
                key.at = state.busy_until;
                insert(key, std::move(event), &state.posts);
                continue;
            }
        }
        run(key, std::move(event));
        return true;
    }
    now_ = until;
    return false;
}

void EventQueue::drop(const Key& key, Event event) {
    // What the task owned may schedule while it ends; those children are this event's.
    const Context before = context_;
    context_ = Context{world_owner, EventId{key.id}, {}, {}};
    event.task = net::Task{};
    context_ = before;
}

void EventQueue::run(const Key& key, Event event) {
    const Dispatched line{key.at, EventId{key.id}, event.owner.machine, event.kind};
    hash_ = hash_of(hash_, bits_of(line.at), line.id.value, bits_of(line.machine), static_cast<std::uint64_t>(line.kind));
    ++dispatched_;
    if (observer_) observer_(line);
    const Context before = context_;
    context_ = Context{event.owner, line.id, {}, {}};
    if (on_enter_) on_enter_(line);
    if (line.machine != world_machine) {
        const net::Duration cost = state_of(line.machine).step_cost;
        if (cost > net::Duration{}) make_busy(line.machine, now_ + cost);
    }
    event.task();
    event.task = net::Task{};   // what the task owned ends inside its own context
    context_ = before;
}

}  // namespace parley::sim
