// What a client keeps for itself: stretches of messages without holes, drafts that outlive everything, one owner.
#include <gtest/gtest.h>

#include "chat/client/local_store.hpp"
#include "sim/disk/vfs.hpp"
#include "tests/unit/gateway/cluster.hpp"

namespace parley::chat::testing {
namespace {

constexpr RoomId general{1};

struct LocalStoreTest : ::testing::Test {
    LocalStoreTest() : disk(make_disk(5)) {
        EXPECT_TRUE(disk->make_directory("slot"));
        open();
    }
    void open() {
        store.reset();
        store = *LocalStore::open(*disk, "slot", sim::vfs_name);
        ASSERT_TRUE(store->belong_to(UserId{7}));
    }
    static RoomRow row(std::uint64_t room) {
        RoomRow made;
        made.room = RoomId{room};
        made.name = "room-" + std::to_string(room);
        return made;
    }
    static std::vector<RoomMessage> messages(std::uint64_t first, std::uint64_t last, const std::string& text = "text") {
        std::vector<RoomMessage> made;
        for (std::uint64_t number = first; number <= last; ++number) {
            RoomMessage message;
            message.room = general;
            message.number = number;
            message.text = text + " " + std::to_string(number);
            made.push_back(message);
        }
        return made;
    }
    std::vector<std::uint64_t> numbers(std::uint64_t after, std::uint64_t before, std::uint32_t limit) {
        std::vector<std::uint64_t> found;
        for (const RoomMessage& message : *store->messages(general, after, before, limit)) found.push_back(message.number);
        return found;
    }

    std::unique_ptr<sim::SimDisk> disk;
    std::unique_ptr<LocalStore> store;
};

TEST_F(LocalStoreTest, KeepsRoomsDraftsAndPlacesAcrossAnOpening) {
    ASSERT_TRUE(store->save_rooms({row(1), row(2)}));
    ASSERT_TRUE(store->save_draft(general, "half a thought"));
    ASSERT_TRUE(store->save_place(general, {41, -7}));
    ASSERT_TRUE(store->save_setting("theme", "dark"));
    open();
    const auto rooms = *store->rooms();
    ASSERT_EQ(rooms.size(), 2U);
    EXPECT_EQ(rooms[0].row.name, "room-1");
    EXPECT_EQ(rooms[0].draft, "half a thought");
    EXPECT_EQ(rooms[0].place, (ReadingPlace{41, -7}));
    EXPECT_EQ(*store->setting("theme"), "dark");
    EXPECT_EQ(*store->setting("never set"), "");
}

TEST_F(LocalStoreTest, DraftsOutliveAPowerCut) {
    ASSERT_TRUE(store->save_rooms({row(1)}));
    ASSERT_TRUE(store->save_messages(general, messages(1, 3), 0));
    ASSERT_TRUE(store->save_draft(general, "half a thought"));
    disk->crash(sim::CrashKind::power_cut);
    store.reset();
    disk->restart();
    open();
    ASSERT_EQ(store->rooms()->size(), 1U);
    EXPECT_EQ(store->rooms()->front().draft, "half a thought");
}

TEST_F(LocalStoreTest, ExtendsTheStretchAtBothEnds) {
    ASSERT_TRUE(store->save_rooms({row(1)}));
    ASSERT_TRUE(store->save_messages(general, messages(50, 60), 3));
    ASSERT_TRUE(store->save_messages(general, messages(61, 61), 9));
    ASSERT_TRUE(store->save_messages(general, messages(40, 49), 9));
    const auto room = *store->room(general);
    EXPECT_EQ(room->first, 40U);
    EXPECT_EQ(room->last, 61U);
    EXPECT_EQ(room->change, 3U) << "only a fresh stretch takes the change number";
    EXPECT_EQ(numbers(0, 45, 3), (std::vector<std::uint64_t>{42, 43, 44}));
    EXPECT_EQ(numbers(58, 0, 10), (std::vector<std::uint64_t>{59, 60, 61}));
}

TEST_F(LocalStoreTest, AStretchWithAHoleIsReplacedByTheNewOne) {
    ASSERT_TRUE(store->save_rooms({row(1)}));
    ASSERT_TRUE(store->save_messages(general, messages(1, 10), 0));
    ASSERT_TRUE(store->save_messages(general, messages(12, 20), 4));
    const auto room = *store->room(general);
    EXPECT_EQ(room->first, 12U);
    EXPECT_EQ(room->change, 4U);
    EXPECT_EQ(numbers(0, 100, 100).size(), 9U);
}

TEST_F(LocalStoreTest, AChangedMessageReplacesTheOldOneAndMovesTheChangeNumber) {
    ASSERT_TRUE(store->save_rooms({row(1)}));
    ASSERT_TRUE(store->save_messages(general, messages(1, 3), 0));
    auto gone = messages(2, 2);
    gone[0].deleted = true;
    gone[0].text.clear();
    auto outside = messages(9, 9);
    ASSERT_TRUE(store->save_changed(general, {gone[0], outside[0]}, 5));
    const auto found = *store->messages(general, 0, 0, 10);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_TRUE(found[1].deleted);
    EXPECT_EQ((*store->room(general))->change, 5U);
}

TEST_F(LocalStoreTest, RoomsThatAreNoLongerListedGoWithEverythingInThem) {
    ASSERT_TRUE(store->save_rooms({row(1), row(2)}));
    ASSERT_TRUE(store->save_messages(general, messages(1, 3), 0));
    ASSERT_TRUE(store->save_rooms({row(2)}));
    EXPECT_EQ(store->rooms()->size(), 1U);
    EXPECT_TRUE(numbers(0, 0, 10).empty());
    ASSERT_TRUE(store->save_messages(general, messages(4, 5), 0));
    EXPECT_TRUE(numbers(0, 0, 10).empty()) << "late messages of a room one left are not kept";
}

TEST_F(LocalStoreTest, AnotherUserFindsNothing) {
    ASSERT_TRUE(store->save_rooms({row(1)}));
    ASSERT_TRUE(store->save_messages(general, messages(1, 3), 0));
    ASSERT_TRUE(store->belong_to(UserId{8}));
    EXPECT_TRUE(store->rooms()->empty());
    EXPECT_TRUE(numbers(0, 0, 10).empty());
}

TEST_F(LocalStoreTest, FindsAllWordsWhateverTheirCase) {
    ASSERT_TRUE(store->save_rooms({row(1)}));
    ASSERT_TRUE(store->save_messages(general, messages(1, 2, "The STRASSE is closed"), 0));
    ASSERT_TRUE(store->save_messages(general, messages(3, 3, "closed: die Straße"), 0));
    ASSERT_TRUE(store->save_messages(general, messages(4, 4, "会議は明日"), 0));
    const auto found = *store->search(general, "straße CLOSED", 10);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].number, 3U) << "newest first";
    EXPECT_EQ(store->search(general, "明日", 10)->size(), 1U);
    EXPECT_EQ(store->search(general, "closed", 1)->size(), 1U);
    EXPECT_TRUE(store->search(general, "  ", 10)->empty());
}

TEST_F(LocalStoreTest, ADamagedFileIsReplacedByAnEmptyOne) {
    ASSERT_TRUE(store->save_rooms({row(1)}));
    store.reset();
    for (const char* ending : {"-wal", "-shm"}) {
        const std::string name = std::string{"slot/local.db"} + ending;
        ASSERT_TRUE(!disk->exists(name) || disk->remove(name));
    }
    const auto file = *disk->open("slot/local.db", net::OpenMode::read_write);
    const net::Bytes noise(4096, std::byte{0x5a});
    ASSERT_TRUE(file->write(0, noise));
    open();
    EXPECT_TRUE(store->rooms()->empty());
    EXPECT_TRUE(store->save_rooms({row(1)}));
}

TEST_F(LocalStoreTest, ALargeRoomOpensFromItsEndAtOnce) {
    ASSERT_TRUE(store->save_rooms({row(1)}));
    for (std::uint64_t first = 1; first <= 20'000; first += 1000) ASSERT_TRUE(store->save_messages(general, messages(first, first + 999), 0));
    EXPECT_EQ(numbers(0, 20'001, 100).front(), 19'901U);
    EXPECT_EQ((*store->room(general))->first, 1U);
}

}  // namespace
}  // namespace parley::chat::testing
