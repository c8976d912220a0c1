// Peers: the consensus links to every other member. Each replica dials each other one and only sends on the links it
// dialled; it only receives on the links that came in. Paxos stands loss, so what cannot leave is dropped, never kept.
// It knows who may speak (cluster, member, certificate, incarnation) and nothing of what is said.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "consensus/core/messages.hpp"
#include "consensus/driver/memory_of_peers.hpp"
#include "consensus/snapshot/messages.hpp"
#include "net/frame/frame.hpp"
#include "net/ports/link.hpp"
#include "net/ports/loop.hpp"

namespace parley::consensus {

// Frame types between replicas; clients have theirs from 16 on.
enum class FrameType : std::uint16_t {
    replica_hello = 1,       // payload: ReplicaHello, the first frame of a consensus link
    consensus_message = 2,   // payload: Message
    snapshot_message = 3,    // payload: SnapshotMessage
    soft_state = 4,          // payload: the product's own; it may be lost
    product_message = 5,     // payload: the product's own, for this node alone; it may be lost
};

// Who dials, and whom it believes to reach.
struct ReplicaHello {
    NodeId node;
    NodeId expected;
    LogProgress progress;   // of the dialling node's log
    std::vector<RememberedNode> remembered{};   // how far the others were, the one that is greeted among them (P12)
    std::string address{};   // where it can be dialled, for whoever does not know it as a member yet
    FeatureLevel known{};    // the highest that its program knows
    FeatureLevel used{};     // the cluster's, as far as it knows
};
template <class Archive>
void serialize(Archive& archive, ReplicaHello& hello, unsigned) {
    archive & make_nvp("node", hello.node) & make_nvp("expected", hello.expected) &
        make_nvp("progress", hello.progress) & make_nvp("remembered", hello.remembered) & make_nvp("address", hello.address) &
        make_nvp("known", hello.known) & make_nvp("used", hello.used);
}

// The common name in a replica's certificate: its node id as 16 hex digits.
std::string certificate_name_of(NodeId node);

struct PeersOptions {
    ClusterId cluster;
    NodeId self;
    std::uint64_t incarnation = 0;
    std::vector<Life> lives;                                 // of this node's log (Recovered)
    Configuration configuration;                             // members before the first set_members()
    std::string address;                                     // of this node, for those who do not know it yet
    FeatureLevel feature_level = highest_feature_level;      // that this node knows
    bool require_certificates = true;                        // false only with TLS off
    net::Duration retry_min = std::chrono::milliseconds{50};   // wait before dialling again: doubles from here,
    net::Duration retry_max = std::chrono::seconds{2};         // with jitter, up to here
    std::size_t queued_bytes_max = std::size_t{16} << 20U;     // above it messages to that peer are dropped
    std::size_t queued_image_bytes_max = std::size_t{4} << 20U;   // above it pieces of images are
    std::size_t queued_product_bytes_max = std::size_t{2} << 20U; // above it what the product says to that peer is
    net::Duration stuck_after = std::chrono::seconds{3};       // a full queue this long: close and dial again
    net::Duration greet_again = std::chrono::seconds{1};       // the others hear so often how far this node's log is
};

struct PeersEvents {
    net::Function<void(NodeId from, Message)> received;
    net::Function<void(NodeId from, SnapshotMessage)> snapshot;   // optional
    net::Function<bool(NodeId from, net::ByteView)> soft;         // optional; false: the bytes make no sense
    net::Function<bool(NodeId from, net::ByteView)> product;      // the same of what the product says to this node alone
    net::Function<void(NodeId)> up;      // links stand in both directions
    net::Function<void(NodeId)> down;    // a link of either direction closed, or the peer is a newer process now
    net::Function<Reached()> reached;    // how much of this node's log is durable
    // This node's disk holds less than it held when another one last heard of it: it must not vote, in no later life either. Optional.
    net::Function<void(const net::Error&)> went_back;
    net::Function<void(const net::Error&)> outdated;   // the cluster uses a feature level that this node does not know; optional
};

class Peers {
public:
    Peers(net::Loop& loop, net::Dialer& dialer, PeersOptions options, PeersEvents events);
    ~Peers();

    // The members from now on. New ones, and who has moved, are dialled where they are; who has gone is dialled no more, and answered while its
    // link stands: a node that was removed, or one that this node has not heard of yet, may still have to say something (P11).
    void set_members(const Configuration& configuration);

    // All members but this node, and who else is connected at this moment.
    [[nodiscard]] std::vector<NodeId> nodes() const;

    // Begins to dial. Events come from here on, never from inside send().
    void start();

    // Queues one message; dropped when there is no link or its queue is full. Encodes a repeated Accept once.
    void send(NodeId to, const Message& message);
    // The same for images of the state: they leave room for what the protocol has to say.
    void send(NodeId to, const SnapshotMessage& message);

    // What the product tells all others and may be lost: dropped before anything else is.
    void send_soft(const net::Bytes& payload);
    // What it says to some of them and may be lost; it leaves room for the protocol, and for images. Encoded once. The answer: for whom it is
    // queued; the others have no link, or no room.
    std::vector<NodeId> send_product(std::span<const NodeId> to, const net::Bytes& payload);

    // Takes an incoming link whose first frame was a replica_hello; the result is the other end's node, or why the link
    // is refused (it is closed then). May be called from inside that frame's event.
    net::Result<NodeId> accept(std::unique_ptr<net::Link> link, const net::FrameView& hello);

    // Members other than this one with links in both directions.
    [[nodiscard]] std::uint32_t reachable() const;
    [[nodiscard]] bool reachable(NodeId peer) const;
    // How far the logs of other nodes were, as they told.
    [[nodiscard]] std::vector<RememberedNode> remembered() const;

    struct Counters {
        std::uint64_t sent = 0;        // messages handed to a link
        std::uint64_t received = 0;
        std::uint64_t dropped = 0;     // no link, or a full queue
        std::uint64_t encoded = 0;     // sent - encoded = encodings saved
        std::uint64_t malformed = 0;   // frames that closed their link
        std::uint64_t refused = 0;     // incoming links not taken
        std::uint64_t dials = 0;
    };
    [[nodiscard]] Counters counters() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::consensus
