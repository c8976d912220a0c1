// A snapshot file: the state of a cluster at one slot, for an operator to keep. It is the image that replicas hand to each other
// (docs/state.md Q5), and behind it a label that says what it is: hashes of its chunks, of which cluster, taken when.
#pragma once

#include <cstdint>
#include <string>

#include "consensus/snapshot/messages.hpp"
#include "net/ports/disk.hpp"
#include "net/ports/function.hpp"

namespace parley::chat {

struct SnapshotLabel {
    consensus::ClusterId cluster;
    std::int64_t taken_ms = 0;      // the clock of whoever took it
    consensus::Manifest manifest;
};
template <class Archive>
void serialize(Archive& archive, SnapshotLabel& label, unsigned) {
    using net::make_nvp;
    archive & make_nvp("cluster", label.cluster) & make_nvp("taken_ms", label.taken_ms) & make_nvp("manifest", label.manifest);
}

// Puts the label behind the image that lies in that file. Durable when this returns, but for the file's name.
net::Result<void> label_snapshot(net::File& file, const SnapshotLabel& label);

// Reads all of the file. An error is a sentence: no snapshot, cut short, changed since it was taken.
net::Result<SnapshotLabel> check_snapshot(net::File& file);

}  // namespace parley::chat
