// Chance of the simulator: every draw is a hash of where it is asked for, never the next number of a shared stream, so
// that taking one fault away does not reshuffle the others. Pure functions of their arguments; no state anywhere.
#pragma once

#include <cstdint>
#include <string_view>

namespace parley::sim {

// The finaliser of splitmix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.
constexpr std::uint64_t mix(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}

constexpr std::uint64_t hash_of(std::uint64_t first) { return mix(first); }

template <class... Rest>
constexpr std::uint64_t hash_of(std::uint64_t first, std::uint64_t second, Rest... rest) {
    return hash_of(mix(first) ^ second, rest...);
}

// FNV-1a, mixed: for names that take part in a draw.
constexpr std::uint64_t hash_of_text(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char letter : text) {
        hash ^= static_cast<unsigned char>(letter);
        hash *= 0x100000001B3ULL;
    }
    return mix(hash);
}

// True in `ppm` of a million draws.
constexpr bool happens(std::uint64_t draw, std::int64_t ppm) {
    return static_cast<std::int64_t>(draw % 1'000'000U) < ppm;
}

// Evenly from low..high, both included.
constexpr std::int64_t between(std::uint64_t draw, std::int64_t low, std::int64_t high) {
    if (high <= low) return low;
    return low + static_cast<std::int64_t>(draw % (static_cast<std::uint64_t>(high - low) + 1U));
}

}  // namespace parley::sim
