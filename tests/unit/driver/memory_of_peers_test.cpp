// What is remembered of a node, and when it is said to have gone back.
#include <gtest/gtest.h>

#include "consensus/driver/memory_of_peers.hpp"

namespace parley::consensus::test {
namespace {

constexpr NodeId node{7};

TEST(MemoryOfPeers, BelievesWhoOnlyGrows) {
    MemoryOfPeers memory;
    EXPECT_TRUE(memory.saw(node, 3, {{{3, {10, 5}}}, {11, 6}}));
    EXPECT_TRUE(memory.saw(node, 3, {{{3, {10, 5}}}, {20, 6}}));
    EXPECT_TRUE(memory.saw(node, 4, {{{3, {10, 5}}, {4, {20, 6}}}, {21, 7}})) << "it died and found what it had";
    EXPECT_TRUE(memory.saw(node, 9, {{{8, {30, 11}}, {9, {40, 12}}}, {41, 13}})) << "some lives were missed";
    EXPECT_EQ(memory.all(), (std::vector<RememberedNode>{{node, 9, {40, 12}, {41, 13}}}));
}

TEST(MemoryOfPeers, StartsMakeGoodForNothing) {
    MemoryOfPeers memory;
    ASSERT_TRUE(memory.saw(node, 3, {{{3, {10, 5}}}, {11, 6}}));
    // A copy from just before the last write: its start wrote as much again.
    EXPECT_FALSE(memory.saw(node, 4, {{{3, {10, 5}}, {4, {10, 6}}}, {11, 7}}));
    EXPECT_FALSE(memory.saw(node, 4, {{{3, {10, 5}}, {4, {11, 5}}}, {12, 6}})) << "a promise is gone, and no record";
    EXPECT_FALSE(memory.saw(node, 6, {{{4, {10, 6}}, {5, {11, 7}}, {6, {12, 8}}}, {13, 9}})) << "two more starts";
    EXPECT_TRUE(memory.saw(node, 4, {{{3, {10, 5}}, {4, {11, 6}}}, {12, 7}}));
}

TEST(MemoryOfPeers, NeitherAnEarlierLifeNorACopyOfThisOneIsBelieved) {
    MemoryOfPeers memory;
    ASSERT_TRUE(memory.saw(node, 3, {{{3, {10, 5}}}, {15, 6}}));
    EXPECT_FALSE(memory.saw(node, 2, {{{2, {15, 6}}}, {15, 6}}));
    EXPECT_FALSE(memory.saw(node, 3, {{{3, {10, 5}}}, {14, 6}}));
}

// The copy is from before process 3 began, so that its next start is number 3, too.
TEST(MemoryOfPeers, ACopyThatStartsUnderTheRememberedNumberIsNotBelievedHoweverMuchItWrote) {
    MemoryOfPeers memory;
    ASSERT_TRUE(memory.saw(node, 3, {{{2, {4, 3}}, {3, {10, 5}}}, {15, 6}}));
    EXPECT_FALSE(memory.saw(node, 3, {{{2, {4, 3}}, {3, {8, 5}}}, {90, 9}}));
    EXPECT_FALSE(memory.saw(node, 4, {{{3, {8, 5}}, {4, {90, 9}}}, {91, 10}})) << "nor in its next start";
    EXPECT_TRUE(memory.saw(node, 3, {{{2, {4, 3}}, {3, {10, 5}}}, {16, 6}}));
}

TEST(MemoryOfPeers, TakesTheBestOfWhatOthersRemember) {
    MemoryOfPeers memory;
    memory.heard({node, 3, {7, 4}, {10, 5}});
    memory.heard({node, 2, {98, 98}, {99, 99}});
    memory.heard({node, 3, {7, 4}, {9, 6}});
    memory.heard({node, 3, {6, 4}, {50, 50}});
    EXPECT_EQ(memory.all(), (std::vector<RememberedNode>{{node, 3, {7, 4}, {10, 6}}}));
    EXPECT_FALSE(memory.saw(node, 4, {{{4, {10, 5}}}, {11, 6}}));
}

}  // namespace
}  // namespace parley::consensus::test
