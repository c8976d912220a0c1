// Laying out a unit: records one behind the other from the first byte of its first block, zeros up to a block, the seal.
#include "consensus/storage/unit.hpp"

#include <cstring>

#include "net/ports/check.hpp"

namespace parley::consensus::storage {

namespace {

// From this size on a value is handed to the disk as it is.
constexpr std::size_t shared_value_min = std::size_t{32} << 10U;

// Collects bytes and shared values into a short list of buffers.
class Gather {
public:
    void bytes(net::ByteView bytes) {
        open_.insert(open_.end(), bytes.begin(), bytes.end());
        size_ += bytes.size();
    }
    void value(const Value& value) {
        if (value.size() < shared_value_min) return bytes(value.bytes());
        close();
        size_ += value.size();
        buffers_.push_back(value.shared());
    }
    void pad_to_block() {
        const std::uint64_t padded = blocks_for(size_) * block_size;
        open_.resize(open_.size() + (padded - size_));
        size_ = padded;
    }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    std::vector<net::SharedBytes> take() {
        close();
        return std::move(buffers_);
    }

private:
    void close() {
        if (!open_.empty()) buffers_.push_back(net::share(std::exchange(open_, {})));
    }
    net::Bytes open_;
    std::uint64_t size_ = 0;
    std::vector<net::SharedBytes> buffers_;
};

std::uint64_t record_bytes(const std::vector<AcceptedValue>& records) {
    std::uint64_t bytes = 0;
    for (const AcceptedValue& record : records) bytes += record_header_size + record.value.size();
    return bytes;
}

RecordHeader header_of(const Seal& seal, const AcceptedValue& record, std::size_t number, std::size_t count) {
    RecordHeader header;
    header.unit = seal.unit;
    header.first_block = seal.first_block;
    header.record_blocks = seal.record_blocks;
    header.seal_blocks = seal.seal_blocks;
    header.place_in_unit = static_cast<std::uint32_t>(number);
    header.count = static_cast<std::uint32_t>(count);
    header.slot = record.slot;
    header.ballot = record.ballot;
    header.size = static_cast<std::uint32_t>(record.value.size());
    header.value_checksum = checksum(record.value.bytes(), 0);
    return header;
}

}  // namespace

std::uint64_t unit_blocks(std::size_t records, std::uint64_t value_bytes, std::size_t previous) {
    return blocks_for(std::uint64_t{record_header_size} * records + value_bytes) +
           blocks_for(seal_bytes(records, previous));
}

Unit encode_unit(const Seed& seed, Place first, const Tail& tail, Slot chosen_through,
                 const std::vector<AcceptedValue>& records) {
    CHECK(!records.empty(), "a unit without a record");
    Unit unit;
    Seal& seal = unit.seal;
    seal.unit = tail.next_unit;
    seal.first_block = first.block;
    seal.record_blocks = static_cast<std::uint32_t>(blocks_for(record_bytes(records)));
    seal.seal_blocks = static_cast<std::uint32_t>(blocks_for(seal_bytes(records.size(), tail.previous.size())));
    seal.previous_end = tail.previous_end;
    seal.previous_hash = tail.hash;
    seal.hash = tail.hash;
    seal.chosen_through = chosen_through;
    seal.previous = tail.previous;
    const std::uint64_t record_seed = seed.at(first);
    Gather gather;
    for (const AcceptedValue& record : records) {
        const RecordHeader header = header_of(seal, record, seal.records.size(), records.size());
        const SlotAtBallot what{record.slot, record.ballot};
        seal.records.push_back({what, static_cast<std::uint32_t>(gather.size()), header.size, header.value_checksum});
        seal.hash = extend_hash(seal.hash, what, header.value_checksum);
        gather.bytes(encode_record_header(header, record_seed));
        gather.value(record.value);
    }
    gather.pad_to_block();
    const Place seal_place{first.use, first.block + seal.record_blocks};
    gather.bytes(encode_seal(seal, seed.at(seal_place)));
    gather.pad_to_block();
    CHECK(gather.size() == unit.blocks() * block_size, "a unit of another size than planned");
    unit.buffers = gather.take();
    return unit;
}

Tail tail_after(const Seal& seal, std::uint64_t use) {
    Tail tail;
    tail.next_unit = seal.unit + 1;
    tail.previous_end = Place{use, seal.first_block + seal.record_blocks + seal.seal_blocks};
    tail.hash = seal.hash;
    for (const SealedRecord& record : seal.records) tail.previous.push_back(record.what);
    return tail;
}

}  // namespace parley::consensus::storage
