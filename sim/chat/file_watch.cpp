#include "sim/chat/file_watch.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "chat/files/chunk_store.hpp"
#include "chat/server/server.hpp"
#include "consensus/core/membership.hpp"
#include "net/ports/probe.hpp"
#include "sim/chance.hpp"
#include "sim/disk/paged_bytes.hpp"

namespace parley::sim {

net::Bytes content_of_file(std::uint64_t seed) {
    const std::uint64_t kind = hash_of(seed, hash_of_text("file")) % 16;
    const std::size_t small = hash_of(seed, hash_of_text("size")) % 3'000;
    net::Bytes bytes(kind == 0 ? chat::chunk_bytes + small : kind == 1 ? 0 : small);
    for (std::size_t i = 0; i < bytes.size(); i += 8) {
        const std::uint64_t word = hash_of(seed, i);
        for (std::size_t j = i; j < std::min(i + 8, bytes.size()); ++j) bytes[j] = static_cast<std::byte>(word >> (8 * (j - i)));
    }
    return bytes;
}

std::optional<std::size_t> FileWatch::machine_of(consensus::NodeId node) const {
    const auto found = std::ranges::find(ground_.nodes, node, &consensus::Member::node);
    return found == ground_.nodes.end() ? std::nullopt : std::optional{static_cast<std::size_t>(found - ground_.nodes.begin())};
}

bool FileWatch::holds(std::size_t replica, const File& file) const {
    SimDisk& disk = ground_.replicas[replica]->disk();
    const chat::ChunkStore store(disk, chat::Server::files_folder);
    return std::ranges::all_of(file.chunks, [&](const chat::ChunkHash& chunk) { return disk.is_durable(store.path_of(chunk)); });
}

// Others execute the same slots later, and again after a restart: the first time counts.
void FileWatch::changed(MachineId machine, const chat::FileChanged& change, const Read& read) {
    if (gone_.contains(change.file)) return;
    if (change.stage == chat::FileStage::gone) {
        files_.erase(change.file);
        gone_.insert(change.file);
        return;
    }
    File& file = files_[change.file];
    const auto row = file.chunks.empty() ? read(change.file) : net::Result<std::optional<chat::FileRow>>{std::nullopt};
    if (row && *row) file.chunks = (*row)->chunks;
    if (change.stage != chat::FileStage::whole || std::exchange(file.is_whole, true)) return;
    net::probe<"file_became_whole">();
    static_cast<void>(machine);
    check(change.file, file);
}

void FileWatch::check(chat::FileId id, const File& file) const {
    const auto& voters = ground_.oracles.configurations.newest().voters;
    const auto holders = std::ranges::count_if(voters, [&](const consensus::Member& voter) {
        const auto replica = machine_of(voter.node);
        return replica && (holds(*replica, file) || ground_.oracles.is_damaged(*replica));
    });
    if (static_cast<std::size_t>(holders) > voters.size() / 2) return;
    ground_.oracles.judge.fail(Oracle::files, fmt::format("file {} is whole, and {} of {} voters hold all of it", id.value, holders, voters.size()));
}

void FileWatch::posted(Message message, chat::FileId file) {
    posted_.push_back(message);
    const auto known = files_.find(file);
    if (known == files_.end() || known->second.is_whole) return;
    ground_.oracles.judge.fail(Oracle::files, fmt::format("message {} was posted with file {} before that was whole", message.number, file.value));
}

void FileWatch::look() {
    for (const auto& [id, file] : files_) {
        if (file.is_whole) check(id, file);
    }
}

bool FileWatch::is_settled(std::string& missing) const {
    std::set<std::string> needed;
    for (const auto& [id, file] : files_) {
        const chat::ChunkStore store(ground_.replicas.front()->disk(), chat::Server::files_folder);
        for (const chat::ChunkHash& chunk : file.chunks) needed.insert(store.path_of(chunk));
    }
    for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
        const bool is_member = consensus::find_member(ground_.oracles.configurations.newest(), ground_.nodes[i].node) != nullptr;
        if (!is_member || ground_.replicas[i]->is_retired()) continue;
        for (const auto& [id, file] : files_) {
            if (!file.is_whole || holds(i, file)) continue;
            missing = fmt::format("machine {} lacks a part of file {}", i, id.value);
            return false;
        }
        const std::string folder = fmt::format("{}/", chat::Server::files_folder);
        for (const auto& [path, bytes] : ground_.replicas[i]->disk().medium()) {
            if (!path.starts_with(folder) || bytes == nullptr || needed.contains(path)) continue;
            missing = fmt::format("machine {} keeps {}, which no file needs", i, path);
            return false;
        }
    }
    return true;
}

void FileWatch::check_bytes(std::size_t replica) {
    if (ground_.oracles.is_damaged(replica)) return;
    SimDisk& disk = ground_.replicas[replica]->disk();
    const chat::ChunkStore store(disk, chat::Server::files_folder);
    for (const auto& [id, file] : files_) {
        for (const chat::ChunkHash& chunk : file.chunks) {
            const PagedBytes* const medium = disk.medium(store.path_of(chunk));
            if (medium == nullptr) continue;
            net::Bytes bytes(medium->size());
            medium->read(0, bytes);
            if (chat::hash_of_chunk(bytes) == chunk) continue;
            ground_.oracles.judge.fail(Oracle::files, fmt::format("machine {} has other bytes under a name of file {}", replica, id.value));
        }
    }
}

}  // namespace parley::sim
