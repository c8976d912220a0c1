// Links between replicas: who is let in, what is dropped, how links come back.
#include <gtest/gtest.h>

#include "consensus/driver/peers.hpp"
#include "tests/unit/driver/fake_links.hpp"

namespace parley::consensus::test {
namespace {

using std::chrono::milliseconds;

std::string address_of(std::uint64_t node) { return "node" + std::to_string(node); }

Configuration members(std::uint64_t count) {
    Configuration configuration;
    for (std::uint64_t node = 1; node <= count; ++node) {
        configuration.voters.push_back(Member{NodeId{node}, address_of(node), std::to_string(node)});
    }
    return configuration;
}

PeersOptions options_of(std::uint64_t node, std::uint64_t count, std::uint64_t incarnation = 1) {
    PeersOptions options;
    options.cluster = ClusterId{77};
    options.self = NodeId{node};
    options.incarnation = incarnation;
    options.configuration = members(count);
    options.require_certificates = false;
    return options;
}

// One process with its front door: the first frame decides.
struct Node {
    Node(Switchboard& board_, PeersOptions options, net::PeerIdentity identity = {})
        : board(board_), self(options.self), dialer(board_, std::move(identity)) {
        PeersEvents events;
        events.received = [this](NodeId from, const Message& message) { received.emplace_back(from, message); };
        events.up = [this](NodeId node) { changes.push_back("up " + std::to_string(node.value)); };
        events.down = [this](NodeId node) { changes.push_back("down " + std::to_string(node.value)); };
        events.outdated = [this](const net::Error& why) { refusals.push_back("ends: " + why.message); };
        events.went_back = [this](const net::Error&) { ++went_back; };
        events.reached = [this] { return reached; };
        events.product = [this](NodeId from, net::ByteView bytes) {
            said.emplace_back(from, net::Bytes{bytes.begin(), bytes.end()});
            return !bytes.empty();
        };
        if (!options.lives.empty()) reached = options.lives.back().found;
        peers = std::make_unique<Peers>(board.loop, dialer, std::move(options), std::move(events));
        board.listening[address_of(self.value)] = [this](std::unique_ptr<net::Link> link) { greet(std::move(link)); };
    }
    ~Node() { board.listening.erase(address_of(self.value)); }

    void greet(std::unique_ptr<net::Link> link) {
        auto waiting = std::make_shared<std::unique_ptr<net::Link>>(std::move(link));
        net::LinkEvents events;
        events.on_frame = [this, weak = std::weak_ptr{alive}, waiting](const net::FrameView& view) {
            if (weak.expired() || !peers) return;
            if (const auto taken = peers->accept(std::move(*waiting), view); !taken) refusals.push_back(taken.error().message);
        };
        events.on_closed = [waiting](const net::Error&) { waiting->reset(); };
        (*waiting)->start(std::move(events));
    }

    Switchboard& board;
    NodeId self;
    FakeDialer dialer;
    std::vector<std::pair<NodeId, Message>> received;
    std::vector<std::pair<NodeId, net::Bytes>> said;   // by the product
    std::vector<std::string> changes;
    std::vector<std::string> refusals;
    Reached reached;
    int went_back = 0;
    std::unique_ptr<Peers> peers;
    std::shared_ptr<int> alive = std::make_shared<int>(0);
};

struct PeersTest : ::testing::Test {
    void run_for(net::Duration time) {
        bool over = false;
        loop.after(time, [&over] { over = true; });
        while (!over && loop.step()) {
        }
    }
    // What is on its way still arrives; who dials for ever dials no more.
    void end(std::initializer_list<Node*> nodes) {
        for (Node* node : nodes) node->peers.reset();
        run_for(milliseconds{100});
    }
    ManualLoop loop;
    Switchboard board{loop};
};

const Message hello_message = Chosen{Ballot{1, NodeId{1}}, Slot{4}};

TEST_F(PeersTest, BothDirectionsStandAndCarryMessages) {
    Node one{board, options_of(1, 2)};
    Node two{board, options_of(2, 2)};
    one.peers->start();
    two.peers->start();
    run_for(milliseconds{100});
    EXPECT_EQ(one.changes, std::vector<std::string>{"up 2"});
    EXPECT_EQ(two.changes, std::vector<std::string>{"up 1"});
    EXPECT_EQ(one.peers->reachable(), 1U);
    one.peers->send(NodeId{2}, hello_message);
    run_for(milliseconds{1});
    ASSERT_EQ(two.received.size(), 1U);
    EXPECT_EQ(two.received[0].first, NodeId{1});
    EXPECT_EQ(two.received[0].second, hello_message);
}

TEST_F(PeersTest, DialsAgainWithGrowingPausesUntilThePeerIsThere) {
    Node one{board, options_of(1, 2)};
    one.peers->start();
    run_for(std::chrono::seconds{10});
    EXPECT_GE(one.dialer.dials, 8);
    EXPECT_LE(one.dialer.dials, 30);
    Node two{board, options_of(2, 2)};
    two.peers->start();
    run_for(milliseconds{20});
    EXPECT_TRUE(one.peers->reachable(NodeId{2}));   // the incoming link cuts the pause short
}

TEST_F(PeersTest, ABrokenWireIsReportedAndMended) {
    Node one{board, options_of(1, 2)};
    Node two{board, options_of(2, 2)};
    one.peers->start();
    two.peers->start();
    run_for(milliseconds{100});
    board.wires[0]->break_it();
    run_for(milliseconds{1});
    EXPECT_FALSE(one.peers->reachable(NodeId{2}));
    EXPECT_EQ(one.changes.back(), "down 2");
    EXPECT_EQ(two.changes.back(), "down 1");
    run_for(milliseconds{200});
    EXPECT_TRUE(one.peers->reachable(NodeId{2}));
    EXPECT_TRUE(two.peers->reachable(NodeId{1}));
}

TEST_F(PeersTest, AMessageWithoutALinkIsDropped) {
    Node one{board, options_of(1, 2)};
    one.peers->send(NodeId{2}, hello_message);
    one.peers->send(NodeId{9}, hello_message);
    EXPECT_EQ(one.peers->counters().dropped, 2U);
    EXPECT_EQ(one.peers->counters().sent, 0U);
}

TEST_F(PeersTest, AnAcceptForEverybodyIsEncodedOnce) {
    Node one{board, options_of(1, 3)};
    Node two{board, options_of(2, 3)};
    Node three{board, options_of(3, 3)};
    for (Node* node : {&one, &two, &three}) node->peers->start();
    run_for(milliseconds{100});
    const Message accept = Accept{Ballot{1, NodeId{1}}, Slot{1}, Value{Batch{}}, Slot{}};
    one.peers->send(NodeId{2}, accept);
    one.peers->send(NodeId{3}, accept);
    run_for(milliseconds{1});
    EXPECT_EQ(one.peers->counters().encoded, 1U);
    EXPECT_EQ(two.received.size() + three.received.size(), 2U);
}

TEST_F(PeersTest, AFullQueueDropsAndAStuckOneIsDialledAgain) {
    PeersOptions options = options_of(1, 2);
    options.queued_bytes_max = 100;
    Node one{board, options};
    Node two{board, options_of(2, 2)};
    one.peers->start();
    run_for(milliseconds{50});
    ASSERT_EQ(board.wires.size(), 1U);
    board.wires[0]->dialler.queued = 101;
    one.peers->send(NodeId{2}, hello_message);
    EXPECT_EQ(one.peers->counters().dropped, 1U);
    run_for(std::chrono::seconds{4});
    one.peers->send(NodeId{2}, hello_message);
    run_for(milliseconds{200});
    EXPECT_EQ(board.wires.size(), 2U);
}

TEST_F(PeersTest, WhatTheProductSaysReachesOneAndLeavesRoom) {
    PeersOptions options = options_of(1, 3);
    options.queued_product_bytes_max = 100;
    Node one{board, options};
    Node two{board, options_of(2, 3)};
    Node three{board, options_of(3, 3)};
    for (Node* node : {&one, &two, &three}) node->peers->start();
    run_for(milliseconds{100});
    const net::Bytes words{std::byte{1}, std::byte{2}};
    const std::vector<NodeId> second{NodeId{2}};
    EXPECT_EQ(one.peers->send_product(second, words), second);
    run_for(milliseconds{1});
    EXPECT_EQ(two.said, (std::vector<std::pair<NodeId, net::Bytes>>{{NodeId{1}, words}}));
    EXPECT_TRUE(three.said.empty());
    const std::vector<NodeId> both{NodeId{2}, NodeId{3}};
    EXPECT_EQ(one.peers->send_product(both, words), both);
    run_for(milliseconds{1});
    EXPECT_EQ(two.said.size(), 2U);
    EXPECT_EQ(three.said.size(), 1U);
    for (auto& wire : board.wires) wire->dialler.queued = 101;
    EXPECT_TRUE(one.peers->send_product(second, words).empty());
    EXPECT_EQ(one.peers->counters().dropped, 1U);
    one.peers->send(NodeId{2}, hello_message);
    EXPECT_EQ(one.peers->counters().dropped, 1U) << "the protocol goes on";
    end({&one, &two, &three});
}

TEST_F(PeersTest, NonsenseOfTheProductClosesItsLink) {
    Node one{board, options_of(1, 2)};
    Node two{board, options_of(2, 2)};
    one.peers->start();
    two.peers->start();
    run_for(milliseconds{100});
    one.peers->send_product(std::vector{NodeId{2}}, {});
    run_for(milliseconds{1});
    EXPECT_EQ(two.peers->counters().malformed, 1U);
    EXPECT_EQ(two.changes.back(), "down 1");
    end({&one, &two});
}

TEST_F(PeersTest, RefusesAnotherClusterAStrangerAndTheWrongAddressee) {
    Node one{board, options_of(1, 2)};
    PeersOptions foreign = options_of(2, 2);
    foreign.cluster = ClusterId{78};
    Node other_cluster{board, foreign};
    other_cluster.peers->start();
    run_for(milliseconds{20});
    PeersOptions stranger = options_of(3, 3);
    Node no_member{board, stranger};
    no_member.peers->start();
    run_for(milliseconds{20});
    PeersOptions confused = options_of(2, 2);
    confused.configuration.voters[0].node = NodeId{5};   // believes node 5 lives at node 1's address
    confused.configuration.voters[0].address = address_of(1);
    Node lost{board, confused};
    lost.peers->start();
    run_for(milliseconds{5});
    ASSERT_GE(one.refusals.size(), 3U);
    EXPECT_EQ(one.refusals[0], "it belongs to another cluster");
    EXPECT_EQ(std::ranges::count(one.refusals, "it is no member of this cluster") > 0, true);
    EXPECT_EQ(one.refusals.back(), "it looks for another node");
    EXPECT_EQ(one.peers->reachable(), 0U);
}

TEST_F(PeersTest, CertificatesMustNameTheNodeAndTheRole) {
    PeersOptions strict = options_of(1, 2);
    strict.require_certificates = true;
    Node one{board, strict};
    std::vector<net::PeerIdentity> wrong(3);
    wrong[1].certificate_name = certificate_name_of(NodeId{2});
    wrong[1].certificate_role = "operator";
    wrong[2].certificate_name = certificate_name_of(NodeId{3});
    wrong[2].certificate_role = "replica";
    for (const net::PeerIdentity& identity : wrong) {
        Node two{board, options_of(2, 2), identity};
        two.peers->start();
        run_for(milliseconds{5});
    }
    EXPECT_EQ(one.refusals, (std::vector<std::string>{"it speaks as a replica and shows no certificate", "its certificate is not that node's",
                                                      "its certificate is not that node's"}));
    net::PeerIdentity right;
    right.certificate_name = certificate_name_of(NodeId{2});
    right.certificate_role = "replica";
    Node two{board, options_of(2, 2), right};
    two.peers->start();
    run_for(milliseconds{5});
    EXPECT_EQ(one.refusals.size(), 3U);
    EXPECT_EQ(*right.certificate_name, "0000000000000002");
}

TEST_F(PeersTest, AnEarlierIncarnationIsRefusedAndANewerOneReplaces) {
    Node one{board, options_of(1, 2)};
    one.peers->start();
    auto old = std::make_unique<Node>(board, options_of(2, 2, 5));
    old->peers->start();
    run_for(milliseconds{100});
    ASSERT_TRUE(one.peers->reachable(NodeId{2}));
    old.reset();
    auto newer = std::make_unique<Node>(board, options_of(2, 2, 6));
    newer->peers->start();
    run_for(milliseconds{300});
    EXPECT_TRUE(one.peers->reachable(NodeId{2}));
    EXPECT_EQ(std::ranges::count(one.changes, "down 2") > 0, true);
    newer.reset();
    Node restored{board, options_of(2, 2, 4)};
    restored.peers->start();
    run_for(milliseconds{300});
    ASSERT_FALSE(one.refusals.empty());
    EXPECT_EQ(one.refusals.back(), "it is an earlier incarnation");
}

TEST_F(PeersTest, ANewerProcessIsDialledAnewThoughTheLinkToTheOlderOneLooksOpen) {
    Node one{board, options_of(1, 2)};
    one.peers->start();
    Node old{board, options_of(2, 2, 5)};
    old.peers->start();
    run_for(milliseconds{100});
    Node newer{board, options_of(2, 2, 6)};
    newer.peers->start();
    run_for(milliseconds{100});
    one.peers->send(NodeId{2}, hello_message);
    run_for(milliseconds{1});
    EXPECT_EQ(newer.received.size(), 1U);
    EXPECT_TRUE(old.received.empty());
}

TEST_F(PeersTest, AMemberThatMovedIsDialledAtItsNewAddress) {
    Node one{board, options_of(1, 2)};
    one.peers->start();
    run_for(milliseconds{200});
    Configuration configuration = members(2);
    configuration.id = 2;
    configuration.voters[1].address = "elsewhere";
    one.peers->set_members(configuration);
    PeersOptions options = options_of(2, 2);
    options.configuration = configuration;
    Node two{board, options};
    board.listening["elsewhere"] = board.listening.extract(address_of(2)).mapped();
    two.peers->start();
    run_for(milliseconds{100});
    EXPECT_TRUE(one.peers->reachable(NodeId{2}));
}

// It moved in a slot that the first has not heard of: what it says itself is tried, too.
TEST_F(PeersTest, AMemberThatSaysWhereItIsIsDialledThere) {
    Node one{board, options_of(1, 2)};
    one.peers->start();
    PeersOptions options = options_of(2, 2);
    options.configuration.voters[1].address = "elsewhere";
    options.address = "elsewhere";
    Node two{board, options};
    board.listening["elsewhere"] = board.listening.extract(address_of(2)).mapped();
    two.peers->start();
    run_for(milliseconds{5000});
    EXPECT_TRUE(one.peers->reachable(NodeId{2}));
}

TEST_F(PeersTest, WhoKnowsLessThanTheClusterUsesIsRefusedAndLearnsWhy) {
    Node one{board, options_of(1, 2)};
    one.peers->start();
    PeersOptions options = options_of(2, 2);
    options.feature_level = FeatureLevel{1};
    options.configuration.level = FeatureLevel{1};
    Node older{board, options};
    older.peers->start();
    run_for(milliseconds{100});
    ASSERT_FALSE(one.refusals.empty());
    EXPECT_EQ(one.refusals.front(), "its program knows feature level 1, and the cluster uses " + std::to_string(highest_feature_level.value));
    ASSERT_FALSE(older.refusals.empty());
    EXPECT_NE(older.refusals.front().find("this cluster uses feature level " + std::to_string(highest_feature_level.value)), std::string::npos);
    EXPECT_FALSE(one.peers->reachable(NodeId{2}));
}

TEST_F(PeersTest, AMalformedFrameClosesItsLinkAndIsCounted) {
    Node one{board, options_of(1, 2)};
    Node two{board, options_of(2, 2)};
    two.peers->start();
    run_for(milliseconds{20});
    const net::FrameHeader header{2, 77, 1};
    board.wires[0]->deliver(false, net::encode_frame(header, parley::test::bytes_of("nonsense")));
    run_for(milliseconds{1});
    EXPECT_EQ(one.peers->counters().malformed, 1U);
    EXPECT_EQ(two.changes.back(), "down 1");
    EXPECT_TRUE(one.received.empty());
}

TEST_F(PeersTest, ARepeatedHelloIsNoError) {
    Node one{board, options_of(1, 2)};
    Node two{board, options_of(2, 2)};
    two.peers->start();
    run_for(milliseconds{20});
    const net::FrameHeader header{1, 77, 1};
    board.wires[0]->deliver(false, net::encode_frame(header, net::encode(ReplicaHello{NodeId{2}, NodeId{1}, {}, {}, {}, {}, {}})));
    two.peers->send(NodeId{1}, hello_message);
    run_for(milliseconds{1});
    EXPECT_EQ(one.received.size(), 1U);
    EXPECT_EQ(one.peers->counters().malformed, 0U);
}

PeersOptions with_log(PeersOptions options, Reached found) {
    options.lives = {{options.incarnation, found}};
    return options;
}

TEST_F(PeersTest, AnOldBackupIsRefusedAndTold) {
    Node one{board, options_of(1, 3)};
    Node three{board, options_of(3, 3)};
    auto two = std::make_unique<Node>(board, with_log(options_of(2, 3, 4), {10, 5}));
    for (Node* node : {&one, two.get(), &three}) node->peers->start();
    run_for(milliseconds{100});
    two->reached = {20, 6};
    run_for(std::chrono::seconds{2});   // it is told again
    two.reset();
    run_for(milliseconds{100});
    // A copy that was made while it had 19 of 20; its start has written something, too.
    Node back{board, with_log(options_of(2, 3, 5), {19, 6})};
    back.reached = {20, 7};
    back.peers->start();
    run_for(milliseconds{500});
    EXPECT_GT(back.went_back, 0);
    EXPECT_FALSE(one.peers->reachable(NodeId{2}));
    ASSERT_FALSE(one.refusals.empty());
    EXPECT_NE(one.refusals.front().find("old copy"), std::string::npos) << one.refusals.front();
    const std::size_t heard = one.received.size() + three.received.size();
    back.peers->send(NodeId{1}, hello_message);
    back.peers->send(NodeId{3}, hello_message);
    run_for(milliseconds{500});
    EXPECT_EQ(one.received.size() + three.received.size(), heard);
    end({&one, &three, &back});
}

TEST_F(PeersTest, AWholeFolderComesBackAsOftenAsItLikes) {
    Node one{board, options_of(1, 2)};
    one.peers->start();
    Reached has{10, 5};
    for (std::uint64_t life = 1; life < 6; ++life) {
        Node two{board, with_log(options_of(2, 2, life), has)};
        two.peers->start();
        run_for(milliseconds{100});
        two.reached.units += 3;
        run_for(std::chrono::seconds{2});
        EXPECT_TRUE(one.peers->reachable(NodeId{2})) << life;
        EXPECT_EQ(two.went_back, 0);
        has = two.reached;
        end({&two});
    }
    end({&one});
}

TEST_F(PeersTest, WhoHasJustStartedKnowsFromOthersWhoWentBack) {
    auto one = std::make_unique<Node>(board, options_of(1, 3));
    Node three{board, options_of(3, 3)};
    auto two = std::make_unique<Node>(board, with_log(options_of(2, 3, 4), {10, 5}));
    for (Node* node : {one.get(), two.get(), &three}) node->peers->start();
    run_for(std::chrono::seconds{2});
    one.reset();
    two.reset();
    run_for(milliseconds{100});
    Node again{board, options_of(1, 3, 2)};
    again.peers->start();
    run_for(std::chrono::seconds{2});
    three.peers.reset();
    Node back{board, with_log(options_of(2, 3, 5), {9, 5})};
    back.peers->start();
    run_for(std::chrono::seconds{1});
    EXPECT_FALSE(again.peers->reachable(NodeId{2}));
    EXPECT_GT(back.went_back, 0);
    end({&again, &back});
}

TEST_F(PeersTest, MayBeDestroyedAtAnyMoment) {
    for (int stop_after = 0; stop_after < 40; ++stop_after) {
        auto one = std::make_unique<Node>(board, options_of(1, 2));
        auto two = std::make_unique<Node>(board, options_of(2, 2));
        one->peers->start();
        two->peers->start();
        for (int i = 0; i < stop_after; ++i) loop.step();
        one->peers.reset();
        run_for(milliseconds{30});
        board.listening.clear();
        two.reset();
        run_for(milliseconds{30});
    }
    SUCCEED();
}

}  // namespace
}  // namespace parley::consensus::test
