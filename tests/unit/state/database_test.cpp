// The database itself: its schema, its settings, what may be run on it, and files that are not as they should be.
#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <sstream>

#include <sqlite3.h>
#include <sys/resource.h>

#include "chat/state/schema.hpp"
#include "chat/state/sqlite.hpp"
#include "consensus/core/membership.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

// Whoever opens the database takes nothing from its log.
bool is_void_log(const std::string& database) {
    std::array<char, 32> header{};
    std::ifstream(database + "-wal", std::ios::binary).read(header.data(), header.size());
    return std::ranges::all_of(header, [](char byte) { return byte == 0; });
}

std::string schema_of(const Chat& chat) {
    Connection connection(chat.path, nullptr, Connection::Use::reader);
    Statement scan(connection, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
    std::string actual = "application_id " + std::to_string(connection.number("PRAGMA application_id")) + "\nformat " +
                         std::to_string(connection.number("PRAGMA user_version")) + "\n\n";
    chat::Run run(scan);
    while (run.row()) actual += run.text(0) + ";\n\n";
    return actual;
}

std::string written_down(const std::string& name) {
    std::ifstream file("tests/unit/state/" + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Schema, IsTheOneWrittenDown) {
    Chat chat;
    EXPECT_EQ(schema_of(chat), written_down("schema.golden")) << "a change of the schema needs a new format number";
    auto ann = chat.enrol("Ann");
    EXPECT_EQ(schema_of(chat), written_down("schema.golden")) << "nobody has a file";
    chat.as(ann, BeginUpload{0, {}});
    EXPECT_EQ(schema_of(chat), written_down("schema_files.golden")) << "a change of the schema needs a new format number";
}

TEST(Schema, DigestCoversEveryTable) {
    Chat chat;
    Connection connection(chat.path, nullptr, Connection::Use::reader);
    const auto tables = [&connection] { return connection.number("SELECT count(*) FROM sqlite_schema WHERE type = 'table'"); };
    EXPECT_EQ(tables(), state::state_tables().size());
    auto ann = chat.enrol("Ann");
    chat.as(ann, BeginUpload{0, {}});
    EXPECT_EQ(tables(), state::state_tables().size() + state::file_tables().size());
}

// A limit of the process stands for a quota: the library calls both a failed write.
TEST(Connection, KnowsALackOfRoomFromAFailure) {
    const ScratchFolder folder;
    Connection connection(folder.file("small.db"), nullptr, Connection::Use::writer);
    connection.execute("CREATE TABLE t (a TEXT) STRICT");
    const std::string large(1'000'000, 'x');
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{65536, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    int code = SQLITE_OK;
    try {
        Statement insert(connection, "INSERT INTO t VALUES (?1)");
        chat::Run(insert, large).done();
    } catch (const SqliteError& error) {
        code = error.code();
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(code, SQLITE_FULL);
}

TEST(Connection, PinsItsSettings) {
    Chat chat;
    for (const auto use : {Connection::Use::writer, Connection::Use::reader}) {
        Connection connection(chat.path, nullptr, use);
        EXPECT_EQ(connection.text("PRAGMA journal_mode"), "wal");
        EXPECT_EQ(connection.number("PRAGMA synchronous"), 1U);
        EXPECT_EQ(connection.number("PRAGMA page_size"), 4096U);
        EXPECT_EQ(connection.number("PRAGMA auto_vacuum"), 0U);
        EXPECT_EQ(connection.number("PRAGMA mmap_size"), 0U);
        EXPECT_EQ(connection.number("PRAGMA temp_store"), 2U);
        EXPECT_EQ(connection.number("PRAGMA cache_spill"), 0U);
        EXPECT_EQ(connection.number("PRAGMA secure_delete"), 1U);
        EXPECT_EQ(connection.number("PRAGMA trusted_schema"), 0U);
        EXPECT_EQ(connection.number("PRAGMA foreign_keys"), 0U);
        EXPECT_EQ(connection.number("PRAGMA busy_timeout"), 0U);
        EXPECT_EQ(connection.number("PRAGMA query_only"), use == Connection::Use::reader ? 1U : 0U);
    }
}

TEST(Connection, LockedDownRefusesWhatIsNotReplicated) {
    Chat chat;
    Connection connection(chat.path, nullptr, Connection::Use::writer);
    connection.lock_down();
    for (const char* sql :
         {"SELECT random()", "SELECT randomblob(8)", "SELECT datetime('now')", "SELECT date()", "SELECT time()",
          "SELECT julianday('now')", "SELECT strftime('%s')", "SELECT unixepoch()", "SELECT CURRENT_TIMESTAMP",
          "SELECT changes()", "SELECT last_insert_rowid()", "SELECT sqlite_version()", "CREATE TABLE t (a)",
          "ATTACH ':memory:' AS other", "PRAGMA synchronous = OFF", "DROP TABLE users", "VACUUM"}) {
        EXPECT_THROW(connection.execute(sql), SqliteError) << sql;
    }
    EXPECT_NO_THROW(connection.execute("SELECT count(*) FROM users"));
}

TEST(Connection, ReaderCannotWrite) {
    Chat chat;
    Connection connection(chat.path, nullptr, Connection::Use::reader);
    EXPECT_THROW(connection.execute("DELETE FROM users"), SqliteError);
}

TEST(Connection, AnyCodeButRowAndDoneIsAnError) {
    Chat chat;
    chat.enrol("Ann");
    Connection connection(chat.path, nullptr, Connection::Use::writer);
    EXPECT_THROW(connection.execute("INSERT INTO messages VALUES (1, 1, 1, 1, 0, 1, '', 0, 0, 0, 0, 0, 0, 0)"), SqliteError);
}

TEST(ChatState, WriteRefusedBySqliteStopsTheReplica) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    Connection intruder(chat.path, nullptr, Connection::Use::writer);
    intruder.execute("INSERT INTO messages VALUES (1, 2, 1, 1, 0, 1, 'smuggled', 0, 0, 0, 0, 0, 0, 0)");
    EXPECT_THROW(chat.posted(ann, by_name("general"), "two"), StateFailure);
    EXPECT_THROW(chat.apply({}), StateFailure) << "and stays stopped";
    EXPECT_EQ(chat.view->applied_through().value(), 2U) << "nothing of the slot was kept";
}

TEST(ChatState, ABusyDatabaseStopsTheReplica) {
    Chat chat;
    Connection intruder(chat.path, nullptr, Connection::Use::writer);
    Transaction other(intruder, Transaction::Kind::write);
    EXPECT_THROW(chat.apply({}), StateFailure);
}

TEST(ChatState, RefusesAFileOfANewerFormat) {
    ScratchFolder folder;
    { ChatState state(folder.file("state.db"), nullptr, {}); }
    { Connection(folder.file("state.db"), nullptr, Connection::Use::writer).execute("PRAGMA user_version = 5"); }
    try {
        ChatState state(folder.file("state.db"), nullptr, {});
        FAIL() << "opened a newer format";
    } catch (const StateFailure& failure) {
        EXPECT_NE(std::string{failure.what()}.find("has format 5 and this program knows formats 3 and 4"), std::string::npos) << failure.what();
    }
}

TEST(ChatState, RefusesADatabaseOfSomebodyElse) {
    ScratchFolder folder;
    { Connection(folder.file("other.db"), nullptr, Connection::Use::writer).execute("CREATE TABLE t (a)"); }
    EXPECT_THROW(ChatState(folder.file("other.db"), nullptr, {}), StateFailure);
}

TEST(ChatState, RefusesAFileThatIsNoDatabase) {
    ScratchFolder folder;
    { std::ofstream(folder.file("state.db")) << std::string(8192, 'x'); }
    EXPECT_THROW(ChatState(folder.file("state.db"), nullptr, {}), StateFailure);
    EXPECT_THROW(ChatState(folder.file("no/such/folder.db"), nullptr, {}), StateFailure);
}

TEST(ChatState, RefusesADamagedFile) {
    ScratchFolder folder;
    {
        ChatState state(folder.file("state.db"), nullptr, {});
        const std::vector<consensus::DecodedSlot> slots{slot_of(1, {encoded(Unnumbered{Register{"Ann", "hash", token(1), "test"}})}, 1'000)};
        state.apply(slots);
    }
    { Connection(folder.file("state.db"), nullptr, Connection::Use::writer).checkpoint(); }
    {
        std::fstream file(folder.file("state.db"), std::ios::in | std::ios::out | std::ios::binary);
        for (int page = 2; page <= 8; ++page) {
            file.seekp(page * 4096);
            file << std::string(64, '\x5A');
        }
    }
    EXPECT_THROW(ChatState(folder.file("state.db"), nullptr, {}), StateFailure);
}

TEST(ChatState, CheckpointCopiesTheLogBackAndStartsItAnew) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    const auto log_size = [&] { return std::filesystem::file_size(chat.path + "-wal"); };
    for (int i = 0; i < 1'700; ++i) chat.posted(ann, by_name("general"), std::string(16'000, 'x'));
    const std::uint64_t digest = chat.state->digest();
    EXPECT_GT(log_size(), std::uint64_t{8'000} * 4096);
    EXPECT_LT(chat.state->durable_through(), chat.state->applied_through()) << "nothing was copied yet";
    chat.state->checkpoint_if_due();
    EXPECT_TRUE(is_void_log(chat.path));
    EXPECT_EQ(chat.state->durable_through(), chat.state->applied_through());
    EXPECT_EQ(chat.state->digest(), digest);
    chat.posted(ann, by_name("general"), "and on it goes");
    EXPECT_EQ(chat.messages(RoomId{1}).size(), 1'000U);
}

TEST(ChatState, ACopiedLogThatTheDiskChangesHidesNothing) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    for (int i = 0; i < 1'700; ++i) chat.posted(ann, by_name("general"), std::string(16'000, 'x'));
    chat.state->checkpoint_if_due();
    const std::uint64_t digest = chat.state->digest();
    chat.view.reset();
    chat.state.reset();
    {
        std::fstream log(chat.path + "-wal", std::ios::in | std::ios::out | std::ios::binary);
        log.seekp(32 + 100 * (24 + 4096) + 500);   // in the hundredth page
        log.put('?');
    }
    chat.state = std::make_unique<ChatState>(chat.path, nullptr, chat.limits);
    EXPECT_EQ(chat.state->digest(), digest);
}

TEST(ChatState, SqlitesLogGivesBackWhatALongReaderLetItGrowTo) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    const auto log_size = [&] { return std::filesystem::file_size(chat.path + "-wal"); };
    for (int i = 0; i < 2'500; ++i) chat.posted(ann, by_name("general"), std::string(16'000, 'x'));
    EXPECT_GT(log_size(), std::uint64_t{40} << 20U);
    chat.state->checkpoint_if_due();
    chat.posted(ann, by_name("general"), "and on it goes");
    EXPECT_LE(log_size(), std::uint64_t{32} << 20U);
}

TEST(ChatState, OpeningLeavesNothingInSqlitesLog) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    chat.posted(ann, by_name("general"), "before");
    const std::uint64_t digest = chat.state->digest();
    EXPECT_FALSE(is_void_log(chat.path));
    chat.view.reset();
    chat.state.reset();
    chat.state = std::make_unique<ChatState>(chat.path, nullptr, chat.limits);
    EXPECT_TRUE(is_void_log(chat.path)) << "nothing is appended to what may be in the file already";
    EXPECT_EQ(chat.state->durable_through(), chat.state->applied_through());
    EXPECT_EQ(chat.state->digest(), digest);
}

// Whoever opens the state must know who belongs to the cluster (P11).
TEST(ChatState, KeepsTheConfigurationOfTheCluster) {
    Chat chat;
    chat.enrol("Ann");
    EXPECT_FALSE(chat.state->configuration());
    const std::uint64_t digest = chat.state->digest();
    consensus::Configuration next;
    next.id = 2;
    next.voters = {{consensus::NodeId{7}, "host:1", "1"}, {consensus::NodeId{9}, "host:2", "2", 5}};
    const auto apply = [&chat](const consensus::Configuration& configuration) {
        const consensus::Value value = consensus::value_of(configuration, 1);
        chat.state->apply(std::vector{consensus::DecodedSlot{consensus::Slot{++chat.slot}, *value.decoded()}});
    };
    apply(next);
    EXPECT_EQ(chat.state->configuration(), next);
    EXPECT_NE(chat.state->digest(), digest);
    consensus::Configuration unrelated = next;
    unrelated.id = 9;
    apply(unrelated);
    EXPECT_EQ(chat.state->configuration(), next) << "it was made for another one";
    chat.state->commit();
    chat.view.reset();
    chat.state.reset();
    chat.state = std::make_unique<ChatState>(chat.path, nullptr, chat.limits);
    EXPECT_EQ(chat.state->configuration(), next);
}

TEST(ChatState, CheckpointDoesNotWaitForAReader) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    Connection reader(chat.path, nullptr, Connection::Use::reader);
    Transaction reading(reader, Transaction::Kind::read);
    reader.number("SELECT count(*) FROM messages");
    for (int i = 0; i < 1'700; ++i) chat.posted(ann, by_name("general"), std::string(16'000, 'x'));
    chat.state->checkpoint_if_due();
    EXPECT_EQ(reader.number("SELECT count(*) FROM messages"), 1U) << "the reader still sees its own state";
    EXPECT_EQ(chat.state->durable_through(), consensus::Slot{}) << "what the reader held back is not in the file";
    EXPECT_EQ(chat.posted(ann, by_name("general"), "unharmed"), 1'702U);
}

}  // namespace
}  // namespace parley::chat::testing
