// FileExchange: everything one replica says and hears about the bytes of files, behind one door for messages: it answers others, confirms
// what came to it, and fetches what it lacks. Knows no clients and no links.
#pragma once

#include <span>
#include <vector>

#include "chat/keeping/chunk_fetch.hpp"
#include "chat/keeping/confirmations.hpp"
#include "chat/keeping/next_voters.hpp"

namespace parley::chat {

struct FileExchangeOptions {
    consensus::NodeId self;
    ConfirmationOptions confirming{};
    ChunkFetchOptions fetching{};
    NextVotersOptions changing{};
};

struct FileExchangeEvents {
    // May be lost. The answer: to whom of them it goes; the links of the others are full, or do not stand.
    net::Function<std::vector<consensus::NodeId>(std::span<const consensus::NodeId> to, const FileMessage&)> send;
    net::Function<void(const Unnumbered&)> propose;
    net::Function<consensus::Configuration()> configuration;
    // The other members that can be reached.
    net::Function<std::vector<consensus::NodeId>()> peers;
};

class FileExchange {
public:
    FileExchange(net::Loop& loop, View& view, ChunkKeeper& keeper, const FileExchangeOptions& options, FileExchangeEvents events);
    FileExchange(const FileExchange&) = delete;
    FileExchange& operator=(const FileExchange&) = delete;

    // When the keeper is ready.
    void start() { fetch_.look(); }
    void received(consensus::NodeId from, FileMessage message);
    // Of what was applied, in order.
    void changed(const FileChanged& change);
    // The keeper lost a chunk.
    void lost() { fetch_.look(); }

    // A client waits for a chunk of a whole file that is not here.
    void want(const ChunkHash& chunk) { fetch_.want(chunk); }

    // A chunk of an upload came to this replica: it is kept (ChunkKeeper::put), and goes on to the others from memory.
    void bring(const PlacedChunk& chunk, net::Bytes bytes, ChunkKeeper::Put done);
    // All chunks of the file come to this replica, or are here. False: too many wait.
    bool confirm(FileId file) { return confirmations_.begin(file); }

    // For who leads and wants to change the voters.
    [[nodiscard]] NextVoters& next_voters() { return next_voters_; }

    [[nodiscard]] const Confirmations& confirmations() const { return confirmations_; }
    [[nodiscard]] const ChunkFetch& fetch() const { return fetch_; }

private:
    bool send(consensus::NodeId to, const FileMessage& message) { return !events_.send({&to, 1}, message).empty(); }
    void on(consensus::NodeId from, const HoldingAsked& asked);
    void on(consensus::NodeId from, const HoldingTold& told) { confirmations_.told(from, told); }
    void on(consensus::NodeId from, const BytesAsked& asked);
    void on(consensus::NodeId from, BytesSent& sent);
    void on(consensus::NodeId from, const CompleteAsked& asked);
    void on(consensus::NodeId from, const CompleteTold& told) { next_voters_.told(from, told); }

    View& view_;
    ChunkKeeper& keeper_;
    FileExchangeEvents events_;
    Confirmations confirmations_;
    ChunkFetch fetch_;
    NextVoters next_voters_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
