// The two copies of a file's bytes and what a power cut makes of the difference. No clock, no chance of its own.
#include "sim/disk/inode.hpp"

#include <algorithm>
#include <map>

namespace parley::sim {

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    std::uint64_t z = a + 0x9e3779b97f4a7c15ULL * (b + 1);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
}

std::uint64_t hash_name(std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return mix(hash, name.size());
}

void SimInode::Change::write_to(PagedBytes& target, std::uint64_t from, std::uint64_t to) const {
    const std::uint64_t begin = std::max(from, offset);
    const std::uint64_t stop = std::min(to, end());
    if (begin >= stop) return;
    if (bytes.empty()) return target.write_from(pages, begin - offset, begin, stop - begin);
    target.write(begin, net::ByteView{bytes}.subspan(begin - offset, stop - begin));
}

void SimInode::apply(PagedBytes& target, const Change& change) {
    if (change.truncates) {
        target.resize(change.offset);
        return;
    }
    if (target.size() < change.end()) target.resize(change.end());
    change.write_to(target, change.offset, change.end());
}

void SimInode::write(std::uint64_t offset, net::ByteView bytes) {
    Change change{++last_change_, false, offset, bytes.size(), {}, {}};
    if (offset % PagedBytes::page_size == 0 && bytes.size() % PagedBytes::page_size == 0) {
        change.pages.write(0, bytes);
    } else {
        change.bytes.assign(bytes.begin(), bytes.end());
    }
    apply(visible, change);
    pending_.push_back(std::move(change));
}

void SimInode::truncate(std::uint64_t size) {
    pending_.push_back(Change{++last_change_, true, size, 0, {}, {}});
    apply(visible, pending_.back());
}

void SimInode::sync(std::uint64_t through) {
    while (!pending_.empty() && pending_.front().id <= through) {
        apply(durable_, pending_.front());
        pending_.pop_front();
    }
}

std::vector<std::uint64_t> SimInode::unsynced_blocks(std::uint64_t through, std::uint64_t block_size) const {
    std::vector<std::uint64_t> blocks;
    for (const Change& change : pending_) {
        if (change.id > through) break;
        if (change.truncates) continue;
        for (std::uint64_t at = change.offset / block_size * block_size; at < change.end(); at += block_size) {
            blocks.push_back(at);
        }
    }
    return blocks;
}

void SimInode::sync_misdirected(std::uint64_t through, std::uint64_t from, std::uint64_t to, std::uint64_t block_size) {
    const auto copy = [block_size](const PagedBytes& source, std::uint64_t at, PagedBytes& target, std::uint64_t to_at) {
        if (at >= source.size() || to_at >= target.size()) return;
        target.write_from(source, at, to_at, std::min({block_size, source.size() - at, target.size() - to_at}));
    };
    const PagedBytes before = durable_;
    sync(through);
    const PagedBytes after = durable_;
    copy(after, from, durable_, to);
    // What was not there before reads as zeros.
    PagedBytes old;
    old.resize(block_size);
    copy(before, from, old, 0);
    copy(old, 0, durable_, from);
    stale_ = true;
}

void SimInode::fail_sync(std::uint64_t through) {
    while (!pending_.empty() && pending_.front().id <= through) {
        pending_.pop_front();
        stale_ = true;
    }
}

void SimInode::drop_cache() {
    if (!stale_) return;
    visible = durable_;
    for (const Change& change : pending_) apply(visible, change);
    stale_ = false;
}

bool SimInode::flip_bit(std::uint64_t offset, unsigned bit) {
    if (offset >= durable_.size()) return false;
    durable_.set(offset, durable_.at(offset) ^ static_cast<std::byte>(1U << (bit % 8U)));
    stale_ = true;
    return true;
}

bool SimInode::scramble(std::uint64_t offset, std::uint64_t size, std::uint64_t bits) {
    if (offset + size > durable_.size()) return false;
    for (std::uint64_t at = offset; at < offset + size; ++at) {
        durable_.set(at, durable_.at(at) ^ static_cast<std::byte>((mix(bits, at) & 0xffU) | 1U));   // every byte changes
    }
    stale_ = true;
    return true;
}

void SimInode::restore(PagedBytes durable) {
    visible = durable;
    durable_ = std::move(durable);
    pending_.clear();
    stale_ = false;
}

// Writes without a truncation between them: each sector for itself, the size as after some prefix.
void SimInode::cut_run(PagedBytes& result, const Run& run, std::uint32_t sector_size, const Draw& draw) {
    if (run.empty()) return;
    std::map<std::uint64_t, Run> sectors;
    for (const Change* change : run) {
        for (std::uint64_t at = change->offset / sector_size; at * sector_size < change->end(); ++at) {
            sectors[at].push_back(change);
        }
    }
    const std::uint64_t prefix = draw("size", run.front()->id) % (run.size() + 1);
    std::uint64_t size = result.size();
    for (std::size_t i = 0; i < prefix; ++i) size = std::max<std::uint64_t>(size, run[i]->end());
    result.resize(size);
    for (const auto& [sector, writes] : sectors) {
        if (sector * sector_size < size) cut_sector(result, sector * sector_size, sector_size, writes, draw);
    }
}

void SimInode::cut_sector(PagedBytes& result, std::uint64_t begin, std::uint32_t sector_size, const Run& writes,
                          const Draw& draw) {
    const std::uint64_t end = std::min<std::uint64_t>(begin + sector_size, result.size());
    const std::uint64_t fate = draw("sector", mix(begin, writes.front()->id));
    if (fate % 8 == 0) {
        for (std::uint64_t at = begin; at < end; ++at) result.set(at, static_cast<std::byte>(mix(fate, at) & 0xffU));
        return;
    }
    const std::size_t prefix = (fate >> 8U) % (writes.size() + 1);
    for (std::size_t i = 0; i < prefix; ++i) writes[i]->write_to(result, begin, end);
}

// A truncation is one entry of the file system's journal: it happened or not, and nothing after one that did not.
void SimInode::cut_power(std::uint32_t sector_size, const Draw& draw) {
    if (pending_.empty()) return restore(durable_);
    // Often all or nothing reached the medium: without this, long writes would always be torn.
    const std::uint64_t mode = draw("file", pending_.front().id) % 4;
    if (mode == 0) sync(last_change_);
    if (mode < 2) return restore(durable_);

    PagedBytes result = durable_;
    Run run;
    for (const Change& change : pending_) {
        if (!change.truncates) {
            run.push_back(&change);
            continue;
        }
        if (draw("truncate", change.id) % 2 == 0) break;
        cut_run(result, run, sector_size, draw);
        run.clear();
        apply(result, change);
    }
    cut_run(result, run, sector_size, draw);
    restore(std::move(result));
}

}  // namespace parley::sim
