#include "consensus/driver/memory_of_peers.hpp"

#include <algorithm>
#include <optional>

#include "net/ports/marks.hpp"

namespace parley::consensus {
namespace {

bool has_less(const Reached& now, const Reached& before) { return now.units < before.units || now.meta_writes < before.meta_writes; }

// What the process of that number found; none where the log has forgotten it.
std::optional<Reached> found_by(std::uint64_t incarnation, const LogProgress& progress) {
    const auto life = std::ranges::find(progress.lives, incarnation, &Life::incarnation);
    return life != progress.lives.end() ? std::optional{life->found} : std::nullopt;
}

}  // namespace

bool has_gone_back(const RememberedNode& remembered, std::uint64_t incarnation, const LogProgress& now) {
    if (incarnation < remembered.incarnation) return true;
    // Processes are numbered by what lies on the disk: the one that an old copy starts may bear the number of the one that is remembered.
    const auto found = found_by(remembered.incarnation, now);
    if (found && *found != remembered.found) return true;
    if (incarnation == remembered.incarnation) return has_less(now.reached, remembered.reached);
    // Every start writes to the log: what counts is what the first process behind the remembered one found.
    const auto next = std::ranges::find_if(now.lives, [&](const Life& life) { return life.incarnation > remembered.incarnation; });
    return next != now.lives.end() && has_less(next->found, remembered.reached);
}

net::Error gone_back() {
    return net::Error{net::ErrorKind::gone_back,
                      "this data folder is older than what other replicas have heard from it: a backup or a copy was put in its place, and "
                      "what this replica promised since is forgotten, so it must not vote. Give its place to a new replica (parley cluster "
                      "replace)"};
}

bool MemoryOfPeers::saw(NodeId node, std::uint64_t incarnation, const LogProgress& now) {
    const auto known = nodes_.find(node);
    const bool is_careless = net::planted("old_backup_believed");
    if (known != nodes_.end() && has_gone_back(known->second, incarnation, now) && !is_careless) return false;
    heard({node, incarnation, found_by(incarnation, now).value_or(Reached{}), now.reached});
    return true;
}

void MemoryOfPeers::heard(const RememberedNode& remembered) {
    RememberedNode& known = nodes_.try_emplace(remembered.node, remembered).first->second;
    if (remembered.incarnation < known.incarnation) return;
    if (remembered.incarnation > known.incarnation) {
        known = remembered;
        return;
    }
    if (remembered.found != known.found) return;   // of another copy of that disk, and this one was there first
    known.reached.units = std::max(known.reached.units, remembered.reached.units);
    known.reached.meta_writes = std::max(known.reached.meta_writes, remembered.reached.meta_writes);
}

std::vector<RememberedNode> MemoryOfPeers::all() const {
    std::vector<RememberedNode> all;
    for (const auto& [node, remembered] : nodes_) all.push_back(remembered);
    return all;
}

}  // namespace parley::consensus
