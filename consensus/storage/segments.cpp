// Making segment files. A name "segment-…" is only ever given to a file whose zeros and headers are durable.
#include "consensus/storage/segments.hpp"

#include <algorithm>
#include <utility>

#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::consensus::storage {

using net::Error;
using net::ErrorKind;
using net::Result;

std::uint32_t Segments::blocks_to_hold(std::uint64_t unit_blocks) const {
    const std::uint64_t blocks = std::max(options_.segment_size / block_size, unit_blocks + first_unit_block);
    // Offsets in a segment have 32 bits.
    CHECK(blocks < (std::uint64_t{1} << 32U) / block_size, "a segment beyond 4 GiB");
    return static_cast<std::uint32_t>(blocks);
}

net::Bytes Segments::headers(const Segment& segment) const {
    net::Bytes bytes(std::size_t{2} * block_size);
    for (std::uint32_t i = 0; i < 2; ++i) {
        const net::Bytes page =
            encode_header(SegmentHeader{format_version, segment.use, segment.blocks}, seed_.at(Place{segment.use, i}));
        std::copy(page.begin(), page.end(), bytes.begin() + static_cast<std::ptrdiff_t>(i * block_size));
    }
    return bytes;
}

Result<Segment> Segments::make_file(std::uint64_t unit_blocks) {
    Segment segment;
    segment.use = next_use_++;
    segment.blocks = blocks_to_hold(unit_blocks);
    auto file = take_file(segment);
    if (!file) return file.error();
    segment.file = std::move(*file);
    if (!zeros_) zeros_ = net::share(net::Bytes(options_.prepare_chunk));
    return segment;
}

// The spare file if it has the size, so that its blocks need not be allocated again; a new one otherwise.
Result<std::shared_ptr<net::File>> Segments::take_file(const Segment& segment) {
    const std::string path_made = folder_ + "/" + prepared_name(segment.use);
    if (!spare_ || spare_->blocks != segment.blocks) return disk_.open(path_made, net::OpenMode::create_new);
    const Segment spare = *std::exchange(spare_, std::nullopt);
    if (const auto renamed = disk_.rename(path(spare.use), path_made); !renamed) return renamed.error();
    return spare.file;
}

Result<void> Segments::publish(const Segment& segment) {
    const auto renamed = disk_.rename(folder_ + "/" + prepared_name(segment.use), path(segment.use));
    if (!renamed) return renamed;
    if (net::planted("log_skip_directory_sync")) return {};
    return disk_.sync_directory(folder_);
}

Result<Segment> Segments::make(std::uint64_t unit_blocks) {
    auto segment = make_file(unit_blocks);
    if (!segment) return segment;
    const std::uint64_t size = std::uint64_t{segment->blocks} * block_size;
    for (std::uint64_t at = 0; at < size; at += zeros_->size()) {
        const net::ByteView piece = net::ByteView{*zeros_}.first(std::min<std::uint64_t>(zeros_->size(), size - at));
        if (const auto written = segment->file->write(at, piece); !written) return written.error();
    }
    if (const auto written = segment->file->write(0, headers(*segment)); !written) return written.error();
    if (const auto synced = segment->file->sync(); !synced) return synced.error();
    if (const auto published = publish(*segment); !published) return published.error();
    return segment;
}

void Segments::prepare(std::uint64_t unit_blocks, net::Function<void(Result<Segment>)> done) {
    CHECK(!preparing_, "two segments prepared at once");
    preparing_ = true;
    auto segment = make_file(unit_blocks);
    auto work = std::make_shared<Preparing>();
    work->done = std::move(done);
    if (!segment) return finish(*work, segment.error());
    work->segment = std::move(*segment);
    write_next_chunk(std::move(work));
}

// Zeros from the front to the end, then the headers; each piece is synced, so none makes a later sync long.
void Segments::write_next_chunk(std::shared_ptr<Preparing> work) {
    const std::uint64_t size = std::uint64_t{work->segment.blocks} * block_size;
    const bool last = work->written >= size;
    const std::uint64_t at = last ? 0 : work->written;
    net::SharedBytes piece = zeros_;
    if (last) {
        piece = net::share(headers(work->segment));
    } else if (size - at < zeros_->size()) {
        piece = net::share(net::Bytes(size - at));
    }
    work->written += piece->size();
    bytes_written_ += piece->size();
    const std::weak_ptr<int> alive = alive_;
    disk_.write_and_sync(work->segment.file, at, {piece}, [this, alive, work, last](Result<void> written) {
        if (alive.expired()) return;
        ++syncs_;
        if (!written) return finish(*work, written.error());
        if (!last) return write_next_chunk(work);
        if (const auto published = publish(work->segment); !published) return finish(*work, published.error());
        finish(*work, work->segment);
    });
}

void Segments::finish(Preparing& work, Result<Segment> result) {
    preparing_ = false;
    net::Function<void(Result<Segment>)> done = std::move(work.done);
    done(std::move(result));
}

Result<void> Segments::remove(std::uint64_t use) {
    if (const auto removed = disk_.remove(path(use)); !removed) return removed;
    files_.erase(use);
    return disk_.sync_directory(folder_);
}

Result<void> Segments::let_go(std::uint64_t use) {
    const auto found = files_.find(use);
    CHECK(found != files_.end(), "a segment that is let go twice");
    const Segment segment = found->second;
    files_.erase(found);
    if (!spare_ && segment.blocks == blocks_to_hold(0)) {
        spare_ = segment;
        return {};
    }
    return disk_.remove(path(use));
}

Result<void> Segments::repair_header(const Segment& segment, std::uint32_t block) {
    const net::Bytes both = headers(segment);
    const net::ByteView page = net::ByteView{both}.subspan(std::size_t{block} * block_size, block_size);
    if (const auto written = segment.file->write(std::uint64_t{block} * block_size, page); !written) return written;
    return segment.file->sync();
}

const Segment* Segments::find(std::uint64_t use) const {
    const auto found = files_.find(use);
    return found == files_.end() ? nullptr : &found->second;
}

}  // namespace parley::consensus::storage
