#include "tests/unit/gateway/cluster.hpp"

#include <fmt/format.h>

#include "sim/disk/vfs.hpp"

namespace parley::chat::testing {
namespace {

constexpr std::uint64_t cluster_id = 0xC1;
constexpr const char* state_file = "state/chat.db";

std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 33U)) * 0xFF51AFD7ED558CCDU;
    return value ^ (value >> 33U);
}

}  // namespace

std::unique_ptr<sim::SimDisk> make_disk(std::uint64_t seed) {
    sim::register_vfs(false);
    auto chance = [seed](std::string_view what, std::uint64_t place) { return mix(seed ^ mix(place ^ std::hash<std::string_view>{}(what))); };
    return std::make_unique<sim::SimDisk>(sim::SimDiskOptions{}, chance, [](net::Duration, net::Task task) { task(); });
}

// ---- Replica ----

Replica::Replica(Cluster& in, std::uint64_t number) : cluster(in), node(number), disk(make_disk(number)) {}
Replica::~Replica() { kill(); }

std::string Replica::address() const { return fmt::format("replica-{}", node); }

void Replica::open() {
    ++incarnation;
    loop = std::make_unique<FakeLoop>(cluster.clock);
    worker = std::make_unique<FakeWorker>(*loop);
    secrets = std::make_unique<FakeSecrets>(node * 1000 + incarnation);
    (void)disk->make_directory("state");
    state = std::make_unique<ChatState>(disk->native_path(state_file), sim::vfs_name, cluster.limits);
    view = *View::open(disk->native_path(state_file), sim::vfs_name);
    open_files();
    const GatewayIdentity identity{cluster_id, node, incarnation, cluster.configuration().voters};
    GatewayEvents events;
    events.propose = [this](std::vector<net::Bytes> commands) { cluster.propose(node, std::move(commands)); };
    events.read_slot = [this](net::Function<void(consensus::Slot)> known) { cluster.read_slot(std::move(known)); };
    events.soft = [this](net::Bytes payload) {
        for (const auto& other : cluster.replicas) {
            if (other.get() == this || !other->running()) continue;
            other->loop->after(1ms, [to = other.get(), from = node, payload] { to->gateway->soft_received(from, payload); });
        }
    };
    events.configuration = [this] { return cluster.configuration(); };
    events.files = files();
    events.status = [this] {
        StatusReport report;
        report.node = node;
        report.applied_through = state->applied_through().value;
        report.cluster_level = cluster.level.value;
        return report;
    };
    gateway = std::make_unique<Gateway>(GatewayPorts{*loop, *worker, *secrets, *view}, identity, cluster.options, std::move(events));
    cluster.network.listen(address(), *loop, [this](std::unique_ptr<net::Link> link) {
        net::Link* key = link.get();
        arriving[key] = std::move(link);
        net::LinkEvents first;
        first.on_frame = [this, key](const net::FrameView& frame) {
            auto node_of = arriving.extract(key);
            gateway->accept(std::move(node_of.mapped()), frame);
        };
        first.on_closed = [this, key](const net::Error&) { arriving.erase(key); };
        key->start(std::move(first));
    });
    gateway->status_changed(cluster.status(), 1);
    for (std::uint64_t slot = state->applied_through().value; slot < cluster.log.size(); ++slot) {
        loop->post([this] { apply_next(); });
    }
}

void Replica::open_files() {
    are_files_ready = false;
    ChunkKeeperEvents kept;
    kept.lost = [this](const ChunkHash&) { exchange->lost(); };
    kept.failed = [](const net::Error& error) { throw std::runtime_error(error.message); };
    kept.takes = [this](std::uint64_t) { return has_room; };
    chunks = std::make_unique<ChunkKeeper>(*loop, *worker, *disk, ChunkKeeperOptions{}, std::move(kept));
    FileExchangeEvents events;
    events.send = [this](std::span<const consensus::NodeId> to, const FileMessage& message) {
        std::vector<consensus::NodeId> queued;
        for (const consensus::NodeId each : to) {
            Replica& other = *cluster.replicas[each.value - 1];
            if (!other.running()) continue;
            queued.push_back(each);
            other.loop->after(1ms, [&other, from = consensus::NodeId{node}, message] {
                if (other.are_files_ready) other.exchange->received(from, message);
            });
        }
        return queued;
    };
    events.propose = [this](const Unnumbered& command) { cluster.propose(node, {net::encode(Command{Origin{node, incarnation, 0}, command})}); };
    events.configuration = [this] { return cluster.configuration(); };
    events.peers = [this] {
        std::vector<consensus::NodeId> peers;
        for (const auto& other : cluster.replicas) {
            if (other.get() != this && other->running()) peers.push_back(consensus::NodeId{other->node});
        }
        return peers;
    };
    FileExchangeOptions options;
    options.self = consensus::NodeId{node};
    exchange = std::make_unique<FileExchange>(*loop, *view, *chunks, options, std::move(events));
    chunks->start([this] {
        are_files_ready = true;
        exchange->start();
    });
}

GatewayFiles Replica::files() {
    GatewayFiles files;
    files.are_ready = [this] { return are_files_ready; };
    files.missing = [this](const std::vector<ChunkHash>& names) { return missing_here(*chunks, names); };
    files.bring = [this](FileId file, std::uint32_t place, const ChunkHash& chunk, net::Bytes bytes, ChunkKeeper::Put done) {
        exchange->bring({file, place, chunk}, std::move(bytes), std::move(done));
    };
    files.read = [this](const ChunkHash& chunk, ChunkKeeper::Read done) { chunks->read(chunk, std::move(done)); };
    files.want = [this](const ChunkHash& chunk) { exchange->want(chunk); };
    files.confirm = [this](FileId file) { return exchange->confirm(file); };
    return files;
}

void Replica::kill() {
    if (!running()) return;
    cluster.network.stop(address());
    loop->kill();
    gateway.reset();
    arriving.clear();
    exchange.reset();
    chunks.reset();
    view.reset();
    state.reset();
    disk->crash(sim::CrashKind::process_kill);
    disk->restart();
}

void Replica::apply_next() {
    if (paused || !running()) return;
    const std::uint64_t slot = state->applied_through().value + 1;
    if (slot > cluster.log.size()) return;
    const std::vector<consensus::DecodedSlot> slots{{consensus::Slot{slot}, cluster.log[slot - 1]}};
    state->apply(slots);
    const std::vector<Effect> effects = state->take_effects();
    for (const Effect& effect : effects) {
        const auto* const change = std::get_if<FileChanged>(&effect);
        if (change != nullptr && are_files_ready) exchange->changed(*change);
    }
    gateway->applied(consensus::Slot{slot}, effects);
}

// ---- Cluster ----

GatewayOptions Cluster::test_options() {
    GatewayOptions options;
    options.password_cost = PasswordCost::least();
    options.operators_need_certificate = false;
    return options;
}

Cluster::Cluster(std::uint64_t count, std::uint64_t seed, GatewayOptions given, Limits allowed)
    : size(count), clock(seed), options(std::move(given)), limits(allowed) {
    for (std::uint64_t node = 1; node <= count; ++node) replicas.push_back(std::make_unique<Replica>(*this, node));
    for (const auto& replica : replicas) replica->open();
    set_leader(true);
}

Cluster::~Cluster() {
    for (const auto& replica : replicas) replica->kill();
}

consensus::ReplicaStatus Cluster::status() const {
    consensus::ReplicaStatus status;
    if (leader) status.leader = consensus::NodeId{1};
    status.ballot = {1, consensus::NodeId{1}};
    return status;
}

consensus::Configuration Cluster::configuration() const {
    consensus::Configuration configuration;
    configuration.level = level;
    for (std::uint64_t member = 1; member <= size; ++member) {
        configuration.voters.push_back({consensus::NodeId{member}, fmt::format("replica-{}", member), std::to_string(member)});
    }
    return configuration;
}

void Cluster::set_leader(bool there) {
    leader = there;
    for (const auto& replica : replicas) {
        if (replica->running()) replica->gateway->status_changed(status(), static_cast<std::uint32_t>(replicas.size()));
    }
}

void Cluster::propose(std::uint64_t node, std::vector<net::Bytes> commands) {
    replicas[node - 1]->proposed += commands.size();
    const auto delay = net::Duration{static_cast<std::int64_t>(clock.chance() % static_cast<std::uint64_t>(faults.delay.count() + 1))};
    clock.at(delay, [this, commands = std::move(commands)] {
        if (!leader) return;
        for (const net::Bytes& command : commands) {
            if (clock.happens(faults.loss)) continue;
            gathering_.push_back(command);
            if (clock.happens(faults.repeat)) gathering_.push_back(command);
        }
        if (gathering_.empty() || std::exchange(choosing_, true)) return;
        clock.at(1ms, [this] { choose(); });
    });
}

void Cluster::read_slot(net::Function<void(consensus::Slot)> known) {
    const consensus::Slot newest{log.size()};
    clock.at(5ms, [this, newest, known = std::move(known)]() mutable {
        if (leader) known(newest);
    });
}

void Cluster::choose() {
    choosing_ = false;
    time_ms += time_step_ms;
    log.push_back(consensus::Batch{consensus::BatchKind::commands, time_ms, std::exchange(gathering_, {})});
    for (const auto& replica : replicas) {
        if (!replica->running()) continue;
        const auto delay = net::Duration{static_cast<std::int64_t>(clock.chance() % static_cast<std::uint64_t>(faults.apply_delay.count() + 1))};
        replica->loop->after(delay, [each = replica.get()] { each->apply_next(); });
    }
}

std::vector<std::string> Cluster::addresses() const {
    std::vector<std::string> all;
    for (const auto& replica : replicas) all.push_back(replica->address());
    return all;
}

void Cluster::catch_up() {
    for (const auto& replica : replicas) {
        if (!replica->running()) continue;
        replica->paused = false;
        while (replica->state->applied_through().value < log.size()) replica->apply_next();
    }
}

std::vector<RoomMessage> Cluster::messages(RoomId room) {
    catch_up();
    std::vector<RoomMessage> all;
    for (;;) {
        const auto page = *replicas.front()->view->messages(room, all.empty() ? 0 : all.back().number, 0, 500);
        if (page.empty()) return all;
        all.insert(all.end(), page.begin(), page.end());
    }
}

// ---- Person ----

Person::Person(Cluster& in, std::string who, std::uint64_t number, ClientOptions given)
    : cluster(in), name(std::move(who)), seed(number), options(std::move(given)), disk(make_disk(seed * 7919)) {
    if (options.servers.empty()) options.servers = cluster.addresses();
}

Person::~Person() {
    if (running()) kill(sim::CrashKind::process_kill);
}

void Person::start() {
    loop = std::make_unique<FakeLoop>(cluster.clock);
    dialer = std::make_unique<FakeDialer>(cluster.network, *loop);
    secrets = std::make_unique<FakeSecrets>(++seed * 104729);
    store = *ClientStore::open(*disk, "profile", sim::vfs_name);
    ClientEvents events;
    events.logged_out = [this] { ++logged_out; };
    events.rooms_changed = [this] { ++rooms_changed; };
    events.read_moved = [this](RoomId room, std::uint64_t number) { read_moves.emplace_back(room, number); };
    events.presence = [this](const std::vector<UserPresence>& users) {
        for (const UserPresence& one : users) presence[one.user] = one.presence;
    };
    events.typing = [this](RoomId, UserId, const std::string& who) { typing.push_back(who); };
    events.draft_changed = [this](RoomId room, const std::string& text) {
        drafts.emplace_back(room, text);
        if (on_draft) on_draft(room, text);
    };
    events.profile_changed = [this](const ProfileRow& profile) { profiles.push_back(profile); };
    events.marked_unread = [this](RoomId room, std::uint64_t number) { unread_marks.emplace_back(room, number); };
    client = std::make_unique<Client>(ClientPorts{*loop, *dialer, *secrets, store.get()}, options, std::move(events));
    client->start();
}

void Person::kill(sim::CrashKind kind) {
    loop->kill();
    disk->crash(kind);
    client.reset();
    store.reset();
    dialer.reset();
    disk->restart();
}

net::Result<Answer> Person::register_now(const std::string& password) {
    return wait<Answer>([&](auto reply) { client->register_account(name, password, std::nullopt, std::move(reply)); });
}

net::Result<Answer> Person::log_in_now(const std::string& password) {
    return wait<Answer>([&](auto reply) { client->log_in(name, password, std::nullopt, std::move(reply)); });
}

net::Result<Answer> Person::submit_now(Operation operation, Deadline within) {
    return wait<Answer>([&](auto reply) { client->submit(std::move(operation), within, std::move(reply)); });
}

net::Result<RoomRow> Person::room_now(const std::string& room) {
    return wait<RoomRow>([&](auto reply) { client->room(Target{ByRoomName{room}}, std::nullopt, std::move(reply)); });
}

void Person::enter() {
    start();
    const net::Result<Answer> answer = register_now();
    if (!answer) throw std::runtime_error(answer.error().message);
    cluster.run_until([&] { return client->connection().authenticated; });
}

}  // namespace parley::chat::testing
