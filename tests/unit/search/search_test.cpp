// The index and the unindexed tail behind it, against a model that reads every message.
#include <algorithm>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "chat/search/searcher.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

class SearchTest : public ::testing::Test {
protected:
    void SetUp() override { open(); }

    void open(SearcherLimits limits = {}) {
        searcher.reset();
        searcher = std::make_unique<Searcher>(SearcherPlaces{chat.path, path, nullptr, cluster}, limits);
    }
    // As the actor does it: the state tells which rooms changed.
    void touch_all() {
        std::set<RoomId> rooms;
        for (std::uint64_t room = 1; room < 20; ++room) rooms.insert(RoomId{room});
        searcher->touch(rooms);
    }
    void fill() {
        touch_all();
        for (int i = 0; i < 10'000; ++i) {
            if (searcher->fill()) return;
        }
        FAIL() << "filling does not end";
    }
    LoginRow login(const Chat::Person& person) { return LoginRow{person.login, person.user, person.name, false}; }

    // All pages, as "room/number", newest first.
    std::vector<std::string> found(const Chat::Person& person, const std::string& text, std::uint32_t limit = 50) {
        std::vector<std::string> names;
        AskSearch question{text, {}, limit, 0};
        for (int page = 0; page < 10'000; ++page) {
            const auto answer = searcher->find(login(person), question);
            if (!answer) return {answer.error().message};
            EXPECT_LE(answer->messages.size(), limit);
            for (const RoomMessage& message : answer->messages) {
                const auto row = std::ranges::find(answer->rooms, message.room, &RoomRow::room);
                EXPECT_NE(row, answer->rooms.end());
                names.push_back(fmt::format("{}/{}", row->name, message.number));
            }
            if (!answer->more) return names;
            EXPECT_TRUE(question.before == FoundAt{} || answer->next < question.before) << "a page that gets nowhere";
            question.before = answer->next;
        }
        ADD_FAILURE() << "pages do not end";
        return names;
    }
    using Names = std::vector<std::string>;

    Chat chat;
    static constexpr std::uint64_t cluster = 7;
    std::string path = chat.folder.file("search.db");
    std::unique_ptr<Searcher> searcher;
};

TEST_F(SearchTest, FindsWhatIsNotIndexedYet) {
    auto ada = chat.enrol("ada");
    const auto number = chat.posted(ada, by_name("general"), "the kettle is on");
    touch_all();
    EXPECT_EQ(found(ada, "KETTLE"), Names{fmt::format("general/{}", number)});
    EXPECT_EQ(found(ada, "teapot"), Names{});
}

TEST_F(SearchTest, FindsTheSameOnceItIsIndexed) {
    auto ada = chat.enrol("ada");
    const auto first = chat.posted(ada, by_name("general"), "green tea, please");
    const auto second = chat.posted(ada, by_name("general"), "black tea https://tea.example");
    const auto third = chat.posted(ada, by_name("general"), "東京タワー 👍 naïve");
    for (const bool indexed : {false, true}) {
        if (indexed) fill();
        touch_all();
        const auto name = [](std::uint64_t number) { return fmt::format("general/{}", number); };
        EXPECT_EQ(found(ada, "tea"), (Names{name(second), name(first)}));
        EXPECT_EQ(found(ada, "\"green tea\""), Names{name(first)});
        EXPECT_EQ(found(ada, "\"tea green\""), Names{});
        EXPECT_EQ(found(ada, "ple*"), Names{name(first)});
        EXPECT_EQ(found(ada, "ple"), Names{});
        EXPECT_EQ(found(ada, "has:link"), Names{name(second)});
        EXPECT_EQ(found(ada, "京"), Names{name(third)});
        EXPECT_EQ(found(ada, "京タ"), Names{name(third)});
        EXPECT_EQ(found(ada, "東タ"), Names{});
        EXPECT_EQ(found(ada, "👍"), Names{name(third)});
        EXPECT_EQ(found(ada, "naive"), Names{name(third)}) << "accents do not matter";
        EXPECT_EQ(found(ada, "tea -"), Names{}) << "a sign is looked for as it stands";
    }
}

TEST_F(SearchTest, FindsFilesAsSuchAndByTheirNames) {
    auto ada = chat.enrol("ada");
    const auto text = chat.posted(ada, by_name("general"), "the kettle has no plan");
    const auto sent = [&](const char* name, const char* words) {
        const FileId file = std::get<UploadBegun>(chat.as(ada, BeginUpload{0, {}})).file;
        return std::get<Posted>(chat.as(ada, PostFile{by_name("general"), file, name, "application/pdf", words, 0})).number;
    };
    const auto silent = sent("Kettle plan.pdf", "");
    const auto said = sent("notes.pdf", "about the teapot");
    const auto name = [](std::uint64_t number) { return fmt::format("general/{}", number); };
    for (const bool indexed : {false, true}) {
        if (indexed) fill();
        touch_all();
        EXPECT_EQ(found(ada, "has:file"), (Names{name(said), name(silent)}));
        EXPECT_EQ(found(ada, "kettle"), (Names{name(silent), name(text)}));
        EXPECT_EQ(found(ada, "kettle has:file"), Names{name(silent)});
        EXPECT_EQ(found(ada, "teapot notes"), Names{name(said)});
        EXPECT_EQ(found(ada, "has:file has:link"), Names{});
    }
    chat.as(ada, DeleteMessage{by_name("general"), silent});
    fill();
    touch_all();
    EXPECT_EQ(found(ada, "has:file"), Names{name(said)});
}

TEST_F(SearchTest, FiltersByPersonRoomAndDay) {
    auto ada = chat.enrol("ada");
    auto bob = chat.enrol("bob");
    chat.made_room(ada, "tower");
    const auto one = chat.posted(ada, by_name("general"), "word");
    chat.log_time_ms = 1'795'219'200'000;   // 2026-11-21
    const auto two = chat.posted(bob, by_name("general"), "word");
    const auto three = chat.posted(ada, by_name("tower"), "word");
    for (const bool indexed : {false, true}) {
        if (indexed) fill();
        touch_all();
        const std::string a = fmt::format("general/{}", one), b = fmt::format("general/{}", two), c = fmt::format("tower/{}", three);
        EXPECT_EQ(found(ada, "word from:bob"), Names{b});
        EXPECT_EQ(found(ada, "from:me"), (Names{c, a}));
        EXPECT_EQ(found(ada, "word in:tower"), Names{c});
        EXPECT_EQ(found(ada, "in:general from:ada"), Names{a});
        EXPECT_EQ(found(ada, "word before:2026-11-21"), Names{a});
        EXPECT_EQ(found(ada, "word after:2026-11-21"), (Names{c, b}));
        EXPECT_EQ(found(ada, "after:2026-11-22 word"), Names{});
        EXPECT_EQ(found(ada, "in:nowhere"), Names{"There is no such room, or you are not in it."});
        EXPECT_EQ(found(ada, "from:nobody"), Names{"There is no user named nobody."});
    }
}

TEST_F(SearchTest, ShowsNobodyWhatTheyMayNotRead) {
    auto ada = chat.enrol("ada");
    auto bob = chat.enrol("bob");
    auto eve = chat.enrol("eve");
    chat.made_room(ada, "cellar", true);
    chat.posted(ada, by_name("cellar"), "secret one");
    chat.posted(ada, by_user("bob"), "secret two");
    const auto open = chat.posted(ada, by_name("general"), "secret three");
    for (const bool indexed : {false, true}) {
        if (indexed) fill();
        touch_all();
        EXPECT_EQ(found(eve, "secret"), Names{fmt::format("general/{}", open)});
        EXPECT_EQ(found(bob, "secret"), (Names{fmt::format("general/{}", open), "ada/1"}));
        EXPECT_EQ(found(ada, "secret").size(), 3U);
        EXPECT_EQ(found(eve, "in:cellar secret"), Names{"There is no such room, or you are not in it."});
    }
    chat.as(ada, InviteToRoom{by_name("cellar"), "eve"});
    EXPECT_EQ(found(eve, "secret").size(), 2U);
    chat.as(ada, KickMember{by_name("cellar"), "eve"});
    EXPECT_EQ(found(eve, "secret").size(), 1U);
}

TEST_F(SearchTest, EditsAndDeletionsAreFollowedAtOnce) {
    auto ada = chat.enrol("ada");
    const auto one = chat.posted(ada, by_name("general"), "old words");
    const auto two = chat.posted(ada, by_name("general"), "gone words");
    fill();
    chat.as(ada, EditMessage{by_name("general"), one, "new words"});
    chat.as(ada, DeleteMessage{by_name("general"), two});
    touch_all();
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(found(ada, "old"), Names{});
        EXPECT_EQ(found(ada, "gone"), Names{});
        EXPECT_EQ(found(ada, "new"), Names{fmt::format("general/{}", one)});
        EXPECT_EQ(found(ada, "words"), Names{fmt::format("general/{}", one)});
        fill();
    }
}

TEST_F(SearchTest, NothingOfADeletedRoomIsFoundOrKept) {
    auto ada = chat.enrol("ada");
    const RoomId room = chat.made_room(ada, "brief");
    for (int i = 0; i < 30; ++i) chat.posted(ada, ByRoom{room}, "passing words");
    open({.rows_per_fill = 7});
    fill();
    chat.as(ada, DeleteRoom{ByRoom{room}});
    touch_all();
    EXPECT_EQ(found(ada, "passing"), Names{});
    fill();
    SearchIndex index(path, nullptr, cluster);
    std::size_t left = 0;
    index.newest_first("\"passing\"", std::nullopt, INT64_MAX, [&](const IndexedText&) { return ++left > 0; });
    EXPECT_EQ(left, 0U);
}

TEST_F(SearchTest, AMissingIndexIsMadeAgain) {
    auto ada = chat.enrol("ada");
    for (int i = 0; i < 20; ++i) chat.posted(ada, by_name("general"), "again");
    fill();
    searcher.reset();
    std::filesystem::remove(path);
    open({.rows_per_fill = 3});
    EXPECT_EQ(found(ada, "again").size(), 20U) << "before anything is indexed";
    fill();
    EXPECT_EQ(found(ada, "again").size(), 20U);
}

// What an installed snapshot makes of it: the state is ahead, with all that happened meanwhile.
TEST_F(SearchTest, AnIndexOfAnOlderStateCatchesUp) {
    auto ada = chat.enrol("ada");
    const auto one = chat.posted(ada, by_name("general"), "early");
    const RoomId room = chat.made_room(ada, "brief");
    chat.posted(ada, ByRoom{room}, "early");
    fill();
    searcher.reset();
    chat.as(ada, EditMessage{by_name("general"), one, "late"});
    chat.as(ada, DeleteRoom{ByRoom{room}});
    const auto two = chat.posted(ada, by_name("general"), "late, too");
    open();
    EXPECT_EQ(found(ada, "early"), Names{});
    EXPECT_EQ(found(ada, "late"), (Names{fmt::format("general/{}", two), fmt::format("general/{}", one)}));
    while (!searcher->fill()) {}
    EXPECT_EQ(found(ada, "late").size(), 2U);
}

TEST_F(SearchTest, AnotherClustersIndexCountsAsDamaged) {
    searcher.reset();
    try {
        SearchIndex(path, nullptr, cluster + 1);
        FAIL() << "it was taken for ours";
    } catch (const SqliteError& error) {
        EXPECT_TRUE(error.damaged());
    }
}

TEST_F(SearchTest, SeveralMessagesOfOneSlotAreEachFoundOnce) {
    auto ada = chat.enrol("ada");
    auto bob = chat.enrol("bob");
    chat.made_room(ada, "tower");
    std::vector<net::Bytes> commands;
    for (int i = 0; i < 6; ++i) {
        commands.push_back(encoded(Numbered{ada.session, ada.next++, 1, Post{by_name(i % 2 == 0 ? "general" : "tower"), "together"}}));
    }
    chat.apply(std::move(commands));
    touch_all();
    for (const std::uint32_t limit : {1U, 2U, 50U}) {
        Names names = found(ada, "together", limit);
        EXPECT_EQ(names.size(), 6U);
        std::ranges::sort(names);
        EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
    }
    fill();
    EXPECT_EQ(found(ada, "together", 1).size(), 6U);
    EXPECT_EQ(found(ada, "together", 4).size(), 6U);
}

// Whatever is indexed and however small the pages and budgets are, the answer is what reading everything gives.
TEST_F(SearchTest, AgreesWithReadingEverything) {
    std::mt19937 chance(11);
    std::vector<Chat::Person> people{chat.enrol("ada"), chat.enrol("bob")};
    chat.made_room(people[0], "one");
    chat.made_room(people[0], "two", true);
    chat.as(people[0], InviteToRoom{by_name("two"), "bob"});
    chat.as(people[1], JoinRoom{by_name("one")});
    const std::vector<std::string> rooms{"general", "one", "two"};
    const std::vector<std::string> words{"tea", "milk", "sugar", "東京"};
    open({.rows_per_fill = 5, .tail_rows_per_search = 150, .documents_per_search = 13});
    for (int round = 0; round < 400; ++round) {
        Chat::Person& person = people[chance() % 2];
        const std::string room = rooms[chance() % 3];
        const std::string text = words[chance() % 4] + " " + words[chance() % 4];
        const auto last = chat.room(person, by_name(room)).last;
        switch (chance() % 8) {
            case 0: chat.as(person, DeleteMessage{by_name(room), 1 + chance() % last}); break;
            case 1: chat.as(person, EditMessage{by_name(room), 1 + chance() % last, text}); break;
            case 2: touch_all(); searcher->fill(); break;
            default: chat.posted(person, by_name(room), text);
        }
        if (round % 25 != 0) continue;
        touch_all();
        for (const std::string& word : words) {
            Names expected;
            std::vector<RoomMessage> all;
            for (const std::string& name : rooms) {
                const RoomRow row = chat.room(people[0], by_name(name));
                for (const RoomMessage& message : chat.messages(row.room)) {
                    if (!message.deleted && message.kind == MessageKind::text && message.text.find(word) != std::string::npos) all.push_back(message);
                }
            }
            EXPECT_EQ(found(people[0], word, 4).size(), all.size()) << "round " << round << ", " << word;
        }
    }
}

}  // namespace
}  // namespace parley::chat::testing
