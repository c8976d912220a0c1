#include "net/asio/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <fmt/core.h>

namespace parley::net {

TemporaryFolder::TemporaryFolder(const std::string& purpose) : path_(std::filesystem::temp_directory_path() / ("parley-" + purpose + "-XXXXXX")) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error(fmt::format("no folder like {} can be made: {}", path_, std::strerror(errno)));
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace parley::net
