// The window's backend against real gateways: what is typed is kept, shown once and in order, with and without replicas.
#include <gtest/gtest.h>

#include "tests/unit/gui/desk.hpp"

namespace parley::gui::testing {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

void cut_off(Cluster& cluster) {
    for (auto& replica : cluster.replicas) replica->kill();
    cluster.network.cut_all();
}
void bring_back(Cluster& cluster) {
    for (auto& replica : cluster.replicas) {
        if (!replica->running()) replica->open();
    }
}

TEST(Backend, RegistersSendsAndReceives) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    Desk bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    EXPECT_EQ(ann.model.own_name(), "ann");
    EXPECT_EQ(ann.model.selected()->row().name, "general");
    ann.say("hello");
    ASSERT_TRUE(bob.until([&] { return bob.texts() == Texts{"hello"}; }));
    bob.say("good morning");
    ASSERT_TRUE(ann.until([&] { return ann.texts() == Texts{"hello", "good morning"}; }));
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().empty(); }));
    EXPECT_EQ(ann.model.connection().unsent, 0U);
}

TEST(Backend, AWrongPasswordIsSaidAndChangesNothing) {
    Cluster cluster(1);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    Desk other(cluster, "ann", 2);
    other.backend->run(LogIn{"ann", "guess"});
    ASSERT_TRUE(other.until([&] { return !other.model.form().sentence.empty(); }));
    EXPECT_FALSE(other.model.is_logged_in());
    other.backend->run(Register{"ann", "guess"});
    ASSERT_TRUE(other.until([&] { return other.model.form().name_is_taken; }));
    other.backend->run(LogIn{"ann", "correct horse"});
    ASSERT_TRUE(other.until([&] { return other.model.is_logged_in(); }));
}

TEST(Backend, WhatIsTypedWithoutAnyReplicaIsSentWhenOneIsBack) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    cut_off(cluster);
    ASSERT_TRUE(ann.until([&] { return ann.model.connection().state == ConnectionStatus::State::connecting; }));
    ann.say("into the dark");
    cluster.clock.run_for(5s);
    ASSERT_EQ(ann.model.selected()->sending().size(), 1U);
    EXPECT_FALSE(ann.model.selected()->sending()[0].is_refused());
    EXPECT_EQ(ann.model.connection().unsent, 1U);
    EXPECT_NE(ann.model.connection_sentence(), std::nullopt);
    bring_back(cluster);
    ASSERT_TRUE(ann.until([&] { return ann.texts() == Texts{"into the dark"} && ann.model.selected()->sending().empty(); }));
    EXPECT_EQ(ann.model.connection_sentence(), std::nullopt);
}

TEST(Backend, UnsentTextOutlivesAPowerCutAndIsSaidExactlyOnce) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    cut_off(cluster);
    ann.say("do not lose me");
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().size() == 1; }));
    cluster.clock.run_for(1s);
    ann.stop(sim::CrashKind::power_cut);
    ann.start();
    EXPECT_TRUE(ann.model.is_logged_in()) << "opens without any replica";
    ASSERT_NE(ann.model.selected(), nullptr);
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().size() == 1; }));
    EXPECT_EQ(ann.model.selected()->sending()[0].text, "do not lose me");
    bring_back(cluster);
    ASSERT_TRUE(ann.until([&] { return ann.texts() == Texts{"do not lose me"} && ann.model.selected()->sending().empty(); }));
    cluster.clock.run_for(10s);
    EXPECT_EQ(ann.texts(), Texts{"do not lose me"});
}

TEST(Backend, OpensFromItsOwnStoreWithoutAnyReplica) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    for (int i = 0; i < 5; ++i) ann.say("line " + std::to_string(i));
    ASSERT_TRUE(ann.until([&] { return ann.texts().size() == 5; }));
    ann.backend->run(SaveDraft{ann.model.selected()->id(), "half a thought"});
    ann.stop(sim::CrashKind::process_kill);
    cut_off(cluster);
    ann.start();
    ASSERT_NE(ann.model.selected(), nullptr);
    EXPECT_EQ(ann.model.selected()->draft, "half a thought");
    ann.backend->run(OpenRoom{ann.model.selected()->id()});
    EXPECT_EQ(ann.texts().size(), 5U);
}

TEST(Backend, WhatWasMissedComesWithoutGapOrRepeat) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    Desk bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    ann.say("one");
    ASSERT_TRUE(bob.until([&] { return bob.texts() == Texts{"one"}; }));
    bob.stop(sim::CrashKind::process_kill);
    ann.say("two");
    ann.say("three");
    ASSERT_TRUE(ann.until([&] { return ann.texts().size() == 3; }));
    bob.start();
    bob.backend->run(OpenRoom{bob.model.selected()->id()});
    ASSERT_TRUE(bob.until([&] { return bob.texts() == Texts{"one", "two", "three"}; }));
    EXPECT_EQ(bob.model.selected()->unread(), 3U);
    EXPECT_TRUE(bob.model.take_alerts().empty());
}

TEST(Backend, OlderMessagesComePageByPageToTheStart) {
    Cluster cluster(1);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    for (int i = 0; i < 250; ++i) ann.say("line " + std::to_string(i));
    ASSERT_TRUE(ann.until([&] { return ann.texts().size() == 250; }));
    Desk bob(cluster, "bob", 2);
    bob.enter();
    ASSERT_TRUE(bob.until([&] { return !bob.texts().empty(); }));
    for (int pages = 0; pages < 10 && !bob.model.selected()->reaches_start(); ++pages) {
        Room& room = *bob.model.selected();
        if (!room.want_older()) continue;
        bob.backend->run(LoadOlder{room.id(), room.first()});
        ASSERT_TRUE(bob.until([&] { return !bob.model.selected()->is_loading(); }));
    }
    ASSERT_EQ(bob.texts().size(), 250U);
    EXPECT_EQ(bob.texts().front(), "line 0");
    EXPECT_EQ(bob.texts().back(), "line 249");
}

TEST(Backend, DeletionsReachTheScreenAndTheStore) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    Desk bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    ann.say("regretted");
    ASSERT_TRUE(bob.until([&] { return bob.texts() == Texts{"regretted"} && ann.texts() == Texts{"regretted"}; }));
    ann.backend->run(DeleteOwn{ann.model.selected()->id(), ann.model.selected()->last()});
    ASSERT_TRUE(bob.until([&] { return bob.texts() == Texts{"(deleted)"}; }));
    bob.stop(sim::CrashKind::process_kill);
    cut_off(cluster);
    bob.start();
    bob.backend->run(OpenRoom{bob.model.selected()->id()});
    EXPECT_EQ(bob.texts(), Texts{"(deleted)"});
}

TEST(Backend, EditsReactionsPinsAndRepliesReachTheScreenAndTheStore) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    Desk bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    ann.say("teh plan");
    ASSERT_TRUE(bob.until([&] { return bob.texts() == Texts{"teh plan"} && ann.texts() == Texts{"teh plan"}; }));
    const chat::RoomId room = ann.model.selected()->id();
    const std::uint64_t number = ann.model.selected()->last();
    const auto seen_by = [&](const Desk& desk) { return desk.model.selected()->find(number); };
    ann.backend->run(EditOwn{room, number, "the plan"});
    ann.backend->run(PinTo{room, number, true});
    bob.backend->run(ReactTo{room, number, "👍", true});
    bob.backend->run(SendText{chat::ByRoom{room}, room, "agreed", number});
    ASSERT_TRUE(ann.until([&] {
        const chat::RoomMessage* message = seen_by(ann);
        return message->text == "the plan" && message->edits == 1 && message->pinned && message->reactions.size() == 1 && message->replies == 1;
    }));
    ASSERT_TRUE(bob.until([&] { return seen_by(bob)->reactions.size() == 1 && seen_by(bob)->replies == 1; }));
    EXPECT_FALSE(seen_by(ann)->reactions[0].mine);
    EXPECT_TRUE(seen_by(bob)->reactions[0].mine);
    ann.backend->run(LoadThread{room, number});
    ASSERT_TRUE(ann.until([&] { return ann.model.thread().messages.size() == 2; }));
    EXPECT_EQ(ann.model.thread().messages[1].reply_to, number);

    bob.stop(sim::CrashKind::process_kill);
    cut_off(cluster);
    bob.start();
    bob.backend->run(OpenRoom{room});
    ASSERT_NE(seen_by(bob), nullptr);
    EXPECT_EQ(seen_by(bob)->text, "the plan");
    EXPECT_EQ(seen_by(bob)->replies, 1U);
    EXPECT_TRUE(seen_by(bob)->reactions[0].mine);
}

TEST(Backend, RoomsAreMadeShownLeftAndFound) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    Desk bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    ann.backend->run(MakeRoom{"kitchen", false});
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->row().name == "kitchen"; }));
    bob.backend->run(FindPublicRooms{});
    ASSERT_TRUE(bob.until([&] { return bob.model.public_rooms().rooms.size() == 2; }));
    bob.backend->run(EnterRoom{"kitchen"});
    ASSERT_TRUE(bob.until([&] { return bob.model.selected()->row().name == "kitchen"; }));
    bob.backend->run(LoadMembers{bob.model.selected()->id()});
    ASSERT_TRUE(bob.until([&] { return bob.model.selected()->members && bob.model.selected()->members->size() == 2; }));
    bob.backend->run(QuitRoom{bob.model.selected()->id()});
    ASSERT_TRUE(bob.until([&] { return bob.model.selected()->row().name == "general"; }));
    bob.backend->run(EnterRoom{"nowhere"});
    ASSERT_TRUE(bob.until([&] { return !bob.model.notice().empty(); }));
}

TEST(Backend, AFirstMessageToSomebodyMakesTheConversation) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    Desk bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    ann.model.select(ann.model.conversation_with("bob"));
    ann.say("psst");
    ASSERT_TRUE(ann.until([&] { return ann.texts() == Texts{"psst"} && ann.model.selected()->sending().empty(); }));
    EXPECT_FALSE(ann.model.selected()->is_provisional());
    ASSERT_TRUE(bob.until([&] { return bob.model.rooms().size() == 2; }));
    EXPECT_EQ(bob.model.find(bob.model.rooms()[1])->row().name, "ann");
    ASSERT_TRUE(bob.until([&] { return bob.model.find(bob.model.rooms()[1])->unread() == 1; }));
}

TEST(Backend, ARefusedTextStaysAcrossARestartUntilItIsThrownAway) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    ann.say(std::string(20'000, 'x'));
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->sending().empty() && ann.model.selected()->sending()[0].is_refused(); }));
    ann.stop(sim::CrashKind::process_kill);
    ann.start();
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->sending().empty() && ann.model.selected()->sending()[0].is_refused(); }));
    ann.backend->run(ThrowAway{ann.model.selected()->sending()[0].entry});
    EXPECT_TRUE(ann.model.selected()->sending().empty());
    cluster.clock.run_for(1s);
    ann.stop(sim::CrashKind::process_kill);
    ann.start();
    cluster.clock.run_for(5s);
    EXPECT_TRUE(ann.model.selected()->sending().empty());
}

TEST(Backend, ReadMarkersReachTheOtherDevice) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    Desk bob(cluster, "bob", 2);
    ann.enter();
    bob.enter();
    Desk phone(cluster, "bob", 3);
    phone.backend->run(LogIn{"bob", "correct horse"});
    ASSERT_TRUE(phone.until([&] { return phone.model.selected() != nullptr; }));
    ann.say("ping");
    ASSERT_TRUE(phone.until([&] { return phone.texts() == Texts{"ping"}; }));
    ASSERT_GT(phone.model.selected()->unread(), 0U);
    ASSERT_TRUE(bob.until([&] { return bob.texts() == Texts{"ping"}; }));
    const std::uint64_t newest = bob.model.selected()->last();
    ASSERT_TRUE(bob.model.saw(newest));
    bob.backend->run(MarkReadTo{bob.model.selected()->id(), newest});
    ASSERT_TRUE(phone.until([&] { return phone.model.selected()->unread() == 0; }));
}

TEST(Backend, LoggingOutLeavesNothingBehind) {
    Cluster cluster(3);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    ann.say("secret");
    ASSERT_TRUE(ann.until([&] { return ann.texts() == Texts{"secret"}; }));
    ann.backend->run(LogOut{});
    ASSERT_TRUE(ann.until([&] { return !ann.model.is_logged_in(); }));
    EXPECT_TRUE(ann.local->rooms()->empty());
    ann.backend->run(LogIn{"ann", "correct horse"});
    ASSERT_TRUE(ann.until([&] { return ann.model.selected() != nullptr; }));
    ann.backend->run(OpenRoom{ann.model.selected()->id()});
    ASSERT_TRUE(ann.until([&] { return ann.texts() == Texts{"secret"}; }));
}

TEST(Backend, FindsWordsInTheRoom) {
    Cluster cluster(1);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    ann.say("the blue whale");
    ann.say("a red herring");
    ASSERT_TRUE(ann.until([&] { return ann.texts().size() == 2; }));
    ann.backend->run(SearchInRoom{ann.model.selected()->id(), "HERRING"});
    ASSERT_EQ(ann.model.search().messages.size(), 1U);
    EXPECT_EQ(ann.model.search().messages[0].text, "a red herring");
}

TEST(Backend, TellsWhatTheLabMadeOfAnOrderAndHowItIsAfterwards) {
    Cluster cluster(1);
    Desk ann(cluster, "ann", 1);
    const LabAct killing{"Kill", "Killing replica 2", "Replica 2 is dead.", {.verb = chat::LabOrder::Verb::kill, .replica = 2, .link = {}}};
    ann.backend->run(OrderLab{ann.model.lab().begin(killing), killing.order});
    EXPECT_EQ(ann.model.lab().outcome().sentence, "Killing replica 2 was refused: there is no lab here.");

    ann.stop(sim::CrashKind::process_kill);
    chat::LabState state;
    ann.lab = [&state] {
        LabPort port;
        port.look = [&state](net::Function<void(LabSeen)> done) { done(LabSeen{true, {"a:1", "b:2", "c:3"}, state}); };
        port.order = [&state](const chat::LabOrder& order, net::Function<void(net::Result<std::string>)> done) {
            if (order.replica == 3) return done(net::Error{net::ErrorKind::refused, "not that one"});
            state.replicas[order.replica] = chat::LabState::Trouble::dead;
            done(std::string{"replica 2 is dead"});
        };
        return port;
    };
    ann.start();
    ann.backend->run(LookAtLab{});
    ASSERT_TRUE(ann.model.lab().is_there());
    EXPECT_EQ(ann.model.lab().replicas({})[1].state, "not asked yet");
    ann.backend->run(OrderLab{ann.model.lab().begin(killing), killing.order});
    EXPECT_EQ(ann.model.lab().outcome().sentence, "Replica 2 is dead.");
    EXPECT_EQ(ann.model.lab().replicas({})[1].state, "dead") << "without being asked again";
    LabAct other = killing;
    other.order.replica = 3;
    ann.backend->run(OrderLab{ann.model.lab().begin(other), other.order});
    EXPECT_EQ(ann.model.lab().outcome().sentence, "Killing replica 2 was refused: not that one.");
}

}  // namespace
}  // namespace parley::gui::testing
