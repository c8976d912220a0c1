// The VFS object: opens, deletes and names files on the living SimDisks; the clock and the generator are given values.
#include "sim/disk/vfs.hpp"

#include <array>
#include <cstring>
#include <new>
#include <string>

#include <sqlite3.h>

#include "net/ports/check.hpp"
#include "sim/disk/inode.hpp"
#include "sim/disk/sim_disk.hpp"
#include "sim/disk/vfs_file.hpp"

namespace parley::sim {

namespace {

struct Given {
    std::uint64_t seed = 1;
    std::uint64_t drawn = 0;
    net::WallTime now;
    bool syncs_names = true;
};
Given& given() {
    static Given values;
    return values;
}

constexpr std::string_view path_prefix = "/simdisk-";

// "/simdisk-<id>/<path>" as the disk and the path on it; no disk for any other name.
struct Place {
    SimDisk* disk = nullptr;
    std::string path;
};
Place place_of(std::string_view name) {
    if (!name.starts_with(path_prefix)) return {};
    std::uint64_t id = 0;
    std::size_t at = path_prefix.size();
    for (; at < name.size() && name[at] >= '0' && name[at] <= '9'; ++at) {
        id = id * 10 + static_cast<std::uint64_t>(name[at] - '0');
    }
    if (at >= name.size() || name[at] != '/') return {};
    return Place{SimDisk::find(id), std::string(name.substr(at + 1))};
}

int vfs_open(sqlite3_vfs*, const char* name, sqlite3_file* raw, int flags, int* flags_out) {
    raw->pMethods = nullptr;
    if (!name) return SQLITE_CANTOPEN;   // temporary files are kept in memory by pragma
    const Place place = place_of(name);
    if (!place.disk) return SQLITE_CANTOPEN;
    const bool writes = (flags & SQLITE_OPEN_READWRITE) != 0;
    auto file = place.disk->open(place.path, writes ? net::OpenMode::read_write : net::OpenMode::read_only);
    if (!file && file.error().kind == net::ErrorKind::not_found && (flags & SQLITE_OPEN_CREATE) != 0) {
        file = place.disk->open(place.path, net::OpenMode::create_new);
    }
    if (!file) return file.error().kind == net::ErrorKind::full ? SQLITE_FULL : SQLITE_CANTOPEN;
    const bool is_journal = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL)) != 0;
    open_vfs_file(raw, VfsFile{place.disk->id(), place.disk->life(), place.path, std::move(*file), is_journal && given().syncs_names,
                               (flags & SQLITE_OPEN_DELETEONCLOSE) != 0});
    if (flags_out) *flags_out = flags;
    return SQLITE_OK;
}

int vfs_delete(sqlite3_vfs*, const char* name, int sync_folder) {
    const Place place = place_of(name);
    if (!place.disk) return SQLITE_IOERR_DELETE;
    const auto removed = place.disk->remove(place.path);
    if (!removed) {
        return removed.error().kind == net::ErrorKind::not_found ? SQLITE_IOERR_DELETE_NOENT : SQLITE_IOERR_DELETE;
    }
    if (sync_folder != 0 && !place.disk->sync_directory(folder_of(place.path))) return SQLITE_IOERR_DIR_FSYNC;
    return SQLITE_OK;
}

int vfs_access(sqlite3_vfs*, const char* name, int, int* result) {
    const Place place = place_of(name);
    *result = place.disk && place.disk->exists(place.path) ? 1 : 0;
    return SQLITE_OK;
}

int vfs_full_pathname(sqlite3_vfs*, const char* name, int size, char* out) {
    const std::size_t length = std::strlen(name);
    if (length + 1 > static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
    std::memcpy(out, name, length + 1);
    return SQLITE_OK;
}

int vfs_randomness(sqlite3_vfs*, int size, char* out) {
    for (int i = 0; i < size; ++i) out[i] = static_cast<char>(mix(given().seed, given().drawn++) & 0xffU);
    return size;
}

int vfs_sleep(sqlite3_vfs*, int microseconds) { return microseconds; }

int vfs_current_time_ms(sqlite3_vfs*, sqlite3_int64* out) {
    constexpr sqlite3_int64 unix_epoch_in_julian_ms = 210866760000000;
    *out = unix_epoch_in_julian_ms + given().now.ms;
    return SQLITE_OK;
}

int vfs_current_time(sqlite3_vfs* vfs, double* out) {
    sqlite3_int64 ms = 0;
    vfs_current_time_ms(vfs, &ms);
    *out = static_cast<double>(ms) / 86400000.0;
    return SQLITE_OK;
}

int vfs_last_error(sqlite3_vfs*, int, char*) { return 0; }

sqlite3_vfs make_vfs() {
    sqlite3_vfs vfs{};
    vfs.iVersion = 2;
    vfs.szOsFile = static_cast<int>(vfs_file_size());
    vfs.mxPathname = 512;
    vfs.zName = vfs_name;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    vfs.xAccess = vfs_access;
    vfs.xFullPathname = vfs_full_pathname;
    vfs.xRandomness = vfs_randomness;
    vfs.xSleep = vfs_sleep;
    vfs.xCurrentTime = vfs_current_time;
    vfs.xCurrentTimeInt64 = vfs_current_time_ms;
    vfs.xGetLastError = vfs_last_error;
    return vfs;
}

}  // namespace

void register_vfs(bool as_default) {
    static sqlite3_vfs vfs = make_vfs();
    const int code = sqlite3_vfs_register(&vfs, as_default ? 1 : 0);
    CHECK(code == SQLITE_OK, "SQLite refused the VFS");
}

void reseed_sqlite(std::uint64_t seed) {
    given().seed = seed;
    given().drawn = 0;
    sqlite3_randomness(0, nullptr);
}

void let_vfs_sync_names(bool syncs) { given().syncs_names = syncs; }

void set_sqlite_time(net::WallTime now) { given().now = now; }

}  // namespace parley::sim
