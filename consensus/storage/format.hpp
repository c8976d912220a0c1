// What lies on the disk: the blocks of a segment and the pages of meta, and how they are told from rot. Pure functions
// between bytes and values; the layout and its reasons are in docs/storage.md. Nothing here decides what to believe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "consensus/core/types.hpp"
#include "consensus/storage/log.hpp"

namespace parley::consensus::storage {

inline constexpr std::uint32_t block_size = 4096;
inline constexpr std::uint32_t first_unit_block = 2;         // blocks 0 and 1 are the two headers
inline constexpr std::uint32_t page_prefix_size = 16;        // magic, size, checksum
inline constexpr std::uint32_t record_header_size = page_prefix_size + 64;
inline constexpr std::uint32_t meta_place_blocks = 2;        // one place of a meta copy
inline constexpr std::uint32_t format_version = 1;

// A block of one use of a segment. `use` is never given out twice.
struct Place {
    std::uint64_t use = 0;
    std::uint32_t block = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
};

struct SegmentHeader {
    std::uint32_t version = format_version;
    std::uint64_t use = 0;
    std::uint32_t blocks = 0;        // of the whole file
};

// In front of each value. Everything that helps to find the other records of its unit is repeated in each.
struct RecordHeader {
    std::uint64_t unit = 0;          // number of the unit: units are counted over the whole log
    std::uint32_t first_block = 0;   // of the unit
    std::uint32_t record_blocks = 0;
    std::uint32_t seal_blocks = 0;
    std::uint32_t place_in_unit = 0;
    std::uint32_t count = 0;         // records in the unit
    Slot slot;
    Ballot ballot;
    std::uint32_t size = 0;          // of the value that follows
    std::uint64_t value_checksum = 0;
};

struct SlotAtBallot {
    Slot slot;
    Ballot ballot;
    friend auto operator<=>(const SlotAtBallot&, const SlotAtBallot&) = default;
};

struct SealedRecord {
    SlotAtBallot what;
    std::uint32_t offset = 0;        // of the record's header, from the unit's first byte
    std::uint32_t size = 0;
    std::uint64_t value_checksum = 0;
};

// Behind the records of a unit, in blocks of its own.
struct Seal {
    std::uint64_t unit = 0;
    std::uint32_t first_block = 0;
    std::uint32_t record_blocks = 0;
    std::uint32_t seal_blocks = 0;
    Place previous_end;                        // what lies between there and first_block was cut
    std::uint64_t previous_hash = 0;
    std::uint64_t hash = 0;                    // running over all units
    Slot chosen_through;
    std::vector<SealedRecord> records;
    std::vector<SlotAtBallot> previous;        // what the unit before held, should both its parts be lost
};

// From 2 on meta has lives.
inline constexpr std::uint32_t meta_version = 2;

struct Meta {
    std::uint32_t version = meta_version;
    std::uint64_t sequence = 0;
    ClusterId cluster;
    NodeId node;
    Configuration genesis;
    std::uint64_t incarnation = 0;
    Ballot promised;
    Slot floor{1};                             // the first slot not compacted away
    std::uint64_t first_unit = 1;              // the first unit not compacted away
    std::uint64_t first_hash = 0;              // running hash in front of it
    std::uint64_t first_use = 1;               // segments of lower uses were let go
    std::vector<Life> lives;                   // the newest few, oldest first
};
inline constexpr std::size_t lives_kept = 8;

template <class Archive>
void serialize(Archive& a, Place& p, unsigned) {
    a & make_nvp("use", p.use) & make_nvp("block", p.block);
}
template <class Archive>
void serialize(Archive& a, SegmentHeader& h, unsigned) {
    a & make_nvp("version", h.version) & make_nvp("use", h.use) & make_nvp("blocks", h.blocks);
}
template <class Archive>
void serialize(Archive& a, RecordHeader& h, unsigned) {
    a & make_nvp("unit", h.unit) & make_nvp("first_block", h.first_block) & make_nvp("record_blocks", h.record_blocks) &
        make_nvp("seal_blocks", h.seal_blocks) & make_nvp("place_in_unit", h.place_in_unit) &
        make_nvp("count", h.count) & make_nvp("slot", h.slot) & make_nvp("ballot", h.ballot) &
        make_nvp("size", h.size) & make_nvp("value_checksum", h.value_checksum);
}
template <class Archive>
void serialize(Archive& a, SlotAtBallot& s, unsigned) {
    a & make_nvp("slot", s.slot) & make_nvp("ballot", s.ballot);
}
template <class Archive>
void serialize(Archive& a, SealedRecord& r, unsigned) {
    a & make_nvp("what", r.what) & make_nvp("offset", r.offset) & make_nvp("size", r.size) &
        make_nvp("value_checksum", r.value_checksum);
}
template <class Archive>
void serialize(Archive& a, Seal& s, unsigned) {
    a & make_nvp("unit", s.unit) & make_nvp("first_block", s.first_block) & make_nvp("record_blocks", s.record_blocks) &
        make_nvp("seal_blocks", s.seal_blocks) & make_nvp("previous_end", s.previous_end) &
        make_nvp("previous_hash", s.previous_hash) & make_nvp("hash", s.hash) &
        make_nvp("chosen_through", s.chosen_through) & make_nvp("records", s.records) &
        make_nvp("previous", s.previous);
}
template <class Archive>
void serialize(Archive& a, Meta& m, unsigned) {
    a & make_nvp("version", m.version) & make_nvp("sequence", m.sequence) & make_nvp("cluster", m.cluster) &
        make_nvp("node", m.node) & make_nvp("genesis", m.genesis) & make_nvp("incarnation", m.incarnation) &
        make_nvp("promised", m.promised) & make_nvp("floor", m.floor) & make_nvp("first_unit", m.first_unit) &
        make_nvp("first_hash", m.first_hash) & make_nvp("first_use", m.first_use);
    if (m.version > 1) a & make_nvp("lives", m.lives);
}

// Seeds every checksum of a log with who owns it and where it lies, so that a block which belongs to another log,
// another use of the segment or another place is not taken for a good one.
class Seed {
public:
    Seed(ClusterId cluster, NodeId node) : cluster_(cluster), node_(node) {}
    [[nodiscard]] std::uint64_t at(Place place) const;

private:
    ClusterId cluster_;
    NodeId node_;
};

std::uint64_t checksum(net::ByteView bytes, std::uint64_t seed);
// The running hash of the log after one more record.
std::uint64_t extend_hash(std::uint64_t hash, const SlotAtBallot& what, std::uint64_t value_checksum);

// magic, size and checksum in front of the encoded value; not padded.
net::Bytes encode_header(const SegmentHeader& header, std::uint64_t seed);
net::Bytes encode_record_header(const RecordHeader& header, std::uint64_t seed);
net::Bytes encode_seal(const Seal& seal, std::uint64_t seed);
net::Bytes encode_meta(const Meta& meta);

// None: these bytes are not a whole, unharmed one.
std::optional<SegmentHeader> decode_header(net::ByteView bytes, std::uint64_t seed);
// Whether it begins like one: most blocks do not, and are not hashed.
bool may_be_record(net::ByteView bytes);
bool may_be_seal(net::ByteView bytes);
std::optional<RecordHeader> decode_record_header(net::ByteView bytes, std::uint64_t seed);
std::optional<Seal> decode_seal(net::ByteView bytes, std::uint64_t seed);
std::optional<Meta> decode_meta(net::ByteView bytes);

// The bytes that encode_seal() gives for so many records, known before there is a seal.
std::uint64_t seal_bytes(std::size_t records, std::size_t previous);

[[nodiscard]] constexpr std::uint64_t blocks_for(std::uint64_t bytes) { return (bytes + block_size - 1) / block_size; }

std::string segment_name(std::uint64_t use);
std::string prepared_name(std::uint64_t use);
// The use number of a segment's file name, none for any other name.
std::optional<std::uint64_t> use_of_name(const std::string& name, const std::string& prefix);
inline constexpr const char* segment_prefix = "segment-";
inline constexpr const char* prepared_prefix = "prepare-";
inline constexpr const char* meta_name_a = "meta-a";
inline constexpr const char* meta_name_b = "meta-b";

bool all_zero(net::ByteView bytes);

}  // namespace parley::consensus::storage
