// The walk over the blocks of a segment. Blocks inside a unit whose first header is unharmed are never searched, so that
// a value that looks like a seal is not taken for one.
#include "consensus/storage/scan.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace parley::consensus::storage {

namespace {

class Scanner {
public:
    Scanner(const Seed& seed, std::uint64_t use, net::ByteView data)
        : seed_(seed), use_(use), blocks_(static_cast<std::uint32_t>(data.size() / block_size)),
          data_(data.first(std::size_t{blocks_} * block_size)) {}

    ScannedSegment run() {
        ScannedSegment result;
        result.use = use_;
        result.blocks = blocks_;
        for (std::uint32_t i = 0; i < 2 && i < blocks_; ++i) {
            const auto header = decode_header(block(i), seed_.at(Place{use_, i}));
            result.header_good[i] = header && header->use == use_ && header->blocks == blocks_;
        }
        find_seals();
        for (std::uint32_t at = first_unit_block; at < blocks_;) {
            auto unit = unit_at(at);
            if (!all_zero(block(at)) || unit) result.used_end = std::max(result.used_end, at + 1);
            if (!unit) {
                ++at;
                continue;
            }
            at = std::max(unit->end_block, at + 1);
            result.used_end = std::max(result.used_end, at);
            result.units.push_back(std::move(*unit));
        }
        return result;
    }

private:
    [[nodiscard]] net::ByteView block(std::uint32_t at) const {
        return data_.subspan(std::size_t{at} * block_size, block_size);
    }
    [[nodiscard]] net::ByteView from(std::uint64_t offset) const { return data_.subspan(offset); }

    // Seals by the unit they claim to close; used only where the unit's own header is lost.
    void find_seals() {
        for (std::uint32_t at = first_unit_block; at < blocks_; ++at) {
            const auto seal = seal_at(at);
            if (seal) seals_.emplace(seal->first_block, at);
        }
    }

    [[nodiscard]] std::optional<Seal> seal_at(std::uint32_t at) const {
        if (at >= blocks_ || !may_be_seal(block(at))) return std::nullopt;
        auto seal = decode_seal(from(std::uint64_t{at} * block_size), seed_.at(Place{use_, at}));
        if (!seal || seal->record_blocks == 0 || seal->first_block < first_unit_block) return std::nullopt;
        if (std::uint64_t{seal->first_block} + seal->record_blocks != at) return std::nullopt;
        if (std::uint64_t{at} + seal->seal_blocks > blocks_ || seal->seal_blocks == 0) return std::nullopt;
        return seal;
    }

    [[nodiscard]] std::optional<RecordHeader> header_at(std::uint32_t unit, std::uint32_t number,
                                                        std::uint64_t offset) const {
        if (offset + record_header_size > data_.size() || !may_be_record(from(offset))) return std::nullopt;
        auto header = decode_record_header(from(offset).first(record_header_size), seed_.at(Place{use_, unit}));
        if (!header || header->first_block != unit || header->place_in_unit != number) return std::nullopt;
        return header;
    }

    [[nodiscard]] bool value_good(std::uint64_t offset, std::uint32_t size, std::uint64_t sum) const {
        const std::uint64_t begin = offset + record_header_size;
        return begin + size <= data_.size() && checksum(data_.subspan(begin, size), 0) == sum;
    }

    std::optional<ScannedUnit> unit_at(std::uint32_t at) const {
        const auto header = header_at(at, 0, std::uint64_t{at} * block_size);
        std::uint32_t seal_block = 0;
        if (header) {
            const std::uint64_t end = std::uint64_t{at} + header->record_blocks + header->seal_blocks;
            if (header->record_blocks == 0 || header->count == 0 || end > blocks_) return std::nullopt;
            seal_block = at + header->record_blocks;
        } else {
            const auto found = seals_.find(at);
            if (found == seals_.end()) return std::nullopt;
            seal_block = found->second;
        }
        ScannedUnit unit;
        unit.first = Place{use_, at};
        unit.seal = seal_at(seal_block);
        if (unit.seal && unit.seal->first_block != at) unit.seal.reset();
        if (unit.seal) {
            read_sealed(unit);
        } else {
            walk(unit, *header);
        }
        return unit;
    }

    // The seal says where each record is and what it has to be.
    void read_sealed(ScannedUnit& unit) const {
        const Seal& seal = *unit.seal;
        unit.number = seal.unit;
        unit.end_block = seal.first_block + seal.record_blocks + seal.seal_blocks;
        unit.complete = true;
        for (std::size_t i = 0; i < seal.records.size(); ++i) {
            const SealedRecord& sealed = seal.records[i];
            const std::uint64_t offset = std::uint64_t{seal.first_block} * block_size + sealed.offset;
            const auto header = header_at(seal.first_block, static_cast<std::uint32_t>(i), offset);
            const bool good = header && SlotAtBallot{header->slot, header->ballot} == sealed.what &&
                              header->size == sealed.size && header->value_checksum == sealed.value_checksum &&
                              value_good(offset, sealed.size, sealed.value_checksum);
            unit.records.push_back(ScannedRecord{sealed.what, static_cast<std::uint32_t>(offset), sealed.size,
                                                 sealed.value_checksum, good});
        }
    }

    // No seal: from one header to the next, as far as they are unharmed.
    void walk(ScannedUnit& unit, const RecordHeader& first) const {
        unit.number = first.unit;
        unit.end_block = unit.first.block + first.record_blocks + first.seal_blocks;
        const std::uint64_t end = (std::uint64_t{unit.first.block} + first.record_blocks) * block_size;
        std::uint64_t offset = std::uint64_t{unit.first.block} * block_size;
        unit.complete = true;
        for (std::uint32_t i = 0; i < first.count; ++i) {
            const auto header = offset < end ? header_at(unit.first.block, i, offset) : std::nullopt;
            if (!header || header->unit != first.unit) {
                unit.complete = false;
                return;
            }
            const bool good = value_good(offset, header->size, header->value_checksum);
            unit.records.push_back(ScannedRecord{SlotAtBallot{header->slot, header->ballot},
                                                 static_cast<std::uint32_t>(offset), header->size,
                                                 header->value_checksum, good});
            offset += record_header_size + header->size;
        }
    }

    const Seed& seed_;
    std::uint64_t use_;
    std::uint32_t blocks_;
    net::ByteView data_;
    std::map<std::uint32_t, std::uint32_t> seals_;
};

}  // namespace

ScannedSegment scan_segment(const Seed& seed, std::uint64_t use, net::ByteView data) {
    return Scanner{seed, use, data}.run();
}

std::optional<std::uint32_t> first_damage(const ScannedSegment& segment, std::uint32_t end) {
    for (std::uint32_t header = 0; header < 2; ++header) {
        if (!segment.header_good[header]) return header;
    }
    std::uint32_t whole = first_unit_block;
    for (const ScannedUnit& unit : segment.units) {
        if (!unit.seal || unit.first.block >= end) continue;
        const Place& behind = unit.seal->previous_end;
        if (behind.use == segment.use && behind.block != whole) return whole;
        const auto bad = std::ranges::find(unit.records, false, &ScannedRecord::good);
        if (bad != unit.records.end()) return bad->offset / static_cast<std::uint32_t>(block_size);
        whole = unit.end_block;
    }
    return end == 0 || whole == end ? std::nullopt : std::optional{whole};
}

}  // namespace parley::consensus::storage
