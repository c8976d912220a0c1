// Which message was answered by what.
#include <gtest/gtest.h>

#include "tests/unit/replies/messages.hpp"

namespace parley::chat::testing {
namespace {

using Told = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

Told numbers_of(const std::vector<RoomMessage>& messages) {
    Told told;
    for (const ReplyPair& pair : pairs_of(messages, me)) told.emplace_back(pair.prompt_number, pair.reply_number);
    return told;
}

TEST(Pairs, TheFirstOwnTextAnswersTheNewestOfOthers) {
    EXPECT_EQ(numbers_of({said(1, ada, "hello"), said(2, bob, "coming?"), said(3, me, "yes"), said(4, me, "in a minute")}), (Told{{2, 3}}));
    EXPECT_EQ(numbers_of({said(1, me, "anybody?"), said(2, ada, "me")}), Told{});
}

TEST(Pairs, AReplyAnswersWhatItNames) {
    RoomMessage reply = said(4, me, "at two");
    reply.reply_to = 1;
    EXPECT_EQ(numbers_of({said(1, ada, "when?"), said(2, bob, "other things"), said(3, ada, "more"), reply}), (Told{{1, 4}}));
    reply.reply_to = 99;
    EXPECT_EQ(numbers_of({said(3, ada, "more"), reply}), Told{}) << "what it names is not here";
}

TEST(Pairs, DeletedMessagesSystemMessagesAndLateAnswersAreNone) {
    RoomMessage gone = said(1, ada, "");
    gone.deleted = true;
    EXPECT_EQ(numbers_of({gone, said(2, me, "yes")}), Told{});
    RoomMessage joined = said(1, ada, "");
    joined.kind = MessageKind::joined;
    EXPECT_EQ(numbers_of({joined, said(2, me, "welcome")}), Told{});
    RoomMessage late = said(2, me, "yes");
    late.time_ms += 25 * 60 * minute_ms;
    EXPECT_EQ(numbers_of({said(1, ada, "coming?"), late}), Told{});
    EXPECT_EQ(numbers_of({said(1, ada, "coming?"), said(2, me, "two\nlines")}), Told{});
}

TEST(Pairs, SuggestionsAreForTheNewestTextOfOthers) {
    EXPECT_FALSE(last_of_others({said(1, me, "anybody?")}, me));
    EXPECT_EQ(last_of_others({said(1, ada, "one"), said(2, bob, "two"), said(3, me, "three")}, me)->number, 2U);
}

}  // namespace
}  // namespace parley::chat::testing
