// What must not be read where it does not belong: passwords, tokens and invitations nowhere but where they are used, texts in no log,
// keys by their owner alone. Everything a cluster and its people leave behind is looked through.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/client/account_file.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"
#include "tests/e2e/cluster.hpp"

namespace parley::e2e {
namespace {

namespace files = std::filesystem;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* text = "pelican-breakfast-at-noon";
constexpr const char* password = "correct horse battery staple";
constexpr const char* wrong_password = "quokka-tries-to-come-in";

std::vector<files::path> files_below(const files::path& folder) {
    std::vector<files::path> found;
    for (const auto& entry : files::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) found.push_back(entry.path());
    }
    return found;
}

class Secrets : public ::testing::Test {
protected:
    Secrets() : cluster_(sandbox_, 3, Watch::supervised) {
        // The most that can be written, by replicas that have just started.
        for (int replica = 1; replica <= 3; ++replica) {
            const std::string path = cluster_.replica_folder(replica) + "/parleyd.toml";
            std::string config = read_text(path);
            const std::string level = "level = \"info\"";
            config.replace(config.find(level), level.size(), "level = \"debug\"");
            std::ofstream(path, std::ios::trunc) << config;
        }
        for (int replica = 1; replica <= 3; ++replica) cluster_.kill(replica);
        EXPECT_TRUE(cluster_.wait_until_all_are_up());
    }
    void use_it() {
        sandbox_.register_account("ada");
        EXPECT_EQ(sandbox_.as("ada", {"send", "general", text}).code, 0);
        const std::string wrong = sandbox_.write_file("wrong", std::string(wrong_password) + "\n");
        EXPECT_EQ(sandbox_.as("eve", {"login", "ada", "--password-file", wrong}).code, 1);
        EXPECT_EQ(sandbox_.as("phone", {"login", "ada", "--password-file", sandbox_.path("password")}).code, 0);
        EXPECT_EQ(sandbox_.as("ada", {"search", "pelican"}).code, 0);
        const Finished invited = sandbox_.as("ada", {"invite"});
        EXPECT_EQ(invited.code, 0) << invited.errors;
        invitation_ = lines_of(invited.output).empty() ? "" : lines_of(invited.output).back();
    }
    // Of every profile that is logged in: the bytes, and as somebody might print them.
    std::vector<std::string> tokens() {
        std::vector<std::string> found;
        for (const files::path& file : files_below(sandbox_.path(".local/share/parley/profiles"))) {
            if (file.filename() != "account") continue;
            net::AsioLoop loop;
            net::PosixDisk disk{loop, file.parent_path().string(), {.inline_sync = true}};
            const auto account = chat::read_account(disk, "");
            if (!account || !*account) continue;
            std::string bytes;
            std::string digits;
            for (const std::byte byte : (*account)->token) {
                bytes += std::to_integer<char>(byte);
                digits += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
            }
            found.insert(found.end(), {bytes, digits});
        }
        return found;
    }
    static void expect_without(const files::path& file, const std::string& secret, const char* what) {
        EXPECT_EQ(read_text(file).find(secret), std::string::npos) << what << " is in " << file;
    }

    Sandbox sandbox_;
    Cluster cluster_;
    std::string invitation_;
};

TEST_F(Secrets, AreInNoLogAndNoCommandLineAndTheReplicasHaveNoneOfThem) {
    use_it();
    const auto known = tokens();
    ASSERT_EQ(known.size(), 4U) << "two logins";
    const std::string code = invitation_.substr(invitation_.find_last_of("/#=?&") + 1);
    ASSERT_GE(code.size(), 8U) << invitation_;
    std::size_t logs = 0;
    for (const files::path& file : files_below(cluster_.data())) {
        // Log, database and index hold texts; of what proves who somebody is they have hashes.
        for (const std::string& token : known) expect_without(file, token, "a token");
        expect_without(file, password, "a password");
        expect_without(file, wrong_password, "a wrong password");
        expect_without(file, code, "an invitation's code");
        if (file.filename().string().find("parleyd.log") == std::string::npos) continue;
        ++logs;
        expect_without(file, text, "a text");
        expect_without(file, "pelican", "what somebody looked for");
        expect_without(file, "ada", "a name");
    }
    EXPECT_EQ(logs, 3U);
    for (const files::path& file : files_below(sandbox_.path("output"))) {
        for (const char* secret : {password, wrong_password, text}) expect_without(file, secret, "a secret");
    }
    for (const auto& [pid, line] : processes_of_home(sandbox_.folder())) {
        for (const char* secret : {password, wrong_password}) EXPECT_EQ(line.find(secret), std::string::npos) << line;
    }
    EXPECT_EQ(sandbox_.parley({"login", "ada", "--password", password}).code, 2) << "a command line is no place for a password";
}

TEST_F(Secrets, AreReadByTheirOwnerAlone) {
    use_it();
    std::size_t keys = 0;
    const auto is_private = [](const files::path& path) {
        constexpr auto others = files::perms::group_all | files::perms::others_all;
        return (files::status(path).permissions() & others) == files::perms::none;
    };
    for (const std::string& folder : {cluster_.data(), sandbox_.path(".local/share/parley/profiles")}) {
        for (const files::path& file : files_below(folder)) {
            if (file.extension() == ".key") {
                ++keys;
                EXPECT_TRUE(is_private(file)) << file;
            }
            bool hidden = is_private(file);
            for (files::path above = file.parent_path(); !hidden && above.string().size() >= folder.size(); above = above.parent_path()) hidden = is_private(above);
            EXPECT_TRUE(hidden) << file << " can be read by others";
        }
    }
    EXPECT_EQ(keys, 5U) << "the authority's, the operator's and the replicas'";
}

}  // namespace
}  // namespace parley::e2e
