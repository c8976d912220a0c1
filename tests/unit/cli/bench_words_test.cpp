// parley-bench: arguments and arithmetic.
#include <gtest/gtest.h>

#include "chat/bench/breaking.hpp"
#include "chat/bench/figures.hpp"
#include "chat/bench/options.hpp"

namespace parley::chat {
namespace {

using Words = std::vector<std::string>;

BenchInvocation understood(const Words& words) {
    auto result = parse_bench_arguments(words);
    if (const auto* stop = std::get_if<Stop>(&result)) throw std::runtime_error(stop->text);
    return std::get<BenchInvocation>(result);
}

TEST(BenchLine, LoadTakesItsOptions) {
    const auto invocation = understood({"load", "--servers", "a:1,b:2", "--clients", "256", "--connections", "256", "--to", "leader",
                                        "--seconds", "2.5", "--size", "50", "--rooms", "4", "--json"});
    EXPECT_TRUE(invocation.options.json);
    EXPECT_EQ(invocation.options.servers.size(), 2U);
    const auto& load = std::get<LoadCommand>(invocation.command);
    EXPECT_EQ(load.writing.clients, 256U);
    EXPECT_EQ(load.writing.connections, 256U);
    EXPECT_EQ(load.writing.to, SendTo::leader);
    EXPECT_DOUBLE_EQ(load.seconds, 2.5);
    EXPECT_EQ(load.writing.size, 50U);
    EXPECT_EQ(load.writing.rooms, 4U);
    EXPECT_FALSE(load.reads);
    EXPECT_TRUE(std::get<LoadCommand>(understood({"load", "--reads"}).command).reads);
}

TEST(BenchLine, ConnectionsFollowTheClients) {
    const auto connections = [](const Words& words) { return std::get<LoadCommand>(understood(words).command).writing.connections; };
    EXPECT_EQ(connections({"load", "--clients", "1"}), 1U);
    EXPECT_EQ(connections({"load", "--clients", "256"}), 8U);
    EXPECT_EQ(connections({"load", "--clients", "6000"}), 100U) << "a link carries one login, which stands 64 sessions";
    EXPECT_EQ(connections({"load", "--clients", "4", "--connections", "9"}), 4U);
}

TEST(BenchLine, Failover) {
    const auto failover = std::get<FailoverCommand>(understood({"failover", "--kills", "2", "--how", "stop", "--timeline", "t.dat"}).command);
    EXPECT_EQ(failover.timeline, "t.dat");
    EXPECT_EQ(failover.kills, 2U);
    EXPECT_EQ(failover.how, KillHow::stop);
    EXPECT_EQ(std::get<FailoverCommand>(understood({"failover", "--how", "cut"}).command).how, KillHow::cut);
}

TEST(BenchLine, Record) {
    const auto record = std::get<RecordCommand>(understood({"record", "h.jsonl", "--seconds", "9", "--readers", "3", "--pause-ms", "0"}).command);
    EXPECT_EQ(record.file, "h.jsonl");
    EXPECT_EQ(record.seconds, 9U);
    EXPECT_EQ(record.readers, 3U);
    EXPECT_EQ(record.pause_ms, 0U);
    EXPECT_EQ(record.writing.clients, 24U);
}

TEST(BenchLine, PeopleAndSizes) {
    const auto fanout = std::get<FanoutCommand>(understood({"fanout", "--listeners", "50", "--seconds", "0.5", "--size", "7"}).command);
    EXPECT_EQ(fanout.listeners, 50U);
    EXPECT_DOUBLE_EQ(fanout.seconds, 0.5);
    EXPECT_EQ(fanout.size, 7U);
    EXPECT_EQ(std::get<ConnectionsCommand>(understood({"connections", "--count", "10000"}).command).connections, 10000U);
    const auto logins = std::get<LoginsCommand>(understood({"logins", "--count", "30", "--at-once", "4"}).command);
    EXPECT_EQ(logins.logins, 30U);
    EXPECT_EQ(logins.at_once, 4U);
    const auto size = std::get<SizeCommand>(understood({"history", "--messages", "1000000", "--rooms", "10000", "--repeats", "5"}).command);
    EXPECT_EQ(size.messages, 1'000'000U);
    EXPECT_EQ(size.rooms, 10'000U);
    EXPECT_EQ(size.repeats, 5U);
    EXPECT_EQ(std::get<Stop>(parse_bench_arguments({"logins", "--count", "481"})).code, 2) << "an account stands 64 log-ins";
}

std::vector<StatusReport> three_replicas() {
    std::vector<StatusReport> replicas(3);
    for (std::size_t i = 0; i < replicas.size(); ++i) {
        replicas[i].alias = std::to_string(i + 1);
        replicas[i].role = i == 1 ? "leader" : "follower";
    }
    return replicas;
}

// Which replica is in all orders: that one alone is hurt.
TEST(Breaking, HurtsOneReplicaAtATimeAndTheLeaderOftenEnough) {
    int leader = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const Breaking::Fault fault = Breaking{seed}.next(three_replicas());
        ASSERT_FALSE(fault.orders.empty());
        EXPECT_GT(fault.time, net::Duration{});
        std::vector<std::string> hit{"1", "2", "3"};
        for (const std::string& order : fault.orders) std::erase_if(hit, [&order](const std::string& alias) { return order.find(" " + alias) == std::string::npos; });
        EXPECT_FALSE(hit.empty()) << fault.words;
        if (fault.words.find("(leader)") != std::string::npos) ++leader;
    }
    EXPECT_GT(leader, 100);
}

TEST(BenchLine, MistakesAreSentencesWithCodeTwo) {
    for (const Words& words : {Words{}, Words{"load", "--to", "moon"}, Words{"load", "--clients", "0"}, Words{"failover", "--how", "pray"},
                               Words{"load", "--servers", "x"}, Words{"frob"}, Words{"record"}, Words{"record", "h.jsonl", "--clients", "0"}, Words{"load", "--frob"}}) {
        const auto result = parse_bench_arguments(words);
        ASSERT_TRUE(std::holds_alternative<Stop>(result));
        EXPECT_EQ(std::get<Stop>(result).code, 2);
        EXPECT_FALSE(std::get<Stop>(result).text.empty());
    }
    EXPECT_EQ(std::get<Stop>(parse_bench_arguments({"--help"})).code, 0);
}

TEST(Percentile, IsTheSmallestValueThatCoversThePart) {
    std::vector<std::uint32_t> values{5, 1, 4, 2, 3};
    EXPECT_EQ(percentile(values, 0.5), 3U);
    EXPECT_EQ(percentile(values, 0.99), 5U);
    EXPECT_EQ(percentile(values, 1.0), 5U);
    EXPECT_EQ(percentile(values, 0.0), 1U);
    std::vector<std::uint32_t> none;
    EXPECT_EQ(percentile(none, 0.5), 0U);
}

net::Instant at(int ms) { return net::Instant{std::chrono::milliseconds{ms}}; }

TEST(Gap, IsTheLongestTimeWithoutAnEvent) {
    const std::vector<net::Instant> events{at(10), at(20), at(300), at(310), at(900)};
    EXPECT_EQ(longest_gap(events, at(15), at(320)), std::chrono::milliseconds{280});
    EXPECT_EQ(longest_gap(events, at(305), at(500)), std::chrono::milliseconds{190}) << "up to the end of the window";
    EXPECT_EQ(longest_gap(events, at(400), at(500)), std::chrono::milliseconds{100}) << "no event at all";
    EXPECT_EQ(longest_gap({}, at(0), at(7)), std::chrono::milliseconds{7});
}

TEST(Median, OfEvenAndOddCounts) {
    EXPECT_DOUBLE_EQ(median({3, 1, 2}), 2);
    EXPECT_DOUBLE_EQ(median({4, 1, 2, 3}), 2.5);
    EXPECT_DOUBLE_EQ(median({}), 0);
}

}  // namespace
}  // namespace parley::chat
