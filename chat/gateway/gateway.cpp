#include "chat/gateway/gateway.hpp"

#include "chat/gateway/impl.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t digests_kept = 16;

}  // namespace

Gateway::Gateway(GatewayPorts ports, GatewayIdentity identity, GatewayOptions options, GatewayEvents events)
    : impl_(std::make_shared<Impl>(ports, std::move(identity), std::move(options), std::move(events))) {
    impl_->start();
}
Gateway::~Gateway() = default;

void Gateway::accept(std::unique_ptr<net::Link> link, const net::FrameView& hello) { impl_->accept(std::move(link), hello); }
void Gateway::applied(consensus::Slot through, std::span<const Effect> effects) { impl_->applied(through, effects); }
void Gateway::withhold(bool withheld) { impl_->withhold(withheld); }
void Gateway::room_changed(Room room) { impl_->room_changed(room); }
void Gateway::status_changed(const consensus::ReplicaStatus& status, std::uint32_t reachable) {
    impl_->status_changed(status, reachable);
}
void Gateway::members_changed(std::vector<consensus::Member> members, std::size_t voters) {
    impl_->members_changed(std::move(members), voters);
}
void Gateway::commands_refused(std::uint32_t) { impl_->commands_refused(); }
bool Gateway::soft_received(std::uint64_t node, net::ByteView bytes) { return impl_->soft_received(node, bytes); }
void Gateway::peer_lost(std::uint64_t node) { impl_->peer_lost(node); }
std::uint32_t Gateway::clients() const { return impl_->clients(); }
std::uint64_t Gateway::refused_links() const { return impl_->refused_links(); }
std::size_t Gateway::waiting() const { return impl_->waiting(); }
std::uint64_t Gateway::refused_log_ins() const { return impl_->refused_log_ins(); }
std::uint64_t Gateway::refused_requests() const { return impl_->refused_requests(); }

Gateway::Impl::Impl(GatewayPorts ports, GatewayIdentity identity, GatewayOptions options, GatewayEvents events)
    : ports_(ports),
      identity_(std::move(identity)),
      options_(std::move(options)),
      events_(std::move(events)),
      sender_{identity_.cluster, identity_.incarnation},
      standing_(identity_, options_.leader_lost_after),
      passwords_(ports.worker, ports.secrets, options_.password_cost, options_.passwords_queued_max),
      guard_(options_.log_ins),
      proposals_(ports.loop, identity_, options_, [this](std::vector<net::Bytes> commands) { events_.propose(std::move(commands)); }),
      reads_(ports.view, options_),
      presence_(identity_.incarnation << 32U),
      subscriptions_(ports.loop, ports.view, options_, sender_,
                     SubscriptionPorts{[this](LinkId link, net::SharedBytes frame) { send(link, std::move(frame)); },
                                       [this](LinkId link) {
                                           const ClientLink* client = find(link);
                                           return client != nullptr && client->link->queued_bytes() < options_.queued_bytes_pause;
                                       }}) {
    const net::Result<std::uint64_t> applied = ports_.view.applied_through();
    if (applied) applied_ = *applied;
}

Gateway::Impl::~Impl() { ports_.loop.cancel(timer_); }

void Gateway::Impl::start() { tick(); }

void Gateway::Impl::status_changed(const consensus::ReplicaStatus& status, std::uint32_t reachable) {
    const bool changed = standing_.update(status, reachable, ports_.loop.now());
    if (!standing_.leader_known()) proposals_.leader(false);
    if (standing_.leader_changed()) proposals_.leader(true);
    if (changed) broadcast_welcome();
}

void Gateway::Impl::members_changed(std::vector<consensus::Member> members, std::size_t voters) {
    identity_.members = std::move(members);
    identity_.voters = voters;
    if (standing_.members_changed(identity_)) broadcast_welcome();
}

void Gateway::Impl::applied(consensus::Slot through, std::span<const Effect> effects) {
    applied_ = through.value;
    for (const Effect& effect : effects) {
        std::visit([this]<class T>(const T& one) {
            if (!withheld_ || std::same_as<T, DigestTaken> || std::same_as<T, CommandAnswered>) take(one);
        }, effect);
    }
    finish_effects();
    release_deferred();
    sweep();
}

void Gateway::Impl::withhold(bool withheld) {
    if (std::exchange(withheld_, withheld) == withheld || !withheld) return;
    for (const auto& each : links_) close_soon(each.first);
}

// What this replica's clients wait for would be told when it has caught up again; the others take it from their outboxes sooner.
void Gateway::Impl::room_changed(Room room) {
    if (standing_.room_changed(room != Room::nowhere)) broadcast_welcome();
    if (std::exchange(room_, room) == room || room != Room::elsewhere) return;
    net::probe<"clients_sent_where_room_is">();
    for (const auto& each : links_) close_soon(each.first);
}

void Gateway::Impl::take(const DigestTaken& effect) {
    digests_[effect.slot] = effect.digest;
    if (digests_.size() > digests_kept) digests_.erase(digests_.begin());
}

void Gateway::Impl::take(const CommandAnswered& effect) {
    const auto* verified = std::get_if<Verified>(&effect.answer.result);
    for (const Asker& asker : proposals_.answered(effect)) {
        if (verified != nullptr) {
            respond(asker, DigestReport{effect.answer.slot, verified->digest});
        } else {
            respond(asker, effect.answer);
        }
    }
}

void Gateway::Impl::take(const MessagePosted& effect) { subscriptions_.posted(effect.message); }

void Gateway::Impl::take(const MessageChanged& effect) { subscriptions_.changed(effect.change); }

void Gateway::Impl::take(const MembershipChanged& effect) {
    rooms_changed_.insert(effect.user);
    const auto links = links_of_user_.find(effect.user);
    if (effect.is_member || links == links_of_user_.end()) return;
    // What was posted up to here still belongs to the one who leaves; nothing after it does.
    subscriptions_.flush(effect.room);
    for (const LinkId link : links->second) {
        if (!subscriptions_.watches(link, effect.room)) continue;
        subscriptions_.end(link, effect.room);
        send(link, frame_of(ServerMessage{Unsubscribed{effect.room}}, sender_));
    }
}

void Gateway::Impl::take(const RoomChanged& effect) { looks_changed_.insert(effect.room); }

void Gateway::Impl::take(const ReadMarked& effect) {
    const auto links = links_of_user_.find(effect.user);
    if (links == links_of_user_.end()) return;
    const net::SharedBytes frame = frame_of(ServerMessage{PushRead{effect.room, effect.number, effect.back}}, sender_);
    for (const LinkId link : links->second) send(link, frame);
}

void Gateway::Impl::take(const LoginEnded& effect) { ended_logins_.push_back(effect.login); }

// What is told once for all effects: after the answers, so that the one who logs out hears that it worked.
void Gateway::Impl::finish_effects() {
    subscriptions_.flush();
    tell_rooms_changed();
    for (const LoginId login : std::exchange(ended_logins_, {})) {
        for (auto& [id, client] : links_) {
            if (!client.login || client.login->login != login) continue;
            send(id, frame_of(ServerMessage{PushLoggedOut{}}, sender_));
            close_soon(id);
        }
    }
}

void Gateway::Impl::tell_rooms_changed() {
    std::set<LinkId> told;
    for (const UserId user : std::exchange(rooms_changed_, {})) {
        const auto links = links_of_user_.find(user);
        if (links != links_of_user_.end()) told.insert(links->second.begin(), links->second.end());
    }
    for (const RoomId room : std::exchange(looks_changed_, {})) {
        const std::set<LinkId> watching = subscriptions_.watching(room);
        told.insert(watching.begin(), watching.end());
    }
    if (told.empty()) return;
    const net::SharedBytes frame = frame_of(ServerMessage{PushRooms{}}, sender_);
    for (const LinkId link : told) send(link, frame);
}

void Gateway::Impl::release_deferred() {
    while (!deferred_.empty() && deferred_.begin()->first <= applied_) {
        Deferred deferred = std::move(deferred_.begin()->second);
        deferred_.erase(deferred_.begin());
        if (find(deferred.asker.link) != nullptr) handle(deferred.asker, 0, std::move(deferred.question));
    }
}

void Gateway::Impl::expire_deferred() {
    const net::Instant now = ports_.loop.now();
    // In order of arrival, so in order of their deadlines.
    while (!slotless_.empty() && slotless_.begin()->second.deadline <= now) {
        const Asker asker = slotless_.extract(slotless_.begin()).mapped().asker;
        fail(asker, Failure::Kind::no_leader, "no quorum confirmed this read in time", 200);
    }
    for (auto each = deferred_.begin(); each != deferred_.end();) {
        if (each->second.deadline > now) {
            ++each;
            continue;
        }
        const Asker asker = each->second.asker;
        each = deferred_.erase(each);
        fail(asker, Failure::Kind::overloaded, "this replica is behind; try another one", 200);
    }
}

}  // namespace parley::chat
