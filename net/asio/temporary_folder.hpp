// TemporaryFolder: a folder of one's own (0700) that goes with everything in it.
#pragma once

#include <string>

namespace parley::net {

class TemporaryFolder {
public:
    // Throws std::runtime_error, with a sentence. `purpose` becomes a part of its name.
    explicit TemporaryFolder(const std::string& purpose);
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace parley::net
