// The write-ahead log: what this node promised and accepted, durable. Format and recovery rules: docs/storage.md.
// One Log belongs to one Driver and lives on its Loop; all writes go through Disk::write_and_sync.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "consensus/core/step.hpp"
#include "net/ports/disk.hpp"
#include "net/ports/loop.hpp"

namespace parley::consensus {

struct LogIdentity {
    ClusterId cluster;
    NodeId node;
    Configuration genesis;   // the voters the cluster was formed with
};

struct LogOptions {
    // Bytes of one file of the log, preallocated with written zeros. A write that is larger gets a larger file.
    std::uint64_t segment_size = std::uint64_t{16} << 20U;
    // Zeros are written ahead in pieces of this size, so that a message never waits behind a long write.
    std::uint64_t prepare_chunk = std::uint64_t{256} << 10U;
    // Compaction leaves the newest chosen slots, so that replicas that lag a little need no snapshot …
    std::uint64_t keep_slots = 16'384;
    // … unless the segments together are larger than this,
    std::uint64_t keep_bytes = std::uint64_t{128} << 20U;
    // and waits for a snapshot on its way only up to this size.
    std::uint64_t hold_bytes = std::uint64_t{1} << 30U;
};

// How much of a log is durable, in counts that never fall on one disk.
struct Reached {
    std::uint64_t units = 0;         // batches of records
    std::uint64_t meta_writes = 0;
    friend bool operator==(const Reached&, const Reached&) = default;
};
template <class Archive>
void serialize(Archive& archive, Reached& reached, unsigned) {
    archive & make_nvp("units", reached.units) & make_nvp("meta_writes", reached.meta_writes);
}

// What one process found when it opened the log, before it wrote anything: what those before it had made durable.
struct Life {
    std::uint64_t incarnation = 0;
    Reached found;
    friend bool operator==(const Life&, const Life&) = default;
};
template <class Archive>
void serialize(Archive& archive, Life& life, unsigned) {
    archive & make_nvp("incarnation", life.incarnation) & make_nvp("found", life.found);
}

// What opening found. Slots at or below chosen_through without an entry in `faulty` can be read back with Log::read.
struct Recovered {
    LogIdentity identity;
    std::uint64_t incarnation = 0;                 // of this start; durable before open returns
    std::vector<Life> lives;                       // the newest few, this one last
    Ballot promised;                               // max(meta, every ballot in a record or seal)
    Slot chosen_through;                           // the highest the log was told, all of it held (or faulty)
    Slot floor;                                    // the first slot that can be held; what lies below was let go
    std::map<Slot, AcceptedValue> accepted;        // slots above chosen_through: the record of the highest ballot
    std::map<Slot, AcceptedValue> under_fault;     // what a faulty slot held before: good, and older than what is lost
    std::set<Slot> faulty;                         // written once, damaged now: neither acknowledged nor denied (L3)
};

// A segment as it must lie on the medium, for the scrubber.
struct SealedSegment {
    ClusterId cluster;
    NodeId node;
    std::uint64_t use = 0;
    std::shared_ptr<net::File> file;
    std::uint32_t end = 0;                         // block behind the last unit that is durable; 0: none is known to be
};

// For Log::compact: no snapshot is on its way.
inline constexpr Slot no_hold{std::numeric_limits<std::uint64_t>::max()};

class Log {
public:
    // Makes a new, empty log below `folder`; durable when it returns. Fails if one is there.
    static net::Result<void> create(net::Disk& disk, const std::string& folder, const LogIdentity& identity,
                                    const LogOptions& options);
    [[nodiscard]] static bool exists(net::Disk& disk, const std::string& folder);

    // Reads everything, decides every record's verdict (L3), raises the incarnation, rewrites the last batch and meta
    // to new blocks (L5). An error is a sentence and means: this replica must not start.
    static net::Result<std::unique_ptr<Log>> open(net::Disk& disk, net::Loop& loop, const std::string& folder,
                                                  const LogOptions& options);
    ~Log();

    [[nodiscard]] const Recovered& recovered() const;

    // Makes the writes durable in order, with one fdatasync for what was appended while the one before was in flight
    // (group commit), then calls done on the Loop. PromiseWrites go to meta, copy A then copy B (L4). chosen_through is
    // recorded beside the records and is allowed to lag. After the first error every call fails with it (L5).
    using Done = net::Function<void(net::Result<void>)>;
    void append(std::vector<Write> writes, Slot chosen_through, Done done);

    // Held records from..through in order, up to max_bytes (at least one); stops at the first slot not held or faulty.
    net::Result<std::vector<AcceptedValue>> read(Slot from, Slot through, std::size_t max_bytes);

    // Every slot up to `gate` is on the state machine's own medium: whole segments up to there may go, as far as `hold`
    // and the limits of LogOptions allow. `moved` is called on the Loop when the floor has moved, the new one durable.
    using FloorMoved = net::Function<void(Slot)>;
    void on_floor_moved(FloorMoved moved);
    void compact(Slot gate, Slot hold);
    // Before anything is appended: the state machine was replaced by one that holds every slot below `floor`, so this log
    // begins there. Durable when it returns; the segments themselves go with the next compaction. A floor at or below
    // the log's changes nothing.
    net::Result<void> begin_at(Slot floor);
    [[nodiscard]] Slot floor() const;
    [[nodiscard]] Reached reached() const;

    // ---- for the scrubber ----
    // Everything that is durable, oldest first.
    [[nodiscard]] std::vector<SealedSegment> sealed_segments() const;
    [[nodiscard]] bool holds_segment(std::uint64_t use) const;
    // This one is not what was written: it takes no more writes, and it and those before it are let go when the gate of compact() has
    // passed them, whatever LogOptions keeps. False: that is known already.
    bool give_up_segment(std::uint64_t use);
    [[nodiscard]] bool gives_up_segment(std::uint64_t use) const;
    // Reads both copies of meta and makes each anew that is not what was written; true when one was. Does nothing while meta is being
    // written.
    bool mend_meta();

    // Bytes handed to the disk and syncs done since open: the proof that an acknowledgement follows a sync.
    struct Counters { std::uint64_t appends = 0; std::uint64_t syncs = 0; std::uint64_t bytes = 0; };
    [[nodiscard]] Counters counters() const;

private:
    struct Impl;
    explicit Log(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::consensus
