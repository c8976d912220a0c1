// The simulated network: order, loss, cuts, ends that vanish, and plans that replay.
#include "sim/sim_network.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "sim/sim_loop.hpp"

namespace parley::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MachineId left{0};
constexpr MachineId right{1};

// Two machines; the right one listens and writes down what comes.
class Pair {
public:
    explicit Pair(std::uint64_t seed, Faults::Rates rates = {}) : queue(seed), faults(seed, std::move(rates)) { set_up(); }
    Pair(std::uint64_t seed, const FaultPlan& plan) : queue(seed), faults(seed, plan) { set_up(); }

    void dial(net::LinkPurpose purpose) {
        queue.schedule(left_owner, EventKind::post, queue.now(), [this, purpose] {
            dialer->dial("right:1", purpose, [this](net::Result<std::unique_ptr<net::Link>> result) {
                if (!result) { dial_error = result.error(); return; }
                link = std::move(*result);
                link->start({[](const net::FrameView&) {}, [this](const net::Error& why) { left_closed = why; }, {}});
            });
        });
        run_for(milliseconds{50});
    }
    void send(int number) {
        queue.schedule(left_owner, EventKind::post, queue.now(), [this, number] {
            const std::array<std::byte, 1> payload{static_cast<std::byte>(number)};
            link->send(net::encode_frame(net::FrameHeader{20, 1, 1}, payload));
        }, &queue.post_stream(left));
    }
    void run_for(net::Duration time) {
        const net::Instant until = queue.now() + time;
        while (queue.dispatch(until)) {}
    }

    EventQueue queue;
    Faults faults;
    std::unique_ptr<SimNetwork> network;
    Owner left_owner;
    Owner right_owner;
    std::unique_ptr<net::Dialer> dialer;
    std::unique_ptr<net::Listener> listener;
    std::unique_ptr<net::Link> link;
    std::unique_ptr<net::Link> answered;
    std::vector<int> received;
    std::optional<net::Error> left_closed;
    std::optional<net::Error> right_closed;
    std::optional<net::Error> dial_error;

private:
    void set_up() {
        network = std::make_unique<SimNetwork>(queue, faults, NetworkOptions{});
        network->add_machine(left, {"left:1", "L", "replica"});
        network->add_machine(right, {"right:1", "R", "replica"});
        left_owner = queue.begin_process(left);
        right_owner = queue.begin_process(right);
        dialer = network->dialer(left_owner);
        listener = network->listener(right_owner);
        listener->start([this](std::unique_ptr<net::Link> come) {
            answered = std::move(come);
            answered->start({[this](const net::FrameView& frame) { received.push_back(std::to_integer<int>(frame.payload[0])); },
                             [this](const net::Error& why) { right_closed = why; }, {}});
        }, [](const net::Error&) {});
        faults.set_storm(true);
    }
};

std::vector<int> numbers(int count) {
    std::vector<int> result;
    for (int i = 0; i < count; ++i) result.push_back(i);
    return result;
}

TEST(SimNetwork, DeliversInOrder) {
    Pair pair{1};
    pair.dial(net::LinkPurpose::client);
    for (int i = 0; i < 50; ++i) pair.send(i);
    pair.run_for(seconds{1});
    EXPECT_EQ(pair.received, numbers(50));
}

TEST(SimNetwork, ShowsCertificatesBetweenReplicasOnly) {
    Pair replicas{2};
    replicas.dial(net::LinkPurpose::consensus);
    EXPECT_EQ(replicas.answered->peer().certificate_name, "L");
    Pair people{2};
    people.dial(net::LinkPurpose::client);
    EXPECT_FALSE(people.answered->peer().certificate_name.has_value());
    EXPECT_EQ(people.link->peer().certificate_name, "R");
}

TEST(SimNetwork, ConsensusLinksLoseRepeatAndReorder) {
    Pair pair{3, {{FaultKind::lose, 100'000}, {FaultKind::duplicate, 100'000}, {FaultKind::reorder, 200'000}}};
    pair.dial(net::LinkPurpose::consensus);
    for (int i = 0; i < 200; ++i) pair.send(i);
    pair.run_for(seconds{2});
    const std::set<int> distinct(pair.received.begin(), pair.received.end());
    EXPECT_LT(distinct.size(), 200U);
    EXPECT_GT(distinct.size(), 100U);
    EXPECT_GT(pair.received.size(), distinct.size());
    EXPECT_FALSE(std::is_sorted(pair.received.begin(), pair.received.end()));
}

TEST(SimNetwork, ClientLinksKeepAPrefixWhenTheyBreak) {
    Pair pair{4, {{FaultKind::lose, 100'000}, {FaultKind::delay, 100'000}, {FaultKind::reset, 10'000}}};
    pair.dial(net::LinkPurpose::client);
    for (int i = 0; i < 250; ++i) pair.send(i);
    pair.run_for(seconds{20});
    ASSERT_TRUE(pair.left_closed.has_value());
    EXPECT_TRUE(pair.right_closed.has_value());
    EXPECT_LT(pair.received.size(), 250U);
    EXPECT_EQ(pair.received, numbers(static_cast<int>(pair.received.size())));
}

TEST(SimNetwork, AFlippedBitClosesTheLink) {
    Pair pair{5, {{FaultKind::flip, 50'000}}};
    pair.dial(net::LinkPurpose::client);
    for (int i = 0; i < 200; ++i) pair.send(i);
    pair.run_for(seconds{2});
    EXPECT_TRUE(pair.right_closed.has_value() || pair.received.size() < 200);
    EXPECT_EQ(pair.received, numbers(static_cast<int>(pair.received.size())));
}

TEST(SimNetwork, ACutHoldsClientFramesBackAndMendingReleasesThem) {
    Pair pair{6};
    pair.dial(net::LinkPurpose::client);
    pair.network->cut(left, right);
    for (int i = 0; i < 10; ++i) pair.send(i);
    pair.run_for(seconds{1});
    EXPECT_TRUE(pair.received.empty());
    EXPECT_GT(pair.link->queued_bytes(), 0U);
    pair.network->mend(left, right);
    pair.run_for(seconds{1});
    EXPECT_EQ(pair.received, numbers(10));
    EXPECT_EQ(pair.link->queued_bytes(), 0U);
}

TEST(SimNetwork, AClogHoldsConsensusFramesBackAndReleasesThemAtOnce) {
    Pair pair{13};
    pair.dial(net::LinkPurpose::consensus);
    pair.network->clog(left, right);
    for (int i = 0; i < 10; ++i) pair.send(i);
    pair.run_for(milliseconds{500});
    EXPECT_TRUE(pair.received.empty());
    pair.network->unclog(left, right);
    pair.run_for(seconds{1});
    EXPECT_EQ(pair.received, numbers(10));
}

TEST(SimNetwork, ADeadConnectionCarriesNothingAndIsNoticedByWhoeverSends) {
    Pair pair{14};
    pair.dial(net::LinkPurpose::client);
    pair.network->deaden(left, right);
    pair.run_for(seconds{30});
    EXPECT_FALSE(pair.left_closed.has_value());
    EXPECT_FALSE(pair.right_closed.has_value());
    pair.send(1);
    pair.run_for(seconds{30});
    EXPECT_TRUE(pair.left_closed.has_value());
    EXPECT_TRUE(pair.received.empty());
}

TEST(SimNetwork, ADroppedTypeIsLostAndOthersAreNot) {
    Pair pair{15};
    pair.dial(net::LinkPurpose::consensus);
    pair.send(0);   // the first frame is the hello and keeps its place
    pair.network->drop_type(left, 3, true);
    for (int i = 1; i < 6; ++i) pair.send(i);
    pair.run_for(seconds{1});
    EXPECT_EQ(pair.received, (std::vector<int>{0, 1, 2, 4, 5}));
}

TEST(SimNetwork, ASlowLinkDelaysItsFrames) {
    Pair pair{16};
    pair.dial(net::LinkPurpose::consensus);
    pair.network->delay_link(left, right, milliseconds{100});
    pair.send(0);
    pair.run_for(milliseconds{90});
    EXPECT_TRUE(pair.received.empty());
    pair.run_for(milliseconds{20});
    EXPECT_EQ(pair.received, numbers(1));
}

TEST(SimNetwork, ALongCutBreaksTheLink) {
    Pair pair{7};
    pair.dial(net::LinkPurpose::client);
    pair.network->cut(left, right);
    pair.send(1);
    pair.run_for(seconds{20});
    EXPECT_TRUE(pair.left_closed.has_value());
    EXPECT_TRUE(pair.received.empty());
}

TEST(SimNetwork, ACutLosesConsensusFrames) {
    Pair pair{8};
    pair.dial(net::LinkPurpose::consensus);
    pair.send(0);
    pair.run_for(milliseconds{10});
    pair.network->cut(left, right);
    pair.send(1);
    pair.run_for(seconds{1});
    pair.network->mend(left, right);
    pair.send(2);
    pair.run_for(seconds{1});
    EXPECT_EQ(pair.received, (std::vector<int>{0, 2}));
}

TEST(SimNetwork, AKilledProcessIsNoticedSoonAndPowerLossLater) {
    for (const bool silent : {false, true}) {
        Pair pair{9};
        pair.dial(net::LinkPurpose::client);
        pair.queue.end_process(right);
        pair.network->process_gone(right, silent);
        pair.run_for(milliseconds{5});
        EXPECT_EQ(pair.left_closed.has_value(), !silent);
        pair.run_for(seconds{30});
        EXPECT_TRUE(pair.left_closed.has_value());
    }
}

TEST(SimNetwork, NobodyListeningIsARefusal) {
    Pair pair{10};
    pair.listener->stop();
    pair.dial(net::LinkPurpose::client);
    ASSERT_TRUE(pair.dial_error.has_value());
    EXPECT_EQ(pair.dial_error->kind, net::ErrorKind::unreachable);
}

TEST(SimNetwork, ClosingTellsTheOtherEndAfterTheLastFrame) {
    Pair pair{11};
    pair.dial(net::LinkPurpose::client);
    for (int i = 0; i < 5; ++i) pair.send(i);
    pair.run_for(net::Duration{0});
    pair.link.reset();
    pair.run_for(seconds{1});
    EXPECT_EQ(pair.received, numbers(5));
    EXPECT_TRUE(pair.right_closed.has_value());
    EXPECT_FALSE(pair.left_closed.has_value());
}

TEST(FaultPlan, ReplayedPlanGivesTheSameRun) {
    const auto play = [](Pair& pair) {
        pair.dial(net::LinkPurpose::consensus);
        for (int i = 0; i < 200; ++i) pair.send(i);
        pair.run_for(seconds{2});
        return pair.queue.hash();
    };
    Pair drawn{12, {{FaultKind::lose, 100'000}, {FaultKind::duplicate, 100'000}, {FaultKind::reorder, 100'000}}};
    const std::uint64_t hash = play(drawn);
    std::stringstream text;
    write_entries(text, drawn.faults.struck());
    const auto plan = read_entries(text);
    ASSERT_TRUE(plan.has_value());
    EXPECT_GT(plan->size(), 20U);
    Pair replayed{12, *plan};
    EXPECT_EQ(play(replayed), hash);
    EXPECT_EQ(replayed.received, drawn.received);
    // Without its first fault the others strike as before.
    FaultPlan less(plan->begin() + 1, plan->end());
    Pair shorter{12, less};
    play(shorter);
    EXPECT_EQ(shorter.faults.struck().size(), less.size());
}

TEST(FaultPlan, RefusesWhatIsNoPlan) {
    for (const char* text : {"x", "{}", R"({"at":1,"kind":"nonsense","key":1})", R"({"at":"1","kind":"lose","key":1})"}) {
        std::istringstream in{text};
        EXPECT_FALSE(read_entries(in).has_value()) << text;
    }
}

}  // namespace
}  // namespace parley::sim
