// SyncProbe: how long the disk takes for what replicas wait for, measured beside them: a block written and synced every few
// milliseconds by a thread of its own. A gap that the disk made is told from one that the cluster made.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "net/ports/time.hpp"

namespace parley::chat {

class SyncProbe {
public:
    // Writes into a file of its own in that folder, which goes away with it. Throws CommandFailed.
    explicit SyncProbe(const std::string& folder);
    ~SyncProbe();
    SyncProbe(const SyncProbe&) = delete;
    SyncProbe& operator=(const SyncProbe&) = delete;

    // The longest since the last time somebody asked, one that still runs included.
    net::Duration take_longest();

private:
    void probe(const std::stop_token& stop);
    [[nodiscard]] static std::int64_t now();

    std::string path_;
    int file_ = -1;
    std::atomic<std::int64_t> begun_{0};     // 0: none runs
    std::atomic<std::int64_t> longest_{0};
    std::jthread thread_;
};

}  // namespace parley::chat
