// Chance: draws of one step, all from the bits that came with its Moment. Equal moments give equal draws.
#pragma once

#include <cstdint>

#include "net/ports/time.hpp"

namespace parley::consensus {

class Chance {
public:
    explicit Chance(std::uint64_t bits) : state_(bits) {}

    // splitmix64 (Steele, Lea, Flood 2014): each draw a mix of the next counter value.
    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
        return mixed ^ (mixed >> 31U);
    }

    // In [from, to); `from` when the range is empty.
    net::Duration between(net::Duration from, net::Duration to) {
        if (to <= from) return from;
        const auto span = static_cast<std::uint64_t>((to - from).count());
        return from + net::Duration{static_cast<net::Duration::rep>(next() % span)};
    }

private:
    std::uint64_t state_;
};

}  // namespace parley::consensus
