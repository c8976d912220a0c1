// Names and texts: folding, look-alikes, and what is refused.
#include "chat/state/names.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

TEST(FoldName, IgnoresCaseWidthAndInvisibleCharacters) {
    EXPECT_EQ(fold_name("Ann"), "ann");
    EXPECT_EQ(fold_name("STRASSE"), fold_name("straße"));
    EXPECT_EQ(fold_name("ＡＮＮ"), "ann");
    EXPECT_EQ(fold_name("A\xCC\x8A"), fold_name("Å"));          // combining ring
    EXPECT_EQ(fold_name("an\xC2\xADn"), "ann");                  // soft hyphen
    EXPECT_EQ(fold_name("ΣΊΣΥΦΟΣ"), fold_name("σίσυφος"));
    EXPECT_EQ(fold_name("\xFF\xFE"), "");
}

TEST(FoldName, IsStable) {
    for (const char* name : {"Ann", "ǅ", "ﬃ", "ϒ\xCC\x88", "ẞ", "İ", "ŉ", "ᾳ", "한글", "日本語", "ͅα"}) {
        const std::string once = fold_name(name);
        EXPECT_EQ(fold_name(once), once) << name;
    }
}

TEST(NameSkeleton, MapsLookAlikesToOneKey) {
    EXPECT_EQ(name_skeleton("сор"), "cop");
    EXPECT_EQ(name_skeleton("ann"), "ann");
    EXPECT_EQ(name_skeleton("日本"), "日本");
}

TEST(JudgeUserName, AcceptsNamesOfManyScripts) {
    for (const char* name : {"Ann", "ann lee", "Zoë", "Борис", "日本語", "한글", "نور", "a", "o'neil", "user-1", "x_y.z"}) {
        EXPECT_FALSE(judge_user_name(name, 64).has_value()) << name;
    }
    EXPECT_FALSE(judge_user_name(std::string(64, 'x'), 64).has_value());
}

TEST(JudgeUserName, RefusesWhatCannotBeTypedOrSeen) {
    for (const char* name : {"", " ann", "ann ", "a  b", "a/b", "a*", "a?", "@ann", "#ann", "-ann", "a\nb", "a\tb", "\x7F",
                             "a\xE2\x80\xAE" "b", "a\xE2\x80\x8D" "b", "\xEF\xBC\x8F", "\xC2\xA0", "\xEE\x80\x80", "\xED\xA0\x80",
                             "\xC3", "\xC2\x85"}) {
        EXPECT_EQ(judge_user_name(name, 64), Refusal::name_invalid) << name;
    }
    EXPECT_EQ(judge_user_name(std::string(65, 'x'), 64), Refusal::name_invalid);
}

TEST(JudgeUserName, RefusesMixedAlphabets) {
    EXPECT_EQ(judge_user_name("pаypal", 64), Refusal::name_confusing);
    EXPECT_EQ(judge_user_name("αlpha", 64), Refusal::name_confusing);
    EXPECT_EQ(judge_room_name("pаypal", 64), Refusal::room_name_invalid);
}

TEST(JudgeText, TellsEmptyFromInvalidFromLong) {
    EXPECT_FALSE(judge_text("hello\n\tworld", 100).has_value());
    EXPECT_FALSE(judge_text("\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7", 100).has_value());
    EXPECT_EQ(judge_text("", 100), Refusal::text_empty);
    EXPECT_EQ(judge_text("  \n \xE3\x80\x80", 100), Refusal::text_empty);
    EXPECT_EQ(judge_text("12345", 4), Refusal::text_too_long);
    EXPECT_EQ(judge_text("a\r\n", 100), Refusal::text_invalid);
    EXPECT_EQ(judge_text("a\xC2\x9B", 100), Refusal::text_invalid);
    EXPECT_EQ(judge_text("\xF8\x88\x80\x80\x80", 100), Refusal::text_invalid);
    EXPECT_EQ(judge_text("\xC0\xAF", 100), Refusal::text_invalid);
}

TEST(IsPlainLine, TakesOneLineOfUtf8) {
    EXPECT_TRUE(is_plain_line("", 10));
    EXPECT_TRUE(is_plain_line("parley on höst", 100));
    EXPECT_FALSE(is_plain_line("a\nb", 10));
    EXPECT_FALSE(is_plain_line("12345", 4));
    EXPECT_FALSE(is_plain_line("\xFF", 10));
}

}  // namespace
}  // namespace parley::chat
