// Dialling, greeting, checking and forgetting of consensus links. See peers.hpp; frames and hello: docs/wire.md.
#include "consensus/driver/peers.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "consensus/core/membership.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::consensus {

namespace {

constexpr std::uint16_t type_of(FrameType type) { return static_cast<std::uint16_t>(type); }

net::Error wrong_peer(std::string sentence) { return net::Error{net::ErrorKind::wrong_peer, std::move(sentence)}; }

}  // namespace

std::string certificate_name_of(NodeId node) { return fmt::format("{:016x}", node.value); }

struct Peers::Impl {
    // One member other than this node: the link this node dialled, the link that came in.
    struct Peer {
        Member member;
        bool belongs = false;             // to the configuration, as far as this node knows
        std::unique_ptr<net::Link> out;
        std::unique_ptr<net::Link> in;
        std::uint64_t in_number = 0;      // tells events of a replaced link from those of the present one
        std::uint64_t incarnation = 0;    // the highest seen
        bool dialling = false;
        bool up = false;
        net::Bytes greeted;               // what it was told last, encoded
        std::string said;                 // its address, by its own hello
        bool tries_said = false;          // the next dial goes there
        net::TimerId retry;
        net::Duration wait{};
        std::optional<net::Instant> full_since;
    };

    Impl(net::Loop& loop_, net::Dialer& dialer_, PeersOptions options_, PeersEvents events_)
        : loop(loop_), dialer(dialer_), options(std::move(options_)), events(std::move(events_)) {
        take_members(options.configuration);
    }

    ~Impl() {
        for (auto& [node, peer] : peers) loop.cancel(peer.retry);
        loop.cancel(greeting);
    }

    // Nodes that are no members and have a certificate of this cluster: more at once are not let in.
    static constexpr std::size_t strangers_max = 16;

    void take_members(const Configuration& configuration);
    void dial(NodeId node);
    void dial_now(NodeId node);
    void dialled(NodeId node, net::Result<std::unique_ptr<net::Link>> link);
    void retry_later(NodeId node);
    void out_closed(NodeId node);
    void in_closed(NodeId node, std::uint64_t number);
    void went_down(NodeId node);
    void maybe_up(NodeId node);
    void greet(NodeId node);
    void greet_all();
    [[nodiscard]] LogProgress progress();
    net::Result<void> remember(const ReplicaHello& hello, std::uint64_t incarnation);
    void send(NodeId to, const Message& message);
    void send(NodeId to, const SnapshotMessage& message);
    void send_soft(const net::Bytes& payload);
    std::vector<NodeId> send_product(std::span<const NodeId> to, const net::Bytes& payload);
    net::Link* link_with_room(NodeId to, std::size_t queued_bytes_max);
    bool queue_full(Peer& peer);
    static void hang_up(Peer& peer);
    net::SharedBytes encoded(const Message& message);
    net::Result<ReplicaHello> check(const net::Link& link, const net::FrameView& hello);
    [[nodiscard]] bool room_for_stranger() const;
    [[nodiscard]] net::Result<void> check_level(const ReplicaHello& hello);
    net::Result<NodeId> take(std::unique_ptr<net::Link> link, const net::FrameView& hello);
    void frame(NodeId node, std::uint64_t number, std::uint64_t incarnation, const net::FrameView& view);
    bool deliver(NodeId node, const net::FrameView& view);
    void post(net::Function<void(Impl&)> task);

    net::Loop& loop;
    net::Dialer& dialer;
    PeersOptions options;
    PeersEvents events;
    std::map<NodeId, Peer> peers;
    MemoryOfPeers memory;
    net::TimerId greeting;
    Counters counters;
    bool started = false;
    FeatureLevel cluster_level{};           // as far as this node knows
    std::string own_address;                // by the newest configuration that has this node
    std::uint64_t links_taken = 0;
    std::optional<Message> last_message;    // of the type that goes to several peers in one turn
    net::SharedBytes last_encoded;
    std::shared_ptr<Impl*> alive = std::make_shared<Impl*>(this);
};

void Peers::Impl::take_members(const Configuration& configuration) {
    std::map<NodeId, std::string> before;   // where they were dialled
    for (auto& [node, peer] : peers) {
        if (std::exchange(peer.belongs, false)) before.emplace(node, peer.member.address);
    }
    cluster_level = std::max(cluster_level, configuration.level);
    bool has_moved = false;
    for (const auto* group : {&configuration.voters, &configuration.learners}) {
        for (const Member& member : *group) {
            if (member.node == options.self) {
                // Whoever started this node may know better than the configuration it was started with, and not than a later one.
                has_moved = !own_address.empty() && own_address != member.address;
                own_address = member.address;
                if (has_moved) options.address = member.address;
                continue;
            }
            Peer& peer = peers[member.node];
            const auto dialled_at = before.find(member.node);
            const bool is_there = dialled_at != before.end() && dialled_at->second == member.address;
            if (is_there || dialled_at == before.end() || !net::planted("moved_member_not_dialled")) peer.member = member;
            peer.belongs = true;
            // A link that stands goes on: it ends when the process at the old address does.
            if (started && !is_there) dial_now(member.node);
        }
    }
    // Who has not heard of it can only learn it from this node.
    for (const auto& [node, peer] : peers) {
        if (has_moved && peer.out) greet(node);
    }
}

bool Peers::Impl::room_for_stranger() const {
    const auto strangers = std::ranges::count_if(
        peers, [](const auto& entry) { return !entry.second.belongs && (entry.second.in || entry.second.out); });
    return static_cast<std::size_t>(strangers) < strangers_max;
}

void Peers::Impl::dial(NodeId node) {
    Peer& peer = peers.at(node);
    if (peer.dialling || peer.out) return;
    peer.dialling = true;
    ++counters.dials;
    dialer.dial(peer.tries_said ? peer.said : peer.member.address, net::LinkPurpose::consensus,
                [weak = std::weak_ptr{alive}, node](net::Result<std::unique_ptr<net::Link>> link) {
                    if (const auto self = weak.lock()) (*self)->dialled(node, std::move(link));
                });
}

void Peers::Impl::dial_now(NodeId node) {
    Peer& peer = peers.at(node);
    if (!started || peer.dialling || peer.out) return;
    loop.cancel(peer.retry);
    dial(node);
}

void Peers::Impl::dialled(NodeId node, net::Result<std::unique_ptr<net::Link>> link) {
    Peer& peer = peers.at(node);
    peer.dialling = false;
    if (!link) {
        // It may have moved in a slot that has not come here yet. Whoever answers proves with its certificate who it is.
        peer.tries_said = !peer.tries_said && !peer.said.empty() && peer.said != peer.member.address;
        return retry_later(node);
    }
    const auto& name = (*link)->peer().certificate_name;
    const bool right_one = name ? *name == certificate_name_of(node) : !options.require_certificates;
    if (!right_one) {
        ++counters.refused;
        (*link)->close();
        return retry_later(node);
    }
    peer.out = std::move(*link);
    peer.full_since.reset();
    peer.greeted.clear();
    // Nothing comes back on a link this node dialled; what does is ignored.
    net::LinkEvents link_events;
    link_events.on_frame = [](const net::FrameView&) {};
    link_events.on_closed = [weak = std::weak_ptr{alive}, node](const net::Error&) {
        if (const auto self = weak.lock()) (*self)->out_closed(node);
    };
    peer.out->start(std::move(link_events));
    if (!peer.out) return;   // it closed at once
    greet(node);
    maybe_up(node);
}

LogProgress Peers::Impl::progress() { return LogProgress{options.lives, events.reached ? events.reached() : Reached{}}; }

// Says what is not said yet.
void Peers::Impl::greet(NodeId node) {
    Peer& peer = peers.at(node);
    if (!peer.out) return;
    net::Bytes hello = net::encode(ReplicaHello{options.self, node, progress(), memory.all(), options.address, options.feature_level, cluster_level});
    if (hello == peer.greeted) return;
    const net::FrameHeader header{type_of(FrameType::replica_hello), options.cluster.value, options.incarnation};
    peer.out->send(net::encode_frame(header, hello));
    peer.greeted = std::move(hello);
}

void Peers::Impl::greet_all() {
    for (const auto& [node, peer] : peers) greet(node);
    greeting = loop.after(options.greet_again, [weak = std::weak_ptr{alive}] {
        if (const auto self = weak.lock()) (*self)->greet_all();
    });
}

void Peers::Impl::retry_later(NodeId node) {
    Peer& peer = peers.at(node);
    if (!peer.belongs && !peer.in) return;   // nobody to talk to
    peer.wait = std::clamp(peer.wait * 2, options.retry_min, options.retry_max);
    // Half to the whole of it, so that nodes that lost each other at one moment do not stay in step.
    const auto half = static_cast<std::uint64_t>(peer.wait.count() / 2);
    const net::Duration wait = peer.wait / 2 + net::Duration{static_cast<net::Duration::rep>(loop.chance() % (half + 1))};
    loop.cancel(peer.retry);
    peer.retry = loop.after(wait, [weak = std::weak_ptr{alive}, node] {
        if (const auto self = weak.lock()) (*self)->dial(node);
    });
}

void Peers::Impl::out_closed(NodeId node) {
    peers.at(node).out.reset();
    went_down(node);
    retry_later(node);
}

void Peers::Impl::in_closed(NodeId node, std::uint64_t number) {
    Peer& peer = peers.at(node);
    if (peer.in_number != number) return;
    peer.in.reset();
    went_down(node);
}

void Peers::Impl::went_down(NodeId node) {
    // Also when only one direction stood: what was heard from the peer came over such a link.
    peers.at(node).up = false;
    if (events.down) events.down(node);
}

void Peers::Impl::maybe_up(NodeId node) {
    Peer& peer = peers.at(node);
    if (peer.up || !peer.out || !peer.in) return;
    peer.up = true;
    peer.wait = {};
    if (events.up) events.up(node);
}

void Peers::Impl::send(NodeId to, const Message& message) {
    const auto place = peers.find(to);
    if (place == peers.end() || !place->second.out || queue_full(place->second)) {
        ++counters.dropped;
        return;
    }
    ++counters.sent;
    place->second.out->send(encoded(message));
}

void Peers::Impl::send(NodeId to, const SnapshotMessage& message) {
    net::Link* const link = link_with_room(to, options.queued_image_bytes_max);
    if (link == nullptr) return;
    const net::FrameHeader header{type_of(FrameType::snapshot_message), options.cluster.value, options.incarnation};
    link->send(net::encode_frame(header, net::encode(message)));
}

std::vector<NodeId> Peers::Impl::send_product(std::span<const NodeId> to, const net::Bytes& payload) {
    const net::FrameHeader header{type_of(FrameType::product_message), options.cluster.value, options.incarnation};
    std::vector<NodeId> queued;
    net::SharedBytes frame;
    for (const NodeId node : to) {
        net::Link* const link = link_with_room(node, options.queued_product_bytes_max);
        if (link == nullptr) continue;
        if (!frame) frame = net::encode_frame(header, payload);
        link->send(frame);
        queued.push_back(node);
    }
    return queued;
}

// Counts what is to be sent; nullptr: it is dropped.
net::Link* Peers::Impl::link_with_room(NodeId to, std::size_t queued_bytes_max) {
    const auto place = peers.find(to);
    if (place == peers.end() || !place->second.out || place->second.out->queued_bytes() > queued_bytes_max) {
        ++counters.dropped;
        return nullptr;
    }
    ++counters.sent;
    return place->second.out.get();
}

void Peers::Impl::send_soft(const net::Bytes& payload) {
    constexpr std::size_t queued_soft_bytes_max = std::size_t{256} << 10U;
    const net::FrameHeader header{type_of(FrameType::soft_state), options.cluster.value, options.incarnation};
    const net::SharedBytes frame = net::encode_frame(header, payload);
    for (auto& [node, peer] : peers) {
        if (!peer.out || peer.out->queued_bytes() > queued_soft_bytes_max) {
            ++counters.dropped;
            continue;
        }
        ++counters.sent;
        peer.out->send(frame);
    }
}

void Peers::Impl::hang_up(Peer& peer) {
    if (!peer.out) return;
    peer.out->close();
    peer.out.reset();
}

bool Peers::Impl::queue_full(Peer& peer) {
    if (peer.out->queued_bytes() <= options.queued_bytes_max) {
        peer.full_since.reset();
        return false;
    }
    if (!peer.full_since) peer.full_since = loop.now();
    if (loop.now() - *peer.full_since > options.stuck_after) {
        // The other end is gone without a word: a new connection finds out.
        const NodeId node = peer.member.node;
        peer.full_since.reset();
        hang_up(peer);
        post([node](Impl& self) {
            self.went_down(node);
            self.retry_later(node);
        });
    }
    return true;
}

net::SharedBytes Peers::Impl::encoded(const Message& message) {
    const bool repeats = std::holds_alternative<Accept>(message);   // the one big message that goes to everybody
    if (repeats && last_message && *last_message == message) return last_encoded;
    const net::FrameHeader header{type_of(FrameType::consensus_message), options.cluster.value, options.incarnation};
    net::SharedBytes bytes = net::encode_frame(header, net::encode(message));
    ++counters.encoded;
    if (repeats) {
        last_message = message;
        last_encoded = bytes;
    }
    return bytes;
}

net::Result<ReplicaHello> Peers::Impl::check(const net::Link& link, const net::FrameView& view) {
    if (view.header.type != type_of(FrameType::replica_hello)) return wrong_peer("the first frame is no replica's hello");
    if (view.header.cluster != options.cluster.value) return wrong_peer("it belongs to another cluster");
    auto hello = net::decode<ReplicaHello>(view.payload);
    if (!hello) {
        ++counters.malformed;
        return hello.error();
    }
    if (hello->expected != options.self) return wrong_peer("it looks for another node");
    const net::PeerIdentity& identity = link.peer();
    const bool certified = identity.certificate_name && identity.certificate_role == std::optional<std::string>{"replica"} &&
                           *identity.certificate_name == certificate_name_of(hello->node);
    const auto place = peers.find(hello->node);
    const bool belongs = place != peers.end() && place->second.belongs;
    if (!certified && !belongs) return wrong_peer("it is no member of this cluster");
    if (!certified && options.require_certificates && !identity.certificate_name) {
        return net::Error{net::ErrorKind::untrusted, "it speaks as a replica and shows no certificate"};
    }
    if (!certified && (options.require_certificates || identity.certificate_name)) {
        return net::Error{net::ErrorKind::untrusted, "its certificate is not that node's"};
    }
    if (place == peers.end() && (hello->node == options.self || !room_for_stranger())) {
        return wrong_peer("it is no member of this cluster");
    }
    if (place != peers.end() && view.header.incarnation < place->second.incarnation) return wrong_peer("it is an earlier incarnation");
    if (const auto fits = check_level(*hello); !fits) return fits.error();
    if (const auto fits = remember(*hello, view.header.incarnation); !fits) return fits.error();
    return hello;
}

// What it knows of this node and of others, and how far it is itself.
net::Result<void> Peers::Impl::remember(const ReplicaHello& hello, std::uint64_t incarnation) {
    if (!memory.saw(hello.node, incarnation, hello.progress)) {
        return wrong_peer("its disk holds less than it did: an old copy of its data folder was put in its place, and it has forgotten what it promised");
    }
    for (const RememberedNode& remembered : hello.remembered) {
        if (remembered.node != options.self) {
            if (peers.contains(remembered.node)) memory.heard(remembered);
            continue;
        }
        if (!has_gone_back(remembered, options.incarnation, progress()) || net::planted("old_backup_believed")) continue;
        post([](Impl& self) {
            if (self.events.went_back) self.events.went_back(gone_back());
        });
    }
    return {};
}

net::Result<void> Peers::Impl::check_level(const ReplicaHello& hello) {
    if (net::planted("newer_level_ignored")) return {};
    if (hello.used > options.feature_level) {
        const net::Error why = outdated(hello.used, options.feature_level);
        post([why](Impl& self) {
            if (self.events.outdated) self.events.outdated(why);
        });
        return why;
    }
    if (hello.known >= cluster_level) return {};
    return net::Error{net::ErrorKind::outdated, fmt::format("its program knows feature level {}, and the cluster uses {}", hello.known.value, cluster_level.value)};
}

net::Result<NodeId> Peers::Impl::take(std::unique_ptr<net::Link> link, const net::FrameView& view) {
    const auto hello = check(*link, view);
    if (!hello) {
        ++counters.refused;
        link->close();
        return hello.error();
    }
    const NodeId id = hello->node;
    Peer& peer = peers[id];
    // What a configuration says of its members counts more than what they say themselves.
    if (!peer.belongs) peer.member = Member{id, hello->address, ""};
    peer.said = hello->address;
    const bool newer = peer.incarnation != 0 && view.header.incarnation > peer.incarnation;
    peer.incarnation = view.header.incarnation;
    const std::uint64_t number = ++links_taken;
    peer.in_number = number;
    if (peer.in) peer.in->close();
    peer.in = std::move(link);
    // A newer process: whatever the older one was, it is not any more.
    const std::uint64_t incarnation = view.header.incarnation;
    net::LinkEvents link_events;
    link_events.on_frame = [weak = std::weak_ptr{alive}, id, number, incarnation](const net::FrameView& frame_view) {
        if (const auto self = weak.lock()) (*self)->frame(id, number, incarnation, frame_view);
    };
    link_events.on_closed = [weak = std::weak_ptr{alive}, id, number](const net::Error&) {
        if (const auto self = weak.lock()) (*self)->in_closed(id, number);
    };
    peer.in->start(std::move(link_events));
    post([id, newer](Impl& self) {
        if (newer) {
            // The link to the older process may look open for ever: it is gone without a word.
            hang_up(self.peers.at(id));
            self.went_down(id);
        }
        self.dial_now(id);   // it is there: no need to wait
        self.maybe_up(id);
    });
    return id;
}

void Peers::Impl::frame(NodeId node, std::uint64_t number, std::uint64_t incarnation, const net::FrameView& view) {
    Peer& peer = peers.at(node);
    if (peer.in_number != number || !peer.in) return;
    if (view.header.type == type_of(FrameType::replica_hello)) {   // repeated on the way, or with a new address
        const auto hello = net::decode<ReplicaHello>(view.payload);
        if (!hello || hello->node != node) return;
        peer.said = hello->address;
        // A process does not lose what it wrote: two of them have copies of one folder.
        if (remember(*hello, incarnation)) return;
        ++counters.refused;
        peer.in->close();
        return in_closed(node, number);
    }
    const bool right_sender = view.header.cluster == options.cluster.value && view.header.incarnation == incarnation;
    if (!right_sender || !deliver(node, view)) {
        ++counters.malformed;
        peer.in->close();
        return in_closed(node, number);
    }
}

// False: the payload is not what the frame's type promises.
bool Peers::Impl::deliver(NodeId node, const net::FrameView& view) {
    if (view.header.type == type_of(FrameType::snapshot_message)) {
        auto message = net::decode<SnapshotMessage>(view.payload);
        if (!message) return false;
        ++counters.received;
        if (events.snapshot) events.snapshot(node, std::move(*message));
        return true;
    }
    if (view.header.type == type_of(FrameType::soft_state)) {
        ++counters.received;
        return !events.soft || events.soft(node, view.payload);
    }
    if (view.header.type == type_of(FrameType::product_message)) {
        ++counters.received;
        return !events.product || events.product(node, view.payload);
    }
    if (view.header.type != type_of(FrameType::consensus_message)) return false;
    auto message = net::decode<Message>(view.payload);
    if (!message) return false;
    ++counters.received;
    events.received(node, std::move(*message));
    return true;
}

void Peers::Impl::post(net::Function<void(Impl&)> task) {
    loop.post([weak = std::weak_ptr{alive}, run = std::move(task)]() mutable {
        if (const auto self = weak.lock()) run(**self);
    });
}

Peers::Peers(net::Loop& loop, net::Dialer& dialer, PeersOptions options, PeersEvents events)
    : impl_(std::make_unique<Impl>(loop, dialer, std::move(options), std::move(events))) {}

Peers::~Peers() = default;

void Peers::start() {
    CHECK(!impl_->started, "peers start once");
    impl_->started = true;
    impl_->greet_all();
    for (const auto& [node, peer] : impl_->peers) impl_->dial(node);
}

void Peers::send(NodeId to, const Message& message) { impl_->send(to, message); }
void Peers::send(NodeId to, const SnapshotMessage& message) { impl_->send(to, message); }
void Peers::send_soft(const net::Bytes& payload) { impl_->send_soft(payload); }
std::vector<NodeId> Peers::send_product(std::span<const NodeId> to, const net::Bytes& payload) { return impl_->send_product(to, payload); }

net::Result<NodeId> Peers::accept(std::unique_ptr<net::Link> link, const net::FrameView& hello) {
    return impl_->take(std::move(link), hello);
}

void Peers::set_members(const Configuration& configuration) { impl_->take_members(configuration); }

std::vector<NodeId> Peers::nodes() const {
    std::vector<NodeId> nodes;
    for (const auto& [node, peer] : impl_->peers) {
        if (peer.belongs || peer.up) nodes.push_back(node);
    }
    return nodes;
}

std::uint32_t Peers::reachable() const {
    return static_cast<std::uint32_t>(
        std::ranges::count_if(impl_->peers, [](const auto& entry) { return entry.second.up && entry.second.belongs; }));
}

bool Peers::reachable(NodeId peer) const {
    const auto place = impl_->peers.find(peer);
    return place != impl_->peers.end() && place->second.up;
}

std::vector<RememberedNode> Peers::remembered() const { return impl_->memory.all(); }

Peers::Counters Peers::counters() const { return impl_->counters; }

}  // namespace parley::consensus
