// What one types into a search, and how texts are cut into words.
#include <gtest/gtest.h>

#include "chat/search/query.hpp"
#include "chat/search/text.hpp"

namespace parley::chat::testing {
namespace {

SearchQuery parsed(const std::string& text, std::int32_t zone = 0) {
    const auto query = parse_search(text, zone);
    EXPECT_TRUE(query.has_value()) << text;
    return query ? *query : SearchQuery{};
}

std::string why_not(const std::string& text) {
    const auto query = parse_search(text, 0);
    if (query) return "";
    EXPECT_EQ(query.error().kind, net::ErrorKind::refused);
    return query.error().message;
}

TEST(SearchText, IsFoldedAndItsBlanksAreOne) {
    EXPECT_EQ(searchable("  Hello\n\t WORLD "), "hello world");
    EXPECT_EQ(searchable("ＦＵＬＬ"), "full");
    EXPECT_EQ(searchable("\xFF"), "");
}

TEST(SearchText, IdeographsAreWordsOfTheirOwn) {
    EXPECT_EQ(searchable("v2東京です"), "v2 東 京 で す");
    EXPECT_EQ(searchable("東 京"), searchable("東京"));
    EXPECT_TRUE(has_ideograph(searchable("a東")));
    EXPECT_FALSE(has_ideograph("caf\u00E9"));
    EXPECT_TRUE(has_ideograph(searchable("한국")));
}

TEST(SearchText, KnowsWhatTheTokenizerMakesWordsOf) {
    EXPECT_TRUE(has_word("a"));
    EXPECT_TRUE(has_word("-7-"));
    EXPECT_FALSE(has_word("👍 +!"));
}

TEST(SearchText, FindsLinks) {
    EXPECT_TRUE(has_link("see https://example.org"));
    EXPECT_TRUE(has_link("https:// http://a"));
    EXPECT_FALSE(has_link("https:// nothing"));
    EXPECT_FALSE(has_link("ftp://example.org"));
}

TEST(SearchQuery, WordsPhrasesAndPrefixes) {
    EXPECT_EQ(parsed("Tea  Pot").match, "\"tea\" AND \"pot\"");
    EXPECT_EQ(parsed("\"green tea\" mil*").match, "\"green tea\" AND \"mil\"*");
    EXPECT_EQ(parsed("\"mil*\"").match, "\"mil*\"") << "within quotes a star is a star";
    EXPECT_EQ(parsed("\"open end").match, "\"open end\"");
    EXPECT_TRUE(parsed("tea").literals.empty());
}

TEST(SearchQuery, NothingTypedReachesSqliteAsSyntax) {
    EXPECT_EQ(parsed("a OR b").match, "\"a\" AND \"or\" AND \"b\"");
    EXPECT_EQ(parsed("(x) NEAR text:y").match, "\"(x)\" AND \"near\" AND \"text:y\"");
}

// Found by fuzzing: the expression ended there, SQLite refused it, and the index was thrown away as a damaged one.
TEST(SearchQuery, AZeroOrAnotherControlCharacterIsRefused) {
    EXPECT_NE(why_not(std::string("tea\0pot", 7)).find("control"), std::string::npos);
    EXPECT_NE(why_not(std::string("from:a\0", 7)).find("control"), std::string::npos);
    EXPECT_NE(why_not("tea\x1f"), "");
    EXPECT_NE(why_not("\x7f"), "");
    EXPECT_EQ(parsed("tea\tpot\n").match, "\"tea\" AND \"pot\"");
}

TEST(SearchQuery, WhatHasNoWordsIsLookedForAsItStands) {
    const SearchQuery query = parsed("👍 東京");
    EXPECT_EQ(query.match, "\"東 京\"");
    EXPECT_EQ(query.literals, (std::vector<std::string>{"👍", "東 京"}));
}

TEST(SearchQuery, Operators) {
    const SearchQuery query = parsed("from:@ada in:#general has:link before:2026-11-21 after:2026-11-01");
    EXPECT_EQ(query.from, "ada");
    EXPECT_EQ(query.in, "general");
    EXPECT_EQ(query.has, Has::link);
    EXPECT_EQ(parsed("has:file has:link").has, Has::file | Has::link);
    EXPECT_EQ(query.before_ms, 1'795'219'200'000);
    EXPECT_EQ(query.after_ms, 1'793'491'200'000);
    EXPECT_TRUE(query.match.empty());
    EXPECT_EQ(parsed("in:@bob tea").in, "@bob");
    EXPECT_EQ(parsed("from:\"Ada L\" x").from, "Ada L");
}

TEST(SearchQuery, ADayBeginsWhereTheAskingPersonIs) {
    EXPECT_EQ(parsed("after:2026-11-21", 120).after_ms, 1'795'219'200'000 - 120 * 60'000);
    EXPECT_EQ(parsed("after:2026-11-21", -300).after_ms, 1'795'219'200'000 + 300 * 60'000);
}

TEST(SearchQuery, RefusesWithASentence) {
    EXPECT_NE(why_not(""), "");
    EXPECT_NE(why_not("  \"\" "), "");
    EXPECT_NE(why_not("before:yesterday").find("no day"), std::string::npos);
    EXPECT_NE(why_not("before:2026-02-30").find("no day"), std::string::npos);
    EXPECT_NE(why_not("has:wings").find("has:link"), std::string::npos);
    EXPECT_NE(why_not("from:").find("missing"), std::string::npos);
    EXPECT_NE(why_not("from:@").find("missing"), std::string::npos);
    EXPECT_NE(why_not("in:a in:b").find("once"), std::string::npos);
    EXPECT_NE(why_not(std::string(1025, 'a')), "");
    std::string many;
    for (int i = 0; i < 33; ++i) many += "w ";
    EXPECT_NE(why_not(many), "");
    EXPECT_NE(why_not("\xFF"), "");
}

}  // namespace
}  // namespace parley::chat::testing
