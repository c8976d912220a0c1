// Favourites stand first, in the list and on the way through it, and come back from their text.
#include <gtest/gtest.h>

#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

constexpr chat::RoomId with_bob{3};
constexpr chat::RoomId attic{4};
using Rooms = std::vector<chat::RoomId>;

Model in_four_rooms() {
    Model model;
    model.apply(AccountChanged{"ann", ann, ""});
    model.apply(RoomsListed{{row(general, "general"), row(kitchen, "Kitchen"), row(with_bob, "bob", 0, 0, true), row(attic, "attic")}, false});
    return model;
}

TEST(Favourites, StandFirst) {
    Model model = in_four_rooms();
    EXPECT_EQ(model.rooms(), (Rooms{attic, general, kitchen, with_bob}));
    const Changed changed = model.apply(FavouritesTold{{with_bob, kitchen}});
    EXPECT_TRUE(changed.rooms);
    EXPECT_EQ(model.rooms(), (Rooms{kitchen, with_bob, attic, general})) << "rooms before people, as below";
    EXPECT_EQ(model.section_of(*model.find(with_bob)), Model::Section::favourites);
    EXPECT_EQ(model.section_of(*model.find(attic)), Model::Section::rooms);
    model.select(attic);
    EXPECT_EQ(model.neighbour(-1, false), with_bob) << "Alt and an arrow go as the list does";
    model.apply(FavouritesTold{});
    EXPECT_EQ(model.rooms(), (Rooms{attic, general, kitchen, with_bob}));
    EXPECT_EQ(model.selected()->id(), attic) << "what is shown stays";
}

TEST(Favourites, MayBeGoneAndComeBack) {
    Model model = in_four_rooms();
    model.apply(FavouritesTold{{kitchen, chat::RoomId{99}}});
    model.apply(RoomsListed{{row(general, "general")}, false});
    EXPECT_EQ(model.rooms(), Rooms{general});
    model.apply(RoomsListed{{row(general, "general"), row(kitchen, "kitchen")}, false});
    EXPECT_EQ(model.rooms(), (Rooms{kitchen, general}));
    model.apply(AccountChanged{"bob", bob, ""});
    model.apply(RoomsListed{{row(general, "general"), row(kitchen, "kitchen")}, false});
    EXPECT_EQ(model.rooms(), (Rooms{general, kitchen})) << "they were somebody else's";
}

TEST(Favourites, ComeBackFromTheirText) {
    const Favourites some{chat::RoomId{7}, chat::RoomId{18446744073709551615U}};
    EXPECT_EQ(parse_favourites(favourites_text(some)), some);
    EXPECT_EQ(parse_favourites(favourites_text({})), Favourites{});
    EXPECT_EQ(parse_favourites("# 5\n\n8\nx\n9 9\n-3\n99999999999999999999\n"), Favourites{chat::RoomId{8}}) << "what is no number is nothing";
    Favourites many;
    for (std::uint64_t i = 1; i <= favourites_max + 5; ++i) many.insert(chat::RoomId{i});
    EXPECT_EQ(parse_favourites(favourites_text(many)).size(), favourites_max);
    EXPECT_LT(favourites_text(many).size(), 16U * 1024) << "it is read whole";
}

}  // namespace
}  // namespace parley::gui::testing
