// Restoring: a new cluster that begins with the state of another one, as a snapshot keeps it or as a survivor's folder holds it. It has an
// identity of its own, so that no replica of the old one is ever taken for a member (docs/operations.md, "Disaster").
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chat/daemon/formation.hpp"
#include "chat/daemon/restored_files.hpp"
#include "chat/daemon/snapshot_file.hpp"

namespace parley::chat {

struct RestoredCluster {
    SnapshotLabel label;
    RestoredFiles files;
};

// Makes the folders of a new cluster below `folder`, which must not exist or be empty. `files_from`: see restore_files(). Throws std::runtime_error with a
// sentence; a snapshot that is not sound changes nothing.
RestoredCluster restore_cluster(const std::string& snapshot, const std::string& folder, const std::vector<FoundingMember>& members, bool tls,
                                const std::string& files_from);

// What a survivor had.
struct Survived {
    SnapshotLabel label;
    std::uint64_t chosen = 0;      // up to here the survivor knew that it was chosen
    std::uint64_t kept = 0;        // slots after that which it had accepted: chosen or not, they are kept
    std::uint64_t lost = 0;        // slots it had accepted behind one that it has not
};

// Takes a snapshot of all that the data folder of a stopped replica holds. Its process must not run; it needs to be started no more.
Survived snapshot_survivor(const std::string& data, const std::string& snapshot);

}  // namespace parley::chat
