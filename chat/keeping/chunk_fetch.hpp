// ChunkFetch: brings here what whole files consist of and this replica lacks: after it was away, was installed from a snapshot, was added, or
// lost a chunk to its disk. It goes through the files page by page and asks the other members for one chunk after the other.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "chat/keeping/chunk_keeper.hpp"
#include "chat/keeping/file_messages.hpp"
#include "chat/state/view.hpp"
#include "consensus/core/types.hpp"

namespace parley::chat {

struct ChunkFetchOptions {
    net::Duration look_every = std::chrono::seconds{60};      // through all files; sooner when something is known to be missing
    net::Duration look_again = std::chrono::seconds{5};       // after a look that found something missing
    net::Duration page_pause = std::chrono::milliseconds{10};
    net::Duration answer_within = std::chrono::seconds{2};    // then the next member is asked
    std::size_t window = 4;                                   // chunks asked for at once
    std::size_t wanted_max = 1'024;                           // found in one look
};

struct ChunkFetchEvents {
    net::Function<void(consensus::NodeId, const FileMessage&)> send;
    // The other members that can be reached.
    net::Function<std::vector<consensus::NodeId>()> peers;
};

// The whole files of a state, and what of them is not here. Parts that several files have in common count for each of them.
struct FilesSeen {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::uint64_t chunks_missing = 0;
    std::uint64_t bytes_missing = 0;
    friend bool operator==(const FilesSeen&, const FilesSeen&) = default;
};

class ChunkFetch {
public:
    ChunkFetch(net::Loop& loop, View& view, ChunkKeeper& keeper, ChunkFetchOptions options, ChunkFetchEvents events);
    ChunkFetch(const ChunkFetch&) = delete;
    ChunkFetch& operator=(const ChunkFetch&) = delete;
    ~ChunkFetch();

    // When the keeper is ready; and whenever something may be missing: a chunk was lost.
    void look();
    // Looks at once where it is not here; else what was found complete is so still.
    void became_whole(FileId file);
    // Somebody waits for this chunk of a whole file: it comes before the others.
    void want(const ChunkHash& chunk);
    // Somebody wants to know of a newer state whether it is complete; a look that is under way is enough.
    void hurry();
    // From whoever was asked. False: nobody was asked for this chunk.
    bool received(consensus::NodeId from, BytesSent& sent);

    // A look through all files found nothing missing, and nothing was said to be since: this replica holds every whole file of the state
    // that it has applied through this slot. 0: no look has.
    [[nodiscard]] std::uint64_t complete_at() const { return complete_at_; }
    // Of the newest look that came to the end; none: none has.
    [[nodiscard]] const std::optional<FilesSeen>& seen() const { return seen_; }

private:
    struct Asked {
        std::set<consensus::NodeId> in_vain;
        consensus::NodeId peer;
        net::Instant at{};
        bool is_out = false;       // asked, and no answer yet
    };
    void look_after(net::Duration pause);
    void next_page();
    void note_missing(const FileRow& file);
    [[nodiscard]] bool is_here(const FileRow& file) const;
    [[nodiscard]] std::size_t asked_for() const;
    void watch_later();
    void end_look();
    void ask_more();
    [[nodiscard]] bool ask_next(const ChunkHash& chunk, Asked& asked);
    void watch();
    void stored(const ChunkHash& chunk, bool is_stored);

    net::Loop& loop_;
    View& view_;
    ChunkKeeper& keeper_;
    ChunkFetchOptions options_;
    ChunkFetchEvents events_;
    std::map<ChunkHash, Asked> wanted_;
    std::uint64_t turn_ = 0;           // whom to ask first
    std::uint64_t complete_at_ = 0;
    bool is_looking_ = false;
    bool is_asked_again_ = false;      // to look, since this look began
    FilesSeen seeing_;                 // in this look
    std::optional<FilesSeen> seen_;
    FileId looked_through_;
    net::TimerId look_timer_;
    net::TimerId watch_timer_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
