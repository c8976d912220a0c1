// EventQueue: the one source of time and order in a simulated world. Events run by (virtual time, tie-break hash); an
// event's id is the hash of its parent's id, its kind and its place among the parent's children of that kind, so ids do
// not depend on what happens elsewhere. Tasks of a process that ended never run. It never looks at a real clock.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "net/ports/function.hpp"
#include "net/ports/time.hpp"

namespace parley::sim {

// A simulated computer: replica or client. -1 is the world itself (faults, phases), which never dies.
struct MachineId {
    std::int32_t value = -1;
    friend auto operator<=>(const MachineId&, const MachineId&) = default;
};
inline constexpr MachineId world_machine{-1};

struct EventId {
    std::uint64_t value = 0;
    friend auto operator<=>(const EventId&, const EventId&) = default;
};

// One run of a program on a machine; the next start has the next number.
struct Owner {
    MachineId machine;
    std::uint64_t process = 0;
    friend auto operator<=>(const Owner&, const Owner&) = default;
};
inline constexpr Owner world_owner{};

enum class EventKind : std::uint8_t { post, timer, frame, link_up, link_down, dial, worker, disk, process, fault, phase };
inline constexpr std::size_t event_kinds = 11;
const char* name_of(EventKind kind);

// Who asks for a draw, so that one part's draws do not shift another's.
enum class Subsystem : std::uint8_t { loop, network, secrets, worker, disk, workload, machine, rare };
inline constexpr std::size_t subsystems = 8;

// Keeps the events of one stream in the order they were scheduled.
struct Stream {
    net::Instant at{};
    std::uint64_t tie = 0;
};

// One line of the run's record: all that the run's hash is made of.
struct Dispatched {
    net::Instant at;
    EventId id;
    MachineId machine;
    EventKind kind = EventKind::post;
    friend bool operator==(const Dispatched&, const Dispatched&) = default;
};

class EventQueue {
public:
    static constexpr net::Instant beginning{std::chrono::seconds{1000}};

    explicit EventQueue(std::uint64_t seed);
    ~EventQueue();
    EventQueue(const EventQueue&) = delete;
    EventQueue& operator=(const EventQueue&) = delete;

    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    [[nodiscard]] net::Instant now() const { return now_; }
    // Whose task runs now; the world outside of dispatch.
    [[nodiscard]] Owner running() const { return context_.owner; }
    [[nodiscard]] EventId running_event() const { return context_.event; }

    // The id of the running event's next child. Taken also for a child that a fault then prevents.
    EventId next_child(EventKind kind);

    // Runs the task at `at`, or at once when that is past. With a stream: after everything scheduled on it before.
    EventId schedule(Owner owner, EventKind kind, net::Instant at, net::Task task, Stream* stream = nullptr);
    void schedule_as(EventId id, Owner owner, EventKind kind, net::Instant at, net::Task task, Stream* stream = nullptr);
    // Timers only: the task will not run; an id that ran is ignored.
    void cancel(EventId timer);

    // Fresh bits for the running event.
    std::uint64_t draw(Subsystem subsystem);

    // Processes. Events of an ended one are dropped when their time comes.
    Owner begin_process(MachineId machine);
    void end_process(MachineId machine);
    [[nodiscard]] bool alive(Owner owner) const;
    // The machine runs nothing before `until`: a pause, or a call that blocks. Its clock goes on.
    void make_busy(MachineId machine, net::Instant until);
    // Every event of the machine keeps it busy for so long.
    void set_step_cost(MachineId machine, net::Duration cost) { state_of(machine).step_cost = cost; }
    // The machine stands still and so does its steady clock: timers move back with it.
    void suspend(MachineId machine, net::Duration time);
    // How far the steady clock of the running process is behind the world's time.
    [[nodiscard]] net::Duration lag_of(MachineId machine) const;

    // Drops every event; what their tasks owned ends now.
    void clear();

    // Runs the next event if it is due by `until`; false and now() == until when none is.
    bool dispatch(net::Instant until);

    [[nodiscard]] std::uint64_t hash() const { return hash_; }
    [[nodiscard]] std::uint64_t dispatched() const { return dispatched_; }
    void observe(std::function<void(const Dispatched&)> observer) { observer_ = std::move(observer); }
    // Called before a task of a machine runs: for state of libraries that all machines of this process share.
    void on_enter(std::function<void(const Dispatched&)> hook) { on_enter_ = std::move(hook); }

    Stream& post_stream(MachineId machine) { return state_of(machine).posts; }

private:
    struct Key {
        net::Instant at;
        std::uint64_t tie = 0;
        std::uint64_t id = 0;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Event {
        Owner owner;
        EventKind kind = EventKind::post;
        net::Task task;
        net::Duration lag{};   // of the machine when a timer was set
    };
    struct MachineState {
        std::uint64_t process = 0;   // of the running one, or of the last
        bool running = false;
        net::Instant busy_until{};
        net::Duration step_cost{};
        net::Duration lag{};
        Stream posts;
    };
    struct Context {
        Owner owner;
        EventId event;
        std::array<std::uint32_t, event_kinds> children{};
        std::array<std::uint32_t, subsystems> draws{};
    };

    // An event that waits: a line of the heap, and the place where the rest of it lies.
    struct Waiting {
        Key key;
        std::size_t place = 0;
        friend bool operator<(const Waiting& a, const Waiting& b) { return b.key < a.key; }   // heaps have the greatest on top
    };

    MachineState& state_of(MachineId machine);
    void insert(Key key, Event event, Stream* stream);
    Event take(std::size_t place);
    void drop(const Key& key, Event event);
    void run(const Key& key, Event event);

    std::uint64_t seed_;
    net::Instant now_ = beginning;
    std::vector<Waiting> heap_;
    std::vector<std::optional<Event>> events_;   // none: cancelled, or nothing lies there
    std::vector<std::size_t> free_;              // places of events_ that nothing in the heap names
    std::unordered_map<std::uint64_t, std::size_t> timers_;   // looked up only, never walked
    std::map<MachineId, MachineState> machines_;
    Context context_;
    std::uint64_t hash_;
    std::uint64_t dispatched_ = 0;
    std::function<void(const Dispatched&)> observer_;
    std::function<void(const Dispatched&)> on_enter_;
};

}  // namespace parley::sim
