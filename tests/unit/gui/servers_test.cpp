// The servers that were used before, in words.
#include "gui/model/servers.hpp"

#include <gtest/gtest.h>

namespace parley::gui {
namespace {

chat::UsedServer server(const std::string& profile, std::vector<std::string> addresses) { return {profile, "cluster-a", std::move(addresses), {}, 0, "", false}; }

TEST(ServerList, SaysWhereItIsAndWhoLoggedIn) {
    chat::UsedServer one = server("default", {"chat.example.org:4711", "b.example.org:4711", "c.example.org:4711"});
    EXPECT_EQ(server_name(one), "chat.example.org");
    EXPECT_EQ(server_detail(one), "chat.example.org:4711, +2");
    one.accounts = {"ann", "bob"};
    one.profile = "work";
    EXPECT_EQ(server_detail(one), "chat.example.org:4711, +2 · ann, bob · profile work");
    one.is_local = true;
    EXPECT_EQ(server_name(one), "This computer");
    EXPECT_EQ(server_name(server("default", {"[::1]:4711"})), "[::1]");
}

TEST(ServerList, KnowsWhichAnswerAlsoAfterItWasReadAnew) {
    ServerList list;
    const chat::UsedServer there = server("default", {"a:1"});
    const chat::UsedServer silent = server("work", {"a:1"});
    list.set({there, silent});
    EXPECT_EQ(list.reach_of(there), ServerList::Reach::asked);
    list.answered(there, true);
    list.answered(silent, false);
    chat::UsedServer later = there;
    later.used_ms = 5;
    later.accounts = {"ann"};
    list.set({silent, later});
    EXPECT_EQ(list.reach_of(*list.at(0)), ServerList::Reach::silent);
    EXPECT_EQ(list.reach_of(*list.at(1)), ServerList::Reach::reachable);
    EXPECT_EQ(list.at(2), nullptr);
    list.answered(later, false);
    EXPECT_EQ(list.reach_of(there), ServerList::Reach::silent);
}

TEST(ServerList, TheOneOfThisWindowIsThatOfItsProfileAtThoseAddresses) {
    ServerList list;
    list.set({server("work", {"a:1"}), server("default", {"b:1", "c:1"}), server("default", {"a:1"})});
    EXPECT_EQ(list.place_of("default", {"a:1"}), 2U);
    EXPECT_EQ(list.place_of("default", {"c:1"}), 1U);
    EXPECT_EQ(list.place_of("default", {}), 1U) << "the newest of it";
    EXPECT_EQ(list.place_of("default", {"d:1"}), std::nullopt);
    EXPECT_EQ(list.place_of("home", {"a:1"}), std::nullopt);
}

}  // namespace
}  // namespace parley::gui
