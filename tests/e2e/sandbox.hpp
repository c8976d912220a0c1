// Sandbox: a temporary folder with a home of its own, in which programs of this build run. Kept when a test fails.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/e2e/process.hpp"

namespace parley::e2e {

// What a finished command said.
struct Finished {
    int code = 0;
    std::string output;
    std::string errors;
};

class Sandbox {
public:
    Sandbox();
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    [[nodiscard]] const std::string& folder() const { return folder_; }
    [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
    std::string write_file(const std::string& name, const std::string& text) const;

    // `program`: one of this build. The output goes to files called after `name`.
    [[nodiscard]] Spawn command(const std::string& program, const std::vector<std::string>& arguments,
                                const std::string& name) const;
    Finished run(const std::string& program, const std::vector<std::string>& arguments,
                 std::chrono::seconds limit = std::chrono::seconds{60});
    Finished parley(const std::vector<std::string>& arguments) { return run("parley", arguments); }
    // With what the profile's password file and name are.
    Finished as(const std::string& profile, std::vector<std::string> arguments);
    // A profile of its own, registered under its own name. Throws when that fails.
    void register_account(const std::string& name);

private:
    std::string folder_;
    int commands_ = 0;
};

std::string program_path(const std::string& program);
std::string read_text(const std::string& path);
std::vector<std::string> lines_of(const std::string& text);
// Checks every 20 ms.
bool eventually(std::chrono::milliseconds limit, const std::function<bool()>& holds);
// 1 by default; sanitized builds run smaller (PARLEY_E2E_SCALE).
int scaled(int count, int at_least);
// What a file may hold; the same for the same seed.
std::string random_bytes(std::size_t size, unsigned seed);

}  // namespace parley::e2e
