// ServerBook: what the page that logs somebody in asks of the outside: which servers were used before, whether they answer, and the ground for one of them.
#pragma once

#include <string>
#include <vector>

#include "chat/cli/used_servers.hpp"
#include "gui/engine/engine.hpp"

namespace parley::gui {

class ServerBook {
public:
    ServerBook() = default;
    ServerBook(const ServerBook&) = delete;
    ServerBook& operator=(const ServerBook&) = delete;
    virtual ~ServerBook() = default;

    // The newest first; a few small files are read.
    virtual std::vector<chat::UsedServer> servers() = 0;
    virtual net::Result<void> forget(const chat::UsedServer& server) = 0;
    // Asks each of them whether it is there, without waiting; `told` is called once for each, from a thread of the book, unless look() is called again
    // before, or the book is destroyed. Answers within some seconds.
    virtual void look(std::vector<chat::UsedServer> servers, net::Function<void(const chat::UsedServer& server, bool is_reachable)> told) = 0;
    virtual PrepareGround ground(const chat::UsedServer& server) = 0;
    // What the first ground of this window was asked for.
    [[nodiscard]] virtual std::string profile() const = 0;
    [[nodiscard]] virtual std::vector<std::string> addresses() const = 0;
};

}  // namespace parley::gui
