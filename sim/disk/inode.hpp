// SimInode: the bytes of one simulated file, twice: as the page cache shows them and as the medium holds them, with the
// un-synced changes between the two in order. It knows nothing of names, lives or latencies.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>
#include <vector>

#include "net/ports/bytes.hpp"
#include "sim/disk/paged_bytes.hpp"

namespace parley::sim {

struct SimInode {
    // `number` tells this file's draws apart from those of others; it comes from the name it was made with.
    explicit SimInode(std::uint64_t place) : number(place) {}

    std::uint64_t number;
    PagedBytes visible;

    void write(std::uint64_t offset, net::ByteView bytes);
    void truncate(std::uint64_t size);

    // Names the last change made so far.
    [[nodiscard]] std::uint64_t last_change() const { return last_change_; }
    // Every change up to this one becomes durable.
    void sync(std::uint64_t through);
    // The same, but the block at `from` lands at `to`: the medium keeps what it had at `from`, the cache knows nothing.
    void sync_misdirected(std::uint64_t through, std::uint64_t from, std::uint64_t to, std::uint64_t block_size);
    // Blocks that a sync of everything up to this change would write, by offset.
    [[nodiscard]] std::vector<std::uint64_t> unsynced_blocks(std::uint64_t through, std::uint64_t block_size) const;
    // ext4: the pages are marked clean and stay readable, the medium keeps what it had.
    void fail_sync(std::uint64_t through);
    // What is clean comes from the medium again; what is dirty stays.
    void drop_cache();
    // Also where nobody knows of a difference: as if the page had been evicted.
    void evict() {
        stale_ = true;
        drop_cache();
    }
    bool flip_bit(std::uint64_t offset, unsigned bit);
    // Bytes of the medium become others; readers see it once the cache is dropped.
    bool scramble(std::uint64_t offset, std::uint64_t size, std::uint64_t bits);

    // Decides the fate of every un-synced sector: old, after a prefix of its writes, newest, or garbage.
    using Draw = std::function<std::uint64_t(std::string_view what, std::uint64_t place)>;
    void cut_power(std::uint32_t sector_size, const Draw& draw);

    [[nodiscard]] bool is_synced() const { return pending_.empty(); }
    [[nodiscard]] const PagedBytes& durable() const { return durable_; }
    void restore(PagedBytes durable);

private:
    struct Change {
        std::uint64_t id = 0;
        bool truncates = false;
        std::uint64_t offset = 0;   // of the first byte, or the new size
        std::uint64_t size = 0;
        // Whole pages, which the cache and the medium then share, or, of any other write, its bytes.
        PagedBytes pages;
        net::Bytes bytes;
        [[nodiscard]] std::uint64_t end() const { return offset + size; }
        // The part of the write that lies in the range.
        void write_to(PagedBytes& target, std::uint64_t from, std::uint64_t to) const;
    };

    static void apply(PagedBytes& target, const Change& change);
    using Run = std::vector<const Change*>;
    static void cut_run(PagedBytes& result, const Run& run, std::uint32_t sector_size, const Draw& draw);
    static void cut_sector(PagedBytes& result, std::uint64_t begin, std::uint32_t sector_size, const Run& writes,
                           const Draw& draw);

    PagedBytes durable_;
    std::deque<Change> pending_;
    std::uint64_t last_change_ = 0;
    bool stale_ = false;   // clean pages may differ from the medium
};

// A well mixed number from a stable name or place; FNV-1a with a finisher.
std::uint64_t mix(std::uint64_t a, std::uint64_t b);
std::uint64_t hash_name(std::string_view name);

}  // namespace parley::sim
