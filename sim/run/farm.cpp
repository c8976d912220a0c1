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
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parley::sim {
namespace {

using Clock = std::chrono::steady_clock;   // the real one: this is outside of every simulated world

// Parts what a worker wrote to standard error from its result; behind it the result's size, in so many hexadecimal digits.
constexpr std::string_view result_mark{"\x01result\x01"};
constexpr std::size_t size_digits = 16;
// A worker runs one seed after the other: to make a process for each, and its memory anew, took an eighth of the time of toy
// worlds. It ends now and then, so that its CPU time is seen by whoever asks for that of children that ended.
constexpr unsigned seeds_of_a_worker = 32;

struct Worker {
    pid_t process = -1;
    int result = -1;              // read end
    int orders = -1;              // write end: seeds; closed: go
    unsigned seeds = 0;           // that it was given
    std::uint64_t seed = 0;       // the last one
    std::string text;             // what it said since then
    Clock::time_point began;
};

void write_all(int file, std::string_view text) {
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t now = ::write(file, text.data() + written, text.size() - written);
        if (now <= 0) return;
        written += static_cast<std::size_t>(now);
    }
}

// Of CPU time, from now on.
void limit_cpu(unsigned seconds) {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    rlimit limit{};
    ::getrlimit(RLIMIT_CPU, &limit);
    limit.rlim_cur = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1 + seconds;
    ::setrlimit(RLIMIT_CPU, &limit);
}

[[noreturn]] void serve(int orders, int result, unsigned hang_after_s, const std::function<std::string(std::uint64_t)>& work) {
    ::dup2(result, STDERR_FILENO);   // the last words of a run that dies
    std::uint64_t seed = 0;
    while (::read(orders, &seed, sizeof seed) == static_cast<ssize_t>(sizeof seed)) {
        limit_cpu(hang_after_s);
        const std::string text = work(seed);
        std::fflush(stderr);
        write_all(result, fmt::format("{}{:0{}x}{}", result_mark, text.size(), size_digits, text));
    }
    std::fflush(nullptr);
    ::_exit(0);
}

// False: this worker is gone; somebody else ended it while it had nothing to do.
bool order(Worker& worker, std::uint64_t seed) {
    worker.seed = seed;
    ++worker.seeds;
    worker.text.clear();
    worker.began = Clock::now();
    return ::send(worker.orders, &seed, sizeof seed, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof seed);
}

Worker start(const std::vector<Worker>& others, unsigned hang_after_s, const std::function<std::string(std::uint64_t)>& work) {
    std::array<int, 2> results{};
    std::array<int, 2> orders{};
    if (::pipe(results.data()) != 0 || ::socketpair(AF_UNIX, SOCK_STREAM, 0, orders.data()) != 0) throw std::runtime_error("no pipe for a worker could be made");
    std::fflush(nullptr);
    const pid_t process = ::fork();
    if (process < 0) throw std::runtime_error("no worker process could be started");
    if (process == 0) {
        ::close(results[0]);
        ::close(orders[1]);
        for (const Worker& other : others) {   // or they would never see their orders end
            ::close(other.result);
            ::close(other.orders);
        }
        serve(orders[0], results[1], hang_after_s, work);
    }
    ::close(results[1]);
    ::close(orders[0]);
    Worker worker;
    worker.process = process;
    worker.result = results[0];
    worker.orders = orders[1];
    return worker;
}

// What it said before its result, and the result; none while that is not whole.
std::optional<FarmResult> answer_of(const Worker& worker) {
    const std::size_t mark = worker.text.find(result_mark);
    if (mark == std::string::npos) return std::nullopt;
    const std::size_t begin = mark + result_mark.size() + size_digits;
    if (worker.text.size() < begin) return std::nullopt;
    const std::size_t size = std::stoull(worker.text.substr(begin - size_digits, size_digits), nullptr, 16);
    if (worker.text.size() < begin + size) return std::nullopt;
    return FarmResult{worker.seed, false, worker.text.substr(begin, size), worker.text.substr(0, mark)};
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

int end(Worker& worker, bool by_force) {
    ::close(worker.result);
    ::close(worker.orders);
    if (by_force) ::kill(worker.process, SIGKILL);
    int status = 0;
    ::waitpid(worker.process, &status, 0);
    return status;
}

// Of a worker that ended, or that has to, without an answer.
FarmResult death_of(Worker& worker, bool hung) {
    const int status = end(worker, hung);
    if (hung || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)) return FarmResult{worker.seed, true, "the run hangs", worker.text};
    const std::string how = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status)) : fmt::format("exit code {}", WEXITSTATUS(status));
    return FarmResult{worker.seed, true, fmt::format("{}: {}", how, last_words(worker.text)), worker.text};
}

// True when the worker is gone.
bool read_some(Worker& worker) {
    std::array<char, 65536> buffer{};
    const ssize_t size = ::read(worker.result, buffer.data(), buffer.size());
    if (size > 0) worker.text.append(buffer.data(), static_cast<std::size_t>(size));
    return size <= 0;
}

// What a worker has to say by now, if anything. A busy computer is no hang: the worker's limit is one of CPU time, and
// this one is for those that sleep.
std::optional<FarmResult> look_at(Worker& worker, bool has_more, unsigned hang_after_s) {
    const bool is_gone = has_more && read_some(worker);
    if (auto answer = answer_of(worker)) return answer;
    const bool hung = !is_gone && Clock::now() - worker.began > std::chrono::seconds{10} * hang_after_s;
    if (!is_gone && !hung) return std::nullopt;
    return death_of(worker, hung);
}

// One that has nothing to do and still runs, or a new one.
Worker worker_for(std::uint64_t seed, const std::vector<Worker>& busy, std::vector<Worker>& idle, unsigned hang_after_s,
                  const std::function<std::string(std::uint64_t)>& work) {
    while (true) {
        const bool is_new = idle.empty();
        Worker worker = is_new ? start(busy, hang_after_s, work) : std::move(idle.back());
        if (!is_new) idle.pop_back();
        // A new one that is gone already is heard of at its other end.
        if (order(worker, seed) || is_new) return worker;
        end(worker, false);
    }
}

}  // namespace

void farm(const FarmOptions& options, const std::function<std::optional<std::uint64_t>()>& next,
          const std::function<std::string(std::uint64_t seed)>& work, const std::function<bool(const FarmResult&)>& done) {
    std::vector<Worker> workers;
    std::vector<Worker> idle;
    bool more = true;
    bool goes_on = true;
    while (goes_on) {
        while (more && workers.size() < options.jobs) {
            const auto seed = next();
            more = seed.has_value();
            if (!seed) break;
            workers.push_back(worker_for(*seed, workers, idle, options.hang_after_s, work));
        }
        if (workers.empty()) break;
        std::vector<pollfd> polled;
        for (const Worker& worker : workers) polled.push_back(pollfd{worker.result, POLLIN, 0});
        ::poll(polled.data(), polled.size(), 1000);
        for (std::size_t i = workers.size(); goes_on && i-- > 0;) {
            const auto result = look_at(workers[i], (polled[i].revents & (POLLIN | POLLHUP)) != 0, options.hang_after_s);
            if (!result) continue;
            Worker free = std::move(workers[i]);
            workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(i));
            if (!result->died && free.seeds < seeds_of_a_worker) {
                idle.push_back(std::move(free));
            } else if (!result->died) {
                end(free, false);
            }
            goes_on = done(*result);
        }
    }
    for (Worker& worker : workers) end(worker, true);
    for (Worker& worker : idle) end(worker, false);
}

}  // namespace parley::sim
