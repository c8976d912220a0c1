#include "tests/unit/gateway/raw_client.hpp"

#include <sodium.h>

namespace parley::chat::testing {

TokenHash hash_of(const Token& token) {
    TokenHash hash{};
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()), reinterpret_cast<const unsigned char*>(token.data()), token.size());
    return hash;
}

Failure::Kind failed(const Payload& payload) {
    const auto* failure = std::get_if<Failure>(&payload);
    EXPECT_NE(failure, nullptr) << "it was done, payload " << payload.index();
    return failure != nullptr ? failure->kind : Failure::Kind::internal;
}

const Answer& answered(const Payload& payload) {
    static const Answer none{};
    const auto* answer = std::get_if<Answer>(&payload);
    const auto* failure = std::get_if<Failure>(&payload);
    EXPECT_NE(answer, nullptr) << (failure != nullptr ? failure->message : "something else");
    return answer != nullptr ? *answer : none;
}

RawClient::RawClient(Cluster& in, const std::string& address, bool say_hello) : cluster(in), loop(in.clock) {
    link = cluster.network.connect(address, loop);
    wire = cluster.network.newest();
    net::LinkEvents events;
    events.on_frame = [this](const net::FrameView& frame) {
        net::Result<ServerMessage> message = server_message(frame);
        ASSERT_TRUE(message);
        heard.push_back(*std::move(message));
    };
    events.on_closed = [this](const net::Error&) { closed = true; };
    link->start(std::move(events));
    if (say_hello) send(frame_of(ClientHello{}, Sender{}));
    loop.post([] {});
}

RawClient::~RawClient() {
    loop.kill();
    link.reset();
}

std::uint64_t RawClient::ask(Question question, std::uint64_t seen_slot, bool fresh) {
    send(frame_of(ClientRequest{++last_id, seen_slot, std::move(question), fresh}, Sender{}));
    return last_id;
}

std::optional<Payload> RawClient::answer_to(std::uint64_t id) const {
    for (const ServerMessage& message : heard) {
        const auto* response = std::get_if<Response>(&message);
        if (response != nullptr && response->id == id) return response->payload;
    }
    return std::nullopt;
}

Payload RawClient::answer(Question question, std::uint64_t seen_slot) {
    const std::uint64_t id = ask(std::move(question), seen_slot);
    cluster.run_until([&] { return closed || answer_to(id).has_value(); });
    return answer_to(id).value_or(Failure{Failure::Kind::internal, "no answer came", 0});
}

Registered RawClient::enrol(const std::string& name) {
    for (std::size_t i = 0; i < name.size() && i < token.size(); ++i) token[i] = static_cast<std::byte>(name[i]);
    const Payload made = answer(AskRegister{name, "a password", hash_of(token), "test"});
    const auto* registered = std::get_if<Registered>(&answered(made).result);
    EXPECT_NE(registered, nullptr);
    EXPECT_TRUE(std::holds_alternative<Identity>(answer(Authenticate{token}, answered(made).slot)));
    const Payload opened = answer(AskSession{7});
    session = std::get<SessionOpened>(answered(opened).result).session;
    return registered != nullptr ? *registered : Registered{};
}

Answer RawClient::submit(Operation operation) {
    const std::uint64_t number = next_number++;
    return answered(answer(Submit{session, number, number, std::move(operation)}));
}

std::vector<std::uint64_t> RawClient::numbers_pushed() const {
    std::vector<std::uint64_t> numbers;
    for (const PushMessages& push : pushed<PushMessages>()) {
        for (const RoomMessage& message : push.messages) numbers.push_back(message.number);
    }
    return numbers;
}

}  // namespace parley::chat::testing
