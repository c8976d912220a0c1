// Synchronous calls over one link, moving on to the next server when it breaks.
#include "chat/bench/caller.hpp"

#include <algorithm>

#include "chat/cli/exit.hpp"

namespace parley::chat {

Caller::Caller(net::AsioLoop& loop, net::AsioDialer& dialer, std::vector<std::string> servers, net::Duration within)
    : loop_(loop), dialer_(dialer), servers_(std::move(servers)), within_(within) {
    connect();
}

Caller::~Caller() = default;

void Caller::wait(net::Duration time) {
    bool over = false;
    const net::TimerId timer = loop_.after(time, [&] {
        over = true;
        loop_.stop();
    });
    loop_.run();
    if (!over) loop_.cancel(timer);
}

bool Caller::is_known() {
    const auto answer = try_once(Authenticate{*token_});
    return answer && !std::holds_alternative<Failure>(*answer);
}

void Caller::connect() {
    net::Error last{net::ErrorKind::unreachable, "no replica is reachable"};
    const net::Instant begin = loop_.now();
    while (loop_.now() - begin < within_) {
        std::optional<net::Result<std::unique_ptr<net::Link>>> result;
        dialer_.dial(servers_[server_++ % servers_.size()], net::LinkPurpose::client, [&](auto link) {
            result.emplace(std::move(link));
            loop_.stop();
        });
        while (!result) loop_.run();
        if (*result) {
            link_ = std::move(**result);
            welcomed_ = broken_ = false;
            link_->start({[this](const net::FrameView& frame) { heard(frame); },
                          [this](const net::Error&) {
                              broken_ = true;
                              loop_.stop();
                          },
                          {}});
            link_->send(frame_of(ClientHello{client_protocol, "parley-bench"}, Sender{}));
            if (!token_ || is_known()) return;
            last = net::Error{net::ErrorKind::unreachable, "no replica knows the login"};   // this one is behind
            continue;
        }
        last = result->error();
        if (last.kind == net::ErrorKind::untrusted) break;
        wait(std::chrono::milliseconds{100});
    }
    throw CommandFailed(exit_of(last), last.message);
}

void Caller::heard(const net::FrameView& frame) {
    auto message = server_message(frame);
    if (!message) {
        broken_ = true;
        return loop_.stop();
    }
    auto* response = std::get_if<Response>(&*message);
    if (response == nullptr || response->id + 1 != next_) return;
    seen_slot_ = std::max(seen_slot_, response->seen_slot);
    answer_ = std::move(response->payload);
    loop_.stop();
}

std::optional<Payload> Caller::try_once(const Question& question) {
    answer_.reset();
    link_->send(frame_of(ClientRequest{next_++, seen_slot_, question, true}, Sender{}));
    const net::Instant begin = loop_.now();
    while (!answer_ && !broken_ && loop_.now() - begin < within_) wait(std::chrono::milliseconds{500});
    return std::move(answer_);
}

void Caller::authenticate(const Token& token) {
    token_ = token;
    link_.reset();   // a link speaks for one login, once and for all
    connect();
}

Payload Caller::call(const Question& question) {
    const net::Instant begin = loop_.now();
    while (loop_.now() - begin < within_) {
        auto answer = try_once(question);
        if (!answer) {
            connect();
            continue;
        }
        const auto* failure = std::get_if<Failure>(&*answer);
        if (failure == nullptr) return std::move(*answer);
        if (failure->retry_after_ms == 0) throw CommandFailed(Exit::refused, failure->message);
        wait(std::chrono::milliseconds{failure->retry_after_ms});
    }
    throw CommandFailed(Exit::unreachable, "no answer in time: is there a quorum? `parley status` shows it");
}

}  // namespace parley::chat
