// Process: a real program started by a test, its output in files, ended with the test however that ends. Only the test's
// main thread starts processes: the kernel ends them with the thread that did.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace parley::e2e {

struct Spawn {
    std::vector<std::string> arguments;              // the program first, with its path
    std::map<std::string, std::string> environment;  // the whole of it
    std::string folder;                              // to run in
    std::string output;                              // file for standard output and, unless `errors` is named, errors
    std::string errors;
    std::string input = "/dev/null";
    std::optional<std::uint64_t> file_size_max;      // a write beyond it fails, as on a full disk
    bool in_terminal = false;                        // on a terminal of its own, 80x24; `output` gets what it shows
};

class Process {
public:
    explicit Process(const Spawn& spawn);
    ~Process();   // SIGKILL, if it still runs
    Process(Process&&) noexcept;
    Process& operator=(Process&&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const;
    // Exit code, or 128 + signal; none when it still runs after `limit`.
    std::optional<int> wait(std::chrono::milliseconds limit);
    bool is_running() { return !wait(std::chrono::milliseconds{0}); }

    // Of a process in a terminal: types, and keeps reading what it shows into the output file (pump() does so alone).
    void type(const std::string& keys);
    void pump();
    // As if its window was closed.
    void close_terminal();

private:
    void start(const Spawn& spawn);
    pid_t pid_ = 0;
    std::optional<int> code_;
    int terminal_ = -1;
    int screen_file_ = -1;
};

// Is there a process of that id that still runs (a dead one waiting to be collected does not)?
bool is_alive(pid_t pid);
// Processes of that home (HOME in their environment), and their command lines.
std::map<pid_t, std::string> processes_of_home(const std::string& home);

}  // namespace parley::e2e
