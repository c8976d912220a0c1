// Drafts: written after a pause and not per key, the same on two devices, gone when sent, and nothing where the cluster knows of none.
#include <gtest/gtest.h>

#include "chat/client/drafts.hpp"
#include "consensus/core/types.hpp"
#include "tests/unit/gateway/cluster.hpp"

namespace parley::chat::testing {
namespace {

constexpr RoomId general{1};

class DraftsOnTwoDevices : public ::testing::Test {
protected:
    DraftsOnTwoDevices() {
        cluster.level = consensus::level_of_people;
        desk.enter();
        phone.start();
        const auto answer = phone.log_in_now();
        EXPECT_TRUE(answer && std::holds_alternative<LoggedIn>(answer->result));
        open_desk();
        phone_drafts.emplace(*phone.loop, *phone.client, [this](RoomId) { ++phone_changes; });
        phone.on_draft = [this](RoomId room, const std::string& text) { phone_drafts->heard(room, text); };
        phone_drafts->start();
        run(std::chrono::seconds{1});
    }
    void open_desk() {
        desk_drafts.emplace(*desk.loop, *desk.client, [this](RoomId room) {
            ++desk_changes;
            desk_showed.push_back(desk_drafts->text(room));
        });
        desk.on_draft = [this](RoomId room, const std::string& text) { desk_drafts->heard(room, text); };
        desk_drafts->start();
    }
    void run(net::Duration time) { cluster.clock.run_for(time); }
    std::size_t slots() const { return cluster.log.size(); }

    Cluster cluster{3};
    Person desk{cluster, "ann", 1};
    Person phone{cluster, "ann", 2};
    std::optional<Drafts> desk_drafts;
    std::optional<Drafts> phone_drafts;
    int desk_changes = 0;
    int phone_changes = 0;
    std::vector<std::string> desk_showed;   // of what came from elsewhere
};

TEST_F(DraftsOnTwoDevices, ATextIsWrittenOnceAPauseAndSeenOnTheOther) {
    run(std::chrono::seconds{2});
    const std::size_t before = slots();
    for (const char* text : {"d", "de", "dea", "dear", "dear all"}) {
        desk_drafts->typed(general, text);
        run(std::chrono::milliseconds{200});
    }
    EXPECT_EQ(slots(), before) << "nothing goes through the log while somebody types";
    run(std::chrono::seconds{4});
    EXPECT_EQ(phone_drafts->text(general), "dear all");
    EXPECT_EQ(phone_changes, 1);
    EXPECT_EQ(desk_changes, 0) << "one's own text is no news";
}

TEST_F(DraftsOnTwoDevices, WhatIsSentIsNoDraftAnyMore) {
    desk_drafts->typed(general, "dear all");
    run(std::chrono::seconds{5});
    desk_drafts->done(general);
    run(std::chrono::seconds{1});
    EXPECT_EQ(phone_drafts->text(general), "");
    const std::size_t before = slots();
    desk_drafts->typed(general, "quick");
    desk_drafts->done(general);
    run(std::chrono::seconds{5});
    EXPECT_EQ(slots(), before) << "what was sent within the pause was never written";
}

TEST_F(DraftsOnTwoDevices, WhatIsBeingTypedIsNotTakenAway) {
    phone_drafts->typed(general, "on the way");
    desk_drafts->typed(general, "at the desk");
    desk_drafts->flush();
    run(std::chrono::seconds{1});
    EXPECT_EQ(phone_drafts->text(general), "on the way");
    run(std::chrono::seconds{4});
    EXPECT_EQ(desk_drafts->text(general), "on the way") << "the last one in the log counts";
    EXPECT_EQ(phone_drafts->text(general), "on the way");
}

TEST_F(DraftsOnTwoDevices, ADeviceThatWasAwayLearnsWhatItMissed) {
    desk_drafts->typed(general, "dear all");
    desk_drafts->flush();
    phone.on_draft = {};   // it does not hear
    run(std::chrono::seconds{2});
    EXPECT_EQ(phone_drafts->text(general), "");
    phone_drafts->start();
    run(std::chrono::seconds{2});
    EXPECT_EQ(phone_drafts->text(general), "dear all");
}

TEST_F(DraftsOnTwoDevices, WhatWasSentDoesNotComeBackWithAnOlderPage) {
    desk_drafts->typed(general, "dear all");
    desk_drafts->flush();
    run(std::chrono::seconds{1});
    cluster.set_leader(false);
    desk_drafts->done(general);
    run(std::chrono::milliseconds{200});
    desk_drafts->start();   // as after a reconnect: the replica has the text still
    run(std::chrono::milliseconds{500});
    EXPECT_EQ(desk_drafts->text(general), "");
    cluster.set_leader(true);
    run(std::chrono::seconds{5});
    EXPECT_EQ(desk_drafts->text(general), "");
    EXPECT_EQ(phone_drafts->text(general), "");
    EXPECT_EQ(desk_showed, std::vector<std::string>{}) << "not for a moment";
}

TEST_F(DraftsOnTwoDevices, WhatIsSentWhileItIsBeingWrittenDoesNotComeBack) {
    cluster.set_leader(false);
    desk_drafts->typed(general, "dear all");
    desk_drafts->flush();
    run(std::chrono::milliseconds{100});
    desk_drafts->done(general);
    cluster.set_leader(true);
    run(std::chrono::seconds{5});
    EXPECT_EQ(desk.drafts.size(), 2U) << "both were written";
    EXPECT_EQ(desk_drafts->text(general), "");
    EXPECT_EQ(phone_drafts->text(general), "");
    EXPECT_EQ(desk_showed, std::vector<std::string>{});
}

TEST_F(DraftsOnTwoDevices, WhatAnEarlierProcessSentDoesNotComeBackInTheNextOne) {
    desk_drafts->typed(general, "dear all");
    desk_drafts->flush();
    run(std::chrono::seconds{1});
    cluster.set_leader(false);
    desk_drafts->done(general);
    run(std::chrono::milliseconds{200});
    desk_drafts.reset();
    desk.on_draft = {};
    desk.kill(sim::CrashKind::process_kill);
    desk.start();
    open_desk();
    run(std::chrono::milliseconds{500});
    EXPECT_EQ(desk_drafts->text(general), "");
    cluster.set_leader(true);
    run(std::chrono::seconds{5});
    EXPECT_EQ(desk_drafts->text(general), "");
    EXPECT_EQ(phone_drafts->text(general), "");
    EXPECT_EQ(desk_showed, std::vector<std::string>{});
}

TEST_F(DraftsOnTwoDevices, TwoThatWriteAtOnceAgreeInTheEnd) {
    for (const bool is_desk_first : {true, false}) {
        cluster.set_leader(false);
        Drafts& first = is_desk_first ? *desk_drafts : *phone_drafts;
        Drafts& second = is_desk_first ? *phone_drafts : *desk_drafts;
        first.typed(general, "first");
        first.flush();
        second.typed(general, "second");
        second.flush();
        cluster.set_leader(true);
        run(std::chrono::seconds{10});
        EXPECT_NE(desk_drafts->text(general), "");
        EXPECT_EQ(desk_drafts->text(general), phone_drafts->text(general)) << is_desk_first;
        first.done(general);
        run(std::chrono::seconds{1});
        EXPECT_EQ(second.text(general), "");
    }
}

TEST_F(DraftsOnTwoDevices, WhatWasTypedBeforeTheLevelWasKnownIsWrittenThen) {
    Drafts late(*desk.loop, *desk.client, [](RoomId) {});
    late.typed(general, "dear all");
    run(std::chrono::seconds{4});
    EXPECT_EQ(phone_drafts->text(general), "");
    late.start();
    run(std::chrono::seconds{1});
    EXPECT_EQ(phone_drafts->text(general), "dear all");
    EXPECT_EQ(late.text(general), "dear all");
}

TEST(Drafts, ThatAreRefusedStayOnTheirDevice) {
    Limits limits;
    limits.drafts_per_user_max = 1;
    Cluster cluster(1, 1, Cluster::test_options(), limits);
    cluster.level = consensus::level_of_people;
    Person ann(cluster, "ann", 1);
    ann.enter();
    const auto made = ann.submit_now(CreateRoom{"tea", false});
    ASSERT_TRUE(made && std::holds_alternative<RoomMade>(made->result));
    const RoomId tea = std::get<RoomMade>(made->result).room;
    int changes = 0;
    Drafts drafts(*ann.loop, *ann.client, [&](RoomId) { ++changes; });
    ann.on_draft = [&](RoomId room, const std::string& text) { drafts.heard(room, text); };
    drafts.start();
    cluster.clock.run_for(std::chrono::seconds{1});
    drafts.typed(general, "the first");
    drafts.flush();
    drafts.typed(tea, "one too many");
    drafts.flush();
    cluster.clock.run_for(std::chrono::seconds{2});
    ASSERT_EQ(ann.drafts.size(), 1U) << "the second was refused";
    drafts.start();   // a reconnect: the cluster's page has no text for that room
    cluster.clock.run_for(std::chrono::seconds{2});
    EXPECT_EQ(drafts.text(tea), "one too many");
    EXPECT_EQ(changes, 0);
}

TEST(Drafts, StayWhereTheyAreAtALowerLevel) {
    Cluster cluster(1);
    Person ann(cluster, "ann", 1);
    ann.enter();
    Drafts drafts(*ann.loop, *ann.client, [](RoomId) {});
    drafts.start();
    cluster.clock.run_for(std::chrono::seconds{2});
    const std::size_t before = cluster.log.size();
    drafts.typed(general, "dear all");
    cluster.clock.run_for(std::chrono::seconds{5});
    EXPECT_EQ(drafts.text(general), "dear all");
    EXPECT_EQ(cluster.log.size(), before);
}

}  // namespace
}  // namespace parley::chat::testing
