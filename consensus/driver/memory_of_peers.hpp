// MemoryOfPeers: how far the disk of each other node has come, as it told (docs/protocol.md, P12). Who comes back with less has a
// disk that went back in time, an old backup put in its place for example: it has forgotten what it promised, and must not vote. What
// is remembered lives as long as this process, and is passed on, so that who has just started knows it too. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "consensus/core/types.hpp"
#include "consensus/storage/log.hpp"
#include "net/ports/result.hpp"

namespace parley::consensus {

// How far a process's log is, and what it and the processes before it found when they began.
struct LogProgress {
    std::vector<Life> lives;   // oldest first
    Reached reached;
};
template <class Archive>
void serialize(Archive& archive, LogProgress& progress, unsigned) {
    archive & make_nvp("lives", progress.lives) & make_nvp("reached", progress.reached);
}

struct RememberedNode {
    NodeId node;
    std::uint64_t incarnation = 0;   // the newest that was seen
    Reached found;                   // by that one, when it began
    Reached reached;                 // by it since
    friend bool operator==(const RememberedNode&, const RememberedNode&) = default;
};
template <class Archive>
void serialize(Archive& archive, RememberedNode& remembered, unsigned) {
    archive & make_nvp("node", remembered.node) & make_nvp("incarnation", remembered.incarnation) & make_nvp("found", remembered.found) &
        make_nvp("reached", remembered.reached);
}

// This node has less than was remembered of it.
bool has_gone_back(const RememberedNode& remembered, std::uint64_t incarnation, const LogProgress& now);

// What such a node tells its operator.
net::Error gone_back();

class MemoryOfPeers {
public:
    // False: that node has gone back. Otherwise it is remembered.
    bool saw(NodeId node, std::uint64_t incarnation, const LogProgress& now);
    // What somebody else remembers.
    void heard(const RememberedNode& remembered);
    [[nodiscard]] std::vector<RememberedNode> all() const;

private:
    std::map<NodeId, RememberedNode> nodes_;
};

}  // namespace parley::consensus
