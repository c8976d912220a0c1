#include "chat/bench/sync_probe.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "chat/cli/exit.hpp"

namespace parley::chat {

SyncProbe::SyncProbe(const std::string& folder) : path_(fmt::format("{}/sync-probe.{}", folder, ::getpid())) {
    file_ = ::open(path_.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0) throw CommandFailed(Exit::refused, fmt::format("{} cannot be made: measure as the user whose cluster it is", path_));
    thread_ = std::jthread([this](const std::stop_token& stop) { probe(stop); });
}

SyncProbe::~SyncProbe() {
    thread_.request_stop();
    thread_.join();
    ::close(file_);
    ::unlink(path_.c_str());
}

std::int64_t SyncProbe::now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

void SyncProbe::probe(const std::stop_token& stop) {
    const std::array<char, 4096> block{};   // always the same place, as in the preallocated segments of the log
    while (!stop.stop_requested()) {
        begun_ = now();
        if (::pwrite(file_, block.data(), block.size(), 0) < 0 || ::fdatasync(file_) != 0) return;   // the replicas will tell
        longest_ = std::max<std::int64_t>(longest_, now() - begun_);
        begun_ = 0;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

net::Duration SyncProbe::take_longest() {
    const std::int64_t begun = begun_;
    const std::int64_t running = begun == 0 ? 0 : now() - begun;
    return net::Duration{std::max(longest_.exchange(0), running)};
}

}  // namespace parley::chat
