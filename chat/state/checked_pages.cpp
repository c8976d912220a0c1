// The shim: everything goes to the VFS below, pages of databases pass the checksum on their way.
#include "chat/state/checked_pages.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <string_view>

#include <sqlite3.h>
#include <xxhash.h>

#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t header_reserved_at = 20;   // in page 1: bytes kept free at the end of each page
constexpr int ask_whether_checked = 0x50434B53;   // operations of our own; the argument is a bool
constexpr int set_whether_checked = 0x50434B54;
constexpr int add_failed_reads = 0x50434B55;      // the argument is a std::uint64_t

struct CheckedVfs {
    sqlite3_vfs base{};
    sqlite3_vfs* below = nullptr;
    std::string name;
};

// SQLite sees `base`; the file of the VFS below lies right behind.
struct CheckedFile {
    sqlite3_file base{};
    bool checks = true;
    std::uint64_t failed_reads = 0;
};
constexpr std::size_t below_at = (sizeof(CheckedFile) + 15) / 16 * 16;

CheckedFile& self(sqlite3_file* raw) { return *reinterpret_cast<CheckedFile*>(raw); }
sqlite3_file* below(sqlite3_file* raw) { return reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(raw) + below_at); }
const sqlite3_io_methods& to(sqlite3_file* raw) { return *below(raw)->pMethods; }

std::uint64_t checksum(std::uint64_t number, std::span<const std::byte, page_size> page) {
    return XXH3_64bits_withSeed(page.data(), page_size - page_checksum_size, number);
}

bool is_page(int size, sqlite3_int64 offset) { return size == static_cast<int>(page_size) && offset % size == 0; }
std::uint64_t number_at(sqlite3_int64 offset) { return static_cast<std::uint64_t>(offset) / page_size + 1; }

// Page 1 of a database that was made without room for checksums, read before settle_checksums() could know.
bool is_unchecked_header(std::uint64_t number, std::span<const std::byte, page_size> page) {
    constexpr std::string_view magic = "SQLite format 3";
    return number == 1 && std::memcmp(page.data(), magic.data(), magic.size()) == 0 && page[header_reserved_at] == std::byte{0};
}

int file_read(sqlite3_file* raw, void* out, int size, sqlite3_int64 offset) {
    const int code = to(raw).xRead(below(raw), out, size, offset);
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) ++self(raw).failed_reads;
    if (code != SQLITE_OK || !self(raw).checks || !is_page(size, offset)) return code;
    const std::span<const std::byte, page_size> page{static_cast<const std::byte*>(out), page_size};
    if (is_sealed(number_at(offset), page) || net::planted("page_checksum_unchecked")) return SQLITE_OK;
    if (is_unchecked_header(number_at(offset), page)) return SQLITE_OK;
    net::probe<"page_checksum_wrong">();
    return SQLITE_IOERR_DATA;
}

// SQLite knows one errno of a full disk; a quota or a limit of the process is a failed write to it.
int write_below(sqlite3_file* raw, const void* in, int size, sqlite3_int64 offset) {
    errno = 0;
    const int code = to(raw).xWrite(below(raw), in, size, offset);
    return code == SQLITE_IOERR_WRITE && (errno == EDQUOT || errno == EFBIG) ? SQLITE_FULL : code;
}

int file_write(sqlite3_file* raw, const void* in, int size, sqlite3_int64 offset) {
    if (!self(raw).checks || !is_page(size, offset)) return write_below(raw, in, size, offset);
    // A copy: SQLite goes on using its own.
    std::array<std::byte, page_size> page;
    std::memcpy(page.data(), in, page_size);
    seal_page(number_at(offset), page);
    return write_below(raw, page.data(), size, offset);
}

int file_control(sqlite3_file* raw, int operation, void* argument) {
    if (operation == ask_whether_checked) {
        *static_cast<bool*>(argument) = self(raw).checks;
    } else if (operation == set_whether_checked) {
        self(raw).checks = *static_cast<bool*>(argument);
    } else if (operation == add_failed_reads) {
        *static_cast<std::uint64_t*>(argument) += self(raw).failed_reads;
    } else {
        return to(raw).xFileControl(below(raw), operation, argument);
    }
    return SQLITE_OK;
}

int file_close(sqlite3_file* raw) { return to(raw).xClose(below(raw)); }
int file_truncate(sqlite3_file* raw, sqlite3_int64 size) { return to(raw).xTruncate(below(raw), size); }
int file_sync(sqlite3_file* raw, int flags) { return to(raw).xSync(below(raw), flags); }
int file_size(sqlite3_file* raw, sqlite3_int64* out) { return to(raw).xFileSize(below(raw), out); }
int file_lock(sqlite3_file* raw, int level) { return to(raw).xLock(below(raw), level); }
int file_unlock(sqlite3_file* raw, int level) { return to(raw).xUnlock(below(raw), level); }
int file_check_reserved_lock(sqlite3_file* raw, int* out) { return to(raw).xCheckReservedLock(below(raw), out); }
int file_sector_size(sqlite3_file* raw) { return to(raw).xSectorSize(below(raw)); }
int file_device_characteristics(sqlite3_file* raw) { return to(raw).xDeviceCharacteristics(below(raw)); }
int file_shm_map(sqlite3_file* raw, int region, int size, int extend, void volatile** out) { return to(raw).xShmMap(below(raw), region, size, extend, out); }
int file_shm_lock(sqlite3_file* raw, int offset, int count, int flags) { return to(raw).xShmLock(below(raw), offset, count, flags); }
void file_shm_barrier(sqlite3_file* raw) { to(raw).xShmBarrier(below(raw)); }
int file_shm_unmap(sqlite3_file* raw, int removes) { return to(raw).xShmUnmap(below(raw), removes); }

sqlite3_io_methods make_methods() {
    sqlite3_io_methods methods{};
    methods.iVersion = 2;   // no memory maps: they would go past the checksums
    methods.xClose = file_close;
    methods.xRead = file_read;
    methods.xWrite = file_write;
    methods.xTruncate = file_truncate;
    methods.xSync = file_sync;
    methods.xFileSize = file_size;
    methods.xLock = file_lock;
    methods.xUnlock = file_unlock;
    methods.xCheckReservedLock = file_check_reserved_lock;
    methods.xFileControl = file_control;
    methods.xSectorSize = file_sector_size;
    methods.xDeviceCharacteristics = file_device_characteristics;
    methods.xShmMap = file_shm_map;
    methods.xShmLock = file_shm_lock;
    methods.xShmBarrier = file_shm_barrier;
    methods.xShmUnmap = file_shm_unmap;
    return methods;
}

sqlite3_vfs* under(sqlite3_vfs* vfs) { return reinterpret_cast<CheckedVfs*>(vfs)->below; }

int vfs_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* raw, int flags, int* flags_out) {
    if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0) return under(vfs)->xOpen(under(vfs), name, raw, flags, flags_out);
    static const sqlite3_io_methods methods = make_methods();
    new (raw) CheckedFile{};
    self(raw).checks = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    below(raw)->pMethods = nullptr;
    const int code = under(vfs)->xOpen(under(vfs), name, below(raw), flags, flags_out);
    // SQLite closes a file that has methods, whatever opening it said.
    raw->pMethods = below(raw)->pMethods != nullptr ? &methods : nullptr;
    return code;
}

int vfs_delete(sqlite3_vfs* vfs, const char* name, int sync) { return under(vfs)->xDelete(under(vfs), name, sync); }
int vfs_access(sqlite3_vfs* vfs, const char* name, int flags, int* out) { return under(vfs)->xAccess(under(vfs), name, flags, out); }
int vfs_full_pathname(sqlite3_vfs* vfs, const char* name, int size, char* out) { return under(vfs)->xFullPathname(under(vfs), name, size, out); }
int vfs_randomness(sqlite3_vfs* vfs, int size, char* out) { return under(vfs)->xRandomness(under(vfs), size, out); }
int vfs_sleep(sqlite3_vfs* vfs, int microseconds) { return under(vfs)->xSleep(under(vfs), microseconds); }
int vfs_current_time(sqlite3_vfs* vfs, double* out) { return under(vfs)->xCurrentTime(under(vfs), out); }
int vfs_current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* out) { return under(vfs)->xCurrentTimeInt64(under(vfs), out); }
int vfs_last_error(sqlite3_vfs* vfs, int size, char* out) { return under(vfs)->xGetLastError(under(vfs), size, out); }

void register_over(sqlite3_vfs* below, const std::string& name) {
    auto* const vfs = new CheckedVfs{};   // SQLite keeps it for good
    vfs->below = below;
    vfs->name = name;
    vfs->base.iVersion = 2;
    vfs->base.szOsFile = static_cast<int>(below_at) + below->szOsFile;
    vfs->base.mxPathname = below->mxPathname;
    vfs->base.zName = vfs->name.c_str();
    vfs->base.xOpen = vfs_open;
    vfs->base.xDelete = vfs_delete;
    vfs->base.xAccess = vfs_access;
    vfs->base.xFullPathname = vfs_full_pathname;
    vfs->base.xRandomness = vfs_randomness;
    vfs->base.xSleep = vfs_sleep;
    vfs->base.xCurrentTime = vfs_current_time;
    vfs->base.xCurrentTimeInt64 = vfs_current_time_ms;
    vfs->base.xGetLastError = vfs_last_error;
    sqlite3_vfs_register(&vfs->base, 0);
}

}  // namespace

const char* with_checked_pages(const char* vfs) {
    sqlite3_vfs* const below = sqlite3_vfs_find(vfs);
    CHECK(below != nullptr && below->iVersion >= 2, "there is no such VFS");
    const std::string name = std::string{"checked-"} + below->zName;
    if (sqlite3_vfs_find(name.c_str()) == nullptr) register_over(below, name);
    return sqlite3_vfs_find(name.c_str())->zName;
}

void settle_checksums(sqlite3* handle) {
    int reserved = -1;   // asks only
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    sqlite3_file* file = nullptr;
    sqlite3_int64 size = 0;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    const bool is_known = file->pMethods->xFileSize(file, &size) == SQLITE_OK;
    if (is_known && size == 0 && reserved == 0) reserved = page_checksum_size;   // it is new
    bool checks = reserved == page_checksum_size;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    sqlite3_file_control(handle, "main", set_whether_checked, &checks);
}

bool has_checked_pages(sqlite3* handle) {
    bool checks = false;
    return sqlite3_file_control(handle, "main", ask_whether_checked, &checks) == SQLITE_OK && checks;
}

std::uint64_t failed_reads(sqlite3* handle) {
    std::uint64_t failed = 0;
    for (const int which : {SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER}) {
        sqlite3_file* file = nullptr;
        sqlite3_file_control(handle, "main", which, &file);
        if (file != nullptr && file->pMethods != nullptr) file->pMethods->xFileControl(file, add_failed_reads, &failed);
    }
    return failed;
}

void seal_page(std::uint64_t number, std::span<std::byte, page_size> page) {
    std::uint64_t sum = checksum(number, page);
    for (std::byte& byte : page.last<page_checksum_size>()) {
        byte = static_cast<std::byte>(sum & 0xFFU);
        sum >>= 8U;
    }
}

bool is_sealed(std::uint64_t number, std::span<const std::byte, page_size> page) {
    std::uint64_t sum = checksum(number, page);
    return std::ranges::all_of(page.last<page_checksum_size>(), [&sum](std::byte byte) {
        const bool right = byte == static_cast<std::byte>(sum & 0xFFU);
        sum >>= 8U;
        return right;
    });
}

}  // namespace parley::chat
