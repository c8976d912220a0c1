// What the window offers while a /command is typed, and what it says of one that is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gui/model/slash.hpp"
#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

std::vector<std::string> words_for(const std::string& text, std::size_t caret) {
    std::vector<std::string> words;
    const auto query = completion_at(text, caret);
    if (!query) return words;
    EXPECT_EQ(query->mark, '/');
    for (const CompletionChoice& choice : completions(*query, Model{})) words.push_back(choice.inserted);
    return words;
}
std::vector<std::string> words_for(const std::string& text) { return words_for(text, text.size()); }

using Words = std::vector<std::string>;

TEST(Slash, IsOfferedAtTheBeginningOfATextAlone) {
    EXPECT_EQ(words_for("/").size(), chat::slash_words().size()) << "all of them";
    EXPECT_EQ(words_for("/lea"), Words{"/leave "});
    EXPECT_EQ(words_for("/leave it", 4), Words{"/leave "}) << "the caret is in the word";
    for (const char* text : {"", "//", "//lea", " /lea", "a\n/lea", "and/or", "/leave ", "/dance", "/kick bob"}) EXPECT_THAT(words_for(text), IsEmpty()) << text;
}

TEST(Slash, WhatIsTypedWholeComesFirst) {
    EXPECT_EQ(words_for("/pin"), (Words{"/pin ", "/pins ", "/unpin "}));
    EXPECT_EQ(words_for("/mute"), (Words{"/mute ", "/unmute "}));
}

TEST(Slash, ArgumentsAreCompletedAsInAText) {
    const auto query = completion_at("/kick @bo", 9);
    ASSERT_TRUE(query);
    EXPECT_EQ(query->mark, '@');
    EXPECT_EQ(query->from, 6U);
}

TEST(Slash, SaysWhatACommandWants) {
    EXPECT_EQ(slash_hint("/mute bo"), "/mute NAME [MINUTES]   ·   Somebody only reads here for a while");
    EXPECT_EQ(slash_hint("/leave"), "/leave   ·   Leave this room");
    for (const char* text : {"/dance", "//mute bob", "mute", "/"}) EXPECT_EQ(slash_hint(text), "") << text;
}

TEST(Slash, KnowsWhereItIsTyped) {
    Model model;
    EXPECT_FALSE(slash_place(model).room);
    model.apply(AccountChanged{"ann", ann, ""});
    chat::RoomRow mine = row(general, "general", 5);
    mine.role = chat::Role::member;
    model.apply(RoomsListed{{mine, row(chat::RoomId{3}, "bob", 0, 0, true)}, false});
    model.select(general);
    EXPECT_EQ(slash_place(model).role, chat::Role::member);
    EXPECT_EQ(slash_place(model).last, 5U);
    model.apply(MessagesArrived{general, {message(6, bob, "six")}, false});
    EXPECT_EQ(slash_place(model).last, 6U);
    const auto refused = chat::parse_slash("/kick bob", slash_place(model));
    EXPECT_EQ(slash_sentence(std::get<chat::SlashRefused>(refused)), chat::sentence(chat::Refusal::not_allowed));
    model.apply(RightsTold{true});
    EXPECT_EQ(slash_place(model).role, chat::Role::owner) << "an administrator of the server may everything";
    model.select(chat::RoomId{3});
    EXPECT_TRUE(slash_place(model).is_direct);
    model.select(model.conversation_with("grace"));
    EXPECT_FALSE(slash_place(model).is_begun);
}

TEST(Slash, RefusesInTheReadersLanguage) {
    set_translator({[](std::string_view, std::string_view english) -> std::optional<std::string> {
                        if (english == "Write it like this: /{0} {1}") return "So geht es: /{0} {1}";
                        if (english == "NAME [MINUTES]") return "NAME [MINUTEN]";
                        return std::nullopt;
                    },
                    {}});
    EXPECT_EQ(slash_sentence({chat::SlashRefused::Why::wrong_words, "mute", "NAME [MINUTES]"}), "So geht es: /mute NAME [MINUTEN]");
    set_translator({});
    EXPECT_THAT(slash_sentence({chat::SlashRefused::Why::unknown, "dance"}), ::testing::HasSubstr("/dance"));
}

}  // namespace
}  // namespace parley::gui::testing
