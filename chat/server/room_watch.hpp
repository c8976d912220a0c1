// RoomWatch: looks every second how much room is left on the disk of the data folder, tells the other replicas when it is too little,
// and knows from what they tell whether the cluster can take anything new (docs/protocol.md, P16). Replicas stop taking while there is
// still room for all that is under way, so that no write ever fails for want of it. It decides nothing; its owner acts.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "chat/wire/presence.hpp"
#include "consensus/core/types.hpp"
#include "net/ports/disk.hpp"
#include "net/ports/loop.hpp"
#include "net/ports/worker.hpp"

namespace parley::chat {

struct RoomOptions {
    std::uint64_t reserve = std::uint64_t{256} << 20U;      // bytes; with less left nothing new is taken. 0: never looks
    net::Duration beat = std::chrono::seconds{1};
};

struct RoomEvents {
    // There is enough here again, or two looks in a row have found too little.
    net::Function<void(bool enough)> changed;
    // To all other replicas; may be lost.
    net::Function<void(const RoomReport&)> tell;
    // After each look, and whenever another replica said something new.
    net::Function<void()> looked;
};

class RoomWatch {
public:
    RoomWatch(net::Loop& loop, net::Worker& worker, net::Disk& disk, RoomOptions options, RoomEvents events);
    RoomWatch(const RoomWatch&) = delete;
    RoomWatch& operator=(const RoomWatch&) = delete;
    ~RoomWatch();

    void start();
    void heard(consensus::NodeId from, const RoomReport& report);

    [[nodiscard]] bool has_room() const { return has_room_; }
    // May so many bytes of files be written? They leave more free than messages do, so that these go on where files end; not before it was looked.
    // What this says yes to is counted until a look has seen it.
    [[nodiscard]] bool take(std::uint64_t bytes);
    // As far as it has told; who is silent has room.
    [[nodiscard]] bool has_room(consensus::NodeId other) const;
    // When it was last looked; none before.
    [[nodiscard]] std::optional<std::uint64_t> free_bytes() const { return free_bytes_; }

private:
    void look();
    [[nodiscard]] std::uint64_t room_to_begin() const { return options_.reserve / 4 * 5; }
    void looked(const net::Result<std::uint64_t>& free_bytes);

    net::Loop& loop_;
    net::Worker& worker_;
    net::Disk& disk_;
    RoomOptions options_;
    RoomEvents events_;
    bool seen_short_ = false;   // at the last look
    std::uint64_t taken_ = 0;          // since the last look began
    std::uint64_t taken_before_ = 0;   // between the one before and that one: it may have seen some of it
    bool has_room_ = true;
    std::optional<std::uint64_t> free_bytes_;
    std::map<consensus::NodeId, net::Instant> short_until_;   // others; what is not said again is over
    net::TimerId timer_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
