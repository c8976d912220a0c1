// spdlog with a rotating file; flushed at every line of weight and once a second by the caller's writes anyway.
#include "chat/daemon/log_file.hpp"

#include <iostream>

#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>

namespace parley::chat {

struct LogFile::Impl {
    spdlog::logger logger;
};

LogFile::LogFile(const std::string& path, const DaemonConfig& config) {
    auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_st>(path, std::size_t{config.log_file_mb} << 20U,
                                                                      config.log_files);
    impl_ = std::make_unique<Impl>(Impl{spdlog::logger{"parleyd", std::move(sink)}});
    impl_->logger.set_level(spdlog::level::from_str(config.log_level));
    impl_->logger.set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
    impl_->logger.flush_on(spdlog::level::info);
}

LogFile::~LogFile() = default;

void LogFile::info(const std::string& line) { impl_->logger.info(line); }
void LogFile::warn(const std::string& line) { impl_->logger.warn(line); }

void LogFile::essential(const std::string& line) {
    impl_->logger.error(line);
    std::cerr << line << std::endl;
}

}  // namespace parley::chat
