// A room as a page: what people wrote is text in it and nothing else.
#include "chat/cli/html_page.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

TEST(HtmlPage, WhatWasWrittenIsOnlyText) {
    RoomMessage message;
    message.number = 7;
    message.author_name = "<b>ada</b>";
    message.text = "<script>alert('x')</script> & \"more\"\x1b";
    message.reactions = {Reaction{"<", 1, false}};
    const std::string html = html_message(message);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_EQ(html.find("<b>"), std::string::npos);
    EXPECT_EQ(html.find('\x1b'), std::string::npos);
    EXPECT_NE(html.find("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;"), std::string::npos);
    EXPECT_NE(html.find("id=\"7\""), std::string::npos);
    EXPECT_NE(html.find("&lt; 1"), std::string::npos) << "a reaction, too";
    EXPECT_EQ(html_beginning("<i>").find("<i>"), std::string::npos);
}

TEST(HtmlPage, TellsWhatIsGoneAndWhatTheSystemSaid) {
    RoomMessage message;
    message.number = 8;
    message.deleted = true;
    EXPECT_NE(html_message(message).find("(deleted)"), std::string::npos);
    message.deleted = false;
    message.kind = MessageKind::joined;
    message.author_name = "ada";
    EXPECT_NE(html_message(message).find("ada joined the room"), std::string::npos);
    message.kind = MessageKind::text;
    message.reply_to = 3;
    EXPECT_NE(html_message(message).find("href=\"#3\""), std::string::npos);
}

TEST(HtmlPage, IsOnePageThatLoadsNothing) {
    const std::string page = html_beginning("general") + html_ending();
    EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(page.find("http://"), std::string::npos);
    EXPECT_EQ(page.find("https://"), std::string::npos);
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    EXPECT_TRUE(page.ends_with("</html>"));
}

}  // namespace
}  // namespace parley::chat
