// An open file forwards to its disk, as long as the life it was opened in goes on.
#include "sim/disk/sim_file.hpp"

namespace parley::sim {

using net::Result;

net::Error io_failed(std::string_view operation, const std::string& path) {
    return net::Error{net::ErrorKind::io_failed,
                      "the simulated disk failed to " + std::string(operation) + " " + (path.empty() ? "/" : path)};
}

SimDisk* SimFile::disk() const {
    SimDisk* disk = *disk_;
    return disk && disk->life() == life_ && disk->running() ? disk : nullptr;
}

Result<std::size_t> SimFile::read(std::uint64_t offset, std::span<std::byte> bytes) {
    SimDisk* const living = disk();
    if (!living) return io_failed("read", path_);
    return living->read(*this, offset, bytes);
}

Result<void> SimFile::write(std::uint64_t offset, net::ByteView bytes) {
    SimDisk* const living = disk();
    if (!living) return io_failed("write", path_);
    return living->write(*this, offset, bytes);
}

Result<void> SimFile::sync() {
    SimDisk* const living = disk();
    if (!living) return io_failed("sync", path_);
    return living->sync(*this, inode_->last_change());
}

Result<void> SimFile::truncate(std::uint64_t size) {
    SimDisk* const living = disk();
    if (!living) return io_failed("truncate", path_);
    return living->truncate(*this, size);
}

Result<std::uint64_t> SimFile::size() const {
    if (!disk()) return io_failed("ask the size of", path_);
    return std::uint64_t{inode_->visible.size()};
}

Result<void> SimFile::drop_cache() {
    if (!disk()) return io_failed("drop the cache of", path_);
    inode_->drop_cache();
    return {};
}

}  // namespace parley::sim
