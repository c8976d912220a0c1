#include "chat/client/calls.hpp"

namespace parley::chat {

net::Error error_of(const Failure& failure) {
    switch (failure.kind) {
        case Failure::Kind::not_found: return {net::ErrorKind::not_found, failure.message};
        case Failure::Kind::refused:
        case Failure::Kind::not_allowed:
        case Failure::Kind::unauthenticated: return {net::ErrorKind::refused, failure.message};
        case Failure::Kind::overloaded: return {net::ErrorKind::full, failure.message};
        case Failure::Kind::no_leader: return {net::ErrorKind::timed_out, failure.message};
        case Failure::Kind::malformed: return {net::ErrorKind::malformed, failure.message};
        case Failure::Kind::internal: return {net::ErrorKind::io_failed, failure.message};
    }
    return {net::ErrorKind::malformed, failure.message};
}

net::Error Calls::out_of_time() const {
    if (!put_off_.empty()) return {net::ErrorKind::timed_out, "not done in time: " + put_off_};
    return {net::ErrorKind::timed_out, "no answer in time: there is no quorum, or no replica could be reached"};
}

Calls::Calls(net::Loop& loop, ReplicaLink& link, bool fresh, net::Function<std::uint64_t()> seen_slot)
    : loop_(loop), link_(link), fresh_(fresh), seen_slot_(std::move(seen_slot)) {}

Calls::~Calls() {
    for (auto& [id, call] : calls_) {
        loop_.cancel(call.deadline);
        loop_.cancel(call.retry);
    }
}

void Calls::ask(Question question, bool needs_login, Deadline within, PayloadReply reply) {
    if (link_.connection().state == ClientConnection::State::ended) return reply(link_.connection().reason);
    const std::uint64_t id = link_.next_request();
    Call& call = calls_[id];
    call.question = std::move(question);
    call.needs_login = needs_login;
    call.reply = std::move(reply);
    if (within) {
        call.deadline = loop_.after(*within, [this, id] { finish(id, out_of_time()); });
    }
    send(id, call);
}

void Calls::send(std::uint64_t id, Call& call) {
    if (call.sent || call.retry.value != 0) return;
    if (call.needs_login ? !link_.authenticated() : !link_.online()) return;
    call.sent = true;
    link_.send(ClientRequest{id, seen_slot_(), call.question, fresh_});
}

void Calls::online() {
    for (auto& [id, call] : calls_) send(id, call);
}

void Calls::offline() {
    for (auto& [id, call] : calls_) call.sent = false;
}

bool Calls::answered(Response& response) {
    const auto found = calls_.find(response.id);
    if (found == calls_.end()) return false;
    const auto* failure = std::get_if<Failure>(&response.payload);
    if (failure == nullptr) {
        put_off({});
        finish(response.id, std::move(response.payload));
    } else if (failure->retry_after_ms == 0) {
        finish(response.id, error_of(*failure));
    } else {
        found->second.sent = false;
        put_off(failure->message);
        found->second.retry = loop_.after(std::chrono::milliseconds{failure->retry_after_ms}, [this, id = response.id] {
            Call& call = calls_.at(id);
            call.retry = {};
            send(id, call);
        });
    }
    return true;
}

void Calls::finish(std::uint64_t id, net::Result<Payload> result) {
    auto node = calls_.extract(id);
    if (node.empty()) return;
    loop_.cancel(node.mapped().deadline);
    loop_.cancel(node.mapped().retry);
    node.mapped().reply(std::move(result));
}

void Calls::fail_where(bool only_logged_in, const net::Error& error) {
    std::vector<std::uint64_t> ids;
    for (const auto& [id, call] : calls_) {
        if (call.needs_login || !only_logged_in) ids.push_back(id);
    }
    for (const std::uint64_t id : ids) finish(id, error);
}

void Calls::fail_all(const net::Error& error) { fail_where(false, error); }
void Calls::fail_logged_in(const net::Error& error) { fail_where(true, error); }

}  // namespace parley::chat
