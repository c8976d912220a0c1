// The commands as people use them: a soak that keeps what failed, and a failure whose printed command gives the same run
// elsewhere.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "sim/run/case_file.hpp"
#include "sim/run/commands.hpp"
#include "sim/world.hpp"

namespace parley::sim {
namespace {

class Folder {
public:
    Folder() {
        path_ = (std::filesystem::temp_directory_path() / "parley-sim-XXXXXX").string();
        if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder can be made for the test");
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> run{::popen(command.c_str(), "r"), ::pclose};
    std::string text;
    std::array<char, 4096> some{};
    while (run != nullptr && std::fgets(some.data(), static_cast<int>(some.size()), run.get()) != nullptr) text += some.data();
    return text;
}

// The rest of the first line that holds the words, from them on.
std::string line_with(const std::string& text, const std::string& words) {
    const std::size_t begin = text.find(words);
    return begin == std::string::npos ? std::string{} : text.substr(begin, text.find('\n', begin) - begin);
}

// Seed 20 is one that runs twice.
TEST(Soak, KeepsSeedAndPlanOfEachFailureSoThatItFailsAgain) {
    const Folder folder;
    RunCommand command;
    command.first = 18;
    command.last = 20;
    command.choice = Choice::toy;
    command.is_canary = true;
    command.keep = folder.path() + "/kept/cases";
    EXPECT_EQ(run_seeds(command), exit_code_of(Oracle::exactly_once));
    for (const std::uint64_t seed : {18U, 19U, 20U}) {
        const auto kept = read_case_file(command.keep + "/seed-" + std::to_string(seed) + ".case");
        ASSERT_TRUE(kept.has_value()) << kept.error().message;
        const RunResult drawn = run_world(seed, kept->options);
        EXPECT_EQ(kept->plan.size(), drawn.plan.size()) << "seed " << seed;
        const RunResult again = run_world(seed, kept->options, &kept->plan);
        ASSERT_TRUE(again.verdict.has_value()) << "seed " << seed;
        EXPECT_EQ(again.verdict->what, kept->what);
        EXPECT_EQ(again.hash, drawn.hash);
    }
}

TEST(Soak, KeepsNothingWhereNothingFails) {
    const Folder folder;
    RunCommand command;
    command.first = 1;
    command.last = 2;
    command.choice = Choice::toy;
    command.keep = folder.path() + "/kept";
    EXPECT_EQ(run_seeds(command), 0);
    EXPECT_FALSE(std::filesystem::exists(command.keep));
}

TEST(Replay, WritesATraceInWhichEachLineIsJson) {
    const Folder folder;
    const std::string file = folder.path() + "/trace";
    output_of(std::string{PARLEY_SIM_PROGRAM} + " replay --profile toy --seed 1 --mixed-versions 1 --storm-ms 300 --think-ms 400 --trace " + file + " 2>&1");
    std::ifstream trace{file};
    std::set<std::string> said;
    for (std::string line; std::getline(trace, line);) {
        const auto read = nlohmann::json::parse(line, nullptr, false);
        ASSERT_TRUE(read.is_object()) << line;
        if (read.contains("says")) said.insert(read["says"]);
    }
    EXPECT_TRUE(said.contains("Accept"));
    EXPECT_TRUE(said.contains("Heartbeat")) << "of which nothing more is told";
}

// The presets are compared by whoever runs this test in each of them: the hash is written down as a property.
TEST(Canary, GivesTheSameRunFromItsPrintedCommandInAnotherFolderZoneAndLanguage) {
    const std::string program = PARLEY_SIM_PROGRAM;
    const std::string said = output_of(program + " run --canary --profile toy --seeds 3..3 2>/dev/null");
    const std::string printed = line_with(said, "parley-sim replay ");
    ASSERT_FALSE(printed.empty()) << said;
    const std::string replay = program + printed.substr(std::string{"parley-sim"}.size());
    const Folder folder;
    std::set<std::string> hashes;
    for (const std::string& around : {std::string{}, "cd " + folder.path() + " && ", std::string{"TZ=Asia/Kathmandu "}, std::string{"LC_ALL=C.UTF-8 TZ=UTC+12 "}}) {
        const std::string line = line_with(output_of(around + replay), "seed 3: hash ");
        ASSERT_FALSE(line.empty()) << around << replay;
        hashes.insert(line);
    }
    EXPECT_EQ(hashes.size(), 1U);
    RecordProperty("run", *hashes.begin());
}

}  // namespace
}  // namespace parley::sim
