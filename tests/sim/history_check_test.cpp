// The checker of histories: what a log may look like from outside passes, and each thing that it may not is named.
#include "sim/run/history_check.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "sim/run/commands.hpp"
#include "sim/world.hpp"

namespace parley::sim {
namespace {

constexpr const char* head = "{\"v\":1,\"run\":\"test\",\"clock\":\"event\"}\n";

std::string call(int client, int number, int t) {
    return "{\"e\":\"call\",\"id\":" + std::to_string(client * 100 + number) + ",\"client\":" + std::to_string(client) + ",\"seq\":" + std::to_string(number) +
           ",\"conv\":\"c\",\"t\":" + std::to_string(t) + "}\n";
}

std::string answer(int client, int number, int t, int slot) {
    return "{\"e\":\"ret\",\"id\":" + std::to_string(client * 100 + number) + ",\"t\":" + std::to_string(t) + ",\"ok\":true,\"pos\":" + std::to_string(slot) +
           ",\"slot\":" + std::to_string(slot) + "}\n";
}

std::string final_state(const std::string& ids) { return "{\"e\":\"final\",\"conv\":\"c\",\"len\":0,\"ids\":[" + ids + "]}\n"; }

HistoryReport report_of(const std::string& lines) {
    std::istringstream in{head + lines};
    auto report = check_history(in);
    EXPECT_TRUE(report.has_value());
    return report ? *report : HistoryReport{};
}

// The one sentence that this history is worth.
std::string violation_of(const std::string& lines) {
    const HistoryReport report = report_of(lines);
    EXPECT_EQ(report.violations.size(), 1U);
    return report.violations.empty() ? "" : report.violations.front();
}

TEST(HistoryCheck, SettlesWhatWasNeverAnsweredByTheFinalState) {
    const HistoryReport report = report_of(call(1, 1, 0) + call(2, 1, 1) + call(3, 1, 2) + answer(1, 1, 5, 9) + final_state("\"2/1\",\"1/1\""));
    EXPECT_TRUE(report.violations.empty());
    EXPECT_EQ(report.calls, 3U);
    EXPECT_EQ(report.acknowledged, 1U);
    EXPECT_EQ(report.settled, 1U);
    EXPECT_EQ(report.without_effect, 1U);
}

TEST(HistoryCheck, NamesWhatIsMissingDoubledOrWrittenByNobody) {
    EXPECT_EQ(violation_of(call(1, 1, 0) + answer(1, 1, 5, 9) + final_state("")), "1/1 was acknowledged and is missing");
    EXPECT_EQ(report_of(call(1, 1, 0) + final_state("\"1/1\",\"1/1\"")).violations.front(), "1/1 is there twice");
    EXPECT_EQ(violation_of(final_state("\"4/2\"")), "4/2 is there, and nobody called it");
    EXPECT_EQ(violation_of(call(1, 1, 0) + answer(1, 1, 5, 9) + answer(1, 1, 6, 10) + final_state("\"1/1\"")), "1/1 took effect in slots 9 and 10");
}

TEST(HistoryCheck, NamesAnOrderThatTheTimesForbid) {
    EXPECT_EQ(violation_of(call(1, 1, 0) + answer(1, 1, 5, 9) + call(2, 1, 6) + answer(2, 1, 8, 9) + final_state("\"1/1\",\"2/1\"")),
              "2/1 took effect in slot 9, and one in slot 9 was acknowledged before it was called");
    // Never answered, yet it stands before what was acknowledged before it was called.
    EXPECT_EQ(violation_of(call(1, 1, 0) + answer(1, 1, 5, 9) + call(2, 1, 6) + final_state("\"2/1\",\"1/1\"")),
              "2/1 stands before 1/1, which was acknowledged before it was called");
    EXPECT_EQ(violation_of(call(1, 1, 0) + call(1, 2, 0) + final_state("\"1/2\",\"1/1\"")), "1/1 stands behind number 2 of the same client");
}

std::string read_called(int id, int t) {
    return "{\"e\":\"call\",\"id\":" + std::to_string(id) + ",\"client\":9,\"op\":\"read\",\"conv\":\"c\",\"t\":" + std::to_string(t) + "}\n";
}
std::string read_answer(int id, int t, int newest) {
    return "{\"e\":\"ret\",\"id\":" + std::to_string(id) + ",\"t\":" + std::to_string(t) + ",\"ok\":true,\"n\":" + std::to_string(newest) + "}\n";
}

TEST(HistoryCheck, AReadThatSawWhatItsTimesAllowPasses) {
    // It overlaps the append: both answers are right.
    for (const int seen : {0, 9}) {
        const HistoryReport report = report_of(read_called(7, 0) + call(1, 1, 1) + answer(1, 1, 5, 9) + read_answer(7, 6, seen) + final_state("\"1/1\""));
        EXPECT_TRUE(report.violations.empty()) << seen;
        EXPECT_EQ(report.reads, 1U);
        EXPECT_EQ(report.calls, 2U);
    }
}

TEST(HistoryCheck, NamesAReadThatSawTooLittleOrTooMuch) {
    EXPECT_EQ(violation_of(call(1, 1, 0) + answer(1, 1, 5, 9) + read_called(7, 6) + read_answer(7, 8, 0) + final_state("\"1/1\"")),
              "read 7 saw c up to position 0, and position 9 was known before it was called");
    EXPECT_EQ(violation_of(read_called(7, 0) + read_answer(7, 2, 9) + read_called(8, 3) + read_answer(8, 5, 8)),
              "read 8 saw c up to position 8, and position 9 was known before it was called");
    EXPECT_EQ(violation_of(read_called(7, 0) + read_answer(7, 2, 9) + call(1, 1, 3) + answer(1, 1, 5, 9) + final_state("\"1/1\"")),
              "1/1 was told position 9, and a read had seen position 9 before it was called");
    // Never answered, called after a read, and yet before what the read saw.
    EXPECT_EQ(violation_of(call(2, 1, 0) + read_called(7, 1) + read_answer(7, 2, 9) + call(1, 1, 3) + answer(2, 1, 5, 9) + final_state("\"1/1\",\"2/1\"")),
              "1/1 stands before position 9, and a read had seen position 9 before it was called");
}

TEST(HistoryCheck, RefusesWhatIsNoHistory) {
    for (const char* text : {"{\"v\":2}\n", "no json\n", "{\"v\":1}\n{\"e\":\"call\",\"id\":1}\n", "{\"v\":1}\n{\"e\":\"dance\"}\n"}) {
        std::istringstream in{text};
        EXPECT_FALSE(check_history(in).has_value()) << text;
    }
}

HistoryReport report_of_run(std::uint64_t seed, Profile profile) {
    std::string lines;
    Observers observers;
    observers.history = [&lines](net::Instant, const std::string& line) { lines += line + "\n"; };
    const RunResult result = run_world(seed, options_of(seed, profile, false, {{"storm-ms", 1500}}), nullptr, std::move(observers));
    EXPECT_FALSE(result.verdict.has_value());
    return report_of(lines);
}

TEST(HistoryCheck, FindsNothingInRunsOfBothKinds) {
    for (const Profile profile : {Profile::toy, Profile::sqlite}) {
        const HistoryReport report = report_of_run(7, profile);
        EXPECT_TRUE(report.violations.empty()) << report.violations.front();
        EXPECT_TRUE(report.has_final_state);
        EXPECT_GT(report.acknowledged, 50U);
    }
}

}  // namespace
}  // namespace parley::sim
