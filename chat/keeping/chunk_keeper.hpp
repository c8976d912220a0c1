// ChunkKeeper: this replica's chunks as its Loop sees them: which are there, and all work on them, one piece after the other on the
// Worker. What it says is here is durable. It never decides which chunks have to be here.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "chat/files/chunk_store.hpp"
#include "net/ports/loop.hpp"
#include "net/ports/worker.hpp"

namespace parley::chat {

struct ChunkKeeperOptions {
    std::string folder = "files";
    std::size_t waiting_bytes_max = std::size_t{16} << 20U;   // of chunks that are to be written
    std::size_t waiting_reads_max = 16;
    net::Duration scrub_round = std::chrono::hours{24};       // from the end of one to the beginning of the next; 0: never
    net::Duration scrub_pause = std::chrono::milliseconds{200};   // between two chunks
};

struct ChunkKeeperEvents {
    // The disk has changed this chunk: it is not here any more.
    net::Function<void(const ChunkHash&)> lost;
    // The disk refused something but for want of room; the replica must end.
    net::Function<void(const net::Error&)> failed;
    // Is there room for so many more bytes (P16)? What it says yes to is written. Optional.
    net::Function<bool(std::uint64_t bytes)> takes;
};

class ChunkKeeper {
public:
    using Put = net::Function<void(net::Result<void>)>;
    using Read = net::Function<void(net::Result<net::Bytes>)>;

    ChunkKeeper(net::Loop& loop, net::Worker& worker, net::Disk& disk, ChunkKeeperOptions options, ChunkKeeperEvents events);
    ChunkKeeper(const ChunkKeeper&) = delete;
    ChunkKeeper& operator=(const ChunkKeeper&) = delete;
    ~ChunkKeeper();

    // Once, before anything else. `ready`: from here on it is known what is here.
    void start(net::Task ready);

    [[nodiscard]] bool has(const ChunkHash& chunk) const { return here_.contains(chunk); }
    [[nodiscard]] const std::set<ChunkHash>& chunks() const { return here_; }

    // `done` on the Loop, never from inside this call, once the chunk is durable. ErrorKind::full: there is no room, on the disk or in
    // the queue; malformed: the bytes have another name.
    void put(const ChunkHash& chunk, net::SharedBytes bytes, Put done);
    // ErrorKind::not_found also for one that the disk has changed, full when too many wait.
    void read(const ChunkHash& chunk, Read done);
    // From now on they are not here, but for those that somebody is putting. Their room is given back by and by.
    void remove(const std::vector<ChunkHash>& chunks);

    // Rounds of scrubbing that came to the end.
    [[nodiscard]] std::uint64_t rounds() const { return rounds_; }
    // Pieces of work that are not done.
    [[nodiscard]] std::size_t waiting() const { return jobs_.size() + (is_working_ ? 1 : 0); }

private:
    struct Job {
        net::Task on_worker;
        net::Task on_loop;
    };
    // Its own kind of job, because several that wait behind each other are done as one.
    struct Writing {
        ChunkHash chunk{};
        net::SharedBytes bytes;
    };
    void work(std::variant<Job, Writing> job);
    void work_on();
    Job next_job();
    Job write_waiting();
    void opened(const net::Result<std::vector<ChunkHash>>& found);
    void write_next(const ChunkHash& chunk);
    void written(const ChunkHash& chunk, const net::Result<void>& result);
    void was_read(const ChunkHash& chunk, net::Result<net::Bytes>& result, Read& done);
    void scrub_after(net::Duration pause);
    void scrub_next();
    void scrub(const ChunkHash& chunk, net::Task then);
    void scrubbed(const ChunkHash& chunk, const net::Result<bool>& is_whole);
    void fail(const net::Error& error);
    template <class Answer>
    void answer_later(net::Function<void(Answer)> done, Answer answer);

    net::Loop& loop_;
    net::Worker& worker_;
    ChunkKeeperOptions options_;
    ChunkKeeperEvents events_;
    std::shared_ptr<ChunkStore> store_;      // used by the job that runs, and by nobody else
    std::set<ChunkHash> here_;
    struct Putting {
        net::SharedBytes bytes;
        Put done;
    };
    std::map<ChunkHash, std::deque<Putting>> putting_;   // the first of each is being written
    std::deque<std::variant<Job, Writing>> jobs_;
    bool is_working_ = false;
    bool is_failed_ = false;
    std::size_t waiting_bytes_ = 0;
    std::size_t waiting_reads_ = 0;
    net::Task ready_;
    ChunkHash scrubbed_through_{};
    bool is_round_begun_ = false;
    std::uint64_t rounds_ = 0;
    net::TimerId scrub_timer_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
