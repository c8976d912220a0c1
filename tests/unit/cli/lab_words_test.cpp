// What is said to a lab and by one.
#include <gtest/gtest.h>

#include "chat/cli/lab_words.hpp"

namespace parley::chat {
namespace {

using Verb = LabOrder::Verb;

LabOrder order(const std::string& line) {
    const auto read = lab_order_from(line, 3);
    EXPECT_TRUE(read.has_value()) << line;
    return read ? *read : LabOrder{};
}
std::string refusal(const std::string& line) {
    const auto read = lab_order_from(line, 3);
    return read ? "" : read.error().message;
}

TEST(LabOrder, IsALineAndBack) {
    for (const char* line : {"kill 1", "pause 2", "resume 2", "restart 3", "cut 1 3", "slow 2 3 200", "slow 1 2 0", "heal", "show"}) EXPECT_EQ(to_line(order(line)), line);
    EXPECT_EQ(order("slow 3 1 40"), (LabOrder{.verb = Verb::slow, .link = {1, 3}, .late_ms = 40})) << "a link has no direction";
}

TEST(LabOrder, ThatMakesNoSenseIsRefused) {
    EXPECT_EQ(refusal("kill 4"), "\"4\" is no replica of this cluster");
    EXPECT_EQ(refusal("kill 0"), "replicas are counted from 1");
    EXPECT_EQ(refusal("kill -1"), "\"-1\" is no replica of this cluster");
    EXPECT_EQ(refusal("cut 2 2"), "a link joins two replicas");
    EXPECT_EQ(refusal("slow 1 2 60001"), "\"60001\" is no number of milliseconds up to 60000");
    EXPECT_EQ(refusal("slow 1 2 soon"), "\"soon\" is no number of milliseconds up to 60000");
    for (const char* line : {"", "kill", "kill 1 2", "cut 1", "slow 1 2", "shake 1", "heal 1"}) EXPECT_TRUE(refusal(line).starts_with("orders are kill N")) << line;
}

TEST(LabState, IsALineAndBack) {
    LabState state;
    EXPECT_EQ(to_line(state), "nothing is broken");
    EXPECT_EQ(*lab_state_from("nothing is broken"), state);
    state.links[{1, 3}] = std::nullopt;
    state.links[{1, 2}] = 200;
    state.replicas[2] = LabState::Trouble::dead;
    state.replicas[3] = LabState::Trouble::frozen;
    EXPECT_EQ(to_line(state), "1-2 200 ms late, 1-3 cut, 2 dead, 3 frozen");
    EXPECT_EQ(*lab_state_from(to_line(state)), state);
}

TEST(LabState, ThatIsSomethingElseIsNone) {
    for (const char* line : {"", "2", "2 well", "1- cut", "1-2 torn", "1-2 x ms late", "one dead", "2 dead, "}) EXPECT_FALSE(lab_state_from(line).has_value()) << line;
}

}  // namespace
}  // namespace parley::chat
