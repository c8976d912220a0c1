// The service that quick replies may ask: replies.toml and the key it names, read from this user's configuration folder,
// and the connection to it.
#pragma once

#include <memory>

#include "chat/client/replies/quick_replies.hpp"
#include "net/asio/asio_loop.hpp"

namespace parley::chat {

std::string reply_config_path();   // $XDG_CONFIG_HOME/parley/replies.toml

// A missing file is a configuration without a service.
net::Result<ReplyConfig> read_reply_config();
// The key of a file that nobody but this user can read or write; any other is refused. Empty when none is named.
net::Result<std::string> read_reply_key(const OpenAiConfig& config);

// What QuickReplies asks for its service: reads the files at each call, and keeps the connection's side. Lives as long as the
// QuickReplies that has its find().
class ReplyServices {
public:
    explicit ReplyServices(net::AsioLoop& loop) : loop_(loop) {}
    [[nodiscard]] QuickReplies::FindService find();

private:
    net::AsioLoop& loop_;
    std::unique_ptr<net::HttpClient> http_;
};

}  // namespace parley::chat
