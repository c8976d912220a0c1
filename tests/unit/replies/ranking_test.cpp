// Three replies: the likeliest, the newer ones rather than the older, and no two of the same.
#include "chat/client/replies/ranking.hpp"

#include <gtest/gtest.h>

#include "chat/client/replies/reply_text.hpp"
#include "tests/unit/replies/messages.hpp"

namespace parley::chat::testing {
namespace {

using Texts = std::vector<std::string>;
constexpr std::int64_t now_ms = 1'700'000'000'000;
constexpr std::int64_t day_ms = 24 * 60 * minute_ms;

FoundReplies found_for(const std::string& question, const std::vector<std::pair<std::string, std::string>>& pairs, std::int64_t age_ms = 0) {
    FoundReplies found;
    const std::string prompt = prompt_of(question);
    found.terms = terms_of(prompt, 32);
    found.pairs = 1000;
    for (const std::string& term : found.terms) found.pairs_with[term] = 10;
    for (const auto& [asked, answered] : pairs) {
        const std::string other = prompt_of(asked);
        found.candidates.push_back({general, now_ms - age_ms, other == prompt, other, answered});
    }
    return found;
}

Texts best(const FoundReplies& found, const Texts& fallback = {}, bool fallback_first = false) {
    return best_replies(found, {general, now_ms}, fallback, fallback_first);
}

TEST(Ranking, LikerMessagesCountMore) {
    EXPECT_EQ(best(found_for("are you coming to lunch", {{"are you the new one", "I am"}, {"coming to lunch today", "in a minute"}, {"are you coming to lunch", "on my way"}})),
              (Texts{"on my way", "in a minute", "I am"}));
}

TEST(Ranking, WhatIsSaidMoreOftenCountsMore) {
    EXPECT_EQ(best(found_for("lunch?", {{"lunch?", "no"}, {"lunch?", "yes"}, {"lunch?", "yes"}})).front(), "yes");
}

TEST(Ranking, NewerRepliesCountMore) {
    FoundReplies found = found_for("lunch?", {{"lunch?", "old habit"}, {"lunch?", "old habit"}}, 400 * day_ms);
    found.candidates.push_back({general, now_ms - day_ms, true, prompt_of("lunch?"), "new habit of mine"});
    found.candidates.push_back({general, now_ms - day_ms, true, prompt_of("lunch?"), "new habit of mine"});
    EXPECT_EQ(best(found).front(), "new habit of mine");
}

TEST(Ranking, NoTwoAreNearlyEqual) {
    const Texts three = best(found_for("when?", {{"when?", "Tomorrow!"}, {"when?", "tomorrow"}, {"when?", "tomorow"}, {"when?", "at two"}, {"when?", "never"}}));
    ASSERT_EQ(three.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = i + 1; j < 3; ++j) EXPECT_FALSE(nearly_equal(reply_key(three[i]), reply_key(three[j]))) << three[i] << ", " << three[j];
    }
}

TEST(Ranking, AFillerWordInCommonIsNoLikeness) {
    EXPECT_EQ(best(found_for("is the parser of the report broken again today", {{"the quick brown fox jumps over something else entirely", "woof"}})), Texts{});
}

TEST(Ranking, IsFilledUpWithWhatIsSaidMostAndThenWithPhrases) {
    FoundReplies found = found_for("lunch?", {{"lunch?", "yes"}});
    found.commonest = {{"ok", "ok", 9}, {"yes", "Yes", 5}};
    EXPECT_EQ(best(found, {"OK", "Let me check"}), (Texts{"yes", "ok", "Let me check"}));
    EXPECT_EQ(best(found, {"You're welcome", "Any time"}, true), (Texts{"yes", "You're welcome", "Any time"}));
    EXPECT_EQ(best({}, {"A", "B", "C"}), (Texts{"A", "B", "C"}));
}

}  // namespace
}  // namespace parley::chat::testing
