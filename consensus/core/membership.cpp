// See membership.hpp.
#include "consensus/core/membership.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "net/ports/marks.hpp"

namespace parley::consensus {

namespace {

net::Error refused(const char* why) { return net::Error{net::ErrorKind::refused, why}; }

const Member* find(const std::vector<Member>& members, NodeId node) {
    const auto found = std::ranges::find(members, node, &Member::node);
    return found == members.end() ? nullptr : &*found;
}

void insert(std::vector<Member>& members, const Member& member) {
    members.insert(std::ranges::upper_bound(members, member.node, {}, &Member::node), member);
}

// Every slot passes here: the kind alone is looked at.
bool holds_configuration(const Value& value) {
    net::InArchive archive{value.bytes()};
    BatchKind kind = BatchKind::no_op;
    archive & kind;
    return archive.good() && kind == BatchKind::configuration;
}

net::Result<Configuration> with_learner(Configuration next, const Member& member) {
    if (find_member(next, member.node) != nullptr) return refused("this node is a member already");
    if (member.node == NodeId{} || member.address.empty() || member.alias.empty()) return refused("a member needs a node id, an address and a name");
    for (const auto* group : {&next.voters, &next.learners}) {
        for (const Member& other : *group) {
            if (other.alias == member.alias) return refused("another member has this name");
            if (other.address == member.address) return refused("another member has this address");
        }
    }
    if (next.learners.size() >= learners_max) return refused("there are as many learners as a cluster may have");
    insert(next.learners, Member{member.node, member.address, member.alias});
    return next;
}

net::Result<Configuration> with_voter(Configuration next, NodeId node) {
    const Member* learner = find_learner(next, node);
    if (find_voter(next, node) != nullptr) return refused("this node votes already");
    if (learner == nullptr) return refused("this node is no member: add it first");
    if (next.voters.size() >= voters_max) return refused("there are as many voters as a cluster may have");
    insert(next.voters, *learner);
    std::erase_if(next.learners, [node](const Member& member) { return member.node == node; });
    if (net::planted("two_voters_at_once")) {
        for (const Member& other : std::exchange(next.learners, {})) insert(next.voters, other);
    }
    return next;
}

net::Result<Configuration> with_joined(Configuration next, const Member& member) {
    const auto learner = std::ranges::find(next.learners, member.node, &Member::node);
    if (learner == next.learners.end()) return refused("only a learner joins: add it first; a replica that lost its folder is replaced");
    if (member.joined == 0) return refused("whoever joins draws a number");
    if (learner->joined != 0) return refused("this node has joined already: a folder that was lost is replaced, not made again");
    learner->joined = member.joined;
    return next;
}

net::Result<Configuration> with_address(Configuration next, const Member& moved) {
    if (next.level < level_of_moves && !net::planted("moved_below_its_level")) {
        return refused("the cluster is at a feature level that knows no change of address: install this version on all replicas first");
    }
    const Member* const known = find_member(next, moved.node);
    if (known == nullptr) return refused("this node is no member");
    if (moved.address.empty()) return refused("a member needs an address");
    if (known->address == moved.address) return refused("this member has this address already");
    for (auto* group : {&next.voters, &next.learners}) {
        for (Member& member : *group) {
            if (member.node == moved.node) member.address = moved.address;
            else if (member.address == moved.address) return refused("another member has this address");
        }
    }
    std::erase_if(next.moves, [&](const Move& move) { return move.node == moved.node; });
    next.moves.insert(std::ranges::upper_bound(next.moves, moved.node, {}, &Move::node), Move{moved.node, next.id});
    return next;
}

net::Result<Configuration> with_level(Configuration next, FeatureLevel level) {
    if (level <= next.level) return refused("the cluster is at this feature level already");
    next.level = level;
    return next;
}

net::Result<Configuration> with_leases(Configuration next, bool on) {
    if (next.level < level_of_leases) {
        return refused("the cluster is at a feature level that knows no leases: install this version on all replicas first");
    }
    if (next.leases == on) return refused(on ? "leases are on already" : "leases are off already");
    next.leases = on;
    return next;
}

net::Result<Configuration> with_priority(Configuration next, NodeId node, std::uint32_t value) {
    if (next.level < level_of_priorities) {
        return refused("the cluster is at a feature level that knows no priorities: install this version on all replicas first");
    }
    if (find_member(next, node) == nullptr) return refused("this node is no member");
    if (value > priority_max) return refused("a priority is a number from 0 to 100");
    if (priority_of(next, node) == value) return refused("this member has this priority already");
    std::erase_if(next.priorities, [node](const Priority& priority) { return priority.node == node; });
    if (value == default_priority) return next;
    next.priorities.insert(std::ranges::upper_bound(next.priorities, node, {}, &Priority::node), Priority{node, value});
    return next;
}

net::Result<Configuration> without(Configuration next, NodeId node) {
    if (find_member(next, node) == nullptr) return refused("this node is no member");
    if (find_voter(next, node) != nullptr && next.voters.size() == 1) return refused("the last voter cannot go");
    const auto is_it = [node](const Member& member) { return member.node == node; };
    std::erase_if(next.voters, is_it);
    std::erase_if(next.learners, is_it);
    std::erase_if(next.moves, [node](const Move& move) { return move.node == node; });
    if (!net::planted("priority_outlives_member")) {
        std::erase_if(next.priorities, [node](const Priority& priority) { return priority.node == node; });
    }
    return next;
}

}  // namespace

net::Result<Configuration> changed(const Configuration& before, const MembershipChange& change) {
    Configuration next = before;
    ++next.id;
    switch (change.kind) {
        case ChangeKind::add: return with_learner(std::move(next), change.member);
        case ChangeKind::promote: return with_voter(std::move(next), change.member.node);
        case ChangeKind::remove: return without(std::move(next), change.member.node);
        case ChangeKind::join: return with_joined(std::move(next), change.member);
        case ChangeKind::move: return with_address(std::move(next), change.member);
        case ChangeKind::raise: return with_level(std::move(next), change.level);
        case ChangeKind::leases_on: return with_leases(std::move(next), true);
        case ChangeKind::leases_off: return with_leases(std::move(next), false);
        case ChangeKind::prefer: return with_priority(std::move(next), change.member.node, change.priority);
    }
    return refused("no such change");
}

bool follows(const Configuration& before, const Configuration& next) {
    return next.id == before.id + 1 && !next.voters.empty();
}

Value value_of(const Configuration& configuration, std::int64_t log_time_ms) {
    return Value{Batch{BatchKind::configuration, log_time_ms, {net::encode(configuration)}}};
}

std::optional<Configuration> configuration_in(const Batch& batch) {
    if (batch.kind != BatchKind::configuration || batch.commands.size() != 1) return std::nullopt;
    auto configuration = net::decode<Configuration>(batch.commands.front());
    return configuration ? std::optional{*std::move(configuration)} : std::nullopt;
}

std::optional<Configuration> configuration_in(const Value& value) {
    if (!holds_configuration(value)) return std::nullopt;
    const auto batch = value.decoded();
    return batch ? configuration_in(*batch) : std::nullopt;
}

std::optional<FeatureLevel> level_of(const Value& value) {
    if (!holds_configuration(value)) return std::nullopt;
    const auto batch = value.decoded();
    if (!batch || batch->commands.size() != 1) return std::nullopt;
    return level_of(net::ByteView{batch->commands.front()});
}

std::optional<FeatureLevel> level_of(net::ByteView encoded_configuration) {
    net::InArchive archive{encoded_configuration};
    std::uint64_t first_word = 0;
    archive & first_word;
    return archive.good() ? std::optional{level_in(first_word)} : std::nullopt;
}

net::Error outdated(FeatureLevel cluster, FeatureLevel known) {
    return net::Error{net::ErrorKind::outdated,
                      fmt::format("this cluster uses feature level {}, and this replica's program knows no more than {}: install the version of "
                                  "Parley that the other replicas run", cluster.value, known.value)};
}

const Member* find_voter(const Configuration& configuration, NodeId node) { return find(configuration.voters, node); }
const Member* find_learner(const Configuration& configuration, NodeId node) { return find(configuration.learners, node); }
const Member* find_member(const Configuration& configuration, NodeId node) {
    const Member* voter = find_voter(configuration, node);
    return voter != nullptr ? voter : find_learner(configuration, node);
}

std::uint32_t priority_of(const Configuration& configuration, NodeId node) {
    const auto found = std::ranges::find(configuration.priorities, node, &Priority::node);
    return found == configuration.priorities.end() ? default_priority : found->value;
}

}  // namespace parley::consensus
