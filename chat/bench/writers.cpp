// One link and its writers: connect, authenticate, a session each, then one action after the other.
#include "chat/bench/writers.hpp"

#include <algorithm>
#include <utility>

namespace parley::chat {
namespace {

constexpr std::uint64_t authenticate_id = 1;
constexpr net::Duration reconnect_pause = std::chrono::milliseconds{20};
constexpr net::Duration silence_max = std::chrono::milliseconds{1500};   // then another replica is tried
constexpr net::Duration watch_interval = std::chrono::milliseconds{250};

}  // namespace

class Writers::Link {
public:
    Link(Writers& all, net::Loop& loop, net::Dialer& dialer, Place place)
        : all_(all), loop_(loop), dialer_(dialer), place_(std::move(place)), writers_(place_.writers) {
        for (Writer& writer : writers_) writer.nonce = loop_.chance();
    }
    ~Link() { loop_.cancel(watch_); }

    void connect();
    void go_home();
    void write_all() {
        for (std::uint32_t i = 0; i < writers_.size(); ++i) act(i);
    }
    [[nodiscard]] bool ready() const {
        return std::all_of(writers_.begin(), writers_.end(), [](const Writer& writer) { return writer.session.has_value(); });
    }
    [[nodiscard]] std::size_t outstanding() const {
        return static_cast<std::size_t>(std::count_if(writers_.begin(), writers_.end(), [](const Writer& writer) { return writer.is_acting; }));
    }

private:
    struct Writer {
        std::uint64_t nonce = 0;
        std::optional<SessionId> session;
        std::uint64_t number = 0;          // of the action outstanding or done last
        std::uint64_t posts = 0;           // of these; the session numbers posts alone
        bool is_acting = false;
        WriterAction action;
        net::Instant begun;                // of the action; repeats do not begin anew
    };

    void connected(net::Result<std::unique_ptr<net::Link>> link);
    void broken(const std::string& why);
    void heard(const net::FrameView& frame);
    void answered(std::uint64_t id, Payload& payload);
    void answered_writer(std::uint32_t index, Payload& payload);
    void failed(std::uint32_t index, const Failure& failure);
    void go_on(std::uint32_t index);
    void act(std::uint32_t index);
    void send(std::uint32_t index);
    void done(std::uint32_t index, std::uint64_t position, std::uint64_t slot);
    void watch();
    void ask(std::uint64_t id, Question question, bool fresh = false) { link_->send(frame_of(ClientRequest{id, 0, std::move(question), fresh}, Sender{})); }
    // Who asked, and for which action: an answer to an earlier sending of a post must not count for the next one.
    [[nodiscard]] std::uint64_t id_of(std::uint32_t index) const { return (writers_[index].number << 32U) | (std::uint64_t{index} + 2); }

    Writers& all_;
    net::Loop& loop_;
    net::Dialer& dialer_;
    Place place_;
    std::vector<Writer> writers_;
    std::size_t attempt_ = 0;
    bool is_authenticated_ = false;
    bool is_reconnecting_ = false;
    net::Instant heard_;
    net::TimerId watch_;
    std::unique_ptr<net::Link> link_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

void Writers::Link::connect() {
    is_authenticated_ = false;
    is_reconnecting_ = false;
    const std::string& server = place_.servers[attempt_++ % place_.servers.size()];
    dialer_.dial(server, net::LinkPurpose::client, [this, alive = std::weak_ptr<int>(alive_)](auto link) {
        if (!alive.expired()) connected(std::move(link));
    });
}

void Writers::Link::go_home() {
    if (is_reconnecting_ || (attempt_ - 1) % place_.servers.size() == 0) return;
    attempt_ = 0;
    link_.reset();
    connect();
}

void Writers::Link::connected(net::Result<std::unique_ptr<net::Link>> link) {
    if (!link) return broken(link.error().message);
    link_ = std::move(*link);
    heard_ = loop_.now();
    link_->start({[this](const net::FrameView& frame) { heard(frame); },
                  [this](const net::Error& error) { broken(error.message); },
                  {}});
    link_->send(frame_of(ClientHello{client_protocol, "parley-bench"}, Sender{}));
    ask(authenticate_id, Authenticate{place_.token});
    if (watch_ == net::TimerId{}) watch();
}

void Writers::Link::broken(const std::string& why) {
    if (std::exchange(is_reconnecting_, true)) return;
    all_.events_.trouble(why);
    is_authenticated_ = false;
    // Not from inside the link's own event alone: the next turn makes the new one.
    loop_.after(reconnect_pause, [this, alive = std::weak_ptr<int>(alive_)] {
        if (alive.expired()) return;
        link_.reset();
        connect();
    });
}

void Writers::Link::watch() {
    watch_ = loop_.after(watch_interval, [this] {
        const bool waits = is_authenticated_ && (outstanding() > 0 || !ready());
        if (waits && loop_.now() - heard_ > silence_max) {
            link_.reset();
            broken("a replica fell silent");
            heard_ = loop_.now();
        }
        watch();
    });
}

void Writers::Link::heard(const net::FrameView& frame) {
    heard_ = loop_.now();
    auto message = server_message(frame);
    if (!message) return broken(message.error().message);
    if (auto* response = std::get_if<Response>(&*message)) answered(response->id, response->payload);
}

void Writers::Link::answered(std::uint64_t id, Payload& payload) {
    if (id != authenticate_id) {
        const auto index = static_cast<std::uint32_t>((id & 0xFFFFFFFFU) - 2);
        if (index < writers_.size() && id == id_of(index)) answered_writer(index, payload);
        return;
    }
    if (const auto* failure = std::get_if<Failure>(&payload)) return broken(failure->message);
    is_authenticated_ = true;
    for (std::uint32_t i = 0; i < writers_.size(); ++i) go_on(i);
}

// What this writer needs now: a session, or the answer to what it does.
void Writers::Link::go_on(std::uint32_t index) {
    Writer& writer = writers_[index];
    if (!is_authenticated_) return;
    if (!writer.session) return ask(id_of(index), AskSession{writer.nonce});
    if (writer.is_acting) return send(index);
    act(index);
}

void Writers::Link::act(std::uint32_t index) {
    Writer& writer = writers_[index];
    if (!all_.writing_ || !writer.session || writer.is_acting) return;
    ++writer.number;
    writer.is_acting = true;
    writer.action = all_.events_.next(place_.first_writer + index, writer.number);
    if (std::holds_alternative<PostText>(writer.action)) ++writer.posts;
    writer.begun = loop_.now();
    if (is_authenticated_) send(index);
}

void Writers::Link::send(std::uint32_t index) {
    const Writer& writer = writers_[index];
    const ByRoom room{all_.rooms_[(place_.first_writer + index) % all_.rooms_.size()]};
    if (const auto* post = std::get_if<PostText>(&writer.action)) {
        return ask(id_of(index), Submit{*writer.session, writer.posts, writer.posts, Post{room, post->text}});
    }
    ask(id_of(index), AskHistory{.target = room, .limit = 1}, true);
}

void Writers::Link::answered_writer(std::uint32_t index, Payload& payload) {
    Writer& writer = writers_[index];
    if (const auto* failure = std::get_if<Failure>(&payload)) return failed(index, *failure);
    if (const auto* page = std::get_if<MessagePage>(&payload)) return done(index, page->room.last, 0);
    const auto* answer = std::get_if<Answer>(&payload);
    if (answer == nullptr) return;
    if (const auto* posted = std::get_if<Posted>(&answer->result)) return done(index, posted->number, answer->slot);
    if (const auto* refused = std::get_if<Refused>(&answer->result)) return all_.events_.trouble(sentence(refused->why));
    if (const auto* opened = std::get_if<SessionOpened>(&answer->result)) writer.session = opened->session;
    go_on(index);
}

void Writers::Link::done(std::uint32_t index, std::uint64_t position, std::uint64_t slot) {
    Writer& writer = writers_[index];
    if (!writer.is_acting) return;
    writer.is_acting = false;
    all_.events_.done(place_.first_writer + index, writer.number, Outcome{loop_.now() - writer.begun, position, slot});
    if (all_.pause_ == net::Duration{}) return go_on(index);
    loop_.after(all_.pause_, [this, index, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired()) go_on(index);
    });
}

void Writers::Link::failed(std::uint32_t index, const Failure& failure) {
    all_.events_.trouble(failure.message);
    if (failure.retry_after_ms == 0) return;
    loop_.after(std::chrono::milliseconds{failure.retry_after_ms}, [this, index, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired()) go_on(index);
    });
}

Writers::Writers(net::Loop& loop, net::Dialer& dialer, std::vector<Place> places, std::vector<RoomId> rooms, WriterEvents events,
                 net::Duration pause)
    : rooms_(std::move(rooms)), events_(std::move(events)), pause_(pause) {
    for (Place& place : places) links_.push_back(std::make_unique<Link>(*this, loop, dialer, std::move(place)));
}

Writers::~Writers() = default;

void Writers::start() {
    for (auto& link : links_) link->connect();
}

bool Writers::ready() const {
    return std::all_of(links_.begin(), links_.end(), [](const auto& link) { return link->ready(); });
}

void Writers::write() {
    writing_ = true;
    for (auto& link : links_) link->write_all();
}

void Writers::go_home() {
    for (auto& link : links_) link->go_home();
}

void Writers::finish() { writing_ = false; }

std::size_t Writers::outstanding() const {
    std::size_t sum = 0;
    for (const auto& link : links_) sum += link->outstanding();
    return sum;
}

}  // namespace parley::chat
