// The replica's log file: what an operator reads. Never a text, a password, a token or a name of a user.
#pragma once

#include <memory>
#include <string>

#include "chat/daemon/config.hpp"

namespace parley::chat {

class LogFile {
public:
    // `path` with rotation as configured. Throws std::runtime_error when the file cannot be written.
    LogFile(const std::string& path, const DaemonConfig& config);
    ~LogFile();

    void info(const std::string& line);
    void warn(const std::string& line);
    // Also to standard error, where whoever started the replica sees it.
    void essential(const std::string& line);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::chat
