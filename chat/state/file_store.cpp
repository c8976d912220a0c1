// The statements behind FileStore. Each one is prepared once, as soon as there are tables.
#include "chat/state/file_store.hpp"

#include <algorithm>
#include <limits>

#include "chat/state/schema.hpp"
#include "net/archive/archive.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {
namespace {

std::span<const std::byte> as_blob(const FileHash& hash) { return {hash.data(), hash.size()}; }

FileHash hash_in(std::span<const std::byte> blob) {
    FileHash hash{};
    if (blob.size() != hash.size()) throw SqliteError(11, "SQLite: the name of a file has the wrong size");
    std::ranges::copy(blob, hash.begin());
    return hash;
}

}  // namespace

struct FileStore::Statements {
    explicit Statements(Connection& used) : connection(used) {}

    Connection& connection;
    Statement read_file{connection, "SELECT hash, size, is_whole, uses FROM files WHERE file = ?1"};
    Statement find_file{connection, "SELECT file FROM files WHERE hash = ?1"};
    Statement insert_file{connection, "INSERT INTO files VALUES (?1, ?2, ?3, ?4, 0, 0)"};
    Statement mark_whole{connection, "UPDATE files SET is_whole = 1 WHERE file = ?1"};
    Statement add_use{connection, "UPDATE files SET uses = uses + 1 WHERE file = ?1"};
    Statement end_use{connection, "UPDATE files SET uses = uses - 1 WHERE file = ?1"};
    Statement delete_file{connection, "DELETE FROM files WHERE file = ?1"};

    Statement read_totals{connection, "SELECT next_file, bytes FROM file_totals WHERE one = 1"};
    Statement count_file{connection, "UPDATE file_totals SET next_file = ?1, bytes = bytes + ?2 WHERE one = 1"};
    Statement uncount_file{connection, "UPDATE file_totals SET bytes = bytes - ?1 WHERE one = 1"};

    Statement read_quota{connection, "SELECT bytes FROM file_quotas WHERE user = ?1"};
    Statement charge{connection, "INSERT INTO file_quotas VALUES (?1, ?2) ON CONFLICT (user) DO UPDATE SET bytes = bytes + ?2"};
    Statement discharge{connection, "UPDATE file_quotas SET bytes = bytes - ?2 WHERE user = ?1"};
    Statement drop_quota{connection, "DELETE FROM file_quotas WHERE user = ?1 AND bytes = 0"};

    Statement find_upload{connection, "SELECT 1 FROM uploads WHERE user = ?1 AND file = ?2"};
    Statement count_uploads{connection, "SELECT count(*) FROM uploads WHERE user = ?1"};
    Statement list_uploads{connection, "SELECT file FROM uploads WHERE user = ?1 ORDER BY file"};
    Statement insert_upload{connection, "INSERT INTO uploads VALUES (?1, ?2, ?3)"};
    Statement renew_upload{connection, "UPDATE uploads SET until_ms = ?3 WHERE user = ?1 AND file = ?2"};
    Statement delete_upload{connection, "DELETE FROM uploads WHERE user = ?1 AND file = ?2"};
    Statement list_ended{connection, "SELECT user, file FROM uploads WHERE until_ms <= ?1 ORDER BY until_ms, user, file LIMIT ?2"};
    Statement next_end{connection, "SELECT min(until_ms) FROM uploads"};

    Statement insert_attachment{connection, "INSERT INTO attachments VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
    Statement read_attachment{connection, "SELECT file, author FROM attachments WHERE room = ?1 AND number = ?2"};
    Statement delete_attachment{connection, "DELETE FROM attachments WHERE room = ?1 AND number = ?2"};
    Statement list_attached{connection, "SELECT number FROM attachments WHERE room = ?1 ORDER BY number LIMIT ?2"};

    Statement read_expected{connection, "SELECT configuration, voters, until_ms, since FROM expected_voters WHERE one = 1"};
    Statement write_expected{connection, "INSERT OR REPLACE INTO expected_voters VALUES (1, ?1, ?2, ?3, ?4)"};
    Statement delete_expected{connection, "DELETE FROM expected_voters"};
};

FileStore::FileStore(Connection& connection) : connection_(connection) {
    if (has_file_tables(connection)) statements_ = std::make_unique<Statements>(connection);
}
FileStore::~FileStore() = default;

void FileStore::make() {
    if (statements_) return;
    make_file_tables(connection_);
    statements_ = std::make_unique<Statements>(connection_);
}

std::optional<FileRecord> FileStore::file(FileId id) {
    if (!statements_) return std::nullopt;
    Run run(statements_->read_file, id.value);
    if (!run.row()) return std::nullopt;
    return FileRecord{hash_in(run.blob(0)), run.number(1), run.flag(2), run.small(3)};
}

std::optional<FileId> FileStore::file_of(const FileHash& hash) {
    if (!statements_) return std::nullopt;
    Run run(statements_->find_file, as_blob(hash));
    return run.row() ? std::optional{FileId{run.number(0)}} : std::nullopt;
}

FileId FileStore::add_file(const FileHash& hash, std::uint64_t size, const std::vector<ChunkHash>& chunks) {
    make();
    FileId id;
    {
        Run run(statements_->read_totals);
        if (!run.row()) throw SqliteError(11, "SQLite: the row that counts the files is missing");
        id = FileId{run.number(0)};
    }
    const net::Bytes list = net::encode(chunks);
    Run(statements_->insert_file, id.value, as_blob(hash), size, std::span<const std::byte>{list}).done();
    Run(statements_->count_file, id.value + 1, size).done();
    return id;
}

void FileStore::set_whole(FileId id) { Run(statements_->mark_whole, id.value).done(); }

std::uint64_t FileStore::bytes() {
    if (!statements_) return 0;
    Run run(statements_->read_totals);
    return run.row() ? run.number(1) : 0;
}

std::uint64_t FileStore::bytes_of(UserId user) {
    if (!statements_) return 0;
    Run run(statements_->read_quota, user.value);
    return run.row() ? run.number(0) : 0;
}

void FileStore::add_use(FileId id, UserId user) {
    const auto record = file(id);
    CHECK(record.has_value(), "a use of no file");
    Run(statements_->add_use, id.value).done();
    Run(statements_->charge, user.value, record->size).done();
}

std::optional<FileId> FileStore::end_use(FileId id, UserId user) {
    const auto record = file(id);
    CHECK(record.has_value() && record->uses > 0, "a file has more uses than it counts");
    Run(statements_->end_use, id.value).done();
    Run(statements_->discharge, user.value, record->size).done();
    Run(statements_->drop_quota, user.value).done();
    if (record->uses > 1 && !net::planted("file_goes_with_its_upload")) return std::nullopt;
    Run(statements_->delete_file, id.value).done();
    Run(statements_->uncount_file, record->size).done();
    return id;
}

bool FileStore::has_upload(UploadKey key) {
    if (!statements_) return false;
    Run run(statements_->find_upload, key.user.value, key.file.value);
    return run.row();
}

std::uint32_t FileStore::uploads_of(UserId user) {
    if (!statements_) return 0;
    Run run(statements_->count_uploads, user.value);
    return run.row() ? run.small(0) : 0;
}

std::vector<FileId> FileStore::files_uploaded_by(UserId user) {
    std::vector<FileId> files;
    if (!statements_) return files;
    Run run(statements_->list_uploads, user.value);
    while (run.row()) files.push_back(FileId{run.number(0)});
    return files;
}

void FileStore::add_upload(UploadKey key, std::int64_t until_ms) {
    Run(statements_->insert_upload, key.user.value, key.file.value, until_ms).done();
    add_use(key.file, key.user);
    due_ms_ = std::min(due_ms_, until_ms);
}

void FileStore::renew_upload(UploadKey key, std::int64_t until_ms) {
    Run(statements_->renew_upload, key.user.value, key.file.value, until_ms).done();
}

std::optional<FileId> FileStore::remove_upload(UploadKey key) {
    Run(statements_->delete_upload, key.user.value, key.file.value).done();
    return end_use(key.file, key.user);
}

std::vector<UploadKey> FileStore::uploads_ended(std::int64_t active_ms, std::uint32_t limit) {
    std::vector<UploadKey> ended;
    if (!statements_ || active_ms < due_ms_) return ended;
    {
        Run run(statements_->list_ended, active_ms, limit);
        while (run.row()) ended.push_back({UserId{run.number(0)}, FileId{run.number(1)}});
    }
    if (!ended.empty()) return ended;   // with the next slot it is looked again
    Run run(statements_->next_end);
    due_ms_ = run.row() && !run.null(0) ? run.integer(0) : std::numeric_limits<std::int64_t>::max();
    return ended;
}

void FileStore::attach(RoomId room, std::uint64_t number, UserId author, const MessageFile& file) {
    Run(statements_->insert_attachment, room.value, number, file.file.value, author.value, file.name, file.type).done();
    add_use(file.file, author);
}

std::optional<FileId> FileStore::detach(RoomId room, std::uint64_t number) {
    if (!statements_) return std::nullopt;
    FileId file;
    UserId author;
    {
        Run run(statements_->read_attachment, room.value, number);
        if (!run.row()) return std::nullopt;
        file = FileId{run.number(0)};
        author = UserId{run.number(1)};
    }
    Run(statements_->delete_attachment, room.value, number).done();
    return end_use(file, author);
}

std::vector<std::uint64_t> FileStore::attached_in(RoomId room, std::uint32_t limit) {
    std::vector<std::uint64_t> numbers;
    if (!statements_) return numbers;
    Run run(statements_->list_attached, room.value, limit);
    while (run.row()) numbers.push_back(run.number(0));
    return numbers;
}

std::optional<ExpectedVoters> FileStore::expected_voters() {
    if (!statements_) return std::nullopt;
    Run run(statements_->read_expected);
    if (!run.row()) return std::nullopt;
    auto voters = net::decode<std::vector<std::uint64_t>>(run.blob(1));
    if (!voters) throw SqliteError(11, "SQLite: the expected voters do not decode");
    return ExpectedVoters{run.number(0), std::move(*voters), run.integer(2), run.number(3)};
}

void FileStore::expect_voters(const ExpectedVoters& expected) {
    make();
    const net::Bytes voters = net::encode(expected.voters);
    Run(statements_->write_expected, expected.configuration, std::span<const std::byte>{voters}, expected.until_ms, expected.since).done();
}

void FileStore::expect_nobody() {
    if (statements_) Run(statements_->delete_expected).done();
}

}  // namespace parley::chat::state
