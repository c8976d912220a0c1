// Gateway: the part of a replica that talks to clients. It answers reads from a View, proposes commands for its
// clients and answers them once its own state includes them, and pushes what was applied to those who watch.
// It must never acknowledge anything that is not applied here, nor keep a password longer than hashing takes.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "chat/gateway/log_in_guard.hpp"
#include "chat/state/effects.hpp"
#include "chat/state/view.hpp"
#include "chat/wire/protocol.hpp"
#include "consensus/core/step.hpp"
#include "consensus/core/types.hpp"
#include "net/ports/link.hpp"
#include "net/ports/loop.hpp"
#include "net/ports/secrets.hpp"
#include "net/ports/worker.hpp"

namespace parley::chat {

// What one Argon2id costs (libsodium's "interactive" by default; tests and the simulator take the least allowed).
struct PasswordCost {
    std::uint64_t passes = 2;
    std::size_t memory_bytes = std::size_t{64} << 20U;
    static constexpr PasswordCost least() { return {1, std::size_t{8} << 10U}; }
};

// Everything is bounded (docs/protocol.md P15). What a limit refuses is told with a time to wait.
struct GatewayOptions {
    std::uint32_t clients_max = 4096;
    std::uint32_t requests_per_link_max = 256;                          // in flight
    std::size_t request_bytes_per_link_max = std::size_t{4} << 20U;     // the same, if it is more than one
    std::size_t request_bytes_in_flight_max = std::size_t{256} << 20U;  // of all links
    Rate requests_of_login;                                             // over all its links
    Rate requests_of_network;                                           // of an address, as network_of() has it
    Rate registrations_of_network;
    std::uint32_t chunks_per_link_max = 4;                              // of files, on their way to or from the disk
    std::uint32_t subscriptions_per_link_max = 4096;
    std::uint32_t waiting_commands_max = 16384;                         // of all clients
    std::uint32_t waiting_reads_max = 8192;                             // for a slot not applied yet, or not known
    std::uint32_t passwords_queued_max = 64;
    std::size_t command_bytes_max = std::size_t{64} << 10U;
    std::size_t request_bytes_max = std::size_t{256} << 10U;            // but for a chunk of a file
    std::size_t queued_bytes_max = std::size_t{16} << 20U;              // per link; beyond it a slow reader is closed
    std::size_t queued_bytes_pause = std::size_t{1} << 20U;             // per link; beyond it pushes wait for the reader
    std::uint32_t page_rows_max = 200;
    std::size_t page_bytes_max = std::size_t{1} << 20U;
    std::size_t propose_bytes_max = std::size_t{512} << 10U;            // per call of propose()
    net::Duration propose_again_after = std::chrono::milliseconds{500}; // doubled each time, up to 4 s
    net::Duration leader_lost_after = std::chrono::seconds{2};          // docs/protocol.md Q8
    net::Duration read_wait_max = std::chrono::seconds{2};
    net::Duration presence_beat = std::chrono::seconds{2};              // who is there is said again; 0: never
    net::Duration stalled_reader_max = std::chrono::seconds{60};
    PasswordCost password_cost;
    LogInRates log_ins;
    bool operators_need_certificate = true;                             // for what operators ask; false only with TLS off
};

// Who this gateway is; the members in any order, itself included.
struct GatewayIdentity {
    std::uint64_t cluster = 0;
    std::uint64_t node = 0;
    std::uint64_t incarnation = 0;
    std::vector<consensus::Member> members;
    std::size_t voters = 0;   // of them; 0: all
};

struct GatewayPorts {
    net::Loop& loop;
    net::Worker& worker;
    net::Secrets& secrets;
    View& view;
};

// The chunks of files on this replica, as chat/keeping has them.
struct GatewayFiles {
    // Is it known yet what is here? Nothing below is called before.
    net::Function<bool()> are_ready;
    // The places of those that are not here, ascending.
    net::Function<std::vector<std::uint32_t>(const std::vector<ChunkHash>&)> missing;
    // A chunk of an upload: FileExchange::bring.
    net::Function<void(FileId, std::uint32_t place, const ChunkHash&, net::Bytes, net::Function<void(net::Result<void>)>)> bring;
    // ChunkKeeper::read.
    net::Function<void(const ChunkHash&, net::Function<void(net::Result<net::Bytes>)>)> read;
    // Somebody waits for this chunk of a whole file, which is not here.
    net::Function<void(const ChunkHash&)> want;
    // All chunks of the file are here: it is to come to enough others. False: too many wait for that.
    net::Function<bool(FileId)> confirm;
};

// What the gateway needs of its replica; all on its Loop.
struct GatewayEvents {
    // Encoded Commands, in order; may be lost: what does not come back applied is proposed again.
    net::Function<void(std::vector<net::Bytes>)> propose;
    // Gives the slot from which on the state holds everything acknowledged before this call, when it is known, or never
    // (consensus::Driver::read).
    net::Function<void(net::Function<void(consensus::Slot)>)> read_slot;
    // Soft state for all other gateways; may be lost. Empty: there are none.
    net::Function<void(net::Bytes)> soft;
    // What another replica tells for the self-check; false: it makes no sense. Optional.
    net::Function<bool(std::uint64_t node, const BoundaryReport& report)> boundaries;
    // Whether another replica's disk has room. Optional.
    net::Function<void(std::uint64_t node, const RoomReport& report)> room;
    // Looks for messages; the answer comes later, on the Loop. Empty: this replica does not search.
    net::Function<void(const LoginRow& asking, const AskSearch& question, net::Function<void(Payload)> done)> search;
    // The replica's part of the report; the gateway adds its clients.
    net::Function<StatusReport()> status;
    // Begins to let that member lead; optional.
    net::Function<net::Result<void>(consensus::NodeId)> hand_over;
    // Begins to change the membership (consensus::Driver::change), and the configuration as this replica knows it; optional.
    net::Function<net::Result<void>(const consensus::MembershipChange&)> change;
    net::Function<consensus::Configuration()> configuration;
    // An image for an operator and its chunks, as consensus::Offers has them; optional.
    net::Function<void(consensus::Slot, net::Function<void(net::Result<consensus::Manifest>)>)> image;
    net::Function<net::Bytes(const consensus::ImageId&, std::uint32_t)> chunk;
    GatewayFiles files;   // all of it, or nothing
};

// For what is new (docs/protocol.md, P16).
enum class Room {
    ample,
    elsewhere,   // this replica's disk is full; a quorum of the others has room
    nowhere,     // the disks of too many are full
};

class Gateway {
public:
    Gateway(GatewayPorts ports, GatewayIdentity identity, GatewayOptions options, GatewayEvents events);
    // Closes all links.
    ~Gateway();

    // Takes over a link whose first frame was a client's hello.
    void accept(std::unique_ptr<net::Link> link, const net::FrameView& hello);

    // The effects of the slots up to `through`, in order, after they were executed and before anything later is. From
    // here on the View shows them.
    void applied(consensus::Slot through, std::span<const Effect> effects);

    // While the state may be wrong: closes all clients' links, so that they go to other replicas, tells what came of nothing, and
    // answers nothing that comes from the state or would change it.
    void withhold(bool withheld);

    // Without room nothing new is taken, and whoever asks for it is told why; reads go on. Where the others have room, clients of this
    // replica are sent to them.
    void room_changed(Room room);

    // Role, leader or reachability changed. `reachable` counts this replica too. Call it once after the start.
    void status_changed(const consensus::ReplicaStatus& status, std::uint32_t reachable);

    // Others are members now, or at other addresses; clients are told where.
    void members_changed(std::vector<consensus::Member> members, std::size_t voters);

    // Soft state from another replica's gateway. False: its bytes make no sense.
    bool soft_received(std::uint64_t node, net::ByteView bytes);
    // That replica cannot be reached.
    void peer_lost(std::uint64_t node);

    // The protocol did not take this many of the proposed commands.
    void commands_refused(std::uint32_t count);

    [[nodiscard]] std::uint32_t clients() const;
    // Links closed for bytes that made no sense or for reading too slowly.
    [[nodiscard]] std::uint64_t refused_links() const;
    // Commands that wait to be applied.
    [[nodiscard]] std::size_t waiting() const;
    // Passwords that were not tried because there had been too many wrong ones.
    [[nodiscard]] std::uint64_t refused_log_ins() const;
    // Requests that came faster than a rate allows.
    [[nodiscard]] std::uint64_t refused_requests() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace parley::chat
