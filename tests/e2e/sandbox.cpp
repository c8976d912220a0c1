// The sandbox's folder, environment and commands.
#include "tests/e2e/sandbox.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

namespace parley::e2e {
namespace {

std::string variable(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr || *value == '\0' ? otherwise : value;
}

}  // namespace

Sandbox::Sandbox() {
    std::string pattern = variable("TMPDIR", "/tmp") + "/parley-e2e-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder: " + pattern);
    folder_ = pattern;
    std::filesystem::create_directories(path("output"));
    write_file("password", "correct horse battery staple\n");
}

Sandbox::~Sandbox() {
    if (::testing::Test::HasFailure() || !variable("PARLEY_E2E_KEEP", "").empty()) {
        std::cerr << "data, logs and output of this test: " << folder_ << "\n";
        return;
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string Sandbox::write_file(const std::string& name, const std::string& text) const {
    std::ofstream file(path(name), std::ios::binary);
    file << text;
    return path(name);
}

Spawn Sandbox::command(const std::string& program, const std::vector<std::string>& arguments, const std::string& name) const {
    Spawn spawn;
    spawn.arguments = {program_path(program)};
    spawn.arguments.insert(spawn.arguments.end(), arguments.begin(), arguments.end());
    spawn.environment = {{"HOME", folder_}, {"PATH", variable("PATH", "/usr/bin:/bin")}, {"TERM", "xterm"}, {"LC_ALL", "C.UTF-8"}};
    for (const char* passed : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_PROFILE_FILE"}) {
        if (const std::string value = variable(passed, ""); !value.empty()) spawn.environment[passed] = value;
    }
    spawn.folder = folder_;
    spawn.output = path("output/" + name + ".out");
    spawn.errors = path("output/" + name + ".err");
    return spawn;
}

Finished Sandbox::run(const std::string& program, const std::vector<std::string>& arguments, std::chrono::seconds limit) {
    const std::string name = "command-" + std::to_string(++commands_);
    const Spawn spawn = command(program, arguments, name);
    Process process(spawn);
    const auto code = process.wait(limit);
    Finished finished{code.value_or(-1), read_text(spawn.output), read_text(spawn.errors)};
    if (!code) finished.errors += "\n(still running after " + std::to_string(limit.count()) + " s)";
    std::filesystem::remove(spawn.output);
    std::filesystem::remove(spawn.errors);
    return finished;
}

Finished Sandbox::as(const std::string& profile, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--profile", profile});
    return parley(arguments);
}

void Sandbox::register_account(const std::string& name) {
    const Finished finished = as(name, {"register", name, "--password-file", path("password")});
    if (finished.code != 0) throw std::runtime_error("register " + name + ": " + finished.errors);
}

std::string program_path(const std::string& program) { return std::string(PARLEY_BIN) + "/" + program; }

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// A last line without its end is still being written and left out.
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

bool eventually(std::chrono::milliseconds limit, const std::function<bool()>& holds) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return true;
}

int scaled(int count, int at_least) {
    const double scale = std::atof(variable("PARLEY_E2E_SCALE", "1").c_str());
    return std::max(at_least, static_cast<int>(count * scale));
}

std::string random_bytes(std::size_t size, unsigned seed) {
    std::mt19937_64 generator{seed};
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(generator() & 0xFFU);
    return bytes;
}

}  // namespace parley::e2e
