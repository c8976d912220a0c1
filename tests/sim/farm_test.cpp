// The farm: many seeds in few processes, and each result as if its seed had been alone.
#include "sim/run/farm.hpp"

#include <csignal>
#include <cstdio>
#include <ctime>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/run/commands.hpp"
#include "sim/run/report.hpp"
#include "sim/world.hpp"

namespace parley::sim {
namespace {

using Results = std::map<std::uint64_t, FarmResult>;

Results run_farm(const FarmOptions& options, std::uint64_t first, std::uint64_t last, const std::function<std::string(std::uint64_t)>& work) {
    Results results;
    std::uint64_t seed = first;
    farm(
        options, [&]() -> std::optional<std::uint64_t> { return seed <= last ? std::optional{seed++} : std::nullopt; }, work,
        [&results](const FarmResult& result) {
            EXPECT_TRUE(results.emplace(result.seed, result).second) << "seed " << result.seed << " twice";
            return true;
        });
    return results;
}

TEST(Farm, GivesEachSeedsResultOnce) {
    const Results results = run_farm({3, 60}, 1, 50, [](std::uint64_t seed) { return std::string(seed * 5000, 'x') + std::to_string(seed); });
    ASSERT_EQ(results.size(), 50U);
    for (const auto& [seed, result] : results) {
        EXPECT_FALSE(result.died);
        EXPECT_EQ(result.text, std::string(seed * 5000, 'x') + std::to_string(seed));
    }
}

TEST(Farm, ASeedThatDiesOrSaysSomethingIsToldApartFromItsNeighbours) {
    const Results results = run_farm({2, 60}, 1, 20, [](std::uint64_t seed) {
        std::fprintf(stderr, "seed %d speaks\n", static_cast<int>(seed));
        if (seed % 7 == 0) ::raise(SIGKILL);
        return std::to_string(seed);
    });
    ASSERT_EQ(results.size(), 20U);
    for (const auto& [seed, result] : results) {
        EXPECT_EQ(result.died, seed % 7 == 0) << "seed " << seed;
        EXPECT_EQ(result.said, "seed " + std::to_string(seed) + " speaks\n");
        EXPECT_NE(result.text.find(result.died ? "signal 9" : std::to_string(seed)), std::string::npos);
    }
}

TEST(Farm, AWorkerThatIsEndedWhileItHasNothingToDoIsReplaced) {
    std::uint64_t seed = 0;
    std::vector<std::string> processes;
    farm(
        {1, 60}, [&]() -> std::optional<std::uint64_t> { return seed < 4 ? std::optional{++seed} : std::nullopt; },
        [](std::uint64_t) { return std::to_string(::getpid()); },
        [&](const FarmResult& result) {
            EXPECT_FALSE(result.died) << result.text;
            processes.push_back(result.text);
            const auto process = static_cast<pid_t>(std::stol(result.text));
            ::kill(process, SIGKILL);
            siginfo_t gone{};
            ::waitid(P_PID, static_cast<id_t>(process), &gone, WEXITED | WNOWAIT);   // its ends are closed now; the farm waits for it
            return true;
        });
    ASSERT_EQ(processes.size(), 4U);
    EXPECT_EQ(std::set<std::string>(processes.begin(), processes.end()).size(), 4U);
}

TEST(Farm, EverySeedHasItsOwnTime) {
    // Together they take more than one may; the last one does not end.
    const Results results = run_farm({1, 2}, 1, 4, [](std::uint64_t seed) {
        const std::clock_t begin = std::clock();
        while (seed == 4 || std::clock() - begin < CLOCKS_PER_SEC * 11 / 10) {}
        return std::string{"done"};
    });
    ASSERT_EQ(results.size(), 4U);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) EXPECT_EQ(results.at(seed).text, "done") << "seed " << seed;
    EXPECT_TRUE(results.at(4).died);
    EXPECT_EQ(results.at(4).text, "the run hangs");
}

// Or what is printed as its replay would not be the run that failed.
TEST(Farm, AWorldBehindOthersIsTheSameAsAlone) {
    const auto hash_of_run = [](std::uint64_t seed) {
        const Profile profile = seed % 4 == 0 ? Profile::sqlite : seed % 4 == 1 ? Profile::reconfig : Profile::toy;
        return packed(outcome_of(run_world(seed, draw_options(seed, profile)), profile, 0));
    };
    const Results together = run_farm({1, 60}, 1, 6, hash_of_run);
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const Results alone = run_farm({1, 60}, seed, seed, hash_of_run);
        EXPECT_EQ(alone.at(seed).text, together.at(seed).text) << "seed " << seed;
    }
}

}  // namespace
}  // namespace parley::sim
