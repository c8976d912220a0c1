// FileExchange: everything one replica says and hears about the bytes of files, behind one door for messages: it answers others, confirms
// what came to it, and fetches what it lacks. Knows no clients and no links.
#pragma once

#include <vector>

#include "chat/keeping/chunk_fetch.hpp"
#include "chat/keeping/confirmations.hpp"

namespace parley::chat {

struct FileExchangeOptions {
    consensus::NodeId self;
    ConfirmationOptions confirming{};
    ChunkFetchOptions fetching{};
};

struct FileExchangeEvents {
    // May be lost.
    net::Function<void(consensus::NodeId, const FileMessage&)> send;
    net::Function<void(const ConfirmFile&)> propose;
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
    void received(consensus::NodeId from, const FileMessage& message);
    // Of what was applied, in order.
    void changed(const FileChanged& change);
    // The keeper lost a chunk.
    void lost() { fetch_.look(); }

    // All chunks of the file came to this replica. False: too many wait.
    bool confirm(FileId file) { return confirmations_.begin(file); }

    [[nodiscard]] const Confirmations& confirmations() const { return confirmations_; }
    [[nodiscard]] const ChunkFetch& fetch() const { return fetch_; }

private:
    void on(consensus::NodeId from, const HoldingAsked& asked);
    void on(consensus::NodeId from, const HoldingTold& told) { confirmations_.told(from, told); }
    void on(consensus::NodeId from, const BytesAsked& asked);
    void on(consensus::NodeId from, const BytesSent& sent);

    View& view_;
    ChunkKeeper& keeper_;
    FileExchangeEvents events_;
    Confirmations confirmations_;
    ChunkFetch fetch_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
