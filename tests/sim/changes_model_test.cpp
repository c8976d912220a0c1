// ChangesModel: what a room's changes make of its messages, and which changes should not have come about.
#include <gtest/gtest.h>

#include "sim/chat/changes_model.hpp"

namespace parley::sim {
namespace {

using chat::ChangeKind;

class ChangesModelTest : public ::testing::Test {
protected:
    std::optional<std::string> happens(std::uint64_t number, ChangeKind kind, std::string text = {}, std::uint32_t count = 0) {
        chat::MessageChange change;
        change.change = model.taken() + 1;
        change.number = number;
        change.kind = kind;
        change.text = std::move(text);
        change.count = count;
        return model.take(change);
    }
    static chat::RoomMessage message(std::uint64_t number, std::string text) {
        chat::RoomMessage one;
        one.number = number;
        one.text = std::move(text);
        return one;
    }
    ChangesModel model;
};

TEST_F(ChangesModelTest, AMessageWithoutChangesIsAsItWasPosted) {
    EXPECT_FALSE(model.compare(message(7, "hello")));
    chat::RoomMessage pinned = message(7, "hello");
    pinned.pinned = true;
    EXPECT_TRUE(model.compare(pinned));
}

TEST_F(ChangesModelTest, EditsReactionsAndPinsAddUp) {
    EXPECT_FALSE(happens(1, ChangeKind::edited, "better", 1));
    EXPECT_FALSE(happens(1, ChangeKind::reacted, "+", 2));
    EXPECT_FALSE(happens(1, ChangeKind::pinned));
    chat::RoomMessage one = message(1, "better");
    one.edits = 1;
    one.pinned = true;
    one.reactions = {{"+", 2, false}};
    EXPECT_FALSE(model.compare(one));
    one.reactions = {{"+", 1, false}};
    EXPECT_TRUE(model.compare(one));
    EXPECT_FALSE(happens(1, ChangeKind::unreacted, "+", 0));
    EXPECT_TRUE(model.compare(one));
    one.reactions.clear();
    EXPECT_FALSE(model.compare(one));
    one.text = "worse";
    EXPECT_TRUE(model.compare(one));
}

TEST_F(ChangesModelTest, ADeletedMessageKeepsNothing) {
    EXPECT_FALSE(happens(1, ChangeKind::reacted, "+", 1));
    EXPECT_FALSE(happens(1, ChangeKind::deleted));
    chat::RoomMessage gone = message(1, "");
    gone.deleted = true;
    EXPECT_FALSE(model.compare(gone));
    gone.reactions = {{"+", 1, false}};
    EXPECT_TRUE(model.compare(gone));
    EXPECT_TRUE(happens(1, ChangeKind::pinned)) << "nothing comes after that";
}

TEST_F(ChangesModelTest, SeesGapsAndLostEdits) {
    chat::MessageChange late;
    late.change = 2;
    EXPECT_TRUE(model.take(late));
    EXPECT_FALSE(happens(1, ChangeKind::edited, "third", 3)) << "of a backlog: as it stands now";
    EXPECT_TRUE(happens(1, ChangeKind::edited, "second", 2));
}

}  // namespace
}  // namespace parley::sim
