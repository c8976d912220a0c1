// Applier: brings chosen slots into the state machine. It executes a slot in the turn of the Loop after it was chosen
// and hands its effects on at once: the log is what makes them durable. The database follows behind, many slots in one
// transaction (docs/decisions/0005); settle() brings it up to date for a reader.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "chat/state/chat_state.hpp"
#include "consensus/core/step.hpp"
#include "net/ports/loop.hpp"

namespace parley::chat {

struct ApplierEvents {
    // The state machine stands at `through`; these are the effects of everything new, in order.
    net::Function<void(consensus::Slot through, const std::vector<Effect>& effects)> applied;
    // The state machine refused a write; the replica must end.
    net::Function<void(const net::Error&)> failed;
    // Does another thread read the database now? Its checkpoints wait for that (docs/state.md Q4). May be left out.
    net::Function<bool()> is_read_elsewhere;
};

struct ApplierOptions {
    std::size_t commands_per_turn_max = 512;            // then the Loop's other work has its turn
    std::size_t commands_per_transaction_max = 4096;
    std::uint64_t boundary_slots = 1024;                // images are made of these
    net::Duration commit_within = std::chrono::milliseconds{250};
};

class Applier {
public:
    Applier(net::Loop& loop, ChatState& state, ApplierOptions options, ApplierEvents events);
    // Commits what was executed.
    ~Applier();

    void take(std::vector<consensus::ChosenSlot> chosen);

    // Commits what was executed, so that a View sees what the effects told.
    net::Result<void> settle();

    // Calls `then` once, when exactly the slots up to a boundary are committed: the same boundaries on every replica. When
    // none comes soon, at the slot where this replica stands. One at a time.
    void at_boundary(net::Function<void()> then);

private:
    static constexpr net::Duration boundary_patience = std::chrono::seconds{1};
    void reach_boundary();
    [[nodiscard]] bool stops_at(consensus::Slot slot) const { return waiting_ && slot.value % options_.boundary_slots == 0; }
    void hurry();
    void drain();
    void commit();
    [[nodiscard]] std::vector<consensus::DecodedSlot> next_slots();
    void fail(const StateFailure& failure);

    net::Loop& loop_;
    ChatState& state_;
    ApplierOptions options_;
    ApplierEvents events_;
    std::deque<consensus::ChosenSlot> queue_;
    net::TimerId commit_timer_;
    std::optional<net::Function<void()>> waiting_;      // for a boundary
    net::TimerId boundary_timer_;
    std::size_t uncommitted_ = 0;   // commands
    bool posted_ = false;
    bool stopped_ = false;
};

}  // namespace parley::chat
