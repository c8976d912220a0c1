// SlotIndex: where the log holds each slot, in memory; some 40 bytes a slot, in chunks, so that a far slot costs no room.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "consensus/core/types.hpp"

namespace parley::consensus::storage {

struct Located {
    std::uint64_t use = 0;           // of the segment; 0: not held
    std::uint32_t offset = 0;        // of the record's header in the file
    std::uint32_t size = 0;          // of the value
    Ballot ballot;
    std::uint64_t value_checksum = 0;
};

class SlotIndex {
public:
    void set(Slot slot, const Located& located) {
        auto& chunk = chunks_[slot.value / chunk_slots];
        if (chunk.empty()) chunk.resize(chunk_slots);
        chunk[slot.value % chunk_slots] = located;
    }
    void erase(Slot slot) {
        if (find(slot)) set(slot, Located{});
    }
    void drop_below(Slot floor) {
        chunks_.erase(chunks_.begin(), chunks_.lower_bound(floor.value / chunk_slots));
        const auto chunk = chunks_.find(floor.value / chunk_slots);
        if (chunk == chunks_.end()) return;
        const auto end = chunk->second.begin() + static_cast<std::ptrdiff_t>(floor.value % chunk_slots);
        std::fill(chunk->second.begin(), end, Located{});
    }
    [[nodiscard]] const Located* find(Slot slot) const {
        const auto chunk = chunks_.find(slot.value / chunk_slots);
        if (chunk == chunks_.end()) return nullptr;
        const Located& located = chunk->second[slot.value % chunk_slots];
        return located.use == 0 ? nullptr : &located;
    }
    // The slots held, from `from` on, in order.
    [[nodiscard]] std::vector<Slot> held_from(Slot from) const {
        std::vector<Slot> slots;
        for (auto chunk = chunks_.lower_bound(from.value / chunk_slots); chunk != chunks_.end(); ++chunk) {
            for (std::uint64_t i = 0; i < chunk_slots; ++i) {
                const Slot slot{chunk->first * chunk_slots + i};
                if (slot >= from && chunk->second[i].use != 0) slots.push_back(slot);
            }
        }
        return slots;
    }

private:
    static constexpr std::uint64_t chunk_slots = 512;
    std::map<std::uint64_t, std::vector<Located>> chunks_;
};

}  // namespace parley::consensus::storage
