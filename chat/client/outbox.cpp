#include "chat/client/outbox.hpp"

#include <algorithm>

#include "chat/client/nonce.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat {
namespace {

// The gateway refuses longer commands; the operation is told apart from its frame with some room.
constexpr std::size_t operation_bytes_max = std::size_t{60} << 10U;
constexpr net::Duration gap_pause = std::chrono::milliseconds{30};
constexpr net::Duration session_pause = std::chrono::seconds{1};
constexpr net::Duration room_pause = std::chrono::seconds{1};
// A session that was not used for longer is looked at before anything is sent under it: it may have expired.
constexpr net::Duration session_trusted = std::chrono::hours{1};

}  // namespace

net::Error outcome_unknown() {
    return {net::ErrorKind::closed,
            "the session ended before an answer came, so it is not known whether this took effect: look before you send it again"};
}

Outbox::Outbox(const ClientPorts& ports, const ClientOptions& options, ReplicaLink& link, Calls& calls, OutboxEvents events)
    : ports_(ports), options_(options), link_(link), calls_(calls), events_(std::move(events)) {}

Outbox::~Outbox() {
    for (auto& [id, item] : items_) ports_.loop.cancel(item.deadline);
    ports_.loop.cancel(retry_);
}

net::Result<void> Outbox::load() {
    if (ports_.store == nullptr) return {};
    net::Result<std::vector<OutboxEntry>> entries = ports_.store->entries();
    if (!entries) return entries.error();
    net::Result<std::optional<StoredSession>> session = ports_.store->session();
    if (!session) return session.error();
    session_ = *std::move(session);
    inherited_ = session_.has_value();
    for (OutboxEntry& entry : *entries) {
        last_loaded_ = entry.id;
        last_id_ = entry.id.value;
        if (entry.state == State::unsent) unsent_.insert(entry.id);
        if (entry.state == State::sent) numbered_[entry.number] = entry.id;
        Item& item = items_[entry.id];
        item.sends = entry.state == State::sent ? 1 : 0;
        item.entry = std::move(entry);
        item.dirty = false;
    }
    return {};
}

// ---- what the caller does ----

EntryId Outbox::submit(Operation operation, Client::SubmitOptions options, Reply<Answer> reply) {
    net::Error error;
    if (ended_) {
        error = link_.connection().reason;
    } else if (!login_ || ports_.store == nullptr) {
        error = {net::ErrorKind::refused, "log in first"};
    } else if (items_.size() >= options_.outbox_entries_max) {
        error = {net::ErrorKind::full, "too many operations wait to be sent"};
    } else if (net::encode(operation).size() + options.note.size() > operation_bytes_max) {
        error = {net::ErrorKind::refused, "this is too long to be sent"};
    }
    if (!error.message.empty()) {
        reply(std::move(error));
        return EntryId{};
    }
    const EntryId id{++last_id_};
    Item& item = items_[id];
    item.entry = OutboxEntry{id, *login_, std::move(operation), std::move(options.note), State::unsent, 0, std::nullopt, options.keep_until_confirmed};
    unsent_.insert(id);
    if (options.upload) {
        options.upload->posted = id;
        posted_uploads_.push_back(*std::move(options.upload));
    }
    set_reply(item, options.within, std::move(reply));
    schedule_flush();
    return id;
}

void Outbox::set_reply(Item& item, Deadline within, Reply<Answer> reply) {
    ports_.loop.cancel(item.deadline);
    item.deadline = {};
    item.reply = std::move(reply);
    if (!within) return;
    item.deadline = ports_.loop.after(*within, [this, id = item.entry.id] { tell(items_.at(id), calls_.out_of_time()); });
}

void Outbox::tell(Item& item, net::Result<Answer> result) {
    ports_.loop.cancel(item.deadline);
    item.deadline = {};
    Reply<Answer> reply = std::exchange(item.reply, {});
    if (reply) reply(std::move(result));
}

std::vector<OutboxEntry> Outbox::leftovers() const {
    std::vector<OutboxEntry> entries;
    for (const auto& [id, item] : items_) {
        if (id <= last_loaded_) entries.push_back(item.entry);
    }
    return entries;
}

void Outbox::await(EntryId id, Deadline within, Reply<Answer> reply) {
    const auto found = items_.find(id);
    if (found == items_.end()) return reply(net::Error{net::ErrorKind::not_found, "there is no such operation in the outbox"});
    Item& item = found->second;
    if (item.entry.state == State::answered) return reply(*item.entry.answer);
    if (item.entry.state == State::unknown) return reply(outcome_unknown());
    set_reply(item, within, std::move(reply));
}

void Outbox::confirm(EntryId id) {
    const auto found = items_.find(id);
    if (found == items_.end()) return;
    Item& item = found->second;
    if (item.entry.state == State::unsent || item.entry.state == State::sent) {
        item.entry.confirm = false;   // nobody waits for it any more
        item.dirty = true;
    } else {
        items_.erase(found);
        dropped_.insert(id);
    }
    save();   // now, not later: the caller may end the process
}

std::size_t Outbox::unanswered() const { return unsent_.size() + numbered_.size(); }

void Outbox::set_login(std::optional<LoginId> login) {
    login_ = login;
    ports_.loop.cancel(retry_);
    retry_ = {};
    if (session_ && session_->login != login) session_ended();
    std::vector<EntryId> others;
    for (const EntryId id : unsent_) {
        if (items_.at(id).entry.login != login) others.push_back(id);
    }
    for (const EntryId id : others) {
        settle(id, State::unknown, net::Error{net::ErrorKind::refused, "not sent: this profile has logged out since"});
    }
    if (login_) schedule_flush();
}

// ---- the link ----

void Outbox::online() {
    if (net::planted("client_renumbers_on_retry")) {
        for (const auto& [number, id] : numbered_) {
            items_.at(id).entry.state = State::unsent;
            unsent_.insert(id);
        }
        numbered_.clear();
    }
    flush();
}

void Outbox::offline() {
    requests_.clear();
    for (auto& [number, id] : numbered_) items_.at(id).request = 0;
}

void Outbox::end(const net::Error& error) {
    ended_ = true;
    std::vector<EntryId> waiting;
    for (const auto& [id, item] : items_) {
        if (item.reply) waiting.push_back(id);
    }
    for (const EntryId id : waiting) {
        const auto found = items_.find(id);
        if (found != items_.end()) tell(found->second, error);
    }
}

bool Outbox::may_send() const { return !ended_ && login_.has_value() && link_.authenticated(); }

// Everything of one turn becomes durable in one transaction, then leaves.
void Outbox::schedule_flush() {
    if (std::exchange(flushing_, true)) return;
    ports_.loop.post([this, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.lock()) return;
        flushing_ = false;
        flush();
    });
}

void Outbox::flush() {
    if (ended_ || ports_.store == nullptr) return;
    if (inherited_ && numbered_.empty()) leave_session();
    if (may_send() && !unsent_.empty() && !session_) {
        session_ = StoredSession{*login_, fresh_nonce(ports_.secrets), std::nullopt, 1, 1};
        session_dirty_ = true;
    }
    if (numbered_.empty() && ports_.loop.now() - session_used_ > session_trusted) session_checked_ = false;
    give_numbers();
    if (net::planted("outbox_after_send")) {
        open_session();
        send_all();
        ports_.loop.after(gap_pause, [this, alive = std::weak_ptr<int>(alive_)] {
            if (alive.lock()) save();
        });
        return;
    }
    if (!save()) return;
    open_session();
    send_all();
}

// As many as may be in flight: the replicas keep no more answers than that.
bool Outbox::may_number() const {
    return may_send() && session_ready() && !inherited_ && !unsent_.empty() &&
           session_->next_number < session_->lowest_unanswered + std::min(options_.window, 64U);
}

void Outbox::give_numbers() {
    while (may_number()) {
        Item& item = items_.at(*unsent_.begin());
        unsent_.erase(unsent_.begin());
        item.entry.state = State::sent;
        item.entry.number = session_->next_number++;
        item.dirty = true;
        session_dirty_ = true;
        numbered_[item.entry.number] = item.entry.id;
    }
}

std::uint64_t Outbox::lowest_unanswered() const {
    if (net::planted("client_forgets_early")) return session_->next_number;
    return numbered_.empty() ? session_->next_number : numbered_.begin()->first;
}

std::vector<StoreChange> Outbox::changes() {
    std::vector<StoreChange> all;
    for (const EntryId id : dropped_) all.emplace_back(DropEntry{id});
    for (const auto& [id, item] : items_) {
        if (item.dirty) all.emplace_back(PutEntry{item.entry});
    }
    for (const KeptUpload& upload : posted_uploads_) all.emplace_back(PutUpload{upload});
    if (session_ && session_dirty_) {
        all.emplace_back(PutSession{*session_});
    } else if (session_dropped_) {
        all.emplace_back(DropSession{});
    }
    return all;
}

bool Outbox::save() {
    if (ended_ || ports_.store == nullptr) return false;
    if (session_ && session_->lowest_unanswered != lowest_unanswered()) {
        session_->lowest_unanswered = lowest_unanswered();
        session_dirty_ = true;
    }
    const net::Result<void> saved = ports_.store->commit(changes());
    if (!saved) {
        not_saved(saved.error());
        return false;
    }
    if (std::exchange(lacks_room_, false)) events_.room_lacking(false);
    dropped_.clear();
    posted_uploads_.clear();
    session_dirty_ = false;
    session_dropped_ = false;
    for (auto& [id, item] : items_) item.dirty = false;
    // A longer window may have opened.
    if (may_number()) schedule_flush();
    return true;
}

// A write that found no room changed nothing, so all of it is tried again; what a failed sync left behind nobody knows.
void Outbox::not_saved(const net::Error& error) {
    if (options_.end_when_full || error.kind != net::ErrorKind::full) return events_.store_failed(error);
    if (!std::exchange(lacks_room_, true)) events_.room_lacking(true);
    retry_after(room_pause);
}

void Outbox::send_all() {
    if (!may_send() || !session_ready() || retry_.value != 0) return;
    for (const auto& [number, id] : numbered_) send(items_.at(id));
}

void Outbox::send(Item& item) {
    if (item.request != 0) return;
    item.request = link_.next_request();
    ++item.sends;
    requests_[item.request] = item.entry.id;
    link_.send(ClientRequest{item.request, events_.seen_slot(),
                             Submit{*session_->session, item.entry.number, session_->lowest_unanswered, item.entry.operation}});
}

// ---- the session ----

bool Outbox::session_ready() const { return session_ && session_->session && session_checked_; }

// Asking again with the same nonce gives the same session, if it is still there, and a new one otherwise. So a process
// that starts after a long time, or wakes up, finds out before it sends anything.
void Outbox::open_session() {
    if (!may_send() || !session_ || session_ready() || unanswered() == 0 || std::exchange(asking_session_, true)) return;
    calls_.ask(AskSession{session_->nonce}, true, std::nullopt, [this, nonce = session_->nonce](net::Result<Payload> result) {
        session_answered(nonce, std::move(result));
    });
}

void Outbox::session_opened(const SessionId& opened) {
    const bool another = session_->session && *session_->session != opened;
    if (another && inherited_) return session_ended();
    if (another) {
        const StoredSession fresh{session_->login, session_->nonce, opened, 1, 1};
        session_ended();
        session_ = fresh;
    }
    session_->session = opened;
    session_checked_ = true;
    session_used_ = ports_.loop.now();
    session_dirty_ = true;
    schedule_flush();
}

void Outbox::session_answered(std::uint64_t nonce, net::Result<Payload> result) {
    asking_session_ = false;
    if (!session_ || session_->nonce != nonce) return schedule_flush();   // another login since
    const Answer* answer = result ? std::get_if<Answer>(&*result) : nullptr;
    if (answer == nullptr) return retry_after(session_pause);
    if (const auto* opened = std::get_if<SessionOpened>(&answer->result)) return session_opened(opened->session);
    // No session can be had: whoever waits is told why, and what was not sent is taken back.
    session_ended();
    const std::set<EntryId> all = unsent_;
    for (const EntryId id : all) settle(id, State::answered, *answer);
    schedule_flush();
}

// Nothing of this session takes effect any more. What was sent may have taken effect before: nobody knows here, and
// sending it under another number could repeat it.
void Outbox::session_ended() {
    leave_session();
    requests_.clear();
    const std::map<std::uint64_t, EntryId> sent = numbered_;
    for (const auto& [number, id] : sent) settle(id, State::unknown, outcome_unknown());
    schedule_flush();
}

// What was asked for once and found no session never took effect, nor did anything behind it: these get numbers of the next session.
void Outbox::take_back(std::uint64_t number) {
    const std::map<std::uint64_t, EntryId> behind{numbered_.lower_bound(number), numbered_.end()};
    for (const auto& [taken, id] : behind) {
        Item& item = items_.at(id);
        item.entry.state = State::unsent;
        item.entry.number = 0;
        item.request = 0;
        item.sends = 0;
        item.dirty = true;
        numbered_.erase(taken);
        unsent_.insert(id);
    }
}

// The next one begins with what is sent next.
void Outbox::leave_session() {
    session_.reset();
    inherited_ = false;
    session_checked_ = false;
    session_dropped_ = true;
}

// ---- answers ----

bool Outbox::answered(const Response& response) {
    const auto found = requests_.find(response.id);
    if (found == requests_.end()) return false;
    const EntryId id = found->second;
    requests_.erase(found);
    items_.at(id).request = 0;
    session_used_ = ports_.loop.now();
    if (const auto* answer = std::get_if<Answer>(&response.payload)) {
        take_answer(id, *answer);
    } else if (const auto* failure = std::get_if<Failure>(&response.payload)) {
        take_failure(id, *failure);
    } else {
        link_.drop(net::Error{net::ErrorKind::malformed, "the replica answered something else"});
    }
    return true;
}

void Outbox::take_answer(EntryId id, const Answer& answer) {
    calls_.put_off({});
    const auto* refused = std::get_if<Refused>(&answer.result);
    if (refused != nullptr && refused->why == Refusal::unknown_session) {
        if (items_.at(id).sends == 1) take_back(items_.at(id).entry.number);
        return session_ended();
    }
    // One before it is missing there: all are sent again, in order.
    if (refused != nullptr && refused->why == Refusal::session_gap) return retry_after(gap_pause);
    if (refused != nullptr && refused->why == Refusal::number_too_old) return settle(id, State::unknown, outcome_unknown());
    settle(id, State::answered, answer);
}

void Outbox::take_failure(EntryId id, const Failure& failure) {
    if (failure.retry_after_ms > 0) {
        calls_.put_off(failure.message);
        return retry_after(std::chrono::milliseconds{failure.retry_after_ms});
    }
    // A number that is never used would hold up all behind it: this session is over.
    settle(id, State::unknown, error_of(failure));
    session_ended();
}

void Outbox::retry_after(net::Duration delay) {
    if (retry_.value != 0) return;
    retry_ = ports_.loop.after(delay, [this] {
        retry_ = {};
        flush();
    });
}

void Outbox::settle(EntryId id, State state, net::Result<Answer> result) {
    const auto found = items_.find(id);
    if (found == items_.end()) return;   // a callback confirmed it meanwhile
    Item& item = found->second;
    if (item.entry.state != State::unsent && item.entry.state != State::sent) return;
    unsent_.erase(id);
    if (item.entry.state == State::sent) numbered_.erase(item.entry.number);
    requests_.erase(item.request);
    item.request = 0;
    item.entry.state = state;
    if (result) item.entry.answer = *result;
    item.dirty = true;
    const bool kept = item.entry.confirm;
    ports_.loop.cancel(item.deadline);
    Reply<Answer> reply = std::exchange(item.reply, {});
    if (!kept) {
        items_.erase(found);
        dropped_.insert(id);
    }
    schedule_flush();
    if (reply) reply(std::move(result));
}

}  // namespace parley::chat
