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

struct State {
    std::array<NodeIndex, small_voters> nodes{};
    std::vector<MessageIndex> pending;              // sorted, each once
    std::vector<std::pair<std::uint64_t, std::uint64_t>> chosen;  // slot, value: once a quorum held it; sorted
    int ballots = 0;
    int commands = 0;
    int crashes = 0;
    int repeats = 0;
    int depth = 0;
};

struct Known {
    NodeId self;
    DurableState since;  // what it started with
    std::vector<SmallEvent> events;
    DurableState durable;  // now
    ReplicaStatus status;
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
    int syncs = 0;
};

std::uint64_t hash_of_bytes(net::ByteView bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint64_t hash_of_durable(NodeId self, const DurableState& state) {
    std::uint64_t hash = hash_of(self.value, state.promised.round, state.promised.node.value);
    for (const auto& [slot, held] : state.accepted) {
        hash = hash_of(hash, slot.value, held.ballot.round, held.ballot.node.value, hash_of_bytes(held.value.bytes()));
    }
    return hash;
}

bool is_looked_at(const Message& message, bool notices) {
    if (std::holds_alternative<Chosen>(message)) return notices;
    return std::holds_alternative<Prepare>(message) || std::holds_alternative<Promise>(message) ||
           std::holds_alternative<Accept>(message) || std::holds_alternative<Accepted>(message);
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
    explicit Search(const SmallScopeBounds& bounds) : bounds_(bounds) {}

    SmallScopeResult run() {
        State first;
        for (std::uint64_t i = 0; i < small_voters; ++i) first.nodes[i] = start(NodeId{i + 1}, DurableState{});
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
        if (is_new) nodes_.push_back(Known{self, durable, {}, durable, {}});
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
        SmallStep step = run_small_node(self, nodes_[node].since, events);
        ++result_.steps;
        Outcome made;
        made.syncs = step.syncs;
        for (const Outgoing& outgoing : step.sent) {
            if (is_looked_at(outgoing.message, bounds_.notices)) made.sent.push_back(index_of(self, outgoing));
        }
        for (const ChosenSlot& slot : step.chosen)
            made.handed_out.emplace_back(slot.slot.value, hash_of_bytes(slot.value.bytes()));
        if (step.died) {
            made.node = start(self, step.durable);
        } else {
            const std::uint64_t hash = hash_of(hash_of(node, event_hash), hash_of_durable(self, step.durable));
            const auto [found, is_new] = node_by_hash_.emplace(hash, static_cast<NodeIndex>(nodes_.size()));
            if (is_new)
                nodes_.push_back(
                    Known{self, nodes_[node].since, std::move(events), std::move(step.durable), step.status});
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
        for (std::uint64_t node = 1; node <= small_voters; ++node) {
            const NodeId self{node};
            // Who does not campaign is as good as any other: node 3 stands for it, and ballots of 1 and 2 are ordered both ways.
            if (state.ballots < bounds_.ballots && node < small_voters) {
                State more = state;
                ++more.ballots;
                const std::uint64_t hash = hash_of(std::uint64_t{2}, static_cast<std::uint64_t>(more.ballots));
                happen(std::move(more), self, SmallEvent{Campaign{state.ballots + 1}, 0}, hash, at,
                       fmt::format("{} campaigns", node));
            }
            if (state.commands < bounds_.commands) {
                State more = state;
                ++more.commands;
                const auto command = static_cast<std::uint8_t>(more.commands);
                happen(std::move(more), self, SmallEvent{Propose{command}, 0},
                       hash_of(std::uint64_t{3}, std::uint64_t{command}), at,
                       fmt::format("{} is given a command", node));
            }
            if (state.crashes < bounds_.crashes) {
                State less = state;
                ++less.crashes;
                less.nodes[node - 1] = start(self, nodes_[state.nodes[node - 1]].durable);
                arrive(std::move(less), at, fmt::format("{} dies and starts again", node));
            }
        }
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
        for (const auto& [slot, value] : outcome.handed_out) judge(state, slot, value, "is handed out", what);
        arrive(std::move(state), at, what);
    }

    void judge(State& state, std::uint64_t slot, std::uint64_t value, const char* how, const std::string& what) {
        const auto chosen = std::ranges::lower_bound(state.chosen, slot, {}, &std::pair<std::uint64_t, std::uint64_t>::first);
        if (chosen == state.chosen.end() || chosen->first != slot) {
            state.chosen.emplace(chosen, slot, value);
            return;
        }
        if (chosen->second == value || result_.violation) return;
        result_.violation = fmt::format("slot {}: a second value {} ({})", slot, how, what);
    }

    // A quorum that holds one value at one ballot has chosen it.
    void count_votes(State& state, const std::string& what) {
        std::map<std::pair<std::uint64_t, Ballot>, std::map<std::uint64_t, std::uint64_t>> votes;
        for (const NodeIndex index : state.nodes) {
            for (const auto& [slot, held] : nodes_[index].durable.accepted) {
                const std::uint64_t value = hash_of_bytes(held.value.bytes());
                if (++votes[{slot.value, held.ballot}][value] == small_voters / 2 + 1)
                    judge(state, slot.value, value, "has a quorum", what);
            }
        }
    }

    void arrive(State state, std::size_t at, const std::string& what) {
        std::erase_if(state.pending, [&](MessageIndex index) {
            const Travelling& travelling = messages_[index];
            return !is_counted(travelling, nodes_[state.nodes[travelling.to.value - 1]].status, bounds_.stale);
        });
        ++state.depth;
        count_votes(state, what);
        const bool was_clean = !result_.violation;
        keep(std::move(state), at, what);
        if (!was_clean && result_.path.empty()) result_.path = path_to(at, what);
    }

    void keep(State state, std::size_t at, const std::string& what) {
        std::uint64_t key =
            hash_of(static_cast<std::uint64_t>(state.ballots), static_cast<std::uint64_t>(state.commands),
                    static_cast<std::uint64_t>(state.crashes), static_cast<std::uint64_t>(state.repeats));
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
