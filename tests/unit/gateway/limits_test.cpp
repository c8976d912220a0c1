// What a gateway refuses because there was too much of it, and that nobody else notices.
#include "tests/unit/gateway/raw_client.hpp"

namespace parley::chat::testing {
namespace {

constexpr const char* first = "replica-1";

Target general() { return Target{ByRoomName{"general"}}; }

Payload guess(RawClient& client, const std::string& name) { return client.answer(AskLogIn{name, "a guess", {}, "d"}); }

bool was_tried(const Payload& payload) { return std::holds_alternative<Answer>(payload); }

TEST(LogInLimits, AThousandGuessesCostAHandfulOfHashesAndHarmNobodyElse) {
    Cluster cluster(1);
    FakeWorker& worker = *cluster.replicas[0]->worker;
    cluster.network.from = "192.0.2.1:1000";
    RawClient ann(cluster, first);
    ann.enrol("ann");
    RawClient bob(cluster, first);
    bob.enrol("bob");
    cluster.network.from = "203.0.113.1:1000";
    RawClient guesser(cluster, first);
    const std::uint64_t hashed = worker.jobs;
    int tried = 0;
    for (int i = 0; i < 1'000; ++i) tried += was_tried(guess(guesser, "ann")) ? 1 : 0;
    EXPECT_LT(tried, 20);
    EXPECT_EQ(worker.jobs, hashed + static_cast<std::uint64_t>(tried)) << "what is refused costs no Argon2id";
    EXPECT_EQ(cluster.replicas[0]->gateway->refused_log_ins(), static_cast<std::uint64_t>(1'000 - tried));

    const Payload refusal = guess(guesser, "ann");
    const auto& failure = std::get<Failure>(refusal);
    EXPECT_EQ(failure.kind, Failure::Kind::refused);
    EXPECT_EQ(failure.retry_after_ms, 0U) << "a person is told, and nothing is sent again by itself";
    EXPECT_NE(failure.message.find("wait "), std::string::npos) << failure.message;

    EXPECT_TRUE(std::holds_alternative<Posted>(bob.submit(Post{general(), "at its usual speed"}).result));
    EXPECT_TRUE(std::holds_alternative<Posted>(ann.submit(Post{general(), "so does hers"}).result));
    cluster.network.from = "192.0.2.1:1001";
    RawClient again(cluster, first);
    const auto right = again.answer(AskLogIn{"ann", "a password", hash_of(Token{}), "phone"});
    EXPECT_TRUE(std::holds_alternative<LoggedIn>(answered(right).result)) << "from where she has been before";
    cluster.network.from = "198.51.100.1:1000";
    RawClient hotel(cluster, first);
    const auto elsewhere = hotel.answer(AskLogIn{"ann", "a password", hash_of(Token{}), "laptop"});
    EXPECT_TRUE(std::holds_alternative<LoggedIn>(answered(elsewhere).result)) << "from an address nothing is held against";
}

TEST(LogInLimits, ATokenMakesAnAddressKnown) {
    Cluster cluster(1);
    cluster.network.from = "192.0.2.1:1000";
    RawClient ann(cluster, first);
    ann.enrol("ann");
    cluster.network.from = "203.0.113.1:1000";
    RawClient bad(cluster, first);
    for (int i = 0; i < 100; ++i) guess(bad, "name " + std::to_string(i));
    EXPECT_FALSE(was_tried(guess(bad, "ann"))) << "this address has had its share";
    RawClient phone(cluster, first);
    ASSERT_TRUE(std::holds_alternative<Identity>(phone.answer(Authenticate{ann.token})));
    EXPECT_TRUE(std::holds_alternative<LoggedIn>(answered(phone.answer(AskLogIn{"ann", "a password", {}, "d"})).result))
        << "a neighbour behind the same address";
}

TEST(LogInLimits, ANameNobodyHasIsRefusedLikeOneThatIsThere) {
    Cluster cluster(1);
    RawClient ann(cluster, first);
    ann.enrol("ann");
    std::vector<std::string> said;
    for (const char* name : {"ann", "nobody"}) {
        cluster.network.from = std::string("203.0.113.") + name[0] + ":1";
        RawClient guesser(cluster, first);
        int tried = 0;
        Payload answer;
        while (was_tried(answer = guess(guesser, name)) && tried < 100) ++tried;
        said.push_back(std::to_string(tried) + std::get<Failure>(answer).message);
    }
    EXPECT_EQ(said[0], said[1]);
}

TEST(LogInLimits, AnOldPasswordIsGuessedNoFasterByWhoHasALogin) {
    Cluster cluster(1);
    RawClient ann(cluster, first);
    ann.enrol("ann");
    int tried = 0;
    for (std::uint64_t i = 1; i <= 100; ++i) tried += was_tried(ann.answer(AskChangePassword{"a guess", "mine now", i})) ? 1 : 0;
    EXPECT_LT(tried, 10);
    EXPECT_EQ(failed(ann.answer(AskChangePassword{"a password", "better", 1'000})), Failure::Kind::refused);
    cluster.clock.run_for(60s);
    EXPECT_TRUE(std::holds_alternative<Done>(answered(ann.answer(AskChangePassword{"a password", "better", 1'001})).result));
}

GatewayOptions slow(std::uint32_t requests_a_second) {
    GatewayOptions options = Cluster::test_options();
    options.requests_of_login = Rate::per_second(requests_a_second, 1);
    return options;
}

std::size_t refused_among(const RawClient& client, const std::vector<std::uint64_t>& requests) {
    std::size_t refused = 0;
    for (const std::uint64_t id : requests) {
        const auto answer = client.answer_to(id);
        const auto* failure = answer ? std::get_if<Failure>(&*answer) : nullptr;
        if (failure == nullptr) continue;
        EXPECT_EQ(failure->kind, Failure::Kind::overloaded);
        EXPECT_GT(failure->retry_after_ms, 0U);
        ++refused;
    }
    return refused;
}

TEST(RequestLimits, OneLoginIsHeldToItsRateOverAllItsLinksAndNobodyElseIs) {
    Cluster cluster(1, 1, slow(100));
    RawClient ann(cluster, first);
    ann.enrol("ann");
    RawClient bob(cluster, first);
    bob.enrol("bob");
    RawClient phone(cluster, first);
    phone.answer(Authenticate{ann.token});
    cluster.clock.run_for(2s);
    std::vector<std::uint64_t> of_ann;
    std::vector<std::uint64_t> of_phone;
    for (int i = 0; i < 100; ++i) {
        of_ann.push_back(ann.ask(AskWhoAmI{}));
        of_phone.push_back(phone.ask(AskWhoAmI{}));
    }
    EXPECT_TRUE(std::holds_alternative<Identity>(bob.answer(AskWhoAmI{})));
    cluster.clock.run_for(10ms);
    const std::size_t refused = refused_among(ann, of_ann) + refused_among(phone, of_phone);
    EXPECT_GE(refused, 95U);
    EXPECT_LE(refused, 100U);
    EXPECT_EQ(cluster.replicas[0]->gateway->refused_requests(), refused);
    cluster.clock.run_for(1s);
    EXPECT_TRUE(std::holds_alternative<Identity>(ann.answer(AskWhoAmI{}))) << "a second later all is well";
}

TEST(RequestLimits, OneAddressIsHeldToItsRateLoggedInOrNot) {
    GatewayOptions options = Cluster::test_options();
    options.requests_of_network = Rate::per_second(50, 1);
    Cluster cluster(1, 1, options);
    cluster.network.from = "203.0.113.1:1";
    RawClient one(cluster, first);
    cluster.network.from = "203.0.113.1:2";
    RawClient two(cluster, first);
    cluster.network.from = "203.0.113.2:1";
    RawClient other(cluster, first);
    std::vector<std::uint64_t> asked;
    for (int i = 0; i < 50; ++i) asked.push_back(one.ask(Ping{}));
    for (int i = 0; i < 50; ++i) asked.push_back(two.ask(Ping{}));
    EXPECT_TRUE(std::holds_alternative<Okay>(other.answer(Ping{})));
    cluster.clock.run_for(10ms);
    EXPECT_GE(refused_among(one, asked) + refused_among(two, asked), 45U);
}

TEST(RequestLimits, WhatIsRefusedForItsRateIsNeitherLostNorRepeatedNorReordered) {
    Cluster cluster(1, 1, slow(20));
    Person ann(cluster, "ann", 1);
    ann.enter();
    const RoomId room = ann.room_now("general")->room;
    constexpr int posts = 200;
    int acknowledged = 0;
    for (int i = 0; i < posts; ++i) {
        ann.client->submit(Post{general(), std::to_string(i)}, std::nullopt, [&](const net::Result<Answer>& answer) {
            EXPECT_TRUE(answer.has_value());
            ++acknowledged;
        });
    }
    EXPECT_TRUE(cluster.run_until([&] { return acknowledged == posts; }));
    EXPECT_GT(cluster.replicas[0]->gateway->refused_requests(), 0U);
    std::vector<std::string> expected;
    std::vector<std::string> found;
    for (int i = 0; i < posts; ++i) expected.push_back(std::to_string(i));
    for (const RoomMessage& message : cluster.messages(room)) {
        if (message.text.size() <= 3 && message.text.find_first_not_of("0123456789") == std::string::npos && !message.text.empty()) found.push_back(message.text);
    }
    EXPECT_EQ(found, expected);
}

TEST(RequestLimits, WhoDoesNotListenToRefusalsIsClosed) {
    Cluster cluster(1, 1, slow(1));
    RawClient deaf(cluster, first);
    deaf.enrol("ann");
    for (int i = 0; i < 20'000 && !deaf.closed; ++i) {
        deaf.ask(AskWhoAmI{});
        if (i % 100 == 0) cluster.clock.run_for(1ms);
    }
    cluster.clock.run_for(1s);
    EXPECT_TRUE(deaf.closed);
    RawClient other(cluster, first);
    EXPECT_TRUE(std::holds_alternative<Okay>(other.answer(Ping{})));
}

TEST(RequestLimits, OneAddressRegistersOnlySoManyAccounts) {
    GatewayOptions options = Cluster::test_options();
    options.registrations_of_network = Rate{3, 20min};
    Cluster cluster(1, 1, options);
    RawClient client(cluster, first);
    for (const char* name : {"ann", "bob", "cid"}) {
        const Token token{static_cast<std::byte>(name[0])};
        EXPECT_TRUE(std::holds_alternative<Registered>(answered(client.answer(AskRegister{name, "a password", hash_of(token), "d"})).result)) << name;
    }
    const std::uint64_t hashed = cluster.replicas[0]->worker->jobs;
    EXPECT_EQ(failed(client.answer(AskRegister{"dan", "a password", hash_of(Token{}), "d"})), Failure::Kind::refused);
    EXPECT_EQ(cluster.replicas[0]->worker->jobs, hashed);
    cluster.network.from = "elsewhere";
    RawClient other(cluster, first);
    EXPECT_TRUE(std::holds_alternative<Registered>(answered(other.answer(AskRegister{"dan", "a password", hash_of(Token{}), "d"})).result));
}

TEST(RequestLimits, ALinkHoldsOnlySoManyBytesThatWait) {
    GatewayOptions options = Cluster::test_options();
    options.request_bytes_per_link_max = 1'000;
    Cluster cluster(1, 1, options);
    RawClient ann(cluster, first);
    ann.enrol("ann");
    RawClient bob(cluster, first);
    bob.enrol("bob");
    const std::string pattern(400, 'x');
    std::vector<std::uint64_t> asked;
    for (int i = 0; i < 10; ++i) asked.push_back(ann.ask(AskUsers{pattern, {}, 100}, 1'000'000));   // a slot that does not come
    const std::uint64_t of_bob = bob.ask(AskUsers{std::string(5'000, 'x'), {}, 100}, 1'000'000);
    cluster.clock.run_for(100ms);
    EXPECT_EQ(refused_among(ann, asked), 8U);
    EXPECT_EQ(refused_among(bob, {of_bob}), 0U) << "one alone may be larger";
    cluster.clock.run_for(5s);
    EXPECT_EQ(refused_among(ann, asked), 10U) << "the others waited in vain";
    EXPECT_TRUE(std::holds_alternative<Identity>(ann.answer(AskWhoAmI{}))) << "and nothing is held any more";
    asked.clear();
    for (int i = 0; i < 2; ++i) asked.push_back(ann.ask(AskUsers{pattern, {}, 100}, 1'000'000));
    cluster.clock.run_for(100ms);
    EXPECT_EQ(refused_among(ann, asked), 0U);
}

TEST(RequestLimits, AllLinksTogetherHoldOnlySoManyBytesThatWait) {
    GatewayOptions options = Cluster::test_options();
    options.request_bytes_in_flight_max = 1'000;
    Cluster cluster(1, 1, options);
    RawClient ann(cluster, first);
    ann.enrol("ann");
    auto bob = std::make_unique<RawClient>(cluster, first);
    bob->enrol("bob");
    bob->ask(AskUsers{std::string(900, 'x'), {}, 100}, 1'000'000);
    cluster.clock.run_for(10ms);
    EXPECT_EQ(failed(ann.answer(AskUsers{std::string(400, 'x'), {}, 100}, 0)), Failure::Kind::overloaded);
    bob.reset();
    cluster.clock.run_for(10ms);
    EXPECT_TRUE(std::holds_alternative<UserPage>(ann.answer(AskUsers{}))) << "what a link held ends with it";
}

}  // namespace
}  // namespace parley::chat::testing
