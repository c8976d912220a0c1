#include "chat/gateway/log_in_guard.hpp"

#include <vector>

namespace parley::chat {
namespace {

std::string pair_of(const std::string& account, const std::string& network) { return account + '\n' + network; }

// The groups of an IPv6 address; the gap "::" is filled with zeros.
std::vector<std::string> groups_of(const std::string& host) {
    std::vector<std::string> front;
    std::vector<std::string> back;
    bool gap = false;
    std::size_t at = 0;
    while (at <= host.size()) {
        const std::size_t end = std::min(host.find(':', at), host.size());
        const std::string group = host.substr(at, end - at);
        if (group.empty() && at > 0 && end < host.size()) gap = true;
        if (!group.empty()) (gap ? back : front).push_back(group);
        at = end + 1;
    }
    while (front.size() + back.size() < 8) front.emplace_back("0");
    front.insert(front.end(), back.begin(), back.end());
    return front;
}

}  // namespace

std::string network_of(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos) return address;
    std::string host = address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.find(':') == std::string::npos) return host;
    // IPv4 through a socket of IPv6: ::ffff:192.0.2.1
    if (host.find('.') != std::string::npos) return host.substr(host.rfind(':') + 1);
    const std::vector<std::string> groups = groups_of(host);
    return groups[0] + ':' + groups[1] + ':' + groups[2] + ':' + groups[3] + "::/64";
}

LogInGuard::LogInGuard(LogInRates rates) : rates_(rates) {}

// Whatever counts this try.
template <class Visit>
void LogInGuard::each_of(const Try& attempt, Visit visit) {
    visit(Counted{pairs_, pair_of(attempt.account, attempt.network), rates_.of_pair, Verdict::of_account});
    if (attempt.is_known) return;
    visit(Counted{addresses_, attempt.network, rates_.of_address, Verdict::of_address});
    if (attempt.is_suspected) {
        visit(Counted{accounts_, attempt.account, rates_.of_account, Verdict::of_account});
    } else {
        visit(Counted{strangers_, attempt.account, rates_.of_strangers, Verdict::of_account});
    }
}

bool LogInGuard::is_suspected(const std::string& network, net::Instant now) const {
    const auto found = addresses_.find(network);
    return found != addresses_.end() && found->second.name.left(rates_.until_suspected, now) == 0;
}

LogInGuard::Decision LogInGuard::begin(const std::string& account, const std::string& network, net::Instant now) {
    Decision decision;
    decision.attempt = {account, network, known_.contains(pair_of(account, network)), is_suspected(network, now)};
    each_of(decision.attempt, [&](const Counted& counted) {
        const auto found = counted.entries.find(counted.key);
        if (found == counted.entries.end()) return;
        const net::Duration wait = found->second.wrong.wait(counted.rate, now);
        if (wait > decision.wait) {
            decision.wait = wait;
            decision.verdict = counted.verdict;
        } else if (decision.verdict == Verdict::go_on && found->second.wrong.left(counted.rate, now) <= found->second.trying) {
            decision.verdict = Verdict::later;
        }
    });
    if (decision.verdict != Verdict::go_on) return decision;
    each_of(decision.attempt, [&](const Counted& counted) { ++entry(counted.entries, counted.key, now).trying; });
    return decision;
}

void LogInGuard::settle(const Try& attempt, Outcome outcome, net::Instant now) {
    each_of(attempt, [&](const Counted& counted) {
        Entry& counting = entry(counted.entries, counted.key, now);
        --counting.trying;
        if (outcome == Outcome::wrong) counting.wrong.take(counted.rate, now);
    });
    if (outcome == Outcome::wrong && !attempt.is_known) {
        Entry& address = entry(addresses_, attempt.network, now);
        if (address.name.left(rates_.until_suspected, now) > 0) address.name.take(rates_.until_suspected, now);
    }
    if (outcome == Outcome::right) know(attempt.account, attempt.network);
}

void LogInGuard::know(const std::string& account, const std::string& network) {
    const std::string pair = pair_of(account, network);
    std::uint64_t& heard = known_[pair];
    known_by_age_.erase(heard);
    heard = ++last_known_;
    known_by_age_[heard] = pair;
    if (known_.size() <= rates_.remembered_max) return;
    known_.erase(known_by_age_.begin()->second);
    known_by_age_.erase(known_by_age_.begin());
}

std::size_t LogInGuard::remembered() const { return pairs_.size() + addresses_.size() + accounts_.size() + strangers_.size() + known_.size(); }

// Room is made by forgetting those against whom nothing is held, and then the one against whom the least is. There is always
// one that is not being tried: fewer are at a time than are remembered.
LogInGuard::Entry& LogInGuard::entry(Entries& entries, const std::string& key, net::Instant now) {
    const auto found = entries.find(key);
    if (found != entries.end()) return found->second;
    if (entries.size() >= rates_.remembered_max) {
        std::erase_if(entries, [now](const auto& each) { return each.second.trying == 0 && each.second.forgotten_at() <= now; });
    }
    if (entries.size() >= rates_.remembered_max) {
        const auto least = std::min_element(entries.begin(), entries.end(), [](const auto& left, const auto& right) {
            if ((left.second.trying == 0) != (right.second.trying == 0)) return left.second.trying == 0;
            return left.second.forgotten_at() < right.second.forgotten_at();
        });
        entries.erase(least);
    }
    return entries[key];
}

}  // namespace parley::chat
