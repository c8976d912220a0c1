// Views: pages, wildcards, and what a reader must not see.
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

std::vector<std::string> names_of(const std::vector<UserRow>& rows) {
    std::vector<std::string> names;
    for (const UserRow& row : rows) names.push_back(row.name);
    return names;
}
std::vector<std::string> names_of(const std::vector<RoomRow>& rows) {
    std::vector<std::string> names;
    for (const RoomRow& row : rows) names.push_back(row.name);
    return names;
}
std::vector<std::uint64_t> numbers_of(const std::vector<RoomMessage>& rows) {
    std::vector<std::uint64_t> numbers;
    for (const RoomMessage& row : rows) numbers.push_back(row.number);
    return numbers;
}
using Names = std::vector<std::string>;
using Numbers = std::vector<std::uint64_t>;

TEST(View, SaysWhyAFileCannotBeOpened) {
    ScratchFolder folder;
    const auto view = View::open(folder.file("nothing.db"), nullptr);
    ASSERT_FALSE(view);
    EXPECT_FALSE(view.error().message.empty());
}

TEST(View, UsersByWildcardInPages) {
    Chat chat;
    for (const char* name : {"Ann", "bob", "Anna", "Zoë", "b[b"}) chat.enrol(name);
    EXPECT_EQ(names_of(chat.view->users("", "", 10).value()), (Names{"Ann", "Anna", "b[b", "bob", "Zoë"}));
    EXPECT_EQ(names_of(chat.view->users("AN*", "", 10).value()), (Names{"Ann", "Anna"}));
    EXPECT_EQ(names_of(chat.view->users("an?", "", 10).value()), (Names{"Ann"}));
    EXPECT_EQ(names_of(chat.view->users("zo?", "", 10).value()), (Names{"Zoë"})) << "a character, not a byte";
    EXPECT_EQ(names_of(chat.view->users("b[*", "", 10).value()), (Names{"b[b"}));
    EXPECT_EQ(names_of(chat.view->users("b[a-z]b", "", 10).value()), (Names{}));
    EXPECT_EQ(names_of(chat.view->users("\xFF", "", 10).value()), (Names{}));
    EXPECT_EQ(names_of(chat.view->users(std::string(257, '*'), "", 10).value()), (Names{})) << "longer than any name";
    EXPECT_EQ(names_of(chat.view->users("*", "", 2).value()), (Names{"Ann", "Anna"}));
    EXPECT_EQ(names_of(chat.view->users("*", "Anna", 2).value()), (Names{"b[b", "bob"}));
}

TEST(View, PasswordAndLogin) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    const auto row = chat.view->password_of("ANN").value();
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->user, ann.user);
    EXPECT_EQ(row->password_hash, "hash of Ann");
    EXPECT_EQ(row->password_version, 1U);
    EXPECT_FALSE(chat.view->password_of("bob").value().has_value());
    const auto login = chat.view->login_by_token(token(1)).value();
    ASSERT_TRUE(login.has_value());
    EXPECT_EQ(login->login, ann.login);
    EXPECT_EQ(login->user_name, "Ann");
    EXPECT_FALSE(chat.view->login_by_token(token(2)).value().has_value());
}

TEST(View, RoomsOfAUserByName) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    chat.made_room(ann, "zoo", true);
    chat.made_room(ann, "Attic");
    chat.posted(ann, by_user("bob"), "hi");
    EXPECT_EQ(names_of(chat.view->rooms_of(ann.user, 10).value()), (Names{"Attic", "Bob", "general", "zoo"}));
    EXPECT_EQ(names_of(chat.view->rooms_of(bob.user, 10).value()), (Names{"Ann", "general"}));
    EXPECT_EQ(chat.view->rooms_of(ann.user, 2).value().size(), 2U);
    const auto direct = chat.view->rooms_of(bob.user, 10).value()[0];
    EXPECT_TRUE(direct.is_direct);
    EXPECT_TRUE(direct.is_member);
    EXPECT_EQ(direct.last - direct.read, 1U);
}

TEST(View, PublicRoomsInPages) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    chat.made_room(ann, "zoo");
    chat.made_room(ann, "cellar", true);
    chat.made_room(ann, "attic");
    const auto rooms = chat.view->public_rooms(bob.user, "", 10).value();
    EXPECT_EQ(names_of(rooms), (Names{"attic", "general", "zoo"}));
    EXPECT_FALSE(rooms[0].is_member);
    EXPECT_TRUE(rooms[1].is_member);
    EXPECT_EQ(names_of(chat.view->public_rooms(bob.user, "Attic", 1).value()), (Names{"general"}));
}

TEST(View, ResolveHidesWhatOneIsNotIn) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    const RoomId den = chat.made_room(ann, "den", true);
    const RoomId open = chat.made_room(ann, "open");
    EXPECT_EQ(chat.view->resolve(bob.user, by_name("den")).error().kind, net::ErrorKind::not_found);
    EXPECT_EQ(chat.view->resolve(bob.user, ByRoom{den}).error().kind, net::ErrorKind::not_found);
    EXPECT_EQ(chat.view->resolve(bob.user, by_user("Ann")).error().kind, net::ErrorKind::not_found);
    EXPECT_EQ(chat.view->resolve(bob.user, by_user("Eve")).error().kind, net::ErrorKind::not_found);
    EXPECT_EQ(chat.view->resolve(ann.user, by_name("DEN"))->room, den);
    EXPECT_FALSE(chat.view->resolve(bob.user, ByRoom{open})->is_member);
    chat.posted(ann, by_user("Bob"), "hi");
    auto cyd = chat.enrol("Cyd");
    const RoomId direct = chat.room(ann, by_user("Bob")).room;
    EXPECT_EQ(chat.view->resolve(cyd.user, ByRoom{direct}).error().kind, net::ErrorKind::not_found);
    EXPECT_EQ(chat.view->resolve(cyd.user, by_name("")).error().kind, net::ErrorKind::not_found);
}

TEST(View, MembersInPages) {
    Chat chat;
    auto cyd = chat.enrol("Cyd");
    auto bob = chat.enrol("Bob");
    chat.enrol("Ann");
    const RoomId general = chat.room(cyd, by_name("general")).room;
    EXPECT_EQ(names_of(chat.view->members(general, "", 10).value()), (Names{"Ann", "Bob", "Cyd"}));
    EXPECT_EQ(names_of(chat.view->members(general, "ann", 1).value()), (Names{"Bob"}));
    EXPECT_TRUE(chat.view->is_member(general, bob.user).value());
    chat.as(bob, LeaveRoom{ByRoom{general}});
    EXPECT_FALSE(chat.view->is_member(general, bob.user).value());
}

TEST(View, MessagesBothWays) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    for (int i = 2; i <= 10; ++i) chat.posted(ann, by_name("general"), "text");
    const RoomId general{1};
    EXPECT_EQ(numbers_of(chat.view->messages(general, 0, 0, 3).value()), (Numbers{1, 2, 3}));
    EXPECT_EQ(numbers_of(chat.view->messages(general, 8, 0, 50).value()), (Numbers{9, 10}));
    EXPECT_EQ(numbers_of(chat.view->messages(general, 0, 5, 3).value()), (Numbers{2, 3, 4}));
    EXPECT_EQ(numbers_of(chat.view->messages(general, 0, ~std::uint64_t{0} >> 1U, 2).value()), (Numbers{9, 10}));
    EXPECT_EQ(numbers_of(chat.view->messages(general, 0, 1, 3).value()), (Numbers{}));
    EXPECT_EQ(numbers_of(chat.view->messages(RoomId{99}, 0, 0, 3).value()), (Numbers{}));
    EXPECT_EQ(chat.view->messages(general, 0, 0, 0).value().size(), 1U) << "a page has at least one row";
}

TEST(View, BeforeBeyondEveryNumberMeansTheNewest) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    chat.posted(ann, by_name("general"), "text");
    EXPECT_EQ(numbers_of(chat.view->messages(RoomId{1}, 0, ~std::uint64_t{0}, 5).value()), (Numbers{1, 2}));
    EXPECT_EQ(numbers_of(chat.view->messages(RoomId{1}, ~std::uint64_t{0}, 0, 5).value()), (Numbers{}));
}

}  // namespace
}  // namespace parley::chat::testing
