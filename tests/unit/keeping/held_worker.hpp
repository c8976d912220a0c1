// What the tests of keeping share: a Worker whose jobs run when the test says so, a disk, and contents.
#pragma once

#include <deque>
#include <memory>
#include <utility>

#include "chat/files/content.hpp"
#include "net/ports/worker.hpp"
#include "sim/disk/sim_disk.hpp"
#include "tests/unit/sim_disk/manual_loop.hpp"

namespace parley::chat::testing {

class HeldWorker final : public net::Worker {
public:
    explicit HeldWorker(net::Loop& loop) : loop_(loop) {}
    void run(net::Task job, net::Task done) override { waiting_.emplace_back(std::move(job), std::move(done)); }
    // Runs the oldest job and posts what comes after it; false: there is none.
    bool step() {
        if (waiting_.empty()) return false;
        auto [job, done] = std::move(waiting_.front());
        waiting_.pop_front();
        job();
        loop_.post(std::move(done));
        return true;
    }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

private:
    net::Loop& loop_;
    std::deque<std::pair<net::Task, net::Task>> waiting_;
};

inline net::Bytes chunk_content(std::uint64_t seed, std::size_t size = 3'000) {
    net::Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(sim::mix(seed, i / 8) >> (i % 8 * 8));
    return bytes;
}
inline ChunkHash chunk_name(std::uint64_t seed) { return hash_of_chunk(chunk_content(seed)); }

inline std::unique_ptr<sim::SimDisk> chunk_disk(std::uint64_t seed) {
    return std::make_unique<sim::SimDisk>(sim::SimDiskOptions{}, [seed](std::string_view what, std::uint64_t place) { return sim::mix(sim::mix(seed, sim::hash_name(what)), place); },
                                          sim::DiskSchedule{});
}

}  // namespace parley::chat::testing
