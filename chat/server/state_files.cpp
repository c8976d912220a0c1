#include "chat/server/state_files.hpp"

#include <array>

namespace parley::chat {
namespace {

constexpr const char* mark_name = "/damaged";
constexpr const char* aside_suffix = ".damaged";
// The log of SQLite belongs to its database; its index is made from the two.
constexpr std::array<const char*, 2> kept_parts{"", "-wal"};

std::string mark_of(const StateFiles& files) { return files.folder + mark_name; }
std::string aside_of(const StateFiles& files, const char* part) { return files.database + aside_suffix + part; }

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

net::Result<void> mark_damaged(net::Disk& disk, const StateFiles& files) {
    if (!disk.exists(mark_of(files))) {
        const auto made = disk.open(mark_of(files), net::OpenMode::create_new);
        if (!made) return made.error();
        if (const auto synced = (*made)->sync(); !synced) return synced;
    }
    return disk.sync_directory(files.folder);
}

net::Result<bool> set_aside_if_marked(net::Disk& disk, const StateFiles& files) {
    if (!disk.exists(mark_of(files))) return false;
    if (const auto moved = move_aside(disk, files); !moved) return moved.error();
    if (const auto removed = disk.remove(mark_of(files)); !removed) return removed.error();
    if (const auto synced = disk.sync_directory(files.folder); !synced) return synced.error();
    return true;
}

net::Result<void> remove_set_aside(net::Disk& disk, const StateFiles& files) {
    for (const char* part : kept_parts) {
        if (const auto removed = remove_if_there(disk, aside_of(files, part)); !removed) return removed;
    }
    return {};
}

}  // namespace parley::chat
