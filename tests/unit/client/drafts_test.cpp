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
        desk_drafts.emplace(*desk.loop, *desk.client, [this](RoomId) { ++desk_changes; });
        phone_drafts.emplace(*phone.loop, *phone.client, [this](RoomId) { ++phone_changes; });
        desk_drafts->start();
        phone_drafts->start();
        cluster.clock.run_for(std::chrono::seconds{1});
    }
    // What the client heard reaches the drafts of its device.
    void pass_on() {
        for (const auto& [room, text] : std::exchange(desk.drafts, {})) desk_drafts->heard(room, text);
        for (const auto& [room, text] : std::exchange(phone.drafts, {})) phone_drafts->heard(room, text);
    }
    void run(net::Duration time) {
        for (net::Duration gone{}; gone < time; gone += std::chrono::milliseconds{100}) {
            cluster.clock.run_for(std::chrono::milliseconds{100});
            pass_on();
        }
    }
    std::size_t slots() const { return cluster.log.size(); }

    Cluster cluster{3};
    Person desk{cluster, "ann", 1};
    Person phone{cluster, "ann", 2};
    std::optional<Drafts> desk_drafts;
    std::optional<Drafts> phone_drafts;
    int desk_changes = 0;
    int phone_changes = 0;
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
    cluster.clock.run_for(std::chrono::seconds{2});
    phone.drafts.clear();   // it did not hear
    phone_drafts->start();
    cluster.clock.run_for(std::chrono::seconds{2});
    EXPECT_EQ(phone_drafts->text(general), "dear all");
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
