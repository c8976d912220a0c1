// The outbox over crashes: what was submitted takes effect once, or its outcome is said to be unknown; never twice.
#include <gtest/gtest.h>

#include "tests/unit/gateway/cluster.hpp"

namespace parley::chat::testing {
namespace {

Target general() { return Target{ByRoomName{"general"}}; }

std::size_t count_of(const std::vector<RoomMessage>& messages, const std::string& text) {
    return static_cast<std::size_t>(std::count_if(messages.begin(), messages.end(), [&](const RoomMessage& m) { return m.text == text; }));
}

Client::SubmitOptions kept(const std::string& note) { return Client::SubmitOptions{std::nullopt, note, true}; }

TEST(Outbox, ALeftoverIsSentByTheNextProcessAndKeptUntilConfirmed) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    const RoomId room = ann.room_now("general")->room;
    cluster.set_leader(false);
    const EntryId id = ann.client->submit(Post{general(), "once"}, kept("my note"), [](net::Result<Answer>) {});
    cluster.clock.run_for(500ms);
    ann.kill(sim::CrashKind::power_cut);
    cluster.set_leader(true);
    ann.start();
    std::vector<OutboxEntry> leftovers = ann.client->leftovers();
    ASSERT_EQ(leftovers.size(), 1U);
    EXPECT_EQ(leftovers[0].note, "my note");
    EXPECT_EQ(std::get<Post>(leftovers[0].operation).text, "once");
    const auto answer = ann.wait<Answer>([&](auto reply) { ann.client->await(leftovers[0].id, std::nullopt, std::move(reply)); });
    ASSERT_TRUE(answer);
    EXPECT_EQ(id, leftovers[0].id);
    EXPECT_EQ(count_of(cluster.messages(room), "once"), 1U);
    // Not confirmed: a third process still finds it, with its answer.
    cluster.clock.run_for(10ms);
    ann.kill(sim::CrashKind::power_cut);
    ann.start();
    leftovers = ann.client->leftovers();
    ASSERT_EQ(leftovers.size(), 1U);
    EXPECT_EQ(leftovers[0].state, OutboxEntry::State::answered);
    const auto again = ann.wait<Answer>([&](auto reply) { ann.client->await(leftovers[0].id, std::nullopt, std::move(reply)); });
    EXPECT_EQ(std::get<Posted>(again->result).number, std::get<Posted>(answer->result).number);
    ann.client->confirm(leftovers[0].id);
    ann.kill(sim::CrashKind::power_cut);
    ann.start();
    EXPECT_TRUE(ann.client->leftovers().empty());
    EXPECT_EQ(count_of(cluster.messages(room), "once"), 1U);
}

// Killed at any moment between the key press and the answer, and started again: each text once, in order.
TEST(Outbox, EachTextOnceWhereverTheProcessIsKilled) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        Cluster cluster(2, seed);
        cluster.faults = Faults{50, 50, 2ms, 2ms};
        Person ann(cluster, "ann", seed);
        ann.enter();
        const RoomId room = ann.room_now("general")->room;
        const sim::CrashKind kind = seed % 2 == 0 ? sim::CrashKind::power_cut : sim::CrashKind::process_kill;
        for (int i = 0; i < 6; ++i) ann.client->submit(Post{general(), "text " + std::to_string(i)}, kept(""), [](net::Result<Answer>) {});
        cluster.clock.run_for(net::Duration{});   // one turn: they are on disk
        for (int crash = 0; crash < 3; ++crash) {
            cluster.clock.run_for(std::chrono::microseconds{cluster.clock.chance() % 8000});
            ann.kill(kind);
            ann.start();
        }
        ASSERT_TRUE(cluster.run_until([&] { return ann.client->unanswered() == 0; })) << "seed " << seed;
        std::vector<std::string> texts;
        for (const RoomMessage& message : cluster.messages(room)) {
            if (message.kind == MessageKind::text) texts.push_back(message.text);
        }
        EXPECT_EQ(texts, (std::vector<std::string>{"text 0", "text 1", "text 2", "text 3", "text 4", "text 5"})) << "seed " << seed;
        for (const OutboxEntry& entry : ann.client->leftovers()) {
            EXPECT_EQ(entry.state, OutboxEntry::State::answered);
            EXPECT_TRUE(entry.answer && std::holds_alternative<Posted>(entry.answer->result)) << "seed " << seed;
        }
    }
}

// A folder that was copied to another machine, or an old backup of it: what it numbers next was used already.
TEST(Outbox, CopiesOfOneFolderTakeNothingFromEachOther) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    const RoomId room = ann.room_now("general")->room;
    const auto post = [](Person& person, const std::string& text) {
        const auto answer = person.submit_now(Post{general(), text});
        ASSERT_TRUE(answer) << text;
        EXPECT_TRUE(std::holds_alternative<Posted>(answer->result)) << text;
    };
    post(ann, "one");
    const auto copy = ann.disk->copy_durable();
    const auto put_back = [&copy](Person& person) {
        person.disk->crash(sim::CrashKind::power_cut);
        person.disk->put_back(*copy);
        person.disk->restart();
        person.start();
    };
    post(ann, "two");
    Person twin(cluster, "ann", 20);
    put_back(twin);
    post(twin, "three");
    post(ann, "four");
    post(twin, "five");
    ann.kill(sim::CrashKind::power_cut);
    put_back(ann);
    post(ann, "six");
    std::vector<std::string> texts;
    for (const RoomMessage& message : cluster.messages(room)) {
        if (message.kind == MessageKind::text) texts.push_back(message.text);
    }
    EXPECT_EQ(texts, (std::vector<std::string>{"one", "two", "three", "four", "five", "six"}));
}

TEST(Outbox, ProcessesSideBySideHaveSlotsOfTheirOwn) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    auto second = ClientStore::open(*ann.disk, "profile", "parley-sim");
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(ann.store->slot(), 0U);
    EXPECT_EQ((*second)->slot(), 1U);
    EXPECT_EQ((*second)->account()->value().name, "ann") << "one account for the profile";
    OutboxEntry entry;
    entry.id = EntryId{1};
    entry.login = ann.client->account()->login;
    entry.operation = Post{general(), "left in slot 1"};
    ASSERT_TRUE((*second)->commit({PutEntry{entry}}));
    second->reset();
    // Whoever comes next takes over what is left, before an empty slot.
    auto third = ClientStore::open(*ann.disk, "profile", "parley-sim");
    ASSERT_TRUE(third);
    EXPECT_EQ((*third)->slot(), 1U);
    third->reset();
    ann.kill(sim::CrashKind::process_kill);
    ann.start();
    EXPECT_EQ(ann.store->slot(), 1U) << "slot 0 is free, but empty";
    EXPECT_EQ(ann.client->leftovers().size(), 1U);
    EXPECT_TRUE(cluster.run_until([&] { return ann.client->unanswered() == 0; }));
    EXPECT_EQ(cluster.messages(ann.room_now("general")->room).back().text, "left in slot 1");
}

TEST(Outbox, WhenTheSessionIsGoneWhatWasSentIsUnknownAndWhatWasNotGoesOn) {
    Limits limits;
    limits.session_idle_ms_max = 60'000;
    Cluster cluster(1, 1, Cluster::test_options(), limits);
    ClientOptions options;
    options.window = 2;
    Person ann(cluster, "ann", 1, options);
    Person bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    const RoomId room = ann.room_now("general")->room;
    ASSERT_TRUE(ann.submit_now(Post{general(), "first"}));
    cluster.set_leader(false);
    std::map<std::string, net::Result<Answer>> outcomes;
    for (const char* text : {"sent 1", "sent 2", "unsent 3", "unsent 4"}) {
        ann.client->submit(Post{general(), text}, kept(""), [&outcomes, text](net::Result<Answer> got) { outcomes.emplace(text, std::move(got)); });
    }
    cluster.clock.run_for(100ms);
    ann.kill(sim::CrashKind::process_kill);
    cluster.clock.run_for(10ms);   // the gateway sees the link end, and proposes for it no more
    cluster.set_leader(true);
    cluster.time_step_ms = 5'000;   // log time passes while others talk
    for (int i = 0; i < 20; ++i) bob.submit_now(Post{general(), "chatter"});
    ann.start();
    ASSERT_EQ(ann.client->leftovers().size(), 4U);
    for (const OutboxEntry& entry : ann.client->leftovers()) {
        ann.client->await(entry.id, std::nullopt, [&outcomes, text = std::get<Post>(entry.operation).text](net::Result<Answer> got) {
            outcomes.emplace(text, std::move(got));
        });
    }
    ASSERT_TRUE(cluster.run_until([&] { return outcomes.size() == 4; }));
    EXPECT_EQ(outcomes.at("sent 1").error().kind, net::ErrorKind::closed);
    EXPECT_EQ(outcomes.at("sent 2").error().kind, net::ErrorKind::closed);
    EXPECT_TRUE(outcomes.at("unsent 3"));
    EXPECT_TRUE(outcomes.at("unsent 4"));
    const auto messages = cluster.messages(room);
    EXPECT_EQ(count_of(messages, "sent 1"), 0U);
    EXPECT_EQ(count_of(messages, "unsent 3"), 1U);
    EXPECT_EQ(count_of(messages, "unsent 4"), 1U);
    for (const OutboxEntry& entry : ann.client->leftovers()) {
        const bool was_sent = std::get<Post>(entry.operation).text.starts_with("sent");
        EXPECT_EQ(entry.state, was_sent ? OutboxEntry::State::unknown : OutboxEntry::State::answered);
    }
}

// A login has 64 sessions, and each process opens one: scripts push out that of a window which was idle meanwhile.
TEST(Outbox, WhoseSessionWasGivenUpWhileItWasIdleGoesOn) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    const RoomId room = ann.room_now("general")->room;
    ASSERT_TRUE(ann.submit_now(Post{general(), "before"}));
    const auto copy = ann.disk->copy_durable();
    for (std::uint64_t i = 0; i < 70; ++i) {
        Person script(cluster, "ann", 1000 * (i + 1));
        script.disk->crash(sim::CrashKind::power_cut);
        script.disk->put_back(*copy);
        script.disk->restart();
        script.start();
        ASSERT_TRUE(script.submit_now(Post{general(), "script " + std::to_string(i)}));
    }
    std::vector<net::Result<Answer>> outcomes;
    for (const char* text : {"after 1", "after 2", "after 3"}) {
        ann.client->submit(Post{general(), text}, std::nullopt, [&outcomes](net::Result<Answer> got) { outcomes.push_back(std::move(got)); });
    }
    ASSERT_TRUE(cluster.run_until([&] { return outcomes.size() == 3; }));
    for (const auto& outcome : outcomes) EXPECT_TRUE(outcome && std::holds_alternative<Posted>(outcome->result));
    const auto messages = cluster.messages(room);
    for (const char* text : {"after 1", "after 2", "after 3"}) EXPECT_EQ(count_of(messages, text), 1U) << text;
}

TEST(Outbox, ASessionThatExpiredWhileIdleIsReplacedWithoutAWord) {
    Limits limits;
    limits.session_idle_ms_max = 60'000;
    Cluster cluster(1, 1, Cluster::test_options(), limits);
    Person ann(cluster, "ann", 1);
    Person bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    ASSERT_TRUE(ann.submit_now(Post{general(), "before the holidays"}));
    ann.kill(sim::CrashKind::process_kill);
    cluster.time_step_ms = 5'000;
    for (int i = 0; i < 20; ++i) bob.submit_now(Post{general(), "chatter"});
    cluster.time_step_ms = 1;
    ann.start();
    std::vector<net::Result<Answer>> outcomes;
    for (const char* text : {"one", "two", "three"}) {
        ann.client->submit(Post{general(), text}, std::nullopt, [&outcomes](net::Result<Answer> got) { outcomes.push_back(std::move(got)); });
    }
    ASSERT_TRUE(cluster.run_until([&] { return outcomes.size() == 3; }));
    for (const net::Result<Answer>& outcome : outcomes) EXPECT_TRUE(outcome) << outcome.error().message;
    const auto messages = cluster.messages(ann.room_now("general")->room);
    for (const char* text : {"one", "two", "three"}) EXPECT_EQ(count_of(messages, text), 1U);
}

TEST(Outbox, NothingOfAnotherAccountIsSent) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    const RoomId room = ann.room_now("general")->room;
    cluster.network.stop("replica-1");
    cluster.network.cut_all();
    cluster.clock.run_for(10ms);
    std::optional<net::Result<Answer>> outcome;
    ann.client->submit(Post{general(), "as ann"}, Client::SubmitOptions{}, [&](net::Result<Answer> got) { outcome.emplace(std::move(got)); });
    cluster.clock.run_for(10ms);
    cluster.replicas[0]->kill();
    cluster.replicas[0]->open();
    ann.name = "bob";
    ASSERT_TRUE(ann.client->account());
    // The connection comes back and the text may go out before or after; but never under bob.
    ASSERT_TRUE(ann.register_now());
    ASSERT_TRUE(cluster.run_until([&] { return outcome.has_value(); }));
    cluster.clock.run_for(1s);
    for (const RoomMessage& message : cluster.messages(room)) {
        if (message.text != "as ann") continue;
        EXPECT_EQ(message.author_name, "ann");
    }
    EXPECT_NE(count_of(cluster.messages(room), "as ann") == 1, outcome->has_error());
}

TEST(Outbox, AFailingDiskEndsTheClientWithASentence) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    const std::size_t slots = cluster.log.size();
    ann.disk->arm(sim::DiskFault{sim::DiskFaultKind::sync_error, 0, 1'000'000, "outbox", {}});
    const auto answer = ann.submit_now(Post{general(), "x"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, net::ErrorKind::io_failed);
    EXPECT_EQ(ann.client->connection().state, ClientConnection::State::ended);
    cluster.clock.run_for(2s);
    EXPECT_EQ(cluster.log.size(), slots) << "nothing left before it was on disk";
}

TEST(Outbox, AFullDiskHoldsBackWhereSomebodyCanMakeRoomAndNothingIsSentTwice) {
    Cluster cluster(1);
    ClientOptions options;
    options.end_when_full = false;
    Person ann(cluster, "ann", 1, options);
    ann.enter();
    const RoomId room = ann.room_now("general")->room;
    ASSERT_TRUE(ann.submit_now(Post{general(), "before"}));
    ann.disk->arm(sim::DiskFault{sim::DiskFaultKind::full, 0, 1'000'000, "outbox", {}});
    std::vector<std::string> done;
    for (const char* text : {"first", "second"}) {
        ann.client->submit(Post{general(), text}, Client::SubmitOptions{}, [&done, text](const net::Result<Answer>& got) { done.emplace_back(got ? text : got.error().message); });
    }
    cluster.clock.run_for(5s);
    EXPECT_TRUE(done.empty());
    EXPECT_EQ(ann.client->connection().state, ClientConnection::State::online);
    EXPECT_EQ(count_of(cluster.messages(room), "first"), 0) << "nothing leaves before it is on disk";
    ann.disk->disarm();
    ASSERT_TRUE(cluster.run_until([&] { return done.size() == 2; }));
    EXPECT_EQ(done, (std::vector<std::string>{"first", "second"}));
    EXPECT_EQ(count_of(cluster.messages(room), "first"), 1);
    EXPECT_EQ(count_of(cluster.messages(room), "second"), 1);
}

TEST(Outbox, AFullDiskEndsAClientThatNobodySitsAt) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    ann.disk->arm(sim::DiskFault{sim::DiskFaultKind::full, 0, 1'000'000, "outbox", {}});
    const auto answer = ann.submit_now(Post{general(), "x"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, net::ErrorKind::full);
    EXPECT_EQ(ann.client->connection().state, ClientConnection::State::ended);
}

TEST(Outbox, ADiskThatFailsIsNotTakenForAFullOne) {
    Cluster cluster(1);
    ClientOptions options;
    options.end_when_full = false;
    Person ann(cluster, "ann", 1, options);
    ann.enter();
    ann.disk->arm(sim::DiskFault{sim::DiskFaultKind::write_error, 0, 1'000'000, "outbox", {}});
    const auto answer = ann.submit_now(Post{general(), "x"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, net::ErrorKind::io_failed) << answer.error().message;
    EXPECT_EQ(ann.client->connection().state, ClientConnection::State::ended);
}

TEST(Outbox, PositionsAreKept) {
    auto disk = make_disk(5);
    {
        auto store = ClientStore::open(*disk, "p", "parley-sim");
        ASSERT_TRUE((*store)->commit({PutPosition{{RoomId{3}, 10, 2}}, PutPosition{{RoomId{3}, 11, 2}}}));
    }
    auto store = ClientStore::open(*disk, "p", "parley-sim");
    ASSERT_TRUE(store);
    EXPECT_EQ((*store)->position(RoomId{3})->value().message, 11U);
    EXPECT_FALSE((*store)->position(RoomId{4})->has_value());
}

}  // namespace
}  // namespace parley::chat::testing
