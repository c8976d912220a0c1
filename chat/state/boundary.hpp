// Boundary: the two running hashes of a state at a slot that is a boundary on every replica (docs/protocol.md, P13). Replicas tell
// each other theirs; who applied the same slots and came to the same results has the same ones.
#pragma once

#include <cstddef>
#include <cstdint>

#include "net/archive/archive.hpp"

namespace parley::chat {

using net::make_nvp;

struct Boundary {
    std::uint64_t slot = 0;
    std::uint64_t batches = 0;     // of everything that was applied up to this slot
    std::uint64_t results = 0;     // of everything that came of it
    friend bool operator==(const Boundary&, const Boundary&) = default;
};
template <class A> void serialize(A& a, Boundary& b, unsigned) {
    a & make_nvp("slot", b.slot) & make_nvp("batches", b.batches) & make_nvp("results", b.results);
}

// A state keeps the newest ones only.
inline constexpr std::size_t boundaries_kept = 8;

}  // namespace parley::chat
