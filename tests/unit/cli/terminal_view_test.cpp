// The screen as data: every row as wide as the screen at any size, and what must be seen is seen.
#include "chat/cli/terminal/view.hpp"

#include <clocale>

#include <gtest/gtest.h>

#include "chat/cli/terminal/text.hpp"

namespace parley::chat {
namespace {

class TerminalView : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr);
        model.own_name = "ada";
        RoomRow general;
        general.room = RoomId{1};
        general.name = "general";
        RoomRow ops = general;
        ops.room = RoomId{2};
        ops.name = "ops";
        ops.last = 3;
        model.set_rooms({general, ops});
        model.status = {"ada", "3/3 leader 2", true, 0};
    }
    void say(std::uint64_t number, const std::string& author, const std::string& text) {
        RoomMessage message;
        message.room = RoomId{1};
        message.number = number;
        message.time_ms = 1'800'000'000'000 + static_cast<std::int64_t>(number) * 60'000;
        message.author_name = author;
        message.text = text;
        model.add_messages(RoomId{1}, {message});
    }
    std::string screen(ScreenSize size = {80, 24}) {
        const Picture picture = draw_chat(model, composer, size, at_top);
        EXPECT_EQ(picture.rows.size(), size.height);
        std::string all;
        for (const Row& row : picture.rows) {
            EXPECT_EQ(columns(text_of(row)), size.width) << text_of(row);
            all += text_of(row) + "\n";
        }
        EXPECT_LT(picture.cursor_column, size.width);
        EXPECT_LT(picture.cursor_row, size.height);
        return all;
    }
    bool shows(const std::string& text) { return screen().find(text) != std::string::npos; }

    ChatModel model;
    Composer composer;
    bool at_top = false;
};

TEST_F(TerminalView, AShownNameStandsBeforeTheName) {
    say(1, "bob", "hello");
    EXPECT_FALSE(shows("Robert"));
    model.shown_names[UserId{}] = "Robert";
    EXPECT_TRUE(shows("Robert (@bob)"));
}

TEST_F(TerminalView, AConversationOfSeveralHasNobodysPresence) {
    RoomRow talk;
    talk.room = RoomId{3};
    talk.name = "bob,@cid";
    talk.is_direct = true;
    model.set_rooms({talk});
    EXPECT_TRUE(shows("@bob,@cid"));
    EXPECT_FALSE(shows("○"));
}

TEST_F(TerminalView, ShowsRoomsUnreadCountsAndStatus) {
    EXPECT_TRUE(shows("#general"));
    EXPECT_TRUE(shows("#ops"));
    EXPECT_TRUE(shows(" 3 "));
    EXPECT_TRUE(shows("ada  3/3 leader 2"));
    model.status = {"ada", "reconnecting…", false, 2};
    EXPECT_TRUE(shows("reconnecting…  2 unsent"));
}

TEST_F(TerminalView, ShowsMessagesWithAuthorAndTicks) {
    say(1, "bob", "hello");
    say(2, "ada", "good morning");
    EXPECT_TRUE(shows("bob: hello"));
    EXPECT_TRUE(shows("ada: good morning ✓"));
    EXPECT_TRUE(shows("──── 2027-01-1"));
}

TEST_F(TerminalView, ShowsWhatIsOnItsWay) {
    model.add_pending(RoomId{1}, EntryId{1}, "not yet");
    EXPECT_TRUE(shows("ada: not yet …"));
    model.settle_pending(EntryId{1}, 5);
    EXPECT_TRUE(shows("ada: not yet ✓"));
}

TEST_F(TerminalView, EveryRowFitsAtEverySize) {
    for (std::uint64_t i = 1; i < 60; ++i) say(i, i % 3 == 0 ? "ada" : "bob", std::string(i * 7, 'x') + " 漢字漢字 🙂\nsecond line");
    composer.set(std::string(200, 'y'));
    for (const ScreenSize size : {ScreenSize{80, 24}, ScreenSize{200, 50}, ScreenSize{30, 8}, ScreenSize{21, 5}, ScreenSize{132, 43}}) {
        screen(size);
    }
}

TEST_F(TerminalView, ScrollsBackAndStopsAtTheOldest) {
    for (std::uint64_t i = 1; i <= 100; ++i) say(i, "bob", "message " + std::to_string(i) + ".");
    EXPECT_TRUE(shows("message 100."));
    EXPECT_FALSE(at_top);
    model.selected()->scrolled = 50;
    EXPECT_FALSE(shows("message 100."));
    EXPECT_TRUE(shows("message 50."));
    model.selected()->scrolled = 100'000;
    EXPECT_TRUE(shows("message 1."));
    EXPECT_TRUE(at_top);
    EXPECT_LT(model.selected()->scrolled, 100U);
}

TEST_F(TerminalView, ReaderOfOlderMessagesStaysThereWhileOthersTalk) {
    for (std::uint64_t i = 1; i <= 100; ++i) say(i, "bob", "message " + std::to_string(i) + ".");
    screen();
    model.selected()->scrolled = 50;
    EXPECT_TRUE(shows("message 50."));
    EXPECT_FALSE(shows("message 51."));
    for (std::uint64_t i = 101; i <= 110; ++i) say(i, "bob", std::string(100, 'z'));
    EXPECT_TRUE(shows("message 50."));
    EXPECT_FALSE(shows("message 51."));
}

TEST_F(TerminalView, LongLineMovesUnderTheCursor) {
    composer.set(std::string(100, 'a') + "END");
    EXPECT_TRUE(shows("END"));
    composer.to_start();
    EXPECT_FALSE(shows("END"));
}

TEST_F(TerminalView, FormHidesThePassword) {
    LoginForm form;
    for (const char32_t letter : std::u32string{U"ada"}) form.focused().insert(letter);
    form.next_field();
    for (const char32_t letter : std::u32string{U"secret"}) form.focused().insert(letter);
    const Picture picture = draw_form(form, model.status, {80, 24});
    ASSERT_EQ(picture.rows.size(), 24U);
    std::string all;
    for (const Row& row : picture.rows) all += text_of(row) + "\n";
    EXPECT_NE(all.find("ada"), std::string::npos);
    EXPECT_NE(all.find("******"), std::string::npos);
    EXPECT_EQ(all.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace parley::chat
