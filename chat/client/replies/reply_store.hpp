// ReplyStore: what quick replies are made of, on this user's own disk and nowhere else: pairs with an index of their
// words, how often each reply was given, which rooms may be shown to an outside service, and the mode. One SQLite file
// for all processes of a profile; all but mode and permissions can be learned again from the rooms.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/client/replies/pairs.hpp"
#include "net/ports/disk.hpp"

namespace parley::chat {

enum class ReplyMode : std::uint8_t { off = 0, local = 1, openai = 2 };
const char* reply_mode_name(ReplyMode mode);                           // off, local, openai
std::optional<ReplyMode> reply_mode_of(const std::string& name);

struct ReplyStoreLimits {
    std::uint64_t pairs_max = 100'000;         // beyond it the pairs learned first go
    std::uint32_t terms_max = 8;               // of a message: its rarest ones are looked for,
    std::uint32_t per_term = 100;              // each among so many of the newest pairs that have it
    std::uint32_t exact_max = 100;             // pairs whose message is the very same
};

// A pair that may fit. `terms`: those of its message.
struct ReplyCandidate {
    RoomId room;
    std::int64_t time_ms = 0;
    bool exact = false;
    std::string prompt;
    std::string reply;
};

// A reply that was given often.
struct CommonReply {
    std::string key;
    std::string reply;
    std::uint64_t uses = 0;
};

// What was found for one message.
struct FoundReplies {
    std::vector<std::string> terms;                    // of the message
    std::map<std::string, std::uint64_t> pairs_with;   // of all terms: in how many pairs; none: it is in no pair
    std::uint64_t pairs = 0;                           // all there are
    std::vector<ReplyCandidate> candidates;            // each pair once
    std::vector<CommonReply> commonest;
};

class ReplyStore {
public:
    // `folder` must exist. A damaged file is replaced by an empty one; one of a newer Parley is an error. `io_failed` also says that
    // another process writes at this moment and did not end within a quarter of a second.
    static net::Result<std::unique_ptr<ReplyStore>> open(net::Disk& disk, const std::string& folder, const char* vfs, ReplyStoreLimits limits = {});
    static bool is_there(net::Disk& disk, const std::string& folder);
    ~ReplyStore();
    ReplyStore(const ReplyStore&) = delete;
    ReplyStore& operator=(const ReplyStore&) = delete;

    // What belongs to another user is removed, with mode and permissions.
    net::Result<void> belong_to(UserId user);

    // ---- learning ----
    // The room is learned up to this message.
    net::Result<std::uint64_t> learned(RoomId room);
    // A stretch of a room as it is now, ascending and without holes: pairs of replies in it take the place of those that were
    // learned of them before. The room counts as learned up to its end.
    net::Result<void> learn(UserId me, const std::vector<RoomMessage>& stretch);
    // The same for pairs at hand, oldest first.
    net::Result<void> add(const std::vector<ReplyPair>& pairs);
    // The message was deleted: what was learned of it goes.
    net::Result<void> forget(RoomId room, std::uint64_t number);
    // All pairs go, and are not learned again from what is in the rooms now; mode and permissions stay.
    net::Result<void> forget_all(const std::vector<std::pair<RoomId, std::uint64_t>>& newest);
    net::Result<std::uint64_t> pairs();

    // ---- asking: a bounded number of rows, whatever is in the store ----
    net::Result<FoundReplies> find(const std::string& text);

    // ---- what the user decided ----
    net::Result<ReplyMode> mode();
    net::Result<void> set_mode(ReplyMode mode);
    // May texts of this room be sent to the service that the configuration names?
    net::Result<bool> may_leave(RoomId room);
    net::Result<void> set_may_leave(RoomId room, bool may);
    net::Result<std::vector<RoomId>> rooms_that_may_leave();

private:
    struct Impl;
    explicit ReplyStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::chat
