// StateMachine: what the log is for. Chat's is SQLite; the simulator also has a hash chain for sheer volume.
#pragma once

#include <optional>
#include <span>

#include "consensus/core/types.hpp"

namespace parley::consensus {

struct DecodedSlot {
    Slot slot;
    Batch batch;
};

// How far a state machine is when its replica starts, and what of it the slots behind depend on.
struct AppliedState {
    Slot through;
    std::optional<Configuration> configuration;   // of the next slot; none before the first change: the log's genesis counts
    std::int64_t log_time_ms = 0;                 // of slot `through` (P14); that slot may have left the log
};

class StateMachine {
public:
    StateMachine() = default;
    StateMachine(const StateMachine&) = delete;
    StateMachine& operator=(const StateMachine&) = delete;
    virtual ~StateMachine() = default;

    // Every slot up to here took effect, and that outlives the process (not necessarily a power cut: the log replays).
    [[nodiscard]] virtual Slot applied_through() const = 0;

    // Applies the next slots, in order and without a gap, as one transaction. The same slots give the same state and
    // the same results on every replica. Cannot fail: what the state machine's own disk refuses is fail-stop.
    virtual void apply(std::span<const DecodedSlot> slots) = 0;

    // Hash of the whole state at applied_through; equal on replicas that applied the same slots.
    [[nodiscard]] virtual std::uint64_t digest() = 0;
};

}  // namespace parley::consensus
