#include "gui/engine/suggester.hpp"

#include <algorithm>

#include "chat/client/replies/learner.hpp"
#include "gui/model/words.hpp"

namespace parley::gui {
namespace {

constexpr net::Duration ask_pause = std::chrono::milliseconds{150};
constexpr net::Duration learn_pause = std::chrono::milliseconds{700};
constexpr net::Duration rooms_pause = std::chrono::seconds{5};       // a window that just opened has better to do
constexpr net::Duration rooms_patience = std::chrono::seconds{60};
constexpr std::uint32_t asked_rows = 20;                             // what a service may be sent at most
constexpr std::uint64_t overlap = 10;                                // a reply may answer a message that was read before
constexpr std::uint32_t piece_rows = 200;                            // learned in one go

bool is_said(const chat::RoomMessage& message) { return chat::is_written(message.kind) && !message.deleted; }

const chat::RoomMessage* newest_said(const std::vector<chat::RoomMessage>& messages) {
    const auto found = std::find_if(messages.rbegin(), messages.rend(), is_said);
    return found == messages.rend() ? nullptr : &*found;
}

}  // namespace

Suggester::Suggester(net::Loop& loop, chat::LocalStore& local, ReplyPorts ports, net::Function<void(Notification)> notify)
    : loop_(loop), local_(local), ports_(std::move(ports)), notify_(std::move(notify)) {
    if (ports_.store != nullptr) quick_ = std::make_unique<chat::QuickReplies>(loop_, *ports_.store, ports_.find_service);
}

Suggester::~Suggester() {
    for (const net::TimerId timer : {ask_timer_, learn_timer_, rooms_timer_}) loop_.cancel(timer);
}

bool Suggester::is_on() const { return quick_ != nullptr && user_ != chat::UserId{} && mode_ != chat::ReplyMode::off; }

// What is kept for suggestions is a convenience: without it there are none, and the settings say why.
void Suggester::failed(const net::Result<void>& result) {
    if (!result) ports_.problem = result.error().message;
}

void Suggester::belong_to(chat::UserId user) {
    if (quick_ == nullptr) return;
    user_ = user;
    client_ = nullptr;
    shown_.reset();
    asked_.reset();
    fresh_.clear();
    failed(ports_.store->belong_to(user));
    const auto mode = ports_.store->mode();
    mode_ = mode ? *mode : chat::ReplyMode::off;
}

// ---- what is to be answered ----

void Suggester::show(chat::RoomId room) {
    if (shown_ != room) asked_.reset();
    shown_ = room;
    ask_later();
}

void Suggester::rest(bool is_resting) {
    is_resting_ = is_resting;
    ask_later();
}

void Suggester::came(chat::RoomId room, const std::vector<chat::RoomMessage>& messages) {
    if (!is_on() || messages.empty()) return;
    if (room == shown_) ask_later();
    Stretch& stretch = fresh_[room];
    const std::uint64_t first = messages.front().number;
    stretch.first = stretch.last == 0 ? first : std::min(stretch.first, first);
    stretch.last = std::max(stretch.last, messages.back().number);
    learn_later();
}

// Many messages at once are one question.
void Suggester::ask_later() {
    if (!is_on() || is_resting_ || !shown_ || std::exchange(asks_, true)) return;
    ask_timer_ = loop_.after(ask_pause, [this] {
        asks_ = false;
        ask();
    });
}

void Suggester::ask_anew() {
    asked_.reset();
    ask_later();
}

void Suggester::ask() {
    if (!is_on() || is_resting_ || !shown_) return;
    const auto stored = local_.room(*shown_);
    if (!stored || !*stored) return;
    const auto messages = local_.messages(*shown_, 0, (*stored)->last + 1, asked_rows);
    const chat::RoomMessage* newest = messages ? newest_said(*messages) : nullptr;
    // Whoever has answered needs no suggestion, and then no service is to hear of it either.
    if (newest == nullptr || newest->author == user_) {
        asked_.reset();
        return notify_(RepliesSuggested{*shown_, 0, "", {}, ""});
    }
    Asked now{*shown_, newest->number, newest->text};
    if (asked_ == now) return;
    asked_ = std::move(now);
    quick_->suggest(*shown_, user_, *messages, [this](chat::Suggestions suggestions) { suggested(std::move(suggestions)); });
}

void Suggester::suggested(chat::Suggestions suggestions) {
    if (!asked_ || asked_->room != suggestions.room || asked_->number != suggestions.to) return;
    // A problem of this computer's own store is told with the settings; one of a service is told where one waits for its answer.
    const bool is_asked_outside = suggestions.source == chat::ReplySource::openai || mode_ == chat::ReplyMode::openai;
    if (!is_asked_outside) suggestions.problem.clear();
    notify_(RepliesSuggested{suggestions.room, suggestions.to, std::move(suggestions.service), std::move(suggestions.texts), std::move(suggestions.problem)});
}

// ---- learning ----

void Suggester::learn_later() {
    if (fresh_.empty() || std::exchange(learns_, true)) return;
    learn_timer_ = loop_.after(learn_pause, [this] {
        learns_ = false;
        learn();
    });
}

// One piece of one room at a time; between two of them the Loop is everybody's.
void Suggester::learn() {
    if (!is_on() || fresh_.empty()) return fresh_.clear();
    const auto [room, stretch] = *fresh_.begin();
    fresh_.erase(fresh_.begin());
    learn(room, stretch);
    learn_later();
}

void Suggester::learn(chat::RoomId room, Stretch stretch) {
    const std::uint64_t after = stretch.first > overlap + 1 ? stretch.first - overlap - 1 : 0;
    const auto wanted = static_cast<std::uint32_t>(std::min<std::uint64_t>(stretch.last + overlap - after, piece_rows));
    const auto messages = local_.messages(room, after, 0, wanted);
    const auto learned = ports_.store->learned(room);
    if (!messages || messages->empty() || !learned) return;
    if (stretch.first > *learned + 1) {
        // The way from there to here is learned from the rooms; what was deleted goes now.
        for (const chat::RoomMessage& message : *messages) {
            if (message.deleted) failed(ports_.store->forget(room, message.number));
        }
        return;
    }
    failed(ports_.store->learn(user_, *messages));
    if (messages->back().number < stretch.last) fresh_[room] = {messages->back().number + 1, stretch.last};
}

void Suggester::online(chat::Client& client) {
    if (!is_on() || client_ == &client) return;
    client_ = &client;
    learn_rooms();
}

void Suggester::learn_rooms() {
    if (!is_on() || client_ == nullptr || std::exchange(learns_rooms_, true)) return;
    rooms_timer_ = loop_.after(rooms_pause, [this] {
        if (!is_on() || client_ == nullptr) {
            learns_rooms_ = false;
            return;
        }
        chat::learn_rooms(*client_, *ports_.store, user_, {}, rooms_patience, [this, alive = std::weak_ptr<int>(alive_)](const net::Result<chat::Learned>& learned) {
            if (alive.expired()) return;
            learns_rooms_ = false;
            if (learned && !learned->all) return learn_rooms();
            if (!learned) client_ = nullptr;   // once more when it is online again
            ask_anew();
        });
    });
}

// ---- what the user decides ----

void Suggester::tell_settings(const std::string& problem) {
    ReplySettingsTold told;
    told.problem = tr_known(problem.empty() ? ports_.problem : problem);
    told.is_there = quick_ != nullptr;
    told.mode = mode_;
    if (quick_ != nullptr) {
        const auto rooms = ports_.store->rooms_that_may_leave();
        const auto pairs = ports_.store->pairs();
        if (rooms) told.rooms = *rooms;
        if (pairs) told.pairs = *pairs;
    }
    const auto host = ports_.service_host ? ports_.service_host() : net::Result<std::string>{std::string{}};
    if (host) told.service = *host;
    if (!host && mode_ == chat::ReplyMode::openai && told.problem.empty()) told.problem = tr_known(host.error().message);
    notify_(std::move(told));
}

void Suggester::set_mode(chat::ReplyMode mode) {
    if (quick_ == nullptr) return tell_settings();
    // What would make every question fail is said when the mode is chosen.
    const auto host = mode == chat::ReplyMode::openai && ports_.service_host ? ports_.service_host() : net::Result<std::string>{std::string{}};
    if (!host) return tell_settings(host.error().message);
    const auto set = ports_.store->set_mode(mode);
    if (!set) return tell_settings(set.error().message);
    mode_ = mode;
    if (mode == chat::ReplyMode::off && shown_) notify_(RepliesSuggested{*shown_, 0, "", {}, ""});
    learn_rooms();
    ask_anew();
    tell_settings();
}

void Suggester::let_leave(chat::RoomId room, bool may) {
    if (quick_ == nullptr) return tell_settings();
    const auto set = ports_.store->set_may_leave(room, may);
    if (!set) return tell_settings(set.error().message);
    if (room == shown_) ask_anew();
    tell_settings();
}

void Suggester::forget(const std::vector<std::pair<chat::RoomId, std::uint64_t>>& newest) {
    if (quick_ == nullptr) return tell_settings();
    fresh_.clear();
    const auto forgotten = ports_.store->forget_all(newest);
    if (!forgotten) return tell_settings(forgotten.error().message);
    ask_anew();
    tell_settings();
}

}  // namespace parley::gui
