// Whom one has blocked, as replicas tell it, and known before one answers.
#include <gtest/gtest.h>

#include "tests/unit/gui/desk.hpp"

namespace parley::gui::testing {
namespace {

bool is_blocked(const Desk& desk, const std::string& name) {
    return std::ranges::any_of(desk.model.blocked(), [&](const chat::UserRow& one) { return one.name == name; });
}

TEST(BackendBlocked, TheReplicasKnowAndTheWindowRemembers) {
    Cluster cluster(1);
    Desk bob(cluster, "bob", 2);
    bob.enter();
    Desk ann(cluster, "ann", 1);
    ann.enter();
    EXPECT_TRUE(ann.model.blocked().empty());
    ann.backend->run(BlockPerson{"bob", true});
    ASSERT_TRUE(ann.until([&] { return is_blocked(ann, "bob"); }));
    EXPECT_EQ(ann.model.blocked().front().user, bob.model.own_id());
    ann.stop(sim::CrashKind::power_cut);
    ann.start();
    EXPECT_TRUE(is_blocked(ann, "bob")) << "before any replica answered";
    ASSERT_TRUE(ann.until([&] { return ann.model.connection().state == ConnectionStatus::State::online; }));
    ann.backend->run(BlockPerson{"bob", false});
    ASSERT_TRUE(ann.until([&] { return ann.model.blocked().empty(); }));
    ann.stop(sim::CrashKind::process_kill);
    ann.start();
    EXPECT_TRUE(ann.model.blocked().empty());
}

TEST(BackendBlocked, IsOneUsersOwn) {
    Cluster cluster(1);
    Desk bob(cluster, "bob", 2);
    bob.enter();
    Desk ann(cluster, "ann", 1);
    ann.enter();
    ann.backend->run(BlockPerson{"bob", true});
    ASSERT_TRUE(ann.until([&] { return is_blocked(ann, "bob"); }));
    ann.backend->run(LogOut{});
    ASSERT_TRUE(ann.until([&] { return !ann.model.is_logged_in(); }));
    ann.name = "eve";
    ann.enter();
    EXPECT_TRUE(ann.model.blocked().empty());
    ann.backend->run(LogOut{});
    ASSERT_TRUE(ann.until([&] { return !ann.model.is_logged_in(); }));
    ann.backend->run(LogIn{"ann", "correct horse"});
    ASSERT_TRUE(ann.until([&] { return is_blocked(ann, "bob"); })) << "the replicas remember";
}

TEST(BackendBlocked, ARefusalIsSaid) {
    Cluster cluster(1);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    ann.backend->run(BlockPerson{"nobody", true});
    ASSERT_TRUE(ann.until([&] { return !ann.model.notice().empty(); }));
    EXPECT_EQ(ann.model.notice(), chat::sentence(chat::Refusal::no_such_user));
    EXPECT_TRUE(ann.model.blocked().empty());
}

}  // namespace
}  // namespace parley::gui::testing
