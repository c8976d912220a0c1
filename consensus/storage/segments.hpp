// Segments: the files of the log. Makes them (zeros written, headers, rename, folder synced: all durable before the first
// record) at once or ahead of need, and keeps them open. It knows nothing of what lies in the blocks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "consensus/storage/format.hpp"
#include "net/ports/disk.hpp"

namespace parley::consensus::storage {

struct Segment {
    std::uint64_t use = 0;
    std::uint32_t blocks = 0;
    std::shared_ptr<net::File> file;
};

class Segments {
public:
    Segments(net::Disk& disk, std::string folder, const Seed& seed, const LogOptions& options)
        : disk_(disk), folder_(std::move(folder)), seed_(seed), options_(options) {}

    // While opening: makes one with room for so many blocks of records and seals; durable when it returns.
    net::Result<Segment> make(std::uint64_t unit_blocks);

    // While running: makes one in pieces, in the background; one at a time.
    void prepare(std::uint64_t unit_blocks, net::Function<void(net::Result<Segment>)> done);
    [[nodiscard]] bool preparing() const { return preparing_; }
    // The largest unit that a segment of the ordinary size holds.
    [[nodiscard]] std::uint64_t ordinary_unit_blocks() const { return options_.segment_size / block_size - first_unit_block; }

    // Takes note of a number that is or was in use.
    void saw(std::uint64_t use) { next_use_ = std::max(next_use_, use + 1); }
    [[nodiscard]] std::string path(std::uint64_t use) const { return folder_ + "/" + segment_name(use); }
    net::Result<void> remove(std::uint64_t use);
    // None of its slots is wanted any more. One file is kept to become the next segment, others are removed; the folder
    // is not synced, for whether the name comes back after a crash is no matter.
    net::Result<void> let_go(std::uint64_t use);
    net::Result<void> repair_header(const Segment& segment, std::uint32_t block);

    void add(const Segment& segment) { files_[segment.use] = segment; }
    [[nodiscard]] const Segment* find(std::uint64_t use) const;

    [[nodiscard]] std::uint64_t bytes_written() const { return bytes_written_; }
    [[nodiscard]] std::uint64_t syncs() const { return syncs_; }

private:
    struct Preparing {
        Segment segment;
        std::uint64_t written = 0;
        net::Function<void(net::Result<Segment>)> done;
    };

    [[nodiscard]] std::uint32_t blocks_to_hold(std::uint64_t unit_blocks) const;
    net::Result<Segment> make_file(std::uint64_t unit_blocks);
    net::Result<std::shared_ptr<net::File>> take_file(const Segment& segment);
    net::Bytes headers(const Segment& segment) const;
    net::Result<void> publish(const Segment& segment);
    void write_next_chunk(std::shared_ptr<Preparing> work);
    void finish(Preparing& work, net::Result<Segment> result);

    net::Disk& disk_;
    std::string folder_;
    Seed seed_;
    LogOptions options_;
    std::uint64_t next_use_ = 1;
    bool preparing_ = false;
    std::map<std::uint64_t, Segment> files_;
    std::optional<Segment> spare_;   // let go, still under its old name
    net::SharedBytes zeros_;
    std::uint64_t bytes_written_ = 0;
    std::uint64_t syncs_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::consensus::storage
