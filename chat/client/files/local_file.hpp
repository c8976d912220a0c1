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
    std::string name_;
};

}  // namespace parley::chat
