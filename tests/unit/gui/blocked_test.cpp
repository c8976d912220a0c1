// What blocked people say is folded wherever it would be shown or heard, and nothing rings for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gui/model/selection.hpp"
#include "gui/model/transcript.hpp"
#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

BlockedTold of(chat::UserId user, const std::string& name) {
    chat::UserRow row;
    row.user = user;
    row.name = name;
    return {{row}};
}

Model with_two_messages() {
    Model model;
    model.apply(AccountChanged{"ann", ann, ""});
    model.apply(RoomsListed{{row(general, "general", 2, 2)}, false});
    model.select(general);
    model.apply(PageLoaded{general, {message(1, ann, "tea?"), message(2, bob, "horrible stuff")}, true});
    return model;
}

TEST(Blocked, WhatTheySayIsFoldedUntilItIsAskedFor) {
    Model model = with_two_messages();
    const Room& room = *model.selected();
    const std::uint64_t before = room.revision();
    const Changed changed = model.apply(of(bob, "bob"));
    EXPECT_TRUE(changed.messages);
    EXPECT_NE(room.revision(), before) << "it is drawn anew";
    EXPECT_TRUE(model.is_blocked(bob));
    EXPECT_TRUE(room.is_folded(*room.find(2)));
    EXPECT_FALSE(room.is_folded(*room.find(1)));
    EXPECT_EQ(said_in(room, *room.find(2)), "Message of a blocked person.");
    EXPECT_THAT(transcript_of(room, 10), Not(HasSubstr("horrible")));
    model.unfold(2, true);
    EXPECT_FALSE(room.is_folded(*room.find(2)));
    EXPECT_TRUE(room.is_of_blocked(*room.find(2))) << "it can be hidden again";
    EXPECT_THAT(transcript_of(room, 10), HasSubstr("horrible"));
    model.unfold(2, false);
    EXPECT_TRUE(room.is_folded(*room.find(2)));
    model.apply(BlockedTold{});
    EXPECT_EQ(said_in(room, *room.find(2)), "horrible stuff");
}

TEST(Blocked, RoomsThatComeLaterAreFoldedToo) {
    Model model;
    model.apply(AccountChanged{"ann", ann, ""});
    model.apply(of(bob, "bob"));
    model.apply(RoomsListed{{row(general, "general", 1, 1)}, false});
    model.apply(PageLoaded{general, {message(1, bob, "horrible stuff")}, true});
    const Room& room = *model.find(general);
    EXPECT_TRUE(room.is_folded(*room.find(1)));
    model.apply(AccountChanged{"bob", bob, ""});
    EXPECT_TRUE(model.blocked().empty()) << "they were somebody else's";
}

TEST(Blocked, NothingRingsAndNobodyIsSeenToType) {
    Model model = with_two_messages();
    model.apply(RoomsListed{{row(general, "general", 2, 2), row(kitchen, "kitchen")}, false});
    model.apply(of(bob, "bob"));
    model.apply(MessagesArrived{kitchen, {message(1, bob, "@ann look")}, false});
    EXPECT_TRUE(model.take_alerts().empty());
    model.apply(TypingSeen{general, bob, "bob", false});
    EXPECT_EQ(model.typing_sentence(), "");
    model.apply(BlockedTold{});
    model.apply(MessagesArrived{kitchen, {message(2, bob, "@ann look")}, false});
    EXPECT_EQ(model.take_alerts().size(), 1U);
    model.apply(TypingSeen{general, bob, "bob", false});
    EXPECT_NE(model.typing_sentence(), "");
    model.apply(of(bob, "bob"));
    EXPECT_EQ(model.typing_sentence(), "") << "also who was typing already";
}

TEST(Blocked, AreNotCopiedWithWhatStandsAround) {
    Model model = with_two_messages();
    model.apply(MessagesArrived{general, {message(3, ann, "coffee then")}, false});
    model.apply(of(bob, "bob"));
    const Room& room = *model.selected();
    Selection selection;
    selection.begin({1, 0}, Selection::By::letters, room);
    selection.extend({3, 6}, room);
    const std::vector<Row> rows = rows_of(room);
    const std::string copied = copied_text(room, rows, selection);
    EXPECT_THAT(copied, HasSubstr("tea?"));
    EXPECT_THAT(copied, HasSubstr("coffee"));
    EXPECT_THAT(copied, Not(HasSubstr("horrible")));
}

}  // namespace
}  // namespace parley::gui::testing
