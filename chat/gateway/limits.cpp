// What the gateway refuses because there was too much of it.
#include <fmt/format.h>

#include "chat/gateway/impl.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t retry_soon_ms = 50;
constexpr std::uint32_t retry_later_ms = 250;
// Whoever is told to wait and does as he is told comes nowhere near: with all requests a link may have in flight refused
// each time, every 50 ms.
const Rate refusals_per_link = Rate::per_second(8192, 1);

// "12 s"; never less than what there is to wait.
std::string seconds_of(net::Duration wait) {
    return fmt::format("{} s", (wait + std::chrono::seconds{1} - net::Duration{1}) / std::chrono::seconds{1});
}

std::uint32_t milliseconds_of(net::Duration wait) {
    return static_cast<std::uint32_t>((wait + std::chrono::milliseconds{1} - net::Duration{1}) / std::chrono::milliseconds{1});
}

}  // namespace

// What is refused here has taken nothing and reached nobody: the same request may come again after the time that is told, and
// the client library sends it again then, in its order.
bool Gateway::Impl::may_ask(const Asker& asker) {
    ClientLink& client = *find(asker.link);
    const bool too_large = client.in_flight > 1 && client.bytes_in_flight > options_.request_bytes_per_link_max;
    if (too_large || client.in_flight > options_.requests_per_link_max) {
        fail(asker, Failure::Kind::overloaded, "too many requests at once on this link", retry_soon_ms);
        return false;
    }
    if (bytes_in_flight_ > options_.request_bytes_in_flight_max && bytes_in_flight_ > asker.bytes) {
        fail(asker, Failure::Kind::overloaded, "too many requests wait at this replica", retry_later_ms);
        return false;
    }
    const net::Instant now = ports_.loop.now();
    net::Duration wait = of_networks_.wait(client.network, options_.requests_of_network, now);
    if (client.login) wait = std::max(wait, of_logins_.wait(client.login->login, options_.requests_of_login, now));
    if (wait == net::Duration::zero()) {
        of_networks_.take(client.network, options_.requests_of_network, now);
        if (client.login) of_logins_.take(client.login->login, options_.requests_of_login, now);
        return true;
    }
    ++refused_requests_;
    client.refusals.take(refusals_per_link, now);
    if (client.refusals.left(refusals_per_link, now) == 0) refuse(asker.link);   // it does not listen
    fail(asker, Failure::Kind::overloaded, "too many requests in a short time; what you sent is taken in a moment",
         std::max(retry_soon_ms, milliseconds_of(wait)));
    return false;
}

bool Gateway::Impl::may_register(const Asker& asker) {
    const std::string& network = find(asker.link)->network;
    const net::Instant now = ports_.loop.now();
    const net::Duration wait = registered_.wait(network, options_.registrations_of_network, now);
    if (wait == net::Duration::zero()) {
        registered_.take(network, options_.registrations_of_network, now);
        return true;
    }
    ++refused_requests_;
    fail(asker, Failure::Kind::refused, fmt::format("too many accounts were registered from your address: wait {} and try again", seconds_of(wait)));
    return false;
}

void Gateway::Impl::sweep_limits() {
    const net::Instant now = ports_.loop.now();
    of_logins_.sweep(now);
    of_networks_.sweep(now);
    registered_.sweep(now);
}

// A refusal is final for the one who asks: somebody has to type a password again, and is told when.
std::optional<LogInGuard::Try> Gateway::Impl::may_try(const Asker& asker, const std::string& account) {
    LogInGuard::Decision decision = guard_.begin(account, find(asker.link)->network, ports_.loop.now());
    switch (decision.verdict) {
        case LogInGuard::Verdict::go_on: return std::move(decision.attempt);
        case LogInGuard::Verdict::later:
            fail(asker, Failure::Kind::overloaded, "too many log in at once", retry_later_ms);
            return std::nullopt;
        case LogInGuard::Verdict::of_account:
        case LogInGuard::Verdict::of_address: break;
    }
    ++refused_log_ins_;
    const bool is_account = decision.verdict == LogInGuard::Verdict::of_account;
    fail(asker, Failure::Kind::refused, fmt::format("there were too many wrong passwords {}: wait {} and try again; this one was not looked at",
                                                    is_account ? "for this account" : "from your address", seconds_of(decision.wait)));
    return std::nullopt;
}

void Gateway::Impl::verify(const Asker& asker, const LogInGuard::Try& attempt, std::string password, std::string stored,
                           net::Function<void(bool)> done) {
    auto verified = [weak = weak_from_this(), attempt, done = std::move(done)](bool right) mutable {
        const auto self = weak.lock();
        if (!self) return;
        self->guard_.settle(attempt, right ? LogInGuard::Outcome::right : LogInGuard::Outcome::wrong, self->ports_.loop.now());
        done(right);
    };
    if (passwords_.verify(std::move(password), std::move(stored), std::move(verified))) return;
    guard_.settle(attempt, LogInGuard::Outcome::untried, ports_.loop.now());
    fail(asker, Failure::Kind::overloaded, "too many log in at once", retry_later_ms);
}

}  // namespace parley::chat
