// What the monitoring pages say of a replica.
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "chat/daemon/monitoring.hpp"

namespace parley::chat {
namespace {

ServerMetrics healthy() {
    ServerMetrics metrics;
    metrics.replica.leader = consensus::NodeId{2};
    metrics.replica.chosen_through = consensus::Slot{5'000};
    metrics.executed_through = 5'000;
    metrics.committed_through = 4'990;
    metrics.log.syncs = 77;
    metrics.replicas = 3;
    metrics.reachable = 2;
    return metrics;
}

net::HttpPage page(const std::string& path, const ServerMetrics& metrics) { return monitoring_page(path, metrics, "1.2.3"); }

TEST(Monitoring, MetricsCarryTheFiguresInPrometheusFormat) {
    const net::HttpPage metrics = page("/metrics", healthy());
    EXPECT_EQ(metrics.status, 200U);
    for (const char* line : {"\nparley_slots_chosen 5000\n", "\nparley_slots_committed 4990\n", "\nparley_log_syncs_total 77\n",
                             "# TYPE parley_log_syncs_total counter\n", "# TYPE parley_clients gauge\n",
                             "parley_build_info{version=\"1.2.3\"} 1\n", "\nparley_replicas_reachable 2\n"}) {
        EXPECT_NE(metrics.body.find(line), std::string::npos) << line << "in\n" << metrics.body;
    }
}

TEST(Monitoring, TellsWhatOfFilesIsMissingOnceItIsKnown) {
    ServerMetrics metrics = healthy();
    metrics.chunks = 12;
    EXPECT_NE(page("/metrics", metrics).body.find("\nparley_file_chunks 12\n"), std::string::npos);
    EXPECT_EQ(page("/metrics", metrics).body.find("parley_file_chunks_missing"), std::string::npos) << "nobody has looked yet";
    metrics.files = FilesSeen{3, 4'000, 2, 1'500};
    const std::string body = page("/metrics", metrics).body;
    for (const char* line : {"\nparley_files 3\n", "\nparley_file_bytes 4000\n", "\nparley_file_chunks_missing 2\n", "\nparley_file_missing_bytes 1500\n"}) {
        EXPECT_NE(body.find(line), std::string::npos) << line << "in\n" << body;
    }
}

TEST(Monitoring, TellsWhenCertificatesEnd) {
    const std::string body = monitoring_page("/metrics", healthy(), "1.2.3", {{"clients", net::WallTime{2'000'999}}, {"replica", net::WallTime{1'000'000}}}).body;
    EXPECT_NE(body.find("parley_certificate_valid_until_seconds{for=\"clients\"} 2000\n"), std::string::npos) << body;
    EXPECT_NE(body.find("parley_certificate_valid_until_seconds{for=\"replica\"} 1000\n"), std::string::npos);
    EXPECT_EQ(body.find("# HELP parley_certificate_valid_until_seconds"), body.rfind("# HELP parley_certificate_valid_until_seconds")) << "told once";
}

TEST(Monitoring, EveryMetricHasItsOwnNameAndHelpAndCountersSayTotal) {
    std::istringstream lines{page("/metrics", healthy()).body};
    std::set<std::string> names;
    std::string line;
    std::string helped;
    while (std::getline(lines, line)) {
        if (line.starts_with("# HELP ")) helped = line.substr(7, line.find(' ', 7) - 7);
        if (!line.starts_with("# TYPE ")) continue;
        const std::string name = line.substr(7, line.find(' ', 7) - 7);
        EXPECT_EQ(name, helped);
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_EQ(line.ends_with(" counter"), name.ends_with("_total")) << line;
    }
    EXPECT_GT(names.size(), 20U);
}

TEST(Monitoring, ReadyNeedsALeaderAQuorumAndAppliedSlots) {
    EXPECT_EQ(page("/readyz", healthy()).status, 200U);
    ServerMetrics leaderless = healthy();
    leaderless.replica.leader.reset();
    EXPECT_EQ(page("/readyz", leaderless).status, 503U);
    EXPECT_NE(page("/readyz", leaderless).body.find("no leader"), std::string::npos);
    ServerMetrics alone = healthy();
    alone.reachable = 1;
    EXPECT_NE(page("/readyz", alone).body.find("1 of 3"), std::string::npos);
    ServerMetrics behind = healthy();
    behind.executed_through = 3'999;
    EXPECT_EQ(page("/readyz", behind).status, 503U);
    EXPECT_NE(page("/readyz", behind).body.find("slot 3999 of 5000"), std::string::npos);
    behind.executed_through = 4'000;
    EXPECT_EQ(page("/readyz", behind).status, 200U);
}

TEST(Monitoring, HealthDoesNotDependOnTheOthers) { EXPECT_EQ(page("/healthz", ServerMetrics{}).status, 200U); }

TEST(Monitoring, UnknownPathsSayWhatThereIs) {
    EXPECT_EQ(page("/", healthy()).status, 404U);
    EXPECT_NE(page("/metrics/", healthy()).body.find("/readyz"), std::string::npos);
}

}  // namespace
}  // namespace parley::chat
