// Shrinking, case files and their version; and the cases that are kept: runs that failed once and must not again.
#include <algorithm>
#include <functional>
#include <optional>
#include <filesystem>
#include <sstream>

#include <gtest/gtest.h>

#include "sim/planted.hpp"
#include "sim/run/case_file.hpp"
#include "sim/run/shrink.hpp"
#include "sim/world.hpp"

namespace parley::sim {
namespace {

FaultPlan plan_of(std::size_t size) {
    FaultPlan plan;
    for (std::size_t i = 0; i < size; ++i) {
        plan.push_back(FaultEntry{EventQueue::beginning, i % 3 == 0 ? FaultKind::lose : FaultKind::kill, i, {}});
    }
    return plan;
}

bool holds(const Trial& trial, std::uint64_t key) {
    return std::ranges::any_of(trial.plan, [key](const FaultEntry& entry) { return entry.key == key; });
}

// `fails` says what struck when the trial fails; a trial that draws is given its own plan by it.
using Fails = std::function<std::optional<FaultPlan>(const Trial&)>;

Trial shrink_by(const Trial& start, const Fails& fails) {
    Shrinker shrinker{start, [&fails](const std::vector<Trial>& trials, Shrinker::Pick pick) {
                          std::optional<Shrinker::Failed> best;
                          for (std::size_t i = 0; i < trials.size(); ++i) {
                              auto struck = fails(trials[i]);
                              if (!struck || (best && (pick == Shrinker::Pick::first || best->struck.size() <= struck->size()))) continue;
                              best = Shrinker::Failed{i, std::move(*struck)};
                          }
                          return best;
                      }};
    return shrinker.run([] { return true; });
}

Trial shrink(const Trial& start, const std::function<bool(const Trial&)>& fails) {
    return shrink_by(start, [&fails](const Trial& trial) { return fails(trial) ? std::optional{trial.plan} : std::nullopt; });
}

TEST(Shrinker, FindsTheTwoFaultsThatMatter) {
    RunOptions options = draw_options(5, Profile::toy);
    options.clients = 6;
    const Trial small = shrink(Trial{5, options, plan_of(500)}, [](const Trial& trial) {
        return holds(trial, 123) && holds(trial, 400) && trial.options.clients >= 2;
    });
    EXPECT_EQ(small.plan.size(), 2U);
    EXPECT_EQ(small.options.clients, 2);
    EXPECT_EQ(small.options.payload_max, RunOptions{}.payload_max);
}

TEST(Shrinker, NeedsNoFaultAtAllWhereNoneMatters) {
    const Trial small = shrink(Trial{5, draw_options(5, Profile::toy), plan_of(100)}, [](const Trial&) { return true; });
    EXPECT_TRUE(small.plan.empty());
}

TEST(Shrinker, WhatDidNotStrikeIsGoneAtOnce) {
    std::size_t runs = 0;
    const Trial small = shrink_by(Trial{5, draw_options(5, Profile::toy), plan_of(500)}, [&runs](const Trial& trial) {
        ++runs;
        FaultPlan struck;
        for (const FaultEntry& entry : trial.plan) {
            if (entry.key == 123 || entry.key == 400) struck.push_back(entry);
        }
        return struck.size() == 2 ? std::optional{struck} : std::nullopt;
    });
    EXPECT_EQ(small.plan.size(), 2U);
    EXPECT_LT(runs, 150U);
}

// Every frame taken away changes those behind it: no plan but the drawn ones fails.
TEST(Shrinker, AScheduleThatCannotBeTakenApartIsDrawnAnew) {
    RunOptions options = draw_options(5, Profile::toy);
    options.lose_ppm = 40'000;
    const FaultPlan whole = plan_of(500);
    const Trial small = shrink_by(Trial{5, options, whole}, [&whole](const Trial& trial) -> std::optional<FaultPlan> {
        if (!trial.draws) return trial.plan.size() == whole.size() || trial.plan.size() == 3 ? std::optional{trial.plan} : std::nullopt;
        const bool is_rare = trial.options.lose_ppm == 2500 && trial.options.kill_every_ms == 0;
        return trial.seed == 7 && is_rare ? std::optional{plan_of(3)} : std::nullopt;
    });
    EXPECT_EQ(small.plan.size(), 3U);
    EXPECT_EQ(small.seed, 7U);
    EXPECT_FALSE(small.draws);
    EXPECT_EQ(small.options.lose_ppm, 0);
}

TEST(Shrinker, ARunWithTheCanaryNeedsNoFault) {
    RunOptions options = draw_options(3, Profile::toy);
    options.canary = 1;
    const RunResult first = run_world(3, options);
    ASSERT_TRUE(first.verdict.has_value());
    const Trial small = shrink(Trial{3, options, first.plan}, [&first](const Trial& trial) {
        const RunResult again = run_world(3, trial.options, &trial.plan);
        return again.verdict && again.verdict->oracle == first.verdict->oracle;
    });
    EXPECT_TRUE(small.plan.empty());
    EXPECT_EQ(small.options.canary, 1);
}

TEST(CaseFile, ReadsWhatItWrote) {
    CaseFile one{54,        draw_options(54, Profile::sqlite), "quorum_one_short", "O1 agreement", "slot 30: \"x\"",
                 plan_of(4)};
    one.plan[1].arguments = {-1, 700};
    std::stringstream text;
    write_case(text, one);
    const auto read = read_case(text);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->seed, one.seed);
    EXPECT_EQ(command_line(read->options), command_line(one.options));
    EXPECT_EQ(read->planted, one.planted);
    EXPECT_EQ(read->oracle, one.oracle);
    EXPECT_EQ(read->what, one.what);
    ASSERT_EQ(read->plan.size(), 4U);
    EXPECT_EQ(read->plan[1].arguments, one.plan[1].arguments);
}

TEST(CaseFile, RefusesAnotherVersionAndWhatIsNone) {
    for (const char* text : {"", "x\n", "{}\n", R"({"plan":99})", R"({"plan":1,"options":{"nonsense":1}})",
                             R"({"plan":1,"options":{"replicas":-5}})", "{\"plan\":1}\n{\"kind\":1}\n"}) {
        std::istringstream in{text};
        EXPECT_FALSE(read_case(in).has_value()) << text;
    }
    std::istringstream newer{R"({"plan":99})"};
    EXPECT_NE(read_case(newer).error().message.find("version 99"), std::string::npos);
}

TEST(KeptCases, FailNoMore) {
    std::size_t cases = 0;
    for (const auto& file : std::filesystem::directory_iterator{"tests/sim/cases"}) {
        if (file.path().extension() != ".case") continue;
        ++cases;
        const auto one = read_case_file(file.path().string());
        ASSERT_TRUE(one.has_value()) << one.error().message;
        const RunResult result = run_world(one->seed, one->options, &one->plan);
        EXPECT_FALSE(result.verdict.has_value()) << file.path().filename() << ": " << result.verdict->what;
    }
    EXPECT_GT(cases, 0U);
}

}  // namespace
}  // namespace parley::sim
