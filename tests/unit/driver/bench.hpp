// Bench: one Driver over a real log on a crash disk, with the network in the test's hands. The node is 2 of three; the
// test plays 1 and 3. Nothing happens by itself: time passes in run_for().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "consensus/driver/driver.hpp"
#include "tests/unit/sim_disk/manual_loop.hpp"

namespace parley::consensus::test {

using parley::test::chance_of;
using parley::test::ManualLoop;

struct Sent {
    NodeId to;
    Message message;
};

class Bench {
public:
    explicit Bench(std::size_t voters = 3, bool leases = false) {
        // Where leases are no subject, nobody waits for what an earlier life may have pledged.
        if (!leases) options.lease_window = {};
        LogIdentity identity{ClusterId{7}, NodeId{2}, {}};
        for (std::size_t number = 1; number <= voters; ++number) {
            identity.genesis.voters.push_back(Member{NodeId{voters == 1 ? 2 : number}, "", std::to_string(number)});
        }
        identity.genesis.leases = leases;
        log_options.segment_size = std::uint64_t{1} << 20U;
        EXPECT_TRUE(Log::create(disk, "log", identity, log_options));
        start();
    }

    void start() {
        auto opened = Log::open(disk, loop, "log", log_options);
        ASSERT_TRUE(opened) << opened.error().message;
        log = std::move(*opened);
        DriverEvents events;
        events.send = [this](NodeId to, const Message& message) { sent.push_back(Sent{to, message}); };
        events.chosen = [this](std::vector<ChosenSlot> slots) {
            for (ChosenSlot& slot : slots) {
                chosen.push_back(slot.slot);
                if (apply_at_once) driver->applied(slot.slot);
            }
        };
        events.refused = [this](std::uint32_t count) { refused += count; };
        events.failed = [this](const net::Error& error) { failures.push_back(error.message); };
        events.status_changed = [this](const ReplicaStatus& status) { statuses.push_back(status); };
        driver = std::make_unique<Driver>(loop, *log, options, AppliedState{applied_through, {}, log_time_ms}, std::move(events));
        driver->start();
    }

    void restart(sim::CrashKind kind) {
        disk.crash(kind);
        driver.reset();
        log.reset();
        loop.clear();
        disk.restart();
        sent.clear();
        chosen.clear();
        start();
    }

    void run_for(net::Duration time) {
        bool over = false;
        const net::TimerId end = loop.after(time, [&over] { over = true; });
        static_cast<void>(end);
        while (!over && loop.step()) {
        }
    }

    template <class Type>
    [[nodiscard]] const Type* last() const {
        const Type* found = nullptr;
        for (const Sent& one : sent) {
            if (const auto* message = std::get_if<Type>(&one.message)) found = message;
        }
        return found;
    }

    template <class Type>
    [[nodiscard]] std::size_t count() const {
        std::size_t found = 0;
        for (const Sent& one : sent) found += std::holds_alternative<Type>(one.message) ? 1U : 0U;
        return found;
    }

    // An order of node 1 at ballot 1.1.
    void accept(std::uint64_t slot, std::uint64_t chosen_through = 0, const std::string& text = "x") {
        const Batch batch{BatchKind::commands, 0, {parley::test::bytes_of(text)}};
        driver->received(NodeId{1}, Accept{Ballot{1, NodeId{1}}, Slot{slot}, Value{batch}, Slot{chosen_through}});
    }

    ManualLoop loop;
    sim::SimDisk disk{{}, chance_of(3), loop.schedule()};
    LogOptions log_options;
    Options options;
    Slot applied_through;
    std::int64_t log_time_ms = 0;   // of the state machine
    bool apply_at_once = true;
    std::unique_ptr<Log> log;
    std::unique_ptr<Driver> driver;
    std::vector<Sent> sent;
    std::vector<Slot> chosen;
    std::vector<ReplicaStatus> statuses;
    std::vector<std::string> failures;
    std::uint32_t refused = 0;
};

}  // namespace parley::consensus::test
