// Starting, restarting and ending of the replicas' processes.
#include "chat/cli/up/supervisor.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fmt/format.h>
#include <sys/wait.h>
#include <time.h>

#include "chat/cli/output.hpp"
#include "chat/daemon/options.hpp"

namespace parley::chat {
namespace {

constexpr net::Duration pause_least = std::chrono::milliseconds{100};
constexpr net::Duration pause_most = std::chrono::seconds{5};
constexpr net::Duration healthy_after = std::chrono::seconds{10};   // alive this long: the next end is a new story

void sleep_ms(long ms) {
    timespec time{ms / 1000, (ms % 1000) * 1000000};
    ::nanosleep(&time, nullptr);
}

}  // namespace

Supervisor::Supervisor(net::AsioLoop& loop, std::string data, const Formation& formation)
    : loop_(loop), data_(std::move(data)), formation_(formation) {}

Supervisor::~Supervisor() { stop_all(); }

void Supervisor::start_all() {
    for (std::uint32_t i = 1; i <= formation_.replicas; ++i) start(i);
}

void Supervisor::start(std::uint32_t replica) {
    Child& child = children_[replica];
    if (stopping_ || child.is_held_dead || child.pid != 0) return;
    // A group lasts as long as one member lives; afterwards the next child founds a new one.
    if (!any_alive()) group_ = 0;
    child.started = loop_.now();
    child.pid = start_replica(replica_folder(data_, replica), lifeline_, group_);
    if (group_ == 0) group_ = child.pid;
}

void Supervisor::reap() {
    for (auto& [replica, child] : children_) {
        if (child.pid == 0) continue;
        int status = 0;
        // Without WUNTRACED: a replica that is stopped has not ended.
        const pid_t pid = ::waitpid(child.pid, &status, WNOHANG);
        if (pid == child.pid) ended(replica, status);
    }
}

void Supervisor::ended(std::uint32_t replica, int wait_status) {
    Child& child = children_.at(replica);
    child.pid = 0;
    child.is_frozen = false;
    if (stopping_) return;
    if (child.is_held_dead) return note_line(fmt::format("replica {} was killed, and stays so until it is restarted", replica));
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == exit_when_removed) {
        return note_line(fmt::format("replica {} was removed from the cluster; it is not started any more", replica));
    }
    const bool was_healthy = loop_.now() - child.started > healthy_after;
    child.pause = was_healthy ? pause_least : std::clamp(child.pause * 2, pause_least, pause_most);
    note_line(fmt::format("replica {} stopped ({}); restarting", replica, ending_of(wait_status)));
    loop_.after(child.pause, [this, replica] { start(replica); });
}

void Supervisor::kill(std::uint32_t replica) {
    Child& child = children_[replica];
    child.is_held_dead = true;
    if (child.pid != 0) ::kill(child.pid, SIGKILL);
}

bool Supervisor::pause(std::uint32_t replica) {
    Child& child = children_[replica];
    if (child.pid == 0 || child.is_held_dead) return false;
    child.is_frozen = true;
    ::kill(child.pid, SIGSTOP);
    return true;
}

void Supervisor::resume(std::uint32_t replica) {
    Child& child = children_[replica];
    child.is_frozen = false;
    if (child.pid != 0) ::kill(child.pid, SIGCONT);
}

void Supervisor::restart(std::uint32_t replica) {
    Child& child = children_[replica];
    child.is_held_dead = false;
    if (child.pid == 0) return start(replica);
    ::kill(child.pid, SIGKILL);
}

void Supervisor::heal() {
    for (auto& [replica, child] : children_) {
        resume(replica);
        if (std::exchange(child.is_held_dead, false)) start(replica);
    }
}

std::map<std::uint32_t, LabState::Trouble> Supervisor::troubles() const {
    std::map<std::uint32_t, LabState::Trouble> found;
    for (const auto& [replica, child] : children_) {
        if (child.is_held_dead) found[replica] = LabState::Trouble::dead;
        else if (child.is_frozen) found[replica] = LabState::Trouble::frozen;
    }
    return found;
}

bool Supervisor::any_alive() const {
    return std::any_of(children_.begin(), children_.end(), [](const auto& entry) { return entry.second.pid != 0; });
}

void Supervisor::signal_all(int signal) const {
    for (const auto& [replica, child] : children_) {
        if (child.pid != 0) ::kill(child.pid, signal);
    }
}

void Supervisor::stop_all() {
    stopping_ = true;
    signal_all(SIGTERM);
    signal_all(SIGCONT);   // one that was frozen can only then hear it
    for (int i = 0; i < 300 && any_alive(); ++i) {
        reap();
        if (any_alive()) sleep_ms(10);
    }
    signal_all(SIGKILL);
    while (any_alive()) {
        reap();
        sleep_ms(5);
    }
}

}  // namespace parley::chat
