// LogScrubber: reads the log from the medium, a segment at a time, round after round, so that what the disk has changed is found
// while this replica still knows better: everything in an old segment is in the database too, and meta is in memory (rule L6).
// A segment that is not what was written takes no more writes and goes with the next compaction (docs/storage.md, "Scrubbing").
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "consensus/storage/log.hpp"
#include "net/ports/loop.hpp"
#include "net/ports/worker.hpp"

namespace parley::consensus {

struct LogScrubTimes {
    net::Duration round = std::chrono::hours{24};        // from the end of one to the beginning of the next; 0: never
    net::Duration first = std::chrono::minutes{2};       // after the start of the replica
    net::Duration pause = std::chrono::seconds{1};       // between two segments
};

class LogScrubber {
public:
    // `note`: a sentence for each damage found.
    LogScrubber(net::Loop& loop, net::Worker& worker, Log& log, LogScrubTimes times, net::Function<void(const std::string&)> note);
    LogScrubber(const LogScrubber&) = delete;
    LogScrubber& operator=(const LogScrubber&) = delete;
    ~LogScrubber();

    void start();
    // Rounds that came to the log's end.
    [[nodiscard]] std::uint64_t rounds() const { return rounds_; }

private:
    void after(net::Duration pause);
    void begin_round();
    void next_segment();
    void looked_at(const SealedSegment& segment, std::optional<std::uint32_t> damage);

    net::Loop& loop_;
    net::Worker& worker_;
    Log& log_;
    LogScrubTimes times_;
    net::Function<void(const std::string&)> note_;
    net::TimerId timer_;
    std::vector<SealedSegment> to_read_;   // of this round, the oldest last
    std::uint64_t rounds_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::consensus
