// The event queue: order, ids that do not depend on elsewhere, processes that end, machines that stand still.
#include "sim/event_queue.hpp"

#include <gtest/gtest.h>

#include "sim/sim_loop.hpp"
#include "sim/sim_secrets.hpp"
#include "sim/sim_worker.hpp"

namespace parley::sim {
namespace {

using std::chrono::milliseconds;

constexpr MachineId machine{0};

void run_all(EventQueue& queue) {
    while (queue.dispatch(EventQueue::beginning + std::chrono::seconds{100})) {}
}

TEST(EventQueue, RunsByTime) {
    EventQueue queue{1};
    std::vector<int> order;
    queue.schedule(world_owner, EventKind::phase, queue.now() + milliseconds{2}, [&] { order.push_back(2); });
    queue.schedule(world_owner, EventKind::phase, queue.now() + milliseconds{1}, [&] { order.push_back(1); });
    run_all(queue);
    EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(EventQueue, AStreamKeepsItsOrderAtOneInstant) {
    EventQueue queue{2};
    std::vector<int> order;
    Stream stream;
    for (int i = 0; i < 5000; ++i) {
        queue.schedule(world_owner, EventKind::post, queue.now(), [&order, i] { order.push_back(i); }, &stream);
    }
    run_all(queue);
    ASSERT_EQ(order.size(), 5000U);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

// What one event does with its own children must not change the ids below another one.
std::uint64_t draw_below_second(bool first_has_children) {
    EventQueue queue{3};
    std::uint64_t drawn = 0;
    queue.schedule(world_owner, EventKind::phase, queue.now() + milliseconds{1}, [&] {
        if (first_has_children) queue.schedule(world_owner, EventKind::fault, queue.now(), [] {});
    });
    queue.schedule(world_owner, EventKind::phase, queue.now() + milliseconds{2}, [&] {
        queue.schedule(world_owner, EventKind::phase, queue.now(), [&] { drawn = queue.draw(Subsystem::loop); });
    });
    run_all(queue);
    return drawn;
}

TEST(EventQueue, DrawsDoNotDependOnWhatHappensElsewhere) {
    EXPECT_EQ(draw_below_second(false), draw_below_second(true));
}

TEST(EventQueue, DrawsOfOneEventDiffer) {
    EventQueue queue{4};
    EXPECT_NE(queue.draw(Subsystem::loop), queue.draw(Subsystem::loop));
    EXPECT_NE(queue.draw(Subsystem::loop), queue.draw(Subsystem::network));
}

TEST(EventQueue, TasksOfAnEndedProcessNeverRun) {
    EventQueue queue{5};
    const Owner first = queue.begin_process(machine);
    int ran = 0;
    queue.schedule(first, EventKind::timer, queue.now() + milliseconds{5}, [&] { ran += 1; });
    queue.end_process(machine);
    const Owner second = queue.begin_process(machine);
    queue.schedule(second, EventKind::timer, queue.now() + milliseconds{5}, [&] { ran += 10; });
    run_all(queue);
    EXPECT_EQ(ran, 10);
}

TEST(EventQueue, ABusyMachineRunsLaterAndInOrder) {
    EventQueue queue{6};
    const Owner owner = queue.begin_process(machine);
    const WallClock clock;
    SimLoop loop{queue, owner, clock};
    std::vector<int> order;
    const net::Instant begin = queue.now();
    loop.after(milliseconds{1}, [&] { order.push_back(1); loop.post([&] { order.push_back(4); }); });
    loop.after(milliseconds{2}, [&] { order.push_back(2); });
    loop.after(milliseconds{3}, [&] { order.push_back(3); EXPECT_GE(queue.now(), begin + milliseconds{50}); });
    queue.make_busy(machine, begin + milliseconds{50});
    run_all(queue);
    EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4}));
}

TEST(SimLoop, ACancelledTimerDoesNotRunEvenWhenItWasHeldBack) {
    EventQueue queue{7};
    const Owner owner = queue.begin_process(machine);
    const WallClock clock;
    SimLoop loop{queue, owner, clock};
    bool ran = false;
    const net::TimerId late = loop.after(milliseconds{20}, [&] { ran = true; });
    loop.after(milliseconds{1}, [&] { queue.make_busy(machine, queue.now() + milliseconds{40}); });
    loop.after(milliseconds{2}, [&] { loop.cancel(late); });
    run_all(queue);
    EXPECT_FALSE(ran);
}

TEST(SimLoop, ASuspendedMachinesSteadyClockStandsAndItsTimersMoveBack) {
    EventQueue queue{7};
    const WallClock clock;
    SimLoop loop{queue, queue.begin_process(machine), clock};
    const net::Instant begin = loop.now();
    std::vector<std::int64_t> fired_ms;
    const auto note = [&] { fired_ms.push_back((loop.now() - begin) / milliseconds{1}); };
    loop.after(milliseconds{10}, note);
    loop.after(milliseconds{60}, note);
    queue.suspend(machine, milliseconds{40});
    run_all(queue);
    // By its own clock nothing happened; the world is 40 ms further.
    EXPECT_EQ(fired_ms, (std::vector<std::int64_t>{10, 60}));
    EXPECT_EQ(queue.lag_of(machine), milliseconds{40});
}

TEST(SimLoop, AStepCostKeepsTheMachineBusy) {
    EventQueue queue{7};
    const WallClock clock;
    SimLoop loop{queue, queue.begin_process(machine), clock};
    queue.set_step_cost(machine, milliseconds{5});
    const net::Instant begin = queue.now();
    std::vector<std::int64_t> ran_ms;
    for (int i = 0; i < 3; ++i) loop.post([&] { ran_ms.push_back((queue.now() - begin) / milliseconds{1}); });
    run_all(queue);
    EXPECT_EQ(ran_ms, (std::vector<std::int64_t>{0, 5, 10}));
}

TEST(SimLoop, TheWallClockDriftsAndFreezes) {
    EventQueue queue{8};
    WallClock clock;
    clock.drift_ppm = 100'000;
    clock.drifts_from = queue.now();
    const auto before = clock.at(queue.now());
    EXPECT_EQ(clock.at(queue.now() + std::chrono::seconds{10}).ms, before.ms + 11'000);
    clock.frozen_at = queue.now();
    EXPECT_EQ(clock.at(queue.now() + std::chrono::seconds{10}).ms, before.ms);
}

TEST(SimLoop, TheWallClockFollowsVirtualTimeAndItsOffset) {
    EventQueue queue{8};
    WallClock clock;
    SimLoop loop{queue, queue.begin_process(machine), clock};
    const auto before = loop.wall_now();
    queue.dispatch(queue.now() + milliseconds{250});
    EXPECT_EQ(loop.wall_now().ms, before.ms + 250);
    clock.offset_ms = -1000;
    EXPECT_EQ(loop.wall_now().ms, before.ms - 750);
}

TEST(SimWorker, JobsRunInOrderAndTakeTime) {
    EventQueue queue{9};
    const Owner owner = queue.begin_process(machine);
    const WallClock clock;
    SimLoop loop{queue, owner, clock};
    SimWorker worker{queue, owner, loop, milliseconds{3}};
    std::vector<std::string> order;
    const net::Instant begin = queue.now();
    for (int i = 0; i < 3; ++i) {
        worker.run([&order, i] { order.push_back("job" + std::to_string(i)); },
                   [&, i] { order.push_back("done" + std::to_string(i)); EXPECT_GT(queue.now(), begin); });
    }
    run_all(queue);
    EXPECT_EQ(order, (std::vector<std::string>{"job0", "done0", "job1", "done1", "job2", "done2"}));
}

TEST(SimSecrets, AreTheSameForASeedAndDifferWithin) {
    const auto take = [](std::uint64_t seed) {
        EventQueue queue{seed};
        SimSecrets secrets{queue};
        std::array<std::byte, 32> bytes{};
        secrets.fill(bytes);
        return bytes;
    };
    EXPECT_EQ(take(1), take(1));
    EXPECT_NE(take(1), take(2));
}

TEST(EventQueue, TheHashTellsRunsApart) {
    const auto run = [](std::uint64_t seed, milliseconds delay) {
        EventQueue queue{seed};
        queue.schedule(world_owner, EventKind::phase, queue.now() + delay, [] {});
        run_all(queue);
        return queue.hash();
    };
    EXPECT_EQ(run(1, milliseconds{1}), run(1, milliseconds{1}));
    EXPECT_NE(run(1, milliseconds{1}), run(1, milliseconds{2}));
    EXPECT_NE(run(1, milliseconds{1}), run(2, milliseconds{1}));
}

}  // namespace
}  // namespace parley::sim
