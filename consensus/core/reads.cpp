// See reads.hpp; rules P4 and P9 of docs/protocol.md.
#include "consensus/core/reads.hpp"

#include <utility>

#include "consensus/core/core.hpp"
#include "net/ports/marks.hpp"

namespace parley::consensus {

void ReadRequests::on(const ReadSlot& answer, Core& core) {
    if (!open_ || (open_->id != answer.id && !net::planted("read_answers_not_matched"))) return;
    answered_ = open_->through;
    core.out.read_slot(ReadSlotKnown{open_->through, answer.slot});
    open_.reset();
}

void ReadRequests::pump(std::optional<NodeId> leader, Core& core) {
    if (!open_ && wanted_ > answered_) open_ = Open{++last_id_, wanted_, std::nullopt, {}};
    if (!open_ || !leader) return;
    const bool waits = open_->asked == leader && core.moment.now - open_->asked_at < core.options.resend_interval;
    if (waits) return;
    open_->asked = leader;
    open_->asked_at = core.moment.now;
    core.out.send(*leader, ReadRequest{open_->id});
}

void ReadRounds::begin(std::uint64_t round, Slot slot, Core& core) {
    open_ = Open{round, slot, std::exchange(waiting_, {}), {}};
    open_->agreed.add(core.self, core.voters);
    end_when_agreed(core);
}

void ReadRounds::answer(Slot slot, net::Instant leased_until, Core& core) {
    for (const auto& [node, id] : std::exchange(waiting_, {})) core.out.send_until(leased_until, node, ReadSlot{id, slot});
}

void ReadRounds::voters_changed() {
    if (!open_) return;
    for (const auto& [node, id] : open_->requests) waiting_.emplace(node, id);   // a newer request of the node counts
    open_.reset();
}

void ReadRounds::heard(NodeId voter, std::uint64_t round, Core& core) {
    if (!open_ || round < open_->round) return;
    open_->agreed.add(voter, core.voters);
    end_when_agreed(core);
}

void ReadRounds::end_when_agreed(Core& core) {
    if (!open_->agreed.reached(core.voters) && !net::planted("read_without_quorum")) return;
    for (const auto& [node, id] : open_->requests) core.out.send(node, ReadSlot{id, open_->slot});
    open_.reset();
}

}  // namespace parley::consensus
