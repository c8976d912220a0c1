// Construction of the server, its beginning, and how it follows what is chosen and applied.
#include "chat/server/server.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "chat/server/impl.hpp"
#include "chat/server/members.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat {
namespace {

GatewayIdentity gateway_identity(const consensus::Recovered& recovered, const consensus::Configuration& members) {
    return GatewayIdentity{recovered.identity.cluster.value, recovered.identity.node.value, recovered.incarnation,
                           everybody(members), members.voters.size()};
}

consensus::PeersOptions peers_options(const consensus::Recovered& recovered, const consensus::Configuration& members,
                                      const std::optional<consensus::Configuration>& newest,
                                      const ServerOptions& server) {
    consensus::PeersOptions options;
    options.cluster = recovered.identity.cluster;
    options.self = recovered.identity.node;
    options.incarnation = recovered.incarnation;
    options.lives = recovered.lives;
    options.configuration = members;
    const auto* const self = consensus::find_member(newest ? *newest : members, options.self);
    options.address = self != nullptr ? self->address : server.address;
    options.feature_level = server.protocol.feature_level;
    options.require_certificates = server.require_certificates;
    return options;
}

}  // namespace

StateFiles state_files(const ServerOptions& options) {
    return StateFiles{Server::state_folder, Server::state_file, options.sqlite_vfs};
}

Server::Impl::Impl(ServerPorts ports, ServerOptions options, ServerEvents events, std::unique_ptr<consensus::Log> log,
                   OpenedState opened)
    : loop_(ports.loop),
      disk_(ports.disk),
      options_(std::move(options)),
      events_(std::move(events)),
      log_(std::move(log)),
      members_(moved(log_->recovered().identity.genesis, log_->recovered().identity.genesis, options_.peer_addresses)),
      state_(std::move(opened.state)),
      view_(std::move(opened.view)),
      to_fetch_(opened.to_fetch),
      peers_(ports.loop, ports.dialer, peers_options(log_->recovered(), members_, state_->configuration(), options_),
             peers_events()),
      gateway_(GatewayPorts{ports.loop, ports.worker, ports.secrets, *view_}, gateway_identity(log_->recovered(), members_),
               options_.gateway, gateway_events()),
      applier_(ports.loop, *state_, options_.applier, applier_events()),
      images_(ports.disk, ports.worker, applier_, state_files(options_), options_.image_chunk),
      scrubber_(ports.loop, ports.worker, ports.disk, state_file, options_.scrub, [this](const net::Error& error) { state_failed(error); }),
      log_scrubber_(ports.loop, ports.worker, *log_, options_.log_scrub, [this](const std::string& line) { note(line); }),
      self_check_(ports.loop, log_->recovered().identity.node, options_.self_check_beat, self_check_events()),
      room_watch_(ports.loop, ports.worker, ports.disk, options_.room, room_events()),
      chunks_(ports.loop, ports.worker, ports.disk, keeper_options(), keeper_events()),
      collector_(ports.loop, *view_, chunks_, collector_options(),
                 [this](net::Function<void(std::uint64_t)> known) {
                     driver_.read([then = std::move(known)](consensus::Slot slot) mutable { then(slot.value); });
                 }),
      file_exchange_(ports.loop, *view_, chunks_, exchange_options(), exchange_events()),
      leadership_(log_->recovered().identity.node, options_.leadership),
      searches_(SearchPorts{ports.loop, ports.worker, ports.disk}, search_places(), {}, search_events()),
      driver_(ports.loop, *log_, options_.protocol, applied_at_start(), driver_events()),
      exchange_(ports.loop, ports.disk, fetch_options(), fetch_events(), offers_events()),
      front_door_(ports.loop, ports.listener, front_door_events()) {}

// Without a state the driver hands out what the log still holds, and nobody takes it.
consensus::AppliedState Server::Impl::applied_at_start() const {
    consensus::AppliedState applied = state_->applied();
    if (to_fetch_) applied.through = log_->recovered().floor.previous();
    return applied;
}

Server::Impl::~Impl() {
    loop_.cancel(leadership_timer_);
    loop_.cancel(erasing_timer_);
}

void Server::Impl::start() {
    self_check_.set_voters(nodes_of(members_.voters));
    if (to_fetch_) {
        fetch_state();
    } else {
        if (!net::planted("reads_not_settled")) view_->before_each_read([this] { return before_read(); });
        view_->on_damage([this](const net::Error& error) { state_failed(error); });
        if (options_.search) searches_.start();
        scrubber_.start();
        log_scrubber_.start();
        follow_configuration();
        begin_files();
        driver_.start();
        self_check_.start();
        room_watch_.start();
        watch_leadership();
        watch_erasing();
    }
    peers_.start();
    front_door_.start();
    reachability_changed();
}

// The state machine keeps the configuration as it applies slots; who talks to whom follows what is chosen.
void Server::Impl::follow_configuration() {
    const consensus::Configuration& now = driver_.configuration();
    if (now.id == members_.id) return;
    members_ = moved(now, log_->recovered().identity.genesis, options_.peer_addresses);
    note(fmt::format("configuration {}: {} voters, {} learners, feature level {}", now.id, now.voters.size(), now.learners.size(), now.level.value));
    peers_.set_members(members_);
    self_check_.set_voters(nodes_of(members_.voters));
    exchange_.set_peers(peers_.nodes());
    gateway_.members_changed(everybody(members_), members_.voters.size());
    begin_files();
}

std::uint32_t Server::Impl::reachable_voters() const {
    const consensus::NodeId self = log_->recovered().identity.node;
    return static_cast<std::uint32_t>(std::ranges::count_if(
        members_.voters, [&](const consensus::Member& voter) { return voter.node == self || peers_.reachable(voter.node); }));
}

void Server::Impl::status_changed(const consensus::ReplicaStatus& status) {
    follow_configuration();
    const std::string leader = status.leader ? alias_of(members(), *status.leader) : "none";
    if (leader != last_leader_) {
        note(fmt::format("leader: {}, ballot {}.{}", leader, status.ballot.round, alias_of(members(), status.ballot.node)));
        last_leader_ = leader;
    }
    gateway_.status_changed(status, reachable_voters());
    if (room_watch_.has_room()) exchange_.status(status);
    if (!status.leading) file_exchange_.next_voters().cancel();
    if (status.dismissed && !std::exchange(dismissed_, true) && events_.dismissed) events_.dismissed();
}

void Server::Impl::reachability_changed() { gateway_.status_changed(driver_.status(), reachable_voters()); }

void Server::Impl::applied(consensus::Slot through, const std::vector<Effect>& effects) {
    files_changed(effects);
    gateway_.applied(through, effects);
    if (options_.search) searches_.applied(effects);
    driver_.applied(through);
    driver_.checkpointed(state_->durable_through(), exchange_.hold());
    self_check_.advanced();
}

void Server::Impl::note(const std::string& line) {
    if (events_.note) events_.note(line);
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

net::Result<std::unique_ptr<Server>> Server::open(ServerPorts ports, ServerOptions options, ServerEvents events) {
    if (!consensus::Log::exists(ports.disk, log_folder)) {
        return net::Error{net::ErrorKind::not_found,
                          "this data folder holds no replica's log. A replica that lost its log must not start as if it "
                          "were new: form a new cluster with 'parley up', or put the folder back"};
    }
    net::Result<std::unique_ptr<consensus::Log>> log =
        consensus::Log::open(ports.disk, ports.loop, log_folder, options.log);
    if (!log) return log.error();
    if (const net::Result<void> made = ports.disk.make_directory(state_folder); !made) return made.error();
    if (const net::Result<void> synced = ports.disk.sync_directory(""); !synced) return synced.error();
    if (const net::Result<void> may_vote = check_may_vote(ports.disk, state_files(options)); !may_vote) return may_vote.error();
    net::Result<OpenedState> opened = open_state(ports.disk, **log, state_files(options), options.limits, options.checkpoint_frames, events.note);
    if (!opened) return opened.error();
    return std::unique_ptr<Server>{new Server{std::make_unique<Impl>(ports, std::move(options), std::move(events),
                                                                     std::move(*log), std::move(*opened))}};
}

void Server::start() { impl_->start(); }
net::Result<void> Server::change(const consensus::MembershipChange& change) { return impl_->change(change); }
net::Result<void> Server::hand_over(consensus::NodeId to) { return impl_->driver_.hand_over(to); }
net::Result<void> Server::settle() { return impl_->applier_.settle(); }
ServerMetrics Server::metrics() const { return impl_->metrics(); }
StatusReport Server::status() const { return impl_->report(); }
const std::vector<Boundary>& Server::boundaries() const { return impl_->state_->boundaries(); }
net::Result<std::optional<FileRow>> Server::file(FileId file) const { return impl_->view_->file(file); }
std::vector<consensus::RememberedNode> Server::remembered() const { return impl_->peers_.remembered(); }
const consensus::Log& Server::log() const { return *impl_->log_; }
const consensus::LogIdentity& Server::identity() const { return impl_->log_->recovered().identity; }

}  // namespace parley::chat
