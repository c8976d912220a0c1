// Favourites lie in a file of one's own: they outlive the power and a log-out, and belong to one user.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/gui/desk.hpp"

namespace parley::gui::testing {
namespace {

TEST(BackendFavourites, OutliveThePowerAndALogOut) {
    Cluster cluster(1);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    ann.backend->run(MakeRoom{"kitchen", false});
    ASSERT_TRUE(ann.until([&] { return ann.model.rooms().size() == 2 && ann.model.selected()->row().name == "kitchen"; }));
    const chat::RoomId kitchen = ann.model.selected()->id();
    ann.backend->run(MakeFavourite{kitchen, true});
    EXPECT_TRUE(ann.model.is_favourite(kitchen));
    EXPECT_EQ(ann.model.rooms().front(), kitchen);
    ann.stop(sim::CrashKind::power_cut);
    ann.start();
    EXPECT_TRUE(ann.model.is_favourite(kitchen)) << "before any replica answered";
    EXPECT_EQ(ann.model.rooms().front(), kitchen);
    ann.backend->run(LogOut{});
    ASSERT_TRUE(ann.until([&] { return !ann.model.is_logged_in(); }));
    ann.name = "bob";
    ann.enter();
    EXPECT_FALSE(ann.model.is_favourite(kitchen)) << "somebody else's";
    ann.backend->run(LogOut{});
    ASSERT_TRUE(ann.until([&] { return !ann.model.is_logged_in(); }));
    ann.backend->run(LogIn{"ann", "correct horse"});
    ASSERT_TRUE(ann.until([&] { return ann.model.is_logged_in() && ann.model.rooms().size() == 2; }));
    EXPECT_TRUE(ann.model.is_favourite(kitchen));
    ann.backend->run(MakeFavourite{kitchen, false});
    EXPECT_FALSE(ann.model.is_favourite(kitchen));
    ann.stop(sim::CrashKind::process_kill);
    ann.start();
    EXPECT_FALSE(ann.model.is_favourite(kitchen));
}

TEST(BackendFavourites, TwoWindowsOfAProfileTakeNothingFromEachOther) {
    Cluster cluster(1);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    const chat::RoomId general = ann.model.selected()->id();
    ann.backend->run(MakeFavourite{chat::RoomId{77}, true});
    // What another window wrote meanwhile.
    const std::string path = fmt::format("profile/favourites-{:016x}", ann.model.own_id().value);
    ASSERT_TRUE(ann.disk->remove(path));
    const auto file = *ann.disk->open(path, net::OpenMode::create_new);
    const std::string text = favourites_text({chat::RoomId{77}, chat::RoomId{88}});
    ASSERT_TRUE(file->write(0, std::as_bytes(std::span{text})));
    ann.backend->run(MakeFavourite{general, true});
    for (const std::uint64_t room : {std::uint64_t{77}, std::uint64_t{88}, general.value}) EXPECT_TRUE(ann.model.is_favourite(chat::RoomId{room})) << room;
}

TEST(BackendFavourites, TooManyAreRefused) {
    Cluster cluster(1);
    Desk ann(cluster, "ann", 1);
    ann.enter();
    for (std::uint64_t room = 100; room < 100 + favourites_max; ++room) ann.backend->run(MakeFavourite{chat::RoomId{room}, true});
    EXPECT_EQ(ann.model.notice(), "");
    ann.backend->run(MakeFavourite{chat::RoomId{5}, true});
    EXPECT_FALSE(ann.model.is_favourite(chat::RoomId{5}));
    EXPECT_NE(ann.model.notice().find("200 favourites"), std::string::npos);
}

}  // namespace
}  // namespace parley::gui::testing
