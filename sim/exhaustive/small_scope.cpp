#include "sim/exhaustive/small_scope.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include <fmt/core.h>
#include <xxhash.h>

#include "sim/chance.hpp"
#include "sim/exhaustive/small_node.hpp"

namespace parley::sim {
namespace {

using namespace consensus;

using NodeIndex = std::uint32_t;     // of a node that was seen: what it holds and what it went through
using MessageIndex = std::uint32_t;  // of a message by its content

// A read that waits for its slot, and what it must not lie below.
struct OpenRead {
    std::uint64_t node = 0;
    std::uint64_t ticket = 0;
    std::uint64_t least = 0;
};

struct State {
    std::array<NodeIndex, small_voters_max> nodes{};
    std::vector<MessageIndex> pending;              // sorted, each once
    std::vector<std::pair<std::uint64_t, std::uint64_t>> chosen;  // slot, value: once a quorum held it; sorted
    std::vector<OpenRead> reading;
    std::uint64_t told = 0;                         // the highest slot that some node handed out
    int depth = 0;
    // How often each happened.
    std::uint8_t ballots = 0;
    std::uint8_t commands = 0;
    std::uint8_t crashes = 0;
    std::uint8_t repeats = 0;
    std::uint8_t damaged = 0;
    std::uint8_t reads = 0;
    std::uint8_t reconnects = 0;
    std::uint8_t let_go = 0;
};

struct Vote {
    std::uint64_t slot = 0;
    Ballot ballot;
    std::uint64_t value = 0;
};

struct Known {
    NodeId self;
    DurableState since;  // what it started with
    std::vector<SmallEvent> events;
    DurableState durable;  // now
    ReplicaStatus status;
    std::vector<Vote> votes;  // of durable
};

struct Travelling {
    NodeId from;
    NodeId to;
    Message message;
};

struct Outcome {
    NodeIndex node = 0;
    std::vector<MessageIndex> sent;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> handed_out;  // slot, value
    std::vector<std::pair<std::uint64_t, std::uint64_t>> read;        // through this ticket: slot
    const char* broken = nullptr;                                     // a rule that this step alone breaks
    bool died = false;
    int syncs = 0;
};

std::uint64_t hash_of_bytes(net::ByteView bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint64_t hash_of_durable(NodeId self, const DurableState& state) {
    std::uint64_t hash = hash_of(self.value, state.promised.round, state.promised.node.value);
    for (const auto& [slot, held] : state.accepted) {
        hash = hash_of(hash, slot.value, held.ballot.round, held.ballot.node.value, hash_of_bytes(held.value.bytes()));
    }
    for (const Slot slot : state.faulty) hash = hash_of(hash, hash_of_text("faulty"), slot.value);
    for (const auto& [vote, value] : state.votes) {
        hash = hash_of(hash, vote.first.value, vote.second.round, vote.second.node.value, hash_of_bytes(value.bytes()));
    }
    return hash_of(hash, state.let_go.value, state.lives);
}

std::vector<Vote> votes_of(const DurableState& state) {
    std::vector<Vote> votes;
    for (const auto& [vote, value] : state.votes) votes.push_back(Vote{vote.first.value, vote.second, hash_of_bytes(value.bytes())});
    return votes;
}

template <class... Kinds>
bool is_one_of(const Message& message) {
    return (std::holds_alternative<Kinds>(message) || ...);
}

bool is_looked_at(const Message& message, const SmallScopeBounds& bounds) {
    return is_one_of<Prepare, Promise, Accept, Accepted>(message) || (bounds.notices && is_one_of<Chosen>(message)) ||
           (bounds.reads > 0 && is_one_of<ReadRequest, ReadSlot>(message)) ||
           (bounds.heartbeats && is_one_of<Heartbeat, HeartbeatAnswer>(message)) ||
           (bounds.catch_up && is_one_of<CatchUpRequest, CatchUpData>(message)) ||
           (bounds.pre_prepare && is_one_of<PrePrepare, PrePrepareAnswer>(message));
}

// P3: who lies below this node's floor would have to fetch what nobody here can hand out.
const char* broken_rule(const SmallEvent& event, const SmallStep& step) {
    const auto* deliver = std::get_if<Deliver>(&event.what);
    const auto* asked = deliver == nullptr ? nullptr : std::get_if<PrePrepare>(&deliver->message);
    if (asked == nullptr || asked->chosen_through >= step.durable.let_go) return nullptr;
    const bool grants = std::ranges::any_of(step.sent, [](const Outgoing& outgoing) {
        const auto* answer = std::get_if<PrePrepareAnswer>(&outgoing.message);
        return answer != nullptr && answer->granted;
    });
    return grants ? "a voter supports a candidate that lies below its floor" : nullptr;
}

// Answers that come when nobody counts them any more are taken as lost: they would only multiply the orders.
bool is_counted(const Travelling& travelling, const ReplicaStatus& asker, bool stale) {
    if (const auto* promise = std::get_if<Promise>(&travelling.message)) {
        return stale || (asker.role == Role::candidate && asker.ballot == promise->ballot);
    }
    if (const auto* accepted = std::get_if<Accepted>(&travelling.message)) {
        return stale || (asker.role == Role::leader && asker.ballot == accepted->ballot &&
                         accepted->through > asker.chosen_through);
    }
    return true;
}

class Search {
public:
    explicit Search(const SmallScopeBounds& bounds)
        : bounds_(bounds),
          voters_(static_cast<std::uint64_t>(bounds.voters)),
          reached_(static_cast<std::uint64_t>(bounds.voters - bounds.down)),
          damaged_max_(std::min(bounds.damaged, (bounds.voters - 1) / 2)) {}

    SmallScopeResult run() {
        State first;
        for (std::uint64_t i = 0; i < voters_; ++i) first.nodes[i] = start(NodeId{i + 1}, DurableState{});
        keep(std::move(first), 0, "");
        // Breadth first: the path to a violation is a shortest one.
        for (std::size_t next = 0; next < queue_base_ + queue_.size() && !result_.violation; ++next) {
            const State state = std::move(queue_.front());
            queue_.pop_front();
            ++queue_base_;
            result_.depth = std::max(result_.depth, state.depth);
            if (state.depth >= bounds_.depth_max || result_.states >= bounds_.states_max) {
                result_.is_complete = false;
                continue;
            }
            expand(state, next);
        }
        return std::move(result_);
    }

private:
    struct Step {
        std::uint32_t before = 0;
        std::uint32_t what = 0;   // in sentences_
    };

    NodeIndex start(NodeId self, const DurableState& durable) {
        const std::uint64_t hash = hash_of_durable(self, durable);
        const auto [found, is_new] = node_by_hash_.emplace(hash, static_cast<NodeIndex>(nodes_.size()));
        if (is_new) nodes_.push_back(Known{self, durable, {}, durable, {}, votes_of(durable)});
        return found->second;
    }

    MessageIndex index_of(NodeId from, const Outgoing& outgoing) {
        const net::Bytes bytes = net::encode(outgoing.message);
        const std::uint64_t hash = hash_of(from.value, outgoing.to.value, hash_of_bytes(bytes));
        const auto [found, is_new] = message_by_hash_.emplace(hash, static_cast<MessageIndex>(messages_.size()));
        if (is_new) messages_.push_back(Travelling{from, outgoing.to, outgoing.message});
        return found->second;
    }

    // The same event on the same node is run once, in however many worlds it happens.
    const Outcome& outcome(NodeIndex node, const SmallEvent& event, std::uint64_t event_hash) {
        const std::uint64_t key = hash_of(node, event_hash, static_cast<std::uint64_t>(event.dies_before_sync));
        const auto known = outcomes_.find(key);
        if (known != outcomes_.end()) return known->second;
        const NodeId self = nodes_[node].self;
        std::vector<SmallEvent> events = nodes_[node].events;
        events.push_back(event);
        SmallStep step = run_small_node(self, voters_, nodes_[node].since, events);
        ++result_.steps;
        Outcome made;
        made.syncs = step.syncs;
        made.died = step.died;
        made.broken = broken_rule(event, step);
        for (const Outgoing& outgoing : step.sent) {
            const bool travels = outgoing.to.value <= reached_ && is_looked_at(outgoing.message, bounds_);
            if (travels) made.sent.push_back(index_of(self, outgoing));
        }
        for (const ChosenSlot& slot : step.chosen)
            made.handed_out.emplace_back(slot.slot.value, hash_of_bytes(slot.value.bytes()));
        for (const ReadSlotKnown& answer : step.read_slots) made.read.emplace_back(answer.through, answer.slot.value);
        if (step.died) {
            made.node = start(self, reborn(std::move(step.durable)));
        } else {
            const std::uint64_t hash = hash_of(hash_of(node, event_hash), hash_of_durable(self, step.durable));
            const auto [found, is_new] = node_by_hash_.emplace(hash, static_cast<NodeIndex>(nodes_.size()));
            if (is_new) {
                std::vector<Vote> votes = votes_of(step.durable);
                nodes_.push_back(Known{self, nodes_[node].since, std::move(events), std::move(step.durable), step.status, std::move(votes)});
            }
            made.node = found->second;
        }
        return outcomes_.emplace(key, std::move(made)).first->second;
    }

    void expand(const State& state, std::size_t at) {
        for (std::size_t i = 0; i < state.pending.size(); ++i) {
            const Travelling& message = messages_[state.pending[i]];
            const std::string what =
                fmt::format("{} takes {} from {}", message.to.value, message_name(message.message), message.from.value);
            const SmallEvent event{Deliver{message.from, message.message}, 0};
            const NodeId to = message.to;   // what happens may add messages, and move this one
            const std::uint64_t hash = hash_of(std::uint64_t{1}, state.pending[i]);
            if (state.repeats < bounds_.repeats) {
                State more = state;
                ++more.repeats;
                happen(std::move(more), to, event, hash, at, what + ", and it comes again");
            }
            State less = state;
            less.pending.erase(less.pending.begin() + static_cast<std::ptrdiff_t>(i));
            happen(std::move(less), to, event, hash, at, what);
        }
        for (std::uint64_t node = 1; node <= reached_; ++node) {
            act(state, NodeId{node}, at);
            die(state, NodeId{node}, at);
        }
    }

    // What a node does by itself, or because somebody beside it wants it.
    void act(const State& state, NodeId self, std::size_t at) {
        // Who does not campaign is as good as any other: node 3 stands for it, and ballots of 1 and 2 are ordered both ways.
        // With one attempt only, its ballot is above no other.
        if (state.ballots < bounds_.ballots && self.value <= (bounds_.ballots == 1 ? 1U : 2U)) {
            State more = state;
            const std::int64_t number = ++more.ballots;
            happen(std::move(more), self, SmallEvent{Campaign{number, !bounds_.pre_prepare}, 0}, hash_of(std::uint64_t{2}, static_cast<std::uint64_t>(number)), at,
                   fmt::format("{} campaigns", self.value));
        }
        // Elsewhere a command is refused, and nothing has happened.
        if (state.commands < bounds_.commands && nodes_[state.nodes[self.value - 1]].status.role == Role::leader) {
            State more = state;
            const std::uint8_t command = ++more.commands;
            happen(std::move(more), self, SmallEvent{Propose{command}, 0}, hash_of(std::uint64_t{3}, std::uint64_t{command}), at,
                   fmt::format("{} is given a command", self.value));
        }
        if (state.reads < bounds_.reads) {
            State more = state;
            const std::uint64_t ticket = ++more.reads;
            more.reading.push_back(OpenRead{self.value, ticket, state.told});
            happen(std::move(more), self, SmallEvent{Ask{ticket}, 0}, hash_of(std::uint64_t{4}, ticket), at,
                   fmt::format("somebody reads at {}", self.value));
        }
        if (state.reconnects < bounds_.reconnects) {
            const NodeId peer{self.value % reached_ + 1};
            State more = state;
            ++more.reconnects;
            happen(std::move(more), self, SmallEvent{Reconnect{peer}, 0}, hash_of(std::uint64_t{5}, peer.value), at,
                   fmt::format("{} reconnects to {}", self.value, peer.value));
        }
        const Known& now = nodes_[state.nodes[self.value - 1]];
        if (state.let_go < bounds_.let_go && now.status.chosen_through > now.durable.let_go) {
            State more = state;
            ++more.let_go;
            happen(std::move(more), self, SmallEvent{LetGo{}, 0}, hash_of(std::uint64_t{6}), at, fmt::format("{} lets go of what is chosen", self.value));
        }
    }

    // At rest, and with what that does to its disk.
    void die(const State& state, NodeId self, std::size_t at) {
        const DurableState durable = nodes_[state.nodes[self.value - 1]].durable;
        if (state.crashes < bounds_.crashes) {
            State less = without(state, self, durable);
            ++less.crashes;
            arrive(std::move(less), at, fmt::format("{} dies and starts again", self.value));
        }
        if (state.damaged >= damaged_max_) return;
        for (const auto& [slot, record] : durable.accepted) {
            DurableState damaged = durable;
            damaged.accepted.erase(slot);
            damaged.faulty.insert(slot);
            State less = without(state, self, std::move(damaged));
            ++less.damaged;
            arrive(std::move(less), at, fmt::format("{} dies, and the record of slot {} is damaged", self.value, slot.value));
        }
    }

    State without(State state, NodeId self, DurableState durable) {
        state.nodes[self.value - 1] = start(self, reborn(std::move(durable)));
        std::erase_if(state.reading, [self](const OpenRead& read) { return read.node == self.value; });
        return state;
    }

    // An answer to an earlier life must not fit a question of this one.
    DurableState reborn(DurableState durable) const {
        if (bounds_.reads > 0) ++durable.lives;
        return durable;
    }

    void happen(State state, NodeId self, const SmallEvent& event, std::uint64_t hash, std::size_t at,
                const std::string& what) {
        const Outcome lived = outcome(state.nodes[self.value - 1], event, hash);
        follow(state, self, lived, at, what);
        if (state.crashes >= bounds_.crashes) return;
        for (int sync = 1; sync <= lived.syncs; ++sync) {
            SmallEvent dying = event;
            dying.dies_before_sync = sync;
            State less = state;
            ++less.crashes;
            follow(less, self, outcome(state.nodes[self.value - 1], dying, hash), at,
                   fmt::format("{}, and dies before sync {}", what, sync));
        }
    }

    void follow(State state, NodeId self, const Outcome& outcome, std::size_t at, const std::string& what) {
        state.nodes[self.value - 1] = outcome.node;
        for (const MessageIndex sent : outcome.sent) {
            const auto place = std::ranges::lower_bound(state.pending, sent);
            if (place == state.pending.end() || *place != sent) state.pending.insert(place, sent);
        }
        count_votes(state, self, what);
        for (const auto& [slot, value] : outcome.handed_out) judge_handed_out(state, slot, value, what);
        if (outcome.died) std::erase_if(state.reading, [self](const OpenRead& read) { return read.node == self.value; });
        for (const auto& [through, slot] : outcome.read) judge_read(state, self, through, slot, what);
        if (outcome.broken != nullptr) violated(fmt::format("{} ({})", outcome.broken, what));
        arrive(std::move(state), at, what);
    }

    void violated(std::string how) {
        if (!result_.violation) result_.violation = std::move(how);
    }

    // A quorum that voted for one value at one ballot has chosen it, whatever became of the votes. Only the node that made
    // the last step can have voted anew.
    void count_votes(State& state, NodeId self, const std::string& what) {
        for (const Vote& vote : nodes_[state.nodes[self.value - 1]].votes) {
            std::uint64_t count = 0;
            for (std::size_t i = 0; i < voters_; ++i) {
                for (const Vote& other : nodes_[state.nodes[i]].votes) {
                    if (other.slot != vote.slot || other.ballot != vote.ballot) continue;
                    ++count;
                    if (other.value != vote.value) violated(fmt::format("slot {}: two values are accepted at one ballot ({})", vote.slot, what));
                }
            }
            if (count >= voters_ / 2 + 1) judge_chosen(state, vote, what);
        }
    }

    void judge_chosen(State& state, const Vote& vote, const std::string& what) {
        const auto chosen = std::ranges::lower_bound(state.chosen, vote.slot, {}, &std::pair<std::uint64_t, std::uint64_t>::first);
        if (chosen == state.chosen.end() || chosen->first != vote.slot) {
            state.chosen.emplace(chosen, vote.slot, vote.value);
        } else if (chosen->second != vote.value) {
            violated(fmt::format("slot {}: a second value has a quorum ({})", vote.slot, what));
        }
    }

    void judge_handed_out(State& state, std::uint64_t slot, std::uint64_t value, const std::string& what) {
        state.told = std::max(state.told, slot);
        const auto chosen = std::ranges::find(state.chosen, slot, &std::pair<std::uint64_t, std::uint64_t>::first);
        if (chosen == state.chosen.end()) return violated(fmt::format("slot {}: a value that no quorum voted for at one ballot is handed out ({})", slot, what));
        if (chosen->second != value) violated(fmt::format("slot {}: a second value is handed out ({})", slot, what));
    }

    void judge_read(State& state, NodeId self, std::uint64_t through, std::uint64_t slot, const std::string& what) {
        std::erase_if(state.reading, [&](const OpenRead& read) {
            if (read.node != self.value || read.ticket > through) return false;
            if (slot < read.least) violated(fmt::format("a read sees slot {} when slot {} was handed out before it was asked ({})", slot, read.least, what));
            return true;
        });
    }

    void arrive(State state, std::size_t at, const std::string& what) {
        std::erase_if(state.pending, [&](MessageIndex index) {
            const Travelling& travelling = messages_[index];
            return !is_counted(travelling, nodes_[state.nodes[travelling.to.value - 1]].status, bounds_.stale);
        });
        ++state.depth;
        const bool was_clean = !result_.violation;
        keep(std::move(state), at, what);
        if (!was_clean && result_.path.empty()) result_.path = path_to(at, what);
    }

    void keep(State state, std::size_t at, const std::string& what) {
        std::uint64_t key = hash_of(std::uint64_t{state.ballots}, std::uint64_t{state.commands}, std::uint64_t{state.crashes}, std::uint64_t{state.repeats},
                                    std::uint64_t{state.damaged}, std::uint64_t{state.reads}, std::uint64_t{state.reconnects}, std::uint64_t{state.let_go});
        // What was told is of no interest where nobody reads.
        if (bounds_.reads > 0) key = hash_of(key, state.told);
        for (const OpenRead& read : state.reading) key = hash_of(key, read.node, read.ticket, read.least);
        for (const NodeIndex node : state.nodes) key = hash_of(key, node);
        for (const MessageIndex message : state.pending) key = hash_of(key, message);
        for (const auto& [slot, value] : state.chosen) key = hash_of(key, slot, value);
        if (!seen_.insert(key).second) return;
        ++result_.states;
        if (!state.chosen.empty()) ++result_.chosen;
        const auto [sentence, is_new_one] = sentence_by_text_.emplace(what, static_cast<std::uint32_t>(sentences_.size()));
        if (is_new_one) sentences_.push_back(what);
        steps_.push_back(Step{static_cast<std::uint32_t>(at), sentence->second});
        queue_.push_back(std::move(state));
    }

    std::vector<std::string> path_to(std::size_t at, const std::string& last) const {
        std::vector<std::string> path{last};
        for (; at != 0; at = steps_[at].before) path.push_back(sentences_[steps_[at].what]);
        std::ranges::reverse(path);
        return path;
    }

    SmallScopeBounds bounds_;
    std::uint64_t voters_;
    std::uint64_t reached_;   // the nodes above it are down
    int damaged_max_;
    SmallScopeResult result_;
    std::vector<Known> nodes_;
    std::vector<Travelling> messages_;
    std::unordered_map<std::uint64_t, NodeIndex> node_by_hash_;  // looked up only, as all of these
    std::unordered_map<std::uint64_t, MessageIndex> message_by_hash_;
    std::unordered_map<std::uint64_t, Outcome> outcomes_;
    std::unordered_set<std::uint64_t> seen_;
    std::deque<State> queue_;
    std::size_t queue_base_ = 0;
    std::vector<Step> steps_;
    std::vector<std::string> sentences_;   // few, each of many steps
    std::unordered_map<std::string, std::uint32_t> sentence_by_text_;
};

}  // namespace

SmallScopeResult explore_small_scope(const SmallScopeBounds& bounds) { return Search{bounds}.run(); }

}  // namespace parley::sim
