// What is drawn from top to bottom.
#include <set>

#include <gtest/gtest.h>

#include "gui/model/rows.hpp"
#include "gui/model/times.hpp"
#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

constexpr std::int64_t minute = 60 * 1000;
constexpr std::int64_t day = 24 * 60 * minute;

std::string shape(const Room& room) {
    std::string text;
    for (const Row& one : rows_of(room)) {
        switch (one.kind) {
            case Row::Kind::start: text += "^"; break;
            case Row::Kind::day: text += "D"; break;
            case Row::Kind::unread: text += "U"; break;
            case Row::Kind::event: text += "e"; break;
            case Row::Kind::message: text += one.is_head ? "M" : "m"; break;
            case Row::Kind::sending: text += one.is_head ? "S" : "s"; break;
        }
    }
    return text;
}

Room with(std::vector<chat::RoomMessage> list, std::uint64_t read = 0, bool reaches_start = true) {
    Room room(row(general, "general", list.empty() ? 0 : list.back().number, read));
    room.load({general, std::move(list), reaches_start});
    return room;
}

TEST(Rows, GroupMessagesOfOneAuthorForFiveMinutes) {
    EXPECT_EQ(shape(with({message(1, ann, "a"), message(2, ann, "b", noon + 4 * minute), message(3, ann, "c", noon + 6 * minute),
                          message(4, bob, "d", noon + 6 * minute), message(5, ann, "e", noon + 6 * minute)})),
              "^DMmMMM");
}

TEST(Rows, SeparateDaysAndEndGroupsThere) {
    EXPECT_EQ(shape(with({message(1, ann, "a"), message(2, ann, "b", noon + day)})), "^DMDM");
}

TEST(Rows, PutALineAboveWhatIsNew) {
    Room room = with({message(1, bob, "a"), message(2, bob, "b"), message(3, bob, "c")}, 1);
    room.open();
    EXPECT_EQ(shape(room), "^DMUMm");
}

TEST(Rows, ShowEventsAndEndGroupsThere) {
    auto joined = message(2, bob, "");
    joined.kind = chat::MessageKind::joined;
    EXPECT_EQ(shape(with({message(1, bob, "a"), joined, message(3, bob, "b")})), "^DMeM");
    EXPECT_EQ(event_sentence(joined), "bob joined");
}

TEST(Rows, EndWithWhatIsOnItsWay) {
    Room room = with({message(5, ann, "a")}, 0, false);
    room.begin({chat::EntryId{1}, "b", noon, 0, false, 0, ""});
    room.begin({chat::EntryId{2}, "c", noon, 0, false, 0, ""});
    EXPECT_EQ(shape(room), "DMSs");
}

TEST(Rows, KeepTheirKeysWhileTheRoomGrows) {
    Room room = with(messages(10, 12), 0, false);
    room.open();
    const auto before = rows_of(room);
    room.load({general, messages(1, 9), true});
    room.arrive(messages(13, 20), ann);
    const auto after = rows_of(room);
    std::set<std::uint64_t> keys;
    for (const Row& one : after) EXPECT_TRUE(keys.insert(one.key).second) << "two rows of one key";
    for (const Row& one : before) {
        const bool stays = one.kind == Row::Kind::message;
        EXPECT_TRUE(!stays || keys.contains(one.key));
    }
}

TEST(Times, ReadAsPeopleSayThem) {
    EXPECT_EQ(day_text(noon, noon), "Today");
    EXPECT_EQ(day_text(noon - day, noon), "Yesterday");
    EXPECT_NE(day_text(noon - 40 * day, noon).find("November 2025"), std::string::npos);
    EXPECT_EQ(clock_text(noon).size(), 5U);
}

}  // namespace
}  // namespace parley::gui::testing
