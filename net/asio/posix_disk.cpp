#include "net/asio/posix_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <fmt/core.h>

#include "net/asio/detail/sync_thread.hpp"
#include "net/ports/check.hpp"

namespace parley::net {
namespace {

constexpr std::size_t buffers_per_write_max = 64;
constexpr std::size_t direct_block = 4'096;

ErrorKind kind_of(int error) {
    switch (error) {
        case ENOENT: case ENOTDIR: return ErrorKind::not_found;
        case EEXIST: case ENOTEMPTY: return ErrorKind::exists;
        case ENOSPC: case EDQUOT: case EFBIG: return ErrorKind::full;
        case EACCES: case EPERM: case EROFS: case EXDEV: case ELOOP: return ErrorKind::refused;
        default: return ErrorKind::io_failed;
    }
}

Error failure(const char* what, const std::string& path, int error) {
    const char* reason = error == EXDEV ? "the path leads out of the data folder" : std::strerror(error);
    return Error{kind_of(error), fmt::format("cannot {} {}: {}", what, path, reason)};
}

// A descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int value) : value_(value) {}
    Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    [[nodiscard]] int get() const { return value_; }
    [[nodiscard]] int release() { return std::exchange(value_, -1); }

private:
    int value_;
};

class PosixFile final : public File {
public:
    PosixFile(Descriptor descriptor, std::string path, std::shared_ptr<DiskCounters> counters)
        : descriptor_(std::move(descriptor)), path_(std::move(path)), counters_(std::move(counters)) {}

    Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> bytes) override;
    Result<void> write(std::uint64_t offset, ByteView bytes) override;
    Result<void> sync() override;
    Result<void> truncate(std::uint64_t size) override;
    [[nodiscard]] Result<std::uint64_t> size() const override;
    Result<void> drop_cache() override;
    Result<void> write_all(std::uint64_t offset, std::span<const SharedBytes> buffers);
    void go_past_the_cache();

private:
    Result<void> write_past_the_cache(std::uint64_t& offset, ByteView& bytes);
    void use_the_cache();
    Result<void> write_some_buffers(std::uint64_t& offset, std::vector<iovec>& parts);
    [[nodiscard]] Error failed(const char* what) const { return failure(what, path_, errno); }
    // A file whose write or sync failed once fails for good: its pages may look clean and be lost.
    [[nodiscard]] Error failed_for_good(const char* what) {
        broken_by_ = errno;
        return failure(what, path_, broken_by_);
    }

    Descriptor descriptor_;
    std::string path_;
    std::shared_ptr<DiskCounters> counters_;
    bool is_uncached_ = false;        // O_DIRECT
    std::atomic<int> broken_by_{0};   // an errno; atomic because two threads may write to one file
};

Result<std::size_t> PosixFile::read(std::uint64_t offset, std::span<std::byte> bytes) {
    if (is_uncached_) use_the_cache();
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::pread(descriptor_.get(), bytes.data() + done, bytes.size() - done,
                                    static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("read");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

// Not at open(): a file system that refuses the flag has made the file by then.
void PosixFile::go_past_the_cache() { is_uncached_ = ::fcntl(descriptor_.get(), F_SETFL, O_RDWR | O_DIRECT) == 0; }

void PosixFile::use_the_cache() {
    is_uncached_ = false;
    CHECK(::fcntl(descriptor_.get(), F_SETFL, O_RDWR) == 0, "a file cannot be written as every file can");
}

// Whole blocks from memory that begins at one, as the device takes them itself; what is left of `bytes` goes through the cache.
Result<void> PosixFile::write_past_the_cache(std::uint64_t& offset, ByteView& bytes) {
    const std::size_t size = offset % direct_block == 0 ? bytes.size() - bytes.size() % direct_block : 0;
    const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
    std::unique_ptr<void, decltype(&std::free)> copy{nullptr, &std::free};
    const void* from = bytes.data();
    if (address % direct_block != 0 && size > 0) {
        copy.reset(std::aligned_alloc(direct_block, size));
        if (!copy) throw std::bad_alloc{};
        from = std::memcpy(copy.get(), bytes.data(), size);
    }
    std::size_t done = 0;
    while (done < size) {
        const ssize_t put = ::pwrite(descriptor_.get(), static_cast<const std::byte*>(from) + done, size - done, static_cast<off_t>(offset + done));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0 && errno == EINVAL) break;   // it has larger blocks, say
        if (put < 0) return failed_for_good("write");
        done += static_cast<std::size_t>(put);
        counters_->writes += 1;
        if (done % direct_block != 0) break;
    }
    counters_->bytes_written += done;
    offset += done;
    bytes = bytes.subspan(done);
    if (!bytes.empty()) use_the_cache();
    return {};
}

Result<void> PosixFile::write(std::uint64_t offset, ByteView bytes) {
    if (const int before = broken_by_; before != 0) return failure("write", path_, before);
    if (is_uncached_) {
        if (auto written = write_past_the_cache(offset, bytes); !written || bytes.empty()) return written;
    }
    // writev takes no const pointer, and writes nothing into it.
    std::vector<iovec> parts{{const_cast<std::byte*>(bytes.data()), bytes.size()}};  // NOLINT
    return write_some_buffers(offset, parts);
}

Result<void> PosixFile::write_all(std::uint64_t offset, std::span<const SharedBytes> buffers) {
    if (is_uncached_) use_the_cache();
    while (!buffers.empty()) {
        const auto now = buffers.first(std::min(buffers.size(), buffers_per_write_max));
        buffers = buffers.subspan(now.size());
        std::vector<iovec> parts;
        for (const auto& bytes : now) parts.push_back({const_cast<std::byte*>(bytes->data()), bytes->size()});  // NOLINT
        if (auto written = write_some_buffers(offset, parts); !written) return written;
    }
    return {};
}

// Writes all parts, however often the system takes only some of them, and moves `offset` behind them.
Result<void> PosixFile::write_some_buffers(std::uint64_t& offset, std::vector<iovec>& parts) {
    std::span<iovec> rest(parts);
    if (const int before = broken_by_; before != 0) return failure("write", path_, before);
    while (!rest.empty()) {
        if (rest.front().iov_len == 0) {
            rest = rest.subspan(1);
            continue;
        }
        const ssize_t put = ::pwritev(descriptor_.get(), rest.data(), static_cast<int>(rest.size()), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return failed_for_good("write");
        auto left = static_cast<std::size_t>(put);
        offset += left;
        counters_->writes += 1;
        counters_->bytes_written += left;
        for (; !rest.empty() && left >= rest.front().iov_len; rest = rest.subspan(1)) left -= rest.front().iov_len;
        if (rest.empty()) break;
        rest.front().iov_base = static_cast<std::byte*>(rest.front().iov_base) + left;
        rest.front().iov_len -= left;
    }
    return {};
}

Result<void> PosixFile::sync() {
    if (const int before = broken_by_; before != 0) return failure("sync", path_, before);
    counters_->syncs += 1;
    if (::fdatasync(descriptor_.get()) != 0) return failed_for_good("sync");
    return {};
}

Result<void> PosixFile::truncate(std::uint64_t size) {
    if (::ftruncate(descriptor_.get(), static_cast<off_t>(size)) != 0) return failed("truncate");
    return {};
}

Result<std::uint64_t> PosixFile::size() const {
    struct stat info{};
    if (::fstat(descriptor_.get(), &info) != 0) return failed("look at");
    return static_cast<std::uint64_t>(info.st_size);
}

Result<void> PosixFile::drop_cache() {
    // Only clean pages can be dropped, and a page that failed to reach the medium looks clean: so sync first.
    if (auto synced = sync(); !synced) return synced;
    if (const int error = ::posix_fadvise(descriptor_.get(), 0, 0, POSIX_FADV_DONTNEED); error != 0) {
        return failure("drop the cache of", path_, error);
    }
    return {};
}

class PosixLock final : public FolderLock {
public:
    explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

private:
    Descriptor descriptor_;   // flock ends with it, and with the process
};

}  // namespace

struct PosixDisk::Impl {
    Impl(Loop& loop, std::string folder, Descriptor descriptor)
        : owner(loop), root(std::move(folder)), root_descriptor(std::move(descriptor)) {}

    Result<Descriptor> open(const std::string& path, int flags, mode_t mode = 0) const;
    // The folder that holds the name, and the name.
    Result<std::pair<Descriptor, std::string>> parent_of(const std::string& path) const;

    Loop& owner;
    std::string root;
    Descriptor root_descriptor;
    std::shared_ptr<DiskCounters> counters = std::make_shared<DiskCounters>();
    std::unique_ptr<SyncThread> thread;   // none: inline
};

Result<Descriptor> PosixDisk::Impl::open(const std::string& path, int flags, mode_t mode) const {
    open_how how{};
    how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    const char* name = path.empty() ? "." : path.c_str();
    const long opened = ::syscall(SYS_openat2, root_descriptor.get(), name, &how, sizeof how);
    if (opened < 0) return failure("open", path.empty() ? root : path, errno);
    return Descriptor{static_cast<int>(opened)};
}

Result<std::pair<Descriptor, std::string>> PosixDisk::Impl::parent_of(const std::string& path) const {
    const std::size_t slash = path.rfind('/');
    std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    if (name.empty() || name == "." || name == "..") {
        return Error{ErrorKind::refused, fmt::format("\"{}\" does not name something in the data folder", path)};
    }
    // A leading slash stays in the folder's name, so that the kernel sees the absolute path and refuses it.
    auto folder = open(slash == std::string::npos ? "" : path.substr(0, std::max<std::size_t>(slash, 1)), O_DIRECTORY | O_RDONLY);
    if (!folder) return folder.error();
    return std::pair{std::move(*folder), std::move(name)};
}

PosixDisk::PosixDisk(Loop& owner, const std::string& root, PosixDiskOptions options) {
    Descriptor descriptor{::open(root.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC)};
    if (descriptor.get() < 0) throw std::runtime_error(fmt::format("cannot open the folder {}: {}", root, std::strerror(errno)));
    impl_ = std::make_unique<Impl>(owner, root, std::move(descriptor));
    if (!options.inline_sync) impl_->thread = std::make_unique<SyncThread>(owner);
}

PosixDisk::~PosixDisk() = default;

Result<std::shared_ptr<File>> PosixDisk::open(const std::string& path, OpenMode mode) {
    int flags = O_RDWR;
    if (mode == OpenMode::read_only) flags = O_RDONLY;
    const bool is_new = mode == OpenMode::create_new || mode == OpenMode::create_uncached;
    if (is_new) flags = O_RDWR | O_CREAT | O_EXCL;
    auto descriptor = impl_->open(path, flags, is_new ? 0600 : 0);
    if (!descriptor) return descriptor.error();
    auto file = std::make_shared<PosixFile>(std::move(*descriptor), path, impl_->counters);
    if (mode == OpenMode::create_uncached) file->go_past_the_cache();
    return std::shared_ptr<File>(std::move(file));
}

Result<void> PosixDisk::rename(const std::string& from, const std::string& to) {
    const auto source = impl_->parent_of(from);
    if (!source) return source.error();
    const auto target = impl_->parent_of(to);
    if (!target) return target.error();
    const int done = ::renameat(source->first.get(), source->second.c_str(), target->first.get(), target->second.c_str());
    if (done != 0) return failure("rename", from, errno);
    return {};
}

Result<void> PosixDisk::remove(const std::string& path) {
    const auto parent = impl_->parent_of(path);
    if (!parent) return parent.error();
    if (::unlinkat(parent->first.get(), parent->second.c_str(), 0) == 0) return {};
    const int error = errno;
    if (error == EISDIR && ::unlinkat(parent->first.get(), parent->second.c_str(), AT_REMOVEDIR) == 0) return {};
    return failure("remove", path, error == EISDIR ? errno : error);
}

Result<void> PosixDisk::make_directory(const std::string& path) {
    for (std::size_t end = 0; end != std::string::npos;) {
        end = path.find('/', end + 1);
        const auto parent = impl_->parent_of(path.substr(0, end));
        if (!parent) return parent.error();
        const int done = ::mkdirat(parent->first.get(), parent->second.c_str(), 0700);
        if (done != 0 && errno != EEXIST) return failure("make the folder", path, errno);
    }
    // What was there already may be a file.
    if (auto opened = impl_->open(path, O_DIRECTORY | O_RDONLY); !opened) return opened.error();
    return {};
}

Result<void> PosixDisk::sync_directory(const std::string& path) {
    const auto folder = impl_->open(path, O_DIRECTORY | O_RDONLY);
    if (!folder) return folder.error();
    impl_->counters->directory_syncs += 1;
    if (::fsync(folder->get()) != 0) return failure("sync the folder", path, errno);
    return {};
}

Result<std::vector<std::string>> PosixDisk::list(const std::string& path) {
    auto folder = impl_->open(path, O_DIRECTORY | O_RDONLY);
    if (!folder) return folder.error();
    const std::unique_ptr<DIR, int (*)(DIR*)> reading(::fdopendir(folder->release()), &::closedir);
    if (!reading) return failure("list", path, errno);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(reading.get())) {
        const std::string name(&entry->d_name[0]);
        if (name != "." && name != "..") names.push_back(name);
    }
    if (errno != 0) return failure("list", path, errno);
    std::sort(names.begin(), names.end());
    return names;
}

bool PosixDisk::exists(const std::string& path) { return impl_->open(path, O_PATH).has_value(); }

Result<std::uint64_t> PosixDisk::free_bytes() {
    struct statvfs device {};
    if (::fstatvfs(impl_->root_descriptor.get(), &device) != 0) return failure("look for room on the device of", impl_->root, errno);
    return static_cast<std::uint64_t>(device.f_bavail) * device.f_frsize;
}

Result<std::unique_ptr<FolderLock>> PosixDisk::lock(const std::string& path) {
    const std::string file = path.empty() || path == "." ? "lock" : path + "/lock";
    auto descriptor = impl_->open(file, O_RDWR | O_CREAT, 0600);
    if (!descriptor) return descriptor.error();
    if (::flock(descriptor->get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return failure("lock", file, errno);
        std::string holder(32, '\0');
        const ssize_t got = ::pread(descriptor->get(), holder.data(), holder.size(), 0);
        holder.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        return Error{ErrorKind::refused, fmt::format("another process is using the folder {} (pid {})", native_path(path),
                                                     holder.empty() ? "unknown" : holder)};
    }
    // For people only; the lock holds without it.
    const std::string pid = std::to_string(::getpid());
    if (::ftruncate(descriptor->get(), 0) != 0 || ::pwrite(descriptor->get(), pid.data(), pid.size(), 0) < 0) {
        return failure("write", file, errno);
    }
    return std::unique_ptr<FolderLock>(std::make_unique<PosixLock>(std::move(*descriptor)));
}

void PosixDisk::write_and_sync(std::shared_ptr<File> file, std::uint64_t offset, std::vector<SharedBytes> buffers,
                               Function<void(Result<void>)> done) {
    auto own = std::dynamic_pointer_cast<PosixFile>(file);
    CHECK(own != nullptr, "a file of another disk");
    SyncThread::Write write{own, [own, offset, held = std::move(buffers)] { return own->write_all(offset, held); }, std::move(done)};
    if (impl_->thread) return impl_->thread->add(std::move(write));
    auto result = write.write();
    if (result) result = own->sync();
    impl_->owner.post([answer = std::move(write.done), result]() mutable { answer(result); });
}

std::string PosixDisk::native_path(const std::string& path) const {
    return path.empty() || path == "." ? impl_->root : impl_->root + "/" + path;
}

const DiskCounters& PosixDisk::counters() const { return *impl_->counters; }

}  // namespace parley::net
