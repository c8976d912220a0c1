// What a gateway does for its links: who is let in, what is answered and when, and where its limits are.
#include "tests/unit/gateway/raw_client.hpp"

namespace parley::chat::testing {
namespace {

constexpr const char* first = "replica-1";

Target general() { return Target{ByRoomName{"general"}}; }

RoomId room_of(RawClient& client, const std::string& name) {
    const Payload page = client.answer(AskRoom{Target{ByRoomName{name}}});
    const auto* rooms = std::get_if<RoomPage>(&page);
    EXPECT_NE(rooms, nullptr);
    return rooms != nullptr ? rooms->rooms.front().room : RoomId{};
}

TEST(Gateway, WelcomesAClientWithWhatItKnowsOfTheCluster) {
    Cluster cluster(3);
    RawClient client(cluster, "replica-2");
    ASSERT_TRUE(cluster.run_until([&] { return !client.heard.empty(); }));
    const Welcome& welcome = std::get<Welcome>(client.heard.front());
    EXPECT_EQ(welcome.node, 2U);
    EXPECT_EQ(welcome.alias, "2");
    EXPECT_EQ(welcome.leader_alias, "1");
    EXPECT_EQ(welcome.replicas, 3U);
    EXPECT_EQ(welcome.addresses.size(), 3U);
}

TEST(Gateway, RefusesWhatNeedsALoginBeforeIt) {
    Cluster cluster(1);
    RawClient client(cluster, first);
    EXPECT_EQ(failed(client.answer(AskWhoAmI{})), Failure::Kind::unauthenticated);
    EXPECT_EQ(failed(client.answer(AskUsers{})), Failure::Kind::unauthenticated);
    EXPECT_EQ(failed(client.answer(AskSession{1})), Failure::Kind::unauthenticated);
    EXPECT_EQ(failed(client.answer(Submit{SessionId{1, 0}, 1, 1, Post{general(), "hi"}})), Failure::Kind::unauthenticated);
    EXPECT_EQ(failed(client.answer(Subscribe{RoomId{1}})), Failure::Kind::unauthenticated);
    EXPECT_EQ(failed(client.answer(Authenticate{})), Failure::Kind::unauthenticated);
    EXPECT_TRUE(std::holds_alternative<StatusReport>(client.answer(AskStatus{})));
    EXPECT_TRUE(cluster.log.empty());
}

TEST(Gateway, ClosesALinkThatSendsNonsenseAndNoOther) {
    Cluster cluster(1);
    RawClient good(cluster, first);
    RawClient bad(cluster, first);
    good.enrol("ann");
    bad.send(net::encode_frame({static_cast<std::uint16_t>(FrameType::client_request), 0, 0}, net::Bytes(5, std::byte{0xFF})));
    EXPECT_TRUE(cluster.run_until([&] { return bad.closed; }));
    RawClient worse(cluster, first, false);
    worse.send(frame_of(ClientRequest{1, 0, Ping{}}, Sender{}));   // no hello
    EXPECT_TRUE(cluster.run_until([&] { return worse.closed; }));
    RawClient stranger(cluster, first, false);
    stranger.send(frame_of(ClientHello{}, Sender{0xBAD, 0}));
    EXPECT_TRUE(cluster.run_until([&] { return stranger.closed; }));
    EXPECT_EQ(cluster.replicas[0]->gateway->refused_links(), 3U);
    EXPECT_TRUE(std::holds_alternative<Posted>(good.submit(Post{general(), "still here"}).result));
    EXPECT_EQ(cluster.replicas[0]->gateway->clients(), 1U);
}

TEST(Gateway, EveryTruncationAndFlipOfARequestIsAnsweredOrClosed) {
    Cluster cluster(1);
    const net::Bytes whole = net::encode(ClientRequest{9, 0, AskRegister{"ann", "pw", {}, "d"}});
    for (std::size_t i = 0; i < whole.size(); ++i) {
        RawClient client(cluster, first);
        net::Bytes flipped = whole;
        flipped[i] ^= std::byte{0x40};
        client.send(net::encode_frame({static_cast<std::uint16_t>(FrameType::client_request), 0, 0}, flipped));
        EXPECT_TRUE(cluster.run_until([&] { return client.closed || client.heard.size() > 1; })) << i;
        RawClient cut(cluster, first);
        cut.send(net::encode_frame({static_cast<std::uint16_t>(FrameType::client_request), 0, 0}, net::ByteView{whole}.first(i)));
        EXPECT_TRUE(cluster.run_until([&] { return cut.closed; })) << i;
    }
}

TEST(Gateway, AWrongPasswordAndAnUnknownNameGetTheSameAnswer) {
    Cluster cluster(1);
    RawClient client(cluster, first);
    client.enrol("ann");
    const std::size_t slots = cluster.log.size();
    for (const char* name : {"ann", "nobody"}) {
        const Payload answer = client.answer(AskLogIn{name, "wrong", {}, "d"});
        EXPECT_EQ(std::get<Refused>(answered(answer).result).why, Refusal::wrong_password);
    }
    EXPECT_EQ(cluster.log.size(), slots) << "nothing was proposed";
    const Payload right = client.answer(AskLogIn{"ann", "a password", hash_of(Token{}), "d"});
    EXPECT_TRUE(std::holds_alternative<LoggedIn>(answered(right).result));
}

TEST(Gateway, ChangesAPasswordOnceAndOnlyForWhoKnowsTheOldOne) {
    Cluster cluster(1);
    RawClient client(cluster, first);
    EXPECT_EQ(failed(client.answer(AskChangePassword{"a password", "b", 5})), Failure::Kind::unauthenticated);
    client.enrol("ann");
    const std::size_t slots = cluster.log.size();
    EXPECT_EQ(std::get<Refused>(answered(client.answer(AskChangePassword{"wrong", "better", 5})).result).why, Refusal::wrong_password);
    EXPECT_EQ(failed(client.answer(AskChangePassword{"a password", "", 5})), Failure::Kind::refused);
    EXPECT_EQ(failed(client.answer(AskChangePassword{"a password", "better", 0})), Failure::Kind::malformed);
    EXPECT_EQ(cluster.log.size(), slots) << "nothing was proposed";
    EXPECT_TRUE(std::holds_alternative<Done>(answered(client.answer(AskChangePassword{"a password", "better", 5})).result));
    EXPECT_TRUE(std::holds_alternative<Done>(answered(client.answer(AskChangePassword{"a password", "better", 5})).result)) << "asked again";
    EXPECT_EQ(cluster.log.size(), slots + 1);
    EXPECT_EQ(std::get<Refused>(answered(client.answer(AskLogIn{"ann", "a password", {}, "d"})).result).why, Refusal::wrong_password);
    EXPECT_TRUE(std::holds_alternative<LoggedIn>(answered(client.answer(AskLogIn{"ann", "better", {}, "d"})).result));
    EXPECT_EQ(std::get<LoginPage>(client.answer(AskLogins{})).logins.size(), 2U);
}

TEST(Gateway, KeepsNeitherPasswordNorTokenInTheLog) {
    Cluster cluster(1);
    RawClient client(cluster, first);
    client.enrol("ann");
    const std::string secret = "a password";
    for (const consensus::Batch& batch : cluster.log) {
        for (const net::Bytes& command : batch.commands) {
            const std::string text(reinterpret_cast<const char*>(command.data()), command.size());
            EXPECT_EQ(text.find(secret), std::string::npos);
            EXPECT_EQ(text.find("ann\0\0\0\0", 0, 7), std::string::npos) << "the clear token";
        }
    }
    const auto row = cluster.replicas[0]->view->password_of("ann");
    ASSERT_TRUE(row && *row);
    EXPECT_EQ((*row)->password_hash.rfind("$argon2id$v=19$m=8,t=1,p=1$", 0), 0U);
}

TEST(Gateway, AnswersOnlyWhatItHasApplied) {
    Cluster cluster(2);
    RawClient client(cluster, first);
    client.enrol("ann");
    cluster.replicas[0]->paused = true;
    const std::uint64_t id = client.ask(Submit{client.session, 1, 1, Post{general(), "hi"}});
    cluster.clock.run_for(300ms);
    EXPECT_FALSE(client.answer_to(id)) << "the other replica applied it, this one did not";
    cluster.catch_up();
    EXPECT_TRUE(cluster.run_until([&] { return client.answer_to(id).has_value(); }, 1s));
}

TEST(Gateway, AReadWaitsForWhatItsClientHasSeen) {
    Cluster cluster(2);
    RawClient client(cluster, first);
    client.enrol("ann");
    RawClient other(cluster, "replica-2");
    other.answer(Authenticate{client.token}, cluster.log.size());
    cluster.replicas[1]->paused = true;
    const Answer posted = client.submit(Post{general(), "news"});
    const std::uint64_t id = other.ask(AskHistory{general(), 0, 0, 50}, posted.slot);
    cluster.clock.run_for(100ms);
    EXPECT_FALSE(other.answer_to(id));
    cluster.catch_up();
    ASSERT_TRUE(cluster.run_until([&] { return other.answer_to(id).has_value(); }, 1s));
    EXPECT_EQ(std::get<MessagePage>(*other.answer_to(id)).messages.back().text, "news");
    // A slot that never comes: bounded.
    const Payload late = other.answer(AskWhoAmI{}, 1'000'000);
    EXPECT_EQ(failed(late), Failure::Kind::overloaded);
    EXPECT_GT(std::get<Failure>(late).retry_after_ms, 0U);
}

TEST(Gateway, AFreshReadSeesWhatAnybodyWasTold) {
    Cluster cluster(2);
    RawClient ann(cluster, first);
    ann.enrol("ann");
    RawClient far(cluster, "replica-2");
    far.answer(Authenticate{ann.token}, cluster.log.size());
    cluster.replicas[1]->paused = true;
    ann.submit(Post{general(), "news"});
    // This link has seen nothing of it: its own replica would answer with what it has.
    const auto stale = std::get<MessagePage>(far.answer(AskHistory{general(), 0, 0, 50}));
    EXPECT_TRUE(std::ranges::none_of(stale.messages, [](const RoomMessage& message) { return message.text == "news"; }));
    const std::uint64_t id = far.ask(AskHistory{general(), 0, 0, 50}, 0, true);
    cluster.clock.run_for(100ms);
    EXPECT_FALSE(far.answer_to(id));
    cluster.catch_up();
    ASSERT_TRUE(cluster.run_until([&] { return far.answer_to(id).has_value(); }, 1s));
    EXPECT_EQ(std::get<MessagePage>(*far.answer_to(id)).messages.back().text, "news");
}

TEST(Gateway, AFreshReadWithoutAQuorumFailsInTimeAndAnOrdinaryOneDoesNot) {
    Cluster cluster(1);
    RawClient ann(cluster, first);
    ann.enrol("ann");
    cluster.leader = false;   // and nobody has noticed yet
    const std::uint64_t id = ann.ask(AskWhoAmI{}, 0, true);
    ASSERT_TRUE(cluster.run_until([&] { return ann.answer_to(id).has_value(); }, 3s));
    EXPECT_EQ(failed(*ann.answer_to(id)), Failure::Kind::no_leader);
    EXPECT_GT(std::get<Failure>(*ann.answer_to(id)).retry_after_ms, 0U);
    EXPECT_EQ(std::get<Identity>(ann.answer(AskWhoAmI{})).name, "ann");
}

TEST(Gateway, FreshReadsOfALinkThatIsGoneAreForgotten) {
    Cluster cluster(1);
    auto ann = std::make_unique<RawClient>(cluster, first);
    ann->enrol("ann");
    for (int i = 0; i < 20; ++i) ann->ask(AskWhoAmI{}, 0, true);
    ann.reset();
    cluster.clock.run_for(100ms);
    RawClient other(cluster, first);
    EXPECT_EQ(other.answer(Ping{}).index(), Payload{Okay{}}.index());
}

TEST(Gateway, AnswersForThreadsPinsAndEdits) {
    GatewayOptions options = Cluster::test_options();
    options.page_rows_max = 2;
    Cluster cluster(1, 1, options);
    RawClient ann(cluster, first);
    RawClient bob(cluster, first);
    ann.enrol("ann");
    bob.enrol("bob");
    ann.submit(CreateRoom{"den", true});
    const Target den{ByRoomName{"den"}};
    const auto root = std::get<Posted>(ann.submit(Post{den, "cofee?"}).result).number;
    for (const char* text : {"a", "b", "c"}) ann.submit(Post{den, text, root});
    ann.submit(EditMessage{den, root, "coffee?"});
    ann.submit(Pin{den, root});

    const auto page = std::get<MessagePage>(ann.answer(AskThread{den, root + 1, 0, 50}));
    ASSERT_EQ(page.messages.size(), 3U) << "the first message and as many replies as a page has";
    EXPECT_TRUE(page.more);
    EXPECT_EQ(page.messages[0].text, "coffee?");
    EXPECT_EQ(page.messages[0].replies, 3U);
    const auto rest = std::get<MessagePage>(ann.answer(AskThread{den, root, page.messages.back().number, 50}));
    ASSERT_EQ(rest.messages.size(), 1U);
    EXPECT_EQ(rest.messages[0].text, "c");
    EXPECT_FALSE(rest.more);
    const auto pins = std::get<MessagePage>(ann.answer(AskPins{den}));
    ASSERT_EQ(pins.messages.size(), 1U);
    EXPECT_TRUE(pins.messages[0].pinned);
    const auto edits = std::get<EditPage>(ann.answer(AskEdits{den, root}));
    ASSERT_EQ(edits.edits.size(), 1U);
    EXPECT_EQ(edits.edits[0].text, "cofee?");
    EXPECT_EQ(failed(ann.answer(AskThread{den, 99, 0, 50})), Failure::Kind::not_found);
    for (const Question& question : std::vector<Question>{AskThread{den, root, 0, 50}, AskPins{den}, AskEdits{den, root}}) {
        EXPECT_EQ(failed(bob.answer(question)), Failure::Kind::not_found) << "bob is not in it";
    }
}

TEST(Gateway, HidesPrivateRoomsFromWhoIsNotInThem) {
    Cluster cluster(1);
    RawClient ann(cluster, first);
    RawClient bob(cluster, first);
    ann.enrol("ann");
    bob.enrol("bob");
    ann.submit(CreateRoom{"secret", true});
    ann.submit(Post{Target{ByRoomName{"secret"}}, "only us"});
    const RoomId room = room_of(ann, "secret");
    EXPECT_EQ(failed(bob.answer(AskRoom{Target{ByRoom{room}}})), Failure::Kind::not_found);
    EXPECT_EQ(failed(bob.answer(AskHistory{Target{ByRoom{room}}, 0, 0, 50})), Failure::Kind::not_found);
    EXPECT_EQ(failed(bob.answer(AskMembers{Target{ByRoom{room}}, "", 10})), Failure::Kind::not_found);
    EXPECT_EQ(failed(bob.answer(Subscribe{room})), Failure::Kind::not_found);
    ann.submit(InviteToRoom{Target{ByRoom{room}}, "bob"});
    EXPECT_TRUE(std::holds_alternative<MessagePage>(bob.answer(AskHistory{Target{ByRoom{room}}, 0, 0, 50})));
    EXPECT_FALSE(bob.pushed<PushRooms>().empty());
}

TEST(Gateway, LetsNoCommandInThatOlderReplicasWouldNotKnow) {
    Cluster cluster(1);
    RawClient ann(cluster, first);
    ann.enrol("ann");
    const std::size_t before = cluster.log.size();
    for (const Operation& operation : std::vector<Operation>{BeginUpload{}, CancelUpload{FileId{1}}, PostFile{general(), FileId{1}, "a", "", "", 0}}) {
        EXPECT_EQ(failed(ann.answer(Submit{ann.session, 1, 1, operation})), Failure::Kind::refused);
    }
    EXPECT_EQ(cluster.log.size(), before);
    cluster.level = consensus::level_of_files;
    EXPECT_TRUE(std::holds_alternative<UploadBegun>(answered(ann.answer(Submit{ann.session, 1, 1, BeginUpload{}})).result));
}

TEST(Gateway, RefusesASessionOfAnotherLogin) {
    Cluster cluster(1);
    RawClient ann(cluster, first);
    RawClient bob(cluster, first);
    ann.enrol("ann");
    bob.enrol("bob");
    EXPECT_EQ(failed(bob.answer(Submit{ann.session, 1, 1, Post{general(), "as ann"}})), Failure::Kind::not_allowed);
    EXPECT_TRUE(std::holds_alternative<Posted>(ann.submit(Post{general(), "myself"}).result));
    const Payload unknown = bob.answer(Submit{SessionId{1, 999}, 1, 1, Post{general(), "x"}});
    EXPECT_EQ(std::get<Refused>(answered(unknown).result).why, Refusal::unknown_session);
}

TEST(Gateway, RefusesMorePasswordsThanItMayHash) {
    GatewayOptions options = Cluster::test_options();
    options.passwords_queued_max = 3;
    Cluster cluster(1, 1, options);
    RawClient client(cluster, first);
    cluster.replicas[0]->worker->held = true;
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(client.ask(AskLogIn{"nobody", "pw", {}, "d"}));
    cluster.clock.run_for(50ms);
    EXPECT_FALSE(client.answer_to(ids[2]));
    ASSERT_TRUE(client.answer_to(ids[3]) && client.answer_to(ids[4]));
    EXPECT_EQ(failed(*client.answer_to(ids[4])), Failure::Kind::overloaded);
    cluster.replicas[0]->worker->release();
    EXPECT_TRUE(cluster.run_until([&] { return client.answer_to(ids[0]) && client.answer_to(ids[2]); }, 1s));
}

TEST(Gateway, RefusesMoreRequestsAtOnceThanOneLinkMayHave) {
    GatewayOptions options = Cluster::test_options();
    options.requests_per_link_max = 8;
    options.waiting_commands_max = 4;
    Cluster cluster(1, 1, options);
    RawClient client(cluster, first);
    client.enrol("ann");
    cluster.replicas[0]->paused = true;
    std::vector<std::uint64_t> ids;
    for (std::uint64_t number = 1; number <= 12; ++number) {
        ids.push_back(client.ask(Submit{client.session, number, 1, Post{general(), "m"}}));
    }
    cluster.clock.run_for(50ms);
    EXPECT_EQ(cluster.replicas[0]->gateway->waiting(), 4U);
    EXPECT_FALSE(client.answer_to(ids[3]));
    for (std::size_t i = 4; i < 12; ++i) {
        ASSERT_TRUE(client.answer_to(ids[i])) << i;
        EXPECT_EQ(failed(*client.answer_to(ids[i])), Failure::Kind::overloaded);
    }
}

TEST(Gateway, TellsItsClientsWhenThereIsNoLeader) {
    Cluster cluster(1);
    RawClient client(cluster, first);
    client.enrol("ann");
    cluster.set_leader(false);
    const std::uint64_t waits = client.ask(Submit{client.session, 1, 1, Post{general(), "early"}});
    cluster.clock.run_for(1s);
    EXPECT_TRUE(client.pushed<Welcome>().back().leader_alias) << "not before two seconds";
    cluster.clock.run_for(2s);
    EXPECT_FALSE(client.pushed<Welcome>().back().leader_alias);
    const Payload refused = client.answer(Submit{client.session, 2, 1, Post{general(), "late"}});
    EXPECT_EQ(failed(refused), Failure::Kind::no_leader);
    EXPECT_GT(std::get<Failure>(refused).retry_after_ms, 0U);
    EXPECT_FALSE(client.answer_to(waits)) << "what waits goes on waiting";
    cluster.set_leader(true);
    EXPECT_TRUE(cluster.run_until([&] { return client.answer_to(waits).has_value(); }, 1s));
    EXPECT_TRUE(std::holds_alternative<Posted>(answered(*client.answer_to(waits)).result));
    EXPECT_TRUE(client.pushed<Welcome>().back().leader_alias);
}

TEST(Gateway, LoggingOutIsAnsweredThenEveryLinkOfTheLoginEnds) {
    Cluster cluster(2);
    RawClient here(cluster, first);
    here.enrol("ann");
    RawClient there(cluster, "replica-2");
    there.answer(Authenticate{here.token}, cluster.log.size());
    RawClient bystander(cluster, "replica-2");
    const std::uint64_t id = here.ask(Submit{here.session, 1, 1, LogOut{}});
    EXPECT_TRUE(cluster.run_until([&] { return here.closed && there.closed; }, 2s));
    ASSERT_TRUE(here.answer_to(id));
    EXPECT_TRUE(std::holds_alternative<Done>(answered(*here.answer_to(id)).result));
    EXPECT_EQ(here.pushed<PushLoggedOut>().size(), 1U);
    EXPECT_EQ(there.pushed<PushLoggedOut>().size(), 1U);
    EXPECT_FALSE(bystander.closed);
    EXPECT_EQ(failed(bystander.answer(Authenticate{here.token}, cluster.log.size())), Failure::Kind::unauthenticated);
}

TEST(Gateway, DigestsOfOneSlotAreKeptOnEveryReplica) {
    Cluster cluster(2);
    RawClient one(cluster, first);
    RawClient two(cluster, "replica-2");
    one.enrol("ann");
    const Payload asked = one.answer(AskDigest{0});
    ASSERT_TRUE(std::holds_alternative<DigestReport>(asked));
    const auto& here = std::get<DigestReport>(asked);
    const Payload other = two.answer(AskDigest{here.slot});
    ASSERT_TRUE(std::holds_alternative<DigestReport>(other));
    EXPECT_EQ(std::get<DigestReport>(other).digest, here.digest);
    EXPECT_EQ(failed(two.answer(AskDigest{1})), Failure::Kind::not_found);
}

TEST(Gateway, DigestsNeedTheOperatorUnlessTlsIsOff) {
    GatewayOptions options = Cluster::test_options();
    options.operators_need_certificate = true;
    Cluster cluster(1, 1, options);
    RawClient client(cluster, first);
    EXPECT_EQ(failed(client.answer(AskDigest{0})), Failure::Kind::not_allowed);
}

TEST(Gateway, TransferOfLeadershipNeedsTheOperatorAndAKnownReplica) {
    GatewayOptions options = Cluster::test_options();
    options.operators_need_certificate = true;
    Cluster guarded(1, 1, options);
    RawClient stranger(guarded, first);
    EXPECT_EQ(failed(stranger.answer(AskTransfer{"1"})), Failure::Kind::not_allowed);
    Cluster cluster(1);
    RawClient client(cluster, first);
    EXPECT_EQ(failed(client.answer(AskTransfer{"no such"})), Failure::Kind::not_found);
}

TEST(Gateway, MembershipAndSnapshotsAreTheOperators) {
    GatewayOptions options = Cluster::test_options();
    options.operators_need_certificate = true;
    Cluster guarded(1, 1, options);
    RawClient stranger(guarded, first);
    using consensus::ChangeKind;
    for (const ChangeKind kind : {ChangeKind::add, ChangeKind::promote, ChangeKind::remove, ChangeKind::join}) {
        EXPECT_EQ(failed(stranger.answer(AskMembership{kind, 1, "4", "host:1", 1})), Failure::Kind::not_allowed);
    }
    EXPECT_EQ(failed(stranger.answer(AskConfiguration{})), Failure::Kind::not_allowed);
    EXPECT_EQ(failed(stranger.answer(AskImage{})), Failure::Kind::not_allowed);
    EXPECT_EQ(failed(stranger.answer(AskChunk{})), Failure::Kind::not_allowed);
}

TEST(Gateway, PagesAreBoundedInRowsAndBytes) {
    GatewayOptions options = Cluster::test_options();
    options.page_rows_max = 20;
    options.page_bytes_max = 4096;
    Cluster cluster(1, 1, options);
    RawClient client(cluster, first);
    client.enrol("ann");
    for (int i = 0; i < 30; ++i) client.submit(Post{general(), std::string(i < 25 ? 1 : 3000, 'x')});
    const Payload page = client.answer(AskHistory{general(), 0, 0, 1000});
    const auto& forwards = std::get<MessagePage>(page);
    EXPECT_EQ(forwards.messages.size(), 20U);
    EXPECT_TRUE(forwards.more);
    EXPECT_GT(forwards.messages.front().number, 0U);
    const Payload newest = client.answer(AskHistory{general(), 0, forwards.room.last + 1, 1000});
    const auto& backwards = std::get<MessagePage>(newest);
    EXPECT_EQ(backwards.messages.size(), 1U) << "3000 bytes each";
    EXPECT_EQ(backwards.messages.back().number, forwards.room.last);
    EXPECT_TRUE(backwards.more);
}

TEST(Gateway, TheOwnMarkerIsToldToEveryDevice) {
    Cluster cluster(2);
    RawClient phone(cluster, first);
    phone.enrol("ann");
    RawClient laptop(cluster, "replica-2");
    laptop.answer(Authenticate{phone.token}, cluster.log.size());
    RawClient bob(cluster, first);
    bob.enrol("bob");
    const Answer posted = bob.submit(Post{general(), "hello"});
    const std::uint64_t number = std::get<Posted>(posted.result).number;
    phone.submit(MarkRead{general(), number});
    EXPECT_TRUE(cluster.run_until([&] { return !laptop.pushed<PushRead>().empty(); }, 1s));
    EXPECT_EQ(laptop.pushed<PushRead>().back().number, number);
    EXPECT_TRUE(bob.pushed<PushRead>().empty());
}

TEST(Gateway, AStatusReportCountsItsClients) {
    Cluster cluster(1);
    RawClient one(cluster, first);
    RawClient two(cluster, first);
    EXPECT_EQ(std::get<StatusReport>(two.answer(AskStatus{})).clients, 2U);
    one.link->close();
    cluster.clock.run_for(10ms);
    EXPECT_EQ(std::get<StatusReport>(two.answer(AskStatus{})).clients, 1U);
}

TEST(Gateway, AReplicaThatDoesNotSearchSaysSo) {
    Cluster cluster(1);
    RawClient client(cluster, cluster.addresses().front());
    EXPECT_EQ(failed(client.answer(AskSearch{"tea", {}, 10, 0})), Failure::Kind::unauthenticated);
    client.enrol("ada");
    EXPECT_EQ(failed(client.answer(AskSearch{"tea", {}, 10, 0})), Failure::Kind::refused);
}

TEST(Gateway, OnlyAdministratorsSeeAllRoomsAndTheAudit) {
    Cluster cluster(1);
    RawClient admin(cluster, first);
    admin.enrol("ann");
    RawClient other(cluster, first);
    other.enrol("bob");
    other.submit(CreateRoom{"cellar", true});
    EXPECT_EQ(failed(other.answer(AskAllRooms{"", 10})), Failure::Kind::not_allowed);
    EXPECT_EQ(failed(other.answer(AskAudit{0, 10})), Failure::Kind::not_allowed);
    EXPECT_EQ(std::get<RoomPage>(admin.answer(AskAllRooms{"", 10})).rooms.size(), 2U);
    admin.submit(DisableUser{"bob", true});
    EXPECT_EQ(std::get<AuditPage>(admin.answer(AskAudit{0, 10})).entries.size(), 1U);
    EXPECT_FALSE(other.pushed<PushLoggedOut>().empty());
}

TEST(Gateway, AnAdministratorResetsAPassword) {
    Cluster cluster(1);
    RawClient admin(cluster, first);
    admin.enrol("ann");
    RawClient other(cluster, first);
    other.enrol("bob");
    EXPECT_EQ(std::get<Refused>(answered(other.answer(AskResetPassword{"ann", "mine now", 5})).result).why, Refusal::not_allowed);
    EXPECT_EQ(failed(admin.answer(AskResetPassword{"bob", "", 5})), Failure::Kind::refused);
    EXPECT_EQ(failed(admin.answer(AskResetPassword{"bob", "better", 0})), Failure::Kind::malformed);
    EXPECT_TRUE(std::holds_alternative<Done>(answered(admin.answer(AskResetPassword{"bob", "better", 5})).result));
    EXPECT_EQ(std::get<Refused>(answered(admin.answer(AskLogIn{"bob", "a password", {}, "d"})).result).why, Refusal::wrong_password);
    EXPECT_TRUE(std::holds_alternative<LoggedIn>(answered(admin.answer(AskLogIn{"bob", "better", {}, "d"})).result));
}

TEST(Gateway, WhatMayBeWrongIsToldToNobody) {
    Cluster cluster(3);
    RawClient ann(cluster, "replica-1");
    ann.enrol("ann");
    RawClient bob(cluster, "replica-2");
    bob.enrol("bob");
    Gateway& doubtful = *cluster.replicas[0]->gateway;
    doubtful.withhold(true);
    EXPECT_TRUE(cluster.run_until([&] { return ann.closed; })) << "it has others to go to";
    EXPECT_FALSE(bob.closed);
    RawClient again(cluster, "replica-1");
    EXPECT_EQ(failed(again.answer(Authenticate{ann.token})), Failure::Kind::overloaded);
    EXPECT_EQ(failed(again.answer(AskRegister{"eve", "password", {}, "laptop"})), Failure::Kind::overloaded);
    EXPECT_TRUE(std::holds_alternative<StatusReport>(again.answer(AskStatus{})));
    const Payload verified = again.answer(AskDigest{0});
    EXPECT_TRUE(std::holds_alternative<DigestReport>(verified)) << "how an operator sees that it is wrong";
    EXPECT_TRUE(std::holds_alternative<Posted>(bob.submit(Post{general(), "meanwhile"}).result));
    cluster.catch_up();
    doubtful.withhold(false);
    EXPECT_TRUE(std::holds_alternative<Identity>(again.answer(Authenticate{ann.token})));
    const Payload page = again.answer(AskHistory{general()});
    ASSERT_TRUE(std::holds_alternative<MessagePage>(page));
    EXPECT_EQ(std::get<MessagePage>(page).messages.back().text, "meanwhile");
}

TEST(Gateway, WithoutRoomAnywhereNothingNewIsTakenAndReadsGoOn) {
    Cluster cluster(3);
    RawClient ann(cluster, "replica-1");
    ann.enrol("ann");
    ann.submit(Post{general(), "before"});
    Gateway& gateway = *cluster.replicas[0]->gateway;
    gateway.room_changed(Room::nowhere);
    const auto says_room = [&] { return ann.pushed<Welcome>().back().has_room; };
    EXPECT_TRUE(cluster.run_until([&] { return !says_room(); }));
    const Payload refused = ann.answer(Submit{ann.session, ann.next_number, ann.next_number, Post{general(), "now"}});
    ASSERT_EQ(failed(refused), Failure::Kind::overloaded);
    EXPECT_EQ(std::get<Failure>(refused).retry_after_ms, 1000U);
    EXPECT_FALSE(ann.closed);
    const Payload page = ann.answer(AskHistory{general()});
    ASSERT_TRUE(std::holds_alternative<MessagePage>(page));
    EXPECT_EQ(std::get<MessagePage>(page).messages.back().text, "before");
    RawClient eve(cluster, "replica-1");
    EXPECT_EQ(failed(eve.answer(AskRegister{"eve", "password", {}, "laptop"})), Failure::Kind::overloaded);
    gateway.room_changed(Room::ample);
    EXPECT_TRUE(cluster.run_until(says_room));
    EXPECT_TRUE(std::holds_alternative<Posted>(ann.submit(Post{general(), "again"}).result));
}

TEST(Gateway, WhoseDiskAloneIsFullSendsItsClientsToTheOthers) {
    Cluster cluster(3);
    RawClient ann(cluster, "replica-1");
    ann.enrol("ann");
    Gateway& full = *cluster.replicas[0]->gateway;
    full.room_changed(Room::elsewhere);
    EXPECT_TRUE(cluster.run_until([&] { return ann.closed; })) << "what it waits for comes sooner elsewhere";
    RawClient again(cluster, "replica-1");
    EXPECT_TRUE(std::holds_alternative<Identity>(again.answer(Authenticate{ann.token}))) << "who wants to read may come back";
    EXPECT_TRUE(std::holds_alternative<MessagePage>(again.answer(AskHistory{general()})));
    EXPECT_FALSE(again.closed);
    RawClient eve(cluster, "replica-1");
    EXPECT_EQ(failed(eve.answer(AskRegister{"eve", "password", {}, "laptop"})), Failure::Kind::overloaded);
    EXPECT_TRUE(cluster.run_until([&] { return eve.closed; }));
}

TEST(Gateway, HistoryBeginsAtATime) {
    Cluster cluster(1);
    RawClient client(cluster, first);
    client.enrol("ann");
    cluster.time_step_ms = 1'000;
    for (int i = 0; i < 5; ++i) client.submit(Post{ByRoomName{"general"}, "text"});
    const auto all = std::get<MessagePage>(client.answer(AskHistory{ByRoomName{"general"}, 0, 0, 50, 0})).messages;
    ASSERT_GE(all.size(), 5U);
    const auto later = std::get<MessagePage>(client.answer(AskHistory{ByRoomName{"general"}, 0, 9, 2, all[2].time_ms})).messages;
    ASSERT_EQ(later.size(), 2U);
    EXPECT_EQ(later[0].number, all[2].number);
    EXPECT_TRUE(std::get<MessagePage>(client.answer(AskHistory{ByRoomName{"general"}, 0, 0, 2, all.back().time_ms + 1})).messages.empty());
}

}  // namespace
}  // namespace parley::chat::testing
