#include "chat/server/server.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "chat/server/front_door.hpp"
#include "chat/server/images.hpp"
#include "chat/server/opened_state.hpp"
#include "chat/server/searches.hpp"
#include "chat/server/self_check.hpp"
#include "consensus/core/membership.hpp"
#include "consensus/core/quorum.hpp"
#include "consensus/driver/driver.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {
namespace {

std::string alias_of(const consensus::Configuration& configuration, consensus::NodeId node) {
    const consensus::Member* const member = consensus::find_member(configuration, node);
    return member == nullptr ? "" : member->alias;
}

const char* role_name(consensus::Role role) {
    switch (role) {
        case consensus::Role::follower: return "follower";
        case consensus::Role::candidate: return "candidate";
        case consensus::Role::leader: return "leader";
    }
    return "";
}

// Where the cluster was formed with a member, its machine may have moved since, and this replica's file says where to. Who came
// later, or moved through the log, is where the configuration says.
consensus::Configuration moved(consensus::Configuration members, const consensus::Configuration& genesis,
                               const std::map<std::string, std::string>& addresses) {
    for (auto* group : {&members.voters, &members.learners}) {
        for (consensus::Member& member : *group) {
            const auto address = addresses.find(member.alias);
            const bool is_founder = consensus::find_voter(genesis, member.node) != nullptr;
            const bool has_moved = std::ranges::find(members.moves, member.node, &consensus::Move::node) != members.moves.end();
            if (is_founder && !has_moved && address != addresses.end()) member.address = address->second;
        }
    }
    return members;
}

std::vector<consensus::Member> everybody(const consensus::Configuration& members) {
    std::vector<consensus::Member> all = members.voters;
    all.insert(all.end(), members.learners.begin(), members.learners.end());
    return all;
}

std::vector<consensus::NodeId> nodes_of(const std::vector<consensus::Member>& members) {
    std::vector<consensus::NodeId> nodes;
    for (const consensus::Member& member : members) nodes.push_back(member.node);
    return nodes;
}

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

StateFiles state_files(const ServerOptions& options) {
    return StateFiles{Server::state_folder, Server::state_file, options.sqlite_vfs};
}

}  // namespace

struct Server::Impl {
    Impl(ServerPorts ports, ServerOptions options, ServerEvents events, std::unique_ptr<consensus::Log> log,
         OpenedState opened);

    consensus::DriverEvents driver_events();
    consensus::PeersEvents peers_events();
    GatewayEvents gateway_events();
    SearchEvents search_events();
    ApplierEvents applier_events();
    FrontDoorEvents front_door_events();
    SearchPlaces search_places() const;
    consensus::FetchOptions fetch_options() const;
    consensus::FetchEvents fetch_events();
    consensus::OffersEvents offers_events();
    SelfCheckEvents self_check_events();
    RoomEvents room_events();

    void start();
    void status_changed(const consensus::ReplicaStatus& status);
    void follow_configuration();
    [[nodiscard]] std::uint32_t reachable_voters() const;
    void reachability_changed();
    void applied(consensus::Slot through, const std::vector<Effect>& effects);
    void fail(const net::Error& error);
    void state_failed(const net::Error& error);
    void fetch_state();
    [[nodiscard]] net::Result<void> before_read();
    void judged(const Judgement& judgement);
    void leave_state(const Judgement& judgement);
    void end_voting(const Judgement& judgement);
    void went_back(const net::Error& error);
    void room_changed(bool enough);
    void room_looked();
    [[nodiscard]] Room room() const;
    [[nodiscard]] bool has_room_for_an_image();
    void lead_elsewhere();
    void note(const std::string& line);
    [[nodiscard]] StatusReport report() const;
    [[nodiscard]] ServerMetrics metrics() const;
    [[nodiscard]] std::uint64_t refused_links() const;
    [[nodiscard]] const consensus::Configuration& members() const { return members_; }

    net::Loop& loop_;
    net::Disk& disk_;
    ServerOptions options_;
    ServerEvents events_;
    bool failed_ = false;
    bool dismissed_ = false;
    std::string last_leader_;
    std::uint64_t leased_reads_ = 0;
    std::size_t handed_over_ = 0;   // times, for want of room
    // In the order in which they depend on each other.
    std::unique_ptr<consensus::Log> log_;
    consensus::Configuration members_;
    std::unique_ptr<ChatState> state_;
    std::unique_ptr<View> view_;
    // This replica only fetches a state from the others, and takes no part before it has it.
    const std::optional<consensus::Slot> to_fetch_;
    consensus::Peers peers_;
    Gateway gateway_;
    Applier applier_;
    Images images_;
    Scrubber scrubber_;
    consensus::LogScrubber log_scrubber_;
    SelfCheck self_check_;
    RoomWatch room_watch_;
    Searches searches_;
    consensus::Driver driver_;
    consensus::Exchange exchange_;
    FrontDoor front_door_;
};

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
      searches_(SearchPorts{ports.loop, ports.worker, ports.disk}, search_places(), {}, search_events()),
      driver_(ports.loop, *log_, options_.protocol, to_fetch_ ? log_->recovered().floor.previous() : state_->applied_through(),
              state_->configuration(), driver_events()),
      exchange_(ports.loop, ports.disk, fetch_options(), fetch_events(), offers_events()),
      front_door_(ports.loop, ports.listener, front_door_events()) {}

consensus::DriverEvents Server::Impl::driver_events() {
    consensus::DriverEvents events;
    events.send = [this](consensus::NodeId to, const consensus::Message& message) { peers_.send(to, message); };
    events.chosen = [this](std::vector<consensus::ChosenSlot> chosen) { applier_.take(std::move(chosen)); };
    events.status_changed = [this](const consensus::ReplicaStatus& status) { status_changed(status); };
    events.refused = [this](std::uint32_t count) { gateway_.commands_refused(count); };
    events.failed = [this](const net::Error& error) { fail(error); };
    events.leased_read = [this](consensus::Slot) { ++leased_reads_; };
    return events;
}

consensus::PeersEvents Server::Impl::peers_events() {
    consensus::PeersEvents events;
    events.received = [this](consensus::NodeId from, consensus::Message message) {
        driver_.received(from, std::move(message));
    };
    events.snapshot = [this](consensus::NodeId from, consensus::SnapshotMessage message) {
        exchange_.received(from, std::move(message));
    };
    events.up = [this](consensus::NodeId peer) {
        exchange_.set_peers(peers_.nodes());
        driver_.peer_up(peer);
        reachability_changed();
    };
    events.down = [this](consensus::NodeId peer) {
        driver_.peer_down(peer);
        gateway_.peer_lost(peer.value);
        reachability_changed();
    };
    events.soft = [this](consensus::NodeId from, net::ByteView bytes) { return gateway_.soft_received(from.value, bytes); };
    events.reached = [this] { return log_->reached(); };
    events.went_back = [this](const net::Error& error) { went_back(error); };
    events.outdated = [this](const net::Error& error) { fail(error); };
    return events;
}

GatewayEvents Server::Impl::gateway_events() {
    GatewayEvents events;
    events.propose = [this](std::vector<net::Bytes> commands) { driver_.propose(std::move(commands)); };
    events.read_slot = [this](net::Function<void(consensus::Slot)> known) { driver_.read(std::move(known)); };
    events.status = [this] { return report(); };
    events.soft = [this](net::Bytes payload) { peers_.send_soft(payload); };
    events.boundaries = [this](std::uint64_t node, const BoundaryReport& report) { return self_check_.heard(consensus::NodeId{node}, report); };
    events.room = [this](std::uint64_t node, const RoomReport& report) { room_watch_.heard(consensus::NodeId{node}, report); };
    if (options_.search) {
        events.search = [this](const LoginRow& asking, const AskSearch& question, net::Function<void(Payload)> done) {
            searches_.find(asking, question, std::move(done));
        };
    }
    events.hand_over = [this](consensus::NodeId to) { return driver_.hand_over(to); };
    events.change = [this](const consensus::MembershipChange& change) { return driver_.change(change); };
    events.configuration = [this] { return members_; };
    events.image = [this](consensus::Slot next, consensus::Offers::Answer answer) { exchange_.offers().offer(next, std::move(answer)); };
    events.chunk = [this](const consensus::ImageId& image, std::uint32_t chunk) { return exchange_.offers().chunk(image, chunk); };
    return events;
}

SearchEvents Server::Impl::search_events() {
    SearchEvents events;
    events.settle = [this] { return applier_.settle(); };
    events.note = [this](const std::string& line) { note(line); };
    return events;
}

SearchPlaces Server::Impl::search_places() const {
    return SearchPlaces{state_file, search_file, options_.sqlite_vfs, log_->recovered().identity.cluster.value};
}

ApplierEvents Server::Impl::applier_events() {
    ApplierEvents events;
    events.applied = [this](consensus::Slot through, const std::vector<Effect>& effects) { applied(through, effects); };
    events.failed = [this](const net::Error& error) { state_failed(error); };
    events.is_read_elsewhere = [this] { return images_.is_reading() || searches_.is_reading(); };
    return events;
}

SelfCheckEvents Server::Impl::self_check_events() {
    SelfCheckEvents events;
    // What is not committed may come out otherwise after a crash.
    events.own = [this] {
        std::vector<Boundary> committed = state_->boundaries();
        std::erase_if(committed, [this](const Boundary& boundary) { return boundary.slot > state_->applied_through().value; });
        return committed;
    };
    events.tell = [this](const BoundaryReport& report) { peers_.send_soft(net::encode(SoftMessage{report})); };
    events.judged = [this](const Judgement& judgement) { judged(judgement); };
    return events;
}

RoomEvents Server::Impl::room_events() {
    RoomEvents events;
    events.changed = [this](bool enough) { room_changed(enough); };
    events.tell = [this](const RoomReport& report) {
        if (members_.level >= consensus::level_of_room) peers_.send_soft(net::encode(SoftMessage{report}));
    };
    events.looked = [this] { room_looked(); };
    return events;
}

FrontDoorEvents Server::Impl::front_door_events() {
    FrontDoorEvents events;
    events.replica = [this](std::unique_ptr<net::Link> link, const net::FrameView& hello) {
        const net::Result<consensus::NodeId> node = peers_.accept(std::move(link), hello);
        if (!node) note(fmt::format("refused a replica's link: {}", node.error().message));
    };
    events.client = [this](std::unique_ptr<net::Link> link, const net::FrameView& hello) {
        gateway_.accept(std::move(link), hello);
    };
    events.note = [this](const std::string& line) { note(line); };
    return events;
}

consensus::FetchOptions Server::Impl::fetch_options() const {
    consensus::FetchOptions options;
    options.folder = state_folder;
    for (const consensus::Member& member : everybody(members())) {
        if (member.node != log_->recovered().identity.node) options.peers.push_back(member.node);
    }
    return options;
}

consensus::FetchEvents Server::Impl::fetch_events() {
    consensus::FetchEvents events;
    events.send = [this](consensus::NodeId to, const consensus::SnapshotMessage& message) { peers_.send(to, message); };
    events.check = [this](const std::string& path, const consensus::Manifest& manifest,
                          net::Function<void(net::Result<void>)> done) { images_.check(path, manifest, std::move(done)); };
    events.ready = [this](consensus::Slot) {
        if (events_.start_anew) events_.start_anew();
    };
    events.failed = [this](const net::Error& error) { fail(error); };
    events.note = [this](const std::string& line) { note(line); };
    return events;
}

consensus::OffersEvents Server::Impl::offers_events() {
    consensus::OffersEvents events;
    events.send = [this](consensus::NodeId to, const consensus::SnapshotMessage& message) { peers_.send(to, message); };
    events.make = [this](Images::Made made) {
        if (to_fetch_) return made(net::Error{net::ErrorKind::refused, "there is no state yet"});
        // Whoever copied a contradicted state would count for it.
        if (!has_room_for_an_image()) return made(net::Error{net::ErrorKind::refused, "this replica's disk has no room for one"});
        if (self_check_.is_disputed()) return made(net::Error{net::ErrorKind::refused, "no majority agrees with this state"});
        images_.make([this, told = std::move(made)](net::Result<consensus::MadeImage> image) mutable {
            if (!image && image.error().kind == net::ErrorKind::damaged) return state_failed(image.error());
            told(std::move(image));
        });
    };
    events.floor = [this] { return log_->floor(); };
    return events;
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
        driver_.start();
        self_check_.start();
        room_watch_.start();
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
    if (status.dismissed && !std::exchange(dismissed_, true) && events_.dismissed) events_.dismissed();
}

void Server::Impl::reachability_changed() { gateway_.status_changed(driver_.status(), reachable_voters()); }

void Server::Impl::applied(consensus::Slot through, const std::vector<Effect>& effects) {
    gateway_.applied(through, effects);
    if (options_.search) searches_.applied(effects);
    driver_.applied(through);
    driver_.checkpointed(state_->durable_through(), exchange_.hold());
    self_check_.advanced();
}

void Server::Impl::fail(const net::Error& error) {
    if (std::exchange(failed_, true)) return;
    if (events_.failed) events_.failed(error);
}

// A damaged state is set aside by the next start, when nobody has its files open any more.
void Server::Impl::state_failed(const net::Error& error) {
    if (error.kind != net::ErrorKind::damaged || net::planted("damaged_state_refuses")) return fail(error);
    if (std::exchange(failed_, true)) return;
    note(fmt::format("{}. The state is set aside and made anew", error.message));
    const net::Result<void> marked = mark_damaged(disk_, state_files(options_));
    if (!marked && events_.failed) events_.failed(marked.error());
    if (marked && events_.start_anew) events_.start_anew();
}

void Server::Impl::fetch_state() {
    net::probe<"state_fetched_anew">();
    view_->before_each_read([] { return net::Error{net::ErrorKind::io_failed, "it is being fetched from the other replicas"}; });
    exchange_.need(*to_fetch_, "this replica's own state is damaged or gone, or the others contradict it");
}

net::Result<void> Server::Impl::before_read() {
    if (failed_ || self_check_.is_disputed()) {
        return net::Error{net::ErrorKind::io_failed, "the other replicas contradict it"};
    }
    return applier_.settle();
}

void Server::Impl::judged(const Judgement& judgement) {
    switch (judgement.verdict) {
        case Verdict::results_differ: return leave_state(judgement);
        case Verdict::batches_differ: return end_voting(judgement);
        case Verdict::disputed:
            note(fmt::format("up to slot {} another replica has come to another state, and no majority agrees with either: nothing more "
                             "is shown here until one does", judgement.slot));
            break;
        case Verdict::agrees:
        case Verdict::waiting: break;
    }
    gateway_.withhold(judgement.verdict == Verdict::disputed);
}

void Server::Impl::leave_state(const Judgement& judgement) {
    if (std::exchange(failed_, true)) return;
    net::probe<"self_check_results_differ">();
    note(fmt::format("up to slot {} the majority has applied the same and come to another state: this replica's state is set aside and fetched "
                     "from the others", judgement.slot));
    const net::Result<void> marked = mark_diverged(disk_, state_files(options_), judgement.slot);
    if (!marked && events_.failed) events_.failed(marked.error());
    if (marked && events_.start_anew) events_.start_anew();
}

void Server::Impl::end_voting(const Judgement& judgement) {
    const net::Result<void> marked = mark_expelled(disk_, state_files(options_), judgement.slot);
    fail(marked ? check_may_vote(disk_, state_files(options_)).error() : marked.error());
}

void Server::Impl::went_back(const net::Error& error) {
    const net::Result<void> marked = mark_went_back(disk_, state_files(options_));
    fail(marked ? error : marked.error());
}

void Server::Impl::room_changed(bool enough) {
    const std::uint64_t free_mb = *room_watch_.free_bytes() >> 20U;
    const std::uint64_t reserve_mb = options_.room.reserve >> 20U;
    note(enough ? fmt::format("the disk has room again ({} MiB free): this replica takes part in what is new", free_mb)
                : fmt::format("the disk is nearly full ({} MiB free, {} MiB must stay free): this replica takes nothing new until there is room; "
                              "it shows what it has", free_mb, reserve_mb));
    driver_.room_changed(enough);
    if (enough) exchange_.status(driver_.status());
}

void Server::Impl::room_looked() {
    gateway_.room_changed(room());
    if (room() == Room::elsewhere && driver_.status().leading) lead_elsewhere();
}

Room Server::Impl::room() const {
    const consensus::NodeId self = log_->recovered().identity.node;
    const auto with_room = static_cast<std::size_t>(std::ranges::count_if(members_.voters, [&](const consensus::Member& voter) {
        return voter.node == self ? room_watch_.has_room() : room_watch_.has_room(voter.node);
    }));
    if (with_room < consensus::Voters{members_}.quorum()) return Room::nowhere;
    return room_watch_.has_room() ? Room::ample : Room::elsewhere;
}

// It is about as large as the database.
bool Server::Impl::has_room_for_an_image() {
    if (!room_watch_.free_bytes()) return true;
    const auto file = disk_.open(state_file, net::OpenMode::read_only);
    const net::Result<std::uint64_t> size = file ? (*file)->size() : net::Result<std::uint64_t>{std::uint64_t{0}};
    return room_watch_.has_room() && *room_watch_.free_bytes() >= options_.room.reserve + (size ? *size : 0);
}

// One after the other, until one of them leads: who cannot take it lets the time for it pass.
void Server::Impl::lead_elsewhere() {
    std::vector<consensus::NodeId> able;
    for (const consensus::Member& voter : members_.voters) {
        if (peers_.reachable(voter.node) && room_watch_.has_room(voter.node)) able.push_back(voter.node);
    }
    if (able.empty()) return;
    const net::Result<void> begun = driver_.hand_over(able[handed_over_ % able.size()]);
    if (!begun) return;
    ++handed_over_;
    net::probe<"led_elsewhere_for_room">();
}

void Server::Impl::note(const std::string& line) {
    if (events_.note) events_.note(line);
}

std::uint64_t Server::Impl::refused_links() const {
    return front_door_.refused() + gateway_.refused_links() + peers_.counters().refused + peers_.counters().malformed;
}

ServerMetrics Server::Impl::metrics() const {
    ServerMetrics metrics;
    metrics.replica = driver_.status();
    metrics.executed_through = state_->executed_through().value;
    metrics.committed_through = state_->applied_through().value;
    metrics.log = log_->counters();
    metrics.peers = peers_.counters();
    metrics.replicas = static_cast<std::uint32_t>(members().voters.size());
    metrics.reachable = reachable_voters();
    metrics.clients = gateway_.clients();
    metrics.waiting_commands = gateway_.waiting();
    metrics.refused_links = refused_links();
    metrics.leased_reads = leased_reads_;
    metrics.holds_lease = metrics.replica.lease_until && loop_.now() < *metrics.replica.lease_until;
    metrics.scrub_rounds = scrubber_.rounds();
    metrics.log_scrub_rounds = log_scrubber_.rounds();
    metrics.self_check = self_check_.newest();
    metrics.rebuilding = to_fetch_.has_value();
    metrics.has_room = room_watch_.has_room();
    metrics.free_bytes = room_watch_.free_bytes();
    return metrics;
}

StatusReport Server::Impl::report() const {
    const consensus::ReplicaStatus status = driver_.status();
    const consensus::LogIdentity& identity = log_->recovered().identity;
    const consensus::Log::Counters counters = log_->counters();
    StatusReport report;
    report.node = identity.node.value;
    report.alias = alias_of(members(), identity.node);
    const consensus::Member* const self = consensus::find_member(members(), identity.node);
    if (self != nullptr) report.address = self->address;
    report.process = options_.process;
    report.version = options_.version;
    const char* const place = self == nullptr ? "no member" : status.votes ? role_name(status.role) : "learner";
    report.role = to_fetch_ ? "rebuilding" : self_check_.is_disputed() ? "disputed" : place;
    report.ballot_round = status.ballot.round;
    report.ballot_alias = alias_of(members(), status.ballot.node);
    report.leader_alias = status.leader ? alias_of(members(), *status.leader) : "";
    report.chosen_through = status.chosen_through.value;
    report.applied_through = state_->executed_through().value;
    report.clock_offset_ms = status.clock_offset_ms;
    report.clients = gateway_.clients();
    report.replicas = static_cast<std::uint32_t>(members().voters.size());
    report.reachable = reachable_voters();
    report.log_syncs = counters.syncs;
    report.log_bytes = counters.bytes;
    report.refused_links = refused_links();
    report.known_level = options_.protocol.feature_level.value;
    report.cluster_level = members().level.value;
    report.leases = status.leases;
    report.has_room = room_watch_.has_room();
    report.free_bytes = room_watch_.free_bytes().value_or(0);
    if (status.lease_until) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*status.lease_until - loop_.now());
        report.lease_left_ms = std::max<std::int64_t>(left.count(), 0);
    }
    return report;
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
net::Result<void> Server::change(const consensus::MembershipChange& change) { return impl_->driver_.change(change); }
net::Result<void> Server::hand_over(consensus::NodeId to) { return impl_->driver_.hand_over(to); }
net::Result<void> Server::settle() { return impl_->applier_.settle(); }
ServerMetrics Server::metrics() const { return impl_->metrics(); }
StatusReport Server::status() const { return impl_->report(); }
const std::vector<Boundary>& Server::boundaries() const { return impl_->state_->boundaries(); }
std::vector<consensus::RememberedNode> Server::remembered() const { return impl_->peers_.remembered(); }
const consensus::Log& Server::log() const { return *impl_->log_; }
const consensus::LogIdentity& Server::identity() const { return impl_->log_->recovered().identity; }

}  // namespace parley::chat
