// The ordering law: writes to the log in order; free messages at once; asserting messages and chosen slots when every
// write up to their own output is durable. Everything passes one queue, so nothing runs inside anything else.
// Idea 2 of docs/architecture.md, the table of docs/protocol.md.
#include "consensus/driver/driver.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "consensus/driver/chosen_queue.hpp"
#include "consensus/driver/initial_state.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

namespace {

bool must_wait(const Message& message) {
    if (std::holds_alternative<Accepted>(message) && net::planted("accepted_before_durable")) return false;
    if (std::holds_alternative<Promise>(message) && net::planted("promise_before_durable")) return false;
    if (std::holds_alternative<Prepare>(message) && net::planted("prepare_before_durable")) return false;
    return message_class(message) == MessageClass::asserting;
}

bool differs(const ReplicaStatus& left, const ReplicaStatus& right) {
    return left.role != right.role || left.leader != right.leader || left.leading != right.leading ||
           left.ballot != right.ballot || left.configuration_id != right.configuration_id || left.dismissed != right.dismissed ||
           left.needs_snapshot != right.needs_snapshot;
}

}  // namespace

struct Driver::Impl {
    struct Held {
        WriteId write;
        Outgoing outgoing;
    };
    // Messages that wait for the disk; more than these come from peers that ask again and again, and may be lost.
    static constexpr std::size_t held_max = 65536;

    Impl(net::Loop& loop_, Log& log_, const Options& options_, InitialState initial, Slot applied_through,
         DriverEvents events_)
        : loop(loop_),
          log(log_),
          options(options_),
          self(initial.self),
          events(std::move(events_)),
          chosen(applied_through, initial.chosen_through),
          replica(std::move(initial), moment()) {}

    Moment moment() { return Moment{loop.now(), loop.wall_now(), loop.chance()}; }

    void handle(Event event);
    void drain();
    void process(Output output);
    void append(std::vector<Write> writes, WriteId write);
    void durable(WriteId write);
    void leave(Outgoing outgoing);
    void leave_now(Outgoing outgoing);
    bool is_late(const Outgoing& outgoing);
    bool hand_out_chosen();   // false: none may leave now
    void read(const ReadWanted& wanted);
    void answer_reads(const ReadSlotKnown& known);
    void report_status();
    void tick();
    void fail(const net::Error& error);

    net::Loop& loop;
    Log& log;
    const Options options;
    const NodeId self;
    DriverEvents events;
    std::deque<Event> queue;
    bool draining = false;
    bool started = false;
    bool failed = false;
    WriteId durable_through;
    std::deque<Held> held;
    ChosenQueue chosen;
    struct Read {
        std::uint64_t ticket;
        net::Function<void(Slot)> known;
    };
    std::deque<Read> reads;
    std::uint64_t last_ticket = 0;
    Replica replica;
    ReplicaStatus reported;
    net::TimerId timer;
    // Answers of the log that outlive the driver find it gone.
    std::shared_ptr<Impl*> alive = std::make_shared<Impl*>(this);
};

void Driver::Impl::handle(Event event) {
    if (!started || failed) return;
    queue.push_back(std::move(event));
    drain();
}

void Driver::Impl::drain() {
    if (draining || failed || !started) return;
    draining = true;
    do {
        while (!queue.empty() && !failed) {
            Event next = std::move(queue.front());
            queue.pop_front();
            process(replica.step(std::move(next), moment()));
        }
    } while (!failed && (hand_out_chosen() || !queue.empty()));
    draining = false;
    if (!failed) report_status();
}

void Driver::Impl::process(Output output) {
    if (output.outdated) return fail(outdated(*output.outdated, options.feature_level));
    if (!output.writes.empty()) append(std::move(output.writes), output.write);
    for (Outgoing& outgoing : output.messages) {
        if (!must_wait(outgoing.message) || durable_through >= output.write) {
            leave(std::move(outgoing));
        } else if (held.size() < held_max || outgoing.to == self) {
            held.push_back(Held{output.write, std::move(outgoing)});
        }
    }
    chosen.add(std::move(output.chosen), output.write);
    for (const ReadWanted& wanted : output.reads) read(wanted);
    if (output.read_slot) answer_reads(*output.read_slot);
    if (output.refused > 0 && events.refused) events.refused(output.refused);
}

void Driver::Impl::append(std::vector<Write> writes, WriteId write) {
    const Slot chosen_through = replica.chosen_through();
    log.append(std::move(writes), chosen_through, [weak = std::weak_ptr{alive}, write](net::Result<void> result) {
        const auto driver = weak.lock();
        if (!driver) return;
        if (!result) return (*driver)->fail(result.error());
        (*driver)->durable(write);
    });
}

void Driver::Impl::durable(WriteId write) {
    if (failed) return;
    durable_through = std::max(durable_through, write);
    while (!held.empty() && held.front().write <= durable_through) {
        Outgoing outgoing = std::move(held.front().outgoing);
        held.pop_front();
        leave(std::move(outgoing));
    }
    chosen.durable(durable_through);
    handle(Durable{write});
}

void Driver::Impl::leave(Outgoing outgoing) {
    if (outgoing.leased_until && net::sim_rare<"leased_answer_held_up">()) {
        loop.after(2 * options.lease_window, [weak = std::weak_ptr{alive}, held_up = std::move(outgoing)]() mutable {
            const auto driver = weak.lock();
            if (!driver) return;
            (*driver)->leave_now(std::move(held_up));
            (*driver)->drain();
        });
        return;
    }
    leave_now(std::move(outgoing));
}

void Driver::Impl::leave_now(Outgoing outgoing) {
    if (failed || is_late(outgoing)) return;
    if (outgoing.to == self) {
        queue.push_back(Received{self, std::move(outgoing.message)});
    } else {
        events.send(outgoing.to, outgoing.message);
    }
}

// A process may stand still at any place: between the step that looked at the clock and this moment a lease may have ended, and
// others may have gone on (P10). Whoever asked asks again.
bool Driver::Impl::is_late(const Outgoing& outgoing) {
    if (!outgoing.leased_until) return false;
    const bool is_checked = !net::planted("lease_not_rechecked") && !net::planted("lease_checked_at_heartbeats");
    const bool is_over = is_checked && loop.now() >= *outgoing.leased_until;
    if (is_over) net::probe<"lease_over_before_the_answer_left">();
    else if (const auto* answer = std::get_if<ReadSlot>(&outgoing.message); answer != nullptr && events.leased_read) events.leased_read(answer->slot);
    return is_over;
}

bool Driver::Impl::hand_out_chosen() {
    auto ready = chosen.take(log);
    if (!ready) {
        fail(ready.error());
        return false;
    }
    if (ready->empty()) return false;
    events.chosen(std::move(*ready));
    return true;
}

void Driver::Impl::read(const ReadWanted& wanted) {
    const Slot through = net::planted("catch_up_serves_unchosen") ? wanted.through : std::min(wanted.through, chosen.in_log_through());
    auto run = wanted.from <= through ? log.read(wanted.from, through, options.message_bytes_max)
                                      : net::Result<std::vector<AcceptedValue>>{std::vector<AcceptedValue>{}};
    // An unreadable record is not held; whoever asked turns to another peer.
    queue.push_back(LogRead{wanted.for_peer, wanted.from, run ? std::move(*run) : std::vector<AcceptedValue>{}});
}

void Driver::Impl::answer_reads(const ReadSlotKnown& known) {
    while (!reads.empty() && reads.front().ticket <= known.through) {
        Read read = std::move(reads.front());
        reads.pop_front();
        read.known(known.slot);
    }
}

void Driver::Impl::report_status() {
    const ReplicaStatus now = replica.status();
    if (!differs(now, reported)) return;
    reported = now;
    if (events.status_changed) events.status_changed(now);
}

void Driver::Impl::tick() {
    timer = loop.after(options.tick_interval, [weak = std::weak_ptr{alive}] {
        const auto driver = weak.lock();
        if (!driver || (*driver)->failed) return;
        (*driver)->tick();
        (*driver)->handle(Tick{});
    });
}

void Driver::Impl::fail(const net::Error& error) {
    if (failed) return;
    failed = true;
    loop.cancel(timer);
    queue.clear();
    held.clear();
    reads.clear();
    if (events.failed) events.failed(error);
}

Driver::Driver(net::Loop& loop, Log& log, const Options& options, const AppliedState& applied, DriverEvents events) {
    auto initial = initial_state(log, options, applied);
    if (!initial) throw CannotStart(initial.error());
    impl_ = std::make_unique<Impl>(loop, log, options, std::move(*initial), applied.through, std::move(events));
}

Driver::~Driver() { impl_->loop.cancel(impl_->timer); }

void Driver::start() {
    CHECK(!impl_->started, "a driver starts once");
    impl_->log.on_floor_moved([weak = std::weak_ptr{impl_->alive}](Slot floor) {
        if (const auto driver = weak.lock()) (*driver)->handle(Compacted{floor});
    });
    impl_->started = true;
    impl_->tick();
    impl_->handle(Tick{});
}

void Driver::received(NodeId from, Message message) { impl_->handle(Received{from, std::move(message)}); }
void Driver::propose(std::vector<net::Bytes> commands) { impl_->handle(Proposed{std::move(commands)}); }
void Driver::read(net::Function<void(Slot)> known) {
    if (impl_->failed) return;
    impl_->reads.push_back(Impl::Read{++impl_->last_ticket, std::move(known)});
    impl_->handle(ReadAsked{impl_->last_ticket});
}

void Driver::peer_up(NodeId peer) { impl_->handle(PeerUp{peer}); }
void Driver::peer_down(NodeId peer) { impl_->handle(PeerDown{peer}); }

net::Result<void> Driver::hand_over(NodeId to) {
    const auto refused = [](const char* why) { return net::Error{net::ErrorKind::refused, why}; };
    const ReplicaStatus before = impl_->replica.status();
    if (!before.leading) return refused("this replica does not lead");
    if (to == impl_->self) return refused("that replica leads already");
    if (before.handing_over_to) return refused("leadership is being handed over already; try again in a moment");
    impl_->handle(HandOver{to});
    if (impl_->replica.status().handing_over_to != std::optional{to}) return refused("that node has no vote here");
    return {};
}

bool Driver::keeps_up(NodeId member) const { return impl_->replica.keeps_up(member); }

void Driver::room_changed(bool enough) { impl_->handle(RoomChanged{enough}); }

net::Result<void> Driver::change(const MembershipChange& change) {
    if (const auto may = impl_->replica.may_change(change); !may) return may;
    impl_->handle(change);
    return {};
}

net::Result<void> Driver::may_change(const MembershipChange& change) const { return impl_->replica.may_change(change); }

const Configuration& Driver::configuration() const { return impl_->replica.configuration(); }

void Driver::applied(Slot through) {
    impl_->chosen.applied(through);
    impl_->drain();
}

void Driver::checkpointed(Slot durable_through, Slot hold) { impl_->log.compact(durable_through, hold); }

ReplicaStatus Driver::status() const { return impl_->replica.status(); }

}  // namespace parley::consensus
