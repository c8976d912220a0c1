#include "chat/files/chunk_store.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {
namespace {

using net::Error;
using net::ErrorKind;

// One folder for each first digit: no folder grows too large, and a start has few to sync.
constexpr std::string_view digits = "0123456789abcdef";
constexpr std::string_view unfinished = ".new";

std::string name_of(const ChunkHash& chunk) {
    std::string name;
    name.reserve(2 * chunk.size());
    for (const std::byte byte : chunk) {
        name.push_back(digits[std::to_integer<std::size_t>(byte >> 4U)]);
        name.push_back(digits[std::to_integer<std::size_t>(byte & std::byte{0xF})]);
    }
    return name;
}

// None: no chunk has this name.
std::optional<ChunkHash> chunk_named(std::string_view name) {
    ChunkHash chunk{};
    if (name.size() != 2 * chunk.size()) return std::nullopt;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const std::size_t digit = digits.find(name[i]);
        if (digit == std::string_view::npos) return std::nullopt;
        chunk.at(i / 2) |= static_cast<std::byte>(i % 2 == 0 ? digit << 4U : digit);
    }
    return chunk;
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

Error changed(const std::string& path) { return {ErrorKind::damaged, "the disk has changed " + path + ": its bytes do not have this name"}; }

// Its bytes, if they are what its name says.
net::Result<net::Bytes> whole(net::File& file, const std::string& path, const ChunkHash& chunk) {
    const auto size = file.size();
    if (!size) return size.error();
    if (*size == 0 || *size > chunk_bytes) return changed(path);
    net::Bytes bytes(*size);
    const auto got = file.read(0, bytes);
    if (!got) return got.error();
    if (*got != bytes.size() || hash_of_chunk(bytes) != chunk) return changed(path);
    return bytes;
}

}  // namespace

std::string ChunkStore::path_of(const ChunkHash& chunk) const {
    const std::string name = name_of(chunk);
    return fmt::format("{}/{}/{}", folder_, name.front(), name);
}

net::Result<std::vector<ChunkHash>> ChunkStore::open() {
    std::vector<ChunkHash> found;
    for (const char digit : digits) {
        if (const auto made = disk_.make_directory(fmt::format("{}/{}", folder_, digit)); !made) return made.error();
    }
    for (const std::string& folder : {parent_of(folder_), folder_}) {
        if (const auto synced = disk_.sync_directory(folder); !synced) return synced.error();
    }
    for (const char digit : digits) {
        if (const auto opened = open_folder(fmt::format("{}/{}", folder_, digit), found); !opened) return opened.error();
    }
    return found;
}

// The names are synced before they are told: a process that was killed may have left some that a power cut would still take away.
net::Result<void> ChunkStore::open_folder(const std::string& folder, std::vector<ChunkHash>& found) {
    const auto names = disk_.list(folder);
    if (!names) return names.error();
    for (const std::string& name : *names) {
        if (!name.ends_with(unfinished)) continue;
        net::probe<"chunk_store_removes_unfinished">();
        if (const auto removed = disk_.remove(folder + "/" + name); !removed) return removed;
    }
    if (const auto synced = disk_.sync_directory(folder); !synced) return synced;
    for (const std::string& name : *names) {
        const auto chunk = chunk_named(name);
        if (chunk && folder.back() == name.front()) found.push_back(*chunk);
    }
    return {};
}

net::Result<void> ChunkStore::put(const ChunkHash& chunk, net::ByteView bytes) {
    const NamedChunk one{chunk, bytes};
    return put({&one, 1}).front();
}

// Step by step for all of them: everything is written before the first sync, and a folder that several names went to is synced once.
std::vector<net::Result<void>> ChunkStore::put(std::span<const NamedChunk> chunks) {
    std::vector<Putting> all;
    all.reserve(chunks.size());
    for (const NamedChunk& chunk : chunks) all.push_back(begin(chunk));
    for (Putting& one : all) {
        if (one.result && one.file && !net::planted("chunk_not_synced")) one.result = one.file->sync();
    }
    for (Putting& one : all) finish(one);
    if (!net::planted("chunk_name_not_synced")) sync_folders(all);
    std::vector<net::Result<void>> results;
    for (Putting& one : all) results.push_back(std::move(one.result));
    return results;
}

// Written, not synced, under another name: what bears its own name was durable before it did. Without a file: it is there.
ChunkStore::Putting ChunkStore::begin(const NamedChunk& chunk) {
    Putting putting{path_of(chunk.name), nullptr, {}};
    const bool is_chunk = !chunk.bytes.empty() && chunk.bytes.size() <= chunk_bytes && hash_of_chunk(chunk.bytes) == chunk.name;
    if (!is_chunk) {
        putting.result = Error{ErrorKind::malformed, "these bytes do not have the name they were sent under"};
        return putting;
    }
    const auto known = read(chunk.name);
    if (known) return putting;
    const bool is_unread = known.error().kind != ErrorKind::not_found && known.error().kind != ErrorKind::damaged;
    putting.result = is_unread ? known.error() : write(putting, chunk.bytes);
    return putting;
}

net::Result<void> ChunkStore::write(Putting& putting, net::ByteView bytes) {
    const std::string temporary = putting.path + std::string{unfinished};
    if (disk_.exists(temporary)) {
        if (const auto removed = disk_.remove(temporary); !removed) return removed;   // a call before this one failed
    }
    auto file = disk_.open(temporary, net::OpenMode::create_uncached);
    if (!file) return file.error();
    putting.file = *std::move(file);
    return putting.file->write(0, bytes);
}

void ChunkStore::finish(Putting& putting) {
    if (!putting.file) return;
    putting.file.reset();
    const std::string temporary = putting.path + std::string{unfinished};
    if (putting.result) putting.result = disk_.rename(temporary, putting.path);
    if (putting.result || !disk_.exists(temporary)) return;
    static_cast<void>(disk_.remove(temporary));   // otherwise the next start does
}

// Also for one that was there: an earlier call may have failed between the name and this.
void ChunkStore::sync_folders(std::span<Putting> all) {
    std::map<std::string, net::Result<void>> synced;
    for (Putting& one : all) {
        if (!one.result) continue;
        const std::string folder = parent_of(one.path);
        const auto known = synced.find(folder);
        one.result = known != synced.end() ? known->second : synced.emplace(folder, disk_.sync_directory(folder)).first->second;
    }
}

net::Result<net::Bytes> ChunkStore::read(const ChunkHash& chunk) {
    const std::string path = path_of(chunk);
    const auto file = disk_.open(path, net::OpenMode::read_only);
    if (!file) return file.error();
    return whole(**file, path, chunk);
}

net::Result<bool> ChunkStore::scrub(const ChunkHash& chunk) {
    const std::string path = path_of(chunk);
    const auto file = disk_.open(path, net::OpenMode::read_only);
    if (!file && file.error().kind == ErrorKind::not_found) return false;
    if (!file) return file.error();
    if (const auto dropped = (*file)->drop_cache(); !dropped) return dropped.error();
    const auto bytes = whole(**file, path, chunk);
    if (bytes) return true;
    if (bytes.error().kind != ErrorKind::damaged) return bytes.error();
    net::probe<"chunk_store_found_damage">();
    if (const auto removed = remove({&chunk, 1}); !removed) return removed.error();
    return false;
}

net::Result<void> ChunkStore::remove(std::span<const ChunkHash> chunks) {
    std::set<std::string> folders;
    for (const ChunkHash& chunk : chunks) {
        const std::string path = path_of(chunk);
        const auto removed = disk_.remove(path);
        if (!removed && removed.error().kind != ErrorKind::not_found) return removed;
        folders.insert(parent_of(path));
    }
    for (const std::string& folder : folders) {
        if (const auto synced = disk_.sync_directory(folder); !synced) return synced;
    }
    return {};
}

}  // namespace parley::chat
