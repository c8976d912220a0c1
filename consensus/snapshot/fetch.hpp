// Fetch: brings an image here. It asks everybody, picks the newest offer, fetches its chunks from all who offer the same,
// checks each against the manifest, and all of them again from the medium before the file gets the name under which the
// next start installs it (L8). One image at a time; a broken fetch goes on where it stopped, in a later process too.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "consensus/snapshot/messages.hpp"
#include "net/ports/disk.hpp"
#include "net/ports/loop.hpp"

namespace parley::consensus {

struct FetchOptions {
    std::string folder;                                      // of the state; the files below lie in it
    std::vector<NodeId> peers;
    net::Duration ask_interval = std::chrono::milliseconds{300};
    net::Duration chunk_timeout = std::chrono::milliseconds{600};
    net::Duration patience = std::chrono::seconds{5};        // without a chunk; then another image is looked for
    std::size_t window = 4;                                  // chunks asked of one peer at once
};

struct FetchEvents {
    net::Function<void(NodeId, const SnapshotMessage&)> send;
    // All chunks are right: is it a state of that slot with that digest? Answers on the Loop.
    net::Function<void(const std::string& path, const Manifest&, net::Function<void(net::Result<void>)>)> check;
    // The image lies under ready_name, durable. The replica starts anew and installs it.
    net::Function<void(Slot)> ready;
    net::Function<void(const net::Error&)> failed;           // the disk refused
    net::Function<void(const std::string&)> note;
};

class Fetch {
public:
    static constexpr const char* part_name = "incoming";     // chunks gather here
    static constexpr const char* ready_name = "incoming-ready";

    Fetch(net::Loop& loop, net::Disk& disk, FetchOptions options, FetchEvents events);
    ~Fetch();

    // An image of `next` or a later slot is needed; repeated calls are fine.
    void need(Slot next, const std::string& why);
    // It came by another way.
    void need_no_more();

    void set_peers(std::vector<NodeId> peers) { options_.peers = std::move(peers); }

    void received(NodeId from, ImageOffered offered);
    void received(NodeId from, const ChunkData& data);

private:
    struct Asked {
        NodeId peer;
        net::Instant at;
    };
    enum class Step { idle, asking, comparing, fetching, verifying, checking, done };

    [[nodiscard]] std::string path(const char* name) const { return options_.folder + "/" + name; }
    void tick();
    void ask_everybody();
    void choose();
    void begin(Manifest manifest);
    net::Result<void> open_part();
    void compare_some(std::size_t chunk);
    void compared();
    void fetch_more();
    [[nodiscard]] bool ask_next_chunk(NodeId peer);
    void all_here();
    void checked(net::Result<void> result);
    void start_over(const std::string& why);
    void fail(const net::Error& error);
    void post(net::Function<void()> task);

    net::Loop& loop_;
    net::Disk& disk_;
    FetchOptions options_;
    FetchEvents events_;
    Step step_ = Step::idle;
    Slot next_;
    net::TimerId timer_;
    net::Instant asked_at_{};
    net::Instant moved_at_{};                   // a chunk came, or fetching began
    std::map<NodeId, Manifest> offers_;
    std::optional<net::Instant> first_offer_;
    Manifest manifest_;
    ImageId id_;
    std::shared_ptr<net::File> part_;
    std::set<NodeId> sources_;
    std::vector<bool> here_;                    // chunk by chunk
    std::size_t missing_ = 0;
    std::size_t unsynced_ = 0;                  // bytes
    std::map<std::uint32_t, Asked> asked_;
    std::uint64_t round_ = 0;                   // of fetches; late posts of an earlier one find another number
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::consensus
