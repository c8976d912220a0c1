#include "sim/run/farm.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parley::sim {
namespace {

using Clock = std::chrono::steady_clock;   // the real one: this is outside of every simulated world

// Parts what a worker wrote to standard error from its result.
constexpr std::string_view result_mark{"\x01result\x01"};

struct Worker {
    pid_t process = -1;
    int result = -1;              // read end
    std::uint64_t seed = 0;
    std::string text;
    Clock::time_point began;
};

void write_all(int file, const std::string& text) {
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t now = ::write(file, text.data() + written, text.size() - written);
        if (now <= 0) return;
        written += static_cast<std::size_t>(now);
    }
}

// One process a seed: a fork of this small parent costs a fraction of the shortest run.
Worker start(std::uint64_t seed, unsigned hang_after_s, const std::function<std::string(std::uint64_t)>& work) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe for a worker could be made");
    std::fflush(nullptr);
    const pid_t process = ::fork();
    if (process < 0) throw std::runtime_error("no worker process could be started");
    if (process == 0) {
        ::close(ends[0]);
        const rlimit cpu{hang_after_s, hang_after_s + 5};
        ::setrlimit(RLIMIT_CPU, &cpu);
        ::dup2(ends[1], STDERR_FILENO);   // the last words of a run that dies
        const std::string text = work(seed);
        std::fflush(stderr);
        write_all(ends[1], std::string{result_mark} + text);
        std::fflush(nullptr);
        ::_exit(0);
    }
    ::close(ends[1]);
    return Worker{process, ends[0], seed, {}, Clock::now()};
}

// The line in which a failed CHECK or a sanitizer says what is wrong; the first line when there is none.
std::string last_words(const std::string& text) {
    std::size_t begin = 0;
    for (const char* sign : {"broken invariant", "ERROR: ", "runtime error", "terminate called"}) {
        const std::size_t found = text.find(sign);
        if (found == std::string::npos) continue;
        begin = text.rfind('\n', found) == std::string::npos ? 0 : text.rfind('\n', found) + 1;
        break;
    }
    return text.substr(begin, std::min<std::size_t>(text.find('\n', begin) - begin, 400));
}

FarmResult finish(Worker& worker, bool hung) {
    ::close(worker.result);
    if (hung) ::kill(worker.process, SIGKILL);
    int status = 0;
    ::waitpid(worker.process, &status, 0);
    const std::size_t mark = worker.text.find(result_mark);
    const std::string said = worker.text.substr(0, mark);
    if (hung || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)) return FarmResult{worker.seed, true, "the run hangs", said};
    if (WIFSIGNALED(status)) {
        return FarmResult{worker.seed, true, fmt::format("signal {}: {}", WTERMSIG(status), last_words(worker.text)), said};
    }
    if (WEXITSTATUS(status) != 0 || mark == std::string::npos) {
        return FarmResult{worker.seed, true, fmt::format("exit code {}: {}", WEXITSTATUS(status), last_words(worker.text)), said};
    }
    return FarmResult{worker.seed, false, worker.text.substr(mark + result_mark.size()), said};
}

// True when the worker has nothing more to say.
bool read_some(Worker& worker) {
    std::array<char, 65536> buffer{};
    const ssize_t size = ::read(worker.result, buffer.data(), buffer.size());
    if (size > 0) worker.text.append(buffer.data(), static_cast<std::size_t>(size));
    return size <= 0;
}

}  // namespace

void farm(const FarmOptions& options, const std::function<std::optional<std::uint64_t>()>& next,
          const std::function<std::string(std::uint64_t seed)>& work, const std::function<bool(const FarmResult&)>& done) {
    std::vector<Worker> workers;
    bool more = true;
    while (true) {
        while (more && workers.size() < options.jobs) {
            const auto seed = next();
            if (!seed) {
                more = false;
                break;
            }
            workers.push_back(start(*seed, options.hang_after_s, work));
        }
        if (workers.empty()) return;
        std::vector<pollfd> polled;
        for (const Worker& worker : workers) polled.push_back(pollfd{worker.result, POLLIN, 0});
        ::poll(polled.data(), polled.size(), 1000);
        for (std::size_t i = workers.size(); i-- > 0;) {
            Worker& worker = workers[i];
            const bool ended = (polled[i].revents & (POLLIN | POLLHUP)) != 0 && read_some(worker);
            // A busy computer is no hang: the worker's limit is one of CPU time, and this one is for those that sleep.
            const bool hung = !ended && Clock::now() - worker.began > std::chrono::seconds{10} * options.hang_after_s;
            if (!ended && !hung) continue;
            Worker ending = std::move(worker);
            workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(i));
            if (!done(finish(ending, hung))) {
                for (Worker& other : workers) finish(other, true);
                return;
            }
        }
    }
}

}  // namespace parley::sim
