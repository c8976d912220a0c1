// ClientStore: what a client keeps on its own disk. Per profile folder an account (login token, shared by all
// processes of the profile), and per process a slot: a locked folder with the outbox of one session.
// Nothing leaves for a server before it is durable here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chat/wire/questions.hpp"
#include "net/ports/disk.hpp"

namespace parley::chat {

// Who this profile is logged in as.
struct Account {
    std::string name;
    UserId user;
    LoginId login;
    Token token{};
    std::uint64_t seen_slot = 0;           // a replica that is behind this slot does not know the login yet
    std::vector<std::string> servers;
    friend bool operator==(const Account&, const Account&) = default;
};

// Names one outbox entry of this slot; 0 is none.
struct EntryId {
    std::uint64_t value = 0;
    friend auto operator<=>(const EntryId&, const EntryId&) = default;
};

// One operation on its way. It stays until it was answered and, if asked for, confirmed as reported to the user.
struct OutboxEntry {
    enum class State : std::uint8_t { unsent, sent, answered, unknown };
    EntryId id;
    LoginId login;                         // on whose behalf
    Operation operation;
    std::string note;                      // the caller's own words about it
    State state = State::unsent;
    std::uint64_t number = 0;              // within the session; 0 while unsent
    std::optional<Answer> answer;          // once answered
    bool confirm = false;                  // kept after its answer until confirm()
};

// The session of this slot. The nonce is durable before the session is asked for, so that asking twice gives one.
struct StoredSession {
    LoginId login;
    std::uint64_t nonce = 0;
    std::optional<SessionId> session;
    std::uint64_t next_number = 1;
    std::uint64_t lowest_unanswered = 1;
};

// Where a reader of a room stopped.
struct StoredPosition { RoomId room; std::uint64_t message = 0; std::uint64_t change = 0; };

// Names one upload of this slot; 0 is none.
struct UploadId {
    std::uint64_t value = 0;
    friend auto operator<=>(const UploadId&, const UploadId&) = default;
};

// A file that somebody sent and whose message is not in its room yet: what a later process needs to go on with it. It stays until its message was
// confirmed, or until it was given up.
struct KeptUpload {
    UploadId id;
    UserId user;                           // who sends it
    PostFile post;                         // without the file's id until the replicas have it
    std::string path;                      // of the file on this machine; empty: its bytes lie in the slot's folder (keep_bytes)
    std::uint64_t size = 0;
    std::int64_t modified_ns = 0;          // when the file at `path` was written last, since 1970, as it was sent
    std::string refusal;                   // not empty: it ended so, and waits for what its sender decides
    EntryId posted;                        // its message in the outbox, once the replicas have the file
};

// One change of a slot's store; a batch of them is one durable transaction.
struct PutEntry { OutboxEntry entry; };                     // new, or replaces the one of that id
struct DropEntry { EntryId id; };
struct PutSession { StoredSession session; };
struct DropSession {};
struct PutPosition { StoredPosition position; };
struct PutUpload { KeptUpload upload; };                    // new, or replaces the one of that id
struct DropUpload { UploadId id; };                         // with its bytes, if they are here
using StoreChange = std::variant<PutEntry, DropEntry, PutSession, DropSession, PutPosition, PutUpload, DropUpload>;

class ClientStore {
public:
    // Takes a free slot of the profile folder on this disk, one with entries or uploads of a killed process first, and holds it
    // as long as the store lives. `vfs`: the SQLite VFS that belongs to the disk, nullptr for the default one.
    static net::Result<std::unique_ptr<ClientStore>> open(net::Disk& disk, const std::string& folder, const char* vfs);
    ~ClientStore();
    ClientStore(const ClientStore&) = delete;
    ClientStore& operator=(const ClientStore&) = delete;

    // ---- shared by the profile; one file, replaced as a whole. The disk makes files readable by their owner alone ----
    net::Result<std::optional<Account>> account();
    net::Result<void> save_account(const Account& account);
    net::Result<void> forget_account();

    // ---- this slot ----
    // Durable when it returns without error; after an error the store is not used any more.
    net::Result<void> commit(const std::vector<StoreChange>& changes);
    net::Result<std::vector<OutboxEntry>> entries();        // by id
    net::Result<std::optional<StoredSession>> session();
    net::Result<std::optional<StoredPosition>> position(RoomId room);
    net::Result<std::vector<KeptUpload>> uploads();         // by id
    // What is to be sent and is in no file, in one of the slot's folder. Durable when it returns without error; what no PutUpload follows is
    // removed at the next opening. `full` or `io_failed`: nothing is kept.
    net::Result<void> keep_bytes(UploadId id, net::ByteView bytes);
    net::Result<std::shared_ptr<net::File>> kept_bytes(UploadId id);

    // Which slot this is: 0, 1, 2, …
    [[nodiscard]] std::uint32_t slot() const;
    // Its folder on the disk, this process's alone while the store lives.
    [[nodiscard]] std::string folder() const;

private:
    struct Impl;
    explicit ClientStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::chat
