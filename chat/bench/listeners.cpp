#include "chat/bench/listeners.hpp"

#include <utility>

namespace parley::chat {
namespace {

constexpr std::uint64_t authenticate_id = 1;
constexpr std::uint64_t look_id = 2;
constexpr std::uint64_t subscribe_id = 3;
constexpr std::size_t connecting_at_once = 32;

}  // namespace

class Listeners::Link {
public:
    Link(Listeners& all, std::uint32_t index) : all_(all), index_(index) {}

    void connect() {
        all_.dialer_.dial(all_.places_[index_].server, net::LinkPurpose::client, [this, alive = std::weak_ptr<int>(alive_)](auto link) {
            if (!alive.expired()) connected(std::move(link));
        });
    }

private:
    void connected(net::Result<std::unique_ptr<net::Link>> link) {
        if (!link) return over(link.error().message);
        link_ = std::move(*link);
        link_->start({[this](const net::FrameView& frame) { heard(frame); },
                      [this](const net::Error& error) { over(error.message); },
                      {}});
        link_->send(frame_of(ClientHello{client_protocol, "parley-bench"}, Sender{}));
        take_step(authenticate_id);
    }
    void take_step(std::uint64_t id) {
        if (id == authenticate_id) return ask(id, Authenticate{all_.places_[index_].token});
        if (id == look_id) return ask(id, AskRoom{ByRoom{*all_.room_}});
        ask(id, Subscribe{*all_.room_, last_message_, last_change_});
    }
    void heard(const net::FrameView& frame) {
        const auto message = server_message(frame);
        if (!message) return over(message.error().message);
        if (const auto* pushed = std::get_if<PushMessages>(&*message)) {
            for (const RoomMessage& one : pushed->messages) all_.events_.message(index_, one);
        } else if (const auto* response = std::get_if<Response>(&*message)) {
            answered(*response);
        }
    }
    void answered(const Response& response) {
        if (const auto* failure = std::get_if<Failure>(&response.payload)) return failed(response.id, *failure);
        if (response.id == authenticate_id && all_.room_) return take_step(look_id);
        if (response.id == look_id) {
            const auto* page = std::get_if<RoomPage>(&response.payload);
            if (page == nullptr || page->rooms.empty()) return over("the room is not there");
            last_message_ = page->rooms.front().last;
            last_change_ = page->rooms.front().changes;
            return take_step(subscribe_id);
        }
        ++all_.ready_;
        next();
    }
    void failed(std::uint64_t id, const Failure& failure) {
        if (failure.retry_after_ms == 0) return over(failure.message);
        all_.loop_.after(std::chrono::milliseconds{failure.retry_after_ms}, [this, id, alive = std::weak_ptr<int>(alive_)] {
            if (!alive.expired()) take_step(id);
        });
    }
    void over(const std::string& why) {
        all_.events_.trouble(why);
        next();
    }
    void next() {
        if (!std::exchange(is_settled_, true)) all_.connect_next();
    }
    void ask(std::uint64_t id, Question question) { link_->send(frame_of(ClientRequest{id, 0, std::move(question), false}, Sender{})); }

    Listeners& all_;
    std::uint32_t index_;
    std::uint64_t last_message_ = 0;   // of the room when this one came
    std::uint64_t last_change_ = 0;
    bool is_settled_ = false;   // connected or given up: another one may begin
    std::unique_ptr<net::Link> link_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

Listeners::Listeners(net::Loop& loop, net::Dialer& dialer, std::vector<Place> places, std::optional<RoomId> room, ListenerEvents events)
    : loop_(loop), dialer_(dialer), places_(std::move(places)), room_(room), events_(std::move(events)) {
    for (std::uint32_t i = 0; i < places_.size(); ++i) links_.push_back(std::make_unique<Link>(*this, i));
}

Listeners::~Listeners() = default;

void Listeners::start() {
    for (std::size_t i = 0; i < connecting_at_once; ++i) connect_next();
}

void Listeners::connect_next() {
    if (begun_ < links_.size()) links_[begun_++]->connect();
}

}  // namespace parley::chat
