// sqlite3_io_methods over SimDisk. xSync is honest, no device promise is made, and nothing waits: a lock that is held
// says SQLITE_BUSY at once.
#include "sim/disk/vfs_file.hpp"

#include <array>
#include <map>
#include <new>
#include <span>
#include <tuple>
#include <vector>

#include <sqlite3.h>

#include "sim/disk/sim_disk.hpp"

namespace parley::sim {

// What the connections to one file share: never on the disk, so a crash takes it away.
struct VfsNode {
    int shared = 0;                 // connections at SQLITE_LOCK_SHARED or above
    VfsFile* reserved = nullptr;    // at RESERVED or above
    VfsFile* pending = nullptr;     // at PENDING or EXCLUSIVE: nobody new may share
    std::vector<std::unique_ptr<std::vector<std::byte>>> regions;
    std::array<int, SQLITE_SHM_NLOCK> shm_shared{};
    std::array<VfsFile*, SQLITE_SHM_NLOCK> shm_exclusive{};
};

namespace {

using NodeKey = std::tuple<std::uint64_t, std::uint64_t, std::string>;   // disk, life, path

std::map<NodeKey, std::weak_ptr<VfsNode>>& nodes() {
    static std::map<NodeKey, std::weak_ptr<VfsNode>> all;
    return all;
}

std::shared_ptr<VfsNode> node_of(const VfsFile& file) {
    std::erase_if(nodes(), [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<VfsNode>& known = nodes()[NodeKey{file.disk_id, file.life, file.path}];
    std::shared_ptr<VfsNode> node = known.lock();
    if (!node) {
        node = std::make_shared<VfsNode>();
        known = node;
    }
    return node;
}

struct OpenFile {
    sqlite3_file base{};   // first: SQLite sees only this
    VfsFile file;
};

VfsFile& self(sqlite3_file* raw) { return reinterpret_cast<OpenFile*>(raw)->file; }

// ---- locks of the rollback protocol ----

int file_unlock(sqlite3_file* raw, int level) {
    VfsFile& file = self(raw);
    VfsNode& node = *file.node;
    if (file.lock <= level) return SQLITE_OK;
    if (node.reserved == &file) node.reserved = nullptr;
    if (node.pending == &file) node.pending = nullptr;
    if (level == SQLITE_LOCK_NONE) --node.shared;
    file.lock = level;
    return SQLITE_OK;
}

int file_lock(sqlite3_file* raw, int level) {
    VfsFile& file = self(raw);
    VfsNode& node = *file.node;
    if (file.lock >= level) return SQLITE_OK;
    if (level == SQLITE_LOCK_SHARED) {
        if (node.pending) return SQLITE_BUSY;
        ++node.shared;
    } else {
        if (node.reserved && node.reserved != &file) return SQLITE_BUSY;
        node.reserved = &file;
        if (level == SQLITE_LOCK_EXCLUSIVE) {
            node.pending = &file;
            if (node.shared > 1) {
                file.lock = SQLITE_LOCK_PENDING;
                return SQLITE_BUSY;
            }
        }
    }
    file.lock = level;
    return SQLITE_OK;
}

int file_check_reserved_lock(sqlite3_file* raw, int* result) {
    *result = self(raw).node->reserved ? 1 : 0;
    return SQLITE_OK;
}

// ---- shared memory of the WAL index ----

int shm_map(sqlite3_file* raw, int region, int size, int extend, void volatile** out) {
    VfsFile& file = self(raw);
    auto& regions = file.node->regions;
    *out = nullptr;
    file.shm_open = true;
    const auto wanted = static_cast<std::size_t>(region);
    if (wanted >= regions.size() && extend == 0) return SQLITE_OK;
    while (regions.size() <= wanted) {
        regions.push_back(std::make_unique<std::vector<std::byte>>(static_cast<std::size_t>(size)));
    }
    *out = regions[wanted]->data();
    return SQLITE_OK;
}

std::uint16_t shm_bit(std::size_t lock) { return static_cast<std::uint16_t>(1U << lock); }

void shm_release(VfsFile& file, std::size_t lock) {
    const std::uint16_t bit = shm_bit(lock);
    if ((file.shm_shared & bit) != 0) --file.node->shm_shared[lock];
    if ((file.shm_exclusive & bit) != 0) file.node->shm_exclusive[lock] = nullptr;
    file.shm_shared = static_cast<std::uint16_t>(file.shm_shared & ~bit);
    file.shm_exclusive = static_cast<std::uint16_t>(file.shm_exclusive & ~bit);
}

bool shm_is_free(const VfsFile& file, std::size_t lock, bool exclusive) {
    const VfsNode& node = *file.node;
    if (node.shm_exclusive[lock] && node.shm_exclusive[lock] != &file) return false;
    const int own = (file.shm_shared & shm_bit(lock)) != 0 ? 1 : 0;
    return !exclusive || node.shm_shared[lock] == own;
}

void shm_take(VfsFile& file, std::size_t lock, bool exclusive) {
    const std::uint16_t bit = shm_bit(lock);
    if (exclusive) {
        file.node->shm_exclusive[lock] = &file;
        file.shm_exclusive = static_cast<std::uint16_t>(file.shm_exclusive | bit);
    } else if ((file.shm_shared & bit) == 0) {
        ++file.node->shm_shared[lock];
        file.shm_shared = static_cast<std::uint16_t>(file.shm_shared | bit);
    }
}

int shm_lock(sqlite3_file* raw, int offset, int count, int flags) {
    VfsFile& file = self(raw);
    const auto first = static_cast<std::size_t>(offset);
    const std::size_t end = first + static_cast<std::size_t>(count);
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        for (std::size_t lock = first; lock < end; ++lock) shm_release(file, lock);
        return SQLITE_OK;
    }
    for (std::size_t lock = first; lock < end; ++lock) {
        if (!shm_is_free(file, lock, exclusive)) return SQLITE_BUSY;
    }
    for (std::size_t lock = first; lock < end; ++lock) shm_take(file, lock, exclusive);
    return SQLITE_OK;
}

void shm_barrier(sqlite3_file*) {}

int shm_unmap(sqlite3_file* raw, int removes) {
    VfsFile& file = self(raw);
    for (std::size_t lock = 0; lock < SQLITE_SHM_NLOCK; ++lock) shm_release(file, lock);
    file.shm_open = false;
    if (removes != 0) file.node->regions.clear();
    return SQLITE_OK;
}

// ---- bytes ----

int file_close(sqlite3_file* raw) {
    if (self(raw).shm_open) shm_unmap(raw, 0);
    file_unlock(raw, SQLITE_LOCK_NONE);
    VfsFile& file = self(raw);
    if (file.removed_on_close) {
        SimDisk* const disk = SimDisk::find(file.disk_id);
        if (disk && disk->life() == file.life) static_cast<void>(disk->remove(file.path));
    }
    std::destroy_at(&file);
    return SQLITE_OK;
}

int file_read(sqlite3_file* raw, void* out, int size, sqlite3_int64 offset) {
    const std::span bytes{static_cast<std::byte*>(out), static_cast<std::size_t>(size)};
    const auto got = self(raw).file->read(static_cast<std::uint64_t>(offset), bytes);
    if (!got) return SQLITE_IOERR_READ;
    if (*got == bytes.size()) return SQLITE_OK;
    for (std::byte& byte : bytes.subspan(*got)) byte = std::byte{};
    return SQLITE_IOERR_SHORT_READ;
}

int file_write(sqlite3_file* raw, const void* in, int size, sqlite3_int64 offset) {
    const net::ByteView bytes{static_cast<const std::byte*>(in), static_cast<std::size_t>(size)};
    const auto written = self(raw).file->write(static_cast<std::uint64_t>(offset), bytes);
    if (written) return SQLITE_OK;
    return written.error().kind == net::ErrorKind::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int file_truncate(sqlite3_file* raw, sqlite3_int64 size) {
    return self(raw).file->truncate(static_cast<std::uint64_t>(size)) ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

int file_sync(sqlite3_file* raw, int) {
    VfsFile& file = self(raw);
    if (!file.file->sync()) return SQLITE_IOERR_FSYNC;
    if (file.syncs_folder) {
        SimDisk* const disk = SimDisk::find(file.disk_id);
        if (!disk || disk->life() != file.life || !disk->sync_directory(folder_of(file.path))) {
            return SQLITE_IOERR_DIR_FSYNC;
        }
        file.syncs_folder = false;
    }
    return SQLITE_OK;
}

int file_size(sqlite3_file* raw, sqlite3_int64* out) {
    const auto size = self(raw).file->size();
    if (!size) return SQLITE_IOERR_FSTAT;
    *out = static_cast<sqlite3_int64>(*size);
    return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int file_sector_size(sqlite3_file*) { return 4096; }
int file_device_characteristics(sqlite3_file*) { return 0; }

sqlite3_io_methods make_methods() {
    sqlite3_io_methods methods{};
    methods.iVersion = 2;
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
    methods.xShmMap = shm_map;
    methods.xShmLock = shm_lock;
    methods.xShmBarrier = shm_barrier;
    methods.xShmUnmap = shm_unmap;
    return methods;
}

}  // namespace

std::size_t vfs_file_size() { return sizeof(OpenFile); }

void open_vfs_file(sqlite3_file* raw, VfsFile file) {
    static const sqlite3_io_methods methods = make_methods();
    file.node = node_of(file);
    OpenFile* const open = new (raw) OpenFile{sqlite3_file{}, std::move(file)};
    open->base.pMethods = &methods;
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string{} : path.substr(0, slash);
}

}  // namespace parley::sim
