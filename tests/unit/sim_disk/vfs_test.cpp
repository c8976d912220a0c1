// SQLite in WAL mode on the crash disk: a kill loses nothing, a power cut leaves a whole prefix of the transactions.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "sim/disk/vfs.hpp"
#include "tests/unit/sim_disk/manual_loop.hpp"

namespace parley::sim {
namespace {

using test::chance_of;

class Database {
public:
    explicit Database(SimDisk& disk) {
        register_vfs(false);
        const std::string path = disk.native_path("state/chat.db");
        code_ = sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs_name);
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() { sqlite3_close(handle_); }

    bool run(const std::string& sql) {
        if (code_ == SQLITE_OK) code_ = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
        return code_ == SQLITE_OK;
    }
    bool prepare() {
        return run("PRAGMA journal_mode=WAL") && run("PRAGMA synchronous=NORMAL") &&
               run("PRAGMA wal_autocheckpoint=0") && run("PRAGMA temp_store=MEMORY") &&
               run("CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, pad TEXT)");
    }
    // One transaction: two rows that belong together.
    bool add(std::int64_t n) {
        const std::string pad = "printf('%0700d'," + std::to_string(n) + ")";
        return run("BEGIN; INSERT INTO t VALUES(" + std::to_string(2 * n) + "," + pad + "); INSERT INTO t VALUES(" +
                   std::to_string(2 * n + 1) + "," + pad + "); COMMIT");
    }
    std::int64_t number(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        std::int64_t result = -1;
        if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK &&
            sqlite3_step(statement) == SQLITE_ROW) {
            result = sqlite3_column_int64(statement, 0);
        }
        sqlite3_finalize(statement);
        return result;
    }
    // The number of whole transactions, or -1 when the database is not a prefix of them.
    std::int64_t transactions() {
        if (number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check='ok'") != 1) return -1;
        const std::int64_t rows = number("SELECT count(*) FROM t");
        if (rows % 2 != 0 || number("SELECT coalesce(max(n),-1) FROM t") != rows - 1) return -1;
        return rows / 2;
    }
    [[nodiscard]] int code() const { return code_; }

private:
    sqlite3* handle_ = nullptr;
    int code_ = SQLITE_OK;
};

void make_folder(SimDisk& disk) {
    ASSERT_TRUE(disk.make_directory("state"));
    ASSERT_TRUE(disk.sync_directory(""));
}

TEST(SimVfs, KillLosesNothing) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        reseed_sqlite(seed);
        SimDisk disk({}, chance_of(seed), {});
        make_folder(disk);
        for (int life = 0; life < 4; ++life) {
            {
                Database database(disk);
                ASSERT_TRUE(database.prepare());
                ASSERT_EQ(database.transactions(), life * 5);
                for (int i = 0; i < 5; ++i) ASSERT_TRUE(database.add(life * 5 + i));
                if (life % 2 == 1) {
                    ASSERT_TRUE(database.run("PRAGMA wal_checkpoint(PASSIVE)"));
                }
                disk.crash(CrashKind::process_kill);
            }
            disk.restart();
        }
    }
}

TEST(SimVfs, PowerCutsLeaveAPrefix) {
    std::uint64_t cut_inside = 0;
    std::uint64_t lost = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        reseed_sqlite(seed);
        SimDiskOptions options;
        options.sector_size = seed % 2 == 0 ? 512 : 4096;
        const DiskChance chance = chance_of(seed);
        SimDisk disk(options, chance, {});
        make_folder(disk);
        std::int64_t checkpointed = 0;   // transactions that a finished checkpoint made durable
        std::int64_t committed = 0;      // transactions that said they were done
        for (int life = 0; life < 8; ++life) {
            {
                Database database(disk);
                if (life > 0 && chance("inside", 0) % 2 == 0) {
                    disk.arm({DiskFaultKind::power_cut, chance("k", 0) % 60, 1, "", {}});
                }
                if (database.prepare()) {
                    const std::int64_t there = database.transactions();
                    if (there >= 0) committed = there;   // -1: the power failed while counting
                    if (!disk.power_lost()) {
                        ASSERT_GE(committed, checkpointed) << "seed " << seed;
                    }
                    const std::uint64_t more = chance("more", 0) % 12;
                    for (std::uint64_t i = 0; i < more && database.add(committed); ++i) ++committed;
                    const bool checkpoint = chance("checkpoint", 0) % 3 == 0;
                    if (checkpoint && database.run("PRAGMA wal_checkpoint(TRUNCATE)")) checkpointed = committed;
                }
                cut_inside += disk.power_lost() ? 1U : 0U;
                disk.disarm();
                disk.crash(CrashKind::power_cut);
            }
            disk.restart();
            Database database(disk);
            ASSERT_TRUE(database.prepare()) << "seed " << seed << " life " << life << " code " << database.code();
            const std::int64_t found = database.transactions();
            ASSERT_GE(found, checkpointed) << "seed " << seed << " life " << life;
            ASSERT_LE(found, committed + 1) << "seed " << seed << " life " << life;
            lost += found < committed ? 1U : 0U;
            committed = found;
        }
    }
    EXPECT_GT(cut_inside, 100U);
    EXPECT_GT(lost, 100U) << "the disk was too kind to prove anything";
}

TEST(SimVfs, ReaderKeepsItsSnapshotBesideTheWriter) {
    SimDisk disk({}, chance_of(1), {});
    make_folder(disk);
    Database writer(disk);
    ASSERT_TRUE(writer.prepare());
    ASSERT_TRUE(writer.add(0));
    Database reader(disk);
    ASSERT_TRUE(reader.run("BEGIN; SELECT count(*) FROM t"));
    ASSERT_TRUE(writer.add(1));
    EXPECT_EQ(reader.number("SELECT count(*) FROM t"), 2);
    ASSERT_TRUE(reader.run("COMMIT"));
    EXPECT_EQ(reader.number("SELECT count(*) FROM t"), 4);
}

TEST(SimVfs, SecondWriterIsBusyAtOnce) {
    SimDisk disk({}, chance_of(1), {});
    make_folder(disk);
    Database first(disk);
    ASSERT_TRUE(first.prepare());
    Database second(disk);
    ASSERT_TRUE(first.run("BEGIN IMMEDIATE"));
    EXPECT_FALSE(second.run("BEGIN IMMEDIATE"));
    EXPECT_EQ(second.code(), SQLITE_BUSY);
    EXPECT_TRUE(first.run("COMMIT"));
}

TEST(SimVfs, RandomnessAndTimeAreGiven) {
    SimDisk disk({}, chance_of(1), {});
    make_folder(disk);
    register_vfs(true);
    std::vector<std::uint64_t> draws;
    for (int round = 0; round < 2; ++round) {
        reseed_sqlite(42);
        std::uint64_t bits = 0;
        sqlite3_randomness(sizeof bits, &bits);
        draws.push_back(bits);
    }
    EXPECT_EQ(draws[0], draws[1]);
    set_sqlite_time(net::WallTime{1700000000000});
    Database database(disk);
    EXPECT_EQ(database.number("SELECT strftime('%s','now')"), 1700000000);
}

TEST(SimVfs, FaultsComeOutAsSqliteErrors) {
    SimDisk disk({}, chance_of(1), {});
    make_folder(disk);
    Database database(disk);
    ASSERT_TRUE(database.prepare());
    disk.arm({DiskFaultKind::full, 0, 1, "chat.db-wal", {}});
    EXPECT_FALSE(database.add(0));
    EXPECT_EQ(database.code(), SQLITE_FULL);
    Database second(disk);
    ASSERT_TRUE(second.prepare());
    disk.arm({DiskFaultKind::write_error, 0, 1, "chat.db-wal", {}});
    EXPECT_FALSE(second.add(0));
    EXPECT_EQ(second.code() & 0xff, SQLITE_IOERR);
}

}  // namespace
}  // namespace parley::sim
