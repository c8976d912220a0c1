// The course of `parley up`: lock, form or resume, start, tell when ready, supervise, stop.
#include "chat/cli/up/up.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "chat/cli/addresses.hpp"
#include "chat/client/asker.hpp"
#include "chat/cli/lab_orders.hpp"
#include "chat/cli/local_cluster.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/up/formation.hpp"
#include "chat/cli/up/lab.hpp"
#include "chat/cli/up/ports.hpp"
#include "chat/cli/up/supervisor.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/command_socket.hpp"
#include "net/asio/posix_disk.hpp"
#include "net/asio/tls_context.hpp"

namespace parley::chat {
namespace {

namespace files = std::filesystem;

// Asks all replicas until each says who leads, then calls once.
class Readiness {
public:
    struct Ready {
        std::size_t up = 0;
        std::string leader;
    };
    Readiness(net::AsioLoop& loop, net::Dialer& dialer, std::vector<std::string> servers, net::Function<void(Ready)> done)
        : loop_(loop), asker_(loop, dialer), servers_(std::move(servers)), done_(std::move(done)), begun_(loop.now()) {
        ask();
    }

private:
    void ask() {
        open_ = servers_.size();
        up_ = 0;
        leaders_.clear();
        for (const std::string& server : servers_) {
            asker_.ask(server, AskStatus{}, std::chrono::seconds{2}, [this](net::Result<Asker::Reply> reply) {
                note(std::move(reply));
            });
        }
    }
    void note(net::Result<Asker::Reply> reply) {
        if (reply) {
            if (const auto* report = std::get_if<StatusReport>(&reply->payload)) {
                ++up_;
                leaders_.push_back(report->leader_alias);
            }
        }
        if (--open_ == 0) judge();
    }
    void judge() {
        const bool agreed = !leaders_.empty() && !leaders_.front().empty() &&
                            std::all_of(leaders_.begin(), leaders_.end(), [&](const auto& l) { return l == leaders_.front(); });
        const bool late = loop_.now() - begun_ > std::chrono::seconds{8};
        const bool enough = up_ == servers_.size() || (late && up_ > servers_.size() / 2);
        if (agreed && enough) return done_({up_, leaders_.front()});
        loop_.after(std::chrono::milliseconds{50}, [this] { ask(); });
    }

    net::AsioLoop& loop_;
    Asker asker_;
    std::vector<std::string> servers_;
    net::Function<void(Ready)> done_;
    net::Instant begun_;
    std::size_t open_ = 0;
    std::size_t up_ = 0;
    std::vector<std::string> leaders_;
};

Formation wanted_formation(const UpCommand& command, const GlobalOptions& options, const std::string& data) {
    Formation formation;
    if (is_formed(data)) {
        formation = read_formation(data);
        if (command.replicas && *command.replicas != formation.replicas) {
            throw CommandFailed(Exit::refused, fmt::format("{} holds a cluster of {} replicas and keeps that number; choose "
                                                           "another folder with --data", command.data, formation.replicas));
        }
        if (options.tls && *options.tls != formation.tls) {
            throw CommandFailed(Exit::refused, fmt::format("the cluster in {} was formed with --tls {}", command.data,
                                                           formation.tls ? "on" : "off"));
        }
    } else {
        formation.replicas = command.replicas.value_or(3);
        formation.tls = options.tls.value_or(true);
        formation.listen = command.listen;
    }
    if (command.base_port) formation.base_port = *command.base_port;
    if (!formation.tls && !is_loopback(formation.listen)) {
        throw CommandFailed(Exit::refused, fmt::format("--tls off is for loopback addresses only, and {} is none", formation.listen));
    }
    return formation;
}

void find_ports(Formation& formation) {
    const auto base = free_block(formation.listen, formation.base_port, formation.replicas);
    if (!base) {
        throw CommandFailed(Exit::refused, fmt::format("no {} free ports in a row on {} from {} on; choose others with "
                                                       "--base-port", formation.replicas, formation.listen, formation.base_port));
    }
    if (*base == formation.base_port) return;
    const Formation asked = formation;
    formation.base_port = *base;
    note_line(fmt::format("{} is in use; using {}", short_list(asked.addresses()), short_list(formation.addresses())));
}

LocalCluster describe(const std::string& data, const Formation& formation) {
    LocalCluster local;
    local.servers = formation.addresses();
    local.tls = formation.tls;
    local.ca = data + "/ca.pem";
    local.operator_certificate = data + "/operator.pem";
    local.operator_key = data + "/operator.key";
    local.data = data;
    local.pid = ::getpid();
    return local;
}

void say_ready(const GlobalOptions& options, const LocalCluster& local, const Readiness::Ready& ready) {
    if (options.json) {
        print_line(JsonLine{}.flag("ready", true).texts("servers", local.servers).text("data", local.data)
                       .text("leader", ready.leader).number("replicas", local.servers.size()).number("up", ready.up).str());
        return;
    }
    const std::string count = ready.up == local.servers.size() ? fmt::format("{}", ready.up)
                                                               : fmt::format("{} of {}", ready.up, local.servers.size());
    print_line(fmt::format("ready: {} replicas, leader {}, {}", count, ready.leader, short_list(local.servers)));
}

std::string make_data_folder(const std::string& data) {
    std::error_code error;
    files::create_directories(data, error);
    if (error) throw CommandFailed(Exit::refused, fmt::format("{}: {}", data, error.message()));
    files::permissions(data, files::perms::owner_all, error);
    return files::canonical(data).string();
}

// With the parent, this ends too: told by the kernel, and looked at again in case it was faster.
void end_with_parent(net::AsioLoop& loop) {
    const pid_t parent = ::getppid();
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) loop.stop();
}

void supervise(net::AsioLoop& loop, const GlobalOptions& options, const std::string& data, const Formation& formation, Lab* lab) {
    const LocalCluster local = describe(data, formation);
    Supervisor supervisor{loop, data, formation};
    loop.on_signal({SIGCHLD, SIGINT, SIGTERM, SIGHUP}, [&](int signal) {
        if (signal == SIGCHLD) {
            supervisor.reap();
        } else {
            loop.stop();
        }
    });
    supervisor.start_all();
    std::unique_ptr<net::CommandSocket> orders;
    if (lab != nullptr) {
        orders = value_or_fail(net::CommandSocket::open(loop, data, lab_socket, [&](const std::string& line) { return lab->obey(line, supervisor); }));
    }
    require(write_local_cluster(local));
    const auto tls = formation.tls ? net::TlsContext::client(local.ca) : nullptr;
    net::AsioDialer dialer{loop, tls};
    const Readiness readiness{loop, dialer, local.servers, [&](const Readiness::Ready& ready) { say_ready(options, local, ready); }};
    loop.run();
    supervisor.stop_all();
    forget_local_cluster(local.pid);
}

}  // namespace

Exit run(const UpCommand& command, const GlobalOptions& options) {
    ::signal(SIGPIPE, SIG_IGN);
    net::AsioLoop loop;
    const std::string data = make_data_folder(command.data);
    net::PosixDisk disk{loop, data, {.inline_sync = true}};
    const auto lock = disk.lock("");
    if (!lock) {
        throw CommandFailed(Exit::refused, fmt::format("{} is in use: a cluster runs there already ({})", command.data,
                                                       lock.error().message));
    }
    if (command.with_parent) end_with_parent(loop);
    Formation formation = wanted_formation(command, options, data);
    find_ports(formation);
    if (!is_formed(data)) form(data, formation);
    std::unique_ptr<Lab> lab;
    if (command.lab) lab = std::make_unique<Lab>(loop, formation);
    move_to(data, formation, lab ? lab->relays() : RelaysOf{});
    supervise(loop, options, data, formation, lab.get());
    note_line(fmt::format("stopped; messages are in {}", command.data));
    return Exit::ok;
}

}  // namespace parley::chat
