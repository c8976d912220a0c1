// RetentionModel: which texts orders and times let go of.
#include "sim/chat/retention_model.hpp"

#include <gtest/gtest.h>

namespace parley::sim {
namespace {

constexpr std::int64_t day_ms = std::int64_t{24} * 3600 * 1000;
constexpr chat::RoomId room{4};

class RetentionModelTest : public ::testing::Test {
protected:
    // One text in each slot from 100 on; half of them days later than the others.
    RetentionModelTest() {
        for (std::uint64_t i = 0; i < 200; ++i) {
            chat::RoomMessage message;
            message.room = room;
            message.number = i + 1;
            message.slot = 100 + i;
            message.kind = chat::MessageKind::text;
            message.time_ms = i < 100 ? 0 : 3 * day_ms;
            messages.push_back(message);
        }
    }
    void order(std::uint32_t days, std::uint64_t slot) { model.answered(room, model.ordered(room, days), slot); }
    void let_go(std::uint64_t number, std::uint64_t slot) {
        chat::MessageChange change;
        change.room = room;
        change.number = number;
        change.slot = slot;
        change.time_ms = 3 * day_ms;
        changes.push_back(change);
        messages[number - 1].deleted = true;
    }
    [[nodiscard]] bool is_right(std::uint32_t days) const { return !model.compare(room, days, messages, changes); }

    RetentionModel model;
    std::vector<chat::RoomMessage> messages;
    std::vector<chat::MessageChange> changes;
};

TEST_F(RetentionModelTest, WithoutAnOrderEverythingStays) {
    EXPECT_TRUE(is_right(0));
    let_go(1, 210);
    EXPECT_FALSE(is_right(0));
}

TEST_F(RetentionModelTest, WhatIsOlderThanOrderedGoesAndNothingElse) {
    order(2, 105);
    for (std::uint64_t number = 1; number <= 100; ++number) let_go(number, 200);
    EXPECT_TRUE(is_right(2));
    let_go(101, 210);
    EXPECT_FALSE(is_right(2)) << "it was not old";
}

TEST_F(RetentionModelTest, WhatIsOlderThanOrderedMayNotStay) {
    order(2, 105);
    EXPECT_FALSE(is_right(2));
}

TEST_F(RetentionModelTest, AnOrderOfMoreDaysKeepsIt) {
    order(5, 105);
    EXPECT_TRUE(is_right(5));
    let_go(1, 200);
    EXPECT_FALSE(is_right(5));
}

TEST_F(RetentionModelTest, AnOrderThatIsTakenBackLetsGoOfNothingMore) {
    order(1, 105);
    order(0, 150);
    EXPECT_TRUE(is_right(0));
    let_go(1, 210);
    EXPECT_FALSE(is_right(0));
}

TEST_F(RetentionModelTest, WhatCameOfAnOrderMayBeUnknown) {
    model.ordered(room, 2);
    EXPECT_TRUE(is_right(0));
    EXPECT_TRUE(is_right(2));
    EXPECT_FALSE(is_right(3)) << "nobody ordered that";
    let_go(1, 210);
    EXPECT_TRUE(is_right(2));
}

}  // namespace
}  // namespace parley::sim
