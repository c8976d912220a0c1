// Subscriptions: contiguous numbers for every watcher, whatever is posted, read slowly or left meanwhile.
#include <numeric>

#include "tests/unit/gateway/raw_client.hpp"

namespace parley::chat::testing {
namespace {

Target general() { return Target{ByRoomName{"general"}}; }

RoomRow row_of(RawClient& client, const std::string& name) {
    const Payload page = client.answer(AskRoom{Target{ByRoomName{name}}});
    const auto* rooms = std::get_if<RoomPage>(&page);
    EXPECT_NE(rooms, nullptr);
    return rooms != nullptr ? rooms->rooms.front() : RoomRow{};
}

std::vector<std::uint64_t> numbers(std::uint64_t from, std::uint64_t to) {
    std::vector<std::uint64_t> all(to - from + 1);
    std::iota(all.begin(), all.end(), from);
    return all;
}

// Posts without waiting for each answer.
void pour(RawClient& client, std::uint64_t count, std::size_t bytes) {
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t number = client.next_number++;
        client.ask(Submit{client.session, number, number > 60 ? number - 60 : 1, Post{general(), std::string(bytes, 'x')}});
    }
}

GatewayOptions small_pages() {
    GatewayOptions options = Cluster::test_options();
    options.page_rows_max = 5;
    return options;
}

TEST(Subscriptions, BacklogThenLiveWithoutGapOrRepeat) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Cluster cluster(1, seed, small_pages());
        RawClient writer(cluster, "replica-1");
        RawClient reader(cluster, "replica-1");
        writer.enrol("ann");
        reader.enrol("bob");
        for (int i = 0; i < 17; ++i) writer.submit(Post{general(), "old"});
        const RoomRow room = row_of(reader, "general");
        pour(writer, 20, 10);                               // while the backlog is being sent
        cluster.clock.run_for(std::chrono::microseconds{cluster.clock.chance() % 3000});
        const std::uint64_t id = reader.ask(Subscribe{room.room, 3, 0});
        cluster.clock.run_for(std::chrono::microseconds{cluster.clock.chance() % 3000});
        pour(writer, 20, 10);
        cluster.clock.run_for(3s);
        ASSERT_TRUE(reader.answer_to(id));
        const std::uint64_t last = cluster.messages(room.room).back().number;
        EXPECT_EQ(reader.numbers_pushed(), numbers(4, last)) << "seed " << seed;
    }
}

TEST(Subscriptions, ChangesAreContiguousToo) {
    Cluster cluster(1, 1, small_pages());
    RawClient ann(cluster, "replica-1");
    ann.enrol("ann");
    std::vector<std::uint64_t> own;
    for (int i = 0; i < 14; ++i) own.push_back(std::get<Posted>(ann.submit(Post{general(), "x"}).result).number);
    for (std::size_t i = 0; i < 12; ++i) ann.submit(DeleteMessage{general(), own[i]});
    const RoomRow room = row_of(ann, "general");
    ann.answer(Subscribe{room.room, room.last, 2});
    ann.submit(DeleteMessage{general(), own[12]});
    ann.submit(DeleteMessage{general(), own[13]});
    cluster.clock.run_for(1s);
    std::vector<std::uint64_t> changes;
    std::vector<std::uint64_t> deleted;
    for (const PushChanges& push : ann.pushed<PushChanges>()) {
        for (const MessageChange& change : push.changes) {
            changes.push_back(change.change);
            deleted.push_back(change.number);
        }
    }
    EXPECT_EQ(changes, numbers(3, 14));
    EXPECT_EQ(deleted, std::vector<std::uint64_t>(own.begin() + 2, own.end()));
}

TEST(Subscriptions, EditsReactionsAndPinsReachWatchersAndLateComers) {
    Cluster cluster(1, 1, small_pages());
    RawClient ann(cluster, "replica-1");
    RawClient bob(cluster, "replica-1");
    const UserId own = ann.enrol("ann").user;
    bob.enrol("bob");
    const std::uint64_t number = std::get<Posted>(ann.submit(Post{general(), "helo"}).result).number;
    const RoomRow room = row_of(bob, "general");
    bob.answer(Subscribe{room.room, room.last, 0});
    ann.submit(EditMessage{general(), number, "hello"});
    ann.submit(React{general(), number, "👍"});
    ann.submit(Pin{general(), number});
    RawClient late(cluster, "replica-1");
    late.answer(Authenticate{ann.token});
    late.answer(Subscribe{room.room, 0, 0});
    cluster.clock.run_for(1s);
    RoomMessage kept = cluster.messages(room.room).back();
    EXPECT_EQ(kept.edits, 1U);
    for (RawClient* watcher : {&bob, &late}) {
        RoomMessage shown;
        shown.text = "helo";
        std::vector<std::uint64_t> changes;
        for (const PushChanges& push : watcher->pushed<PushChanges>()) {
            for (const MessageChange& change : push.changes) {
                changes.push_back(change.change);
                EXPECT_EQ(change.user, own);
                take_in(shown, change, UserId{});
            }
        }
        EXPECT_EQ(changes, numbers(1, 3));
        EXPECT_EQ(shown.text, "hello");
        EXPECT_EQ(shown.reactions, kept.reactions);
        EXPECT_TRUE(shown.pinned);
    }
    for (const PushMessages& push : late.pushed<PushMessages>()) {
        for (const RoomMessage& message : push.messages) {
            if (message.number == number) {
                EXPECT_EQ(message.reactions, (std::vector<Reaction>{{"👍", 1, true}})) << "it is ann's own";
            }
        }
    }
}

TEST(Subscriptions, ASlowReaderFallsBackToPagesAndMissesNothing) {
    GatewayOptions options = small_pages();
    options.queued_bytes_pause = 2000;
    Cluster cluster(1, 1, options);
    RawClient writer(cluster, "replica-1");
    RawClient reader(cluster, "replica-1");
    writer.enrol("ann");
    reader.enrol("bob");
    const RoomRow room = row_of(reader, "general");
    reader.answer(Subscribe{room.room, room.last, 0});
    reader.wire->stall(1, true);
    pour(writer, 200, 300);
    cluster.clock.run_for(2s);
    EXPECT_LT(reader.link->queued_bytes(), 10'000U);
    EXPECT_FALSE(reader.closed);
    reader.wire->stall(1, false);
    cluster.clock.run_for(2s);
    EXPECT_EQ(reader.numbers_pushed(), numbers(room.last + 1, room.last + 200));
}

TEST(Subscriptions, AReaderThatDoesNotReadAtAllIsClosed) {
    GatewayOptions options = Cluster::test_options();
    options.stalled_reader_max = 5s;
    Cluster cluster(1, 1, options);
    RawClient writer(cluster, "replica-1");
    RawClient reader(cluster, "replica-1");
    writer.enrol("ann");
    reader.enrol("bob");
    reader.answer(Subscribe{row_of(reader, "general").room});
    reader.wire->stall(1, true);
    writer.submit(Post{general(), "x"});
    cluster.clock.run_for(4s);
    EXPECT_EQ(cluster.replicas[0]->gateway->clients(), 2U);
    cluster.clock.run_for(3s);
    EXPECT_EQ(cluster.replicas[0]->gateway->clients(), 1U);
    EXPECT_TRUE(std::holds_alternative<Posted>(writer.submit(Post{general(), "nobody else is harmed"}).result));
}

TEST(Subscriptions, TooManyUnreadAnswersCloseTheLink) {
    GatewayOptions options = Cluster::test_options();
    options.queued_bytes_max = 100'000;
    Cluster cluster(1, 1, options);
    RawClient greedy(cluster, "replica-1");
    greedy.enrol("ann");
    for (int i = 0; i < 40; ++i) greedy.submit(Post{general(), std::string(1000, 'x')});
    greedy.wire->stall(1, true);
    for (int i = 0; i < 10; ++i) greedy.ask(AskHistory{general(), 0, 0, 200});
    cluster.clock.run_for(1s);
    EXPECT_EQ(cluster.replicas[0]->gateway->clients(), 0U);
    EXPECT_EQ(cluster.replicas[0]->gateway->refused_links(), 1U);
}

TEST(Subscriptions, WhoLeavesHearsOfItAndNothingAfter) {
    Cluster cluster(1);
    RawClient ann(cluster, "replica-1");
    RawClient bob(cluster, "replica-1");
    ann.enrol("ann");
    bob.enrol("bob");
    ann.submit(CreateRoom{"den", false});
    bob.submit(JoinRoom{Target{ByRoomName{"den"}}});
    const RoomRow room = row_of(bob, "den");
    bob.answer(Subscribe{room.room, room.last, 0});
    ann.submit(Post{Target{ByRoom{room.room}}, "before"});
    bob.submit(LeaveRoom{Target{ByRoom{room.room}}});
    ann.submit(Post{Target{ByRoom{room.room}}, "after"});
    cluster.clock.run_for(1s);
    ASSERT_EQ(bob.pushed<Unsubscribed>().size(), 1U);
    for (const PushMessages& push : bob.pushed<PushMessages>()) {
        for (const RoomMessage& message : push.messages) EXPECT_NE(message.text, "after");
    }
    EXPECT_EQ(failed(bob.answer(Subscribe{room.room})), Failure::Kind::not_allowed) << "join first";
}

TEST(Subscriptions, WhoIsKickedHearsOfItAndWatchersHearOfANewTopic) {
    Cluster cluster(1);
    RawClient ann(cluster, "replica-1");
    RawClient bob(cluster, "replica-1");
    ann.enrol("ann");
    bob.enrol("bob");
    const RoomRow room = row_of(bob, "general");
    bob.answer(Subscribe{room.room, room.last, 0});
    const std::size_t before = bob.pushed<PushRooms>().size();
    ann.submit(SetTopic{general(), "news"});
    cluster.clock.run_for(1s);
    EXPECT_EQ(bob.pushed<PushRooms>().size(), before + 1);
    EXPECT_EQ(row_of(bob, "general").topic, "news");
    EXPECT_EQ(failed(bob.answer(AskBans{general(), "", 10})), Failure::Kind::not_allowed);
    ann.submit(BanUser{general(), "bob"});
    cluster.clock.run_for(1s);
    EXPECT_EQ(bob.pushed<Unsubscribed>().size(), 1U);
    const auto banned = std::get<UserPage>(ann.answer(AskBans{general(), "", 10}));
    ASSERT_EQ(banned.users.size(), 1U);
    EXPECT_EQ(banned.users[0].name, "bob");
}

TEST(Subscriptions, PositionsBeyondTheRoomAreRefused) {
    Cluster cluster(1);
    RawClient ann(cluster, "replica-1");
    ann.enrol("ann");
    const RoomRow room = row_of(ann, "general");
    EXPECT_EQ(failed(ann.answer(Subscribe{room.room, room.last + 1, 0})), Failure::Kind::refused);
    EXPECT_EQ(failed(ann.answer(Subscribe{room.room, 0, 5})), Failure::Kind::refused);
}

TEST(Subscriptions, NothingIsPushedAfterUnsubscribe) {
    Cluster cluster(1);
    RawClient ann(cluster, "replica-1");
    ann.enrol("ann");
    const RoomRow room = row_of(ann, "general");
    ann.answer(Subscribe{room.room, room.last, 0});
    ann.answer(Unsubscribe{room.room});
    ann.submit(Post{general(), "x"});
    cluster.clock.run_for(1s);
    EXPECT_TRUE(ann.numbers_pushed().empty());
}

}  // namespace
}  // namespace parley::chat::testing
