// Plays every scenario file of this folder and compares the transcript with the file.
// PARLEY_UPDATE_SCENARIOS=1 writes what was played into the file instead: read the difference before you commit it.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/scenario/runner.hpp"

namespace parley::consensus::testing {
namespace {

const std::filesystem::path folder{"tests/scenario"};

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<std::string> scenarios() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() == ".txt" && entry.path().stem() != "CMakeLists") names.push_back(entry.path().stem());
    }
    std::ranges::sort(names);
    return names;
}

TEST(Scenario, EveryFilePlaysToItself) {
    const std::vector<std::string> names = scenarios();
    EXPECT_GE(names.size(), 8U);
    for (const std::string& name : names) {
        const std::filesystem::path path = folder / (name + ".txt");
        const std::string text = read_file(path);
        const std::string played = Runner::play(text);
        EXPECT_EQ(played.find("error:"), std::string::npos) << name << "\n" << played;
        if (std::getenv("PARLEY_UPDATE_SCENARIOS") != nullptr) {
            std::ofstream{path} << played;
        } else {
            EXPECT_EQ(played, text) << name;
        }
    }
}

TEST(Scenario, AWrongTranscriptIsSeen) {
    const std::string wrong = "> nodes 1\n> time 900\n  nothing happens\n";
    EXPECT_NE(Runner::play(wrong), wrong);
}

TEST(Scenario, AnUnknownCommandIsAnError) {
    EXPECT_NE(Runner::play("> nodes 1\n> dance\n").find("error: unknown command dance"), std::string::npos);
}

}  // namespace
}  // namespace parley::consensus::testing
