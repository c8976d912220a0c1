#include "tests/e2e/load.hpp"

#include <gmock/gmock.h>

namespace parley::e2e {

using std::chrono::seconds;
using ::testing::IsEmpty;

namespace {

std::string name_of_reader(int reader) { return "reader-" + std::to_string(reader); }

}  // namespace

void Load::begin(int replicas, Watch watch, const std::vector<std::string>& up_options) {
    cluster_.emplace(sandbox_, replicas, watch, up_options);
    prepare("owner");
    for (int i = 0; i < 8; ++i) {
        rooms_.push_back("room-" + std::to_string(i));
        expect_done("owner", {"room", "create", rooms_.back()});
    }
}

void Load::prepare(const std::string& name) { expect_done(name, {"register", name, "--password-file", sandbox_.path("password")}); }

void Load::expect_done(const std::string& profile, std::vector<std::string> arguments) {
    const auto where = cluster_->reach();
    arguments.insert(arguments.end(), where.begin(), where.end());
    const Finished finished = sandbox_.as(profile, arguments);
    ASSERT_EQ(finished.code, 0) << arguments.front() << ": " << finished.errors;
}

void Load::start_reader(int reader, int replica) {
    const std::string name = name_of_reader(reader);
    prepare(name);
    std::vector<std::string> arguments{"tail", "--from", "1", "--json", "--profile", name};
    for (const std::string& room : rooms_) {
        expect_done(name, {"room", "join", room});
        arguments.push_back(room);
    }
    const auto where = cluster_->reach(replica);
    arguments.insert(arguments.end(), where.begin(), where.end());
    readers_.emplace(reader, Process(sandbox_.command("parley", arguments, name)));
}

Writers::Plan Load::plan(int messages) const {
    Writers::Plan plan;
    plan.messages = messages;
    plan.rooms = rooms_;
    return plan;
}

void Load::expect_promises_kept(const Writers& writers) {
    EXPECT_THAT(writers.problems(), IsEmpty());
    ASSERT_TRUE(cluster_->wait_until_all_are_up());
    std::optional<Histories> first;
    for (int replica = 1; replica <= cluster_->size(); ++replica) {
        const Histories histories = read_histories(sandbox_, *cluster_, replica, "owner", rooms_);
        EXPECT_THAT(complaints_about(histories), IsEmpty()) << "on replica " << replica;
        EXPECT_THAT(missing_from(histories, writers.noted()), IsEmpty()) << "on replica " << replica;
        if (!first) first = histories;
        EXPECT_EQ(difference(histories, *first), "") << "replica " << replica << " differs from replica 1";
    }
    const Finished verified = cluster_->parley({"verify"});
    EXPECT_EQ(verified.code, 0) << verified.output << verified.errors;
    expect_readers_saw(*first);
}

void Load::expect_readers_saw(const Histories& expected) {
    std::size_t total = 0;
    for (const auto& entry : expected) total += entry.second.size();
    for (const auto& entry : readers_) {
        const auto output = [&] { return read_text(sandbox_.path("output/" + name_of_reader(entry.first) + ".out")); };
        eventually(seconds{60}, [&] { return lines_of(output()).size() >= total; });
        EXPECT_EQ(difference(histories_of(message_lines(output())), expected), "") << name_of_reader(entry.first);
    }
}

}  // namespace parley::e2e
