// Cluster: replicas on this machine, to be killed, frozen and started again. Formed by `parley up`; then either `up`
// goes on watching over them (supervised), or the test starts and stops each parleyd itself.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/json_lines.hpp"
#include "tests/e2e/sandbox.hpp"

namespace parley::e2e {

enum class Watch { supervised, by_hand };

// From its next start on, the replica of that folder cuts its log as soon as the database holds what is in it.
void shorten_log(const std::string& replica_folder);
// A number in that replica's parleyd.toml, for its next start.
void configure(const std::string& replica_folder, const std::string& key, std::int64_t value);

class Cluster {
public:
    // Ready when this returns; throws otherwise.
    Cluster(Sandbox& sandbox, int replicas, Watch watch, std::vector<std::string> up_options = {});
    ~Cluster();

    [[nodiscard]] int size() const { return replicas_; }
    [[nodiscard]] const std::vector<std::string>& servers() const { return servers_; }
    [[nodiscard]] const std::string& ca() const { return ca_; }
    [[nodiscard]] std::string data() const { return sandbox_.path("data"); }
    [[nodiscard]] std::string replica_folder(int replica) const { return data() + "/" + std::to_string(replica); }
    // Options that lead any command to this cluster, local.json or not; `replica` 0: all of them.
    [[nodiscard]] std::vector<std::string> reach(int replica = 0) const;
    Finished parley(std::vector<std::string> arguments);
    // The cluster has changed: these are its replicas now, 1, 2, … in this order for all that looks at them from outside.
    void members_are(std::vector<std::string> servers);
    // Another cluster took its place, under an authority of its own.
    void is_now(std::vector<std::string> servers, const std::string& ca);

    // All replicas, by number, as `parley status --json` has them.
    std::vector<ReplicaLine> status();
    // 1, 2, …; waits until there is one.
    int leader();
    bool wait_until_all_are_up(std::chrono::seconds limit = std::chrono::seconds{60});

    pid_t pid_of(int replica);
    // SIGKILL; supervised replicas come back by themselves.
    void kill(int replica);
    // Stops it in its tracks for that long; nothing else happens meanwhile.
    void freeze(int replica, std::chrono::milliseconds time);
    // By hand only.
    void start(int replica, std::optional<std::uint64_t> file_size_max = {});
    // By hand only: restarts all of them with short logs.
    void use_short_logs();
    Process& process(int replica) { return processes_.at(replica); }
    // Supervised only: `parley up` itself.
    Process& up() { return *up_; }
    void start_up();

private:
    Sandbox& sandbox_;
    int replicas_;
    Watch watch_;
    std::vector<std::string> up_options_;
    std::vector<std::string> servers_;
    std::string ca_;
    std::optional<Process> up_;
    std::map<int, Process> processes_;
    int starts_ = 0;
};

}  // namespace parley::e2e
