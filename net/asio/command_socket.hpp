// CommandSocket: a process takes orders of its own user, a line each, through a file that nobody else can open.
#pragma once

#include <memory>
#include <string>

#include "net/asio/asio_loop.hpp"
#include "net/ports/result.hpp"

namespace parley::net {

class CommandSocket {
public:
    static constexpr std::size_t line_bytes_max = 1024;
    static constexpr Duration line_within = std::chrono::seconds{5};
    static constexpr Duration answer_within = std::chrono::seconds{10};

    // Called on the Loop; what it returns goes back.
    using Answer = Function<std::string(const std::string& line)>;

    // `folder`/`name`, mode 0600; one that an earlier process left is replaced. The file goes with this object.
    static Result<std::unique_ptr<CommandSocket>> open(AsioLoop& loop, const std::string& folder, const std::string& name, Answer answer);
    ~CommandSocket();

    struct Impl;
    explicit CommandSocket(std::shared_ptr<Impl> impl);

private:
    std::shared_ptr<Impl> impl_;
};

// From another process: waits for the answer, a few seconds at most.
Result<std::string> ask_command_socket(const std::string& folder, const std::string& name, const std::string& line);
// The same on a Loop that goes on meanwhile; `answered` is called once, perhaps before this returns.
void ask_command_socket(AsioLoop& loop, const std::string& folder, const std::string& name, const std::string& line, Function<void(Result<std::string>)> answered);

}  // namespace parley::net
