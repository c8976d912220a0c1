// LocalFile: a file of this machine that somebody wants to send. It is read as it is at that moment; an Upload notices when it changes meanwhile.
#pragma once

#include <memory>
#include <string>

#include "chat/client/upload.hpp"

namespace parley::chat {

class LocalFile {
public:
    // An error is a sentence: not there, a folder, no ordinary file, not to be read.
    static net::Result<LocalFile> open(const std::string& path);

    [[nodiscard]] std::uint64_t size() const { return size_; }
    // When it was written last, in nanoseconds since 1970.
    [[nodiscard]] std::int64_t modified_ns() const { return modified_ns_; }
    // Without the folders before it, as it may be posted.
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::string type() const;
    // Stays good after this LocalFile.
    [[nodiscard]] UploadSource source() const;

private:
    struct Descriptor;
    LocalFile() = default;
    std::shared_ptr<Descriptor> descriptor_;
    std::uint64_t size_ = 0;
    std::int64_t modified_ns_ = 0;
    std::string name_;
};

}  // namespace parley::chat
