// The dump of a log's folder: shows what is there with its verdict, changes nothing, and copes with damage.
#include <sstream>

#include "consensus/storage/inspect.hpp"
#include "tests/unit/storage/log_bench.hpp"

namespace parley::consensus::test {
namespace {

using ::testing::Test;

struct InspectTest : Test {
    InspectTest() {
        const Batch batch{BatchKind::commands, 1234567, {parley::test::bytes_of("hello <world>"), {}}};
        EXPECT_TRUE(bench.write({accept_of(1, 3, Value{batch}), PromiseWrite{Ballot{8, NodeId{2}}}}));
        EXPECT_TRUE(bench.write({accept_of(2, 3, value_of(1, 20))}));
    }
    std::string dump(InspectFormat format) {
        std::ostringstream out;
        const auto inspected = inspect(bench.disk, "log", out, format);
        EXPECT_TRUE(inspected) << inspected.error().message;
        return out.str();
    }
    PlainLog bench;
};

TEST_F(InspectTest, XmlShowsMetaUnitsRecordsAndBatches) {
    const std::string xml = dump(InspectFormat::xml);
    for (const char* part : {"<meta class_id=", "meta-a", "meta-b", "<cluster", "<genesis", "127.0.0.1:1", "segment-0000000000000001",
                             "<log_time_ms>1234567</log_time_ms>", "hello &lt;world&gt;", "<chosen_through",
                             "<previous_hash>", "The log is whole.", "</boost_serialization>"}) {
        EXPECT_NE(xml.find(part), std::string::npos) << part;
    }
}

TEST_F(InspectTest, TextShowsTheSame) {
    const std::string text = dump(InspectFormat::text);
    for (const char* part : {"meta-a", "127.0.0.1:1", "1234567", "hello <world>", "The log is whole."}) {
        EXPECT_NE(text.find(part), std::string::npos) << part;
    }
}

TEST_F(InspectTest, ReadsOnly) {
    const auto before = bench.disk.counters();
    dump(InspectFormat::xml);
    EXPECT_EQ(bench.disk.counters().writes, before.writes);
    EXPECT_EQ(bench.disk.counters().names, before.names);
    EXPECT_EQ(bench.disk.counters().syncs, before.syncs);
}

TEST_F(InspectTest, ShowsVerdictsOfDamage) {
    ASSERT_TRUE(bench.disk.flip_bit("log/segment-0000000000000001", 2 * 4096 + 90, 0));
    ASSERT_TRUE(bench.disk.flip_bit("log/meta-b", 20, 0));
    ASSERT_TRUE(bench.disk.flip_bit("log/meta-b", 2 * 4096 + 20, 0));
    const std::string xml = dump(InspectFormat::xml);
    EXPECT_NE(xml.find("damaged under a good seal"), std::string::npos);
    EXPECT_NE(xml.find("faulty slots will be fetched"), std::string::npos);
}

TEST_F(InspectTest, WorksWhenTheReplicaWouldRefuseToStart) {
    for (const char* name : {"log/meta-a", "log/meta-b"}) {
        ASSERT_TRUE(bench.disk.flip_bit(name, 20, 0));
        ASSERT_TRUE(bench.disk.flip_bit(name, 2 * 4096 + 20, 0));
    }
    EXPECT_NE(dump(InspectFormat::xml).find("No copy of meta can be read"), std::string::npos);
}

TEST_F(InspectTest, NoLogIsAnError) {
    std::ostringstream out;
    EXPECT_EQ(inspect(bench.disk, "elsewhere", out, InspectFormat::xml).error().kind, net::ErrorKind::not_found);
}

}  // namespace
}  // namespace parley::consensus::test
