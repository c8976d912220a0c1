// Forming, asking and disturbing a cluster.
#include "tests/e2e/cluster.hpp"

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <unistd.h>

namespace parley::e2e {
namespace {

using std::chrono::seconds;

// Where no other run of these tests is likely to look for ports, below those that Linux gives to outgoing connections (32768 on): one
// of these could take a port while its replica is down. `up` moves on if something is there.
std::string base_port() { return std::to_string(20000 + ::getpid() % 1270 * 10); }

}  // namespace

void configure(const std::string& replica_folder, const std::string& key, std::int64_t value) {
    const std::string path = replica_folder + "/parleyd.toml";
    std::string text = read_text(path);
    const std::size_t begin = text.find("\n" + key + " = ");
    if (begin == std::string::npos) throw std::runtime_error(path + " has no " + key);
    const std::size_t end = text.find('\n', begin + 1);
    text.replace(begin, end - begin, "\n" + key + " = " + std::to_string(value));
    std::ofstream(path, std::ios::trunc) << text;
}

void shorten_log(const std::string& replica_folder) {
    for (const auto& [key, value] : {std::pair{"segment_mb", 1}, {"keep_slots", 0}, {"keep_mb", 1}, {"checkpoint_pages", 50}}) {
        configure(replica_folder, key, value);
    }
}

Cluster::Cluster(Sandbox& sandbox, int replicas, Watch watch, std::vector<std::string> up_options)
    : sandbox_(sandbox), replicas_(replicas), watch_(watch), up_options_(std::move(up_options)) {
    start_up();
    const LocalFile local = local_file(read_text(sandbox_.path(".local/state/parley/local.json")));
    servers_ = local.servers;
    ca_ = local.ca;
    if (watch_ == Watch::supervised) return;
    up_->signal(SIGTERM);
    if (up_->wait(seconds{20}) != 0) throw std::runtime_error("`parley up` did not end when asked");
    up_.reset();
    for (int replica = 1; replica <= replicas_; ++replica) start(replica);
    if (!wait_until_all_are_up()) throw std::runtime_error("not all replicas came up");
}

Cluster::~Cluster() {
    if (up_) {
        up_->signal(SIGTERM);
        up_->wait(seconds{20});
    }
}

void Cluster::start_up() {
    const std::string name = "up-" + std::to_string(++starts_);
    std::vector<std::string> words{"up", "--json", "--replicas", std::to_string(replicas_), "--data", data(), "--base-port", base_port()};
    words.insert(words.end(), up_options_.begin(), up_options_.end());
    const Spawn spawn = sandbox_.command("parley", words, name);
    up_.emplace(spawn);
    const bool ready = eventually(seconds{60}, [&] {
        return !up_->is_running() || read_text(spawn.output).find("\"ready\"") != std::string::npos;
    });
    if (!ready || !up_->is_running()) throw std::runtime_error("`parley up` is not ready: " + read_text(spawn.errors));
}

std::vector<std::string> Cluster::reach(int replica) const {
    std::string addresses;
    for (int i = 1; i <= replicas_; ++i) {
        if (replica != 0 && replica != i) continue;
        addresses += (addresses.empty() ? "" : ",") + servers_.at(static_cast<std::size_t>(i - 1));
    }
    return {"--servers", addresses, "--ca", ca_};
}

void Cluster::members_are(std::vector<std::string> servers) {
    servers_ = std::move(servers);
    replicas_ = static_cast<int>(servers_.size());
}

void Cluster::is_now(std::vector<std::string> servers, const std::string& ca) {
    members_are(std::move(servers));
    ca_ = ca;
}

Finished Cluster::parley(std::vector<std::string> arguments) {
    const auto where = reach();
    arguments.insert(arguments.end(), where.begin(), where.end());
    return sandbox_.parley(arguments);
}

std::vector<ReplicaLine> Cluster::status() {
    const Finished finished = parley({"status", "--json", "--timeout", "2"});
    std::vector<ReplicaLine> replicas = replica_lines(finished.output);
    if (replicas.size() != servers_.size()) throw std::runtime_error("status: " + finished.errors);
    return replicas;
}

int Cluster::leader() {
    int found = 0;
    const bool there = eventually(seconds{30}, [&] {
        const auto replicas = status();
        for (std::size_t i = 0; i < replicas.size(); ++i) {
            if (replicas[i].ok && replicas[i].role == "leader") found = static_cast<int>(i) + 1;
        }
        return found != 0;
    });
    if (!there) throw std::runtime_error("no leader for 30 s");
    return found;
}

bool Cluster::wait_until_all_are_up(seconds limit) {
    return eventually(limit, [&] {
        int leaders = 0;
        for (const ReplicaLine& replica : status()) {
            if (!replica.ok) return false;
            leaders += replica.role == "leader" ? 1 : 0;
        }
        return leaders == 1;
    });
}

pid_t Cluster::pid_of(int replica) {
    if (watch_ == Watch::by_hand) return processes_.at(replica).pid();
    const ReplicaLine line = status().at(static_cast<std::size_t>(replica - 1));
    if (!line.ok) throw std::runtime_error("replica " + std::to_string(replica) + " does not answer");
    return line.pid;
}

void Cluster::use_short_logs() {
    for (int replica = 1; replica <= replicas_; ++replica) {
        kill(replica);
        shorten_log(replica_folder(replica));
    }
    for (int replica = 1; replica <= replicas_; ++replica) start(replica);
    if (!wait_until_all_are_up()) throw std::runtime_error("the replicas do not come back with short logs");
}

void Cluster::kill(int replica) {
    ::kill(pid_of(replica), SIGKILL);
    if (watch_ == Watch::by_hand) processes_.at(replica).wait(seconds{10});
}

void Cluster::freeze(int replica, std::chrono::milliseconds time) {
    const pid_t pid = pid_of(replica);
    ::kill(pid, SIGSTOP);
    std::this_thread::sleep_for(time);
    ::kill(pid, SIGCONT);
}

void Cluster::start(int replica, std::optional<std::uint64_t> file_size_max) {
    processes_.erase(replica);
    Spawn spawn = sandbox_.command("parleyd", {replica_folder(replica)}, "replica-" + std::to_string(replica));
    spawn.file_size_max = file_size_max;
    processes_.emplace(replica, Process(spawn));
}

}  // namespace parley::e2e
