// AgreementOracle (O1): hears every consensus message as it is sent and every slot as it is applied, and does its own
// counting. It knows the paper's rules only (Lamport 2001, P2c), nothing of how the product follows them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "consensus/core/messages.hpp"
#include "sim/oracles/judge.hpp"
#include "sim/oracles/configurations.hpp"

namespace parley::sim {

std::uint64_t hash_of_value(const consensus::Value& value);

class AgreementOracle {
public:
    AgreementOracle(Judge& judge, std::size_t voters) : judge_(judge), voters_(voters) {}

    // From now on the voters of a slot are those of the configuration that governs it.
    void govern_by(ConfigurationOracle& configurations) { configurations_ = &configurations; }

    void sent(consensus::NodeId from, const consensus::Message& message);
    // The node takes this value as the slot's: handed it to its state machine, or to another node as chosen.
    void taken_as_chosen(consensus::NodeId node, consensus::Slot slot, std::uint64_t value);

    // Whoever is beyond a configuration knows it as chosen: those below the slot are looked for now.
    void settle_below(consensus::NodeId node, consensus::Slot slot);

    // None while nobody proposed there.
    [[nodiscard]] std::optional<std::uint64_t> chosen_value(consensus::Slot slot) const;
    // The lowest ballot known to have a quorum there.
    [[nodiscard]] consensus::Ballot chosen_at(consensus::Slot slot) const;
    // A quorum accepted there at this ballot, the proposer's own vote, which does not travel, taken on trust.
    [[nodiscard]] bool is_backed(consensus::Slot slot, consensus::Ballot ballot) const;
    [[nodiscard]] std::optional<std::uint64_t> proposed(consensus::Slot slot, consensus::Ballot ballot) const;

    // Where a replica's log begins now; nothing: not known.
    std::function<consensus::Slot(consensus::NodeId)> floor_of;

private:
    struct Chosen {
        consensus::Ballot ballot;   // the lowest known to have a quorum
        std::uint64_t value = 0;
    };
    // What a node said it held when it promised: nothing it accepts at a lower ballot may be news after that.
    struct Report {
        consensus::Ballot ballot;
        consensus::Slot from;
        consensus::Slot chosen_through;
        std::map<consensus::Slot, consensus::Ballot> accepted;
        std::set<consensus::Slot> faulty;
        bool is_complete = false;
    };
    using Place = std::pair<consensus::Slot, consensus::Ballot>;

    void supported(consensus::NodeId voter, const consensus::PrePrepareAnswer& answer);
    void promised(consensus::NodeId voter, const consensus::Promise& promise);
    void check_against_promise(consensus::NodeId voter, consensus::Slot slot, consensus::Ballot ballot);

    void value_seen(consensus::Slot slot, consensus::Ballot ballot, std::uint64_t value);
    void vote_seen(consensus::NodeId voter, consensus::Slot slot, consensus::Ballot ballot);
    void now_chosen(consensus::Slot slot, consensus::Ballot ballot, std::uint64_t value);
    [[nodiscard]] bool reached(consensus::Slot slot, const std::set<consensus::NodeId>& votes) const;
    [[nodiscard]] bool is_alone(consensus::Slot slot) const;
    bool believe(consensus::Slot slot, std::optional<std::uint64_t> value);
    void recount_above(consensus::Slot slot);

    Judge& judge_;
    std::size_t voters_;
    ConfigurationOracle* configurations_ = nullptr;
    std::map<Place, std::uint64_t> values_;
    std::map<Place, std::set<consensus::NodeId>> votes_;
    std::map<consensus::Slot, Chosen> chosen_;
    std::map<consensus::NodeId, Report> reports_;
    std::map<consensus::Ballot, consensus::Slot> asked_;   // by candidates: how far they said they knew
};

}  // namespace parley::sim
