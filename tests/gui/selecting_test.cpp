// Selecting text in the message list with the mouse, and what is copied of it.
#include <memory>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <wx/uiaction.h>

#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

// A window on a conversation of its own: somebody else says these, one after the other.
class Selecting : public ::testing::Test {
protected:
    void begin(const std::string& reader, const std::string& writer, const std::vector<std::string>& texts) {
        register_person(*cluster, *sandbox, writer);
        window_ = std::make_unique<Window>(*cluster, reader);
        window_->register_account(reader);
        for (const std::string& text : texts) ASSERT_EQ(sandbox->as(writer, {"send", "general", text}).code, 0);
        ASSERT_TRUE(on_screen_once(*window_, texts.back()));
        window_->pump(300);
        last_ = window_->model().selected()->last();
    }
    MessageCanvas& canvas() { return window_->frame().chat().messages(); }
    wxPoint at(std::uint64_t message, std::size_t offset) {
        const auto point = canvas().point_of({message, offset});
        if (!point) throw std::runtime_error("not on screen");
        return *point;
    }

    std::unique_ptr<Window> window_;
    std::uint64_t last_ = 0;   // the number of the newest message
};

TEST_F(Selecting, TakesLettersWithinAMessageAndAcrossThem) {
    begin("reader", "writer", {"alpha **beta** gamma", "delta epsilon"});
    window_->drag(canvas(), at(last_ - 1, 6), at(last_ - 1, 10));
    EXPECT_EQ(canvas().selected_text(), "beta");
    window_->press('C', wxMOD_CONTROL);
    EXPECT_EQ(clipboard(), "beta");

    window_->drag(canvas(), at(last_, 5), at(last_ - 1, 11));
    EXPECT_THAT(canvas().selected_text(), StartsWith("writer, "));
    EXPECT_THAT(canvas().selected_text(), EndsWith("\ngamma\ndelta"));
    window_->press('C', wxMOD_CONTROL);
    EXPECT_EQ(clipboard(), canvas().selected_text());

    const std::string before = canvas().selected_text();
    ASSERT_EQ(sandbox->as("writer", {"send", "general", "one more below"}).code, 0);
    ASSERT_TRUE(on_screen_once(*window_, "one more below"));
    window_->pump(300);
    EXPECT_EQ(canvas().selected_text(), before) << "what comes in below does not move it";
    window_->press(WXK_ESCAPE);
    EXPECT_EQ(canvas().selected_text(), "");
    EXPECT_TRUE(canvas().HasFocus()) << "the first Esc only lets go of the text";
}

TEST_F(Selecting, TakesWordsAndMessagesAndGoesOnWithShift) {
    begin("reader2", "writer2", {"one two three four", "and a second one"});
    window_->click(canvas(), at(last_ - 1, 5), 2);
    EXPECT_EQ(canvas().selected_text(), "two");
    wxUIActionSimulator hands;
    hands.KeyDown(WXK_SHIFT);
    window_->click(canvas(), at(last_ - 1, 10));
    hands.KeyUp(WXK_SHIFT);
    window_->pump(100);
    EXPECT_EQ(canvas().selected_text(), "two three") << "in whole words, as it began";
    window_->click(canvas(), at(last_, 5), 3);
    EXPECT_EQ(canvas().selected_text(), "and a second one");
    window_->click(canvas(), at(last_ - 1, 2));
    EXPECT_EQ(canvas().selected_text(), "") << "a click lets go";
}

TEST_F(Selecting, APressWithoutADragIsAClick) {
    begin("reader3", "writer3", {"to be answered"});
    window_->click(canvas(), at(last_, 4));
    window_->press('R');
    window_->say("the answer");
    ASSERT_TRUE(on_screen_once(*window_, "the answer"));
    EXPECT_EQ(window_->model().selected()->messages().back().reply_to, last_);
}

TEST_F(Selecting, ScrollsWhileTheMouseIsBeyondTheEdgeAndHoldsOnToWhatItTook) {
    std::string tall = "tall";
    for (int line = 0; line < 90; ++line) tall += "\nline " + std::to_string(line);
    begin("reader4", "writer4", {"far above", tall, "the end of it"});
    const wxPoint from = at(last_, 7);
    window_->hold(canvas(), from, wxPoint(from.x, -80));
    const auto reaches = [&] { return canvas().selected_text().find("line 20\n") != std::string::npos; };
    EXPECT_TRUE(window_->until(reaches)) << canvas().selected_text();
    window_->let_go();
    const std::string taken = canvas().selected_text();
    EXPECT_THAT(taken, EndsWith("\nthe end"));
    window_->pump(300);
    EXPECT_EQ(canvas().selected_text(), taken) << "let go, it does not go on";
    window_->press(WXK_END);
    window_->pump(200);
    EXPECT_EQ(canvas().selected_text(), taken);
    EXPECT_TRUE(canvas().point_of({last_, 0}).has_value());
}

}  // namespace
}  // namespace parley::gui::testing
