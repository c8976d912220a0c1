// Server: one replica, put together from its actors on one Loop over ports: log, driver, peers, applier, gateway and the
// front door that tells replicas from clients. parleyd gives it sockets and disks, the simulator its own; nothing here
// knows which.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "chat/gateway/gateway.hpp"
#include "chat/keeping/chunk_keeper.hpp"
#include "chat/keeping/collector.hpp"
#include "chat/keeping/file_exchange.hpp"
#include "chat/server/applier.hpp"
#include "chat/server/room_watch.hpp"
#include "chat/server/scrubber.hpp"
#include "chat/server/self_check.hpp"
#include "chat/state/chat_state.hpp"
#include "chat/wire/protocol.hpp"
#include "consensus/core/options.hpp"
#include "consensus/core/step.hpp"
#include "consensus/driver/leadership.hpp"
#include "consensus/driver/peers.hpp"
#include "consensus/storage/log.hpp"
#include "consensus/storage/scrubber.hpp"
#include "net/ports/disk.hpp"
#include "net/ports/link.hpp"
#include "net/ports/loop.hpp"
#include "net/ports/secrets.hpp"
#include "net/ports/worker.hpp"

namespace parley::chat {

// Everything outside the process. The disk is this replica's data folder: log/, state/ and files/ lie in it.
struct ServerPorts {
    net::Loop& loop;
    net::Worker& worker;
    net::Disk& disk;
    net::Secrets& secrets;
    net::Dialer& dialer;       // to other replicas, with this replica's certificate
    net::Listener& listener;   // for replicas and clients alike
};

struct ServerOptions {
    consensus::Options protocol;
    consensus::LogOptions log;
    Limits limits;
    GatewayOptions gateway;
    ApplierOptions applier;
    int checkpoint_frames = default_checkpoint_frames;
    ScrubTimes scrub;                        // of the database
    consensus::LogScrubTimes log_scrub;
    RoomOptions room;                        // on the disk
    ChunkKeeperOptions chunks;               // of files
    net::Duration collect_every = std::chrono::minutes{1};   // chunks that no file consists of are looked for so often
    FileExchangeOptions files;               // `self` is taken from the log
    consensus::LeadershipTimes leadership;
    net::Duration self_check_beat = std::chrono::seconds{1};   // running hashes are told and compared so often
    const char* sqlite_vfs = nullptr;        // nullptr: SQLite's default
    bool search = true;                      // keeps a full-text index
    std::uint32_t image_chunk = std::uint32_t{256} << 10U;   // bytes of a snapshot that travel together
    std::map<std::string, std::string> peer_addresses;   // alias -> "host:port", where members moved since the formation
    std::string address;                     // "host:port" of this replica, for a time in which no configuration has it
    bool require_certificates = true;        // of replicas that dial in; false only with TLS off
    std::string version = "0.1.0";
    std::uint64_t process = 0;               // process id, for status
};

// What monitoring sees, all at one moment. Counters count from the start of the process.
struct ServerMetrics {
    consensus::ReplicaStatus replica;
    std::uint64_t executed_through = 0;     // slots whose effects went out
    std::uint64_t committed_through = 0;    // slots the database holds
    consensus::Log::Counters log;
    consensus::Peers::Counters peers;
    std::uint32_t replicas = 0;
    std::uint32_t reachable = 0;            // this one included
    std::uint32_t clients = 0;
    std::size_t waiting_commands = 0;
    std::uint64_t refused_links = 0;
    std::uint64_t refused_log_ins = 0;      // after too many wrong passwords
    std::uint64_t refused_requests = 0;     // faster than a rate allows
    std::uint64_t leased_reads = 0;         // answers to requests for a read slot that stood on this replica's lease
    bool holds_lease = false;
    std::uint64_t scrub_rounds = 0;         // in which the whole database was read from the medium
    std::uint64_t log_scrub_rounds = 0;     // the same of the log
    Judgement self_check;                   // the newest
    bool rebuilding = false;                // fetches its state from the others
    bool has_room = true;                   // on the disk
    std::optional<std::uint64_t> free_bytes;
    bool has_to_erase = false;              // something that was deleted, or that has grown old, is still there
    std::uint64_t chunks = 0;               // of files, on the disk
    std::optional<FilesSeen> files;         // by the newest look through all of them
};

struct ServerEvents {
    // The replica must end now, with this sentence (fail-stop: disk or state machine). Called once.
    net::Function<void(const net::Error&)> failed;
    // A snapshot lies ready to take the place of this replica's state: destroy the server and open it again. Called once.
    net::Function<void()> start_anew;
    // This replica was removed, and the others need it no more: it may end, for good. Called once.
    net::Function<void()> dismissed;
    // Each chosen slot, in order, before it is applied; durable in this replica's log. For whoever watches; optional.
    net::Function<void(const consensus::ChosenSlot&)> chosen;
    // What becomes of a file, as the slot is executed. For whoever watches; optional.
    net::Function<void(const FileChanged&)> file_changed;
    // One line for the log: role changes, refused links, slow disks. Never a text, a name or a token.
    net::Function<void(const std::string&)> note;
};

class Server {
public:
    // Opens log and state of a formed data folder (consensus::Log::create made it). An error is a sentence and means:
    // this replica must not start.
    static net::Result<std::unique_ptr<Server>> open(ServerPorts ports, ServerOptions options, ServerEvents events);
    [[nodiscard]] ServerMetrics metrics() const;
    // Begins to let another replica lead, if this one does.
    net::Result<void> hand_over(consensus::NodeId to);
    // Begins to change the membership, or what else the configuration says, if this one leads.
    net::Result<void> change(const consensus::MembershipChange& change);
    // Writes what was applied to the database, for whoever opens its file from outside; its readers do so themselves.
    net::Result<void> settle();
    // Stops at once; what was acknowledged is durable at any moment.
    ~Server();

    // Begins to listen, dial and take part.
    void start();

    [[nodiscard]] StatusReport status() const;
    // As the state has it now.
    [[nodiscard]] net::Result<std::optional<FileRow>> file(FileId file) const;
    // The running hashes at the newest boundaries, of what was executed.
    [[nodiscard]] const std::vector<Boundary>& boundaries() const;
    [[nodiscard]] const consensus::LogIdentity& identity() const;
    [[nodiscard]] const consensus::Log& log() const;
    // How far the logs of others were, as they told.
    [[nodiscard]] std::vector<consensus::RememberedNode> remembered() const;

    // Where the parts of a replica lie below its data folder.
    static constexpr const char* log_folder = "log";
    static constexpr const char* state_folder = "state";
    static constexpr const char* state_file = "state/chat.db";
    static constexpr const char* search_file = "state/search.db";
    static constexpr const char* files_folder = "files";

private:
    struct Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::chat
