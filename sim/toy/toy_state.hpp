// ToyState: the smallest state machine worth replicating. A hash chain over all slots, and a table of clients that lets
// each numbered command take effect once. It has no disk of its own: ToyShelf says what of it survives a crash.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "consensus/core/membership.hpp"
#include "consensus/state_machine.hpp"

namespace parley::sim {

struct ToyCommand {
    std::uint64_t client = 0;
    std::uint64_t number = 0;
    net::Bytes payload;
};
template <class Archive>
void serialize(Archive& archive, ToyCommand& command, unsigned) {
    using net::make_nvp;
    archive & make_nvp("client", command.client) & make_nvp("number", command.number) &
        make_nvp("payload", command.payload);
}

// What a command did when its slot was applied.
struct ToyEffect {
    enum class Kind { first, repeat, gap };
    Kind kind = Kind::first;
    consensus::Slot slot;
    std::uint64_t client = 0;
    std::uint64_t number = 0;
    std::uint64_t answer = 0;   // none after a gap
};

struct ToyContents {
    struct Row {
        std::uint64_t last = 0;
        std::map<std::uint64_t, std::uint64_t> answers;   // of the last 64 numbers
        template <class Archive>
        friend void serialize(Archive& archive, Row& row, unsigned) {
            archive & net::make_nvp("last", row.last) & net::make_nvp("answers", row.answers);
        }
    };
    consensus::Slot applied_through;
    std::uint64_t chain = 0;
    std::int64_t log_time_ms = 0;   // the highest stamp so far
    std::map<std::uint64_t, Row> rows;
    std::optional<consensus::Configuration> configuration;   // of the next slot, once it was changed
};

template <class Archive>
void serialize(Archive& archive, ToyContents& contents, unsigned) {
    using net::make_nvp;
    archive & make_nvp("applied_through", contents.applied_through) & make_nvp("chain", contents.chain) &
        make_nvp("log_time_ms", contents.log_time_ms) & make_nvp("rows", contents.rows) & make_nvp("configuration", contents.configuration);
}

// What outlives the process: everything after a kill, one of the older states after a power cut.
class ToyShelf {
public:
    // `every`: after so many slots the state becomes one that power cuts cannot take back, in a while; 1: at once.
    explicit ToyShelf(std::uint64_t every) : every_(every) {}
    [[nodiscard]] ToyContents& newest() { return newest_; }
    // Called after each transaction.
    void keep_older();
    void lose_some(std::uint64_t draw);
    // No power cut takes back what was applied up to here.
    [[nodiscard]] consensus::Slot durable_through() const { return loses_nothing() ? newest_.applied_through : older_.front().applied_through; }
    // Replaces everything, durably.
    void install(ToyContents contents);

private:
    [[nodiscard]] bool loses_nothing() const { return every_ == 1; }

    std::uint64_t every_;
    ToyContents newest_;
    std::deque<ToyContents> older_{ToyContents{}};
};

class ToyState final : public consensus::StateMachine {
public:
    ToyState(ToyShelf& shelf, bool lies) : shelf_(shelf), lies_(lies) {}

    [[nodiscard]] consensus::Slot applied_through() const override { return shelf_.newest().applied_through; }
    void apply(std::span<const consensus::DecodedSlot> slots) override;
    [[nodiscard]] std::uint64_t digest() override { return shelf_.newest().chain; }

    [[nodiscard]] consensus::AppliedState applied() const;

    std::vector<ToyEffect> take_effects() { return std::exchange(effects_, {}); }
    // The kept answer of a command that took effect.
    [[nodiscard]] std::optional<std::uint64_t> answer_of(std::uint64_t client, std::uint64_t number) const;

private:
    void apply_one(const consensus::DecodedSlot& slot);
    void apply_command(consensus::Slot slot, const ToyCommand& command);

    ToyShelf& shelf_;
    bool lies_;
    std::vector<ToyEffect> effects_;
};

}  // namespace parley::sim
