// One byte changes on the disk of one replica, wherever it matters: the cluster serves on, the replica mends itself, and all
// hold the same in the end.
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/cluster.hpp"

namespace parley::e2e {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr std::streamoff block_size = 4096;
constexpr int hit = 2;

std::string bytes_of(const std::string& path, std::streamoff at, std::size_t size) {
    std::string bytes(size, '\0');
    std::ifstream file(path, std::ios::binary);
    file.seekg(at);
    file.read(bytes.data(), static_cast<std::streamsize>(size));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes;
}

void flip_byte(const std::string& path, std::streamoff at) {
    const std::string byte = bytes_of(path, at, 1);
    ASSERT_EQ(byte.size(), 1U) << path << " at " << at;
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.put(static_cast<char>(byte[0] ^ 0x20));
    ASSERT_TRUE(file.good()) << path;
}

struct Block {
    std::string path;
    std::streamoff at = 0;
};

class StorageFaults : public ::testing::Test {
protected:
    // One cluster for all: it has to live with everything that happened before, too.
    static void SetUpTestSuite() {
        shared = new Shared;
        const Finished registered = ada({"register", "ada", "--password-file", shared->sandbox.path("password")});
        ASSERT_EQ(registered.code, 0) << registered.errors;
        ASSERT_EQ(ada({"send", "general", "before"}).code, 0);
        write("1");
    }
    static void TearDownTestSuite() { delete std::exchange(shared, nullptr); }
    static Finished ada(std::vector<std::string> words, int replica = 0) {
        const auto where = shared->cluster.reach(replica);
        words.insert(words.end(), where.begin(), where.end());
        return shared->sandbox.as("ada", words);
    }
    static Spawn load(const char* for_seconds, const char* size = "300") {
        std::vector<std::string> words{"load", "--clients", "8", "--size", size, "--seconds", for_seconds, "--rooms", "2"};
        const auto where = shared->cluster.reach();
        words.insert(words.end(), where.begin(), where.end());
        return shared->sandbox.command("parley-bench", words, "load-" + std::to_string(++shared->loads));
    }
    static void write(const char* for_seconds, const char* size = "300") {
        const Spawn spawn = load(for_seconds, size);
        ASSERT_EQ(Process(spawn).wait(seconds{60}), 0) << read_text(spawn.errors);
    }
    // Blocks of the log of the replica that is hit, in order, that begin with these letters (docs/storage.md).
    static std::vector<Block> log_blocks(const std::string& letters) {
        std::vector<std::string> segments;
        for (const auto& entry : std::filesystem::directory_iterator(folder() + "/log")) {
            if (entry.path().filename().string().starts_with("segment-")) segments.push_back(entry.path());
        }
        std::ranges::sort(segments);
        std::vector<Block> blocks;
        for (const std::string& segment : segments) {
            const auto size = static_cast<std::streamoff>(std::filesystem::file_size(segment));
            for (std::streamoff at = 0; at + block_size <= size; at += block_size) {
                if (bytes_of(segment, at, letters.size()) == letters) blocks.push_back({segment, at});
            }
        }
        return blocks;
    }
    static std::string folder() { return shared->cluster.replica_folder(hit); }
    static std::string own_log() { return read_text(folder() + "/parleyd.log"); }

    static std::uint64_t highest_applied() {
        std::uint64_t highest = 0;
        for (const ReplicaLine& line : shared->cluster.status()) highest = std::max(highest, line.applied);
        return highest;
    }
    // `damage` on the disk of the stopped replica while others post; then all must be well.
    template <class Damage>
    static void survives(Damage damage) {
        const std::uint64_t before = highest_applied();
        const Spawn spawn = load("3");
        Process posting(spawn);
        // Not while it still makes its accounts: that is not what is asked here.
        ASSERT_TRUE(eventually(seconds{30}, [&] { return highest_applied() > before + 100 || !posting.is_running(); }));
        shared->cluster.kill(hit);
        damage();
        shared->cluster.start(hit);
        ASSERT_EQ(posting.wait(seconds{60}), 0) << read_text(spawn.errors);
        is_well();
    }
    static void is_well() {
        ASSERT_EQ(ada({"send", "general", "after"}).code, 0);
        EXPECT_TRUE(shared->cluster.wait_until_all_are_up());
        const bool level = eventually(seconds{60}, [&] {
            const auto replicas = shared->cluster.status();
            return std::ranges::all_of(replicas, [&](const ReplicaLine& line) { return line.ok && line.applied == replicas.front().applied; });
        });
        EXPECT_TRUE(level) << own_log();
        // It may be the first to read the damaged page, in a database too large to be read at each start.
        Finished verified;
        const bool is_equal = eventually(seconds{30}, [&] {
            verified = shared->cluster.parley({"verify"});
            return verified.code == 0;
        });
        EXPECT_TRUE(is_equal) << verified.output << verified.errors << own_log();
        const Finished history = ada({"history", "general", "--limit", "1000"}, hit);
        EXPECT_THAT(history.output, HasSubstr("before"));
        EXPECT_THAT(history.output, HasSubstr("after"));
    }

    struct Shared {
        Sandbox sandbox;
        Cluster cluster{sandbox, 3, Watch::by_hand};
        int loads = 0;
    };
    static inline Shared* shared = nullptr;
};

TEST_F(StorageFaults, ARecordInTheMiddleOfTheLog) {
    survives([&] {
        const auto records = log_blocks("REC1");
        ASSERT_GT(records.size(), 20U);
        flip_byte(records[records.size() / 2].path, records[records.size() / 2].at + 200);
    });
}

TEST_F(StorageFaults, TheLastRecordOfTheLog) {
    survives([&] {
        const auto records = log_blocks("REC1");
        ASSERT_FALSE(records.empty());
        flip_byte(records.back().path, records.back().at + 200);
    });
}

TEST_F(StorageFaults, ASealOfTheLog) {
    survives([&] {
        const auto seals = log_blocks("SEA1");
        ASSERT_GT(seals.size(), 20U);
        flip_byte(seals[seals.size() / 2].path, seals[seals.size() / 2].at + 30);
    });
}

TEST_F(StorageFaults, AHeaderOfASegment) {
    survives([&] {
        const auto records = log_blocks("REC1");
        ASSERT_FALSE(records.empty());
        flip_byte(records.back().path, 20);
    });
}

TEST_F(StorageFaults, OneCopyOfMeta) {
    survives([&] { flip_byte(folder() + "/log/meta-a", 20); });
}

// The log reaches back to the beginning: nobody else is needed.
TEST_F(StorageFaults, TheWholeDatabase) {
    survives([&] {
        std::filesystem::remove(folder() + "/state/chat.db");
        std::filesystem::remove(folder() + "/state/chat.db-wal");
    });
}

// The page's owner notices at its start. The log was cut, so the state comes from the others.
TEST_F(StorageFaults, APageOfTheDatabase) {
    shared->cluster.use_short_logs();
    write("2", "8000");
    survives([&] {
        const auto size = static_cast<std::streamoff>(std::filesystem::file_size(folder() + "/state/chat.db"));
        ASSERT_GT(size, 20 * block_size);
        flip_byte(folder() + "/state/chat.db", size / block_size / 2 * block_size + 2000);
    });
    EXPECT_THAT(own_log(), HasSubstr("set aside"));
    EXPECT_THAT(own_log(), HasSubstr("this replica's own state is damaged or gone"));
    EXPECT_FALSE(std::filesystem::exists(folder() + "/state/chat.db.damaged")) << "it has another one now";
}

// A copy of a data folder that was put in its place has forgotten what the replica promised since.
TEST(OldBackup, IsNoticedAndNeverVotes) {
    Sandbox sandbox;
    Cluster cluster(sandbox, 3, Watch::by_hand);
    const auto write = [&](const char* name) {
        std::vector<std::string> words{"load", "--clients", "4", "--seconds", "1"};
        const auto where = cluster.reach();
        words.insert(words.end(), where.begin(), where.end());
        const Spawn spawn = sandbox.command("parley-bench", words, name);
        ASSERT_EQ(Process(spawn).wait(seconds{60}), 0) << read_text(spawn.errors);
    };
    const auto said_by_three = [&] {
        EXPECT_EQ(cluster.process(3).wait(seconds{30}), 1);
        return read_text(sandbox.path("output/replica-3.err"));
    };
    const auto everything = std::filesystem::copy_options::recursive;
    write("before");
    cluster.kill(3);
    std::filesystem::copy(cluster.replica_folder(3), sandbox.path("backup"), everything);
    cluster.start(3);
    ASSERT_TRUE(cluster.wait_until_all_are_up());
    write("behind-it");
    std::this_thread::sleep_for(seconds{2});   // the others hear once a second how far it is
    cluster.kill(3);
    std::filesystem::remove_all(cluster.replica_folder(3));
    std::filesystem::copy(sandbox.path("backup"), cluster.replica_folder(3), everything);

    cluster.start(3);
    EXPECT_THAT(said_by_three(), HasSubstr("this data folder is older"));
    write("without-it");
    cluster.start(3);
    EXPECT_THAT(said_by_three(), HasSubstr("parley cluster replace")) << "not even when nobody else would know any more";
}

}  // namespace
}  // namespace parley::e2e
