// What a ClientStore keeps of uploads: across an opening, a power cut, and from a store that an older Parley wrote.
#include <gtest/gtest.h>

#include "chat/client/records.hpp"
#include "chat/client/store.hpp"
#include "chat/state/sqlite.hpp"
#include "sim/disk/vfs.hpp"
#include "tests/unit/gateway/cluster.hpp"

namespace parley::chat::testing {
namespace {

const PostFile post{Target{ByRoomName{"general"}}, {}, "tea.png", "image/png", "the new kettle", 4};

KeptUpload kept(std::uint64_t id) {
    KeptUpload upload;
    upload.id = UploadId{id};
    upload.user = UserId{7};
    upload.post = post;
    upload.path = "/home/ann/tea.png";
    upload.size = 5'000;
    upload.modified_ns = 1'700'000'000'123'456'789;
    return upload;
}

struct UploadsKept : ::testing::Test {
    UploadsKept() : disk(make_disk(5)) { open(); }
    void open() {
        store.reset();
        auto opened = ClientStore::open(*disk, "p", sim::vfs_name);
        ASSERT_TRUE(opened) << opened.error().message;
        store = *std::move(opened);
    }
    void lose_power() {
        disk->crash(sim::CrashKind::power_cut);
        store.reset();
        disk->restart();
        open();
    }
    std::vector<std::uint64_t> ids() {
        std::vector<std::uint64_t> found;
        for (const KeptUpload& upload : *store->uploads()) found.push_back(upload.id.value);
        return found;
    }
    bool has_bytes(std::uint64_t id) { return disk->exists(store->folder() + "/upload-" + std::to_string(id)); }

    std::unique_ptr<sim::SimDisk> disk;
    std::unique_ptr<ClientStore> store;
};

TEST_F(UploadsKept, EverythingOfThemOutlivesAPowerCut) {
    KeptUpload refused = kept(2);
    refused.refusal = "no";
    refused.posted = EntryId{9};
    ASSERT_TRUE(store->commit({PutUpload{kept(1)}, PutUpload{refused}}));
    lose_power();
    const std::vector<KeptUpload> found = *store->uploads();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(net::encode(found[0]), net::encode(kept(1)));
    EXPECT_EQ(net::encode(found[1]), net::encode(refused));
    ASSERT_TRUE(store->commit({DropUpload{UploadId{1}}}));
    lose_power();
    EXPECT_EQ(ids(), std::vector<std::uint64_t>{2});
}

TEST_F(UploadsKept, BytesLieBesideThemUntilTheyAreDropped) {
    const net::Bytes bytes(100'000, std::byte{7});
    ASSERT_TRUE(store->keep_bytes(UploadId{1}, bytes));
    ASSERT_TRUE(store->commit({PutUpload{kept(1)}}));
    lose_power();
    auto file = store->kept_bytes(UploadId{1});
    ASSERT_TRUE(file) << file.error().message;
    net::Bytes found(bytes.size() + 1);
    ASSERT_EQ(*(*file)->read(0, found), bytes.size());
    found.pop_back();
    EXPECT_EQ(found, bytes);
    ASSERT_TRUE(store->commit({DropUpload{UploadId{1}}}));
    EXPECT_FALSE(has_bytes(1));
    EXPECT_FALSE(store->kept_bytes(UploadId{1}));
}

TEST_F(UploadsKept, BytesThatNobodySaidWhatForAreRemoved) {
    ASSERT_TRUE(store->keep_bytes(UploadId{1}, net::Bytes(10, std::byte{1})));
    ASSERT_TRUE(store->keep_bytes(UploadId{2}, net::Bytes(10, std::byte{2})));
    ASSERT_TRUE(store->commit({PutUpload{kept(2)}}));
    open();
    EXPECT_FALSE(has_bytes(1));
    EXPECT_TRUE(has_bytes(2));
}

TEST_F(UploadsKept, ASlotWithOneIsTakenBeforeAFreeOne) {
    auto second = *ClientStore::open(*disk, "p", sim::vfs_name);
    ASSERT_EQ(second->slot(), 1U);
    ASSERT_TRUE(second->commit({PutUpload{kept(1)}}));
    second.reset();
    open();
    EXPECT_EQ(store->slot(), 1U);
    EXPECT_EQ(ids(), std::vector<std::uint64_t>{1});
}

// The tables as format 1 had them, with one text on its way.
void write_format_1(sim::SimDisk& disk, const OutboxEntry& entry) {
    ASSERT_TRUE(disk.make_directory("old/slot-0"));
    Connection connection(disk.native_path("old/slot-0/outbox.db"), sim::vfs_name, Connection::Use::writer);
    connection.execute("CREATE TABLE outbox (entry INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
                       "CREATE TABLE session (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), bytes BLOB NOT NULL) STRICT;"
                       "CREATE TABLE positions (room INTEGER PRIMARY KEY, message INTEGER NOT NULL, change INTEGER NOT NULL) STRICT;"
                       "INSERT INTO positions VALUES (3, 11, 2);"
                       "PRAGMA user_version = 1;");
    Statement put(connection, "INSERT INTO outbox (entry, bytes) VALUES (?1, ?2)");
    const net::Bytes bytes = net::encode(entry);
    Run(put, entry.id.value, std::span<const std::byte>{bytes}).done();
}

TEST_F(UploadsKept, AStoreOfAnOlderParleyLosesNothing) {
    OutboxEntry entry;
    entry.id = EntryId{5};
    entry.operation = Post{Target{ByRoomName{"general"}}, "typed before the upgrade"};
    write_format_1(*disk, entry);
    for (int opening = 0; opening < 2; ++opening) {
        auto opened = ClientStore::open(*disk, "old", sim::vfs_name);
        ASSERT_TRUE(opened) << opened.error().message;
        ASSERT_EQ((*opened)->entries()->size(), 1U);
        EXPECT_EQ(net::encode((*opened)->entries()->front()), net::encode(entry));
        EXPECT_EQ((*opened)->position(RoomId{3})->value().message, 11U);
        ASSERT_EQ((*opened)->uploads()->size(), static_cast<std::size_t>(opening));
        ASSERT_TRUE((*opened)->commit({PutUpload{kept(1)}}));
    }
}

}  // namespace
}  // namespace parley::chat::testing
