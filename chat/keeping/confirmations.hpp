// Confirmations: sees to it that a file whose bytes came to this replica lies on enough others, and proposes to the log that it is whole. It
// asks all members again and again, sends each what it lacks, and goes on until the state says whole or the file is gone.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "chat/keeping/chunk_keeper.hpp"
#include "chat/keeping/file_messages.hpp"
#include "chat/state/view.hpp"
#include "consensus/core/types.hpp"

namespace parley::chat {

struct ConfirmationOptions {
    net::Duration ask_interval = std::chrono::milliseconds{100};
    net::Duration send_again = std::chrono::seconds{3};        // a chunk to the same member
    net::Duration propose_again = std::chrono::seconds{1};
    std::size_t chunks_per_ask = 2;                            // sent to one member; its next answer is the sign for the next ones
    net::Duration wanted_for = std::chrono::minutes{1};        // who still brings it by then says so again
    std::size_t files_max = 256;                               // at a time
};

struct ConfirmationEvents {
    // As FileExchangeEvents::send.
    net::Function<std::vector<consensus::NodeId>(std::span<const consensus::NodeId> to, const FileMessage&)> send;
    // May be lost; it is proposed again.
    net::Function<void(const ConfirmFile&)> propose;
    // As it is chosen, as far as this replica knows.
    net::Function<consensus::Configuration()> configuration;
};

// A chunk, and where in an upload it belongs.
struct PlacedChunk {
    FileId file;
    std::uint32_t place = 0;
    ChunkHash name{};
};

class Confirmations {
public:
    Confirmations(net::Loop& loop, View& view, ChunkKeeper& keeper, consensus::NodeId self, ConfirmationOptions options, ConfirmationEvents events);
    Confirmations(const Confirmations&) = delete;
    Confirmations& operator=(const Confirmations&) = delete;
    ~Confirmations();

    // From now on until it is whole or gone, or nobody says it again for a time: what is not here yet is spread as it comes. False: too many are
    // under way.
    bool begin(FileId file);
    void end(FileId file);
    // A chunk of such a file is durable here, just now: whose link has room is sent it while its bytes are at hand.
    void came(const PlacedChunk& chunk, const net::Bytes& bytes);
    void told(consensus::NodeId from, const HoldingTold& told);

    [[nodiscard]] std::size_t under_way() const { return files_.size(); }

private:
    struct Member {
        bool holds_all = false;                        // it said so; that stays true
        std::map<std::uint32_t, net::Instant> sent;    // when, by place
    };
    struct Confirmation {
        std::vector<ChunkHash> chunks;
        std::map<consensus::NodeId, Member> members;
        net::Instant wanted_at{};
        net::Instant proposed_at{};
        bool is_proposed = false;
    };
    void tick();
    // False: it is whole or not there, and nothing is left to do.
    [[nodiscard]] bool look(FileId file, Confirmation& one);
    void ask(FileId file, const Confirmation& one);
    void send_some(FileId file, consensus::NodeId to, const std::vector<std::uint32_t>& missing);
    void read_and_send(const PlacedChunk& chunk, consensus::NodeId to, bool is_last);
    [[nodiscard]] bool send_to(consensus::NodeId to, const FileMessage& message) { return !events_.send({&to, 1}, message).empty(); }
    void propose_if_enough(FileId file, Confirmation& one);

    net::Loop& loop_;
    View& view_;
    ChunkKeeper& keeper_;
    consensus::NodeId self_;
    ConfirmationOptions options_;
    ConfirmationEvents events_;
    std::map<FileId, Confirmation> files_;
    net::TimerId timer_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

// The places of a file's chunks that are not here.
std::vector<std::uint32_t> missing_here(const ChunkKeeper& keeper, const std::vector<ChunkHash>& chunks);

}  // namespace parley::chat
