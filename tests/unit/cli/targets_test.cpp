// Rooms, people and messages as people name them.
#include "chat/cli/targets.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

TEST(TargetWord, IsARoomOrAPerson) {
    EXPECT_EQ(std::get<ByRoomName>(parse_target("general").value()).name, "general");
    EXPECT_EQ(std::get<ByRoomName>(parse_target("#general").value()).name, "general");
    EXPECT_EQ(std::get<ByUserName>(parse_target("@ada").value()).name, "ada");
    for (const char* text : {"", "@", "#"}) EXPECT_FALSE(parse_target(text)) << text;
}

TEST(TargetWord, IsSeveralPeopleWhereEachHasItsSign) {
    EXPECT_EQ(std::get<ByPeople>(parse_target("@bob,@Ada").value()).names, (std::vector<std::string>{"bob", "Ada"}));
    EXPECT_EQ(to_text(parse_target("@bob,@Ada").value()), "@Ada,@bob") << "one conversation has one name";
    EXPECT_EQ(std::get<ByUserName>(parse_target("@bob,ada").value()).name, "bob,ada") << "a comma is no sign";
    EXPECT_EQ(parse_message_name("@bob,@ada/3").value().number, 3U);
    for (const char* text : {"@bob,@", "@,@bob", "@a,@,@b"}) EXPECT_FALSE(parse_target(text)) << text;
}

TEST(TargetWord, IsPrintedAsItIsRead) {
    EXPECT_EQ(to_text(parse_target("general").value()), "general");
    EXPECT_EQ(to_text(parse_target("#general").value()), "general");
    EXPECT_EQ(to_text(parse_target("@ada").value()), "@ada");
}

TEST(MessageWord, IsARoomAndANumber) {
    const auto name = parse_message_name("general/57").value();
    EXPECT_EQ(std::get<ByRoomName>(name.target).name, "general");
    EXPECT_EQ(name.number, 57U);
    EXPECT_EQ(parse_message_name("a/b/3").value().number, 3U);
    EXPECT_EQ(to_text(parse_message_name("@ada/3").value().target), "@ada");
    EXPECT_EQ(message_name("general", 57), "general/57");
}

TEST(MessageWord, RefusesWhatIsNoneWithTheRightForm) {
    for (const char* text : {"general", "general/", "/5", "general/0", "general/-1", "general/5x", ""}) {
        const auto result = parse_message_name(text);
        ASSERT_FALSE(result) << text;
        EXPECT_NE(result.error().message.find("general/57"), std::string::npos);
    }
}

}  // namespace
}  // namespace parley::chat
