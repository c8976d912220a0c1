// A cluster grows, loses a machine for good and shrinks while people write: nothing is lost, nothing is there twice, and all members
// end with the same state.
#include <csignal>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/daemon/join_token.hpp"
#include "tests/e2e/restored.hpp"

namespace parley::e2e {
namespace {

using ::testing::HasSubstr;
using std::chrono::seconds;

std::string token_in(const std::string& json_line) {
    const std::string key = "\"token\":\"";
    const std::size_t begin = json_line.find(key);
    if (begin == std::string::npos) return {};
    return json_line.substr(begin + key.size(), json_line.find('"', begin + key.size()) - begin - key.size());
}

class Membership : public Restored {
protected:
    [[nodiscard]] std::string member(int replica) const { return std::to_string(replica) + "=" + address_of(replica); }

    Finished cluster(std::vector<std::string> words, const std::string& timeout = "60") {
        words.insert(words.begin(), "cluster");
        words.insert(words.end(), {"--timeout", timeout});
        return cluster_->parley(words);
    }
    void expect_refused(const std::vector<std::string>& words, const std::string& why) {
        const std::string before = cluster({"members"}).output;
        const Finished finished = cluster(words);
        EXPECT_EQ(finished.code, 1) << words.front() << ": " << finished.output;
        EXPECT_THAT(finished.errors, HasSubstr(why));
        EXPECT_EQ(cluster({"members"}).output, before);
    }

    bool parley_says(const std::vector<std::string>& words, const std::string& sentence) {
        return cluster_->parley(words).output.find(sentence) != std::string::npos;
    }

    Process& join(int replica, const std::string& token) {
        const std::string name = "joined-" + std::to_string(replica);
        return joined_.try_emplace(replica, sandbox_.command("parleyd", {sandbox_.path(name), "--join", token}, name)).first->second;
    }
    void stop_joined(int replica) {
        ::kill(joined_.at(replica).pid(), SIGKILL);
        ASSERT_EQ(joined_.at(replica).wait(seconds{10}), 128 + SIGKILL);
        joined_.erase(replica);
    }
    void start_joined(int replica) {
        const std::string name = "joined-" + std::to_string(replica);
        joined_.try_emplace(replica, sandbox_.command("parleyd", {sandbox_.path(name)}, name + "-again-" + std::to_string(++starts_)));
    }
    std::string add(int replica) {
        const Finished added = cluster({"add", member(replica)});
        EXPECT_EQ(added.code, 0) << added.errors;
        return lines_of(added.output).empty() ? "" : lines_of(added.output).back();
    }
    void grow_by(int replica) {
        join(replica, add(replica));
        const Finished promoted = cluster({"promote", std::to_string(replica)});
        ASSERT_EQ(promoted.code, 0) << promoted.errors;
    }
    // Its folder is gone, and another one takes its place.
    void replace(int lost, int replica) {
        cluster_->kill(lost);
        std::filesystem::remove_all(cluster_->replica_folder(lost));
        auto words = cluster_->reach();
        words.insert(words.begin(), {"cluster", "replace", std::to_string(lost), member(replica), "--json"});
        const std::string name = "replacing-" + std::to_string(lost);
        Process replacing(sandbox_.command("parley", words, name));
        std::string token;
        const bool told = eventually(seconds{30}, [&] {
            const auto lines = lines_of(read_text(sandbox_.path("output/" + name + ".out")));
            if (!lines.empty()) token = token_in(lines.front());
            return !token.empty();
        });
        ASSERT_TRUE(told) << errors_of(name);
        join(replica, token);
        ASSERT_EQ(replacing.wait(seconds{120}), std::optional{0}) << errors_of(name);
    }
    // The replica is out, and its process ends by itself.
    void take_out(int replica) {
        const Finished removed = cluster({"remove", std::to_string(replica)});
        ASSERT_EQ(removed.code, 0) << removed.errors;
        EXPECT_EQ(cluster_->process(replica).wait(seconds{30}), std::optional{4});
    }
    // The message it is posted with, and the bytes.
    std::pair<std::string, std::string> send_file(const std::string& name, const std::string& bytes) {
        const std::string path = sandbox_.write_file(name, bytes);
        const Finished sent = cluster_->parley({"file", "send", rooms_.front(), path, "--json", "--profile", "owner", "--timeout", "60"});
        EXPECT_EQ(sent.code, 0) << sent.errors;
        return {sent.code == 0 ? sent_line(lines_of(sent.output).back()).message : name, bytes};
    }
    void expect_file(const std::string& message, const std::string& bytes, int replica) {
        const std::string to = sandbox_.path("fetched-" + std::to_string(++fetched_));
        std::vector<std::string> words{"file", "get", message, "-o", to, "--profile", "owner"};
        for (const std::string& word : cluster_->reach(replica)) words.push_back(word);
        const Finished got = sandbox_.parley(words);
        EXPECT_EQ(got.code, 0) << message << ": " << got.errors;
        EXPECT_TRUE(read_text(to) == bytes) << message << " from " << replica;
    }
    [[nodiscard]] std::set<std::string> chunks_of_joined(int replica) const {
        std::set<std::string> names;
        for (const auto& entry : std::filesystem::recursive_directory_iterator{sandbox_.path("joined-" + std::to_string(replica) + "/files")}) {
            if (entry.is_regular_file()) names.insert(entry.path().filename());
        }
        return names;
    }
    [[nodiscard]] std::string errors_of(const std::string& command) const { return read_text(sandbox_.path("output/" + command + ".err")); }

    // A snapshot that was taken while all of this went on becomes a new cluster.
    void restore_elsewhere(const std::string& file, std::uint64_t slot, const Writers& writers) {
        const Histories before = histories("owner");
        const std::string folder = sandbox_.path("restored");
        const Finished restored = sandbox_.parley(with_new_members({"cluster", "restore", file, folder}));
        ASSERT_EQ(restored.code, 0) << restored.errors;
        ASSERT_NO_FATAL_FAILURE(go_on_with(folder));
        expect_held_through(slot, writers, before, histories("later"));
    }

    std::map<int, Process> joined_;
    int starts_ = 0;
    int fetched_ = 0;
};

TEST_F(Membership, GrowsLosesAFolderAndShrinksUnderLoad) {
    for (int reader = 1; reader <= 8; ++reader) start_reader(reader, 0);
    Writers::Plan everybody = plan(1'000'000);
    everybody.pause = std::chrono::milliseconds{20};
    Writers writers(sandbox_, *cluster_, everybody);
    writers.allow(everybody.messages);
    for (const int replica : {4, 5}) ASSERT_NO_FATAL_FAILURE(grow_by(replica));
    for (int i = 0; i < 10; ++i) {
        const Finished moved = cluster({"transfer", std::to_string(i % 5 + 1)});
        ASSERT_EQ(moved.code, 0) << moved.errors;
    }
    ASSERT_NO_FATAL_FAILURE(replace(1, 6));
    for (const int replica : {2, 3}) ASSERT_NO_FATAL_FAILURE(take_out(replica));
    cluster_->members_are({address_of(4), address_of(5), address_of(6)});
    const std::string file = sandbox_.path("monday.snapshot");
    const Finished taken = cluster({"snapshot", file, "--json"});
    ASSERT_EQ(taken.code, 0) << taken.errors;
    EXPECT_TRUE(writers.finish(seconds{60}));
    writers.stop();
    // On a quiet machine about 100 ms (docs/performance.md).
    RecordProperty("longest_gap_ms", static_cast<int>(writers.longest_gap().count()));
    std::cout << writers.noted().size() << " messages, longest gap " << writers.longest_gap().count() << " ms\n";
    EXPECT_LT(writers.longest_gap(), seconds{5});

    expect_promises_kept(writers);
    const Finished verified = cluster_->parley({"verify", "--json", "--timeout", "60"});
    EXPECT_THAT(verified.output, HasSubstr("\"agree\":3"));
    EXPECT_THAT(verified.output, HasSubstr("\"replicas\":3"));
    restore_elsewhere(file, number_in(taken.output, "slot"), writers);
}

// Whoever has a vote next has every file before that (rule B2): each machine that a file was brought to goes for good, one after the other.
TEST_F(Membership, FilesOutliveEveryMachineTheyWereBroughtTo) {
    const auto size = static_cast<std::size_t>(scaled(5, 2)) << 20U;
    std::map<std::string, std::string> sent{send_file("first.bin", random_bytes(size, 1)), send_file("empty.bin", "")};
    for (const int lost : {1, 2, 3}) {
        ASSERT_NO_FATAL_FAILURE(replace(lost, lost + 3));
        std::vector<std::string> members;
        for (int replica = lost + 1; replica <= lost + 3; ++replica) members.push_back(address_of(replica));
        cluster_->members_are(std::move(members));
        sent.insert(send_file("behind-" + std::to_string(lost) + ".bin", random_bytes(size / 2, 1U + static_cast<unsigned>(lost))));
    }
    const auto parts_of = [](std::size_t bytes) { return (bytes + (std::size_t{1} << 20U) - 1) >> 20U; };
    const std::size_t parts = parts_of(size) + 3 * parts_of(size / 2);
    const auto have_all = [&] {
        return chunks_of_joined(4).size() == parts && chunks_of_joined(5) == chunks_of_joined(4) && chunks_of_joined(6) == chunks_of_joined(4);
    };
    EXPECT_TRUE(eventually(seconds{30}, have_all)) << "some new machine lacks a part, or keeps one that no file needs";
    for (int replica = 1; replica <= 3; ++replica) {
        for (const auto& [message, bytes] : sent) expect_file(message, bytes, replica);
    }
    EXPECT_EQ(cluster_->parley({"verify", "--timeout", "60"}).code, 0);
}

// Its log does not reach back to the beginning, and whoever is in the configuration it was born with has gone: it is told by those that
// dial it whom to fetch a state from.
TEST_F(Membership, AMemberThatCameLaterMakesALostStateAnew) {
    for (const int replica : {4, 5, 6}) ASSERT_NO_FATAL_FAILURE(grow_by(replica));
    for (const int replica : {1, 2, 3}) ASSERT_NO_FATAL_FAILURE(take_out(replica));
    cluster_->members_are({address_of(4), address_of(5), address_of(6)});
    const std::string folder = sandbox_.path("joined-4");
    stop_joined(4);
    shorten_log(folder);
    start_joined(4);
    ASSERT_TRUE(cluster_->wait_until_all_are_up());
    Writers::Plan much = plan(3'000);   // more than the segment that was begun before
    much.text_bytes = 8'000;
    Writers writers(sandbox_, *cluster_, much);
    writers.allow(much.messages);
    ASSERT_TRUE(writers.wait_for(much.messages, seconds{60}));
    writers.stop();
    const auto is_cut = [&] { return !std::filesystem::exists(folder + "/log/segment-0000000000000001"); };
    ASSERT_TRUE(eventually(seconds{20}, is_cut)) << "the log was not cut";

    stop_joined(4);
    std::filesystem::remove_all(folder + "/state");
    start_joined(4);
    expect_promises_kept(writers);
    EXPECT_THAT(read_text(folder + "/parleyd.log"), HasSubstr("snapshot"));
}

// Under load, with the leader frozen, killed and sent away: what was acknowledged is there, and leases come back with each leader.
TEST_F(Membership, LeasesAreSwitchedAndOutliveTheirLeadersInNothing) {
    const auto somebody_holds_one = [&] {
        return eventually(seconds{20}, [&] { return parley_says({"status"}, "leases are on: replica"); });
    };
    EXPECT_FALSE(parley_says({"status"}, "leases are"));
    const Finished on = cluster({"lease", "on"});
    ASSERT_EQ(on.code, 0) << on.errors;
    EXPECT_THAT(on.output, HasSubstr("leases are on"));
    ASSERT_TRUE(somebody_holds_one());
    Writers writers(sandbox_, *cluster_, plan(400));
    writers.allow(400);
    cluster_->freeze(cluster_->leader(), std::chrono::milliseconds{1500});
    ASSERT_TRUE(somebody_holds_one());
    const int killed = cluster_->leader();
    cluster_->kill(killed);
    ASSERT_TRUE(somebody_holds_one());
    cluster_->start(killed);
    ASSERT_TRUE(cluster_->wait_until_all_are_up());
    const int next = cluster_->leader() % 3 + 1;
    ASSERT_EQ(cluster({"transfer", std::to_string(next)}).code, 0);
    ASSERT_TRUE(somebody_holds_one());
    EXPECT_EQ(cluster_->leader(), next);
    ASSERT_TRUE(writers.wait_for(400, seconds{60}));
    writers.stop();
    expect_promises_kept(writers);
    ASSERT_EQ(cluster({"lease", "off"}).code, 0);
    EXPECT_FALSE(parley_says({"status"}, "leases are"));
    EXPECT_EQ(cluster({"lease", "perhaps"}).code, 2);
}

// The preferred replica leads whenever it is up: others lead while it is away, and nothing is lost by the changes.
TEST_F(Membership, ThePreferredReplicaLeadsWhenItIsUp) {
    const int preferred = cluster_->leader() % 3 + 1;
    const std::string name = std::to_string(preferred);
    const auto it_leads_within = [&](seconds time) { return eventually(time, [&] { return cluster_->leader() == preferred; }); };
    EXPECT_FALSE(parley_says({"status"}, "priority"));
    Writers writers(sandbox_, *cluster_, plan(300));
    writers.allow(100);
    const Finished set = cluster({"priority", name, "80"});
    ASSERT_EQ(set.code, 0) << set.errors;
    EXPECT_THAT(set.output, HasSubstr("replica " + name + " has priority 80 now"));
    EXPECT_TRUE(parley_says({"status"}, "priority"));
    EXPECT_TRUE(parley_says({"cluster", "priority", name}, "replica " + name + " has priority 80"));
    EXPECT_TRUE(parley_says({"cluster", "priority", name, "80"}, "has priority 80 already"));
    ASSERT_TRUE(it_leads_within(seconds{15}));
    writers.allow(200);
    cluster_->kill(preferred);
    ASSERT_TRUE(eventually(seconds{15}, [&] { return cluster_->leader() != 0 && cluster_->leader() != preferred; }));
    writers.allow(300);
    cluster_->start(preferred);
    ASSERT_TRUE(cluster_->wait_until_all_are_up());
    ASSERT_TRUE(it_leads_within(seconds{30}));   // twice as long if it comes back to who had made way a moment before
    const std::string other = std::to_string(preferred % 3 + 1);
    const Finished sent = cluster({"transfer", other});
    ASSERT_EQ(sent.code, 0) << sent.errors;
    EXPECT_THAT(sent.output, HasSubstr("leadership goes to replica " + name + " in a while, whose priority is 80, not 50"));
    ASSERT_TRUE(writers.wait_for(300, seconds{60}));
    writers.stop();
    expect_promises_kept(writers);
    expect_refused({"priority", "9", "80"}, "has no replica");
    EXPECT_EQ(cluster({"priority", name, "101"}).code, 2);
}

TEST_F(Membership, WhatMakesNoSenseIsRefusedAndChangesNothing) {
    expect_refused({"add", "2=" + address_of(7)}, "another member has this name");
    expect_refused({"add", "7=" + founders_.front()}, "another member has this address");
    expect_refused({"add", member(2)}, "another member has this name");
    expect_refused({"add", "no member"}, "NAME=HOST:PORT");
    expect_refused({"promote", "1"}, "votes already");
    expect_refused({"promote", "9"}, "has no replica");
    expect_refused({"remove", "9"}, "has no replica");
    expect_refused({"replace", "9", member(4)}, "has no replica");
    expect_refused({"replace", "2", "2=" + address_of(7)}, "needs another name");

    const std::string token = add(4);
    const Finished lagging = cluster({"promote", "4"}, "2");   // nobody has started it
    EXPECT_EQ(lagging.code, 3);
    EXPECT_THAT(lagging.errors, HasSubstr("this learner does not answer"));
    join(4, token);
    ASSERT_EQ(cluster({"promote", "4"}).code, 0);

    // Once is once: for another folder, and for the same one.
    Process again(sandbox_.command("parleyd", {sandbox_.path("again"), "--join", token}, "again"));
    EXPECT_EQ(again.wait(seconds{70}), std::optional{1});
    EXPECT_THAT(errors_of("again"), HasSubstr("this token was used"));
    EXPECT_FALSE(std::filesystem::exists(sandbox_.path("again")));
    Process same(sandbox_.command("parleyd", {sandbox_.path("joined-4"), "--join", token}, "same"));
    EXPECT_EQ(same.wait(seconds{10}), std::optional{1});
    EXPECT_THAT(errors_of("same"), HasSubstr("is not empty"));
    Process garbled(sandbox_.command("parleyd", {sandbox_.path("garbled"), "--join", token.substr(0, 100)}, "garbled"));
    EXPECT_EQ(garbled.wait(seconds{10}), std::optional{1});
    EXPECT_THAT(errors_of("garbled"), HasSubstr("neither a join token nor a file"));

    for (const int replica : {1, 2, 3}) ASSERT_NO_FATAL_FAILURE(take_out(replica));
    cluster_->members_are({address_of(4)});
    expect_refused({"remove", "4"}, "the last voter cannot go");
    EXPECT_EQ(cluster_->parley({"verify"}).code, 0);
}

TEST_F(Membership, ATokenOfAnotherClusterIsRefused) {
    auto token = chat::parse_join_token(add(4));
    ASSERT_TRUE(token) << token.error().message;
    ++token->cluster.value;
    Process astray(sandbox_.command("parleyd", {sandbox_.path("astray"), "--join", to_text(*token)}, "astray"));
    EXPECT_EQ(astray.wait(seconds{30}), std::optional{1});
    EXPECT_THAT(errors_of("astray"), HasSubstr("belongs to another cluster than the token"));
    EXPECT_FALSE(std::filesystem::exists(sandbox_.path("astray")));
}

}  // namespace
}  // namespace parley::e2e
