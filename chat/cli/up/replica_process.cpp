// fork and exec of parleyd. Between the two only calls that are safe there.
#include "chat/cli/up/replica_process.hpp"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parley::chat {
namespace {

std::string parleyd_path() {
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
    const std::filesystem::path beside = self.parent_path() / "parleyd";
    if (!std::filesystem::exists(beside)) {
        throw std::runtime_error(fmt::format("{} is missing; it belongs beside {}", beside.string(), self.string()));
    }
    return beside.string();
}

[[noreturn]] void become_replica(const char* program, const char* folder, int lifeline, const char* lifeline_text,
                                 pid_t group, pid_t parent) {
    ::setpgid(0, group);
    // A stopped replica cannot read its lifeline; the kernel ends it all the same.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // What this process has open is none of the replica's business: a connection that both hold would not end when this one closes it.
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    ::fcntl(lifeline, F_SETFD, 0);
    const int input = ::open("/dev/null", O_RDONLY);
    if (input >= 0) ::dup2(input, STDIN_FILENO);
    ::execl(program, "parleyd", folder, "--lifeline", lifeline_text, static_cast<char*>(nullptr));
    ::_exit(127);
}

}  // namespace

Lifeline::Lifeline() {
    if (::pipe2(ends_, O_CLOEXEC) != 0) throw std::runtime_error(fmt::format("no pipe: {}", std::strerror(errno)));
}

Lifeline::~Lifeline() {
    ::close(ends_[0]);
    ::close(ends_[1]);
}

pid_t start_replica(const std::string& folder, const Lifeline& lifeline, pid_t group) {
    const std::string program = parleyd_path();
    const std::string descriptor = std::to_string(lifeline.reading_end());
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error(fmt::format("no process could be started: {}", std::strerror(errno)));
    if (child == 0) become_replica(program.c_str(), folder.c_str(), lifeline.reading_end(), descriptor.c_str(), group, parent);
    ::setpgid(child, group == 0 ? child : group);   // in both, whoever is first
    return child;
}

std::string ending_of(int wait_status) {
    if (WIFSIGNALED(wait_status)) return fmt::format("signal {}", WTERMSIG(wait_status));
    return fmt::format("exit code {}", WEXITSTATUS(wait_status));
}

}  // namespace parley::chat
