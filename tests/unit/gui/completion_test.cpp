// What is offered while one types, and the two texts made of the model.
#include <gtest/gtest.h>

#include "gui/model/completion.hpp"
#include "gui/model/standing.hpp"
#include "gui/model/transcript.hpp"
#include "tests/unit/gui/messages.hpp"

namespace parley::gui::testing {
namespace {

Model in_general() {
    Model model;
    model.apply(AccountChanged{"ann", ann, ""});
    model.apply(RoomsListed{{row(general, "general"), row(kitchen, "kitchen"), row(chat::RoomId{3}, "bob", 0, 0, true)}, false});
    model.select(general);
    std::vector<chat::UserRow> members;
    for (const char* name : {"ann", "bob", "Barbara", "Rob"}) {
        chat::UserRow member;
        member.name = name;
        members.push_back(member);
    }
    model.apply(MembersListed{general, members, false});
    return model;
}

std::vector<std::string> offered(const std::string& text) {
    const auto query = completion_at(text, text.size());
    std::vector<std::string> shown;
    if (!query) return shown;
    const Model model = in_general();
    for (const CompletionChoice& choice : completions(*query, model)) shown.push_back(choice.inserted);
    return shown;
}

using Words = std::vector<std::string>;

TEST(Completion, OffersPeopleWhoseNameBeginsSoFirst) {
    EXPECT_EQ(offered("hello @b"), (Words{"@bob ", "@Barbara ", "@Rob "}));
    EXPECT_EQ(offered("@roo"), (Words{"@room "}));
    EXPECT_EQ(offered("@an"), Words{}) << "nobody calls oneself";
}

TEST(Completion, OffersRoomsAndEmoji) {
    EXPECT_EQ(offered("see #kit"), (Words{"#kitchen "}));
    EXPECT_EQ(offered(":rock"), (Words{"🚀 "}));
}

TEST(Completion, LeavesAddressesTimesAndSmileysAlone) {
    for (const char* text : {"mail ann@bob", "at 12:30", ":)", ":-", "plain", "", "@bob now"}) EXPECT_EQ(offered(text), Words{}) << text;
}

TEST(Completion, LooksAtTheCaretNotAtTheEnd) {
    const auto query = completion_at("hi @bo and more", 6);
    ASSERT_TRUE(query);
    EXPECT_EQ(query->from, 3U);
    EXPECT_EQ(query->letters, "bo");
}

TEST(Transcript, IsOneLineAMessageWithTheDaysBetween) {
    Room room(row(general, "general", 3));
    auto joined = message(1, bob, "");
    joined.kind = chat::MessageKind::joined;
    auto gone = message(3, ann, "");
    gone.deleted = true;
    room.load({general, {joined, message(2, bob, "hello"), gone}, true});
    const std::string text = transcript_of(room, 2);
    EXPECT_EQ(text.find("joined"), std::string::npos) << "beyond the limit";
    EXPECT_NE(text.find("  bob: hello\n"), std::string::npos);
    EXPECT_NE(text.find("  ann: (deleted)\n"), std::string::npos);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << "one day, two messages";
}

ReplicasSeen seen(std::size_t answering, std::size_t silent) {
    ReplicasSeen made;
    made.replicas.resize(answering + silent);
    for (std::size_t i = 0; i < answering; ++i) {
        made.replicas[i].report = chat::StatusReport{};
        made.replicas[i].report->replicas = static_cast<std::uint32_t>(answering + silent);
    }
    return made;
}

TEST(Standing, SaysHowManyMoreMayFail) {
    EXPECT_EQ(standing_of(seen(3, 0)), "3 of 3 replicas answer. 1 more may fail and everything goes on.");
    EXPECT_EQ(standing_of(seen(5, 0)), "5 of 5 replicas answer. 2 more may fail and everything goes on.");
    EXPECT_EQ(standing_of(seen(2, 1)), "2 of 3 replicas answer. Everything works, but no further one may fail.");
    EXPECT_EQ(standing_of(seen(1, 2)), "1 of 3 replicas answer. Nothing can be saved until a majority is back; what you type is kept here.");
}

}  // namespace
}  // namespace parley::gui::testing
