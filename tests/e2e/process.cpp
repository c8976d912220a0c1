// fork, exec and collecting. Between fork and exec only calls that are safe beside other threads.
#include "tests/e2e/process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parley::e2e {
namespace {

// Everything the child needs, made before fork.
struct Prepared {
    std::vector<char*> arguments;
    std::vector<std::string> variables;
    std::vector<char*> environment;
    const char* folder = nullptr;
    int input = -1;
    int output = -1;
    int errors = -1;
    std::string terminal;
    rlimit file_size{};
    bool limits_file_size = false;
};

int open_or_throw(const std::string& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (fd < 0) throw std::runtime_error(path + ": " + std::strerror(errno));
    return fd;
}

Prepared prepare(const Spawn& spawn) {
    Prepared prepared;
    for (const std::string& word : spawn.arguments) prepared.arguments.push_back(const_cast<char*>(word.c_str()));
    prepared.arguments.push_back(nullptr);
    for (const auto& [name, value] : spawn.environment) prepared.variables.push_back(name + "=" + value);
    for (std::string& variable : prepared.variables) prepared.environment.push_back(variable.data());
    prepared.environment.push_back(nullptr);
    prepared.folder = spawn.folder.c_str();
    if (!spawn.in_terminal) {
        prepared.input = open_or_throw(spawn.input, O_RDONLY);
        prepared.output = open_or_throw(spawn.output, O_WRONLY | O_CREAT | O_APPEND);
        prepared.errors = spawn.errors.empty() ? prepared.output : open_or_throw(spawn.errors, O_WRONLY | O_CREAT | O_APPEND);
    }
    if (spawn.file_size_max) {
        prepared.limits_file_size = true;
        prepared.file_size = {*spawn.file_size_max, *spawn.file_size_max};
    }
    return prepared;
}

[[noreturn]] void become(const Prepared& prepared, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(125);
    ::setsid();
    if (!prepared.terminal.empty()) {
        const int terminal = ::open(prepared.terminal.c_str(), O_RDWR);   // becomes the controlling one
        for (int fd = 0; fd < 3; ++fd) ::dup2(terminal, fd);
        if (terminal > 2) ::close(terminal);
    } else {
        ::dup2(prepared.input, 0);
        ::dup2(prepared.output, 1);
        ::dup2(prepared.errors, 2);
    }
    if (prepared.limits_file_size) {
        ::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &prepared.file_size);
    }
    if (::chdir(prepared.folder) != 0) ::_exit(126);
    ::execve(prepared.arguments[0], prepared.arguments.data(), prepared.environment.data());
    ::_exit(127);
}

int code_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

}  // namespace

Process::Process(const Spawn& spawn) { start(spawn); }

void Process::start(const Spawn& spawn) {
    Prepared prepared = prepare(spawn);
    if (spawn.in_terminal) {
        terminal_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
        if (terminal_ < 0 || ::grantpt(terminal_) != 0 || ::unlockpt(terminal_) != 0) throw std::runtime_error("no terminal to be had");
        const winsize size{24, 80, 0, 0};
        ::ioctl(terminal_, TIOCSWINSZ, &size);
        prepared.terminal = ::ptsname(terminal_);
        screen_file_ = open_or_throw(spawn.output, O_WRONLY | O_CREAT | O_APPEND);
    }
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
    if (pid_ == 0) become(prepared, parent);
    for (const int fd : {prepared.input, prepared.output, prepared.errors == prepared.output ? -1 : prepared.errors}) {
        if (fd >= 0) ::close(fd);
    }
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      code_(other.code_),
      terminal_(std::exchange(other.terminal_, -1)),
      screen_file_(std::exchange(other.screen_file_, -1)) {}

Process::~Process() {
    if (pid_ != 0 && !code_) {
        ::kill(pid_, SIGKILL);
        int status = 0;
        ::waitpid(pid_, &status, 0);
    }
    if (terminal_ >= 0) ::close(terminal_);
    if (screen_file_ >= 0) ::close(screen_file_);
}

void Process::signal(int number) const {
    if (pid_ != 0 && !code_) ::kill(pid_, number);
}

std::optional<int> Process::wait(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!code_) {
        if (terminal_ >= 0) pump();
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == pid_) {
            code_ = code_of(status);
        } else if (std::chrono::steady_clock::now() >= until) {
            return std::nullopt;
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
    }
    return code_;
}

void Process::type(const std::string& keys) {
    pump();
    if (::write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size())) throw std::runtime_error("the terminal takes no keys");
}

void Process::close_terminal() {
    ::close(terminal_);
    terminal_ = -1;
}

void Process::pump() {
    if (terminal_ < 0) return;
    char bytes[4096];
    ssize_t count = 0;
    while ((count = ::read(terminal_, bytes, sizeof bytes)) > 0) {
        if (::write(screen_file_, bytes, static_cast<std::size_t>(count)) != count) throw std::runtime_error("the screen's file is full");
    }
}

namespace {

// Empty when the process is gone, also when it goes while its file is read (istreambuf_iterator would throw then).
std::string proc_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

bool is_alive(pid_t pid) {
    const std::string text = proc_text("/proc/" + std::to_string(pid) + "/stat");
    const auto name_end = text.rfind(')');
    return name_end != std::string::npos && name_end + 2 < text.size() && text[name_end + 2] != 'Z' && text[name_end + 2] != 'X';
}

std::map<pid_t, std::string> processes_of_home(const std::string& home) {
    const std::string wanted = std::string(1, '\0') + "HOME=" + home + std::string(1, '\0');
    std::map<pid_t, std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; })) continue;
        const std::string environment = std::string(1, '\0') + proc_text(entry.path() / "environ");
        const pid_t pid = static_cast<pid_t>(std::stol(name));
        if (environment.find(wanted) == std::string::npos || !is_alive(pid)) continue;
        std::string line = proc_text(entry.path() / "cmdline");
        std::replace(line.begin(), line.end(), '\0', ' ');
        found.emplace(pid, line);
    }
    return found;
}

}  // namespace parley::e2e
