// How people are shown, who has read what, and one person's drafts on two devices.
#include <gtest/gtest.h>

#include "tests/unit/gui/desk.hpp"

namespace parley::gui::testing {
namespace {

using namespace std::chrono_literals;

class BackendPeople : public ::testing::Test {
protected:
    BackendPeople() { cluster.level = consensus::level_of_people; }
    // The same person's other computer.
    void enter_again() {
        second.backend->run(LogIn{"ann", "correct horse"});
        ASSERT_TRUE(second.until([&] { return second.model.selected() != nullptr; }));
    }
    static const std::string& draft(Desk& desk) { return desk.model.selected()->draft; }
    void type(Desk& desk, const std::string& text) {
        desk.model.selected()->draft = text;
        desk.backend->run(SaveDraft{desk.model.selected()->id(), text});
    }

    Cluster cluster{3};
    Desk ann{cluster, "ann", 1};
    Desk second{cluster, "ann", 2};
    Desk bob{cluster, "bob", 3};
};

TEST_F(BackendPeople, AShownNameAndAColourAreSeenByWhoeverSeesTheirTexts) {
    ann.enter();
    bob.enter();
    ann.say("hello");
    ASSERT_TRUE(bob.until([&] { return bob.texts().size() == 1; }));
    const chat::UserId who = ann.model.own_id();
    EXPECT_EQ(bob.model.shown_name(who, "ann"), "ann");
    cluster.clock.run_for(2s);
    ann.backend->run(LookAfter{chat::SetProfile{"Ann Lovelace", 0x8A4FA8}});
    ASSERT_TRUE(bob.until([&] { return bob.model.shown_name(who, "ann") == "Ann Lovelace"; }));
    EXPECT_EQ(bob.model.profile_of(who).colour, 0x8A4FA8U);
    ASSERT_TRUE(ann.until([&] { return ann.model.profile_of(who).name == "Ann Lovelace"; })) << "oneself, too";
    bob.stop(sim::CrashKind::process_kill);
    bob.start();
    bob.backend->run(OpenRoom{bob.model.selected()->id()});
    ASSERT_TRUE(bob.until([&] { return bob.model.shown_name(who, "ann") == "Ann Lovelace"; }));
}

TEST_F(BackendPeople, WhoHasReadAMessageIsTold) {
    ann.enter();
    bob.enter();
    ann.say("read me");
    ASSERT_TRUE(bob.until([&] { return bob.texts().size() == 1; }));
    const chat::RoomId room = bob.model.selected()->id();
    const std::uint64_t number = bob.model.selected()->last();
    bob.backend->run(MarkReadTo{room, number});
    const auto has_read = [&] {
        return std::ranges::any_of(ann.model.readers().readers, [](const chat::ReceiptRow& reader) { return reader.name == "bob"; });
    };
    for (int tries = 0; tries < 20 && !has_read(); ++tries) {
        ann.backend->run(LoadReaders{room, number});
        cluster.clock.run_for(1s);
    }
    EXPECT_TRUE(has_read());
    EXPECT_EQ(ann.model.readers().number, number);
}

TEST_F(BackendPeople, ADraftIsThereOnTheOtherDeviceAndGoesWhenItIsSent) {
    ann.enter();
    enter_again();
    cluster.clock.run_for(2s);
    type(ann, "half a thought");
    ASSERT_TRUE(second.until([&] { return draft(second) == "half a thought"; }));
    type(second, "");
    ASSERT_TRUE(ann.until([&] { return draft(ann).empty(); }));
}

TEST_F(BackendPeople, WhatWasTypedOnTwoDevicesWithoutAConnectionIsNotLost) {
    ann.enter();
    enter_again();
    cluster.clock.run_for(2s);
    ann.stop(sim::CrashKind::process_kill);
    type(second, "typed there");
    cluster.clock.run_for(10s);
    for (auto& replica : cluster.replicas) replica->kill();
    cluster.network.cut_all();
    ann.start();
    ASSERT_NE(ann.model.selected(), nullptr);
    ASSERT_EQ(ann.local->save_draft(ann.model.selected()->id(), "typed here").has_value(), true);
    ann.model.selected()->draft = "typed here";   // as a window shows what it finds there
    for (auto& replica : cluster.replicas) replica->open();
    ASSERT_TRUE(ann.until([&] { return draft(ann) == "typed here\ntyped there"; }));
    ASSERT_TRUE(second.until([&] { return draft(second) == "typed here\ntyped there"; }));
}

// The window's command and what the engine heard of another device meet half-way.
TEST_F(BackendPeople, WhatTheWindowHasSentMeanwhileIsNotPutBack) {
    ann.enter();
    enter_again();
    cluster.clock.run_for(2s);
    type(second, "half a thought");
    ASSERT_TRUE(ann.until([&] { return draft(ann) == "half a thought"; }));
    ann.model.take_moved_drafts();
    const chat::RoomId room = ann.model.selected()->id();
    ann.model.selected()->draft.clear();   // sent; the engine has not heard of it yet
    ann.changed |= ann.model.apply(DraftMoved{room, "half a thought", "half a thought and a bit"});
    EXPECT_EQ(draft(ann), "");
    EXPECT_TRUE(ann.model.take_moved_drafts().empty());
}

TEST_F(BackendPeople, WhatWasTypedLastIsWrittenWhenTheWindowCloses) {
    ann.enter();
    enter_again();
    cluster.clock.run_for(2s);
    type(ann, "half a thought");
    ann.backend->flush();
    cluster.clock.run_for(10ms);   // the loop's next turn
    ann.stop(sim::CrashKind::process_kill);
    cluster.clock.run_for(10s);
    ann.start();
    EXPECT_TRUE(second.until([&] { return draft(second) == "half a thought"; }));
    EXPECT_EQ(draft(ann), "half a thought");
}

TEST_F(BackendPeople, AnOlderClusterHasNoneOfItAndIsAskedForNothing) {
    cluster.level = consensus::FeatureLevel{5};
    ann.enter();
    bob.enter();
    type(ann, "kept here");
    ann.backend->run(LoadReaders{ann.model.selected()->id(), 1});
    cluster.clock.run_for(10s);
    EXPECT_EQ(ann.model.notice(), "This cluster does not tell who has read a message yet: all of its replicas need a newer version first.");
    EXPECT_EQ(ann.model.connection().state, ConnectionStatus::State::online);
    EXPECT_EQ(draft(ann), "kept here");
}

}  // namespace
}  // namespace parley::gui::testing
