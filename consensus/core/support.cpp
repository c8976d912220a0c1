// Time-outs of a follower. See support.hpp; rule P8 of docs/protocol.md.
#include "consensus/core/support.hpp"

#include <algorithm>

namespace parley::consensus {

void Support::heard(NodeId leader, Ballot ballot, net::Instant now, const Options& options) {
    if (ballot < ballot_ && live(now, options)) return;
    leader_ = leader;
    ballot_ = std::max(ballot_, ballot);
    following_ = true;
    heard_at_ = now;
    deadline_ = now + patience_;
}

void Support::lost(NodeId node, net::Instant now, Chance& chance, const Options& options) {
    if (reserved_for_ == node) reserved_until_ = now;
    if (!following_ || leader_ != node) return;
    following_ = false;
    wait_shortly(now, chance, options);
}

void Support::wait_shortly(net::Instant now, Chance& chance, const Options& options) {
    // All voters see a leader's process end at about the same moment: spread them, but ask long before the time-out.
    const net::Duration shortly = chance.between(options.election_timeout / 15, options.election_timeout / 3);
    deadline_ = std::min(deadline_, now + shortly);
}

void Support::wait_beyond(net::Instant moment, Chance& chance, const Options& options) {
    deadline_ = moment + chance.between(options.election_timeout / 15, options.election_timeout / 3);
}

void Support::promised(NodeId candidate, net::Instant now, Chance& chance, const Options& options) {
    wait(now, chance, options);
    reserved_for_ = candidate;
    reserved_until_ = now + options.election_timeout / 3;
}

void Support::end(net::Instant now, Chance& chance, const Options& options) {
    following_ = false;
    wait(now, chance, options);
}

void Support::wait(net::Instant now, Chance& chance, const Options& options) {
    patience_ = chance.between(options.election_timeout, 2 * options.election_timeout);
    deadline_ = now + patience_;
}

std::optional<NodeId> Support::leader(net::Instant now, const Options& options) const {
    if (!following_ || now - heard_at_ >= options.election_timeout) return std::nullopt;
    return leader_;
}

}  // namespace parley::consensus
