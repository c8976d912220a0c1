// LogInGuard: how often passwords may be tried, for one account and from one address. Only wrong ones count. Its memory is
// soft and bounded, and of this replica alone: with N replicas everything it allows is allowed N times.
// Why it is like this, and what a guesser can and cannot do: docs/decisions/0019-who-may-guess.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "chat/gateway/allowance.hpp"

namespace parley::chat {

// How many wrong passwords.
struct LogInRates {
    Rate of_pair{5, std::chrono::seconds{10}};              // one account from one address
    Rate of_address{20, std::chrono::seconds{3}};           // any accounts from one address
    Rate of_account{20, std::chrono::seconds{30}};          // one account from all suspected addresses together
    Rate of_strangers{10, std::chrono::seconds{30}};        // one account from all others together
    Rate until_suspected{3, std::chrono::minutes{20}};      // from an address, before it is a suspected one
    std::size_t remembered_max = 8192;                      // of each kind
};

// The network an address belongs to, as far as guessing goes: "host:port" without its port, and of IPv6 the first 64 bits,
// which is what one customer gets. What is no address stays as it is.
std::string network_of(const std::string& address);

class LogInGuard {
public:
    explicit LogInGuard(LogInRates rates);

    // One password about to be tried. Settle it, once.
    struct Try {
        std::string account;
        std::string network;
        bool is_known = false;       // this account has come from there before
        bool is_suspected = false;   // the address was
    };
    enum class Verdict {
        go_on,
        later,         // too many of them are being tried this moment
        of_account,    // wait: there were too many wrong ones for the account,
        of_address,    // or from the address
    };
    struct Decision {
        Verdict verdict = Verdict::go_on;
        net::Duration wait{};
        Try attempt;
    };
    // `account`: anything that names it. Costs no hashing; what it does not let go on leaves no trace.
    Decision begin(const std::string& account, const std::string& network, net::Instant now);

    enum class Outcome { right, wrong, untried };
    void settle(const Try& attempt, Outcome outcome, net::Instant now);

    // The account has shown from there who it is (a right password, a token): wrong passwords of others do not keep it out there.
    void know(const std::string& account, const std::string& network);

    [[nodiscard]] std::size_t remembered() const;

private:
    struct Entry {
        Allowance wrong;
        Allowance name;            // of addresses: used up, it is a suspected one
        std::uint32_t trying = 0;
        [[nodiscard]] net::Instant forgotten_at() const { return std::max(wrong.full_at(), name.full_at()); }
    };
    using Entries = std::map<std::string, Entry>;

    struct Counted {
        Entries& entries;
        const std::string& key;
        const Rate& rate;
        Verdict verdict;
    };
    template <class Visit>
    void each_of(const Try& attempt, Visit visit);
    [[nodiscard]] bool is_suspected(const std::string& network, net::Instant now) const;
    Entry& entry(Entries& entries, const std::string& key, net::Instant now);

    LogInRates rates_;
    Entries pairs_;
    Entries addresses_;
    Entries accounts_;
    Entries strangers_;
    std::map<std::string, std::uint64_t> known_;      // pairs, and when each was last heard of
    std::map<std::uint64_t, std::string> known_by_age_;
    std::uint64_t last_known_ = 0;
};

}  // namespace parley::chat
