// LogBench: a log on a crash disk under a test's hand, with a plain model of what it must still know. It writes what an
// acceptor would write, kills the node or cuts its power at any moment, opens again and compares.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "consensus/storage/log.hpp"
#include "tests/unit/sim_disk/manual_loop.hpp"

namespace parley::consensus::test {

using parley::test::chance_of;
using parley::test::ManualLoop;

inline LogIdentity test_identity() {
    return LogIdentity{ClusterId{77}, NodeId{11}, Configuration{1, {Member{NodeId{11}, "127.0.0.1:1", "1"}}}};
}
inline LogOptions small_segments() {
    LogOptions options;
    options.segment_size = std::uint64_t{64} << 10U;
    options.prepare_chunk = std::uint64_t{16} << 10U;
    return options;
}
inline Value value_of(std::uint64_t seed, std::size_t size) {
    net::Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(sim::mix(seed, i) & 0xffU);
    return Value{std::move(bytes)};
}
inline AcceptWrite accept_of(std::uint64_t slot, std::uint64_t round, const Value& value) {
    return AcceptWrite{AcceptedValue{Slot{slot}, Ballot{round, NodeId{5}}, value}};
}

// A log that is just written and opened again; for single cases.
struct PlainLog {
    ManualLoop loop;
    sim::SimDisk disk{{}, chance_of(1), loop.schedule()};
    std::unique_ptr<Log> log;
    LogOptions options = small_segments();

    PlainLog() {
        EXPECT_TRUE(Log::create(disk, "log", test_identity(), options));
        open();
    }
    net::Result<void> try_open() {
        auto opened = Log::open(disk, loop, "log", options);
        if (!opened) return opened.error();
        log = std::move(*opened);
        return {};
    }
    void open() {
        const auto opened = try_open();
        ASSERT_TRUE(opened) << opened.error().message;
    }
    // Durable when it returns, or the error.
    net::Result<void> write(std::vector<Write> writes, std::uint64_t chosen_through = 0) {
        net::Result<void> result = net::Error{net::ErrorKind::closed, "never answered"};
        log->append(std::move(writes), Slot{chosen_through}, [&result](net::Result<void> answer) { result = answer; });
        loop.run();
        return result;
    }
    void restart(sim::CrashKind kind) {
        crash(kind);
        open();
    }
    void crash(sim::CrashKind kind) {
        disk.crash(kind);
        log.reset();
        loop.clear();
        disk.restart();
    }
};

}  // namespace parley::consensus::test
