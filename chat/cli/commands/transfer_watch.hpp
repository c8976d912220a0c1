// TransferWatch: what the user sees of a file on its way, on a terminal; and the end of waiting when nothing comes through any more.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "net/ports/loop.hpp"

namespace parley::chat {

class TransferWatch {
public:
    // `stalled` once, when nothing was told for `patience`. `shows`: progress goes to standard error, which is a terminal.
    TransferWatch(net::Loop& loop, net::Duration patience, bool shows, net::Task stalled);
    TransferWatch(const TransferWatch&) = delete;
    TransferWatch& operator=(const TransferWatch&) = delete;
    // The line is taken away again.
    ~TransferWatch();

    // "sending", and so many of all bytes.
    void tell(const std::string& stage, std::uint64_t bytes, std::uint64_t all);

private:
    void look();
    void show(std::uint64_t all);

    net::Loop& loop_;
    net::Duration patience_;
    bool shows_;
    net::Task stalled_;
    std::string stage_;
    std::uint64_t bytes_ = 0;
    std::uint64_t bytes_at_begin_ = 0;   // of this stage
    net::Instant begun_at_;              // this stage
    net::Instant moved_at_;
    net::Instant shown_at_{};
    net::TimerId timer_;
};

// "tea.png", 45 % of 12.0 MiB, 3.1 MiB/s.
std::string progress_line(const std::string& stage, std::uint64_t bytes, std::uint64_t all, std::uint64_t bytes_per_second);

}  // namespace parley::chat
