// What the server does when its disk, or those of others, fill up (P16).
#include <algorithm>

#include <fmt/core.h>

#include "chat/server/impl.hpp"
#include "consensus/core/quorum.hpp"

namespace parley::chat {

void Server::Impl::room_changed(bool enough) {
    const std::uint64_t free_mb = *room_watch_.free_bytes() >> 20U;
    const std::uint64_t reserve_mb = options_.room.reserve >> 20U;
    note(enough ? fmt::format("the disk has room again ({} MiB free): this replica takes part in what is new", free_mb)
                : fmt::format("the disk is nearly full ({} MiB free, {} MiB must stay free): this replica takes nothing new until there is room; "
                              "it shows what it has", free_mb, reserve_mb));
    driver_.room_changed(enough);
    if (enough) exchange_.status(driver_.status());
}

void Server::Impl::room_looked() {
    gateway_.room_changed(room());
    if (room() == Room::elsewhere) look_at_leadership();
}

Room Server::Impl::room() const {
    const consensus::NodeId self = log_->recovered().identity.node;
    const auto with_room = static_cast<std::size_t>(std::ranges::count_if(members_.voters, [&](const consensus::Member& voter) {
        return voter.node == self ? room_watch_.has_room() : room_watch_.has_room(voter.node);
    }));
    if (with_room < consensus::Voters{members_}.quorum()) return Room::nowhere;
    return room_watch_.has_room() ? Room::ample : Room::elsewhere;
}

// It is about as large as the database.
bool Server::Impl::has_room_for_an_image() {
    if (!room_watch_.free_bytes()) return true;
    const auto file = disk_.open(state_file, net::OpenMode::read_only);
    const net::Result<std::uint64_t> size = file ? (*file)->size() : net::Result<std::uint64_t>{std::uint64_t{0}};
    return room_watch_.has_room() && *room_watch_.free_bytes() >= options_.room.reserve + (size ? *size : 0);
}

}  // namespace parley::chat
