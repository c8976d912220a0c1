#include "chat/client/files/kept_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chat/client/files/file_words.hpp"
#include "chat/client/files/posix_bytes.hpp"

namespace parley::chat {
namespace {

using net::Error;
using net::ErrorKind;

std::string hex_beginning(const FileHash& hash) {
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) text += fmt::format("{:02x}", std::to_integer<unsigned>(hash.at(i)));
    return text;
}

bool is_chunk(int descriptor, std::uint64_t size, std::uint32_t place, const ChunkHash& name) {
    net::Bytes bytes(bytes_of_chunk(size, place));
    const auto got = read_at(descriptor, place * chunk_bytes, bytes);
    return got && *got == bytes.size() && hash_of_chunk(bytes) == name;
}

bool is_this_file(const std::string& path, const FileReport& file) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (descriptor < 0) return false;
    struct stat about {};
    bool is_it = ::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode) && static_cast<std::uint64_t>(about.st_size) == file.file.size;
    for (std::uint32_t place = 0; is_it && place < file.chunks.size(); ++place) is_it = is_chunk(descriptor, file.file.size, place, file.chunks[place]);
    ::close(descriptor);
    return is_it;
}

bool is_taken(const std::string& path) {
    struct stat about {};
    return ::lstat(path.c_str(), &about) == 0;
}

Error taken(const std::string& path) {
    return {ErrorKind::refused, fmt::format("{} is there already and is another file: choose another name with -o", path)};
}

}  // namespace

KeptFile::KeptFile(const FileReport& file, KeptPlace place)
    : size_(file.file.size), place_(std::move(place)), part_(fmt::format(".{}.parley-part", hex_beginning(hash_of_file(file.file.size, file.chunks)))) {}

KeptFile::~KeptFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

net::Result<std::unique_ptr<KeptFile>> KeptFile::open(const FileReport& file, const KeptPlace& place) {
    std::unique_ptr<KeptFile> kept{new KeptFile(file, place)};
    std::error_code failed;
    std::filesystem::create_directories(place.folder, failed);
    if (failed) return Error{ErrorKind::refused, fmt::format("cannot make the folder {}: {}", place.folder, failed.message())};
    const std::string path = kept->path(place.name);
    if (is_this_file(path, file)) {
        kept->was_there_ = true;
        return kept;
    }
    if (!place.may_be_numbered && is_taken(path)) return taken(path);
    if (const auto opened = kept->open_part(); !opened) return opened.error();
    return kept;
}

// Nobody else's: a link that lies there is not followed.
net::Result<void> KeptFile::open_part() {
    descriptor_ = ::open(path(part_).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (descriptor_ < 0) return refused_by_system("cannot write", path(part_));
    struct stat about {};
    if (::fstat(descriptor_, &about) != 0 || !S_ISREG(about.st_mode)) return Error{ErrorKind::refused, path(part_) + " is no ordinary file: remove it"};
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) return Error{ErrorKind::refused, "another process fetches this very file into " + place_.folder};
    return {};
}

net::Result<bool> KeptFile::has(std::uint32_t place, const ChunkHash& name) { return was_there_ || is_chunk(descriptor_, size_, place, name); }

net::Result<void> KeptFile::put(std::uint32_t place, net::ByteView bytes) { return write_at(descriptor_, place * chunk_bytes, bytes); }

net::Result<void> KeptFile::sync_folder() const {
    const int folder = ::open(place_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_synced = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0) ::close(folder);
    return is_synced ? net::Result<void>{} : refused_by_system("cannot sync", place_.folder);
}

net::Result<std::string> KeptFile::finish() {
    if (was_there_) return path(place_.name);
    // An earlier attempt of something else under this very name may have left more.
    const bool is_durable = ::ftruncate(descriptor_, static_cast<off_t>(size_)) == 0 && ::fsync(descriptor_) == 0;
    if (!is_durable) return refused_by_system("cannot write", path(part_));
    constexpr unsigned numbers_max = 10'000;
    for (unsigned number = 1; number < numbers_max; ++number) {
        const std::string name = number == 1 ? place_.name : numbered_name(place_.name, number);
        // A second name, which is never given in anybody's place; then the first one goes.
        if (::link(path(part_).c_str(), path(name).c_str()) == 0) {
            ::unlink(path(part_).c_str());
            if (const auto synced = sync_folder(); !synced) return synced.error();
            return path(name);
        }
        if (errno != EEXIST) return refused_by_system("cannot name it", path(name));
        if (!place_.may_be_numbered) return taken(path(name));
    }
    return Error{ErrorKind::refused, "there are too many files of this name in " + place_.folder};
}

}  // namespace parley::chat
