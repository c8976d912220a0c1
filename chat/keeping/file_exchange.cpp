#include "chat/keeping/file_exchange.hpp"

#include <utility>

namespace parley::chat {

using consensus::NodeId;

FileExchange::FileExchange(net::Loop& loop, View& view, ChunkKeeper& keeper, const FileExchangeOptions& options, FileExchangeEvents events)
    : view_(view),
      keeper_(keeper),
      events_(std::move(events)),
      confirmations_(loop, view, keeper, options.self, options.confirming,
                     ConfirmationEvents{[this](std::span<const NodeId> to, const FileMessage& message) { return events_.send(to, message); },
                                        [this](const ConfirmFile& command) { events_.propose(command); },
                                        [this] { return events_.configuration(); }}),
      fetch_(loop, view, keeper, options.fetching,
             ChunkFetchEvents{[this](NodeId to, const FileMessage& message) { send(to, message); }, [this] { return events_.peers(); }}),
      next_voters_(loop, view, fetch_, options.self, options.changing,
                   NextVotersEvents{[this](NodeId to, const FileMessage& message) { send(to, message); },
                                    [this](const ExpectVoters& command) { events_.propose(command); },
                                    [this] { return events_.configuration(); }}) {}

void FileExchange::received(NodeId from, FileMessage message) {
    std::visit([&](auto& each) { on(from, each); }, message);
}

void FileExchange::changed(const FileChanged& change) {
    if (change.stage == FileStage::begun) return;
    confirmations_.end(change.file);
    if (change.stage == FileStage::whole) fetch_.became_whole(change.file);
}

void FileExchange::bring(const PlacedChunk& chunk, net::Bytes bytes, ChunkKeeper::Put done) {
    // Bytes of a chunk that is here already are not looked at, so they are not what goes on.
    if (keeper_.has(chunk.name)) return keeper_.put(chunk.name, net::share(std::move(bytes)), std::move(done));
    const net::SharedBytes held = net::share(std::move(bytes));
    keeper_.put(chunk.name, held, [this, chunk, held, then = std::move(done), alive = std::weak_ptr{alive_}](const net::Result<void>& result) mutable {
        if (result && !alive.expired()) confirmations_.came(chunk, *held);
        then(result);
    });
}

// Said on the strength of a state that has the file: from here on to the file's end the collector leaves alone what is said to be here.
// Who has not come so far says nothing, and is asked again.
void FileExchange::on(NodeId from, const HoldingAsked& asked) {
    const auto row = view_.file(asked.file);
    if (!row || !*row) return;
    send(from, HoldingTold{asked.file, missing_here(keeper_, (*row)->chunks)});
}

void FileExchange::on(NodeId from, const BytesAsked& asked) {
    keeper_.read(asked.chunk, [this, from, chunk = asked.chunk, alive = std::weak_ptr{alive_}](net::Result<net::Bytes> bytes) {
        if (!alive.expired()) send(from, BytesSent{chunk, bytes ? *std::move(bytes) : net::Bytes{}});
    });
}

void FileExchange::on(NodeId from, const CompleteAsked& asked) {
    if (fetch_.complete_at() >= asked.slot && fetch_.complete_at() > 0) {
        send(from, CompleteTold{fetch_.complete_at()});
    } else {
        fetch_.hurry();
    }
}

// What was not asked for is an upload that another replica spreads. That it is stored before the state has its beginning does no harm:
// nobody is told of it till then.
void FileExchange::on(NodeId from, BytesSent& sent) {
    if (fetch_.received(from, sent) || sent.bytes.empty()) return;
    keeper_.put(sent.chunk, net::share(std::move(sent.bytes)), [](const net::Result<void>&) {});
}

}  // namespace parley::chat
