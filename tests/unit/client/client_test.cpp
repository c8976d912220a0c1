// The client against real gateways: accounts, reads, deadlines, and what it does when replicas come and go.
#include <gtest/gtest.h>

#include "tests/unit/gateway/cluster.hpp"

namespace parley::chat::testing {
namespace {

Target general() { return Target{ByRoomName{"general"}}; }

template <class T>
const T* result_of(const net::Result<Answer>& answer) {
    return answer ? std::get_if<T>(&answer->result) : nullptr;
}

TEST(Client, RegistersPostsAndReads) {
    Cluster cluster(3);
    Person ann(cluster, "ann", 1);
    ann.enter();
    const net::Result<Answer> posted = ann.submit_now(Post{general(), "hello"});
    ASSERT_NE(result_of<Posted>(posted), nullptr);
    EXPECT_EQ(result_of<Posted>(posted)->room_name, "general");
    EXPECT_EQ(ann.client->unanswered(), 0U);
    EXPECT_GE(ann.client->seen_slot(), posted->slot);

    Client& client = *ann.client;
    const auto me = ann.wait<Identity>([&](auto reply) { client.whoami(std::nullopt, std::move(reply)); });
    ASSERT_TRUE(me);
    EXPECT_EQ(me->name, "ann");
    EXPECT_TRUE(me->is_admin);
    const auto page = ann.wait<MessagePage>([&](auto reply) { client.history(AskHistory{general(), 0, 0, 50}, std::nullopt, std::move(reply)); });
    ASSERT_TRUE(page);
    EXPECT_EQ(page->messages.back().text, "hello");
    const auto rooms = ann.wait<RoomPage>([&](auto reply) { client.my_rooms(std::nullopt, std::move(reply)); });
    EXPECT_EQ(rooms->rooms.front().name, "general");
    const auto members = ann.wait<UserPage>([&](auto reply) { client.members(AskMembers{general(), "", 10}, std::nullopt, std::move(reply)); });
    EXPECT_EQ(members->users.front().name, "ann");
    const auto status = ann.wait<StatusReport>([&](auto reply) { client.status(std::nullopt, std::move(reply)); });
    EXPECT_GT(status->node, 0U);
    const auto missing = ann.room_now("nowhere");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, net::ErrorKind::not_found);
}

TEST(Client, TheAccountOutlivesTheProcess) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    ann.kill(sim::CrashKind::power_cut);
    ann.start();
    ASSERT_TRUE(ann.client->account());
    EXPECT_EQ(ann.client->account()->name, "ann");
    EXPECT_NE(result_of<Posted>(ann.submit_now(Post{general(), "back again"})), nullptr);
}

TEST(Client, NeedsALoginForMost) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.start();
    EXPECT_EQ(ann.submit_now(Post{general(), "x"}).error().kind, net::ErrorKind::refused);
    EXPECT_EQ(ann.room_now("general").error().kind, net::ErrorKind::refused);
    EXPECT_TRUE(ann.wait<StatusReport>([&](auto reply) { ann.client->status(std::nullopt, std::move(reply)); }));
}

TEST(Client, WrongPasswordAndTakenNameAreAnswersAndChangeNothing) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    Person other(cluster, "ann", 2);
    other.start();
    const auto wrong = other.log_in_now("not it");
    ASSERT_NE(result_of<Refused>(wrong), nullptr);
    EXPECT_EQ(result_of<Refused>(wrong)->why, Refusal::wrong_password);
    const auto taken = other.register_now();
    ASSERT_NE(result_of<Refused>(taken), nullptr);
    EXPECT_EQ(result_of<Refused>(taken)->why, Refusal::name_taken);
    EXPECT_FALSE(other.client->account());
    EXPECT_NE(result_of<LoggedIn>(other.log_in_now()), nullptr);
    EXPECT_NE(result_of<Posted>(other.submit_now(Post{general(), "second device"})), nullptr);
}

TEST(Client, RegisteringSurvivesALostAnswer) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Cluster cluster(3, seed);
        cluster.faults.delay = 3ms;
        Person ann(cluster, "ann", seed);
        ann.start();
        std::optional<net::Result<Answer>> answer;
        ann.client->register_account("ann", "pw", std::nullopt, [&](net::Result<Answer> got) { answer.emplace(std::move(got)); });
        cluster.clock.run_for(std::chrono::microseconds{1000 + cluster.clock.chance() % 6000});
        cluster.network.cut_all();
        ASSERT_TRUE(cluster.run_until([&] { return answer.has_value(); }));
        EXPECT_NE(result_of<Registered>(*answer), nullptr) << "seed " << seed;
    }
}

TEST(Client, StaysWithAReplicaAndMovesOnWhenItDies) {
    Cluster cluster(3);
    Person ann(cluster, "ann", 1);
    ann.enter();
    const std::string address = ann.client->connection().address;
    for (int i = 0; i < 5; ++i) ann.submit_now(Post{general(), "x"});
    cluster.clock.run_for(30s);
    EXPECT_EQ(ann.client->connection().address, address);
    for (const auto& replica : cluster.replicas) {
        if (replica->address() == address) {
            replica->kill();
            cluster.network.cut_all();
        }
    }
    const net::Instant died = cluster.clock.now();
    EXPECT_NE(result_of<Posted>(ann.submit_now(Post{general(), "elsewhere"})), nullptr);
    EXPECT_LT(cluster.clock.now() - died, 1s);
    EXPECT_NE(ann.client->connection().address, address);
}

TEST(Client, LearnsTheOtherAddressesFromTheFirst) {
    Cluster cluster(3);
    ClientOptions options;
    options.servers = {"replica-1"};
    Person ann(cluster, "ann", 1, options);
    ann.enter();
    cluster.replicas[0]->kill();
    cluster.network.cut_all();
    EXPECT_NE(result_of<Posted>(ann.submit_now(Post{general(), "elsewhere"})), nullptr);
}

TEST(Client, LeavesAReplicaThatFallsSilent) {
    Cluster cluster(3);
    Person ann(cluster, "ann", 1);
    ann.enter();
    const std::string address = ann.client->connection().address;
    cluster.network.newest()->stall(1, true);   // frozen: the connection stands, nothing comes
    cluster.clock.run_for(6s);
    EXPECT_TRUE(ann.client->connection().authenticated);
    EXPECT_NE(ann.client->connection().address, address);
}

TEST(Client, WithoutALeaderTheDeadlineEndsTheCallAndTheOutboxGoesOn) {
    Cluster cluster(3);
    Person ann(cluster, "ann", 1);
    ann.enter();
    cluster.set_leader(false);
    const auto answer = ann.submit_now(Post{general(), "patience"}, 3s);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, net::ErrorKind::timed_out);
    EXPECT_EQ(ann.client->unanswered(), 1U);
    cluster.set_leader(true);
    EXPECT_TRUE(cluster.run_until([&] { return ann.client->unanswered() == 0; }));
    EXPECT_EQ(cluster.messages(ann.room_now("general")->room).back().text, "patience");
}

TEST(Client, NobodyThereIsATimeOut) {
    Cluster cluster(1);
    cluster.replicas[0]->kill();
    Person ann(cluster, "ann", 1);
    ann.start();
    const auto status = ann.wait<StatusReport>([&](auto reply) { ann.client->status(2s, std::move(reply)); });
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, net::ErrorKind::timed_out);
    EXPECT_GT(ann.dialer->dials, 3U);
    EXPECT_LT(ann.dialer->dials, 30U) << "with back-off";
}

TEST(Client, AnUntrustedCertificateEndsEverythingAtOnce) {
    Cluster cluster(1);
    cluster.network.refusals["replica-1"] = net::Error{net::ErrorKind::untrusted, "unknown CA: name it with --ca FILE"};
    Person ann(cluster, "ann", 1);
    ann.start();
    const auto answer = ann.register_now();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, net::ErrorKind::untrusted);
    EXPECT_EQ(ann.client->connection().state, ClientConnection::State::ended);
    const auto later = ann.wait<StatusReport>([&](auto reply) { ann.client->status(2s, std::move(reply)); });
    EXPECT_EQ(later.error().kind, net::ErrorKind::untrusted);
    EXPECT_EQ(ann.dialer->dials, 1U);
}

// Whichever address a client happens to begin with.
TEST(Client, AnUntrustedCertificateOfOneReplicaKeepsNobodyFromTheOthers) {
    std::size_t dials = 0;
    for (std::uint64_t node = 1; node <= 6; ++node) {
        Cluster cluster(3);
        cluster.network.refusals["replica-3"] = net::Error{net::ErrorKind::untrusted, "the server's certificate has expired"};
        Person ann(cluster, "ann", node);
        ann.start();
        EXPECT_TRUE(ann.register_now());
        dials += ann.dialer->dials;
    }
    EXPECT_GT(dials, 6U) << "one at least began with the wrong one";
}

TEST(Client, UntrustedCertificatesOfAllReplicasEndEverything) {
    Cluster cluster(3);
    for (const char* address : {"replica-1", "replica-2", "replica-3"}) {
        cluster.network.refusals[address] = net::Error{net::ErrorKind::untrusted, "unknown CA: name it with --ca FILE"};
    }
    Person ann(cluster, "ann", 1);
    ann.start();
    const auto answer = ann.register_now();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, net::ErrorKind::untrusted);
    EXPECT_EQ(ann.dialer->dials, 3U);
}

TEST(Client, LoggingOutForgetsTheAccount) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    const auto answer = ann.wait<Answer>([&](auto reply) { ann.client->log_out(false, std::nullopt, std::move(reply)); });
    EXPECT_NE(result_of<Done>(answer), nullptr);
    EXPECT_FALSE(ann.client->account());
    EXPECT_EQ(ann.logged_out, 1U);
    cluster.clock.run_for(2s);
    EXPECT_FALSE(ann.client->connection().authenticated);
    EXPECT_EQ(ann.client->connection().state, ClientConnection::State::online);
    EXPECT_NE(result_of<LoggedIn>(ann.log_in_now()), nullptr);
    EXPECT_NE(result_of<Posted>(ann.submit_now(Post{general(), "here again"})), nullptr);
}

TEST(Client, HearsThatItWasLoggedOutFromAnotherDevice) {
    Cluster cluster(2);
    Person phone(cluster, "ann", 1);
    Person laptop(cluster, "ann", 2);
    phone.enter();
    laptop.start();
    ASSERT_NE(result_of<LoggedIn>(laptop.log_in_now()), nullptr);
    cluster.run_until([&] { return laptop.client->connection().authenticated; });
    phone.wait<Answer>([&](auto reply) { phone.client->log_out(true, std::nullopt, std::move(reply)); });
    EXPECT_TRUE(cluster.run_until([&] { return laptop.logged_out == 1; }, 5s));
    EXPECT_FALSE(laptop.client->account());
    laptop.kill(sim::CrashKind::process_kill);
    laptop.start();
    EXPECT_FALSE(laptop.client->account()) << "forgotten on disk, too";
}

TEST(Client, HearsWhenItsRoomsAndMarkersChange) {
    Cluster cluster(2);
    Person ann(cluster, "ann", 1);
    Person bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    ann.submit_now(CreateRoom{"den", true});
    ann.submit_now(InviteToRoom{Target{ByRoomName{"den"}}, "bob"});
    EXPECT_TRUE(cluster.run_until([&] { return bob.rooms_changed > 0; }, 5s));
    const auto posted = ann.submit_now(Post{Target{ByRoomName{"den"}}, "x"});
    bob.submit_now(MarkRead{Target{ByRoomName{"den"}}, 0});
    ASSERT_TRUE(cluster.run_until([&] { return !bob.read_moves.empty(); }, 5s));
    EXPECT_EQ(bob.read_moves.back().second, result_of<Posted>(posted)->number);
}

TEST(Client, TooLargeOperationsAreRefusedBeforeTheyGetANumber) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    EXPECT_EQ(ann.submit_now(Post{general(), std::string(200'000, 'x')}).error().kind, net::ErrorKind::refused);
    const auto long_text = ann.submit_now(Post{general(), std::string(20'000, 'x')});
    ASSERT_NE(result_of<Refused>(long_text), nullptr);
    EXPECT_EQ(result_of<Refused>(long_text)->why, Refusal::text_too_long);
    EXPECT_NE(result_of<Posted>(ann.submit_now(Post{general(), "fine"})), nullptr);
}

TEST(Client, HearsOfUnreadMessagesAndOfMarkersThatGoBack) {
    Cluster cluster(3);
    Person ann(cluster, "ann", 1);
    Person bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    const auto posted = ann.submit_now(Post{general(), "hello @bob"});
    ASSERT_NE(result_of<Posted>(posted), nullptr);
    bob.submit_now(MarkRead{general(), 0});
    const auto none = bob.wait<UnreadPage>([&](auto reply) { bob.client->unread(std::nullopt, std::move(reply)); });
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->rooms.empty());
    bob.submit_now(MarkUnread{general(), result_of<Posted>(posted)->number});
    const auto page = bob.wait<UnreadPage>([&](auto reply) { bob.client->unread(std::nullopt, std::move(reply)); });
    ASSERT_TRUE(page);
    ASSERT_EQ(page->rooms.size(), 1U);
    EXPECT_EQ(page->rooms[0].room.mentions, 1U);
    ASSERT_EQ(page->rooms[0].senders.size(), 1U);
    EXPECT_EQ(page->rooms[0].senders[0].name, "ann");
    ASSERT_EQ(bob.unread_marks.size(), 1U);
    EXPECT_EQ(bob.unread_marks[0].second, result_of<Posted>(posted)->number - 1);
    EXPECT_EQ(bob.read_moves.size(), 1U);
}

TEST(Client, RegistersWithAnInvitationAndChangesThePassword) {
    Cluster cluster(3);
    Person ann(cluster, "ann", 1);
    ann.enter();
    ann.submit_now(SetRegistration{Registration::invite});
    // SHA-256 of "abc", a published test vector.
    const TokenHash hash = [] {
        constexpr std::array<unsigned, 32> bytes{0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
                                                 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
        TokenHash all{};
        for (std::size_t i = 0; i < bytes.size(); ++i) all.at(i) = static_cast<std::byte>(bytes.at(i));
        return all;
    }();
    ASSERT_NE(result_of<Done>(ann.submit_now(MakeInvite{hash, 1, 3'600'000})), nullptr);
    Person bob(cluster, "bob", 2);
    bob.start();
    const auto refused = bob.register_now();
    ASSERT_NE(result_of<Refused>(refused), nullptr);
    EXPECT_EQ(result_of<Refused>(refused)->why, Refusal::invite_needed);
    const auto entered = bob.wait<Answer>([&](auto reply) { bob.client->register_account("bob", "first", std::nullopt, std::move(reply), "abc"); });
    EXPECT_NE(result_of<Registered>(entered), nullptr);
    const auto changed = bob.wait<Answer>([&](auto reply) { bob.client->change_password("first", "second", std::nullopt, std::move(reply)); });
    EXPECT_NE(result_of<Done>(changed), nullptr);
    const auto logins = bob.wait<LoginPage>([&](auto reply) { bob.client->logins(std::nullopt, std::move(reply)); });
    ASSERT_TRUE(logins);
    EXPECT_EQ(logins->logins.size(), 1U);
}

TEST(Client, SeesWhoIsThereAndWhoTypesAlsoAfterAReconnect) {
    Cluster cluster(3);
    Person ann(cluster, "ann", 1);
    Person bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    const UserId her = ann.client->account()->user;
    bob.client->watch_presence({her});
    EXPECT_TRUE(cluster.run_until([&] { return bob.presence[her] == Presence::online; }, 5s));
    ann.client->set_away(true);
    EXPECT_TRUE(cluster.run_until([&] { return bob.presence[her] == Presence::away; }, 5s));
    const RoomId room = ann.room_now("general")->room;
    std::vector<RoomMessage> seen;
    for (Person* person : {&ann, &bob}) {
        SubscriptionEvents events;
        events.messages = [&](const std::vector<RoomMessage>& messages) { seen.insert(seen.end(), messages.begin(), messages.end()); };
        person->client->subscribe(room, 0, 0, std::move(events));
    }
    EXPECT_TRUE(cluster.run_until([&] { return seen.size() >= 4; }, 5s));
    ann.client->typing(room);
    ann.client->typing(room);
    EXPECT_TRUE(cluster.run_until([&] { return !bob.typing.empty(); }, 5s));
    cluster.clock.run_for(2s);
    EXPECT_EQ(bob.typing, std::vector<std::string>{"ann"}) << "told once";
    cluster.network.cut_all();
    bob.presence.clear();
    EXPECT_TRUE(cluster.run_until([&] { return bob.presence[her] == Presence::away; }, 20s)) << "both say it again on a new link";
}

TEST(Client, AnAdministratorResetsAPasswordAndReadsWhatWasDone) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    Person bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    const auto reset = ann.wait<Answer>([&](auto reply) { ann.client->reset_password("bob", "fresh start", std::nullopt, std::move(reply)); });
    EXPECT_NE(result_of<Done>(reset), nullptr);
    EXPECT_TRUE(cluster.run_until([&] { return bob.logged_out == 1; }, 5s));
    EXPECT_NE(result_of<LoggedIn>(bob.log_in_now("fresh start")), nullptr);
    const auto audit = ann.wait<AuditPage>([&](auto reply) { ann.client->audit({0, 10}, std::nullopt, std::move(reply)); });
    ASSERT_TRUE(audit);
    ASSERT_EQ(audit->entries.size(), 1U);
    EXPECT_EQ(audit->entries[0].subject, "bob");
    const auto rooms = bob.wait<RoomPage>([&](auto reply) { bob.client->all_rooms({"", 10}, std::nullopt, std::move(reply)); });
    EXPECT_FALSE(rooms);
}

}  // namespace
}  // namespace parley::chat::testing
