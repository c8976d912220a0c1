// Images: the chat's side of snapshots. It makes images of the database on the Worker, at slots where other replicas make
// theirs, checks those that came, and installs one at the start of a replica (docs/state.md Q5, docs/protocol.md).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chat/server/applier.hpp"
#include "chat/server/state_files.hpp"
#include "consensus/snapshot/exchange.hpp"
#include "net/ports/worker.hpp"

namespace parley::chat {

class Images {
public:
    using Made = net::Function<void(net::Result<consensus::MadeImage>)>;

    Images(net::Disk& disk, net::Worker& worker, Applier& applier, StateFiles files, std::uint32_t chunk_size)
        : disk_(disk), worker_(worker), applier_(applier), files_(std::move(files)), chunk_size_(chunk_size) {}

    void make(Made done);
    void check(const std::string& path, const consensus::Manifest& manifest, net::Function<void(net::Result<void>)> done);

    // On the Worker: the blocks of a large file that was removed are given back now.
    void close(std::shared_ptr<net::File> file);

    // The Worker copies the database: its checkpoints wait so long.
    [[nodiscard]] bool is_reading() const { return reading_; }

    // Before the database is opened: what a fetch left for this start takes its place, and old images go. Every step may
    // be cut by a crash and is then taken again.
    static net::Result<void> install(net::Disk& disk, consensus::Log& log, const StateFiles& files, const Limits& limits);

private:
    void pinned(Made done);
    void lay_out(std::uint64_t slot, const std::string& path, Made done);
    void failed(const std::string& path, const net::Error& error, Made& done);
    net::Result<void> remove_parts(const std::string& path);

    net::Disk& disk_;
    net::Worker& worker_;
    Applier& applier_;
    StateFiles files_;
    std::uint32_t chunk_size_;
    bool reading_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
