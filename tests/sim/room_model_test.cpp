// RoomModel: what a room's messages say, and which messages should not have come about.
#include <gtest/gtest.h>

#include "sim/chat/room_model.hpp"

namespace parley::sim {
namespace {

using chat::MessageKind;
using chat::Role;
using chat::UserId;

constexpr UserId ann{1};
constexpr UserId bob{2};
constexpr UserId cid{3};

struct Room {
    std::optional<std::string> happens(UserId author, MessageKind kind, std::string text = {}) {
        chat::RoomMessage message;
        message.number = ++last;
        message.author = author;
        message.kind = kind;
        message.text = std::move(text);
        return model.take(message);
    }
    Room() {
        EXPECT_FALSE(happens(ann, MessageKind::created));
        EXPECT_FALSE(happens(bob, MessageKind::joined));
    }
    RoomModel model{{{"ann", {ann, false}}, {"bob", {bob, false}}, {"cid", {cid, true}}}};
    std::uint64_t last = 0;
};

TEST(RoomModel, KnowsMembersRolesAndHeirs) {
    Room room;
    EXPECT_FALSE(room.happens(cid, MessageKind::joined));
    EXPECT_FALSE(room.happens(ann, MessageKind::role_changed, "moderator bob"));
    EXPECT_FALSE(room.happens(ann, MessageKind::left));
    ASSERT_EQ(room.model.members().size(), 2U);
    EXPECT_EQ(room.model.members().at(bob).role, Role::owner) << "the highest role inherits";
}

TEST(RoomModel, KnowsWhoMayNot) {
    Room room;
    EXPECT_TRUE(room.happens(bob, MessageKind::removed, "ann")) << "a member puts nobody out";
    EXPECT_TRUE(room.happens(bob, MessageKind::joined)) << "twice";
    EXPECT_FALSE(room.happens(ann, MessageKind::banned, "bob"));
    EXPECT_TRUE(room.happens(bob, MessageKind::joined)) << "banned";
    EXPECT_TRUE(room.happens(bob, MessageKind::text, "b")) << "not there";
    EXPECT_FALSE(room.happens(cid, MessageKind::unbanned, "bob")) << "an administrator of the server";
}

TEST(RoomModel, WhoIsMutedWritesNothing) {
    Room room;
    EXPECT_FALSE(room.happens(ann, MessageKind::muted, "bob"));
    EXPECT_TRUE(room.happens(bob, MessageKind::text, "b"));
    EXPECT_FALSE(room.happens(ann, MessageKind::unmuted, "bob"));
    EXPECT_FALSE(room.happens(bob, MessageKind::text, "b"));
}

TEST(RoomModel, CountsMentionsThatAreNotRead) {
    Room room;
    EXPECT_FALSE(room.happens(ann, MessageKind::text, "a. @bob"));
    EXPECT_FALSE(room.happens(ann, MessageKind::text, "a. @room"));
    EXPECT_FALSE(room.happens(bob, MessageKind::text, "b. @room"));
    EXPECT_EQ(room.model.mentions(bob, 0), 2U);
    EXPECT_EQ(room.model.mentions(bob, 3), 1U);
    EXPECT_EQ(room.model.mentions(ann, 0), 1U);
}

TEST(RoomModel, KnowsTopicAndArchiveAndWhoMayChangeThem) {
    Room room;
    EXPECT_FALSE(room.happens(ann, MessageKind::topic_changed, "plans"));
    EXPECT_EQ(room.model.topic(), "plans");
    EXPECT_TRUE(room.happens(bob, MessageKind::topic_changed, "mine")) << "an ordinary member";
    EXPECT_FALSE(room.happens(ann, MessageKind::archived));
    EXPECT_TRUE(room.model.is_archived());
    EXPECT_TRUE(room.happens(bob, MessageKind::text, "hello")) << "nobody writes in an archived room";
    EXPECT_TRUE(room.happens(ann, MessageKind::topic_changed, "late"));
    EXPECT_TRUE(room.happens(ann, MessageKind::archived)) << "it was that already";
    EXPECT_FALSE(room.happens(ann, MessageKind::unarchived));
    EXPECT_FALSE(room.happens(bob, MessageKind::text, "hello"));
}

}  // namespace
}  // namespace parley::sim
