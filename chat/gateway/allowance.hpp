// Allowance: so many at once, and one more every so often. Arithmetic on the Loop's clock and nothing else, so that the
// simulator repeats it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>

#include "net/ports/time.hpp"

namespace parley::chat {

struct Rate {
    std::uint32_t burst = 0;   // at once, after a time of rest
    net::Duration each{};      // after which one more is allowed; zero: there is no limit

    [[nodiscard]] bool is_limit() const { return each > net::Duration::zero(); }
    // So many a second, and at once as many as in that many seconds; zero: no limit.
    static Rate per_second(std::uint32_t count, std::uint32_t seconds_at_once) {
        if (count == 0) return {};
        return {count * seconds_at_once, net::Duration{std::chrono::seconds{1}} / count};
    }
};

// What one party has used of a Rate. It is kept as one moment: when all of it will be there again (the "virtual scheduling"
// form of the cell rate algorithm, ITU-T I.371).
class Allowance {
public:
    [[nodiscard]] std::uint32_t left(const Rate& rate, net::Instant now) const {
        if (!rate.is_limit()) return UINT32_MAX;
        const auto used = static_cast<std::uint64_t>((spent(now) + rate.each - net::Duration{1}) / rate.each);
        return used >= rate.burst ? 0 : rate.burst - static_cast<std::uint32_t>(used);
    }
    // Until there is one left; zero: there is.
    [[nodiscard]] net::Duration wait(const Rate& rate, net::Instant now) const {
        if (left(rate, now) > 0) return {};
        return spent(now) - rate.each * (rate.burst - 1);
    }
    // Also when none is left: then it is a debt.
    void take(const Rate& rate, net::Instant now) {
        if (rate.is_limit()) full_at_ = std::max(full_at_, now) + rate.each;
    }
    // When nothing of it will be in use.
    [[nodiscard]] net::Instant full_at() const { return full_at_; }

private:
    [[nodiscard]] net::Duration spent(net::Instant now) const { return std::max(full_at_ - now, net::Duration::zero()); }
    net::Instant full_at_{};
};

// What many have used of one Rate. Whoever has all of it again is forgotten by sweep(), so that it holds no more of them than
// can come within the time a burst takes to come back.
template <class Key>
class Allowances {
public:
    [[nodiscard]] net::Duration wait(const Key& key, const Rate& rate, net::Instant now) const {
        const auto found = used_.find(key);
        return found == used_.end() ? net::Duration{} : found->second.wait(rate, now);
    }
    void take(const Key& key, const Rate& rate, net::Instant now) {
        if (rate.is_limit()) used_[key].take(rate, now);
    }
    void sweep(net::Instant now) {
        std::erase_if(used_, [now](const auto& each) { return each.second.full_at() <= now; });
    }
    [[nodiscard]] std::size_t size() const { return used_.size(); }

private:
    std::map<Key, Allowance> used_;
};

}  // namespace parley::chat
