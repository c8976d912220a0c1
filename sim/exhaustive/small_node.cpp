#include "sim/exhaustive/small_node.hpp"

#include <deque>
#include <utility>

namespace parley::sim {
namespace {

using namespace consensus;

class SmallNode {
public:
    SmallNode(NodeId self, std::uint64_t voters, const DurableState& durable)
        : self_(self), voters_(voters), durable_(durable), replica_(initial(), moment()) {}

    SmallStep run(const SmallEvent& event) {
        step_ = SmallStep{};
        dies_before_ = event.dies_before_sync;
        now_ += std::chrono::seconds{10};
        std::visit([this](const auto& what) { take(what); }, event.what);
        drain();
        step_.durable = durable_;
        step_.status = replica_.status();
        return step_;
    }

private:
    InitialState initial() const {
        InitialState state;
        state.self = self_;
        for (std::uint64_t node = 1; node <= voters_; ++node) {
            state.configuration.voters.push_back(Member{NodeId{node}, "", std::to_string(node)});
        }
        // Time jumps on each node by itself: whose clock is right is not asked here.
        state.options.clock_skew_max_ms = std::int64_t{1} << 40U;
        state.promised = durable_.promised;
        state.accepted = durable_.accepted;
        state.faulty = durable_.faulty;
        state.chosen_through = state.applied_through = durable_.let_go;
        state.floor = durable_.let_go.next();
        return state;
    }
    Moment moment() const { return Moment{now_, net::WallTime{1'800'000'000'000 + number_}, 1 + (durable_.lives << 32U)}; }

    void take(const Campaign& campaign) {
        number_ = campaign.number;
        // A leader or candidate gives up first; a follower that hears nobody becomes a candidate.
        for (int ticks = 0; ticks < 4 && replica_.status().role != Role::candidate; ++ticks) {
            handle(Tick{});
            drain();
            if (step_.died) return;
            now_ += std::chrono::seconds{10};
        }
        if (!campaign.granted) return;
        // As many as a quorum needs beside this node.
        for (std::uint64_t more = 1; more <= voters_ / 2; ++more) {
            const NodeId other{(self_.value + more - 1) % voters_ + 1};
            handle(Received{other, PrePrepareAnswer{replica_.status().ballot, true, {}, {}, moment().wall.ms}});
        }
    }
    void take(const Propose& propose) { handle(Proposed{{net::Bytes{static_cast<std::byte>(propose.command)}}}); }
    void take(const Deliver& deliver) { handle(Received{deliver.from, deliver.message}); }
    void take(const Ask& ask) { handle(ReadAsked{ask.ticket}); }
    void take(const Reconnect& reconnect) { handle(PeerUp{reconnect.peer}); }
    void take(const LetGo&) {
        durable_.let_go = replica_.chosen_through();
        durable_.accepted.erase(durable_.accepted.begin(), durable_.accepted.upper_bound(durable_.let_go));
        durable_.faulty.erase(durable_.faulty.begin(), durable_.faulty.upper_bound(durable_.let_go));
        handle(Compacted{durable_.let_go.next()});
    }

    void handle(Event event) {
        Output output = replica_.step(std::move(event), moment());
        for (Write& write : output.writes) pending_.push_back(std::move(write));
        pending_through_ = output.write;
        for (Outgoing& outgoing : output.messages) {
            const bool waits = message_class(outgoing.message) == MessageClass::asserting && !pending_.empty();
            waits ? held_.push_back(std::move(outgoing)) : leave(std::move(outgoing));
        }
        for (ChosenSlot& slot : output.chosen) held_chosen_.push_back(std::move(slot));
        if (output.read_slot) step_.read_slots.push_back(*output.read_slot);
        for (const ReadWanted& wanted : output.reads) handle(read_log(wanted));
    }
    // What the log holds from there on without a gap.
    LogRead read_log(const ReadWanted& wanted) const {
        LogRead read{wanted.for_peer, wanted.from, {}};
        for (Slot slot = wanted.from; slot <= wanted.through; slot = slot.next()) {
            const auto record = durable_.accepted.find(slot);
            if (record == durable_.accepted.end()) break;
            read.records.push_back(record->second);
        }
        return read;
    }
    void leave(Outgoing outgoing) {
        if (outgoing.to == self_)
            to_self_.push_back(std::move(outgoing.message));
        else
            step_.sent.push_back(std::move(outgoing));
    }

    // Messages to itself first, then one sync for all that was written, until nothing is left.
    void drain() {
        while (!step_.died) {
            if (!to_self_.empty()) {
                Message next = std::move(to_self_.front());
                to_self_.pop_front();
                handle(Received{self_, std::move(next)});
            } else if (!pending_.empty()) {
                sync();
            } else {
                for (ChosenSlot& slot : std::exchange(held_chosen_, {})) step_.chosen.push_back(std::move(slot));
                return;
            }
        }
    }
    void sync() {
        if (++step_.syncs == dies_before_) {
            step_.died = true;
            return;
        }
        for (const Write& write : std::exchange(pending_, {})) {
            if (const auto* promise = std::get_if<PromiseWrite>(&write)) {
                durable_.promised = std::max(durable_.promised, promise->ballot);
                continue;
            }
            const AcceptedValue& value = std::get<AcceptWrite>(write).accepted;
            AcceptedValue& kept = durable_.accepted.try_emplace(value.slot, value).first->second;
            if (kept.ballot < value.ballot) kept = value;
            durable_.faulty.erase(value.slot);
            durable_.votes.try_emplace({value.slot, value.ballot}, value.value);
            durable_.promised = std::max(durable_.promised, value.ballot);
        }
        for (Outgoing& outgoing : std::exchange(held_, {})) leave(std::move(outgoing));
        handle(Durable{pending_through_});
    }

    NodeId self_;
    std::uint64_t voters_;
    DurableState durable_;
    net::Instant now_{std::chrono::seconds{1000}};
    std::int64_t number_ = 0;
    Replica replica_;
    SmallStep step_;
    int dies_before_ = 0;
    std::vector<Write> pending_;
    WriteId pending_through_;
    std::vector<Outgoing> held_;
    std::vector<ChosenSlot> held_chosen_;
    std::deque<Message> to_self_;
};

}  // namespace

SmallStep run_small_node(NodeId self, std::uint64_t voters, const DurableState& durable, const std::vector<SmallEvent>& events) {
    SmallNode node{self, voters, durable};
    SmallStep step;
    for (const SmallEvent& event : events) step = node.run(event);
    return step;
}

}  // namespace parley::sim
