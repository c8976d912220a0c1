// FileStore: the rows about files: what they consist of, who uploads them, which messages carry them, and how much room they take.
// The tables are made by the first file (docs/decisions/0017); before that there is nothing to find. Written at once; knows no
// rules of the chat, but keeps its own counters right. Every error of SQLite here is fatal to the replica.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/state/effects.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat::state {

struct FileRecord {
    FileHash hash{};
    std::uint64_t size = 0;
    bool is_whole = false;         // on a quorum of the voters
    std::uint32_t uses = 0;        // messages that carry it and uploads of it; without any it is gone
};

// An intent: until it ends the file stays, and counts for its user.
struct UploadKey {
    UserId user;
    FileId file;
    friend auto operator<=>(const UploadKey&, const UploadKey&) = default;
};

// Which voters a file needs a quorum of besides those of the configuration.
struct ExpectedVoters {
    std::uint64_t configuration = 0;
    std::vector<std::uint64_t> voters;
    std::int64_t until_ms = 0;     // of active time
    std::uint64_t since = 0;       // the slot from which on they have been expected without a break
};

class FileStore {
public:
    explicit FileStore(Connection& connection);
    ~FileStore();
    FileStore(const FileStore&) = delete;
    FileStore& operator=(const FileStore&) = delete;

    // ---- files ----
    std::optional<FileRecord> file(FileId id);
    std::optional<FileId> file_of(const FileHash& hash);
    // Makes the tables when it is the first. Nobody uses it yet: an upload or a message has to follow in the same slot.
    FileId add_file(const FileHash& hash, std::uint64_t size, const std::vector<ChunkHash>& chunks);
    void set_whole(FileId id);
    // Of all files together; of one user's uploads and messages.
    std::uint64_t bytes();
    std::uint64_t bytes_of(UserId user);

    // ---- uploads ----
    bool has_upload(UploadKey key);
    std::uint32_t uploads_of(UserId user);
    std::vector<FileId> files_uploaded_by(UserId user);
    void add_upload(UploadKey key, std::int64_t until_ms);
    void renew_upload(UploadKey key, std::int64_t until_ms);
    // What nobody uses any more is gone, and is given back: here and from detach().
    std::optional<FileId> remove_upload(UploadKey key);
    // The earliest ones that end at this active time or before; none is looked for before one can.
    std::vector<UploadKey> uploads_ended(std::int64_t active_ms, std::uint32_t limit);

    // ---- messages ----
    void attach(RoomId room, std::uint64_t number, UserId author, const MessageFile& file);
    std::optional<FileId> detach(RoomId room, std::uint64_t number);
    // The first few messages of the room that carry files, ascending.
    std::vector<std::uint64_t> attached_in(RoomId room, std::uint32_t limit);

    // ---- membership ----
    std::optional<ExpectedVoters> expected_voters();
    void expect_voters(const ExpectedVoters& expected);
    void expect_nobody();

private:
    struct Statements;
    void make();
    void add_use(FileId file, UserId user);
    std::optional<FileId> end_use(FileId file, UserId user);

    Connection& connection_;
    std::unique_ptr<Statements> statements_;   // none: there are no tables
    std::int64_t due_ms_ = 0;                  // no upload ends before this
};

}  // namespace parley::chat::state
