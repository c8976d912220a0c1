// Collector: gives back the room of chunks that no file of the state consists of (decision 0017). Now and then it goes through all files,
// some in each turn of the Loop, and crosses their chunks off a list of those that were here when it began; in the turn in which no
// file is left it removes what remains on the list. A file that was begun meanwhile has a higher number and is met, too.
#pragma once

#include <cstdint>
#include <memory>
#include <set>

#include "chat/keeping/chunk_keeper.hpp"
#include "chat/state/view.hpp"

namespace parley::chat {

struct CollectorOptions {
    net::Duration every = std::chrono::minutes{1};             // from the end of one look to the beginning of the next; 0: never
    net::Duration pause = std::chrono::milliseconds{10};       // between two pages
    // The last slot that the log held when this life of the replica began. An earlier life may have told others that chunks are here because
    // of an intent up to there, and a power cut may have taken the state back before it: nothing is collected until the state is there again.
    std::uint64_t not_before = 0;
};

// Gives a slot that is not below any that was chosen, anywhere, before it was asked for (P9); after a while, or never.
using AskReadSlot = net::Function<void(net::Function<void(std::uint64_t)>)>;

class Collector {
public:
    // `view` must show at least every state on whose strength anybody was told that a chunk is here.
    // `read_slot`: what the log held behind that slot was not chosen and may never be, so nobody was told anything because of it. Optional.
    Collector(net::Loop& loop, View& view, ChunkKeeper& keeper, CollectorOptions options, AskReadSlot read_slot = {});
    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;
    ~Collector();

    // When the keeper is ready.
    void start();
    // Looks that came to the end, and chunks that were removed.
    [[nodiscard]] std::uint64_t looks() const { return looks_; }
    [[nodiscard]] std::uint64_t removed() const { return removed_; }

private:
    void after(net::Duration pause);
    void step();
    [[nodiscard]] bool may_begin();
    void ask_read_slot();
    void begin();
    void cross_off_more();
    void end();
    void give_up();

    net::Loop& loop_;
    View& view_;
    ChunkKeeper& keeper_;
    CollectorOptions options_;
    AskReadSlot read_slot_;
    bool is_read_slot_asked_ = false;
    net::TimerId timer_;
    bool is_looking_ = false;
    std::set<ChunkHash> unmet_;    // here when the look began, and in no file so far
    FileId met_through_;
    std::uint64_t looks_ = 0;
    std::uint64_t removed_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
