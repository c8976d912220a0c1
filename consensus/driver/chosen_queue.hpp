// ChosenQueue: chosen slots on their way to the state machine. They leave in order, once durable here, and not further
// ahead of what is applied than a bound (P15). What does not fit in memory is read from the log again later.
#pragma once

#include <deque>
#include <vector>

#include "consensus/core/step.hpp"
#include "consensus/storage/log.hpp"

namespace parley::consensus {

class ChosenQueue {
public:
    static constexpr std::uint64_t slots_ahead_max = 4096;             // handed out, not applied yet
    static constexpr std::size_t bytes_max = std::size_t{64} << 20U;   // waiting here

    // Slots up to `durable_through` are in the log; handing out begins after `applied_through`.
    ChosenQueue(Slot applied_through, Slot durable_through);

    // Chosen now, durable with `write`. In order.
    void add(std::vector<ChosenSlot> chosen, WriteId write);
    void durable(WriteId write);
    void applied(Slot through);

    // Up to here the log holds every chosen slot's own record durably. Behind it a newer record may be on its way to the disk, and
    // what the log gives until then may be another value, which was accepted once and never chosen.
    [[nodiscard]] Slot in_log_through() const { return in_log_through_; }

    // The slots that may leave now. An error: the log lost what it acknowledged.
    net::Result<std::vector<ChosenSlot>> take(Log& log);

private:
    struct Entry {
        ChosenSlot chosen;
        WriteId write;
    };
    net::Result<void> refill(Log& log, Slot through, std::vector<ChosenSlot>& out);

    Slot handed_out_;
    Slot applied_;
    WriteId durable_;
    Slot in_log_through_;        // slots after handed_out_ up to here are durable and only in the log
    std::deque<Entry> entries_;  // the slots after in_log_through_
    std::size_t bytes_ = 0;
};

}  // namespace parley::consensus
