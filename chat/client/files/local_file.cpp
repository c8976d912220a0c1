#include "chat/client/files/local_file.hpp"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chat/client/files/file_words.hpp"
#include "chat/client/files/posix_bytes.hpp"
#include "chat/state/names.hpp"

namespace parley::chat {

struct LocalFile::Descriptor {
    explicit Descriptor(int opened) : number(opened) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { ::close(number); }
    const int number;
};

net::Result<LocalFile> LocalFile::open(const std::string& path) {
    // Without waiting: a pipe without a writer is no ordinary file, and to find that out must not take for ever.
    const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (number < 0) return refused_by_system("cannot read", path);
    LocalFile file;
    file.descriptor_ = std::make_shared<Descriptor>(number);
    struct stat about {};
    if (::fstat(number, &about) != 0) return refused_by_system("cannot read", path);
    if (S_ISDIR(about.st_mode)) return net::Error{net::ErrorKind::refused, fmt::format("{} is a folder: make one file of it first, with tar or zip", path)};
    if (!S_ISREG(about.st_mode)) return net::Error{net::ErrorKind::refused, fmt::format("{} is no ordinary file: only those can be sent", path)};
    file.size_ = static_cast<std::uint64_t>(about.st_size);
    constexpr std::int64_t second_ns = 1'000'000'000;
    file.modified_ns_ = about.st_mtim.tv_sec * second_ns + about.st_mtim.tv_nsec;
    constexpr std::size_t bytes_max = 255;
    file.name_ = plain_file_name(std::filesystem::path{path}.filename().string(), bytes_max);
    return file;
}

std::string LocalFile::type() const { return type_of_file(name_); }

UploadSource LocalFile::source() const {
    return {size_, [descriptor = descriptor_, size = size_](std::uint32_t place) -> net::Result<net::Bytes> {
        net::Bytes bytes(bytes_of_chunk(size, place));
        auto got = read_at(descriptor->number, place * chunk_bytes, bytes);
        if (!got) return got.error();
        bytes.resize(*got);
        return bytes;
    }};
}

}  // namespace parley::chat
