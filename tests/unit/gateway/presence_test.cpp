// Who is there and who is typing: the board, and gateways that tell each other and their clients.
#include "chat/gateway/presence.hpp"
#include "tests/unit/gateway/raw_client.hpp"

namespace parley::chat::testing {
namespace {

constexpr UserId ada{1}, bob{2};
constexpr net::Instant at_second(int seconds) { return net::Instant{std::chrono::seconds{seconds}}; }
constexpr std::size_t users_max = 100;

TEST(PresenceBoard, TheGreatestOfAllReplicasCounts) {
    PresenceBoard board(0);
    board.here(ada, Presence::away);
    board.heard(2, {1, {{ada, Presence::online}, {bob, Presence::away}}}, at_second(6), users_max);
    EXPECT_EQ(board.of(ada), Presence::online);
    EXPECT_EQ(board.of(bob), Presence::away);
    EXPECT_EQ(board.take_changes(net::Instant{}), (std::vector<UserPresence>{{ada, Presence::online}, {bob, Presence::away}}));
    EXPECT_TRUE(board.take_changes(net::Instant{}).empty());
    board.here(ada, Presence::offline);
    EXPECT_TRUE(board.take_changes(net::Instant{}).empty()) << "still online elsewhere";
}

TEST(PresenceBoard, WhatIsNotSaidAgainIsForgotten) {
    PresenceBoard board(0);
    board.heard(2, {1, {{ada, Presence::online}}}, at_second(6), users_max);
    board.expire(at_second(5));
    EXPECT_EQ(board.of(ada), Presence::online);
    board.expire(at_second(6));
    EXPECT_EQ(board.of(ada), Presence::offline);
    board.heard(2, {2, {{ada, Presence::online}}}, at_second(12), users_max);
    board.lost(2, at_second(8));
    board.expire(at_second(8));
    EXPECT_EQ(board.of(ada), Presence::offline) << "its replica is gone";
}

TEST(PresenceBoard, AnOldListThatWasLateChangesNothing) {
    PresenceBoard board(0);
    board.heard(2, {5, {}}, at_second(6), users_max);
    board.heard(2, {4, {{ada, Presence::online}}}, at_second(7), users_max);
    EXPECT_EQ(board.of(ada), Presence::offline);
    board.expire(at_second(10));
    board.heard(2, {4, {{ada, Presence::online}}}, at_second(20), users_max);
    EXPECT_EQ(board.of(ada), Presence::offline) << "not after it expired either";
}

TEST(PresenceBoard, AListThatIsTooLongIsNotTaken) {
    PresenceBoard board(0);
    board.heard(2, {1, {{ada, Presence::online}, {bob, Presence::online}}}, at_second(6), 1);
    EXPECT_EQ(board.of(ada), Presence::offline);
}

// Found by the simulator: two people changed from one replica to another at the same moment.
TEST(PresenceBoard, WhoeverBeginsToWatchBetweenTwoLooksMissesNothing) {
    PresenceBoard board(0);
    board.heard(2, {1, {{ada, Presence::online}}}, at_second(6), users_max);
    board.take_changes(net::Instant{});
    board.heard(2, {2, {}}, at_second(7), users_max);
    Presence seen = board.told(ada);   // somebody begins to watch
    board.here(ada, Presence::online);
    for (const UserPresence& change : board.take_changes(net::Instant{})) seen = change.presence;
    EXPECT_EQ(seen, board.of(ada));
    EXPECT_EQ(seen, Presence::online);
}

class PresenceAcross : public ::testing::Test {
protected:
    PresenceAcross() : watcher(cluster, cluster.addresses()[0]) {
        watcher.enrol("ada");
        cluster.catch_up();
    }
    Presence told(UserId user) const {
        Presence now = first;
        for (const PushPresence& push : watcher.pushed<PushPresence>()) {
            for (const UserPresence& one : push.users) {
                if (one.user == user) now = one.presence;
            }
        }
        return now;
    }
    void watch(UserId user) {
        const Payload payload = watcher.answer(WatchPresence{{user}});
        ASSERT_TRUE(std::holds_alternative<PresencePage>(payload));
        first = std::get<PresencePage>(payload).users.at(0).presence;
    }
    bool becomes(UserId user, Presence presence, net::Duration within) {
        return cluster.run_until([&] { return told(user) == presence; }, within);
    }

    Cluster cluster{3};
    RawClient watcher;
    Presence first = Presence::offline;
};

TEST_F(PresenceAcross, OneSeesWhoComesAndGoesAtAnotherReplica) {
    auto other = std::make_unique<RawClient>(cluster, cluster.addresses()[1]);
    const UserId user = other->enrol("bob").user;
    watch(user);
    EXPECT_TRUE(becomes(user, Presence::online, 1s));
    other->answer(TellAway{true});
    EXPECT_TRUE(becomes(user, Presence::away, 1s));
    other->answer(TellAway{false});
    EXPECT_TRUE(becomes(user, Presence::online, 1s));
    other->wire->cut();
    EXPECT_FALSE(becomes(user, Presence::offline, 1s)) << "who reconnects at once was never gone";
    EXPECT_TRUE(becomes(user, Presence::offline, 5s));
}

TEST_F(PresenceAcross, AReplicaThatDiesTakesItsPeopleWithItSoon) {
    RawClient other(cluster, cluster.addresses()[1]);
    const UserId user = other.enrol("bob").user;
    watch(user);
    EXPECT_TRUE(becomes(user, Presence::online, 1s));
    cluster.clock.run_for(20s);
    EXPECT_EQ(told(user), Presence::online) << "it is said again";
    cluster.replicas[1]->kill();
    EXPECT_TRUE(becomes(user, Presence::offline, 7s));
}

TEST_F(PresenceAcross, NobodyElsesPresenceIsTold) {
    RawClient other(cluster, cluster.addresses()[1]);
    const UserId user = other.enrol("bob").user;
    watch(user);
    EXPECT_TRUE(becomes(user, Presence::online, 1s));
    watcher.answer(WatchPresence{{}});
    const std::size_t before = watcher.pushed<PushPresence>().size();
    other.answer(TellAway{true});
    cluster.clock.run_for(5s);
    EXPECT_EQ(watcher.pushed<PushPresence>().size(), before);
}

TEST_F(PresenceAcross, SoftStateNeedsALoginAndIsBounded) {
    RawClient stranger(cluster, cluster.addresses()[0]);
    EXPECT_EQ(failed(stranger.answer(WatchPresence{{ada}})), Failure::Kind::unauthenticated);
    EXPECT_EQ(failed(stranger.answer(TellTyping{RoomId{1}})), Failure::Kind::unauthenticated);
    EXPECT_EQ(failed(watcher.answer(WatchPresence{std::vector<UserId>(4'097)})), Failure::Kind::refused);
    EXPECT_FALSE(cluster.replicas[0]->gateway->soft_received(2, net::Bytes{std::byte{0xFF}}));
}

TEST_F(PresenceAcross, TypingIsToldToTheRoomOnAllReplicasButNotToOneself) {
    RawClient other(cluster, cluster.addresses()[1]);
    other.enrol("bob");
    const std::size_t slots = cluster.log.size();
    watcher.answer(Subscribe{RoomId{1}, 0, 0});
    other.answer(Subscribe{RoomId{1}, 0, 0});
    other.answer(TellTyping{RoomId{1}});
    EXPECT_TRUE(cluster.run_until([&] { return !watcher.pushed<PushTyping>().empty(); }, 1s));
    EXPECT_EQ(watcher.pushed<PushTyping>()[0].name, "bob");
    EXPECT_TRUE(other.pushed<PushTyping>().empty());
    for (int i = 0; i < 20; ++i) other.answer(TellTyping{RoomId{1}});
    cluster.clock.run_for(500ms);
    EXPECT_LE(watcher.pushed<PushTyping>().size(), 2U) << "not more than one a second";
    EXPECT_EQ(cluster.log.size(), slots) << "nothing of it is in the log";
}

TEST_F(PresenceAcross, WhoDoesNotWatchARoomIsNotHeardThere) {
    RawClient other(cluster, cluster.addresses()[1]);
    other.enrol("bob");
    watcher.answer(Subscribe{RoomId{1}, 0, 0});
    other.answer(TellTyping{RoomId{1}});
    cluster.clock.run_for(1s);
    EXPECT_TRUE(watcher.pushed<PushTyping>().empty());
}

}  // namespace
}  // namespace parley::chat::testing
