// hello, wait for the welcome, one request, one response, end.
#include "chat/client/asker.hpp"

#include <fmt/format.h>

namespace parley::chat {

struct Asker::Talk {
    std::string address;
    Question question;
    Done done;
    std::unique_ptr<net::Link> link;
    net::TimerId deadline;
    net::Instant asked;
    bool welcomed = false;
};

Asker::Asker(net::Loop& loop, net::Dialer& dialer) : loop_(loop), dialer_(dialer) {}

Asker::~Asker() {
    for (auto& [id, talk] : talks_) loop_.cancel(talk->deadline);
}

void Asker::ask(const std::string& address, Question question, net::Duration within, Done done) {
    const std::uint64_t id = next_++;
    auto talk = std::make_unique<Talk>();
    talk->address = address;
    talk->question = std::move(question);
    talk->done = std::move(done);
    talk->deadline = loop_.after(within, [this, id] {
        const auto it = talks_.find(id);
        if (it == talks_.end()) return;
        it->second->deadline = {};
        finish(id, net::Error{net::ErrorKind::timed_out, fmt::format("{} did not answer in time", it->second->address)});
    });
    talks_.emplace(id, std::move(talk));
    dialer_.dial(address, net::LinkPurpose::client,
                 [this, id, alive = std::weak_ptr<int>(alive_)](net::Result<std::unique_ptr<net::Link>> link) {
                     if (!alive.expired()) dialled(id, std::move(link));
                 });
}

void Asker::dialled(std::uint64_t id, net::Result<std::unique_ptr<net::Link>> link) {
    const auto it = talks_.find(id);
    if (it == talks_.end()) return;   // too late
    if (!link) return finish(id, link.error());
    Talk& talk = *it->second;
    talk.link = std::move(*link);
    talk.link->start({[this, id](const net::FrameView& frame) { heard(id, frame); },
                      [this, id](const net::Error& error) { finish(id, error); },
                      {}});
    talk.link->send(frame_of(ClientHello{client_protocol, "parley"}, Sender{}));
}

void Asker::put_question(Talk& talk) {
    talk.welcomed = true;
    talk.asked = loop_.now();
    talk.link->send(frame_of(ClientRequest{1, 0, talk.question}, Sender{}));
}

void Asker::heard(std::uint64_t id, const net::FrameView& frame) {
    Talk& talk = *talks_.at(id);
    auto message = server_message(frame);
    if (!message) return finish(id, message.error());
    if (std::holds_alternative<Welcome>(*message) && !talk.welcomed) return put_question(talk);
    auto* response = std::get_if<Response>(&*message);
    if (response == nullptr) return;
    if (const auto* failure = std::get_if<Failure>(&response->payload)) {
        const bool no_leader = failure->kind == Failure::Kind::no_leader || failure->kind == Failure::Kind::overloaded;
        return finish(id, net::Error{no_leader ? net::ErrorKind::timed_out : net::ErrorKind::refused, failure->message});
    }
    finish(id, Reply{std::move(response->payload), loop_.now() - talk.asked});
}

void Asker::finish(std::uint64_t id, net::Result<Reply> result) {
    const auto it = talks_.find(id);
    if (it == talks_.end()) return;
    const auto talk = std::move(it->second);
    talks_.erase(it);
    loop_.cancel(talk->deadline);
    talk->done(std::move(result));
}

}  // namespace parley::chat
