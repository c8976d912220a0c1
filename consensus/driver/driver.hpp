// Driver: the one place where the ordering law lives. It feeds events to the Replica, hands its writes to the Log, lets
// free messages leave at once and holds asserting messages, and chosen slots, back until every write up to their own
// output is durable. Production and simulator run this very class.
#pragma once

#include <deque>
#include <memory>
#include <stdexcept>

#include "consensus/core/replica.hpp"
#include "consensus/state_machine.hpp"
#include "consensus/storage/log.hpp"
#include "net/ports/loop.hpp"

namespace parley::consensus {

// What the Driver needs around it; all on the Driver's Loop.
struct DriverEvents {
    // Towards one other replica; may be lost. Never called with the own id.
    net::Function<void(NodeId, const Message&)> send;
    // Chosen slots in order, each once, all of them durable here: SQLite can never be ahead of the log.
    net::Function<void(std::vector<ChosenSlot>)> chosen;
    // Role, leader or ballot changed, or commands were refused.
    net::Function<void(const ReplicaStatus&)> status_changed;
    // This many of the commands given to propose() were not taken; the gateway proposes again later.
    net::Function<void(std::uint32_t)> refused;
    // An answer to somebody's read leaves that stands on this leader's lease (P10). May be empty.
    net::Function<void(Slot)> leased_read{};
    // The disk failed, or the cluster uses what this program does not know (ErrorKind::outdated); nothing leaves any more and the
    // process should end with this sentence (fail-stop, L5).
    net::Function<void(const net::Error&)> failed;
};

// This replica must not start: its log contradicts itself, cannot be read, or is of a cluster that uses what its program does not know.
class CannotStart : public std::runtime_error {
public:
    explicit CannotStart(const net::Error& why) : std::runtime_error(why.message), kind_(why.kind) {}
    [[nodiscard]] net::ErrorKind kind() const { return kind_; }

private:
    net::ErrorKind kind_;
};

class Driver {
public:
    // Throws CannotStart.
    // Slots behind what was applied come out of `chosen` again, from the log.
    Driver(net::Loop& loop, Log& log, const Options& options, const AppliedState& applied, DriverEvents events);
    ~Driver();

    // Starts the clock. Before it nothing is sent.
    void start();

    void received(NodeId from, Message message);
    void propose(std::vector<net::Bytes> commands);
    // `known` gets a slot: a state that has applied it holds everything acknowledged, anywhere, before this call (P9).
    // Not called while no leader is known, nor ever after a failure: the caller sets its own limit.
    void read(net::Function<void(Slot)> known);
    void peer_up(NodeId peer);
    void peer_down(NodeId peer);

    // The state machine's progress. More than a bounded distance behind, chosen slots wait here (P15).
    void applied(Slot through);

    // The state machine's medium holds every slot up to `durable_through`, come what may: the log may let go of them,
    // but of nothing above `hold`, which a snapshot on its way wants kept.
    void checkpointed(Slot durable_through, Slot hold);

    // Begins to hand leadership over to that voter; it has happened when the status says so. An error: not now, and why.
    net::Result<void> hand_over(NodeId to);

    // Of a leader: does that member answer, and lag no further behind than the pipeline is long? Others know of nobody.
    [[nodiscard]] bool keeps_up(NodeId member) const;

    // Is there room on the disk for all that may still have to be written? While there is none this node votes for nothing new,
    // takes no commands and campaigns not; as a leader it stays one, for reads and until it has handed over (P16).
    void room_changed(bool enough);

    // Begins to change the membership; it has happened when the configuration says so. An error says why not: `refused`
    // for what makes no sense, `timed_out` for what may be asked again.
    net::Result<void> change(const MembershipChange& change);
    // Would it begin now? Changes nothing.
    [[nodiscard]] net::Result<void> may_change(const MembershipChange& change) const;

    [[nodiscard]] ReplicaStatus status() const;
    // Governs the first slot that is not known as chosen; status_changed tells when it is another one.
    [[nodiscard]] const Configuration& configuration() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::consensus
