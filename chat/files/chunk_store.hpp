// ChunkStore: the bytes of files on one replica's disk, one file a chunk under the chunk's own name (docs/storage.md, "Chunks"). What is
// there under its name is whole and durable, but for what the disk does to it later; the name says how to find that out. Blocks for as
// long as the disk does: runs on the Worker, one call at a time. Which chunks have to be there is not its affair.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chat/files/content.hpp"
#include "net/ports/disk.hpp"

namespace parley::chat {

struct NamedChunk {
    ChunkHash name{};
    net::ByteView bytes;
};

class ChunkStore {
public:
    // `folder`: below the disk's root, not the root itself; nobody else writes there.
    ChunkStore(net::Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

    // Once at a start, before anything else: makes the folders, removes what was being written when an earlier life ended, and makes the names
    // durable that it left. Gives these, in order; whether the disk has changed their bytes is not looked at. Other files are left alone.
    net::Result<std::vector<ChunkHash>> open();

    // Whole and durable under its name when this returns without an error. A chunk that is there is read and not written again, one that
    // the disk has changed is replaced. ErrorKind::malformed: these bytes have another name; full: nothing of it is left.
    net::Result<void> put(const ChunkHash& chunk, net::ByteView bytes);
    // Several different ones, each as if it were put alone, with its own result in their order: a sync for each, then one for each folder.
    std::vector<net::Result<void>> put(std::span<const NamedChunk> chunks);

    // Compared with its name. ErrorKind::not_found; damaged: the disk has changed it, see scrub(); io_failed: another time, perhaps.
    net::Result<net::Bytes> read(const ChunkHash& chunk);

    // Reads it from the medium, and removes it when that does not give what its name says. False: it is not there, or not any more. An
    // error says nothing about it.
    net::Result<bool> scrub(const ChunkHash& chunk);

    // Those that are not there are no error. Durable when this returns.
    net::Result<void> remove(std::span<const ChunkHash> chunks);

    // Where a chunk lies.
    [[nodiscard]] std::string path_of(const ChunkHash& chunk) const;

private:
    // One that is being put.
    struct Putting {
        std::string path;
        std::shared_ptr<net::File> file;
        net::Result<void> result;
    };
    Putting begin(const NamedChunk& chunk);
    net::Result<void> write(Putting& putting, net::ByteView bytes);
    void finish(Putting& putting);
    void sync_folders(std::span<Putting> all);
    net::Result<void> open_folder(const std::string& folder, std::vector<ChunkHash>& found);

    net::Disk& disk_;
    std::string folder_;
};

}  // namespace parley::chat
