#include "chat/gateway/proposals.hpp"

#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {
namespace {

constexpr net::Duration patience_max = std::chrono::seconds{4};
// A new leader may still be busy with its recovery, and a full queue is soon shorter.
constexpr net::Duration patience_hurried = std::chrono::milliseconds{100};
constexpr net::Duration gap_pause = std::chrono::milliseconds{20};
// The lowest number we hold was answered "gap" this often: what is missing before it is not here, so the client is told.
constexpr std::uint32_t gaps_max = 4;
// A request's number is its entry's id and, in the lowest bits, the attempt: whichever attempt takes effect first is recognised,
// however often the entry was proposed since. The attempts are counted round: they only tell the newest from an older one.
constexpr std::uint64_t attempts_apart = 1U << 16U;

std::uint64_t request_of(std::uint64_t entry, std::uint64_t attempt) { return entry * attempts_apart + attempt % attempts_apart; }

using Body = std::variant<Unnumbered, Numbered>;

}  // namespace

Proposals::Proposals(net::Loop& loop, const GatewayIdentity& identity, const GatewayOptions& options,
                     net::Function<void(std::vector<net::Bytes>)> propose)
    : loop_(loop), node_(identity.node), incarnation_(identity.incarnation), options_(options), propose_(std::move(propose)) {}

Proposals::Added Proposals::add(const Unnumbered& command, Asker asker) {
    if (waiting_ >= options_.waiting_commands_max) return Added::full;
    net::Bytes body = net::encode(Body{command});
    if (body.size() > options_.command_bytes_max) return Added::too_long;
    const std::uint64_t key = ++last_single_;
    Single& single = singles_[key];
    single.entry.body = std::move(body);
    single.entry.askers = {asker};
    begin(single.entry, Place{std::nullopt, key});
    single.patience = options_.propose_again_after;
    ++waiting_;
    propose_single(single);
    return Added::yes;
}

Proposals::Added Proposals::add(const Numbered& command, Asker asker) {
    net::Bytes body = net::encode(Body{command});
    if (body.size() > options_.command_bytes_max) return Added::too_long;
    auto found = sessions_.find(command.session);
    const bool again = found != sessions_.end() && found->second.entries.contains(command.number);
    if (!again && waiting_ >= options_.waiting_commands_max) return Added::full;
    if (found == sessions_.end()) {
        found = sessions_.emplace(command.session, Session{{}, loop_.now(), options_.propose_again_after}).first;
    }
    Entry& entry = found->second.entries[command.number];
    drop_asker(entry, asker.link);
    entry.askers.push_back(asker);
    entry.body = std::move(body);
    if (!again) {
        begin(entry, Place{command.session, command.number});
        ++waiting_;
    }
    if (found->second.entries.size() == 1) found->second.proposed = loop_.now();
    propose(entry);
    return Added::yes;
}

void Proposals::begin(Entry& entry, const Place& place) {
    entry.id = ++last_entry_;
    places_.emplace(entry.id, place);
}

void Proposals::propose(Entry& entry) {
    if (!leader_known_) return;   // leader() proposes everything later
    net::Bytes command = net::encode(Origin{node_, incarnation_, request_of(entry.id, ++entry.attempts)});
    command.insert(command.end(), entry.body.begin(), entry.body.end());
    outgoing_.push_back(std::move(command));
    if (*flushing_) return;
    *flushing_ = true;
    loop_.post([this, alive = std::weak_ptr<bool>(flushing_)] {
        if (alive.lock()) flush();
    });
}

void Proposals::flush() {
    *flushing_ = false;
    std::vector<net::Bytes> all = std::move(outgoing_);
    outgoing_.clear();
    std::vector<net::Bytes> part;
    std::size_t bytes = 0;
    for (net::Bytes& command : all) {
        if (!part.empty() && bytes + command.size() > options_.propose_bytes_max) {
            propose_(std::exchange(part, {}));
            bytes = 0;
        }
        bytes += command.size();
        part.push_back(std::move(command));
    }
    if (!part.empty()) propose_(std::move(part));
}

void Proposals::propose_session(Session& session) {
    session.proposed = loop_.now();
    for (auto& [number, entry] : session.entries) propose(entry);
}

void Proposals::propose_single(Single& single) {
    single.proposed = loop_.now();
    propose(single.entry);
}

std::vector<Asker> Proposals::answered(const CommandAnswered& effect) {
    // Requests are counted anew after a restart: an answer to an earlier incarnation is nobody's here.
    if (effect.origin.node != node_) return {};
    if (effect.origin.incarnation != incarnation_ && !net::planted("gateway_ignores_incarnation")) return {};
    const auto found = places_.find(effect.origin.request / attempts_apart);
    if (found == places_.end()) return {};
    const Place place = found->second;
    const auto* refused = std::get_if<Refused>(&effect.answer.result);
    if (refused != nullptr && refused->why == Refusal::session_gap && retry_after_gap(place, effect.origin.request)) {
        return {};
    }
    return settle(place);
}

// True when the gap is ours to close: something before it is still on its way, or was lost.
bool Proposals::retry_after_gap(const Place& place, std::uint64_t request) {
    Session& session = sessions_.at(*place.session);
    Entry& entry = session.entries.at(place.key);
    if (request_of(entry.id, entry.attempts) != request) return true;   // a newer attempt is under way already
    const bool lowest = session.entries.begin()->first == place.key;
    net::probe<"gateway_closes_a_gap">();
    if (lowest && ++entry.gaps >= gaps_max) return false;
    // Not at once again and again: the next tick does it then.
    if (loop_.now() - session.proposed < gap_pause) {
        session.patience = gap_pause;
    } else {
        propose_session(session);
    }
    return true;
}

std::vector<Asker> Proposals::settle(const Place& place) {
    std::vector<Asker> askers;
    if (place.session) {
        Session& session = sessions_.at(*place.session);
        askers = std::move(session.entries.at(place.key).askers);
        session.patience = options_.propose_again_after;
        session.proposed = loop_.now();   // the session moves: the ones behind have a fresh time
    } else {
        askers = std::move(singles_.at(place.key).entry.askers);
    }
    remove(place);
    return askers;
}

bool Proposals::drop_asker(Entry& entry, LinkId link) {
    std::erase_if(entry.askers, [link](const Asker& asker) { return asker.link == link; });
    return entry.askers.empty();
}

void Proposals::remove(const Place& place) {
    if (net::planted("gateway_keeps_what_is_answered")) return;
    --waiting_;
    if (!place.session) {
        const auto found = singles_.find(place.key);
        places_.erase(found->second.entry.id);
        singles_.erase(found);
        return;
    }
    const auto session = sessions_.find(*place.session);
    const auto entry = session->second.entries.find(place.key);
    places_.erase(entry->second.id);
    session->second.entries.erase(entry);
    if (session->second.entries.empty()) sessions_.erase(session);
}

void Proposals::forget(LinkId link) {
    std::vector<Place> gone;
    for (auto& [key, single] : singles_) {
        if (drop_asker(single.entry, link)) gone.push_back(Place{std::nullopt, key});
    }
    for (auto& [id, session] : sessions_) {
        for (auto& [number, entry] : session.entries) {
            if (drop_asker(entry, link)) gone.push_back(Place{id, number});
        }
    }
    for (const Place& place : gone) remove(place);
}

void Proposals::leader(bool known) {
    leader_known_ = known;
    if (!known || net::planted("gateway_never_proposes_again")) return;
    for (auto& [key, single] : singles_) propose_single(single);
    for (auto& [id, session] : sessions_) propose_session(session);
    hurry();
}

void Proposals::refused() { hurry(); }

void Proposals::hurry() {
    for (auto& [key, single] : singles_) single.patience = std::min(single.patience, patience_hurried);
    for (auto& [id, session] : sessions_) session.patience = std::min(session.patience, patience_hurried);
}

void Proposals::tick() {
    if (net::planted("gateway_never_proposes_again")) return;
    const net::Instant now = loop_.now();
    const auto waited = [now](auto& group) {
        if (now - group.proposed < group.patience) return false;
        group.patience = std::min(group.patience * 2, patience_max);
        return true;
    };
    for (auto& [key, single] : singles_) {
        if (waited(single)) propose_single(single);
    }
    for (auto& [id, session] : sessions_) {
        if (waited(session)) propose_session(session);
    }
}

}  // namespace parley::chat
