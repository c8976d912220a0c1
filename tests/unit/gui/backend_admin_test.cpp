// An administrator's window against real gateways: lists, what is done, refusals, and what waits while nobody answers.
#include <gtest/gtest.h>

#include "tests/unit/gui/desk.hpp"

namespace parley::gui::testing {
namespace {

using namespace std::chrono_literals;

// ann is the first account, so she is the administrator.
struct Office {
    explicit Office(std::uint64_t replicas = 1) : cluster(replicas), ann(cluster, "ann", 1), bob(cluster, "bob", 2) {
        ann.enter();
        bob.enter();
    }

    // What the page does on a click.
    ActId act(chat::Operation operation, const std::string& subject = "something") {
        const ActId id = ann.model.admin().begin(subject, "Doing it", "It is done.", true);
        ann.backend->run(Administer{id, std::move(operation)});
        return id;
    }
    bool ends(const std::string& sentence) {
        return ann.until([&] { return ann.model.admin().outcome().sentence.find(sentence) != std::string::npos; });
    }
    const chat::UserRow* listed(const std::string& name) {
        for (const chat::UserRow& user : ann.model.admin().users().users) {
            if (user.name == name) return &user;
        }
        return nullptr;
    }
    bool lists_users(const std::string& pattern, std::size_t count) {
        ann.model.admin().want_users(pattern);
        ann.changed = {};   // what was listed before is no answer
        ann.backend->run(ListUsers{pattern});
        return ann.until([&] { return ann.changed.admin && ann.model.admin().users().pattern == pattern && ann.model.admin().users().users.size() == count; });
    }

    Cluster cluster;
    Desk ann;
    Desk bob;
};

TEST(BackendAdmin, OnlyAnAdministratorIsToldToBeOne) {
    Office office;
    ASSERT_TRUE(office.ann.until([&] { return office.ann.model.is_administrator(); }));
    office.cluster.clock.run_for(5s);
    EXPECT_FALSE(office.bob.model.is_administrator());
    office.ann.stop(sim::CrashKind::process_kill);
    office.ann.start();
    EXPECT_TRUE(office.ann.until([&] { return office.ann.model.is_administrator(); })) << "also after a restart";
}

TEST(BackendAdmin, ListsUsersByAPartOfTheNameAndWhoIsThere) {
    Office office;
    ASSERT_TRUE(office.lists_users("", 2));
    EXPECT_TRUE(office.listed("ann")->is_admin);
    ASSERT_TRUE(office.lists_users("bo", 1));
    const chat::UserId id = office.listed("bob")->user;
    ASSERT_TRUE(office.ann.until([&] { return office.ann.model.presence_of(id) == chat::Presence::online; }));
    office.bob.stop(sim::CrashKind::process_kill);
    EXPECT_TRUE(office.ann.until([&] { return office.ann.model.presence_of(id) == chat::Presence::offline; }));
}

TEST(BackendAdmin, DisablesAndEnablesAndTheLogSaysSo) {
    Office office;
    office.act(chat::DisableUser{"bob", true});
    ASSERT_TRUE(office.ends("It is done."));
    EXPECT_TRUE(office.bob.until([&] { return !office.bob.model.is_logged_in(); })) << "his log-ins end";
    ASSERT_TRUE(office.lists_users("", 2));
    EXPECT_TRUE(office.listed("bob")->is_disabled);
    office.act(chat::DisableUser{"bob", false});
    ASSERT_TRUE(office.ends("It is done."));
    ASSERT_TRUE(office.lists_users("", 2));
    EXPECT_FALSE(office.listed("bob")->is_disabled);
    office.ann.backend->run(ListAudit{});
    ASSERT_TRUE(office.ann.until([&] { return office.ann.model.admin().audit().entries.size() == 2; }));
    EXPECT_EQ(sentence_of(office.ann.model.admin().audit().entries.front()), "ann enabled bob");
}

TEST(BackendAdmin, ARefusalComesBackInWords) {
    Office office;
    office.act(chat::DisableUser{"nobody", true});
    ASSERT_TRUE(office.ends("There is no user of this name"));
    EXPECT_TRUE(office.ann.model.admin().outcome().is_bad);
    office.act(chat::DisableUser{"ann", true});
    EXPECT_TRUE(office.ends("not allowed"));
}

TEST(BackendAdmin, WhoIsNoAdministratorIsRefusedEverything) {
    Office office;
    office.bob.backend->run(ListAllRooms{});
    ASSERT_TRUE(office.bob.until([&] { return !office.bob.model.admin().rooms().refusal.empty(); }));
    office.bob.backend->run(ListAudit{});
    ASSERT_TRUE(office.bob.until([&] { return !office.bob.model.admin().audit().refusal.empty(); }));
    const ActId act = office.bob.model.admin().begin("ann", "Disabling ann", "", true);
    office.bob.backend->run(Administer{act, chat::DisableUser{"ann", true}});
    ASSERT_TRUE(office.bob.until([&] { return office.bob.model.admin().outcome().is_bad; }));
    EXPECT_TRUE(office.ann.model.is_logged_in());
}

TEST(BackendAdmin, WhatIsDoneWithoutReplicasIsDoneWhenTheyAreBackAlsoAfterARestart) {
    Office office(3);
    for (auto& replica : office.cluster.replicas) replica->kill();
    office.cluster.network.cut_all();
    ASSERT_TRUE(office.ann.until([&] { return office.ann.model.connection().state == ConnectionStatus::State::connecting; }));
    office.act(chat::DisableUser{"bob", true}, "bob");
    office.cluster.clock.run_for(30s);
    EXPECT_TRUE(office.ann.model.admin().is_busy("bob")) << "it neither ends nor is forgotten";
    office.ann.stop(sim::CrashKind::power_cut);
    office.ann.start();
    for (auto& replica : office.cluster.replicas) replica->open();
    ASSERT_TRUE(office.ann.until([&] { return office.ann.model.connection().state == ConnectionStatus::State::online; }));
    EXPECT_TRUE(office.ann.until([&] {
        return office.lists_users("bob", 1) && office.listed("bob")->is_disabled;
    }));
}

TEST(BackendAdmin, APasswordIsGivenOrTheReasonSaid) {
    Office office;
    const auto give = [&](const std::string& name, const std::string& password) {
        const ActId id = office.ann.model.admin().begin(name, "Giving a new password", "It is done.", false);
        office.ann.backend->run(GivePassword{id, name, password});
    };
    give("nobody", "another horse");
    ASSERT_TRUE(office.ends("no user of this name"));
    give("bob", "another horse");
    ASSERT_TRUE(office.ends("It is done."));
    ASSERT_TRUE(office.bob.until([&] { return !office.bob.model.is_logged_in(); }));
    office.bob.backend->run(LogIn{"bob", "another horse"});
    EXPECT_TRUE(office.bob.until([&] { return office.bob.model.is_logged_in(); }));
}

TEST(BackendAdmin, APasswordThatNobodyTookIsSaidToBeUnknown) {
    Office office;
    office.cluster.replicas.front()->kill();
    office.cluster.network.cut_all();
    const ActId id = office.ann.model.admin().begin("bob", "Giving bob a new password", "", false);
    office.ann.backend->run(GivePassword{id, "bob", "another horse"});
    EXPECT_TRUE(office.ends("not known whether"));
}

TEST(BackendAdmin, RoomsAreListedMadeKeptArchivedAndDeleted) {
    Office office;
    office.act(make_room("kitchen", true).operation);
    ASSERT_TRUE(office.ends("It is done."));
    const auto room = [&]() -> const chat::RoomRow* {
        office.ann.backend->run(ListAllRooms{});
        office.cluster.clock.run_for(2s);
        const auto& rooms = office.ann.model.admin().rooms().rooms;
        const auto found = std::find_if(rooms.begin(), rooms.end(), [](const chat::RoomRow& row) { return row.name == "kitchen"; });
        return found == rooms.end() ? nullptr : &*found;
    };
    ASSERT_NE(room(), nullptr);
    EXPECT_TRUE(room()->is_private);
    office.act(keep_texts(*room(), 30).operation);
    ASSERT_TRUE(office.ends("It is done."));
    EXPECT_EQ(room()->retention_days, 30U);
    office.act(acts_for(*room()).front().operation);
    ASSERT_TRUE(office.ends("It is done."));
    EXPECT_TRUE(room()->is_archived);
    office.act(acts_for(*room()).back().operation);
    ASSERT_TRUE(office.ends("It is done."));
    EXPECT_EQ(room(), nullptr);
}

TEST(BackendAdmin, ListsGoOnOverManyPages) {
    Office office;
    for (int i = 0; i < 230; ++i) office.ann.backend->run(Administer{ActId{}, make_room("room-" + std::to_string(i), false).operation});
    ASSERT_TRUE(office.ann.until([&] { return office.ann.model.rooms().size() == 231; }));
    office.ann.backend->run(ListAllRooms{});
    ASSERT_TRUE(office.ann.until([&] { return office.ann.model.admin().rooms().rooms.size() == 231; }));
    EXPECT_FALSE(office.ann.model.admin().rooms().more);
}

TEST(BackendAdmin, WhoMayRegisterIsReadFromTheLog) {
    Office office;
    const auto told = [&](chat::Registration policy) {
        office.ann.backend->run(ReadRegistration{});
        return office.ann.until([&] { return office.ann.model.admin().registration() == policy; });
    };
    EXPECT_TRUE(told(chat::Registration::open)) << "nobody has set it";
    office.act(let_register(chat::Registration::closed).operation);
    ASSERT_TRUE(office.ends("It is done."));
    EXPECT_TRUE(told(chat::Registration::closed));
    office.act(let_register(chat::Registration::invite).operation);
    ASSERT_TRUE(office.ends("It is done."));
    for (int i = 0; i < 120; ++i) office.act(chat::DisableUser{"bob", i % 2 == 0});
    office.cluster.clock.run_for(10s);
    EXPECT_TRUE(told(chat::Registration::invite)) << "also when other entries fill more than a page since";
}

TEST(BackendAdmin, AnInvitationLetsSomebodyIn) {
    Office office;
    office.act(let_register(chat::Registration::invite).operation);
    ASSERT_TRUE(office.ends("It is done."));
    const ActId id = office.ann.model.admin().begin("invitation", "Making an invitation", "The link is ready.", false);
    office.ann.backend->run(MakeInvitation{id, 1, 7});
    ASSERT_TRUE(office.ends("The link is ready."));
    ASSERT_TRUE(office.ann.model.admin().invitation().has_value());
    const std::string code = office.ann.model.admin().invitation()->link.substr(std::string{"link/"}.size());
    chat::testing::Person eve(office.cluster, "eve", 77);
    eve.start();
    const auto without = eve.wait<chat::Answer>([&](auto reply) { eve.client->register_account("eve", "correct horse", {}, std::move(reply)); });
    ASSERT_TRUE(without);
    EXPECT_EQ(std::get<chat::Refused>(without->result).why, chat::Refusal::invite_needed);
    const auto with = eve.wait<chat::Answer>([&](auto reply) { eve.client->register_account("eve", "correct horse", {}, std::move(reply), code); });
    ASSERT_TRUE(with);
    EXPECT_TRUE(std::holds_alternative<chat::Registered>(with->result));
}

TEST(BackendAdmin, NoInvitationIsMadeWhileNobodyMayRegister) {
    Office office;
    office.act(let_register(chat::Registration::closed).operation);
    ASSERT_TRUE(office.ends("It is done."));
    const ActId id = office.ann.model.admin().begin("invitation", "Making an invitation", "The link is ready.", false);
    office.ann.backend->run(MakeInvitation{id, 1, 7});
    ASSERT_TRUE(office.ends("Making an invitation was refused."));
    EXPECT_FALSE(office.ann.model.admin().invitation().has_value());
}

}  // namespace
}  // namespace parley::gui::testing
