// What the server says of itself: to monitoring, and to who asks for its status.
#include <algorithm>

#include "chat/server/impl.hpp"
#include "chat/server/members.hpp"
#include "consensus/core/membership.hpp"

namespace parley::chat {
namespace {

const char* role_name(consensus::Role role) {
    switch (role) {
        case consensus::Role::follower: return "follower";
        case consensus::Role::candidate: return "candidate";
        case consensus::Role::leader: return "leader";
    }
    return "";
}

}  // namespace

std::uint64_t Server::Impl::refused_links() const {
    return front_door_.refused() + gateway_.refused_links() + peers_.counters().refused + peers_.counters().malformed;
}

ServerMetrics Server::Impl::metrics() const {
    ServerMetrics metrics;
    metrics.replica = driver_.status();
    metrics.executed_through = state_->executed_through().value;
    metrics.committed_through = state_->applied_through().value;
    metrics.log = log_->counters();
    metrics.peers = peers_.counters();
    metrics.replicas = static_cast<std::uint32_t>(members().voters.size());
    metrics.reachable = reachable_voters();
    metrics.clients = gateway_.clients();
    metrics.waiting_commands = gateway_.waiting();
    metrics.refused_links = refused_links();
    metrics.refused_log_ins = gateway_.refused_log_ins();
    metrics.refused_requests = gateway_.refused_requests();
    metrics.leased_reads = leased_reads_;
    metrics.holds_lease = metrics.replica.lease_until && loop_.now() < *metrics.replica.lease_until;
    metrics.scrub_rounds = scrubber_.rounds();
    metrics.log_scrub_rounds = log_scrubber_.rounds();
    metrics.self_check = self_check_.newest();
    metrics.rebuilding = to_fetch_.has_value();
    metrics.has_room = room_watch_.has_room();
    metrics.free_bytes = room_watch_.free_bytes();
    metrics.chunks = chunks_.chunks().size();
    metrics.files = file_exchange_.fetch().seen();
    metrics.has_to_erase = has_to_erase();
    return metrics;
}

StatusReport Server::Impl::report() const {
    const consensus::ReplicaStatus status = driver_.status();
    const consensus::LogIdentity& identity = log_->recovered().identity;
    const consensus::Log::Counters counters = log_->counters();
    StatusReport report;
    report.node = identity.node.value;
    report.alias = alias_of(members(), identity.node);
    const consensus::Member* const self = consensus::find_member(members(), identity.node);
    if (self != nullptr) report.address = self->address;
    report.process = options_.process;
    report.version = options_.version;
    const char* const place = self == nullptr ? "no member" : status.votes ? role_name(status.role) : "learner";
    report.role = to_fetch_ ? "rebuilding" : self_check_.is_disputed() ? "disputed" : place;
    report.ballot_round = status.ballot.round;
    report.ballot_alias = alias_of(members(), status.ballot.node);
    report.leader_alias = status.leader ? alias_of(members(), *status.leader) : "";
    report.chosen_through = status.chosen_through.value;
    report.applied_through = state_->executed_through().value;
    report.clock_offset_ms = status.clock_offset_ms;
    report.clients = gateway_.clients();
    report.replicas = static_cast<std::uint32_t>(members().voters.size());
    report.reachable = reachable_voters();
    report.log_syncs = counters.syncs;
    report.log_bytes = counters.bytes;
    report.refused_links = refused_links();
    report.known_level = options_.protocol.feature_level.value;
    report.cluster_level = members().level.value;
    report.leases = status.leases;
    report.priority = consensus::priority_of(members(), identity.node);
    report.has_room = room_watch_.has_room();
    report.free_bytes = room_watch_.free_bytes().value_or(0);
    report.chunks = chunks_.chunks().size();
    if (const auto& seen = file_exchange_.fetch().seen()) report.files = FilesReport{seen->files, seen->bytes, seen->chunks_missing, seen->bytes_missing};
    if (status.lease_until) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*status.lease_until - loop_.now());
        report.lease_left_ms = std::max<std::int64_t>(left.count(), 0);
    }
    return report;
}

}  // namespace parley::chat
