// The compaction floor: what a node says about it, and what a node that lies below everybody's floor makes of it.
#include <gtest/gtest.h>

#include "net/ports/marks.hpp"
#include "tests/unit/core/solo.hpp"

namespace parley::consensus::testing {
namespace {

const Ballot one = ballot(3, 1);

InitialState at_slot(std::uint64_t slot) {
    InitialState given;
    given.chosen_through = given.applied_through = Slot{slot};
    return given;
}

// Two others say that slot 20 is chosen, and are connected.
Solo behind() {
    Solo solo{3, {}, at_slot(5)};
    for (const std::uint64_t peer : {1U, 3U}) {
        solo.step(PeerUp{NodeId{peer}});
        solo.hear(peer, PrePrepare{ballot(3, peer), Slot{20}});
    }
    return solo;
}

CatchUpData nothing_below(std::uint64_t floor) { return CatchUpData{Slot{6}, {}, Slot{20}, Slot{floor}}; }

TEST(P3Floor, RisesWithCompaction) {
    Solo solo{3, {}, at_slot(20)};
    solo.hear(1, PrePrepare{one, Slot{8}});
    EXPECT_TRUE(solo.sent<PrePrepareAnswer>(1).at(0).granted);
    solo.step(Compacted{Slot{10}});
    solo.hear(1, PrePrepare{ballot(4, 1), Slot{8}});
    EXPECT_FALSE(solo.sent<PrePrepareAnswer>(1).at(0).granted);
    EXPECT_EQ(solo.status().floor, Slot{10});
}

TEST(P3Floor, NeverFalls) {
    Solo solo{3, {}, at_slot(20)};
    solo.step(Compacted{Slot{10}});
    solo.step(Compacted{Slot{4}});
    EXPECT_EQ(solo.status().floor, Slot{10});
}

TEST(P1OnePhaseOne, PromiseCarriesTheFloor) {
    Solo solo{3, {}, at_slot(20)};
    solo.step(Compacted{Slot{10}});
    solo.hear(1, Prepare{one, Slot{21}});
    EXPECT_EQ(solo.sent<Promise>(1).at(0).floor, Slot{10});
}

TEST(CatchUp, AnswersWithItsFloorWhenItHoldsTheSlotNoMore) {
    Solo solo{3, {}, at_slot(20)};
    solo.step(Compacted{Slot{10}});
    solo.hear(1, CatchUpRequest{Slot{9}, Slot{20}});
    EXPECT_TRUE(solo.last.reads.empty());
    EXPECT_EQ(solo.sent<CatchUpData>(1).at(0), (CatchUpData{Slot{9}, {}, Slot{20}, Slot{10}}));
}

TEST(CatchUp, NeedsASnapshotOnlyBelowEveryFloor) {
    Solo solo = behind();
    EXPECT_FALSE(solo.status().needs_snapshot);
    solo.hear(1, nothing_below(7));
    EXPECT_FALSE(solo.status().needs_snapshot) << "the other one may hold it";
    solo.hear(3, nothing_below(6));
    EXPECT_FALSE(solo.status().needs_snapshot) << "slot 6 is just what is wanted";
    solo.hear(3, nothing_below(9));
    EXPECT_TRUE(solo.status().needs_snapshot);
}

TEST(CatchUp, DoesNotWaitForAHolderThatIsAway) {
    Solo solo = behind();
    solo.hear(1, nothing_below(7));
    solo.step(PeerDown{NodeId{3}});
    EXPECT_TRUE(solo.status().needs_snapshot);
    solo.step(PeerUp{NodeId{3}});
    EXPECT_FALSE(solo.status().needs_snapshot);
}

// Connections that are made anew are all down for a moment: a snapshot that was asked for then cost both others an image.
TEST(CatchUp, NeedsNoSnapshotBecauseNobodyIsConnected) {
    Solo solo = behind();
    solo.step(PeerDown{NodeId{1}});
    EXPECT_FALSE(solo.status().needs_snapshot);
    solo.step(PeerDown{NodeId{3}});
    EXPECT_FALSE(solo.status().needs_snapshot);
    solo.hear(1, nothing_below(7));
    solo.step(PeerUp{NodeId{1}});
    EXPECT_TRUE(solo.status().needs_snapshot) << "the one that is connected let go of it";
}

TEST(CatchUp, AsksNobodyWhoseFloorIsAbove) {
    Solo solo = behind();
    solo.hear(1, nothing_below(7));
    std::size_t asked = 0;
    for (int i = 0; i < 50; ++i) {
        solo.pass(20);
        EXPECT_TRUE(solo.sent<CatchUpRequest>(1).empty());
        asked += solo.sent<CatchUpRequest>(3).size();
    }
    EXPECT_GT(asked, 3U);
    solo.hear(3, nothing_below(7));
    for (int i = 0; i < 50; ++i) {
        solo.pass(20);
        EXPECT_TRUE(solo.sent<CatchUpRequest>().empty());
    }
}

TEST(CatchUp, PromiseTellsAFloorToo) {
    Solo solo = behind();
    for (const std::uint64_t peer : {1U, 3U}) {
        Promise promise = Solo::empty_promise(solo.status().ballot, Slot{20});
        promise.ballot.node = NodeId{2};
        promise.floor = Slot{15};
        solo.hear(peer, promise);
    }
    EXPECT_TRUE(solo.status().needs_snapshot);
}

#ifdef PARLEY_PLANTED
TEST(P3Floor, UncheckedFloorWouldShow) {
    Solo solo{3, {}, at_slot(20)};
    solo.step(Compacted{Slot{10}});
    net::select_planted("floor_not_checked");
    solo.hear(1, PrePrepare{one, Slot{8}});
    net::select_planted("");
    EXPECT_TRUE(solo.sent<PrePrepareAnswer>(1).at(0).granted);
}
#endif

}  // namespace
}  // namespace parley::consensus::testing
