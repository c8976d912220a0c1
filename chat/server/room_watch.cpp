#include "chat/server/room_watch.hpp"

#include <utility>

#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {

RoomWatch::RoomWatch(net::Loop& loop, net::Worker& worker, net::Disk& disk, RoomOptions options, RoomEvents events)
    : loop_(loop), worker_(worker), disk_(disk), options_(options), events_(std::move(events)) {}

RoomWatch::~RoomWatch() { loop_.cancel(timer_); }

void RoomWatch::start() {
    if (options_.reserve > 0) look();
}

// On the Worker: a disk that hangs must not stop the Loop.
void RoomWatch::look() {
    taken_before_ = std::exchange(taken_, 0);
    const auto answer = std::make_shared<net::Result<std::uint64_t>>(std::uint64_t{0});
    worker_.run([&disk = disk_, answer] { *answer = disk.free_bytes(); },
                [this, answer, alive = std::weak_ptr{alive_}] {
                    if (!alive.expired()) looked(*answer);
                });
}

bool RoomWatch::take(std::uint64_t bytes) {
    if (options_.reserve == 0) return true;
    const std::uint64_t wanted = room_to_begin() + taken_ + taken_before_ + bytes;
    if (!free_bytes_ || *free_bytes_ < wanted) return false;
    taken_ += bytes;
    return true;
}

void RoomWatch::looked(const net::Result<std::uint64_t>& free_bytes) {
    timer_ = loop_.after(options_.beat, [this] { look(); });
    if (!free_bytes) return;   // nothing is known; a disk that is broken shows it elsewhere
    free_bytes_ = *free_bytes;
    // A little more is wanted to begin again than to go on, so that it does not change at every look.
    const std::uint64_t wanted = has_room_ ? options_.reserve : room_to_begin();
    const bool enough = *free_bytes >= wanted && (has_room_ || !net::planted("room_never_comes_back"));
    // The others hear of it a look before anything follows from it: those that live on equal disks then know of each other.
    const bool was_told = std::exchange(seen_short_, !enough);
    const bool is_short = !enough && was_told;
    const bool has_changed = std::exchange(has_room_, !is_short) == is_short;
    if (!enough || was_told) events_.tell(RoomReport{enough});
    if (has_changed && is_short) net::probe<"disk_short_of_room">();
    if (has_changed) events_.changed(has_room_);
    events_.looked();
}

void RoomWatch::heard(consensus::NodeId from, const RoomReport& report) {
    const bool was = has_room(from);
    if (report.enough) {
        short_until_.erase(from);
    } else {
        short_until_[from] = loop_.now() + 3 * options_.beat;
    }
    if (was != has_room(from)) events_.looked();
}

bool RoomWatch::has_room(consensus::NodeId other) const {
    const auto found = short_until_.find(other);
    return found == short_until_.end() || (found->second <= loop_.now() && !net::planted("shortage_told_lasts"));
}

}  // namespace parley::chat
