// The smoke set: whole worlds that belong to every test run. Fixed seeds and one from the commit, each run twice with
// equal hashes; plus the proofs that the simulator would speak up if something were wrong.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "sim/chance.hpp"
#include "sim/planted.hpp"
#include "sim/run/commands.hpp"
#include "sim/world.hpp"

namespace parley::sim {
namespace {

std::string told(const RunResult& result, const RunOptions& options) {
    if (!result.verdict) return "clean";
    return std::string{name_of(result.verdict->oracle)} + ": " + result.verdict->what + "\nparley-sim replay --seed " +
           std::to_string(result.seed) + " " + command_line(options);
}

void expect_clean_twice(std::uint64_t seed, Profile profile) {
    const RunOptions options = draw_options(seed, profile);
    const RunResult result = run_world_twice(seed, options);
    EXPECT_FALSE(result.verdict.has_value()) << told(result, options);
    EXPECT_GT(result.operations, 0U);
}

// The commit's hash, or PARLEY_SIM_SEED: so that every commit tries a world that none before it tried.
std::uint64_t commit_seed() {
    if (const char* given = std::getenv("PARLEY_SIM_SEED")) return hash_of_text(given);
    const std::unique_ptr<FILE, int (*)(FILE*)> git{::popen("git rev-parse HEAD 2>/dev/null", "r"), ::pclose};
    std::array<char, 64> text{};
    if (git == nullptr || std::fgets(text.data(), static_cast<int>(text.size()), git.get()) == nullptr) return 1;
    return hash_of_text(text.data());
}

TEST(Smoke, ToySeedsAreCleanAndRepeat) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 9U, 25U}) expect_clean_twice(seed, Profile::toy);
}

TEST(Smoke, SeedsWithChangesOfMembershipAreCleanAndRepeat) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) expect_clean_twice(seed, Profile::reconfig);
}

TEST(Smoke, ChatSeedsAreCleanAndRepeat) {
    for (const std::uint64_t seed : {1U, 4U, 17U}) expect_clean_twice(seed, Profile::sqlite);
}

TEST(Smoke, TheCommitsSeedIsCleanAndRepeats) {
    const std::uint64_t seed = commit_seed() % 1'000'000'000;
    expect_clean_twice(seed, profile_of(seed, Choice::swarm));
}

TEST(Smoke, ACalmWorldIsSilent) {
    for (const Profile profile : {Profile::toy, Profile::sqlite}) {
        for (const std::int64_t replicas : {1, 3, 5}) {
            RunOptions options = calm_options(profile);
            options.replicas = replicas;
            options.storm_ms = 1000;
            const RunResult result = run_world(7, options);
            EXPECT_FALSE(result.verdict.has_value()) << told(result, options);
            EXPECT_TRUE(result.plan.empty());
            EXPECT_GT(result.operations, 20U);
        }
    }
}

TEST(Smoke, TheCanaryIsCaught) {
    RunOptions options = calm_options(Profile::toy);
    options.canary = 1;
    const RunResult result = run_world(1, options);
    ASSERT_TRUE(result.verdict.has_value());
    EXPECT_EQ(result.verdict->oracle, Oracle::exactly_once);
}

TEST(Smoke, AWorldFollowsAWrittenPlan) {
    const RunOptions options = draw_options(9, Profile::toy);
    const RunResult drawn = run_world(9, options);
    std::stringstream text;
    write_entries(text, drawn.plan);
    const auto plan = read_entries(text);
    ASSERT_TRUE(plan.has_value());
    ASSERT_GT(plan->size(), 3U);
    EXPECT_EQ(run_world(9, options, &*plan).hash, drawn.hash);
    const FaultPlan none;
    EXPECT_NE(run_world(9, options, &none).hash, drawn.hash);
    EXPECT_TRUE(run_world(9, options, &none).plan.empty());
}

TEST(Swarm, PrintsOptionsThatGiveTheSameRunAgain) {
    const RunOptions options = draw_options(11, Profile::toy);
    const std::string line = command_line(options);
    std::istringstream words{line};
    RunOptions read = calm_options(Profile::toy);
    std::string name;
    std::string value;
    while (words >> name >> value) {
        for (const OptionField& field : option_fields()) {
            if (name == std::string{"--"} + field.name) read.*field.field = std::stoll(value);
        }
    }
    EXPECT_EQ(command_line(read), line);
}

}  // namespace
}  // namespace parley::sim
