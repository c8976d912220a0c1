// What client and gateway say to each other, and the first frame of every link. One frame carries one of these; the
// frame's type says which. Written down in docs/wire.md.
#pragma once

#include <cstdint>

#include "chat/wire/questions.hpp"
#include "chat/wire/server_messages.hpp"
#include "net/frame/frame.hpp"

namespace parley::chat {

// Types of frames between client and gateway (1..15 belong to consensus/driver/peers.hpp).
enum class FrameType : std::uint16_t { client_hello = 16, client_request = 17, server_message = 18 };

inline constexpr std::uint16_t client_protocol = 1;

// Who sends: goes into every frame's header. A client has cluster 0 until a Welcome told it, and incarnation 0.
struct Sender {
    std::uint64_t cluster = 0;
    std::uint64_t incarnation = 0;
};

net::SharedBytes frame_of(const ClientHello& hello, const Sender& sender);
net::SharedBytes frame_of(const ClientRequest& request, const Sender& sender);
net::SharedBytes frame_of(const ServerMessage& message, const Sender& sender);
// Without building a variant around the pages it carries.
net::SharedBytes frame_of(const Response& response, const Sender& sender);

// ErrorKind::malformed for another frame type or bytes that do not decode.
net::Result<ClientHello> client_hello(const net::FrameView& frame);
net::Result<ClientRequest> client_request(const net::FrameView& frame);
net::Result<ServerMessage> server_message(const net::FrameView& frame);

}  // namespace parley::chat
