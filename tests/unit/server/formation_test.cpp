// Forming a cluster: what the folders hold, and what is refused before anything is made.
#include <fstream>

#include <gtest/gtest.h>

#include "chat/daemon/config.hpp"
#include "chat/daemon/formation.hpp"
#include "chat/daemon/join_token.hpp"
#include "chat/server/server.hpp"
#include "consensus/storage/log.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

namespace files = std::filesystem;

std::string problem_with(const std::vector<std::string>& words) {
    try {
        founding_members(words);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "nothing";
}

TEST(Formation, MembersAreReadInOrder) {
    const auto members = founding_members({"a=10.0.0.1:7400", "b=host.example:7400", "c_2=[::1]:7"});
    ASSERT_EQ(members.size(), 3U);
    EXPECT_EQ(members[1].alias, "b");
    EXPECT_EQ(members[1].address, "host.example:7400");
    EXPECT_EQ(members[2].address, "[::1]:7");
}

TEST(Formation, EachMistakeHasItsSentence) {
    EXPECT_NE(problem_with({"a"}).find("NAME=HOST:PORT"), std::string::npos);
    EXPECT_NE(problem_with({"../a=h:1"}).find("no name"), std::string::npos);
    EXPECT_NE(problem_with({"=h:1"}).find("no name"), std::string::npos);
    for (const char* address : {"h", "h:", "h:0", "h:65536", "h:1x", ":1", "a b:1", "::1:5"}) {
        EXPECT_NE(problem_with({std::string{"a="} + address}).find("no address"), std::string::npos) << address;
    }
    EXPECT_NE(problem_with({"a=h:1", "a=h:2", "c=h:3"}).find("named \"a\""), std::string::npos);
    EXPECT_NE(problem_with({"a=h:1", "b=h:1", "c=h:3"}).find("address h:1"), std::string::npos);
    EXPECT_NE(problem_with({"a=h:1", "b=h:2"}).find("not 2"), std::string::npos);
    EXPECT_NE(problem_with({}).find("not 0"), std::string::npos);
}

TEST(Formation, EachFolderIsOneReplicaOfTheSameCluster) {
    const ScratchFolder scratch;
    const std::string data = scratch.file("cluster");
    form_cluster(data, founding_members({"a=127.0.0.2:7400", "b=127.0.0.3:7400", "c=127.0.0.4:7400"}), true);
    std::set<std::uint64_t> nodes;
    std::set<std::uint64_t> clusters;
    for (const std::string alias : {"a", "b", "c"}) {
        const std::string folder = data + "/" + alias;
        net::AsioLoop loop;
        net::PosixDisk disk{loop, folder, {.inline_sync = true}};
        const auto log = consensus::Log::open(disk, loop, Server::log_folder, {});
        ASSERT_TRUE(log) << log.error().message;
        const consensus::LogIdentity& identity = (*log)->recovered().identity;
        EXPECT_EQ(identity.genesis.voters.size(), 3U);
        for (const auto& member : identity.genesis.voters) EXPECT_EQ(member.node == identity.node, member.alias == alias);
        nodes.insert(identity.node.value);
        clusters.insert(identity.cluster.value);
        std::ifstream file{folder + "/parleyd.toml"};
        const auto config = parse_config({std::istreambuf_iterator<char>{file}, {}}, "parleyd.toml");
        ASSERT_TRUE(config) << config.error().message;
        EXPECT_EQ(config->peers.size(), 3U);
        EXPECT_EQ(config->listen, config->peers.at(alias));
        EXPECT_EQ(files::status(folder + "/tls/replica.key").permissions(), files::perms::owner_read | files::perms::owner_write);
    }
    EXPECT_EQ(nodes.size(), 3U);
    EXPECT_EQ(clusters.size(), 1U);
    EXPECT_EQ(files::status(data + "/a").permissions(), files::perms::owner_all);
    EXPECT_EQ(files::status(data + "/ca.key").permissions(), files::perms::owner_read | files::perms::owner_write);
}

JoinToken some_token() {
    JoinToken token;
    token.cluster = consensus::ClusterId{77};
    token.member = consensus::Member{consensus::NodeId{9}, "host:7400", "4"};
    token.servers = {"a:1", "b:2"};
    token.ca_pem = "ca";
    token.certificate_pem = "certificate";
    token.key_pem = "key";
    return token;
}

TEST(JoinToken, IsOneWordAndComesBack) {
    const std::string text = to_text(some_token());
    EXPECT_EQ(text.find_first_of(" \n\t"), std::string::npos);
    const auto back = parse_join_token(text);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, some_token());
}

TEST(JoinToken, OfAClusterThatUsesMoreThanThisProgramKnowsSaysSo) {
    JoinToken token = some_token();
    token.level.value = consensus::highest_feature_level.value + 1;
    const auto read = parse_join_token(to_text(token));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, net::ErrorKind::outdated);
    EXPECT_NE(read.error().message.find("install the version of Parley that the other replicas run"), std::string::npos);
}

TEST(JoinToken, WhateverIsNoneIsRefused) {
    const std::string text = to_text(some_token());
    EXPECT_FALSE(parse_join_token(""));
    EXPECT_FALSE(parse_join_token("parley-join-"));
    EXPECT_FALSE(parse_join_token(text.substr(0, text.size() - 3)));
    EXPECT_FALSE(parse_join_token(text + "!"));
    EXPECT_FALSE(parse_join_token(text.substr(1)));
    EXPECT_FALSE(parse_join_token("parley-join-" + std::string(100'000, 'A')));
    JoinToken alone = some_token();
    alone.servers.clear();
    EXPECT_FALSE(parse_join_token(to_text(alone)));
}

TEST(Formation, AFolderForOneMoreBelongsToTheSameCluster) {
    const ScratchFolder scratch;
    const net::Authority authority = net::Authority::create("parley");
    consensus::LogIdentity identity{consensus::ClusterId{77}, consensus::NodeId{9}, {}};
    identity.genesis.id = 5;
    identity.genesis.voters = {{consensus::NodeId{1}, "127.0.0.1:1", "1"}};
    const std::string folder = scratch.file("4");
    EXPECT_THROW(form_member(folder, identity, authority.certificate_pem(), {}, true), std::runtime_error);
    EXPECT_FALSE(files::exists(folder));
    const consensus::Member self{consensus::NodeId{9}, "127.0.0.1:4", "4", 7};
    identity.genesis.learners = {self};
    form_member(folder, identity, authority.certificate_pem(), credentials_of(self, authority), true);
    net::AsioLoop loop;
    net::PosixDisk disk{loop, folder, {.inline_sync = true}};
    const auto log = consensus::Log::open(disk, loop, Server::log_folder, {});
    ASSERT_TRUE(log) << log.error().message;
    EXPECT_EQ((*log)->recovered().identity.genesis, identity.genesis);
    EXPECT_EQ((*log)->recovered().identity.node, self.node);
}

TEST(Formation, NeverTouchesAFolderThatIsThere) {
    const ScratchFolder scratch;
    const auto members = founding_members({"a=127.0.0.1:7400"});
    form_cluster(scratch.file("cluster"), members, true);
    const auto ca = [&] {
        std::ifstream file{scratch.file("cluster") + "/ca.pem"};
        return std::string{std::istreambuf_iterator<char>{file}, {}};
    };
    const std::string before = ca();
    EXPECT_THROW(form_cluster(scratch.file("cluster"), members, true), std::runtime_error);
    EXPECT_EQ(ca(), before);
}

}  // namespace
}  // namespace parley::chat::testing
