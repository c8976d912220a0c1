// Replicas of different versions, and replicas that move: a cluster formed at the older feature level goes up when the last replica is
// updated, and from then on takes changes of address. `features.level_max` stands for the older version: such a replica takes part as one.
#include <csignal>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/e2e/sandbox.hpp"

namespace parley::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using std::chrono::seconds;

void set_key(const std::string& path, const std::string& key, const std::string& value) {
    std::string text = read_text(path);
    const std::size_t begin = text.find(key + " = ");
    ASSERT_NE(begin, std::string::npos) << path << " has no " << key;
    text.replace(begin, text.find('\n', begin) - begin, key + " = " + value);
    std::ofstream(path, std::ios::trunc) << text;
}

class Versions : public ::testing::Test {
protected:
    // Replicas a, b and c.
    void form(std::vector<std::string> options) {
        std::vector<std::string> words{"init", folder()};
        for (const std::string alias : {"a", "b", "c"}) words.push_back(alias + "=" + addresses_.at(alias));
        words.insert(words.end(), options.begin(), options.end());
        const Finished formed = sandbox_.run("parleyd", words);
        ASSERT_EQ(formed.code, 0) << formed.errors;
        for (const std::string alias : {"a", "b", "c"}) start(alias);
        ASSERT_TRUE(everybody_is_up());
    }
    void start(const std::string& alias) {
        processes_.erase(alias);
        const std::string name = alias + "-" + std::to_string(++starts_);
        outputs_[alias] = name;
        processes_.emplace(alias, Process(sandbox_.command("parleyd", {folder() + "/" + alias}, name)));
    }
    void stop(const std::string& alias) {
        processes_.at(alias).signal(SIGKILL);
        ASSERT_EQ(processes_.at(alias).wait(seconds{10}), 128 + SIGKILL);
    }
    void restart_with(const std::string& alias, const std::string& key, const std::string& value) {
        stop(alias);
        set_key(folder() + "/" + alias + "/parleyd.toml", key, value);
        start(alias);
    }
    Finished parley(std::vector<std::string> words) {
        std::string servers;
        for (const auto& [alias, address] : addresses_) servers += (servers.empty() ? "" : ",") + address;
        words.insert(words.end(), {"--servers", servers, "--ca", folder() + "/ca.pem"});
        return sandbox_.parley(words);
    }
    // With a link to every other one.
    bool everybody_is_up() {
        return eventually(seconds{60}, [&] {
            const std::string status = parley({"status", "--json", "--timeout", "2"}).output;
            return times(status, "\"reachable\":3") == 3 && times(status, "\"role\":\"leader\"") == 1;
        });
    }
    static std::size_t times(const std::string& text, const std::string& what) {
        std::size_t found = 0;
        for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
        return found;
    }
    bool all_at_level(int level) {
        return eventually(seconds{30}, [&] {
            return times(parley({"status", "--json", "--timeout", "2"}).output, "\"cluster_level\":" + std::to_string(level)) == 3;
        });
    }
    void expect_refused(const std::vector<std::string>& words, const std::string& why) {
        const std::string before = parley({"cluster", "members"}).output;
        const Finished finished = parley(words);
        EXPECT_EQ(finished.code, 1) << finished.output;
        EXPECT_THAT(finished.errors, HasSubstr(why));
        EXPECT_EQ(parley({"cluster", "members"}).output, before);
    }
    [[nodiscard]] std::string folder() const { return sandbox_.path("cluster"); }
    [[nodiscard]] static std::string port(int number) { return "127.0.0.1:" + std::to_string(7800 + ::getpid() % 1000 * 10 + number); }

    Sandbox sandbox_;
    std::map<std::string, std::string> addresses_{{"a", port(0)}, {"b", port(1)}, {"c", port(2)}};
    std::map<std::string, std::string> outputs_;
    std::map<std::string, Process> processes_;
    int starts_ = 0;
};

TEST_F(Versions, TheClusterGoesUpWhenTheLastReplicaIsUpdated) {
    ASSERT_NO_FATAL_FAILURE(form({"--feature-level", "1"}));
    ASSERT_TRUE(all_at_level(1));
    expect_refused({"cluster", "move", "b", port(5)}, "install this version on all replicas first");
    expect_refused({"cluster", "lease", "on"}, "install this version on all replicas first");
    expect_refused({"cluster", "priority", "b", "80"}, "install this version on all replicas first");
    for (const std::string alias : {"a", "b"}) {
        restart_with(alias, "level_max", "0");
        ASSERT_TRUE(everybody_is_up());
    }
    ASSERT_TRUE(all_at_level(1));
    EXPECT_THAT(parley({"status"}).output, HasSubstr("the cluster uses feature level 1; it goes to 7 when these are updated and up: c"));
    restart_with("c", "level_max", "0");
    ASSERT_TRUE(all_at_level(7));
    EXPECT_THAT(parley({"status"}).output, Not(HasSubstr("feature level")));
    EXPECT_EQ(parley({"verify"}).code, 0);

    // Put back, it says why it cannot take part, and changes nothing.
    restart_with("a", "level_max", "1");
    EXPECT_EQ(processes_.at("a").wait(seconds{20}), std::optional{1});
    EXPECT_THAT(read_text(sandbox_.path("output/" + outputs_.at("a") + ".err")),
                HasSubstr("this cluster uses feature level 7, and this replica's program knows no more than 1"));
    set_key(folder() + "/a/parleyd.toml", "level_max", "0");
    start("a");
    ASSERT_TRUE(everybody_is_up());
    EXPECT_EQ(parley({"verify"}).code, 0);
}

TEST_F(Versions, AReplicaMovesToAnotherAddress) {
    ASSERT_NO_FATAL_FAILURE(form({}));
    const std::string there = port(5);
    expect_refused({"cluster", "move", "d", there}, "has no replica");
    expect_refused({"cluster", "move", "b", addresses_.at("c")}, "another member has this address");
    expect_refused({"cluster", "move", "b", "nowhere"}, "is no address");
    const Finished told = parley({"cluster", "move", "b", there});
    ASSERT_EQ(told.code, 0) << told.errors;
    EXPECT_THAT(told.output, HasSubstr("looked for at its new address"));
    EXPECT_EQ(parley({"cluster", "move", "b", there}).code, 0);   // asked again, it is done
    ASSERT_TRUE(eventually(seconds{10}, [&] { return parley({"cluster", "members"}).output.find(there) != std::string::npos; }));

    restart_with("b", "listen", "\"" + there + "\"");
    addresses_["b"] = there;
    ASSERT_TRUE(everybody_is_up());
    EXPECT_EQ(parley({"verify"}).code, 0);
    // The others' files still name the old address as b's: what was chosen counts for more, after a restart, too.
    for (const std::string alias : {"a", "c"}) {
        stop(alias);
        start(alias);
        ASSERT_TRUE(everybody_is_up());
    }
    EXPECT_EQ(parley({"verify"}).code, 0);
}

}  // namespace
}  // namespace parley::e2e
