// L8: the log begins anew only behind an image that no power cut takes away.
#include <gtest/gtest.h>

#include "consensus/snapshot/install.hpp"
#include "net/ports/marks.hpp"
#include "sim/disk/sim_disk.hpp"
#include "tests/unit/sim_disk/manual_loop.hpp"

namespace parley::consensus::test {
namespace {

using parley::test::chance_of;
using parley::test::ManualLoop;

struct InstallBench {
    InstallBench() {
        const LogIdentity identity{ClusterId{7}, NodeId{1}, Configuration{1, {Member{NodeId{1}, "a:1", "1"}}, {}}};
        EXPECT_TRUE(Log::create(disk, "log", identity, {}));
        EXPECT_TRUE(disk.make_directory("state"));
        EXPECT_TRUE(disk.sync_directory(""));
        auto image = disk.open("state/part", net::OpenMode::create_new).value();
        EXPECT_TRUE(image->write(0, parley::test::bytes_of("image")));
        EXPECT_TRUE(image->sync());
        // As a process leaves it that dies between the rename and its sync.
        EXPECT_TRUE(disk.rename("state/part", "state/ready"));
        log = Log::open(disk, loop, "log", {}).value();
    }

    ManualLoop loop;
    sim::SimDisk disk{{}, chance_of(1), loop.schedule()};
    std::unique_ptr<Log> log;
};

TEST(L8Install, TheImagesNameIsDurableBeforeTheLogBeginsBehindIt) {
    InstallBench bench;
    ASSERT_FALSE(bench.disk.is_durable("state/ready"));
    const auto begun = begin_install(bench.disk, "state", *bench.log, Slot{40}, Slot{10});
    ASSERT_TRUE(begun && *begun);
    EXPECT_EQ(bench.log->floor(), Slot{41});
    EXPECT_TRUE(bench.disk.is_durable("state/ready"));
}

TEST(L8Install, AFolderThatCannotBeSyncedLeavesTheLogAsItIs) {
    InstallBench bench;
    bench.disk.arm(sim::DiskFault{sim::DiskFaultKind::sync_error, 0, 1, "state/", {}});
    EXPECT_FALSE(begin_install(bench.disk, "state", *bench.log, Slot{40}, Slot{10}));
    EXPECT_LT(bench.log->floor(), Slot{41});
}

TEST(L8Install, AnImageThatIsNotNewerIsOfNoUse) {
    InstallBench bench;
    const auto begun = begin_install(bench.disk, "state", *bench.log, Slot{40}, Slot{40});
    ASSERT_TRUE(begun);
    EXPECT_FALSE(*begun);
    EXPECT_LT(bench.log->floor(), Slot{41});
}

}  // namespace
}  // namespace parley::consensus::test
