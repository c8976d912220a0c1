#include "chat/keeping/confirmations.hpp"

#include <algorithm>
#include <utility>

#include "net/ports/marks.hpp"

namespace parley::chat {
namespace {

using consensus::NodeId;

std::vector<NodeId> members_of(const consensus::Configuration& configuration) {
    std::vector<NodeId> nodes;
    for (const auto* group : {&configuration.voters, &configuration.learners}) {
        for (const consensus::Member& member : *group) nodes.push_back(member.node);
    }
    return nodes;
}

}  // namespace

std::vector<std::uint32_t> missing_here(const ChunkKeeper& keeper, const std::vector<ChunkHash>& chunks) {
    std::vector<std::uint32_t> missing;
    for (std::uint32_t place = 0; place < chunks.size(); ++place) {
        if (!keeper.has(chunks[place])) missing.push_back(place);
    }
    return missing;
}

Confirmations::Confirmations(net::Loop& loop, View& view, ChunkKeeper& keeper, NodeId self, ConfirmationOptions options, ConfirmationEvents events)
    : loop_(loop), view_(view), keeper_(keeper), self_(self), options_(options), events_(std::move(events)) {}

Confirmations::~Confirmations() { loop_.cancel(timer_); }

bool Confirmations::begin(FileId file) {
    const auto known = files_.find(file);
    if (known == files_.end() && files_.size() >= options_.files_max) return false;
    files_[file].wanted_at = loop_.now();
    if (timer_ == net::TimerId{}) timer_ = loop_.after(net::Duration{}, [this] { tick(); });
    return true;
}

void Confirmations::end(FileId file) { files_.erase(file); }

void Confirmations::tick() {
    for (auto at = files_.begin(); at != files_.end();) {
        at = look(at->first, at->second) ? std::next(at) : files_.erase(at);
    }
    timer_ = files_.empty() ? net::TimerId{} : loop_.after(options_.ask_interval, [this] { tick(); });
}

bool Confirmations::look(FileId file, Confirmation& one) {
    const auto row = view_.file(file);
    if (!row) return true;   // a read that failed: the next one, perhaps
    if (!*row || (*row)->is_whole) return false;
    one.chunks = (*row)->chunks;
    const bool is_all_here = missing_here(keeper_, one.chunks).empty();
    if (!is_all_here && loop_.now() - one.wanted_at > options_.wanted_for) return false;
    ask(file, one);
    propose_if_enough(file, one);
    return true;
}

void Confirmations::ask(FileId file, const Confirmation& one) {
    std::vector<NodeId> asked;
    for (const NodeId member : members_of(events_.configuration())) {
        const auto known = one.members.find(member);
        const bool is_known_to_hold = known != one.members.end() && known->second.holds_all;
        if (member != self_ && !is_known_to_hold) asked.push_back(member);
    }
    if (!asked.empty()) events_.send(asked, HoldingAsked{file});
}

void Confirmations::came(const PlacedChunk& chunk, const net::Bytes& bytes) {
    const auto at = files_.find(chunk.file);
    if (at == files_.end()) return;
    std::vector<NodeId> lacking;
    for (const NodeId member : members_of(events_.configuration())) {
        const Member& known = at->second.members[member];
        if (member != self_ && !known.holds_all && !known.sent.contains(chunk.place)) lacking.push_back(member);
    }
    if (lacking.empty()) return;
    for (const NodeId member : events_.send(lacking, BytesSent{chunk.name, bytes})) at->second.members[member].sent.emplace(chunk.place, loop_.now());
}

void Confirmations::told(NodeId from, const HoldingTold& told) {
    const auto at = files_.find(told.file);
    if (at == files_.end() || at->second.chunks.empty()) return;
    Confirmation& one = at->second;
    Member& member = one.members[from];
    // An older answer that comes late changes nothing: what was here once stays.
    member.holds_all = member.holds_all || told.missing.empty();
    if (member.holds_all) return propose_if_enough(told.file, one);
    send_some(told.file, from, told.missing);
}

void Confirmations::send_some(FileId file, NodeId to, const std::vector<std::uint32_t>& missing) {
    Confirmation& one = files_.at(file);
    Member& member = one.members[to];
    const net::Instant now = loop_.now();
    std::erase_if(member.sent, [&](const auto& sent) { return now - sent.second >= options_.send_again; });
    std::vector<std::uint32_t> next;
    for (const std::uint32_t place : missing) {
        if (next.size() == options_.chunks_per_ask) break;
        const bool can_be = place < one.chunks.size() && !member.sent.contains(place) && keeper_.has(one.chunks[place]);
        if (can_be) next.push_back(place);
    }
    for (const std::uint32_t place : next) {
        member.sent.emplace(place, now);
        read_and_send({file, place, one.chunks[place]}, to, place == next.back());
    }
}

// The question behind the last one is answered when it has arrived, and the answer brings what comes next: nobody is sent more than he takes.
void Confirmations::read_and_send(const PlacedChunk& chunk, NodeId to, bool is_last) {
    keeper_.read(chunk.name, [this, chunk, to, is_last, alive = std::weak_ptr{alive_}](net::Result<net::Bytes> bytes) {
        if (alive.expired() || !bytes) return;
        const auto at = files_.find(chunk.file);
        if (at == files_.end()) return;
        if (!send_to(to, BytesSent{chunk.name, *std::move(bytes)})) {
            at->second.members[to].sent.erase(chunk.place);
        } else if (is_last) {
            static_cast<void>(send_to(to, HoldingAsked{chunk.file}));
        }
    });
}

// Who holds it and has no vote yet is named too: the state counts them when it expects them to vote.
void Confirmations::propose_if_enough(FileId file, Confirmation& one) {
    const consensus::Configuration configuration = events_.configuration();
    const auto holds = [&](NodeId member) {
        if (member == self_) return missing_here(keeper_, one.chunks).empty();
        const auto known = one.members.find(member);
        return known != one.members.end() && known->second.holds_all;
    };
    const auto voters = std::ranges::count_if(configuration.voters, [&](const consensus::Member& voter) { return holds(voter.node); });
    const std::size_t enough = configuration.voters.size() / 2 + (net::planted("file_quorum_one_short") ? 0 : 1);
    if (static_cast<std::size_t>(voters) < enough) return;
    if (one.is_proposed && loop_.now() - one.proposed_at < options_.propose_again) return;
    one.is_proposed = true;
    one.proposed_at = loop_.now();
    ConfirmFile command{file, configuration.id, {}};
    for (const NodeId member : members_of(configuration)) {
        if (holds(member)) command.holders.push_back(member.value);
    }
    events_.propose(command);
}

}  // namespace parley::chat
