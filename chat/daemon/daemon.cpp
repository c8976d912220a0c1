// Composition of one replica over sockets, POSIX files and the system's clock. Start-up errors are exceptions, caught
// once in main as one line; what fails later is fail-stop with one sentence.
#include "chat/daemon/daemon.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "chat/daemon/certificates.hpp"
#include "chat/daemon/config.hpp"
#include "chat/daemon/formation.hpp"
#include "chat/daemon/joining.hpp"
#include "chat/daemon/log_file.hpp"
#include "chat/daemon/monitoring.hpp"
#include "chat/daemon/relaying_dialer.hpp"
#include "chat/server/server.hpp"
#include "consensus/driver/peers.hpp"
#include "consensus/storage/inspect.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/asio_listener.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/authority.hpp"
#include "net/asio/posix_disk.hpp"
#include "net/asio/system_secrets.hpp"
#include "net/asio/thread_worker.hpp"

namespace parley::chat {
namespace {

template <class T>
T or_throw(net::Result<T> result, const std::string& what) {
    if (!result) throw std::runtime_error(what + result.error().message);
    return std::move(*result);
}

std::string read_text(const std::string& path) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>{file}, {}};
}

DaemonConfig read_config(const std::string& data) {
    const std::string path = data + "/parleyd.toml";
    std::ifstream file{path};
    if (!file) {
        throw std::runtime_error(fmt::format("{} is missing: {} is not the data folder of a replica. `parley up` makes a "
                                             "whole cluster on this machine", path, data));
    }
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    return or_throw(parse_config(text, path), "");
}

constexpr std::uint32_t seconds_at_once = 4;   // a window that opens asks for a lot at first

Rate per_hour(std::uint32_t count) {
    if (count == 0) return {};
    return {count, net::Duration{std::chrono::hours{1}} / count};
}

ServerOptions make_options(const DaemonConfig& config) {
    ServerOptions options;
    options.protocol.heartbeat_interval = std::chrono::milliseconds{config.heartbeat_ms};
    options.protocol.election_timeout = std::chrono::milliseconds{config.election_timeout_ms};
    if (config.feature_level_max > 0) {
        options.protocol.feature_level = std::min(options.protocol.feature_level, consensus::FeatureLevel{config.feature_level_max});
    }
    options.log.segment_size = std::uint64_t{config.segment_mb} << 20U;
    options.log.keep_slots = config.keep_slots;
    options.log.keep_bytes = std::uint64_t{config.keep_mb} << 20U;
    options.checkpoint_frames = static_cast<int>(config.checkpoint_pages);
    options.scrub.round = std::chrono::hours{config.scrub_hours};
    options.log_scrub.round = options.scrub.round;
    options.room.reserve = std::uint64_t{config.reserve_mb} << 20U;
    options.gateway.clients_max = config.clients_max;
    options.gateway.requests_of_login = Rate::per_second(config.requests_per_login, seconds_at_once);
    options.gateway.requests_of_network = Rate::per_second(config.requests_per_address, seconds_at_once);
    options.gateway.registrations_of_network = per_hour(config.registrations_per_address);
    options.peer_addresses = config.peers;
    options.address = config.listen;
    options.require_certificates = config.tls;
    options.version = PARLEY_VERSION;
    options.process = static_cast<std::uint64_t>(::getpid());
    return options;
}

std::map<std::string, std::string> relayed(const DaemonConfig& config) {
    std::map<std::string, std::string> through;
    for (const auto& [alias, relay] : config.relays) {
        const auto peer = config.peers.find(alias);
        if (peer == config.peers.end()) throw std::runtime_error(fmt::format("relays.{}: no such replica in [peers]", alias));
        through[peer->second] = relay;
    }
    return through;
}

// Thousands of clients need more descriptors than the usual 1024.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

// A replica that lost its log must never come back as an empty one: it may have promised and accepted.
void require_log(net::Disk& disk, const std::string& data) {
    if (consensus::Log::exists(disk, Server::log_folder)) return;
    throw std::runtime_error(fmt::format("{}/{} holds no log. This replica does not start empty, because it may have "
                                         "acknowledged what is missing. Put the folder back, or replace the replica: `parley cluster replace`", data,
                                         Server::log_folder));
}

std::unique_ptr<net::HttpPages> open_monitoring(net::AsioLoop& loop, const DaemonConfig& config, const Server& server,
                                                const Certificates& certificates) {
    if (config.monitoring_port == 0) return nullptr;
    return or_throw(net::HttpPages::open(loop, fmt::format("127.0.0.1:{}", config.monitoring_port),
                                         [&server, &certificates](const std::string& path) {
                                             return monitoring_page(path, server.metrics(), PARLEY_VERSION, certificates.valid_until());
                                         }),
                    "monitoring.port: ");
}

class PidFile {
public:
    explicit PidFile(std::string path) : path_(std::move(path)) { std::ofstream{path_} << ::getpid() << "\n"; }
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;
    ~PidFile() { ::unlink(path_.c_str()); }

private:
    std::string path_;
};

// The orderly end, whoever asks for it.
class Ending {
public:
    Ending(net::AsioLoop& loop, LogFile& log) : loop_(loop), log_(log) {}

    void watch(std::optional<int> lifeline, net::Task on_hangup) {
        loop_.on_signal({SIGTERM, SIGINT, SIGHUP}, [this, hangup = std::move(on_hangup)](int signal) mutable {
            if (signal == SIGHUP) return hangup();
            end(0, fmt::format("stopped by signal {}", signal));
        });
        if (!lifeline) return;
        loop_.watch_readable(*lifeline, [this, fd = *lifeline] {
            char byte = 0;
            if (::read(fd, &byte, 1) > 0) return;
            loop_.unwatch(fd);
            end(0, "stopped: the process that held the lifeline has ended");
        });
    }
    void end(int code, const std::string& why) {
        code_ = std::max(code_, code);
        log_.info(why);
        loop_.stop();
    }
    [[nodiscard]] int code() const { return code_; }

private:
    net::AsioLoop& loop_;
    LogFile& log_;
    int code_ = 0;
};

// Certificates of a replica that runs: taken anew when somebody says so, and looked at once a day, since they end by themselves.
class Renewing {
public:
    Renewing(net::AsioLoop& loop, Certificates& certificates, net::AsioListener& listener, net::AsioDialer& dialer, LogFile& log, std::string node)
        : loop_(loop), certificates_(certificates), listener_(listener), dialer_(dialer), log_(log), node_(std::move(node)) {}
    Renewing(const Renewing&) = delete;
    Renewing& operator=(const Renewing&) = delete;
    ~Renewing() { loop_.cancel(timer_); }

    void start() {
        const auto read = certificates_.renew(node_);
        // It goes on: whoever mends the files need not start it again.
        if (!read) log_.essential("parleyd: others will not believe this replica's certificate: " + read.error().message);
        look_daily();
    }
    void renew() {
        const auto read = certificates_.renew(node_);
        if (!read) return log_.warn("the certificates stay as they were, the new ones do not fit: " + read.error().message);
        if (certificates_.contexts().server == nullptr) return log_.info("there are no certificates to read again: TLS is off");
        listener_.use(certificates_.contexts().server);
        dialer_.use(certificates_.contexts().client);
        for (const auto& [what, until] : certificates_.valid_until()) log_.info(fmt::format("new certificate for {}: valid until {:%Y-%m-%d}", what, day_of(until)));
        warn();
    }

private:
    static constexpr std::chrono::hours day{24};
    static constexpr std::int64_t warn_days = 30;

    static std::tm day_of(net::WallTime time) { return fmt::gmtime(static_cast<std::time_t>(time.ms / 1000)); }
    void look_daily() {
        warn();
        timer_ = loop_.after(day, [this] { look_daily(); });
    }
    void warn() {
        for (const auto& [what, until] : certificates_.valid_until()) {
            const std::int64_t days = (until.ms - loop_.wall_now().ms) / std::chrono::milliseconds{day}.count();
            if (days < warn_days) log_.warn(fmt::format("the certificate for {} is valid until {:%Y-%m-%d} only: `parleyd certificate` makes a new one", what, day_of(until)));
        }
    }

    net::AsioLoop& loop_;
    Certificates& certificates_;
    net::AsioListener& listener_;
    net::AsioDialer& dialer_;
    LogFile& log_;
    std::string node_;
    net::TimerId timer_;
};

// One life of the replica; none when it has to begin anew, with a snapshot in place of its state.
std::optional<int> run_once(const RunReplica& command) {
    const DaemonConfig config = read_config(command.data);
    net::AsioLoop loop;
    net::PosixDisk disk{loop, command.data};
    const auto lock = or_throw(disk.lock(""), "");
    require_log(disk, command.data);
    LogFile log{command.data + "/parleyd.log", config};
    const PidFile pid_file{command.data + "/parleyd.pid"};

    Ending ending{loop, log};
    net::ThreadWorker worker{loop, 1};
    net::SystemSecrets secrets;
    Certificates certificates{command.data, config};
    const auto listener = or_throw(net::AsioListener::open(loop, config.listen, certificates.contexts().server), "");
    net::AsioDialer direct{loop, certificates.contexts().client};
    RelayingDialer dialer{direct, relayed(config)};
    bool anew = false;
    ServerEvents events{
        [&](const net::Error& error) {
            log.essential("parleyd: stopping: " + error.message);
            ending.end(1, "stopped after a failure");
        },
        [&] {
            anew = true;
            ending.end(0, "begins anew with a snapshot");
        },
        [&] {
            log.essential("parleyd: stopping for good: this replica was removed from the cluster, and the others need it no more; its folder "
                          "can be deleted");
            ending.end(exit_when_removed, "stopped: removed from the cluster");
        },
        {}, {},   // which slots are chosen, and what becomes of files, is of interest to nobody here
        [&](const std::string& line) { log.info(line); },
    };
    auto server = or_throw(Server::open({loop, worker, disk, secrets, dialer, *listener}, make_options(config),
                                        std::move(events)), command.data + ": ");
    const auto pages = open_monitoring(loop, config, *server, certificates);
    Renewing renewing{loop, certificates, *listener, direct, log, consensus::certificate_name_of(server->identity().node)};
    ending.watch(command.lifeline, [&renewing] { renewing.renew(); });
    renewing.start();
    server->start();
    log.info(fmt::format("parleyd {} listens on {}", PARLEY_VERSION, listener->address()));
    loop.run();
    if (anew && ending.code() == 0) return std::nullopt;
    return ending.code();
}

}  // namespace

int run_replica(const RunReplica& command) {
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);   // a file that may not grow is a failed write like any other
    raise_descriptor_limit();
    if (!command.join.empty()) join_cluster(command.data, command.join);
    while (true) {
        if (const auto code = run_once(command)) return *code;
    }
}

int init_cluster(const InitCluster& command) {
    const std::vector<FoundingMember> members = founding_members(command.members);
    if (std::filesystem::exists(command.data) && !std::filesystem::is_empty(command.data)) {
        throw std::runtime_error(command.data + " is not empty: a cluster is made in a new folder");
    }
    form_cluster(command.data, members, command.tls, nullptr, command.level);
    std::vector<std::string> servers;
    fmt::print("made a cluster of {} in {}. Copy each folder to its machine, keeping its modes, and start it there:\n",
               members.size(), command.data);
    for (const FoundingMember& member : members) {
        fmt::print("    {}/{}    for {}    parleyd FOLDER\n", command.data, member.alias, member.address);
        servers.push_back(member.address);
    }
    fmt::print("Each folder belongs to one replica: never start two copies of it. Keep ca.key and operator.key here, away from\n"
               "the replicas. People connect with --servers {} --ca {}/ca.pem\n", fmt::join(servers, ","), command.data);
    return 0;
}

int renew_certificate(const RenewCertificate& command) {
    const auto authority = net::Authority::load(command.authority + "/ca.pem", command.authority + "/ca.key");
    const std::filesystem::path old{command.certificate};
    const net::Credentials made = authority.renew_replica(read_text(command.certificate), command.days);
    const std::string key = (old.parent_path() / (old.stem().string() + ".key")).string();
    // The key first: whoever reads both in between finds that they do not fit, and keeps what it has.
    net::write_private_file(key, made.key_pem);
    net::write_private_file(command.certificate, made.certificate_pem);
    fmt::print("{} and {} are new, for {} days. Bring both to the replica's tls folder if they are not there, and tell it with\n"
               "`systemctl reload parleyd@NAME` or SIGHUP; its links go on\n", command.certificate, key, command.days);
    return 0;
}

int inspect_folder(const InspectFolder& command) {
    net::AsioLoop loop;
    net::PosixDisk disk{loop, command.data, {.inline_sync = true}};
    const auto format = command.xml ? consensus::InspectFormat::xml : consensus::InspectFormat::text;
    const auto done = consensus::inspect(disk, Server::log_folder, std::cout, format);
    if (!done) throw std::runtime_error(done.error().message);
    return 0;
}

}  // namespace parley::chat
