// Composition of the command line's parts.
#include "chat/cli/runtime.hpp"

#include <csignal>

#include <fmt/format.h>
#include <unistd.h>

#include "chat/cli/paths.hpp"
#include "chat/state/command_level.hpp"

namespace parley::chat {
namespace {

std::string device_name() {
    char host[256] = "";
    ::gethostname(host, sizeof host - 1);
    return fmt::format("parley on {}", host);
}

}  // namespace

Runtime::Runtime(const GlobalOptions& options)
    : options_(options), cluster_(known_cluster(loop_, options_)), dialer_(loop_, cluster_.tls), asker_(loop_, dialer_) {
    ::signal(SIGPIPE, SIG_IGN);
}

Runtime::~Runtime() = default;

Client& Runtime::open_client(ClientEvents events, bool linearizable_reads) {
    make_profile_folder(options_.profile);
    if (!cluster_.is_local) remember(options_, cluster_);
    disk_ = std::make_unique<net::PosixDisk>(loop_, profile_folder(options_.profile), net::PosixDiskOptions{.inline_sync = true});
    store_ = value_or_fail(ClientStore::open(*disk_, cluster_.store, nullptr));
    ClientOptions client;
    client.servers = cluster_.servers;
    client.program = "parley " PARLEY_VERSION;
    client.device = device_name();
    client.linearizable_reads = linearizable_reads;
    client_ = std::make_unique<Client>(ClientPorts{loop_, dialer_, secrets_, store_.get()}, std::move(client), std::move(events));
    client_->start();
    return *client_;
}

Client& Runtime::open_account() {
    Client& client = open_client({}, !options_.stale);
    if (!client.account()) {
        throw CommandFailed(Exit::refused, fmt::format("profile \"{}\" is not logged in; do so with `parley login NAME`, or "
                                                       "make an account with `parley register NAME`", options_.profile));
    }
    return client;
}

std::unique_ptr<ReplyStore> Runtime::open_replies() {
    auto store = value_or_fail(ReplyStore::open(*disk_, cluster_.store, nullptr));
    require(store->belong_to(client_->account() ? client_->account()->user : UserId{}));
    return store;
}

void Runtime::forget_replies() {
    if (ReplyStore::is_there(*disk_, cluster_.store)) (void)open_replies();
}

consensus::FeatureLevel Runtime::cluster_level() {
    if (!level_) {
        const auto status = wait<StatusReport>([&](auto reply) { client_->status(deadline(), std::move(reply)); });
        level_ = consensus::FeatureLevel{status.cluster_level};
    }
    return *level_;
}

void Runtime::require_level(consensus::FeatureLevel level) {
    if (cluster_level() >= level) return;
    throw CommandFailed(Exit::refused, fmt::format("the cluster uses feature level {} and this needs {}: install this version on all replicas first (`parley status` says which)",
                                                   cluster_level().value, level.value));
}

Answer Runtime::submit(Operation operation) {
    if (const consensus::FeatureLevel level = level_of(operation); level > consensus::FeatureLevel{1}) require_level(level);
    return accepted(wait<Answer>([&](auto reply) { client_->submit(std::move(operation), deadline(), std::move(reply)); }));
}

Answer accepted(Answer answer) {
    if (const auto* refused = std::get_if<Refused>(&answer.result)) {
        throw CommandFailed(Exit::refused, sentence(refused->why));
    }
    return answer;
}

}  // namespace parley::chat
