// LocalStore: what a client with a window knows of its rooms without asking anybody, so that it opens from what it has
// and can be read while no replica is reachable. Per room one unbroken stretch of messages, the draft, and the place
// where its reader was. A copy: whatever is lost here comes again from the replicas, except drafts.
// It belongs to one user and lies in the slot folder of a ClientStore, whose lock keeps other processes out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/state/view.hpp"
#include "net/ports/disk.hpp"

namespace parley::chat {

// The place on screen: the message at the upper edge and how many pixels of it are above. message 0: the newest.
struct ReadingPlace {
    std::uint64_t message = 0;
    std::int64_t pixels = 0;
    friend bool operator==(const ReadingPlace&, const ReadingPlace&) = default;
};

struct StoredRoom {
    RoomRow row;
    std::uint64_t first = 0;       // the stretch that is here; both 0: nothing
    std::uint64_t last = 0;
    std::uint64_t change = 0;      // changes up to here are in it
    std::string draft;
    ReadingPlace place;
};

class LocalStore {
public:
    // `folder` must exist. A file that is damaged, or of a newer Parley, is replaced by an empty one.
    static net::Result<std::unique_ptr<LocalStore>> open(net::Disk& disk, const std::string& folder, const char* vfs);
    ~LocalStore();
    LocalStore(const LocalStore&) = delete;
    LocalStore& operator=(const LocalStore&) = delete;

    // What belongs to another user is removed.
    net::Result<void> belong_to(UserId user);

    net::Result<std::vector<StoredRoom>> rooms();                          // by id
    net::Result<std::optional<StoredRoom>> room(RoomId room);
    // The rooms there are now; what is kept of others is removed, drafts too.
    net::Result<void> save_rooms(const std::vector<RoomRow>& rooms);

    // Contiguous messages. Those that continue the stretch at either end extend it; any others replace it, and `change`
    // (the room's newest change when they were read) is taken then.
    net::Result<void> save_messages(RoomId room, const std::vector<RoomMessage>& messages, std::uint64_t change);
    // Messages of the stretch that look different now, and the number of the newest change that is in it with them.
    net::Result<void> save_changed(RoomId room, const std::vector<RoomMessage>& messages, std::uint64_t change);
    net::Result<void> save_draft(RoomId room, const std::string& draft);
    net::Result<void> save_place(RoomId room, const ReadingPlace& place);

    // Ascending: up to `limit` with number > after; or, for before > 0, the last `limit` with number < before.
    net::Result<std::vector<RoomMessage>> messages(RoomId room, std::uint64_t after, std::uint64_t before, std::uint32_t limit);
    // Newest first: messages of the stretch that hold all words of the text, upper and lower case alike.
    net::Result<std::vector<RoomMessage>> search(RoomId room, const std::string& text, std::uint32_t limit);

    // Small things a program remembers for this user: its window, its colours.
    net::Result<std::string> setting(const std::string& name);             // empty when never set
    net::Result<void> save_setting(const std::string& name, const std::string& value);

private:
    struct Impl;
    explicit LocalStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::chat
