// What gateways say of people: profiles, drafts, receipts, who was seen last, and what an administrator may ask from one slot to the next.
#include "tests/unit/gateway/raw_client.hpp"

namespace parley::chat::testing {
namespace {

const Target general = ByRoomName{"general"};

class PeopleAcross : public ::testing::Test {
protected:
    PeopleAcross() : ann(cluster, cluster.addresses()[0]), bob(cluster, cluster.addresses()[1]) {
        cluster.level = consensus::level_of_people;
        ann_id = ann.enrol("ann").user;
        bob_id = bob.enrol("bob").user;
        cluster.catch_up();
    }
    bool is_done(const Answer& answer) { return std::holds_alternative<Done>(answer.result); }

    Cluster cluster{3};
    RawClient ann;
    RawClient bob;
    UserId ann_id;
    UserId bob_id;
};

TEST_F(PeopleAcross, ProfilesAreToldToWhoAskedForThem) {
    EXPECT_TRUE(std::get<ProfilePage>(ann.answer(AskProfiles{{ann_id, bob_id}})).profiles.empty());
    EXPECT_TRUE(is_done(bob.submit(SetProfile{"Robert", 0x123456})));
    const auto is_told = [&] { return !ann.pushed<PushProfile>().empty(); };
    ASSERT_TRUE(cluster.run_until(is_told, 1s));
    EXPECT_EQ(ann.pushed<PushProfile>().back().profile, (ProfileRow{bob_id, "Robert", 0x123456}));
    EXPECT_TRUE(bob.pushed<PushProfile>().empty()) << "bob never asked";
    EXPECT_EQ(std::get<ProfilePage>(ann.answer(AskProfiles{{ann_id, bob_id}})).profiles.size(), 1U);
    EXPECT_EQ(failed(ann.answer(AskProfiles{std::vector<UserId>(1'001)})), Failure::Kind::refused);
}

TEST_F(PeopleAcross, DraftsGoToOnesOwnDevicesThatAskedForThem) {
    RawClient phone(cluster, cluster.addresses()[2]);
    RawClient old_phone(cluster, cluster.addresses()[2]);
    phone.token = old_phone.token = ann.token;
    cluster.catch_up();
    ASSERT_TRUE(std::holds_alternative<Identity>(phone.answer(Authenticate{ann.token})));
    ASSERT_TRUE(std::holds_alternative<Identity>(old_phone.answer(Authenticate{ann.token})));
    EXPECT_TRUE(std::get<DraftPage>(phone.answer(AskDrafts{})).drafts.empty());
    std::get<DraftPage>(bob.answer(AskDrafts{}));
    EXPECT_TRUE(is_done(ann.submit(KeepDraft{general, "dear all"})));
    ASSERT_TRUE(cluster.run_until([&] { return !phone.pushed<PushDraft>().empty(); }, 1s));
    EXPECT_EQ(phone.pushed<PushDraft>().back().draft.text, "dear all");
    EXPECT_TRUE(old_phone.pushed<PushDraft>().empty());
    EXPECT_TRUE(bob.pushed<PushDraft>().empty());
    EXPECT_EQ(std::get<DraftPage>(phone.answer(AskDrafts{})).drafts.at(0).text, "dear all");
}

TEST_F(PeopleAcross, WhoReadWhatIsForThoseInTheRoom) {
    const auto posted = std::get<Posted>(ann.submit(Post{general, "news", 0}).result);
    EXPECT_TRUE(is_done(bob.submit(MarkRead{general, 0})));
    cluster.catch_up();
    const auto page = std::get<ReceiptPage>(ann.answer(AskReceipts{general, posted.number, "", 10}));
    ASSERT_EQ(page.readers.size(), 1U);
    EXPECT_EQ(page.readers[0].name, "bob");
    EXPECT_EQ(failed(ann.answer(AskReceipts{general, posted.number + 1, "", 10})), Failure::Kind::not_found);
    EXPECT_TRUE(is_done(bob.submit(LeaveRoom{general})));
    cluster.catch_up();
    EXPECT_EQ(failed(bob.answer(AskReceipts{general, posted.number, "", 10})), Failure::Kind::not_allowed);
}

TEST_F(PeopleAcross, WhoWentIsRemembered) {
    EXPECT_TRUE(std::get<LastSeenPage>(ann.answer(AskLastSeen{{bob_id}})).users.empty()) << "bob is there";
    ASSERT_TRUE(cluster.run_until([&] { return std::get<PresencePage>(ann.answer(WatchPresence{{bob_id}})).users.at(0).presence == Presence::online; }, 3s));
    bob.wire->cut();
    cluster.clock.run_for(20s);
    const auto page = std::get<LastSeenPage>(ann.answer(AskLastSeen{{ann_id, bob_id, UserId{77}}}));
    ASSERT_EQ(page.users.size(), 1U);
    EXPECT_EQ(page.users[0].user, bob_id);
    EXPECT_GE(page.users[0].ago_ms, 10'000U);
    EXPECT_LE(page.users[0].ago_ms, 21'000U);
}

TEST_F(PeopleAcross, AnAdministratorMayAskFromThatSlotOnAndNoLonger) {
    EXPECT_EQ(failed(bob.answer(AskAudit{})), Failure::Kind::not_allowed);
    EXPECT_TRUE(is_done(ann.submit(SetAdministrator{"bob", true})));
    cluster.catch_up();
    EXPECT_TRUE(std::holds_alternative<AuditPage>(bob.answer(AskAudit{}))) << "on the link that was there before";
    EXPECT_TRUE(is_done(bob.submit(SetAdministrator{"ann", false})));
    cluster.catch_up();
    EXPECT_EQ(failed(ann.answer(AskAudit{})), Failure::Kind::not_allowed);
    EXPECT_EQ(std::get<RegistrationReport>(ann.answer(AskRegistration{})).policy, Registration::open);
}

TEST_F(PeopleAcross, NothingOfItIsLetInAtALowerLevel) {
    cluster.level = consensus::FeatureLevel{consensus::level_of_people.value - 1};
    const std::size_t before = cluster.log.size();
    for (const Operation& operation : std::vector<Operation>{Post{ByPeople{{"bob", "ann"}}, "hello", 0}, SetProfile{}, SetAdministrator{"bob", true}, DeleteUser{"bob"},
                                                             FreeName{"bob"}, EraseAccount{}, KeepDraft{general, "dear all"}, MarkRead{ByPeople{{"bob"}}, 0}}) {
        EXPECT_EQ(failed(ann.answer(Submit{ann.session, ann.next_number, 1, operation})), Failure::Kind::refused);
    }
    EXPECT_EQ(cluster.log.size(), before);
}

}  // namespace
}  // namespace parley::chat::testing
