// Checked pages: whatever the disk changes in a database is seen when it is read, and nothing else is refused.
#include <array>
#include <bit>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "chat/state/checked_pages.hpp"
#include "chat/state/image.hpp"
#include "chat/state/sqlite.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

using Page = std::array<std::byte, page_size>;

std::streamoff place_of(std::uint64_t number) { return static_cast<std::streamoff>((number - 1) * page_size); }

Page read_page(const std::string& path, std::uint64_t number) {
    std::array<char, page_size> raw{};
    std::ifstream file(path, std::ios::binary);
    file.seekg(place_of(number));
    file.read(raw.data(), raw.size());
    EXPECT_EQ(file.gcount(), static_cast<std::streamsize>(page_size));
    return std::bit_cast<Page>(raw);
}

void write_page(const std::string& path, std::uint64_t number, const Page& page) {
    const auto raw = std::bit_cast<std::array<char, page_size>>(page);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(place_of(number));
    file.write(raw.data(), raw.size());
}

std::uint64_t pages_of(const std::string& path) { return std::filesystem::file_size(path) / page_size; }

// A room with texts, all of it in the database file.
struct Kept {
    Kept() {
        auto ann = chat.enrol("Ann");
        for (int i = 0; i < 40; ++i) chat.posted(ann, by_name("general"), "number " + std::to_string(i) + std::string(900, 'x'));
        digest = chat.state->digest();
        reopen();
    }
    // Reopening copies SQLite's log into the file.
    void reopen() {
        chat.view.reset();
        chat.state.reset();
        chat.state = std::make_unique<ChatState>(chat.path, nullptr, chat.limits);
    }
    // What a reader says that reads everything.
    [[nodiscard]] std::optional<SqliteError> read_all() const {
        try {
            Connection reader(chat.path, nullptr, Connection::Use::reader);
            (void)reader.number("SELECT sum(length(text)) FROM messages");
            const std::string verdict = reader.text("PRAGMA integrity_check");
            if (verdict == "ok") return std::nullopt;
            return SqliteError(SQLITE_CORRUPT, verdict);
        } catch (const SqliteError& error) {
            return error;
        }
    }
    Chat chat;
    std::uint64_t digest = 0;
};

TEST(CheckedPages, EachPageOfADatabaseIsSealed) {
    const Kept kept;
    ASSERT_GT(pages_of(kept.chat.path), 40U);
    for (std::uint64_t number = 1; number <= pages_of(kept.chat.path); ++number) EXPECT_TRUE(is_sealed(number, read_page(kept.chat.path, number))) << number;
    EXPECT_FALSE(kept.read_all());
    EXPECT_EQ(kept.chat.state->digest(), kept.digest);
}

TEST(CheckedPages, AFlippedBitIsSeenInEachPageWhereverItIs) {
    const Kept kept;
    const std::uint64_t pages = pages_of(kept.chat.path);
    for (std::uint64_t number = 1; number <= pages; ++number) {
        const Page page = read_page(kept.chat.path, number);
        const std::size_t at = number == 1 ? 60 + number : (number * 523) % page_size;   // in page 1 behind what SQLite's own header checks see
        Page flipped = page;
        flipped[at] ^= std::byte{0x10};
        write_page(kept.chat.path, number, flipped);
        const auto error = kept.read_all();
        ASSERT_TRUE(error) << "page " << number << " byte " << at;
        EXPECT_TRUE(error->damaged()) << error->what();
        write_page(kept.chat.path, number, page);
    }
    EXPECT_FALSE(kept.read_all());
}

TEST(CheckedPages, APageInAWrongPlaceIsSeen) {
    const Kept kept;
    const std::uint64_t last = pages_of(kept.chat.path);
    write_page(kept.chat.path, last, read_page(kept.chat.path, last - 1));
    const auto error = kept.read_all();
    ASSERT_TRUE(error);
    EXPECT_TRUE(error->damaged());
}

TEST(CheckedPages, AHeaderThatDeniesTheChecksumsIsDamage) {
    Kept kept;
    kept.chat.state.reset();
    Page first = read_page(kept.chat.path, 1);
    first[20] = std::byte{0};
    write_page(kept.chat.path, 1, first);
    try {
        kept.reopen();
        FAIL() << "believed";
    } catch (const StateFailure& failure) {
        EXPECT_TRUE(failure.damaged()) << failure.what();
    }
}

TEST(CheckedPages, AnImageIsSealedToo) {
    const Kept kept;
    const std::string image = kept.chat.path + ".image";
    PinnedState(kept.chat.path, nullptr).copy_to(kept.chat.path + ".scratch", nullptr);
    write_image(kept.chat.path + ".scratch", image, nullptr);
    for (std::uint64_t number = 1; number <= pages_of(image); ++number) EXPECT_TRUE(is_sealed(number, read_page(image, number))) << number;
}

TEST(CheckedPages, ADatabaseMadeWithoutThemIsNotTakenForDamaged) {
    const ScratchFolder folder;
    {
        sqlite3* raw = nullptr;
        ASSERT_EQ(sqlite3_open(folder.file("old.db").c_str(), &raw), SQLITE_OK);
        ASSERT_EQ(sqlite3_exec(raw, "CREATE TABLE t (a); INSERT INTO t VALUES (7); PRAGMA user_version = 1; PRAGMA application_id = 1348563564", nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(raw);
    }
    try {
        ChatState(folder.file("old.db"), nullptr, {});
        FAIL() << "opened";
    } catch (const StateFailure& failure) {
        EXPECT_FALSE(failure.damaged()) << failure.what();
        EXPECT_NE(std::string{failure.what()}.find("has format 1"), std::string::npos) << failure.what();
    }
}

// As an outbox of an earlier version: everything in its log, page 1 too, and pages used to the last byte.
TEST(CheckedPages, ADatabaseMadeWithoutThemIsReadAndWrittenAsItIs) {
    const ScratchFolder folder;
    const std::string path = folder.file("old.db");
    const auto run = [&](const char* sql) {
        sqlite3* raw = nullptr;
        ASSERT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
        sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        ASSERT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
        sqlite3_close(raw);
    };
    run("PRAGMA journal_mode = WAL; CREATE TABLE t (a); CREATE TABLE u (a);"
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 300) INSERT INTO t SELECT hex(randomblob(500)) FROM c;"
        "PRAGMA wal_checkpoint(TRUNCATE); UPDATE t SET a = a || 'x' WHERE rowid % 7 = 0; PRAGMA user_version = 1");
    for (int opened = 0; opened < 2; ++opened) {
        Connection connection(path, nullptr, Connection::Use::writer);
        EXPECT_FALSE(has_checked_pages(connection.handle()));
        EXPECT_EQ(connection.number("SELECT count(*) FROM t WHERE length(a) >= 1000"), 300U);
        connection.execute("UPDATE t SET a = a || 'y' WHERE rowid % 5 = 0");
        EXPECT_TRUE(connection.checkpoint());
        EXPECT_EQ(connection.text("PRAGMA integrity_check"), "ok");
    }
    Connection again(path, nullptr, Connection::Use::reader);
    EXPECT_EQ(again.text("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace parley::chat::testing
