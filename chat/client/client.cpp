#include "chat/client/client.hpp"

#include <algorithm>

#include "chat/client/impl.hpp"

namespace parley::chat {

Client::Impl::Impl(ClientPorts ports, ClientOptions options, ClientEvents events)
    : ports_(ports),
      options_(std::move(options)),
      events_(std::move(events)),
      link_(ports_, options_, link_events()),
      calls_(ports_.loop, link_, options_.linearizable_reads, [this] { return seen_slot_; }),
      outbox_(ports_, options_, link_, calls_, outbox_events()),
      watches_(ports_.loop, link_, [this] { return seen_slot_; }) {
    if (ports_.store == nullptr) return;
    net::Result<std::optional<Account>> account = ports_.store->account();
    if (!account) {
        store_error_ = account.error();
        return;
    }
    if (const net::Result<void> loaded = outbox_.load(); !loaded) {
        store_error_ = loaded.error();
        return;
    }
    account_ = *std::move(account);
    if (account_) {
        seen_slot_ = account_->seen_slot;
        link_.set_token(account_->token);
    }
}

void Client::Impl::start() {
    if (store_error_) return link_.end(*store_error_);
    outbox_.set_login(account_ ? std::optional{account_->login} : std::nullopt);
    link_.start();
}

ReplicaLinkEvents Client::Impl::link_events() {
    ReplicaLinkEvents events;
    events.online = [this] { online(); };
    events.offline = [this] { offline(); };
    events.message = [this](ServerMessage& message) { take(message); };
    events.changed = [this] {
        if (events_.connection) events_.connection(link_.connection());
    };
    events.rejected = [this] { login_ended(); };
    events.ended = [this](const net::Error& error) { ended(error); };
    events.seen_slot = [this] { return seen_slot_; };
    return events;
}

OutboxEvents Client::Impl::outbox_events() {
    OutboxEvents events;
    events.store_failed = [this](const net::Error& error) { link_.end(error); };
    events.room_lacking = [this](bool is_lacking) {
        if (events_.room_lacking) events_.room_lacking(is_lacking);
    };
    events.seen_slot = [this] { return seen_slot_; };
    return events;
}

void Client::Impl::online() {
    calls_.online();
    if (!link_.authenticated()) return;
    outbox_.online();
    watches_.online();
    ask_presence();
    if (is_away_) tell_away();
}

void Client::Impl::offline() {
    calls_.offline();
    outbox_.offline();
    watches_.offline();
}

void Client::Impl::ended(const net::Error& error) {
    outbox_.end(error);
    calls_.fail_all(error);
    watches_.end_all(error);
}

void Client::Impl::seen(std::uint64_t slot) { seen_slot_ = std::max(seen_slot_, slot); }

void Client::Impl::take(ServerMessage& message) {
    std::visit([this](auto& one) { take(one); }, message);
}

void Client::Impl::take(Response& response) {
    seen(response.seen_slot);
    if (outbox_.answered(response)) return;
    if (watches_.answered(response)) return;
    calls_.answered(response);   // false: whoever asked has stopped waiting
}

void Client::Impl::take(PushMessages& push) {
    for (const RoomMessage& message : push.messages) seen(message.slot);
    watches_.take(push);
}

void Client::Impl::take(PushChanges& push) {
    // A replica that has not come as far does not know these changes and could not go on behind them.
    for (const MessageChange& change : push.changes) seen(change.slot);
    watches_.take(push);
}

void Client::Impl::take(PushRooms&) {
    if (events_.rooms_changed) events_.rooms_changed();
}

void Client::Impl::take(PushRead& push) {
    auto& moved = push.back ? events_.marked_unread : events_.read_moved;
    if (moved) moved(push.room, push.number);
}

void Client::Impl::take(PushLoggedOut&) { login_ended(); }

// ---- soft state: asked for again on every link, and not missed where it is late ----

void Client::Impl::watch_presence(std::vector<UserId> users) {
    watched_ = std::move(users);
    ask_presence();
}

void Client::Impl::ask_presence() {
    if (!link_.authenticated() || watched_.empty()) return;
    read<PresencePage>(WatchPresence{watched_}, true, options_.silence_max, [this](net::Result<PresencePage> page) {
        if (page && events_.presence) events_.presence(page->users);
    });
}

void Client::Impl::set_away(bool away) {
    if (std::exchange(is_away_, away) != away) tell_away();
}

void Client::Impl::tell_away() {
    if (link_.authenticated()) read<Okay>(TellAway{is_away_}, true, options_.silence_max, [](net::Result<Okay>) {});
}

void Client::Impl::typing(RoomId room) {
    constexpr net::Duration again_after = std::chrono::seconds{3};
    const net::Instant now = ports_.loop.now();
    const auto told = typed_.find(room);
    if (!link_.authenticated() || (told != typed_.end() && now - told->second < again_after)) return;
    typed_[room] = now;
    read<Okay>(TellTyping{room}, true, again_after, [](net::Result<Okay>) {});
}

void Client::Impl::take(PushPresence& push) {
    if (events_.presence) events_.presence(push.users);
}

void Client::Impl::take(PushTyping& push) {
    if (events_.typing) events_.typing(push.room, push.user, push.name);
}

void Client::Impl::take(PushProfile& push) {
    if (events_.profile_changed) events_.profile_changed(push.profile);
}

void Client::Impl::take(PushDraft& push) {
    if (events_.draft_changed) events_.draft_changed(push.draft.room, push.draft.text);
}

// ---- the face ----

Client::Client(ClientPorts ports, ClientOptions options, ClientEvents events)
    : impl_(std::make_shared<Impl>(ports, std::move(options), std::move(events))) {}
Client::~Client() = default;

void Client::start() { impl_->start(); }
const std::optional<Account>& Client::account() const { return impl_->account(); }

void Client::register_account(std::string name, std::string password, Deadline within, Reply<Answer> reply, std::string invite) {
    impl_->register_account(std::move(name), std::move(password), std::move(invite), within, std::move(reply));
}

void Client::log_in(std::string name, std::string password, Deadline within, Reply<Answer> reply) {
    impl_->log_in(std::move(name), std::move(password), within, std::move(reply));
}

void Client::log_out(bool everywhere, Deadline within, Reply<Answer> reply) { impl_->log_out(everywhere, within, std::move(reply)); }

EntryId Client::submit(Operation operation, SubmitOptions options, Reply<Answer> reply) {
    return impl_->outbox().submit(std::move(operation), std::move(options), std::move(reply));
}

EntryId Client::submit(Operation operation, Deadline within, Reply<Answer> reply) {
    return submit(std::move(operation), SubmitOptions{within, {}, false}, std::move(reply));
}

std::vector<OutboxEntry> Client::leftovers() const { return impl_->outbox().leftovers(); }
void Client::await(EntryId entry, Deadline within, Reply<Answer> reply) { impl_->outbox().await(entry, within, std::move(reply)); }
void Client::confirm(EntryId entry) { impl_->outbox().confirm(entry); }
std::size_t Client::unanswered() const { return impl_->outbox().unanswered(); }

void Client::whoami(Deadline within, Reply<Identity> reply) { impl_->read<Identity>(AskWhoAmI{}, true, within, std::move(reply)); }

void Client::users(AskUsers question, Deadline within, Reply<UserPage> reply) {
    impl_->read<UserPage>(std::move(question), true, within, std::move(reply));
}

void Client::my_rooms(Deadline within, Reply<RoomPage> reply) { impl_->read<RoomPage>(AskMyRooms{}, true, within, std::move(reply)); }

void Client::public_rooms(AskPublicRooms question, Deadline within, Reply<RoomPage> reply) {
    impl_->read<RoomPage>(std::move(question), true, within, std::move(reply));
}

void Client::room(Target target, Deadline within, Reply<RoomRow> reply) {
    auto first = [reply = std::move(reply)](net::Result<RoomPage> page) mutable {
        if (!page) return reply(page.error());
        if (page->rooms.empty()) return reply(net::Error{net::ErrorKind::malformed, "the replica answered something else"});
        reply(std::move(page->rooms.front()));
    };
    impl_->read<RoomPage>(AskRoom{std::move(target)}, true, within, std::move(first));
}

void Client::members(AskMembers question, Deadline within, Reply<UserPage> reply) {
    impl_->read<UserPage>(std::move(question), true, within, std::move(reply));
}

void Client::history(AskHistory question, Deadline within, Reply<MessagePage> reply) {
    impl_->read<MessagePage>(std::move(question), true, within, std::move(reply));
}

void Client::thread(AskThread question, Deadline within, Reply<MessagePage> reply) {
    impl_->read<MessagePage>(std::move(question), true, within, std::move(reply));
}

void Client::pins(Target target, Deadline within, Reply<MessagePage> reply) {
    impl_->read<MessagePage>(AskPins{std::move(target)}, true, within, std::move(reply));
}

void Client::unread(Deadline within, Reply<UnreadPage> reply) { impl_->read<UnreadPage>(AskUnread{}, true, within, std::move(reply)); }

void Client::change_password(std::string old_password, std::string new_password, Deadline within, Reply<Answer> reply) {
    impl_->change_password(std::move(old_password), std::move(new_password), within, std::move(reply));
}

void Client::logins(Deadline within, Reply<LoginPage> reply) { impl_->read<LoginPage>(AskLogins{}, true, within, std::move(reply)); }
void Client::blocked(Deadline within, Reply<UserPage> reply) { impl_->read<UserPage>(AskBlocked{}, true, within, std::move(reply)); }

void Client::all_rooms(AskAllRooms question, Deadline within, Reply<RoomPage> reply) {
    impl_->read<RoomPage>(std::move(question), true, within, std::move(reply));
}

void Client::audit(AskAudit question, Deadline within, Reply<AuditPage> reply) {
    impl_->read<AuditPage>(question, true, within, std::move(reply));
}

void Client::reset_password(std::string user, std::string password, Deadline within, Reply<Answer> reply) {
    impl_->reset_password(std::move(user), std::move(password), within, std::move(reply));
}

void Client::bans(AskBans question, Deadline within, Reply<UserPage> reply) {
    impl_->read<UserPage>(std::move(question), true, within, std::move(reply));
}

void Client::edits(Target target, std::uint64_t number, Deadline within, Reply<EditPage> reply) {
    impl_->read<EditPage>(AskEdits{std::move(target), number}, true, within, std::move(reply));
}

void Client::profiles(std::vector<UserId> users, Deadline within, Reply<ProfilePage> reply) {
    impl_->read<ProfilePage>(AskProfiles{std::move(users)}, true, within, std::move(reply));
}

void Client::drafts(Deadline within, Reply<DraftPage> reply) { impl_->read<DraftPage>(AskDrafts{}, true, within, std::move(reply)); }

void Client::receipts(AskReceipts question, Deadline within, Reply<ReceiptPage> reply) {
    impl_->read<ReceiptPage>(std::move(question), true, within, std::move(reply));
}

void Client::last_seen(std::vector<UserId> users, Deadline within, Reply<LastSeenPage> reply) {
    impl_->read<LastSeenPage>(AskLastSeen{std::move(users)}, true, within, std::move(reply));
}

void Client::registration(Deadline within, Reply<RegistrationReport> reply) {
    impl_->read<RegistrationReport>(AskRegistration{}, true, within, std::move(reply));
}

void Client::upload(FileId file, Deadline within, Reply<UploadReport> reply) { impl_->read<UploadReport>(AskUpload{file}, true, within, std::move(reply)); }

void Client::send_chunk(SendChunk chunk, Deadline within, Reply<Okay> reply) { impl_->read<Okay>(std::move(chunk), true, within, std::move(reply)); }

void Client::file(AskFile question, Deadline within, Reply<FileReport> reply) {
    impl_->read<FileReport>(std::move(question), true, within, std::move(reply));
}

void Client::file_chunk(AskFileChunk question, Deadline within, Reply<FileChunk> reply) {
    impl_->read<FileChunk>(std::move(question), true, within, std::move(reply));
}

void Client::search(AskSearch question, Deadline within, Reply<FoundPage> reply) {
    impl_->read<FoundPage>(std::move(question), true, within, std::move(reply));
}

void Client::watch_presence(std::vector<UserId> users) { impl_->watch_presence(std::move(users)); }
void Client::set_away(bool away) { impl_->set_away(away); }
void Client::typing(RoomId room) { impl_->typing(room); }

void Client::presence(std::vector<UserId> users, Deadline within, Reply<PresencePage> reply) {
    impl_->read<PresencePage>(WatchPresence{std::move(users)}, true, within, std::move(reply));
}

void Client::status(Deadline within, Reply<StatusReport> reply) { impl_->read<StatusReport>(AskStatus{}, false, within, std::move(reply)); }

void Client::digest(std::uint64_t slot, Deadline within, Reply<DigestReport> reply) {
    impl_->read<DigestReport>(AskDigest{slot}, false, within, std::move(reply));
}

void Client::subscribe(RoomId room, std::uint64_t after_message, std::uint64_t after_change, SubscriptionEvents events) {
    impl_->watches().begin(room, after_message, after_change, std::move(events));
}

void Client::unsubscribe(RoomId room) { impl_->watches().end(room); }
const ClientConnection& Client::connection() const { return impl_->link().connection(); }
std::uint64_t Client::seen_slot() const { return impl_->seen_slot(); }

}  // namespace parley::chat
