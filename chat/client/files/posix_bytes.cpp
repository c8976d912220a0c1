#include "chat/client/files/posix_bytes.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

namespace parley::chat {
namespace {

net::Error failed(const char* what) {
    const bool is_full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return {is_full ? net::ErrorKind::full : net::ErrorKind::io_failed, fmt::format("{}: {}", what, std::generic_category().message(errno))};
}

}  // namespace

net::Error refused_by_system(const char* what, const std::string& path) {
    return {net::ErrorKind::refused, fmt::format("{} {}: {}", what, path, std::generic_category().message(errno))};
}

net::Result<std::size_t> read_at(int descriptor, std::uint64_t offset, std::span<std::byte> into) {
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t got = ::pread(descriptor, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("the file cannot be read");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

net::Result<void> write_at(int descriptor, std::uint64_t offset, net::ByteView bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t put = ::pwrite(descriptor, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return failed("the file cannot be written");
        done += static_cast<std::size_t>(put);
    }
    return {};
}

}  // namespace parley::chat
