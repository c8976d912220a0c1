#include "consensus/storage/scrubber.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "consensus/storage/opening.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {
namespace {

// The block from which on the medium holds something else than what was written. Reads the whole segment: for the Worker.
std::optional<std::uint32_t> first_damage(const SealedSegment& segment) {
    // What the system remembers says nothing of the medium.
    if (!segment.file->drop_cache()) return std::nullopt;
    const auto data = storage::read_whole(*segment.file);
    if (!data) return std::nullopt;
    return storage::first_damage(storage::scan_segment(storage::Seed{segment.cluster, segment.node}, segment.use, *data), segment.end);
}

}  // namespace

LogScrubber::LogScrubber(net::Loop& loop, net::Worker& worker, Log& log, LogScrubTimes times,
                         net::Function<void(const std::string&)> note)
    : loop_(loop), worker_(worker), log_(log), times_(times), note_(std::move(note)) {}

LogScrubber::~LogScrubber() { loop_.cancel(timer_); }

void LogScrubber::start() {
    if (times_.round > net::Duration{}) after(times_.first);
}

void LogScrubber::after(net::Duration pause) {
    timer_ = loop_.after(pause, [this] { to_read_.empty() ? begin_round() : next_segment(); });
}

void LogScrubber::begin_round() {
    if (log_.mend_meta()) note_("the disk has changed one of the two files that say what this replica promised; it was written anew");
    to_read_ = log_.sealed_segments();
    std::ranges::reverse(to_read_);
    if (!to_read_.empty()) next_segment();
}

void LogScrubber::next_segment() {
    const SealedSegment segment = std::exchange(to_read_.back(), {});
    to_read_.pop_back();
    auto damage = std::make_shared<std::optional<std::uint32_t>>();
    worker_.run([segment, damage] { *damage = first_damage(segment); },
                [this, segment, damage, alive = std::weak_ptr{alive_}] {
                    if (!alive.expired()) looked_at(segment, *damage);
                });
}

void LogScrubber::looked_at(const SealedSegment& segment, std::optional<std::uint32_t> damage) {
    // Blocks that were synced are never written again (L1), unless the segment was let go meanwhile.
    if (damage && log_.holds_segment(segment.use) && !net::planted("log_scrubber_finds_nothing")) {
        net::probe<"log_scrubber_found_damage">();
        if (log_.give_up_segment(segment.use)) {
            note_(fmt::format("segment {} of the log is not what was written (block {}): the disk has changed it. It is let go as soon as the "
                              "database holds everything in it", segment.use, *damage));
        }
    }
    if (!to_read_.empty()) return after(times_.pause);
    ++rounds_;
    after(times_.round);
}

}  // namespace parley::consensus
