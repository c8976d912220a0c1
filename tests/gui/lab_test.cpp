// The fault lab in the window, with a real `parley up --lab` behind it.
#include <cstdlib>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A local cluster of its own: what runs here is found in the home of whoever looks.
class GuiLab : public ::testing::Test {
protected:
    GuiLab() : home_(std::getenv("HOME")) {
        ::setenv("HOME", own_.folder().c_str(), 1);
        cluster_ = std::make_unique<e2e::Cluster>(own_, 3, e2e::Watch::supervised, std::vector<std::string>{"--lab"});
        window_ = std::make_unique<Window>(*cluster_, "worker");
        window_->register_account("worker");
    }
    ~GuiLab() override {
        window_.reset();
        cluster_.reset();
        ::setenv("HOME", home_.c_str(), 1);
    }

    const FaultLab& lab() { return window_->model().lab(); }
    void open() {
        ASSERT_TRUE(window_->until([&] { return lab().is_there(); }));
        window_->press('L', wxMOD_CONTROL | wxMOD_SHIFT);
        ASSERT_TRUE(window_->frame().chat().shows_lab());
    }
    void act(const std::string& label, int row, const std::string& sentence) {
        window_->click(button_labelled(window_->frame(), label, static_cast<std::size_t>(row - 1)));
        EXPECT_TRUE(window_->until([&] { return lab().outcome().sentence == sentence; })) << label << ": " << lab().outcome().sentence;
        window_->pump(200);
    }
    std::string replica(int number) { return lab().replicas(window_->model().replicas()).at(static_cast<std::size_t>(number - 1)).state; }
    std::string link(int index) { return lab().links(200).at(static_cast<std::size_t>(index - 1)).state; }
    bool comes_to(const std::function<std::string()>& what, const std::string& part) {
        return window_->until([&] { return what().find(part) != std::string::npos; });
    }
    std::string shown() { return own_.parley({"lab", "show"}).output; }

    std::string home_;
    e2e::Sandbox own_;
    std::unique_ptr<e2e::Cluster> cluster_;
    std::unique_ptr<Window> window_;
};

TEST_F(GuiLab, KillsTheLeaderAndStartsItAgainWhilePeopleWrite) {
    open();
    const int leader = cluster_->leader();
    ASSERT_TRUE(comes_to([&] { return replica(leader); }, "leader, up to date"));
    EXPECT_THAT(nameless_widgets(window_->frame()), IsEmpty());
    const std::string name = "Replica " + std::to_string(leader);
    act("Kill", leader, name + " is dead until it is restarted.");
    EXPECT_TRUE(comes_to([&] { return replica(leader); }, "dead"));
    EXPECT_THAT(shown(), HasSubstr(std::to_string(leader) + " dead"));
    window_->press(WXK_ESCAPE);
    ASSERT_TRUE(window_->frame().chat().shows_room());
    window_->say("without the first leader");
    EXPECT_TRUE(on_screen_once(*window_, "without the first leader"));
    open();
    act("Restart", leader, name + " starts.");
    EXPECT_TRUE(comes_to([&] { return replica(leader); }, "follower, up to date"));
    EXPECT_THAT(shown(), HasSubstr("nothing is broken"));
}

TEST_F(GuiLab, FreezesReplicasAndBreaksLinksAndMendsAll) {
    open();
    act("Pause", 1, "Replica 1 is frozen until it is resumed.");
    EXPECT_TRUE(comes_to([&] { return replica(1); }, "frozen"));
    act("Resume", 1, "Replica 1 goes on.");
    EXPECT_TRUE(comes_to([&] { return replica(1); }, "up to date"));
    act("Cut", 1, "Nothing passes between 1 and 2.");
    EXPECT_TRUE(comes_to([&] { return link(1); }, "cut"));
    act("Slow", 3, "Everything between 2 and 3 comes 200 ms late.");
    EXPECT_TRUE(comes_to([&] { return link(3); }, "200 ms late"));
    EXPECT_THAT(shown(), HasSubstr("1-2 cut, 2-3 200 ms late"));
    act("Heal", 1, "Everything passes between 1 and 2 again.");
    EXPECT_TRUE(comes_to([&] { return link(1); }, "passes"));
    act("Heal everything", 1, "Every link passes, every replica runs.");
    EXPECT_TRUE(comes_to([&] { return link(3); }, "passes"));
    EXPECT_THAT(shown(), HasSubstr("nothing is broken"));
}

TEST_F(GuiLab, IsOfferedOnlyWhereThereIsOne) {
    open();
    window_.reset();
    ::setenv("HOME", home_.c_str(), 1);
    Window other(*cluster, "first");
    ASSERT_TRUE(other.until([&] { return other.model().connection().state == ConnectionStatus::State::online; }));
    other.pump(500);
    EXPECT_FALSE(other.model().lab().is_there());
    other.press('L', wxMOD_CONTROL | wxMOD_SHIFT);
    EXPECT_TRUE(other.frame().chat().shows_room());
}

}  // namespace
}  // namespace parley::gui::testing
