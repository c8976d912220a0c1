#include "chat/cli/commands/transfer_watch.hpp"

#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "chat/state/shown_text.hpp"

namespace parley::chat {

TransferWatch::TransferWatch(net::Loop& loop, net::Duration patience, bool shows, net::Task stalled)
    : loop_(loop), patience_(patience), shows_(shows), stalled_(std::move(stalled)), begun_at_(loop.now()), moved_at_(loop.now()) {
    look();
}

TransferWatch::~TransferWatch() {
    loop_.cancel(timer_);
    if (shows_) std::fputs("\r\x1b[K", stderr);
}

void TransferWatch::look() {
    if (loop_.now() - moved_at_ > patience_) return stalled_();
    timer_ = loop_.after(std::chrono::milliseconds{250}, [this] { look(); });
}

// What is said again is no progress.
void TransferWatch::tell(const std::string& stage, std::uint64_t bytes, std::uint64_t all) {
    if (stage == stage_ && bytes == bytes_) return;
    moved_at_ = loop_.now();
    if (std::exchange(stage_, stage) != stage) {
        begun_at_ = moved_at_;
        bytes_at_begin_ = bytes;
    }
    bytes_ = bytes;
    if (shows_) show(all);
}

void TransferWatch::show(std::uint64_t all) {
    const net::Instant now = loop_.now();
    if (now - shown_at_ < std::chrono::milliseconds{100} && bytes_ != all) return;
    shown_at_ = now;
    const auto ms = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now - begun_at_).count());
    const std::uint64_t done = bytes_ > bytes_at_begin_ ? bytes_ - bytes_at_begin_ : 0;
    const std::string line = progress_line(stage_, bytes_, all, ms == 0 ? 0 : done * 1000 / ms);
    std::fputs(("\r\x1b[K" + line).c_str(), stderr);
    std::fflush(stderr);
}

std::string progress_line(const std::string& stage, std::uint64_t bytes, std::uint64_t all, std::uint64_t bytes_per_second) {
    const std::uint64_t percent = all == 0 ? 100 : bytes * 100 / all;
    return fmt::format("{} {} % of {}, {}/s", stage, percent, shown_size(all), shown_size(bytes_per_second));
}

}  // namespace parley::chat
