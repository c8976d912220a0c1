// When a leader at rest asks for slots to erase with.
#include <gtest/gtest.h>

#include "chat/server/erasing_pace.hpp"

namespace parley::chat {
namespace {

using consensus::Ballot;
using consensus::NodeId;
using consensus::Slot;

constexpr net::Duration a_moment = std::chrono::milliseconds{10};

class ErasingPaceTest : public ::testing::Test {
protected:
    ErasingPace pace;
    Ballot ballot{3, NodeId{1}};
    net::Instant now{std::chrono::hours{1}};
};

TEST_F(ErasingPaceTest, AsksForTheNextOneWhenThisOneIsExecuted) {
    EXPECT_TRUE(pace.is_time(ballot, Slot{7}, now));
    EXPECT_FALSE(pace.is_time(ballot, Slot{7}, now + a_moment));
    EXPECT_TRUE(pace.is_time(ballot, Slot{8}, now + 2 * a_moment));
}

TEST_F(ErasingPaceTest, AsksAgainForWhatWasRefused) {
    ASSERT_TRUE(pace.is_time(ballot, Slot{7}, now));
    EXPECT_FALSE(pace.is_time(ballot, Slot{7}, now + ErasingPace::again_after - a_moment));
    EXPECT_TRUE(pace.is_time(ballot, Slot{7}, now + ErasingPace::again_after));
    EXPECT_FALSE(pace.is_time(ballot, Slot{7}, now + ErasingPace::again_after + a_moment)) << "one at a time";
}

TEST_F(ErasingPaceTest, ALeaderOfAnotherTimeDoesNotWaitForWhatTheLastOneLost) {
    ASSERT_TRUE(pace.is_time(ballot, Slot{7}, now));
    EXPECT_TRUE(pace.is_time(Ballot{4, NodeId{1}}, Slot{7}, now + a_moment));
}

}  // namespace
}  // namespace parley::chat
