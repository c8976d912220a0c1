#include "chat/wire/protocol.hpp"

namespace parley::chat {
namespace {

net::SharedBytes framed(FrameType type, const Sender& sender, const net::Bytes& payload) {
    return net::encode_frame({static_cast<std::uint16_t>(type), sender.cluster, sender.incarnation}, payload);
}

template <class T>
net::Result<T> decoded(const net::FrameView& frame, FrameType type) {
    if (frame.header.type != static_cast<std::uint16_t>(type)) {
        return net::Error{net::ErrorKind::malformed, "a frame of a type that does not belong here"};
    }
    return net::decode<T>(frame.payload);
}

}  // namespace

net::SharedBytes frame_of(const ClientHello& hello, const Sender& sender) {
    return framed(FrameType::client_hello, sender, net::encode(hello));
}

net::SharedBytes frame_of(const ClientRequest& request, const Sender& sender) {
    return framed(FrameType::client_request, sender, net::encode(request));
}

net::SharedBytes frame_of(const ServerMessage& message, const Sender& sender) {
    return framed(FrameType::server_message, sender, net::encode(message));
}

net::SharedBytes frame_of(const Response& response, const Sender& sender) {
    constexpr std::uint8_t place_in_variant = 1;
    static_assert(std::is_same_v<std::variant_alternative_t<place_in_variant, ServerMessage>, Response>);
    net::OutArchive archive;
    archive & place_in_variant & response;
    return framed(FrameType::server_message, sender, archive.take());
}

net::Result<ClientHello> client_hello(const net::FrameView& frame) {
    return decoded<ClientHello>(frame, FrameType::client_hello);
}

net::Result<ClientRequest> client_request(const net::FrameView& frame) {
    return decoded<ClientRequest>(frame, FrameType::client_request);
}

net::Result<ServerMessage> server_message(const net::FrameView& frame) {
    return decoded<ServerMessage>(frame, FrameType::server_message);
}

}  // namespace parley::chat
