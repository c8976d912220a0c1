// Supervisor: keeps the replicas of a local cluster running. It never touches their folders.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "chat/cli/lab_words.hpp"
#include "chat/cli/up/formation.hpp"
#include "chat/cli/up/replica_process.hpp"
#include "net/asio/asio_loop.hpp"

namespace parley::chat {

class Supervisor {
public:
    Supervisor(net::AsioLoop& loop, std::string data, const Formation& formation);
    ~Supervisor();   // no child is alive afterwards

    void start_all();
    // After SIGCHLD: notes who ended and starts them again, each time a little later if they end at once.
    void reap();
    // Faults, for the lab. One that was killed stays dead until it is restarted; one that is frozen has not ended.
    void kill(std::uint32_t replica);
    // False: it does not run, and nothing can freeze.
    bool pause(std::uint32_t replica);
    void resume(std::uint32_t replica);
    void restart(std::uint32_t replica);
    void heal();
    [[nodiscard]] std::map<std::uint32_t, LabState::Trouble> troubles() const;   // of those that were killed or frozen

    // Ends all replicas: asks, and kills after a few seconds; returns when they are gone.
    void stop_all();

private:
    struct Child {
        pid_t pid = 0;
        net::Instant started;
        net::Duration pause{};   // before the next start
        bool is_held_dead = false;
        bool is_frozen = false;
    };
    void start(std::uint32_t replica);
    void ended(std::uint32_t replica, int wait_status);
    [[nodiscard]] bool any_alive() const;
    void signal_all(int signal) const;

    net::AsioLoop& loop_;
    std::string data_;
    Formation formation_;
    Lifeline lifeline_;
    pid_t group_ = 0;
    bool stopping_ = false;
    std::map<std::uint32_t, Child> children_;
};

}  // namespace parley::chat
