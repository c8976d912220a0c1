// Opening a log: reads every block from the medium, judges, writes the last batch again to new blocks, raises the
// incarnation, and only then tells what was found (L3, L5). All synchronous: a replica that opens does nothing else.
#pragma once

#include <memory>

#include "consensus/storage/ledger.hpp"
#include "consensus/storage/meta.hpp"
#include "consensus/storage/recovery.hpp"
#include "consensus/storage/segments.hpp"

namespace parley::consensus::storage {

// A log that is ready for appends.
struct Opened {
    std::unique_ptr<MetaStore> meta;
    std::unique_ptr<Segments> segments;
    Seed seed{ClusterId{}, NodeId{}};
    Ledger ledger;
    SlotIndex index;
    std::map<Slot, Ballot> faulty;
    std::map<Slot, Located> under_fault;
    Slot told_chosen_through;            // the highest a seal tells
    Recovered recovered;
    Segment current;
    std::uint32_t next_block = first_unit_block;
    std::optional<Segment> prepared;
    Tail tail;
};

net::Result<Opened> open_log(net::Disk& disk, const std::string& folder, const LogOptions& options);
net::Result<void> create_log(net::Disk& disk, const std::string& folder, const LogIdentity& identity,
                             const LogOptions& options);

// What the log holds from meta's floor on, into `opened.recovered`.
net::Result<void> describe(Opened& opened);

// The whole file; a block that cannot be read comes as garbage, so that its verdict is "bad".
net::Result<net::Bytes> read_whole(net::File& file);
// The same, into memory that was used before.
net::Result<void> read_whole(net::File& file, net::Bytes& data);

// The values at these places, checked; ErrorKind::damaged when one is not what was written.
net::Result<AcceptedValue> read_record(const Segments& segments, Slot slot, const Located& located);

}  // namespace parley::consensus::storage
