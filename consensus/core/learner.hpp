// Learner: which slots are chosen, in order. It settles a slot only from proof: a notice of exactly the ballot this node
// accepted there (P6), a value sent as chosen, or the leader's own count. It never goes back and never skips a slot.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "consensus/core/acceptor.hpp"
#include "consensus/core/membership.hpp"
#include "consensus/core/outbox.hpp"
#include "consensus/core/quorum.hpp"

namespace parley::consensus {

class Learner {
public:
    // memory_bytes_max: the newest chosen values are kept up to it, for peers that lag.
    // `configuration` governs the slot after chosen_through.
    Learner(Slot chosen_through, Slot floor, std::int64_t log_time_ms, std::size_t memory_bytes_max,
            Configuration configuration);

    [[nodiscard]] Slot chosen_through() const { return chosen_through_; }
    [[nodiscard]] Slot next() const { return chosen_through_.next(); }
    [[nodiscard]] Slot floor() const { return floor_; }
    [[nodiscard]] std::int64_t log_time_ms() const { return log_time_ms_; }   // the greatest stamp so far

    // Of the next slot: chosen configurations take effect behind their own slot (P11).
    [[nodiscard]] const Configuration& configuration() const { return configuration_; }
    [[nodiscard]] const Voters& voters() const { return voters_; }
    // It was chosen there or, as far as a start knows, earlier.
    [[nodiscard]] Slot configuration_slot() const { return configuration_slot_; }
    // With this write a start knows it, too.
    [[nodiscard]] WriteId configuration_write() const { return configuration_write_; }

    // A leader says: what you accepted at exactly `ballot`, up to `through`, is chosen. Settles what follows from it.
    void notice(Ballot ballot, Slot through, Acceptor& acceptor, Outbox& out);

    // A value known to be chosen. Taken when it is the next slot's; written first if this node does not hold it at that
    // ballot or a higher one. False when it was of no use.
    bool learn(const AcceptedValue& value, Acceptor& acceptor, Outbox& out);

    // Hands out a slot that the log held as chosen at the start.
    void restore(const AcceptedValue& value);

    // The leader accepted again what is chosen already: the newer ballot replaces the older one in memory.
    void raise_ballot(Slot slot, Ballot ballot);

    // This node's log begins at `floor` now; it never goes back.
    void raise_floor(Slot floor) { floor_ = std::max(floor_, floor); }

    // Of the chosen values in memory; at most memory_bytes_max.
    [[nodiscard]] std::size_t memory_bytes() const { return recent_bytes_; }

    // A chosen value that is still in memory.
    [[nodiscard]] const AcceptedValue* recent(Slot slot) const;

    // A run of chosen values from memory, from `from` on, of about bytes_max bytes (at least one).
    [[nodiscard]] std::vector<AcceptedValue> run(Slot from, Slot through, std::size_t bytes_max) const;

private:
    struct Notice {
        Ballot ballot;
        Slot through;
    };
    void settle(Notice notice, Acceptor& acceptor, Outbox& out);
    void advance(const AcceptedValue& value, Acceptor& acceptor, Outbox& out);
    void remember(const AcceptedValue& value);
    bool govern(Slot slot, const Value& value);

    Slot chosen_through_;
    Slot floor_;
    std::int64_t log_time_ms_;
    std::size_t memory_bytes_max_;
    Configuration configuration_;
    Slot configuration_slot_;
    WriteId configuration_write_;
    Voters voters_;
    Notice notice_;                       // of the highest ballot heard
    std::deque<AcceptedValue> recent_;    // without a gap, the last one is chosen_through_
    std::size_t recent_bytes_ = 0;
};

// The leader's stamp in an encoded batch, without decoding its commands; 0 when the bytes are no batch.
std::int64_t stamped_log_time(const Value& value);

}  // namespace parley::consensus
