// Zombies: after a crash no handle, timer, worker, link or completion of the dead process may act, whoever still holds it;
// and when a machine starts again.
#include "sim/machine.hpp"

#include <gtest/gtest.h>

#include "sim/sim_worker.hpp"

namespace parley::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Program final : public Process {};

class AMachine : public testing::Test {
protected:
    AMachine() {
        machine.install([this](Machine&, Owner owner) {
            owners.push_back(owner);
            if (on_start) on_start(owner);
            return std::make_unique<Program>();
        });
    }
    ~AMachine() override { queue.clear(); }

    void start() {
        machine.start_after({});
        run_for(milliseconds{1});
    }
    void run_for(net::Duration time) {
        const net::Instant until = queue.now() + time;
        while (queue.dispatch(until)) {}
    }
    net::Bytes content(const std::string& path) {
        const auto file = machine.disk().open(path, net::OpenMode::read_only);
        if (!file) return {};
        net::Bytes bytes((*file)->size().value());
        static_cast<void>((*file)->read(0, bytes));
        return bytes;
    }

    EventQueue queue{11};
    Faults faults{11, Faults::Rates{}};
    SimNetwork network{queue, faults, NetworkOptions{}};
    Machine machine{queue, network, MachineId{0}, MachineIdentity{"here:1", {}, {}}, SimDiskOptions{}};
    std::function<void(Owner)> on_start;
    std::vector<Owner> owners;
};

const net::Bytes old_bytes{std::byte{1}, std::byte{2}, std::byte{3}};
const net::Bytes zombie_bytes{std::byte{9}, std::byte{9}, std::byte{9}};

// As things are when the process was killed between two of its calls: somebody still holds the file.
TEST_F(AMachine, AHandleOfADeadProcessDoesNothing) {
    std::shared_ptr<net::File> handle;
    on_start = [&](Owner) {
        if (handle) return;
        handle = machine.disk().open("file", net::OpenMode::create_new).value();
        ASSERT_TRUE(handle->write(0, old_bytes));
        ASSERT_TRUE(handle->sync());
        ASSERT_TRUE(machine.disk().sync_directory(""));
    };
    start();
    ASSERT_TRUE(machine.crash(CrashKind::process_kill));
    EXPECT_FALSE(handle->write(0, zombie_bytes));
    start();
    ASSERT_EQ(owners.size(), 2U);
    EXPECT_FALSE(handle->write(0, zombie_bytes));
    EXPECT_FALSE(handle->truncate(0));
    EXPECT_FALSE(handle->sync());
    net::Bytes read(3);
    EXPECT_FALSE(handle->read(0, read));
    EXPECT_EQ(content("file"), old_bytes);
}

class AMachineThat : public AMachine, public testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(Dies, AMachineThat, testing::Bool());

TEST_P(AMachineThat, CompletesWhatItsProcessBeganUnlessThatIsDead) {
    const WallClock clock;
    std::unique_ptr<SimLoop> loop;
    std::unique_ptr<SimWorker> worker;
    std::vector<std::string> done;
    on_start = [&](Owner owner) {
        if (loop) return;
        loop = std::make_unique<SimLoop>(queue, owner, clock);
        worker = std::make_unique<SimWorker>(queue, owner, *loop, milliseconds{40});
        loop->after(milliseconds{10}, [&] { done.emplace_back("timer"); });
        loop->post([&] { loop->after(milliseconds{10}, [&] { done.emplace_back("timer of a post"); }); });
        worker->run([&] { done.emplace_back("job"); }, [&] { done.emplace_back("job's end"); });
        machine.disk().set_extra_latency(milliseconds{5});
        auto file = machine.disk().open("file", net::OpenMode::create_new).value();
        machine.disk().write_and_sync(file, 0, {net::share(net::Bytes{old_bytes})}, [&](net::Result<void>) { done.emplace_back("write"); });
    };
    start();
    ASSERT_TRUE(done.empty()) << done.front();
    const bool dies = GetParam();
    if (dies) {
        ASSERT_TRUE(machine.crash(CrashKind::power_cut));
        start();
        EXPECT_EQ(owners.size(), 2U);
    }
    run_for(seconds{1});
    EXPECT_EQ(done.size(), dies ? 0U : 5U);
}

TEST_F(AMachine, ALinkThatADeadProcessStillHoldsSendsNothing) {
    Machine other{queue, network, MachineId{1}, MachineIdentity{"there:1", {}, {}}, SimDiskOptions{}};
    std::unique_ptr<net::Listener> listener;
    std::unique_ptr<net::Link> answered;
    int frames = 0;
    other.install([&](Machine&, Owner owner) {
        listener = network.listener(owner);
        listener->start([&](std::unique_ptr<net::Link> link) {
            answered = std::move(link);
            answered->start({[&](const net::FrameView&) { ++frames; }, [](const net::Error&) {}, {}});
        }, [](const net::Error&) {});
        return std::make_unique<Program>();
    });
    other.start_after({});
    run_for(milliseconds{1});
    std::unique_ptr<net::Dialer> dialer;
    std::unique_ptr<net::Link> link;
    on_start = [&](Owner owner) {
        if (dialer) return;
        dialer = network.dialer(owner);
        dialer->dial("there:1", net::LinkPurpose::client, [&](net::Result<std::unique_ptr<net::Link>> made) { link = std::move(*made); });
    };
    start();
    run_for(milliseconds{50});
    ASSERT_NE(link, nullptr);
    const std::array<std::byte, 1> payload{};
    link->send(net::encode_frame(net::FrameHeader{20, 1, 1}, payload));
    run_for(milliseconds{50});
    ASSERT_EQ(frames, 1);
    ASSERT_TRUE(machine.crash(CrashKind::process_kill));
    start();
    link->send(net::encode_frame(net::FrameHeader{20, 1, 1}, payload));
    run_for(seconds{1});
    EXPECT_EQ(frames, 1);
}

TEST_F(AMachine, WhoHasLeftStartsWhenItIsWantedAndNotBefore) {
    bool is_wanted = false;
    int left = 0;
    start();
    machine.on_left = [&left] { ++left; };
    machine.leave([&is_wanted] { return is_wanted; });
    run_for(seconds{3});
    EXPECT_EQ(left, 1);
    machine.start_after({});   // as at the end of a storm
    run_for(seconds{3});
    EXPECT_EQ(owners.size(), 1U);
    is_wanted = true;
    run_for(seconds{3});
    EXPECT_EQ(owners.size(), 2U);
    EXPECT_EQ(left, 1);
}

}  // namespace
}  // namespace parley::sim
