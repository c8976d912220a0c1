// Searches, the actor: answers over the Worker, fills by itself, and makes a broken index anew.
#include <fstream>

#include <gtest/gtest.h>

#include "chat/server/searches.hpp"
#include "net/archive/archive.hpp"
#include "tests/unit/gateway/cluster.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

// A disk that only knows where files are.
class FolderDisk final : public net::Disk {
public:
    explicit FolderDisk(const ScratchFolder& folder) : folder_(folder) {}
    net::Result<std::shared_ptr<net::File>> open(const std::string&, net::OpenMode) override { return net::Error{}; }
    net::Result<void> rename(const std::string&, const std::string&) override { return net::Error{}; }
    net::Result<void> remove(const std::string& path) override {
        std::filesystem::remove(folder_.file(path));
        ++removed;
        return {};
    }
    net::Result<void> make_directory(const std::string&) override { return net::Error{}; }
    net::Result<void> sync_directory(const std::string&) override { return {}; }
    net::Result<std::vector<std::string>> list(const std::string&) override { return std::vector<std::string>{}; }
    bool exists(const std::string& path) override { return std::filesystem::exists(folder_.file(path)); }
    net::Result<std::unique_ptr<net::FolderLock>> lock(const std::string&) override { return net::Error{}; }
    net::Result<std::uint64_t> free_bytes() override { return std::filesystem::space(folder_.file("")).available; }
    void write_and_sync(std::shared_ptr<net::File>, std::uint64_t, std::vector<net::SharedBytes>, net::Function<void(net::Result<void>)>) override {}
    [[nodiscard]] std::string native_path(const std::string& path) const override { return folder_.file(path); }
    int removed = 0;

private:
    const ScratchFolder& folder_;
};

class SearchesTest : public ::testing::Test {
protected:
    void SetUp() override {
        ada = chat.enrol("ada");
        begin();
    }
    void begin(SearchTimes times = {}) {
        searches.reset();
        SearchEvents events;
        events.settle = [this] {
            ++settled;
            return net::Result<void>{};
        };
        events.note = [this](const std::string& line) { notes.push_back(line); };
        searches = std::make_unique<Searches>(SearchPorts{loop, worker, disk}, SearchPlaces{"state.db", "search.db", nullptr, 7}, times, std::move(events));
        searches->start();
    }
    void post(const std::string& text) {
        chat.posted(ada, by_name("general"), text);
        searches->applied(chat.effects);
    }
    std::optional<Payload> ask(const std::string& text) {
        auto answer = std::make_shared<std::optional<Payload>>();
        searches->find(LoginRow{ada.login, ada.user, "ada", false}, AskSearch{text, {}, 50, 0}, [answer](Payload payload) { *answer = std::move(payload); });
        clock.run_until([&] { return answer->has_value(); }, 5s);
        return *answer;
    }
    std::size_t hits(const std::string& text) {
        const auto answer = ask(text);
        const auto* page = answer ? std::get_if<FoundPage>(&*answer) : nullptr;
        return page == nullptr ? 1'000'000 : page->messages.size();
    }

    Chat chat;
    Chat::Person ada;
    Clock clock{3};
    FakeLoop loop{clock};
    FakeWorker worker{loop};
    FolderDisk disk{chat.folder};
    std::unique_ptr<Searches> searches;
    int settled = 0;
    std::vector<std::string> notes;
};

TEST_F(SearchesTest, FindsOnesOwnPostAtOnce) {
    post("hello there");
    EXPECT_EQ(hits("hello"), 1U);
    EXPECT_GT(settled, 0) << "what was applied is committed before one looks";
    post("hello again");
    EXPECT_EQ(hits("hello"), 2U);
}

TEST_F(SearchesTest, FillsByItselfAndThenRests) {
    for (int i = 0; i < 50; ++i) post("many words");
    EXPECT_FALSE(searches->is_filled());
    EXPECT_TRUE(clock.run_until([&] { return searches->is_filled(); }, 10s));
    const int before = settled;
    clock.run_for(60s);
    EXPECT_EQ(settled, before) << "an idle replica does nothing";
    EXPECT_EQ(hits("many"), 50U);
}

TEST_F(SearchesTest, RestsLongerWhilePeoplePostFast) {
    SearchTimes times;
    times.busy_per_second = 10;
    begin(times);
    const auto rest_after = [this](int posts) {
        EXPECT_TRUE(clock.run_until([&] { return searches->is_filled(); }, 60s));
        worker.held = true;
        for (int i = 0; i < posts; ++i) post("words");
        int before = settled;
        EXPECT_TRUE(clock.run_until([&] { return settled > before; }, 60s)) << "filling begins";
        clock.run_for(10ms);
        post("one more");
        worker.held = false;
        worker.release();
        before = settled;
        const net::Instant begun = loop.now();
        EXPECT_TRUE(clock.run_until([&] { return settled > before; }, 60s)) << "filling goes on";
        return loop.now() - begun;
    };
    EXPECT_LT(rest_after(1), 200ms);
    EXPECT_GT(rest_after(100), 900ms);
    EXPECT_LT(rest_after(1), 200ms) << "it is quiet again";
}

TEST_F(SearchesTest, ARefusedQuestionIsNoFailure) {
    const auto answer = ask("before:never");
    ASSERT_TRUE(answer && std::holds_alternative<Failure>(*answer));
    EXPECT_EQ(std::get<Failure>(*answer).kind, Failure::Kind::refused);
    EXPECT_EQ(std::get<Failure>(*ask("in:nowhere")).kind, Failure::Kind::not_found);
    EXPECT_TRUE(notes.empty());
}

TEST_F(SearchesTest, ADamagedIndexIsMadeAnew) {
    post("precious");
    EXPECT_TRUE(clock.run_until([&] { return searches->is_filled(); }, 10s));
    searches.reset();
    clock.run_for(1s);
    for (const char* part : {"search.db-wal", "search.db-shm"}) std::filesystem::remove(chat.folder.file(part));
    std::ofstream(chat.folder.file("search.db"), std::ios::trunc) << std::string(20'000, 'x');
    begin();
    EXPECT_TRUE(clock.run_until([&] { return !notes.empty(); }, 5s));
    EXPECT_GT(disk.removed, 0);
    EXPECT_TRUE(clock.run_until([&] { return searches->is_filled(); }, 30s));
    EXPECT_EQ(hits("precious"), 1U);
    EXPECT_EQ(notes.size(), 1U);
}

TEST_F(SearchesTest, WhileItIsBrokenPeopleAreSentElsewhere) {
    std::filesystem::create_directory(chat.folder.file("search.db"));   // cannot be opened
    const auto answer = ask("anything");
    ASSERT_TRUE(answer && std::holds_alternative<Failure>(*answer));
    EXPECT_EQ(std::get<Failure>(*answer).kind, Failure::Kind::overloaded);
    EXPECT_GT(std::get<Failure>(*answer).retry_after_ms, 0U);
    EXPECT_FALSE(searches->is_filled());
}

TEST_F(SearchesTest, TooManyAtOnceAreToldToComeBack) {
    worker.held = true;
    SearchTimes times;
    times.waiting_max = 2;
    begin(times);
    std::vector<Payload> answers;
    for (int i = 0; i < 5; ++i) {
        searches->find(LoginRow{ada.login, ada.user, "ada", false}, AskSearch{"x", {}, 50, 0}, [&](Payload payload) { answers.push_back(std::move(payload)); });
    }
    ASSERT_EQ(answers.size(), 2U) << "one runs, two wait, two are refused";
    EXPECT_EQ(std::get<Failure>(answers.front()).kind, Failure::Kind::overloaded);
    worker.held = false;
    worker.release();
    EXPECT_TRUE(clock.run_until([&] { return answers.size() == 5; }, 5s));
}

}  // namespace
}  // namespace parley::chat::testing
