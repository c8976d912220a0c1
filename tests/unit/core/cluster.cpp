// The bag, the model disks and the observer. See cluster.hpp.
#include "tests/unit/core/cluster.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "consensus/core/chance.hpp"

namespace parley::consensus::testing {

net::Bytes bytes_of(const std::string& text) {
    const auto view = std::as_bytes(std::span{text});
    return {view.begin(), view.end()};
}

Batch batch_of(const std::string& text) { return Batch{BatchKind::commands, 0, {bytes_of(text)}}; }

std::vector<std::string> texts(const Value& value) {
    std::vector<std::string> result;
    const auto batch = value.decoded();
    if (!batch) return {"undecodable"};
    for (const net::Bytes& command : batch->commands) {
        std::string text;
        for (const std::byte byte : command) text.push_back(static_cast<char>(byte));
        result.push_back(text);
    }
    return result;
}

Member member_of(std::size_t number) { return Member{NodeId{number}, "node" + std::to_string(number), std::to_string(number)}; }

Cluster::Cluster(std::size_t size, Options options, std::size_t voters) : options_(options) {
    for (std::size_t number = 1; number <= (voters == 0 ? size : voters); ++number) configuration_.voters.push_back(member_of(number));
    governs_[Slot{1}] = configuration_;
    for (std::size_t number = 1; number <= size; ++number) nodes_[NodeId{number}].disk.configuration = configuration_;
    for (std::size_t number = 1; number <= size; ++number) restart(NodeId{number});
}

Moment Cluster::moment(const Node& node) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch()).count();
    Chance chance{chance_};
    chance_ = chance.next();
    return Moment{now_, net::WallTime{1'000'000 + elapsed + node.skew_ms}, chance_};
}

void Cluster::restart(NodeId id) {
    Node& node = nodes_.at(id);
    InitialState initial;
    initial.self = id;
    initial.configuration = node.disk.configuration;
    initial.options = options_;
    initial.promised = node.disk.promised;
    initial.applied_through = node.disk.applied_through;
    initial.chosen_through = node.disk.applied_through;
    for (const auto& [slot, record] : node.disk.records) {
        initial.promised = std::max(initial.promised, record.ballot);
        const bool known = slot <= node.disk.chosen_through && slot == initial.chosen_through.next();
        if (known && !node.disk.faulty.contains(slot)) {
            initial.chosen_through = slot;
            initial.unapplied.push_back(record);
        } else if (slot > initial.chosen_through && !node.disk.faulty.contains(slot)) {
            initial.accepted[slot] = record;
        }
        if (slot == initial.chosen_through) initial.log_time_ms = record.value.decoded()->log_time_ms;
    }
    for (const Slot slot : node.disk.faulty) {
        if (slot > initial.chosen_through) initial.faulty.insert(slot);
    }
    node.durable = WriteId{};
    node.replica.emplace(std::move(initial), moment(node));
}

void Cluster::crash(NodeId id) {
    Node& node = nodes_.at(id);
    node.replica.reset();
    node.waiting.clear();
    node.reads.clear();
}

void Cluster::step(NodeId id, Event event) {
    Node& node = nodes_.at(id);
    if (!node.replica) return;
    take(id, node.replica->step(std::move(event), moment(node)));
}

// Who acts must be a voter of the configuration it acts under, as far as it can know.
void Cluster::observe_message(NodeId id, const Message& message) {
    const auto* prepare = std::get_if<Prepare>(&message);
    if (prepare == nullptr || prepare->from > chosen_end()) return;
    const Configuration& governing = std::prev(governs_.upper_bound(prepare->from))->second;
    if (find_voter(governing, id) == nullptr) contradict(fmt::format("{} campaigns without a vote", id.value));
}

Slot Cluster::chosen_end() const { return chosen_.empty() ? Slot{1} : chosen_.rbegin()->first.next(); }

void Cluster::take(NodeId id, Output output) {
    Node& node = nodes_.at(id);
    for (const Outgoing& outgoing : output.messages) observe_message(id, outgoing.message);
    node.refused += output.refused;
    if (output.read_slot) answer_reads(node, *output.read_slot);
    Waiting waiting;
    for (Outgoing& outgoing : output.messages) {
        if (message_class(outgoing.message) == MessageClass::free) {
            bag_.push_back(InFlight{id, outgoing.to, std::move(outgoing.message)});
        } else {
            waiting.asserting.push_back(std::move(outgoing));
        }
    }
    const std::vector<ReadWanted> reads = output.reads;
    waiting.output = std::move(output);
    node.waiting.push_back(std::move(waiting));
    // What waits for nothing leaves at once.
    while (!node.waiting.empty() && node.waiting.front().output.writes.empty()) sync(id);
    if (auto_sync_) {
        while (sync(id)) {}
    }
    for (const ReadWanted& read : reads) {
        LogRead answer{read.for_peer, read.from, {}};
        for (Slot slot = read.from; slot <= read.through; slot = slot.next()) {
            const auto record = node.disk.records.find(slot);
            if (record == node.disk.records.end() || node.disk.faulty.contains(slot)) break;
            answer.records.push_back(record->second);
        }
        step(id, std::move(answer));
    }
}

bool Cluster::sync(NodeId id) {
    Node& node = nodes_.at(id);
    if (node.waiting.empty()) return false;
    Waiting waiting = std::move(node.waiting.front());
    node.waiting.pop_front();
    for (const Write& made : waiting.output.writes) write(id, made);
    for (Outgoing& outgoing : waiting.asserting) bag_.push_back(InFlight{id, outgoing.to, std::move(outgoing.message)});
    for (const ChosenSlot& chosen : waiting.output.chosen) hand_out(id, chosen);
    if (waiting.output.write > node.durable) {
        node.durable = waiting.output.write;
        step(id, Durable{waiting.output.write});
    }
    return true;
}

void Cluster::write(NodeId id, const Write& made) {
    ModelDisk& disk = nodes_.at(id).disk;
    if (on_write) on_write(id, made);
    if (const auto* promise = std::get_if<PromiseWrite>(&made)) {
        if (promise->ballot < disk.promised) contradict("a durable promise went back");
        disk.promised = std::max(disk.promised, promise->ballot);
        return;
    }
    const AcceptedValue& record = std::get<AcceptWrite>(made).accepted;
    observe_vote(id, record);
    const auto [place, empty] = disk.records.try_emplace(record.slot, record);
    if (!empty && place->second.ballot <= record.ballot) place->second = record;
    disk.faulty.erase(record.slot);
}

void Cluster::observe_vote(NodeId id, const AcceptedValue& record) {
    const auto [vote, fresh] = voted_.try_emplace({record.slot, record.ballot}, record.value);
    if (!fresh && vote->second != record.value) {
        contradict(fmt::format("two values under slot {} ballot {}.{}", record.slot.value, record.ballot.round,
                               record.ballot.node.value));
    }
    auto& voters = votes_[{record.slot, record.ballot}];
    voters.insert(id);
    const Configuration& governing = std::prev(governs_.upper_bound(record.slot))->second;
    const auto votes = std::ranges::count_if(governing.voters, [&](const Member& voter) { return voters.contains(voter.node); });
    if (static_cast<std::size_t>(votes) > governing.voters.size() / 2) observe_chosen(record.slot, record.value);
}

void Cluster::observe_chosen(Slot slot, const Value& value) {
    const auto [place, fresh] = chosen_.try_emplace(slot, value);
    if (!fresh && place->second != value) contradict(fmt::format("slot {} has two values", slot.value));
    if (!fresh) return;
    const Configuration before = std::prev(governs_.upper_bound(slot))->second;
    const auto next = configuration_in(value);
    if (!next || !follows(before, *next)) return;
    std::size_t differences = 0;
    for (const Member& voter : before.voters) differences += find_voter(*next, voter.node) == nullptr ? 1U : 0U;
    for (const Member& voter : next->voters) differences += find_voter(before, voter.node) == nullptr ? 1U : 0U;
    if (differences > 1) contradict(fmt::format("slot {} changes more than one voter", slot.value));
    governs_[slot.next()] = *next;
}

void Cluster::hand_out(NodeId id, const ChosenSlot& chosen) {
    Node& node = nodes_.at(id);
    if (on_chosen) on_chosen(id, chosen);
    if (chosen.slot != node.disk.applied_through.next()) {
        return contradict(fmt::format("slot {} after {}", chosen.slot.value, node.disk.applied_through.value));
    }
    // Nothing is taken as chosen that no quorum of the slot's voters holds: every write passed here first.
    if (!chosen_.contains(chosen.slot)) contradict(fmt::format("slot {} is handed out and no quorum holds it", chosen.slot.value));
    observe_chosen(chosen.slot, chosen.value);
    if (const auto next = configuration_in(chosen.value)) {
        if (follows(node.disk.configuration, *next)) node.disk.configuration = *next;
        node.disk.applied_through = chosen.slot;
        node.disk.chosen_through = std::max(node.disk.chosen_through, chosen.slot);
        return;
    }
    node.disk.applied_through = chosen.slot;
    applied_anywhere_ = std::max(applied_anywhere_, chosen.slot);
    node.disk.chosen_through = std::max(node.disk.chosen_through, chosen.slot);
    for (std::string& text : texts(chosen.value)) node.applied.push_back(std::move(text));
}

void Cluster::answer_reads(Node& node, const ReadSlotKnown& known) {
    while (!node.reads.empty() && node.reads.begin()->first <= known.through) {
        const Slot seen = node.reads.begin()->second;
        node.reads.erase(node.reads.begin());
        ++reads_answered_;
        if (known.slot >= seen) continue;
        contradict(fmt::format("a read from slot {} on, and slot {} was applied before it was asked", known.slot.value, seen.value));
    }
}

void Cluster::contradict(std::string sentence) {
    if (contradiction_.empty()) contradiction_ = std::move(sentence);
}

void Cluster::tick(NodeId id) { step(id, Tick{}); }
void Cluster::propose(NodeId id, const std::string& text) { step(id, Proposed{{bytes_of(text)}}); }
void Cluster::read(NodeId id) {
    if (!alive(id)) return;
    nodes_.at(id).reads.emplace(++last_ticket_, applied_anywhere_);
    step(id, ReadAsked{last_ticket_});
}
void Cluster::peer_down(NodeId id, NodeId peer) { step(id, PeerDown{peer}); }
void Cluster::hand_over(NodeId id, NodeId to) { step(id, HandOver{to}); }
net::Result<void> Cluster::change(NodeId id, ChangeKind kind, NodeId whom) {
    Node& node = nodes_.at(id);
    if (!node.replica) return net::Error{net::ErrorKind::refused, "it is down"};
    const MembershipChange change{kind, member_of(whom.value)};
    if (auto may = node.replica->may_change(change); !may) return may;
    step(id, change);
    return {};
}
void Cluster::peer_up(NodeId id, NodeId peer) { step(id, PeerUp{peer}); }

void Cluster::deliver(std::size_t index, bool keep_copy) {
    InFlight taken = bag_[index];
    if (!keep_copy) drop(index);
    step(taken.to, Received{taken.from, std::move(taken.message)});
}

void Cluster::drop(std::size_t index) { bag_.erase(bag_.begin() + static_cast<std::ptrdiff_t>(index)); }

void Cluster::settle() {
    int deliveries = 0;
    for (bool busy = true; busy;) {
        busy = false;
        while (!bag_.empty()) {
            // Answers that call for answers without end, while no time passes, would be a livelock.
            if (++deliveries > 20'000) {
                contradict(fmt::format("{} from {} to {} and so on, without end", message_name(bag_[0].message),
                                       bag_[0].from.value, bag_[0].to.value));
                bag_.clear();
            } else {
                deliver(0);
            }
        }
        for (const auto& [id, node] : nodes_) {
            while (sync(id)) busy = true;
        }
        busy = busy || !bag_.empty();
    }
}

void Cluster::run(net::Duration time, net::Duration step_time) {
    for (const net::Instant end = now_ + time; now_ < end; now_ += step_time) {
        for (const auto& [id, node] : nodes_) tick(id);
        settle();
    }
}

std::optional<NodeId> Cluster::leader() const {
    std::optional<NodeId> found;
    Ballot best;
    for (const auto& [id, node] : nodes_) {
        if (!node.replica || !node.replica->status().leading || node.replica->status().ballot < best) continue;
        best = node.replica->status().ballot;
        found = id;
    }
    return found;
}

}  // namespace parley::consensus::testing
