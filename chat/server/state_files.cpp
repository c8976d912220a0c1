#include "chat/server/state_files.hpp"

#include <array>
#include <charconv>

#include <fmt/core.h>

#include "consensus/driver/memory_of_peers.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat {
namespace {

constexpr const char* mark_name = "/damaged";
constexpr const char* diverged_name = "/diverged";       // the slot from which on, in decimal; to be set aside
constexpr const char* to_fetch_name = "/to-fetch";       // the same, once it lies aside
constexpr const char* expelled_name = "/expelled";
constexpr const char* went_back_name = "/went-back";
constexpr const char* aside_suffix = ".damaged";
// The log of SQLite belongs to its database; its index is made from the two.
constexpr std::array<const char*, 2> kept_parts{"", "-wal"};

std::string mark_of(const StateFiles& files) { return files.folder + mark_name; }
std::string aside_of(const StateFiles& files, const char* part) { return files.database + aside_suffix + part; }

// A crash may leave it empty: then it names no slot.
net::Result<void> write_slot(net::Disk& disk, const StateFiles& files, const char* name, std::uint64_t slot) {
    const std::string path = files.folder + name;
    const auto file = disk.open(path, disk.exists(path) ? net::OpenMode::read_write : net::OpenMode::create_new);
    if (!file) return file.error();
    const std::string text = std::to_string(slot);
    if (const auto written = (*file)->write(0, std::as_bytes(std::span{text})); !written) return written;
    if (const auto cut = (*file)->truncate(text.size()); !cut) return cut;
    if (const auto synced = (*file)->sync(); !synced) return synced;
    return disk.sync_directory(files.folder);
}

net::Result<std::uint64_t> read_slot(net::Disk& disk, const StateFiles& files, const char* name) {
    const auto file = disk.open(files.folder + name, net::OpenMode::read_only);
    if (!file) return file.error();
    std::array<char, 20> text{};
    const auto got = (*file)->read(0, std::as_writable_bytes(std::span{text}));
    if (!got) return got.error();
    std::uint64_t slot = 0;
    std::from_chars(text.data(), text.data() + *got, slot);
    return slot;
}

net::Result<void> make_mark(net::Disk& disk, const StateFiles& files, const std::string& path) {
    if (!disk.exists(path)) {
        const auto made = disk.open(path, net::OpenMode::create_new);
        if (!made) return made.error();
        if (const auto synced = (*made)->sync(); !synced) return synced;
    }
    return disk.sync_directory(files.folder);
}

net::Result<void> remove_durably(net::Disk& disk, const StateFiles& files, const std::string& path) {
    if (const auto removed = remove_if_there(disk, path); !removed) return removed;
    return disk.sync_directory(files.folder);
}

net::Result<void> move_aside(net::Disk& disk, const StateFiles& files) {
    // What lies aside already is older, and whole but for its damage: the newer one never got so far that it could take its place.
    const bool is_unfinished = disk.exists(aside_of(files, "")) && disk.exists(files.database);
    if (is_unfinished) {
        for (const char* part : {"-wal", ""}) {
            if (const auto removed = remove_if_there(disk, files.database + part); !removed) return removed;
        }
    }
    for (const char* part : kept_parts) {
        const std::string from = files.database + part;
        if (!disk.exists(from)) continue;   // moved by a start that did not get to the end
        if (const auto renamed = disk.rename(from, aside_of(files, part)); !renamed) return renamed;
    }
    if (const auto removed = remove_if_there(disk, files.database + "-shm"); !removed) return removed;
    return disk.sync_directory(files.folder);
}

}  // namespace

net::Result<void> remove_if_there(net::Disk& disk, const std::string& path) {
    return disk.exists(path) ? disk.remove(path) : net::Result<void>{};
}

net::Result<void> mark_damaged(net::Disk& disk, const StateFiles& files) { return make_mark(disk, files, mark_of(files)); }

net::Result<bool> set_aside_if_marked(net::Disk& disk, const StateFiles& files) {
    const std::string diverged = files.folder + diverged_name;
    const bool is_diverged = disk.exists(diverged);
    if (!is_diverged && !disk.exists(mark_of(files))) return false;
    if (const auto moved = move_aside(disk, files); !moved) return moved.error();
    if (is_diverged) {
        const auto renamed = net::planted("rebuilding_from_own_log") ? disk.remove(diverged) : disk.rename(diverged, files.folder + to_fetch_name);
        if (!renamed) return renamed.error();
    }
    if (const auto removed = remove_durably(disk, files, mark_of(files)); !removed) return removed.error();
    return true;
}

net::Result<void> mark_diverged(net::Disk& disk, const StateFiles& files, std::uint64_t slot) {
    return write_slot(disk, files, diverged_name, slot);
}

net::Result<std::optional<std::uint64_t>> slot_to_fetch(net::Disk& disk, const StateFiles& files) {
    if (!disk.exists(files.folder + to_fetch_name)) return std::optional<std::uint64_t>{};
    const auto slot = read_slot(disk, files, to_fetch_name);
    if (!slot) return slot.error();
    return std::optional{*slot};
}

net::Result<void> remove_slot_to_fetch(net::Disk& disk, const StateFiles& files) {
    return remove_durably(disk, files, files.folder + to_fetch_name);
}

net::Result<void> mark_expelled(net::Disk& disk, const StateFiles& files, std::uint64_t slot) {
    return write_slot(disk, files, expelled_name, slot);
}

net::Result<void> mark_went_back(net::Disk& disk, const StateFiles& files) { return make_mark(disk, files, files.folder + went_back_name); }

net::Result<void> check_may_vote(net::Disk& disk, const StateFiles& files) {
    if (disk.exists(files.folder + went_back_name)) return consensus::gone_back();
    if (!disk.exists(files.folder + expelled_name)) return {};
    const auto slot = read_slot(disk, files, expelled_name);
    return net::Error{net::ErrorKind::damaged,
                      fmt::format("up to slot {} this replica has applied something else than the majority of the cluster: its log is wrong, and "
                                  "it must not vote with it. Give its place to a new replica (parley cluster replace) and keep this "
                                  "data folder for whoever looks for the reason",
                                  slot ? *slot : 0)};
}

net::Result<void> remove_set_aside(net::Disk& disk, const StateFiles& files) {
    for (const char* part : kept_parts) {
        if (const auto removed = remove_if_there(disk, aside_of(files, part)); !removed) return removed;
    }
    return {};
}

}  // namespace parley::chat
