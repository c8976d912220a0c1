// Scrubber: reads the database from the medium, a few pages at a time, round after round, so that a page that the disk has
// changed is found while the other replicas still have theirs, and not years later when somebody reads it (rules L6, Q6).
// The Worker reads; the Loop looks again at what seems damaged, because there nobody writes into the file meanwhile.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/ports/disk.hpp"
#include "net/ports/loop.hpp"
#include "net/ports/worker.hpp"

namespace parley::chat {

struct ScrubTimes {
    net::Duration round = std::chrono::hours{24};           // from the end of one to the beginning of the next; 0: never
    net::Duration first = std::chrono::minutes{1};          // after the start of the replica
    net::Duration pause = std::chrono::milliseconds{50};    // between two steps of a round
    std::uint32_t pages_per_step = 64;                      // of 4 KiB
};

class Scrubber {
public:
    // `damaged`: once, with a sentence. A database that cannot be read is its writer's affair.
    Scrubber(net::Loop& loop, net::Worker& worker, net::Disk& disk, std::string path, ScrubTimes times,
             net::Function<void(const net::Error&)> damaged);
    Scrubber(const Scrubber&) = delete;
    Scrubber& operator=(const Scrubber&) = delete;
    ~Scrubber();

    void start();
    // Rounds that came to the end of the file.
    [[nodiscard]] std::uint64_t rounds() const { return rounds_; }

private:
    struct Step {
        std::uint64_t pages = 0;                // that were there to read
        std::optional<std::uint64_t> suspect;   // number of the first page that does not fit its checksum
    };
    void after(net::Duration pause);
    void begin_round();
    void step();
    void stepped(const Step& step);
    void end_round();
    static Step look(net::File& file, std::uint64_t from, std::uint32_t pages);

    net::Loop& loop_;
    net::Worker& worker_;
    net::Disk& disk_;
    std::string path_;
    ScrubTimes times_;
    net::Function<void(const net::Error&)> damaged_;
    net::TimerId timer_;
    std::shared_ptr<net::File> file_;   // of the round
    std::uint64_t next_ = 1;            // page
    std::uint64_t rounds_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
