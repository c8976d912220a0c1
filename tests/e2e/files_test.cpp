// Files between real processes: up while a replica is killed, down from every replica, gone on with after a kill; and every refusal with its sentence.
#include <algorithm>
#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/cluster.hpp"

namespace parley::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Files : public ::testing::Test {
protected:
    Files() : cluster_(sandbox_, 3, Watch::by_hand) {
        for (const char* name : {"ada", "bob"}) {
            const Finished registered = as(name, {"register", name, "--password-file", sandbox_.path("password")});
            if (registered.code != 0) throw std::runtime_error("register: " + registered.errors);
        }
    }
    // `replica` 0: whichever.
    std::vector<std::string> words_of(const std::string& profile, std::vector<std::string> words, int replica = 0) {
        words.insert(words.end(), {"--profile", profile});
        for (const std::string& word : cluster_.reach(replica)) words.push_back(word);
        return words;
    }
    Finished as(const std::string& profile, std::vector<std::string> words, int replica = 0) {
        return sandbox_.parley(words_of(profile, std::move(words), replica));
    }
    Finished ada(std::vector<std::string> words) { return as("ada", std::move(words)); }
    void expect_refused(const std::vector<std::string>& words, const std::string& why) {
        const Finished finished = ada(words);
        EXPECT_EQ(finished.code, 1) << finished.output;
        EXPECT_THAT(finished.errors, HasSubstr(why));
        EXPECT_EQ(finished.output, "");
    }
    // "general/3" of the one message with a file of this name.
    std::string message_of(const std::string& name) {
        std::string found;
        for (const std::string& line : lines_of(ada({"history", "general", "--json"}).output)) {
            if (line.find("\"name\":\"" + name + "\"") == std::string::npos) continue;
            EXPECT_EQ(found, "") << name << " was posted twice";
            const std::size_t begin = line.find("general/");
            found = line.substr(begin, line.find('"', begin) - begin);
        }
        return found;
    }

    [[nodiscard]] std::ptrdiff_t parts_on(int replica) const {
        const fs::recursive_directory_iterator entries{cluster_.replica_folder(replica) + "/files"};
        return std::count_if(begin(entries), end(entries), [](const auto& entry) { return entry.is_regular_file() && entry.path().extension() != ".new"; });
    }

    Sandbox sandbox_;
    Cluster cluster_;
};

TEST_F(Files, AreSafeWhenTheyArePostedAndTheSameEverywhere) {
    const std::string bytes = random_bytes(static_cast<std::size_t>(scaled(40, 4)) << 20U, 1) + "and a rest";
    const std::string path = sandbox_.write_file("big.bin", bytes);
    const int victim = cluster_.leader() % 3 + 1;
    Process sending(sandbox_.command("parley", words_of("ada", {"file", "send", "general", path, "--text", "all of it"}), "sending"));
    ASSERT_FALSE(sending.wait(milliseconds{150})) << "it was over before anything could happen";
    cluster_.kill(victim);
    ASSERT_EQ(sending.wait(seconds{60}), std::optional{0}) << read_text(sandbox_.path("output/sending.err"));
    cluster_.start(victim);
    ASSERT_TRUE(cluster_.wait_until_all_are_up());
    const std::string message = message_of("big.bin");
    for (int replica = 1; replica <= 3; ++replica) {
        const std::string to = sandbox_.path("from-" + std::to_string(replica));
        const Finished got = as("bob", {"file", "get", message, "-o", to, "--timeout", "30"}, replica);
        ASSERT_EQ(got.code, 0) << got.errors;
        EXPECT_TRUE(read_text(to) == bytes) << "from replica " << replica;
    }
    EXPECT_THAT(ada({"search", "has:file big"}).output, HasSubstr("all of it"));
}

TEST_F(Files, GoOnWhereTheyWereAfterAKill) {
    const std::string bytes = random_bytes(static_cast<std::size_t>(scaled(24, 4)) << 20U, 2);
    const std::string path = sandbox_.write_file("kill.bin", bytes);
    std::optional<int> code;
    for (int i = 0; i < 4 && code != 0; ++i) {
        Process sending(sandbox_.command("parley", words_of("ada", {"file", "send", "general", path}), "killed-" + std::to_string(i)));
        code = sending.wait(milliseconds{60 + 90 * i});
        if (code) break;
        sending.signal(SIGKILL);
        code = sending.wait(seconds{5});
    }
    // Whoever has come to the end and is given again is another message.
    if (code != 0) {
        const Finished sent = ada({"file", "send", "general", path});
        ASSERT_EQ(sent.code, 0) << sent.errors;
    }
    const std::string message = message_of("kill.bin");
    ASSERT_NE(message, "");
    const std::string folder = sandbox_.path("Downloads/parley/ada");
    for (int i = 0; i < 3; ++i) {
        Process getting(sandbox_.command("parley", words_of("ada", {"file", "get", message}), "getting-" + std::to_string(i)));
        if (getting.wait(milliseconds{60 + 60 * i})) break;
        getting.signal(SIGKILL);
        getting.wait(seconds{5});
    }
    const Finished got = ada({"file", "get", message});
    ASSERT_EQ(got.code, 0) << got.errors;
    EXPECT_TRUE(read_text(folder + "/kill.bin") == bytes);
    EXPECT_EQ(std::distance(fs::directory_iterator{folder}, {}), 1) << "nothing is left of the attempts";
    EXPECT_THAT(ada({"file", "get", message}).output, HasSubstr("it was there already"));
}

TEST_F(Files, AreRefusedWithASentence) {
    const std::string small = sandbox_.write_file("small.txt", "hello");
    expect_refused({"file", "send", "general", sandbox_.path("nothing")}, "No such file");
    expect_refused({"file", "send", "general", sandbox_.folder()}, "is a folder");
    expect_refused({"file", "send", "general", "/dev/null"}, "no ordinary file");
    const std::string huge = sandbox_.write_file("huge", "");
    fs::resize_file(huge, (std::uintmax_t{1} << 30U) + 1);
    expect_refused({"file", "send", "general", huge}, "too large");
    fs::remove(huge);
    expect_refused({"file", "send", "nowhere", small}, "no such room");
    ASSERT_EQ(as("bob", {"room", "create", "attic"}).code, 0);
    expect_refused({"file", "send", "attic", small}, "join it first");
    expect_refused({"file", "send", "@nobody", small}, "no user");
    expect_refused({"file", "get", "general/1"}, "no file in this message");
    expect_refused({"file", "get", "general/999"}, "no message of this number");
    EXPECT_EQ(ada({"file", "send", "general"}).code, 2);
    EXPECT_EQ(ada({"file", "get", "general"}).code, 2);

    ASSERT_EQ(ada({"file", "send", "general", small}).code, 0);
    const std::string message = message_of("small.txt");
    const std::string taken = sandbox_.write_file("taken", "mine");
    expect_refused({"file", "get", message, "-o", taken}, "choose another name");
    EXPECT_EQ(read_text(taken), "mine");
    expect_refused({"file", "get", message, "-o", sandbox_.path("no/such/folder/")}, "make it first");
    ASSERT_EQ(ada({"delete", message}).code, 0);
    expect_refused({"file", "get", message}, "no file in this message");
}

// Equal parts are one part on a disk, so that a person can use up what is theirs within a test.
TEST_F(Files, BeyondOnesQuotaAreRefused) {
    const std::string zeros = sandbox_.write_file("zeros", "");
    fs::resize_file(zeros, std::uintmax_t{1} << 30U);
    const std::string small = sandbox_.write_file("small.txt", "hello");
    std::string newest;
    for (int i = 0; i < 10; ++i) {
        const Finished sent = ada({"file", "send", "general", zeros, "--json", "--timeout", "60"});
        ASSERT_EQ(sent.code, 0) << sent.errors;
        newest = sent_line(lines_of(sent.output).back()).message;
    }
    const std::string why = "Your files would take more room than you may use";
    expect_refused({"file", "send", "general", small}, why);
    expect_refused({"file", "send", "@bob", zeros}, why);
    EXPECT_EQ(as("bob", {"file", "send", "general", small}).code, 0) << "others have room of their own";
    ASSERT_EQ(ada({"delete", newest}).code, 0);
    EXPECT_EQ(ada({"file", "send", "general", small}).code, 0);
}

// By itself a replica cannot fetch what its disk has lost, and says so; with the others it does.
TEST_F(Files, ThatAReplicaLacksAreToldAndFetched) {
    const std::string path = sandbox_.write_file("two.bin", random_bytes((std::size_t{1} << 20U) + 5, 4));
    ASSERT_EQ(ada({"file", "send", "general", path}).code, 0);
    const auto says = [&](const std::string& what) { return cluster_.parley({"verify", "--json", "--timeout", "20"}).output.find(what) != std::string::npos; };
    ASSERT_TRUE(eventually(seconds{30}, [&] { return says("\"chunks_missing\":0"); }));
    for (int replica = 1; replica <= 3; ++replica) cluster_.kill(replica);
    std::vector<fs::path> chunks;
    for (const auto& entry : fs::recursive_directory_iterator{cluster_.replica_folder(1) + "/files"}) {
        if (entry.is_regular_file()) chunks.push_back(entry.path());
    }
    ASSERT_EQ(chunks.size(), 2U);
    for (const fs::path& chunk : chunks) fs::remove(chunk);
    cluster_.start(1);
    const auto status = [&](const std::vector<std::string>& more) {
        std::vector<std::string> words{"status", "--timeout", "2"};
        words.insert(words.end(), more.begin(), more.end());
        for (const std::string& word : cluster_.reach(1)) words.push_back(word);
        return sandbox_.parley(words).output;
    };
    EXPECT_TRUE(eventually(seconds{30}, [&] { return status({"--json"}).find("\"chunks_missing\":2,\"bytes_missing\":1048581") != std::string::npos; }));
    EXPECT_THAT(status({}), HasSubstr("parts of files are missing on 1 (2 parts, 1.0 MiB)"));
    for (const int replica : {2, 3}) cluster_.start(replica);
    EXPECT_TRUE(eventually(seconds{60}, [&] { return says("\"chunks_missing\":0"); }));
    for (const fs::path& chunk : chunks) EXPECT_TRUE(fs::exists(chunk));
}

TEST_F(Files, AreListedNewestFirstAndInPages) {
    std::vector<std::string> sent;
    for (const char* name : {"one.txt", "two.txt", "three.txt"}) {
        const Finished finished = ada({"file", "send", "general", sandbox_.write_file(name, name), "--json"});
        ASSERT_EQ(finished.code, 0) << finished.errors;
        sent.push_back(message_of(name));
        ASSERT_EQ(ada({"send", "general", std::string{"said of "} + name}).code, 0);
    }
    ASSERT_EQ(ada({"file", "send", "@bob", sandbox_.write_file("four.txt", "4")}).code, 0);
    const auto listed = [&](std::vector<std::string> more) {
        std::vector<std::string> words{"file", "list", "general"};
        words.insert(words.end(), more.begin(), more.end());
        const Finished finished = ada(std::move(words));
        EXPECT_EQ(finished.code, 0) << finished.errors;
        return lines_of(finished.output);
    };
    EXPECT_THAT(listed({}), ElementsAre(HasSubstr("three.txt"), HasSubstr("two.txt"), HasSubstr("one.txt")));
    EXPECT_THAT(listed({"--limit", "1"}), ElementsAre(HasSubstr("three.txt")));
    EXPECT_THAT(listed({"--before", sent[1].substr(sent[1].find('/') + 1)}), ElementsAre(HasSubstr("one.txt")));
    EXPECT_THAT(listed({"--json", "--limit", "1"}), ElementsAre(HasSubstr(R"("message":")" + sent[2] + "\"")));
    EXPECT_THAT(listed({"--before", "1"}), ElementsAre("no files"));
    ASSERT_EQ(ada({"delete", sent[2]}).code, 0);
    EXPECT_THAT(listed({}), ElementsAre(HasSubstr("two.txt"), HasSubstr("one.txt")));
    EXPECT_THAT(lines_of(as("bob", {"file", "list", "@ada"}).output), ElementsAre(HasSubstr("four.txt")));
    ASSERT_EQ(ada({"room", "create", "6\" pipes"}).code, 0);
    EXPECT_EQ(ada({"file", "list", "6\" pipes"}).output, "no files\n");
    ASSERT_EQ(ada({"file", "send", "6\" pipes", sandbox_.path("one.txt")}).code, 0);
    EXPECT_THAT(lines_of(ada({"file", "list", "6\" pipes"}).output), ElementsAre(HasSubstr("one.txt")));
    expect_refused({"file", "list", "nowhere"}, "no such room");
}

TEST_F(Files, OfNoBytesAndOfStrangeNamesAreFiles) {
    const std::string empty = sandbox_.write_file("empty", "");
    ASSERT_EQ(ada({"file", "send", "@bob", empty}).code, 0);
    EXPECT_EQ(as("bob", {"file", "get", "@ada/1"}).code, 0);
    EXPECT_EQ(fs::file_size(sandbox_.path("Downloads/parley/bob/empty")), 0U);
    const std::string strange = sandbox_.write_file("-rf \x1b[2J .bashrc", "x");
    const Finished sent = ada({"file", "send", "@bob", strange});
    ASSERT_EQ(sent.code, 0) << sent.errors;
    EXPECT_EQ(sent.output.find('\x1b'), std::string::npos);
    const Finished got = as("bob", {"file", "get", "@ada/2"});
    ASSERT_EQ(got.code, 0) << got.errors;
    EXPECT_EQ(got.output.find('\x1b'), std::string::npos);
    for (const auto& entry : fs::directory_iterator{sandbox_.path("Downloads/parley/bob")}) {
        const std::string name = entry.path().filename();
        EXPECT_TRUE(name.front() != '-' && name.front() != '.') << name;
    }
}

// The others stop as soon as the first part has come: what is never confirmed cannot be posted.
TEST_F(Files, AnInterruptGivesAnUploadUp) {
    const int leader = cluster_.leader();
    const std::string path = sandbox_.write_file("stuck.bin", random_bytes(static_cast<std::size_t>(scaled(40, 8)) << 20U, 3));
    Process sending(sandbox_.command("parley", words_of("ada", {"file", "send", "general", path, "--timeout", "60"}, leader), "stuck"));
    ASSERT_TRUE(eventually(seconds{20}, [&] { return parts_on(leader) > 0; }));
    for (int replica = 1; replica <= 3; ++replica) {
        if (replica != leader) ::kill(cluster_.pid_of(replica), SIGSTOP);
    }
    EXPECT_FALSE(sending.wait(milliseconds{200})) << "it was over before the others stopped";
    sending.signal(SIGINT);
    EXPECT_EQ(sending.wait(seconds{10}), std::optional{1});
    EXPECT_THAT(read_text(sandbox_.path("output/stuck.err")), HasSubstr("given up"));
    for (const auto& entry : processes_of_home(sandbox_.folder())) ::kill(entry.first, SIGCONT);
    EXPECT_EQ(message_of("stuck.bin"), "");
}

}  // namespace
}  // namespace parley::e2e
