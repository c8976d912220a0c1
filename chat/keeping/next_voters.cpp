#include "chat/keeping/next_voters.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace parley::chat {

using consensus::NodeId;

NextVoters::NextVoters(net::Loop& loop, View& view, ChunkFetch& fetch, NodeId self, NextVotersOptions options, NextVotersEvents events)
    : loop_(loop), view_(view), fetch_(fetch), self_(self), options_(options), events_(std::move(events)) {}

NextVoters::~NextVoters() { loop_.cancel(timer_); }

void NextVoters::prepare(std::vector<NodeId> voters, std::optional<NodeId> newcomer, net::Task ready) {
    wanted_at_ = loop_.now();
    if (is_under_way() && voters == voters_ && newcomer == newcomer_) {
        ready_ = std::move(ready);
        return;
    }
    cancel();
    voters_ = std::move(voters);
    newcomer_ = newcomer;
    ready_ = std::move(ready);
    timer_ = loop_.after(net::Duration{}, [this] { tick(); });
}

void NextVoters::cancel() {
    loop_.cancel(std::exchange(timer_, net::TimerId{}));
    voters_.clear();
    ready_ = {};
    expected_from_.reset();
    complete_.clear();
    proposed_at_.reset();
}

void NextVoters::tick() {
    if (loop_.now() - wanted_at_ > options_.wanted_for) return cancel();
    if (is_expected()) ask();
    if (is_enough()) {
        net::Task then = std::move(ready_);
        cancel();
        return then();
    }
    timer_ = loop_.after(options_.ask_interval, [this] { tick(); });
}

bool NextVoters::is_expected() {
    const auto row = view_.expected_voters();
    if (!row) return false;
    const std::uint64_t configuration = events_.configuration().id;
    const auto is_one = [](NodeId node, std::uint64_t number) { return node.value == number; };
    const bool is_this = *row && (*row)->configuration == configuration && (*row)->left_ms > 0 && std::ranges::equal(voters_, (*row)->voters, is_one);
    const std::optional<std::uint64_t> since = is_this ? std::optional{(*row)->since} : std::nullopt;
    // What was complete at a slot before a break says nothing about what became whole in it.
    if (expected_from_ != since) complete_.clear();
    expected_from_ = since;
    if (!is_this || (*row)->left_ms < options_.left_ms_min) propose();
    return is_this;
}

void NextVoters::propose() {
    if (proposed_at_ && loop_.now() - *proposed_at_ < options_.propose_again) return;
    proposed_at_ = loop_.now();
    ExpectVoters command{events_.configuration().id, {}};
    for (const NodeId voter : voters_) command.voters.push_back(voter.value);
    events_.propose(command);
}

void NextVoters::ask() {
    for (const NodeId voter : voters_) {
        if (complete_.contains(voter)) continue;
        if (voter != self_) {
            events_.send(voter, CompleteAsked{*expected_from_});
        } else if (fetch_.complete_at() >= *expected_from_) {
            complete_.insert(self_);
        } else {
            fetch_.hurry();
        }
    }
}

void NextVoters::told(NodeId from, const CompleteTold& told) {
    if (expected_from_ && told.slot >= *expected_from_) complete_.insert(from);
}

bool NextVoters::is_enough() const {
    if (!expected_from_) return false;
    const auto holders = std::ranges::count_if(voters_, [this](NodeId voter) { return complete_.contains(voter); });
    const bool is_quorum = static_cast<std::size_t>(holders) > voters_.size() / 2;
    return is_quorum && (!newcomer_ || complete_.contains(*newcomer_));
}

std::vector<NodeId> NextVoters::incomplete() const {
    std::vector<NodeId> found;
    std::ranges::copy_if(voters_, std::back_inserter(found), [this](NodeId voter) { return !complete_.contains(voter); });
    return found;
}

}  // namespace parley::chat
