// The page of a lab: what is broken, what can be done about it, and how it ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gui/model/fault_lab.hpp"

namespace parley::gui::testing {
namespace {

using Look = LabRow::Look;
using Verb = chat::LabOrder::Verb;
using ::testing::ElementsAre;

const std::vector<std::string> servers{"a:1", "b:2", "c:3"};

ReplicasSeen all_answer() {
    ReplicasSeen seen;
    for (const std::string& server : servers) {
        ReplicasSeen::Replica replica{server, chat::StatusReport{}, 1400, ""};
        replica.report->role = server == "b:2" ? "leader" : "follower";
        replica.report->chosen_through = 20;
        replica.report->applied_through = server == "c:3" ? 8 : 20;
        seen.replicas.push_back(std::move(replica));
    }
    return seen;
}

FaultLab lab_with(chat::LabState state) {
    FaultLab lab;
    LabSeen seen{true, servers, std::move(state)};
    lab.take(seen);
    return lab;
}

std::vector<std::string> offered(const LabRow& row) {
    std::vector<std::string> labels;
    for (const LabAct& act : row.acts) {
        if (act.makes_sense) labels.push_back(act.label);
    }
    return labels;
}

TEST(FaultLab, IsThereWhenTheClusterHasOne) {
    FaultLab lab;
    EXPECT_FALSE(lab.is_there());
    EXPECT_TRUE(lab.replicas({}).empty());
    EXPECT_TRUE(lab_with({}).is_there());
}

TEST(FaultLab, SaysOfEachReplicaHowItIs) {
    const auto rows = lab_with({}).replicas(all_answer());
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].name, "Replica 1");
    EXPECT_EQ(rows[0].state, "follower, up to date, answers in 1.4 ms");
    EXPECT_EQ(rows[1].look, Look::leads);
    EXPECT_EQ(rows[2].state, "follower, 12 slots behind, answers in 1.4 ms");
    EXPECT_THAT(offered(rows[0]), ElementsAre("Kill", "Pause", "Restart"));
}

TEST(FaultLab, OffersWhatMakesSenseForAReplica) {
    chat::LabState state;
    state.replicas = {{1, chat::LabState::Trouble::dead}, {2, chat::LabState::Trouble::frozen}};
    const auto rows = lab_with(state).replicas(all_answer());
    EXPECT_EQ(rows[0].state, "dead") << "whatever it answered a moment ago";
    EXPECT_EQ(rows[0].look, Look::broken);
    EXPECT_THAT(offered(rows[0]), ElementsAre("Restart"));
    EXPECT_EQ(rows[1].state, "frozen");
    EXPECT_THAT(offered(rows[1]), ElementsAre("Kill", "Resume", "Restart"));
    EXPECT_EQ(to_line(rows[1].acts[1].order), "resume 2");
}

TEST(FaultLab, SaysWhyAReplicaDoesNotAnswer) {
    ReplicasSeen seen = all_answer();
    seen.replicas[0].report.reset();
    seen.replicas[0].sentence = "connection refused";
    EXPECT_EQ(lab_with({}).replicas(seen)[0].state, "does not answer: connection refused");
    EXPECT_EQ(lab_with({}).replicas({})[0].state, "not asked yet");
}

TEST(FaultLab, HasEveryLinkOnceAndItsFaults) {
    chat::LabState state;
    state.links = {{{1, 2}, std::nullopt}, {{2, 3}, 200}};
    const auto rows = lab_with(state).links(200);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].name, "1 – 2");
    EXPECT_EQ(rows[0].state, "cut");
    EXPECT_THAT(offered(rows[0]), ElementsAre("Slow", "Heal"));
    EXPECT_EQ(rows[1].state, "passes");
    EXPECT_THAT(offered(rows[1]), ElementsAre("Cut", "Slow"));
    EXPECT_EQ(rows[2].state, "200 ms late");
    EXPECT_EQ(rows[2].look, Look::strained);
    EXPECT_THAT(offered(rows[2]), ElementsAre("Cut", "Heal"));
    EXPECT_THAT(offered(lab_with(state).links(1000)[2]), ElementsAre("Cut", "Slow", "Heal")) << "by another time";
    EXPECT_EQ(to_line(rows[1].acts[0].order), "cut 1 3");
    EXPECT_EQ(to_line(rows[1].acts[1].order), "slow 1 3 200");
    EXPECT_EQ(to_line(rows[2].acts[2].order), "slow 2 3 0");
}

TEST(FaultLab, OffersToHealEverythingWhenSomethingIsBroken) {
    EXPECT_FALSE(lab_with({}).heal_all().makes_sense);
    chat::LabState state;
    state.replicas = {{3, chat::LabState::Trouble::frozen}};
    EXPECT_TRUE(lab_with(state).heal_all().makes_sense);
    EXPECT_EQ(to_line(lab_with(state).heal_all().order), "heal");
}

TEST(FaultLab, SaysHowEveryActEnded) {
    FaultLab lab = lab_with({});
    const auto rows = lab.replicas({});
    EXPECT_EQ(lab.outcome().sentence, "");
    const ActId killing = lab.begin(rows[1].acts[0]);
    EXPECT_EQ(lab.outcome().sentence, "Killing replica 2…");
    LabObeyed done{killing, ""};
    EXPECT_TRUE(lab.take(done));
    EXPECT_EQ(lab.outcome().sentence, "Replica 2 is dead until it is restarted.");
    EXPECT_FALSE(lab.outcome().is_bad);
    EXPECT_FALSE(lab.take(done)) << "it ended already";

    const ActId cutting = lab.begin(lab.links(50)[0].acts[0]);
    LabObeyed refused{cutting, "no cluster runs here"};
    lab.take(refused);
    EXPECT_EQ(lab.outcome().sentence, "Cutting the link between 1 and 2 was refused: no cluster runs here.");
    EXPECT_TRUE(lab.outcome().is_bad);
}

}  // namespace
}  // namespace parley::gui::testing
