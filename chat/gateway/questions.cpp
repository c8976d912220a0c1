// What the gateway does with each question of a client.
#include <fmt/format.h>
#include <sodium.h>

#include "chat/gateway/impl.hpp"
#include "chat/state/command_level.hpp"
#include "chat/state/names.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t password_bytes_max = 1024;
constexpr std::size_t device_bytes_max = 128;
constexpr std::uint32_t retry_soon_ms = 50;
constexpr std::uint32_t retry_later_ms = 250;
constexpr std::uint32_t retry_room_ms = 1000;

// What an operator asks of a replica whose state may be wrong; its digest is how that is seen.
template <class T>
concept IsAboutReplica = std::same_as<T, AskStatus> || std::same_as<T, AskDigest> || std::same_as<T, Ping> || std::same_as<T, AskTransfer> ||
                         std::same_as<T, AskMembership> || std::same_as<T, AskConfiguration> || std::same_as<T, AskImage> || std::same_as<T, AskChunk>;

template <class T>
concept NeedsNoLogin = IsAboutReplica<T> || std::same_as<T, AskRegister> || std::same_as<T, AskLogIn> || std::same_as<T, Authenticate>;

// All others look at the state and change nothing.
template <class T>
concept ReadsNoState = NeedsNoLogin<T> || std::same_as<T, AskChangePassword> || std::same_as<T, AskSession> || std::same_as<T, Submit> ||
                       std::same_as<T, Subscribe> || std::same_as<T, Unsubscribe> || std::same_as<T, WatchPresence> ||
                       std::same_as<T, TellAway> || std::same_as<T, TellTyping> || std::same_as<T, AskResetPassword> || std::same_as<T, SendChunk> || std::same_as<T, AskLastSeen>;

bool is_about_replica(const Question& question) {
    return std::visit([]<class T>(const T&) { return IsAboutReplica<T>; }, question);
}

bool reads_state(const Question& question) {
    return std::visit([]<class T>(const T&) { return !ReadsNoState<T>; }, question);
}

bool needs_login(const Question& question) {
    return std::visit([]<class T>(const T&) { return !NeedsNoLogin<T>; }, question);
}

TokenHash hash_of(const Token& token) {
    TokenHash hash{};
    static_assert(sizeof hash == crypto_hash_sha256_BYTES);
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()), reinterpret_cast<const unsigned char*>(token.data()), token.size());
    return hash;
}

// Whoever reads the state does not learn the codes of invitations.
std::optional<TokenHash> hash_of_code(const std::string& code) {
    if (code.empty()) return std::nullopt;
    TokenHash hash{};
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()), reinterpret_cast<const unsigned char*>(code.data()), code.size());
    return hash;
}

// What the guard counts under; a name and the account that has it are one, and no name is taken for another's account.
std::string account_of(UserId user) { return fmt::format("user {}", user.value); }
std::string account_of(const std::string& name) { return "name " + fold_name(name); }

Answer refused(std::uint64_t slot, Refusal why) { return Answer{slot, Refused{why}}; }

std::optional<std::string> what_is_wrong(const std::string& password, const std::string& device) {
    if (password.empty()) return "the password is empty";
    if (password.size() > password_bytes_max) return "the password is longer than 1024 bytes";
    if (!is_plain_line(device, device_bytes_max)) return "the device's name is longer than 128 bytes or no plain text";
    return std::nullopt;
}

}  // namespace

void Gateway::Impl::handle(const Asker& asker, ClientRequest request) {
    if (request.fresh && reads_state(request.question) && !net::planted("fresh_read_is_local")) {
        return find_read_slot(asker, request.seen_slot, std::move(request.question));
    }
    handle(asker, request.seen_slot, std::move(request.question));
}

void Gateway::Impl::find_read_slot(const Asker& asker, std::uint64_t seen_slot, Question question) {
    if (!has_leader(asker)) return;
    if (slotless_.size() >= options_.waiting_reads_max) {
        return fail(asker, Failure::Kind::overloaded, "too many reads wait", retry_later_ms);
    }
    const std::uint64_t read = ++last_read_;
    slotless_.emplace(read, Deferred{asker, std::move(question), ports_.loop.now() + options_.read_wait_max});
    events_.read_slot([weak = weak_from_this(), read, seen_slot](consensus::Slot slot) {
        const auto self = weak.lock();
        auto waiting = self ? self->slotless_.extract(read) : decltype(self->slotless_)::node_type{};
        if (waiting.empty() || self->find(waiting.mapped().asker.link) == nullptr) return;
        self->handle(waiting.mapped().asker, std::max(seen_slot, slot.value), std::move(waiting.mapped().question));
    });
}

void Gateway::Impl::handle(const Asker& asker, std::uint64_t seen_slot, Question question) {
    if (withheld_ && !is_about_replica(question)) {
        return fail(asker, Failure::Kind::overloaded, "the other replicas contradict this one's state; ask another one", retry_later_ms);
    }
    const ClientLink* client = find(asker.link);
    if (!client->login && needs_login(question)) {
        return fail(asker, Failure::Kind::unauthenticated, "log in first");
    }
    // A chunk is too large to wait for anything.
    if (seen_slot > applied_ && std::holds_alternative<SendChunk>(question)) {
        return fail(asker, Failure::Kind::overloaded, "this replica is behind; send it again, or to another one", retry_later_ms);
    }
    // A session's requests wait for the session alone: their order is the order of their numbers.
    if (seen_slot > applied_ && !std::holds_alternative<Submit>(question) && !std::holds_alternative<AskStatus>(question) &&
        !std::holds_alternative<Ping>(question)) {
        return defer(asker, seen_slot, std::move(question));
    }
    std::visit([&](auto& one) { ask(asker, std::move(one)); }, question);
}

void Gateway::Impl::defer(const Asker& asker, std::uint64_t until_slot, Question question) {
    if (deferred_.size() >= options_.waiting_reads_max) {
        return fail(asker, Failure::Kind::overloaded, "this replica is behind and many wait for it", retry_later_ms);
    }
    deferred_.emplace(until_slot, Deferred{asker, std::move(question), ports_.loop.now() + options_.read_wait_max});
}

bool Gateway::Impl::may_propose(const Asker& asker) { return has_room(asker) && has_leader(asker); }

// Otherwise the asker is told.
bool Gateway::Impl::has_room(const Asker& asker) {
    switch (room_) {
        case Room::ample: return true;
        case Room::elsewhere:
            fail(asker, Failure::Kind::overloaded, "this replica's disk is full; the others take what is new", retry_soon_ms);
            if (!standing_.leaderless()) close_soon(asker.link);   // else there is nowhere to go
            return false;
        case Room::nowhere:
            net::probe<"refused_for_want_of_room">();
            fail(asker, Failure::Kind::overloaded, "the disks of too many replicas are full: nothing new is taken until there is room again",
                 retry_room_ms);
            return false;
    }
    return true;
}

bool Gateway::Impl::has_leader(const Asker& asker) {
    if (!standing_.leaderless()) return true;
    fail(asker, Failure::Kind::no_leader, "there is no leader: fewer than half of the replicas can be reached", retry_later_ms);
    return false;
}

template <class Command>
void Gateway::Impl::propose(const Asker& asker, const Command& command) {
    switch (proposals_.add(command, asker)) {
        case Proposals::Added::yes: return;
        case Proposals::Added::full: return fail(asker, Failure::Kind::overloaded, "too many commands wait", retry_soon_ms);
        case Proposals::Added::too_long: return fail(asker, Failure::Kind::malformed, "this is longer than a command may be");
    }
}

void Gateway::Impl::ask(const Asker& asker, AskRegister question) {
    if (!may_propose(asker)) return;
    if (const auto wrong = what_is_wrong(question.password, question.device)) return fail(asker, Failure::Kind::refused, *wrong);
    if (!may_register(asker)) return;
    auto hashed = [weak = weak_from_this(), asker, name = question.name, token = question.token,
                   device = question.device, invite = question.invite](std::string hash) {
        const auto self = weak.lock();
        if (!self || self->find(asker.link) == nullptr) return;
        if (hash.empty()) return self->fail(asker, Failure::Kind::overloaded, "not enough memory to hash a password", retry_later_ms);
        self->propose(asker, Unnumbered{Register{name, std::move(hash), token, device, hash_of_code(invite)}});
    };
    if (!passwords_.hash(std::move(question.password), std::move(hashed))) {
        fail(asker, Failure::Kind::overloaded, "too many log in at once", retry_later_ms);
    }
}

void Gateway::Impl::ask(const Asker& asker, AskLogIn question) {
    if (!may_propose(asker)) return;
    if (const auto wrong = what_is_wrong(question.password, question.device)) return fail(asker, Failure::Kind::refused, *wrong);
    const net::Result<std::optional<PasswordRow>> row = ports_.view.password_of(question.name);
    if (!row) return respond(asker, failure_of(row.error()));
    log_in(asker, question, *row);
}

// A name nobody has costs the same time and gets the same answer as a wrong password.
void Gateway::Impl::log_in(const Asker& asker, const AskLogIn& question, const std::optional<PasswordRow>& row) {
    const auto attempt = may_try(asker, row ? account_of(row->user) : account_of(question.name));
    if (!attempt) return;
    auto verified = [weak = weak_from_this(), asker, row, token = question.token, device = question.device](bool right) {
        const auto self = weak.lock();
        if (!self || self->find(asker.link) == nullptr) return;
        if (!right) return self->respond(asker, refused(self->applied_, Refusal::wrong_password));
        self->propose(asker, Unnumbered{LogIn{row->user, row->password_version, token, device}});
    };
    verify(asker, *attempt, question.password, row ? row->password_hash : std::string{}, std::move(verified));
}

void Gateway::Impl::ask(const Asker& asker, AskChangePassword question) {
    if (!may_propose(asker)) return;
    if (const auto wrong = what_is_wrong(question.new_password, {})) return fail(asker, Failure::Kind::refused, *wrong);
    if (question.nonce == 0) return fail(asker, Failure::Kind::malformed, "a change of the password needs a nonce");
    net::Result<std::optional<PasswordRow>> row = ports_.view.password_of(find(asker.link)->login->user);
    if (!row) return respond(asker, failure_of(row.error()));
    if (!*row) return respond(asker, refused(applied_, Refusal::unknown_login));
    // Asked again after it was done: the old password would be wrong by now.
    if ((*row)->password_nonce == question.nonce) return respond(asker, Answer{applied_, Done{}});
    change_password(asker, std::move(question), **row);
}

void Gateway::Impl::change_password(const Asker& asker, AskChangePassword question, const PasswordRow& row) {
    auto hashed = [weak = weak_from_this(), asker, token = find(asker.link)->token, version = row.password_version,
                   nonce = question.nonce](std::string hash) {
        const auto self = weak.lock();
        if (!self || self->find(asker.link) == nullptr) return;
        if (hash.empty()) return self->fail(asker, Failure::Kind::overloaded, "not enough memory to hash a password", retry_later_ms);
        self->propose(asker, Unnumbered{ChangePassword{token, version, std::move(hash), nonce}});
    };
    auto verified = [weak = weak_from_this(), asker, fresh = std::move(question.new_password), hashed = std::move(hashed)](bool right) mutable {
        const auto self = weak.lock();
        if (!self || self->find(asker.link) == nullptr) return;
        if (!right) return self->respond(asker, refused(self->applied_, Refusal::wrong_password));
        if (self->passwords_.hash(std::move(fresh), std::move(hashed))) return;
        self->fail(asker, Failure::Kind::overloaded, "too many log in at once", retry_later_ms);
    };
    if (const auto attempt = may_try(asker, account_of(row.user))) {
        verify(asker, *attempt, std::move(question.old_password), row.password_hash, std::move(verified));
    }
}

void Gateway::Impl::ask(const Asker& asker, AskResetPassword question) {
    const ClientLink& client = *find(asker.link);
    if (!client.login->is_admin) return respond(asker, refused(applied_, Refusal::not_allowed));
    if (!may_propose(asker)) return;
    if (const auto wrong = what_is_wrong(question.password, {})) return fail(asker, Failure::Kind::refused, *wrong);
    if (question.nonce == 0) return fail(asker, Failure::Kind::malformed, "a change of a password needs a nonce");
    auto hashed = [weak = weak_from_this(), asker, token = client.token, user = question.user, nonce = question.nonce](std::string hash) {
        const auto self = weak.lock();
        if (!self || self->find(asker.link) == nullptr) return;
        if (hash.empty()) return self->fail(asker, Failure::Kind::overloaded, "not enough memory to hash a password", retry_later_ms);
        self->propose(asker, Unnumbered{ResetPassword{token, user, std::move(hash), nonce}});
    };
    if (!passwords_.hash(std::move(question.password), std::move(hashed))) {
        fail(asker, Failure::Kind::overloaded, "too many log in at once", retry_later_ms);
    }
}

void Gateway::Impl::ask(const Asker& asker, const Authenticate& question) {
    ClientLink& client = *find(asker.link);
    const TokenHash token = hash_of(question.token);
    net::Result<std::optional<LoginRow>> login = ports_.view.login_by_token(token);
    if (!login) return respond(asker, failure_of(login.error()));
    if (!*login) return fail(asker, Failure::Kind::unauthenticated, "this login is not known (any more): log in again");
    if (client.login && client.login->login != (*login)->login) {
        return fail(asker, Failure::Kind::refused, "this link speaks for another login already");
    }
    client.login = **login;
    client.token = token;
    guard_.know(account_of(client.login->user), client.network);
    links_of_user_[client.login->user].insert(asker.link);
    presence_changed(client.login->user);
    respond(asker, reads_.answer(*client.login, AskWhoAmI{}));
}

void Gateway::Impl::ask(const Asker& asker, const AskSession& question) {
    if (!may_propose(asker)) return;
    propose(asker, Unnumbered{OpenSession{find(asker.link)->token, question.nonce}});
}

bool Gateway::Impl::is_known(const Operation& operation) {
    const consensus::FeatureLevel needed = level_of(operation);
    return needed == consensus::FeatureLevel{} || (events_.configuration && events_.configuration().level >= needed);
}

void Gateway::Impl::ask(const Asker& asker, Submit question) {
    if (!is_known(question.operation)) {
        return fail(asker, Failure::Kind::refused, "the cluster is at a feature level that does not know this: install this version on all replicas first");
    }
    ClientLink& client = *find(asker.link);
    if (!client.sessions.contains(question.session)) {
        // The session was opened through another replica: this one may not have come to that slot yet.
        if (question.session.slot > applied_) {
            const std::uint64_t slot = question.session.slot;
            return defer(asker, slot, std::move(question));
        }
        if (!owns_session(asker, client, question)) return;
    }
    submit(asker, std::move(question));
}

void Gateway::Impl::unreadable(const Asker& asker, const net::Error& error) {
    net::probe<"gateway_cannot_read_its_state">();
    fail(asker, Failure::Kind::overloaded, "this replica cannot read its state: " + error.message, 200);
}

bool Gateway::Impl::owns_session(const Asker& asker, ClientLink& client, const Submit& question) {
    const net::Result<std::optional<LoginId>> owner = ports_.view.session_owner(question.session);
    if (!owner) {
        unreadable(asker, owner.error());
        return false;
    }
    if (!*owner) {
        respond(asker, refused(applied_, Refusal::unknown_session));
        return false;
    }
    if (**owner != client.login->login) {
        fail(asker, Failure::Kind::not_allowed, "this session belongs to another login");
        return false;
    }
    constexpr std::size_t sessions_remembered = 64;
    if (client.sessions.size() >= sessions_remembered) client.sessions.clear();
    client.sessions.insert(question.session);
    return true;
}

void Gateway::Impl::submit(const Asker& asker, Submit question) {
    if (!may_propose(asker)) return;
    propose(asker, Numbered{question.session, question.number, question.lowest_unanswered, std::move(question.operation)});
}

void Gateway::Impl::ask(const Asker& asker, const Subscribe& question) {
    if (subscriptions_.count(asker.link) >= options_.subscriptions_per_link_max) {
        return fail(asker, Failure::Kind::refused, "this link has as many subscriptions as are allowed");
    }
    const net::Result<RoomRow> room = reads_.readable(*find(asker.link)->login, Target{ByRoom{question.room}});
    if (!room && (room.error().kind == net::ErrorKind::io_failed || room.error().kind == net::ErrorKind::damaged)) {
        return unreadable(asker, room.error());
    }
    if (!room) return respond(asker, failure_of(room.error()));
    if (!room->is_member) return fail(asker, Failure::Kind::not_allowed, "join this room first");
    if (question.after_message > room->last || question.after_change > room->changes) {
        return fail(asker, Failure::Kind::refused, "this room has not come that far");
    }
    respond(asker, Subscribed{room->last, room->changes});
    subscriptions_.begin(asker.link, find(asker.link)->login->user, question.room, question.after_message, question.after_change);
}

void Gateway::Impl::ask(const Asker& asker, const Unsubscribe& question) {
    subscriptions_.end(asker.link, question.room);
    respond(asker, Okay{});
}

void Gateway::Impl::ask(const Asker& asker, const AskStatus&) {
    StatusReport report = events_.status();
    report.clients = clients();
    respond(asker, std::move(report));
}

// Otherwise the asker is told.
bool Gateway::Impl::is_operator(const Asker& asker) {
    const std::optional<std::string>& role = find(asker.link)->link->peer().certificate_role;
    if (!options_.operators_need_certificate || role == "operator") return true;
    fail(asker, Failure::Kind::not_allowed, "this needs the operator certificate");
    return false;
}

void Gateway::Impl::ask(const Asker& asker, const AskTransfer& question) {
    if (!is_operator(asker)) return;
    const auto member = std::ranges::find(identity_.members, question.alias, &consensus::Member::alias);
    if (member == identity_.members.end() || !events_.hand_over) {
        return fail(asker, Failure::Kind::not_found, "there is no replica of that name");
    }
    const net::Result<void> begun = events_.hand_over(member->node);
    if (!begun) return fail(asker, Failure::Kind::refused, begun.error().message);
    respond(asker, Okay{});
}

// That replica itself, by its certificate; without TLS anybody may say so.
bool Gateway::Impl::is_replica(const Asker& asker, consensus::NodeId node) {
    const net::PeerIdentity& peer = find(asker.link)->link->peer();
    return peer.certificate_role == "replica" && peer.certificate_name == fmt::format("{:016x}", node.value);
}

void Gateway::Impl::ask(const Asker& asker, const AskMembership& question) {
    const consensus::NodeId node{question.node};
    const bool joins = question.kind == consensus::ChangeKind::join && is_replica(asker, node);
    if (!joins && !is_operator(asker)) return;
    if (!events_.change) return fail(asker, Failure::Kind::refused, "this replica's cluster does not change");
    if (question.kind == consensus::ChangeKind::raise) return fail(asker, Failure::Kind::refused, "the leader raises the feature level by itself when all replicas know the next one");
    const consensus::MembershipChange change{question.kind, consensus::Member{node, question.address, question.alias, question.joining}, {}, question.priority};
    const net::Result<void> begun = events_.change(change);
    if (begun) return respond(asker, Okay{});
    const bool is_final = begun.error().kind == net::ErrorKind::refused;
    fail(asker, is_final ? Failure::Kind::refused : Failure::Kind::overloaded, begun.error().message, is_final ? 0 : retry_later_ms);
}

void Gateway::Impl::ask(const Asker& asker, const AskConfiguration&) {
    const auto& role = find(asker.link)->link->peer().certificate_role;
    if (role != "replica" && !is_operator(asker)) return;
    if (!events_.configuration) return fail(asker, Failure::Kind::refused, "this replica knows no configuration");
    respond(asker, ConfigurationReport{identity_.cluster, events_.configuration()});
}

void Gateway::Impl::ask(const Asker& asker, const AskImage& question) {
    if (!is_operator(asker)) return;
    if (!events_.image) return fail(asker, Failure::Kind::refused, "this replica makes no snapshots");
    events_.image(question.next, [this, asker](net::Result<consensus::Manifest> made) {
        if (made) return respond(asker, ImageReport{identity_.cluster, *std::move(made)});
        fail(asker, Failure::Kind::overloaded, "no snapshot could be made: " + made.error().message, retry_later_ms);
    });
}

void Gateway::Impl::ask(const Asker& asker, const AskChunk& question) {
    if (!is_operator(asker)) return;
    net::Bytes bytes = events_.chunk ? events_.chunk(question.image, question.chunk) : net::Bytes{};
    if (bytes.empty()) return fail(asker, Failure::Kind::not_found, "this snapshot is not here any more; take it again");
    respond(asker, ImageChunk{std::move(bytes)});
}

void Gateway::Impl::ask(const Asker& asker, const AskDigest& question) {
    if (!is_operator(asker)) return;
    if (question.slot == 0) {
        if (may_propose(asker)) propose(asker, Unnumbered{Verify{ports_.loop.chance()}});
        return;
    }
    if (question.slot > applied_) {
        const std::uint64_t slot = question.slot;
        return defer(asker, slot, question);
    }
    const auto digest = digests_.find(question.slot);
    if (digest == digests_.end()) return fail(asker, Failure::Kind::not_found, "no digest was taken at this slot, or it is too long ago");
    respond(asker, DigestReport{digest->first, digest->second});
}

void Gateway::Impl::ask(const Asker& asker, const AskSearch& question) {
    if (!events_.search) return fail(asker, Failure::Kind::refused, "this replica does not search");
    events_.search(*find(asker.link)->login, question, [weak = weak_from_this(), asker](Payload found) {
        if (const auto self = weak.lock()) self->respond(asker, std::move(found));
    });
}

void Gateway::Impl::ask(const Asker& asker, const Ping&) { respond(asker, Okay{}); }

template <class Read>
void Gateway::Impl::ask(const Asker& asker, const Read& question) {
    respond(asker, reads_.answer(*find(asker.link)->login, question));
}

}  // namespace parley::chat
