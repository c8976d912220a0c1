// parleyd's arguments.
#include "chat/daemon/options.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

using Words = std::vector<std::string>;

SayAndLeave said(const Words& words) {
    const auto command = parse_daemon_arguments(words);
    const auto* message = std::get_if<SayAndLeave>(&command);
    EXPECT_NE(message, nullptr);
    return message == nullptr ? SayAndLeave{-1, ""} : *message;
}

TEST(DaemonOptions, DataFolderAloneRunsAReplica) {
    EXPECT_EQ(std::get<RunReplica>(parse_daemon_arguments({"/d"})).data, "/d");
    EXPECT_EQ(std::get<RunReplica>(parse_daemon_arguments({"--data", "/d"})).data, "/d");
    EXPECT_FALSE(std::get<RunReplica>(parse_daemon_arguments({"/d"})).lifeline);
    EXPECT_EQ(std::get<RunReplica>(parse_daemon_arguments({"/d", "--lifeline", "5"})).lifeline, 5);
    EXPECT_EQ(std::get<RunReplica>(parse_daemon_arguments({"/d", "--join", "token"})).join, "token");
}

TEST(DaemonOptions, Inspect) {
    EXPECT_FALSE(std::get<InspectFolder>(parse_daemon_arguments({"inspect", "/d"})).xml);
    const auto xml = std::get<InspectFolder>(parse_daemon_arguments({"inspect", "/d", "--xml"}));
    EXPECT_TRUE(xml.xml);
    EXPECT_EQ(xml.data, "/d");
}

TEST(DaemonOptions, InitTakesAFolderAndMembers) {
    const auto init = std::get<InitCluster>(parse_daemon_arguments({"init", "/d", "a=h:1", "--tls", "off", "b=h:2"}));
    EXPECT_EQ(init.data, "/d");
    EXPECT_EQ(init.members, (std::vector<std::string>{"a=h:1", "b=h:2"}));
    EXPECT_FALSE(init.tls);
    EXPECT_EQ(init.level, consensus::highest_feature_level);
    EXPECT_EQ(std::get<InitCluster>(parse_daemon_arguments({"init", "/d", "a=h:1", "--feature-level", "1"})).level.value, 1U);
}

TEST(DaemonOptions, CertificateTakesAFileAndTheAuthoritysFolder) {
    const auto renew = std::get<RenewCertificate>(parse_daemon_arguments({"certificate", "/d/tls/replica.pem", "--ca", "/ca", "--days", "90"}));
    EXPECT_EQ(renew.certificate, "/d/tls/replica.pem");
    EXPECT_EQ(renew.authority, "/ca");
    EXPECT_EQ(renew.days, 90);
    for (const Words& words : {Words{"certificate"}, Words{"certificate", "/a.pem"}, Words{"certificate", "--ca", "/ca"}, Words{"certificate", "/a.pem", "/b.pem", "--ca", "/ca"},
                               Words{"certificate", "/a.pem", "--ca", "/ca", "--days", "0"}, Words{"certificate", "/a.pem", "--ca"}}) {
        EXPECT_EQ(said(words).code, 2);
    }
}

TEST(DaemonOptions, HelpAndVersionAreNoMistakes) {
    EXPECT_EQ(said({"--help"}).code, 0);
    EXPECT_EQ(said({"--version"}).code, 0);
    EXPECT_TRUE(said({"--version"}).text.starts_with("parleyd "));
}

TEST(DaemonOptions, MistakesShowTheRightForm) {
    for (const Words& words : {Words{}, Words{"--data"}, Words{"/a", "/b"}, Words{"/a", "--lifeline", "x"}, Words{"/a", "--lifeline", "-1"},
                               Words{"/a", "--lifeline"}, Words{"/a", "--join"}, Words{"/a", "--join", ""}, Words{"--frob"}, Words{"inspect"}, Words{"init"}, Words{"init", "/d"}, Words{"init", "/d", "a=h:1", "--frob"}, Words{"init", "/d", "--tls", "maybe", "a=h:1"}, Words{"init", "/d", "a=h:1", "--feature-level", "0"}, Words{"init", "/d", "a=h:1", "--feature-level", "99"}, Words{"inspect", "/a", "/b"}, Words{"inspect", "--json", "/a"}}) {
        const auto message = said(words);
        EXPECT_EQ(message.code, 2);
        EXPECT_NE(message.text.find("usage: parleyd DATA"), std::string::npos);
    }
}

}  // namespace
}  // namespace parley::chat
