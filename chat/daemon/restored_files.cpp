#include "chat/daemon/restored_files.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

#include "chat/files/chunk_store.hpp"
#include "chat/server/server.hpp"
#include "chat/state/sqlite.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"

namespace parley::chat {
namespace {

void or_throw(const net::Result<void>& result, const std::string& what) {
    if (!result) throw std::runtime_error(what + ": " + result.error().message);
}

struct Folder {
    explicit Folder(const std::string& path) : disk(loop, path, {.inline_sync = true}), chunks(disk, Server::files_folder) {}
    net::AsioLoop loop;
    net::PosixDisk disk;
    ChunkStore chunks;
};

struct WholeFile {
    std::uint64_t file = 0;
    std::uint64_t size = 0;
    std::vector<ChunkHash> chunks;
};

std::string state_of(Folder& folder) { return folder.disk.native_path(Server::state_file); }

// Nothing, where there never was a file.
std::vector<WholeFile> whole_files(Connection& connection) {
    std::vector<WholeFile> files;
    if (connection.number("SELECT count(*) FROM sqlite_schema WHERE name = 'files'") == 0) return files;
    Statement all{connection, "SELECT file, size, chunks FROM files WHERE is_whole = 1 ORDER BY file"};
    Run run(all);
    while (run.row()) {
        auto chunks = net::decode<std::vector<ChunkHash>>(run.blob(2));
        if (!chunks) throw std::runtime_error("the chunks of a file do not decode");
        files.push_back({run.number(0), run.number(1), *std::move(chunks)});
    }
    return files;
}

// Into every folder, or false.
bool copy_file(const WholeFile& file, Folder* from, const std::vector<std::unique_ptr<Folder>>& replicas) {
    if (from == nullptr) return file.chunks.empty();
    for (const ChunkHash& chunk : file.chunks) {
        const auto bytes = from->chunks.read(chunk);
        if (!bytes) return false;
        for (const auto& replica : replicas) or_throw(replica->chunks.put(chunk, *bytes), "the files of the new cluster");
    }
    return true;
}

void mark_lacking(Folder& folder, const std::vector<std::uint64_t>& lacking) {
    Connection connection(state_of(folder), nullptr, Connection::Use::writer);
    {
        Transaction writing(connection, Transaction::Kind::write);
        // The voters of another cluster.
        connection.execute("DELETE FROM expected_voters");
        Statement mark{connection, "UPDATE files SET is_whole = 0 WHERE file = ?1"};
        for (const std::uint64_t file : lacking) Run(mark, file).done();
        writing.commit();
    }
    if (!connection.checkpoint()) throw std::runtime_error("somebody else reads " + state_of(folder));
}

std::vector<std::string> messages_with(Connection& connection, const std::vector<std::uint64_t>& files) {
    std::vector<std::string> names;
    Statement carried{connection, "SELECT coalesce(r.name, ''), a.number, a.name FROM attachments a LEFT JOIN rooms r ON r.room = a.room WHERE a.file = ?1 "
                                  "ORDER BY a.room, a.number"};
    for (const std::uint64_t file : files) {
        Run run(carried, file);
        while (run.row()) names.push_back(fmt::format("{}/{} {}", run.text(0).empty() ? "@" : run.text(0), run.number(1), run.text(2)));
    }
    return names;
}

}  // namespace

RestoredFiles restore_files(const std::string& from, const std::vector<std::string>& replicas) {
    std::vector<std::unique_ptr<Folder>> folders;
    for (const std::string& replica : replicas) folders.push_back(std::make_unique<Folder>(replica));
    Connection state(state_of(*folders.front()), nullptr, Connection::Use::reader);
    const std::vector<WholeFile> files = whole_files(state);
    RestoredFiles restored{files.size(), 0, {}};
    if (files.empty()) return restored;
    const bool is_there = !from.empty() && std::filesystem::is_directory(std::filesystem::path{from} / Server::files_folder);
    const auto source = is_there ? std::make_unique<Folder>(from) : nullptr;
    for (const auto& folder : folders) {
        if (const auto opened = folder->chunks.open(); !opened) throw std::runtime_error("the files of the new cluster: " + opened.error().message);
    }
    std::vector<std::uint64_t> lacking;
    for (const WholeFile& file : files) {
        if (copy_file(file, source.get(), folders)) {
            restored.bytes += file.size;
        } else {
            lacking.push_back(file.file);
        }
    }
    restored.lacking = messages_with(state, lacking);
    for (const auto& folder : folders) mark_lacking(*folder, lacking);
    return restored;
}

}  // namespace parley::chat
