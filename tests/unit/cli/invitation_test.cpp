// The link of an invitation, there and back.
#include "chat/cli/invitation.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

TEST(Invitation, ComesBackFromItsLink) {
    for (const Invitation& invitation : {Invitation{{"a:1", "b:2"}, "AB:CD", "0f"}, Invitation{{"127.0.0.1:7400"}, "", "0f"}}) {
        const auto parsed = parse_invitation(to_link(invitation));
        ASSERT_TRUE(parsed) << to_link(invitation);
        EXPECT_EQ(*parsed, invitation);
    }
    EXPECT_EQ(to_link({{"a:1", "b:2"}, "AB", "0f"}), "parley://a:1,b:2/AB/0f");
}

TEST(Invitation, RefusesWhatIsNone) {
    for (const char* link : {"", "parley://", "parley://a:1", "parley://a:1/0f", "parley://a:1//0f", "parley://a:1/AB/", "parley:///AB/0f",
                             "http://a:1/AB/0f", "parley://a:1/A B/0f", "parley://a:1/AB/0f;rm", "parley://nowhere/AB/0f"}) {
        EXPECT_FALSE(parse_invitation(link)) << link;
    }
    EXPECT_FALSE(parse_invitation("parley://a:1/AB/" + std::string(500, 'f')));
}

}  // namespace
}  // namespace parley::chat
