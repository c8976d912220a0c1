// The toy workload: numbered commands into a hash chain, for sheer volume of schedules.
#include "sim/toy/toy_client.hpp"
#include "sim/toy/toy_replica.hpp"
#include "sim/chance.hpp"
#include "sim/workload.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace parley::sim {
namespace {

class ToyWorkload final : public Workload {
public:
    explicit ToyWorkload(const WorldGround& ground) : ground_(ground), shelves_(ground.replicas.size(), ToyShelf{static_cast<std::uint64_t>(ground.options.durable_slots)}) {}

    void install() override;
    [[nodiscard]] bool warm() const override;
    void wind_up() override;
    void wind_down() override;
    [[nodiscard]] bool settled(std::string& missing) const override;
    [[nodiscard]] bool recovered(std::string& missing) const override;
    void audit() override;
    void power_lost(Machine& machine) override;
    [[nodiscard]] std::uint32_t priority(std::size_t index) const override {
        return consensus::priority_of(replica(index)->configuration(), ground_.nodes[index].node);
    }
    [[nodiscard]] std::optional<std::size_t> leader() const override;
    [[nodiscard]] ReplicaLoad load(std::size_t index) const override;
    [[nodiscard]] std::string standing(std::size_t index) const override;
    void hand_over(std::size_t to) override;
    void change(const consensus::MembershipChange& change) override;
    [[nodiscard]] bool state_holds(std::size_t index, consensus::Slot slot) const override { return shelves_[index].durable_through() >= slot; }
    [[nodiscard]] std::uint64_t operations() const override { return ground_.oracles.commands.acknowledged(); }

private:
    [[nodiscard]] const ToyReplica* replica(std::size_t index) const {
        return static_cast<const ToyReplica*>(ground_.replicas[index]->process());
    }
    [[nodiscard]] ToyClient* client(std::size_t index) const {
        return static_cast<ToyClient*>(ground_.clients[index]->process());
    }

    [[nodiscard]] bool is_member(std::size_t index) const {
        return consensus::find_member(ground_.oracles.configurations.newest(), ground_.nodes[index].node) != nullptr;
    }

    WorldGround ground_;
    std::vector<ToyShelf> shelves_;
};

void ToyWorkload::install() {
    ground_.oracles.agreement.floor_of = [this](consensus::NodeId node) {
        for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
            if (ground_.nodes[i].node == node && replica(i) != nullptr) return replica(i)->status().floor;
        }
        return consensus::Slot{};
    };
    ground_.oracles.leases.holders = [this] {
        std::vector<LeaseOracle::Holder> found;
        for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
            if (replica(i) == nullptr || !replica(i)->holds_lease()) continue;
            const consensus::ReplicaStatus status = replica(i)->status();
            found.push_back({ground_.nodes[i].node, status.ballot, status.chosen_through});
        }
        return found;
    };
    for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
        const bool lies = ground_.options.canary != 0 && i == 0;
        const ToySetting setting{ground_.queue, ground_.network, ground_.oracles, ground_.options, shelves_[i], lies};
        ground_.replicas[i]->install(
            [setting](Machine& machine, Owner owner) { return ToyReplica::start(setting, machine, owner); });
    }
    std::vector<std::string> addresses;
    for (const auto& machine : ground_.replicas) addresses.push_back(machine->identity().address);
    for (std::size_t i = 0; i < ground_.clients.size(); ++i) {
        const ToyClient::Setting setting{ground_.queue, ground_.network, ground_.oracles.commands, ground_.options, i + 1, addresses};
        ground_.clients[i]->install([setting](Machine& machine, Owner owner) {
            return std::make_unique<ToyClient>(setting, machine, owner);
        });
    }
}

bool ToyWorkload::warm() const { return ground_.clients.empty() || operations() > 0; }

void ToyWorkload::wind_up() {
    for (std::size_t i = 0; i < ground_.clients.size(); ++i) client(i)->go_on();
}

void ToyWorkload::wind_down() {
    for (std::size_t i = 0; i < ground_.clients.size(); ++i) client(i)->finish_after(5);
}

bool ToyWorkload::settled(std::string& missing) const {
    for (std::size_t i = 0; i < ground_.clients.size(); ++i) {
        if (client(i)->idle()) continue;
        missing = fmt::format("client {} waits for answers", i + 1);
        return false;
    }
    return recovered(missing);
}

bool ToyWorkload::recovered(std::string& missing) const {
    const consensus::Slot highest = ground_.oracles.equality.highest();
    for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
        if (ground_.replicas[i]->is_retired() || !is_member(i)) continue;
        if (replica(i) == nullptr) {
            missing = fmt::format("replica {} does not run", i);
            return false;
        }
        if (replica(i)->applied_through() >= highest) continue;
        missing = fmt::format("replica {} stands at slot {}, another at {}", i, replica(i)->applied_through().value, highest.value);
        return false;
    }
    return true;
}

void ToyWorkload::audit() {
    for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
        if (ground_.replicas[i]->is_retired() || !is_member(i)) continue;
        std::map<std::uint64_t, std::uint64_t> last;
        for (const auto& [client, row] : shelves_[i].newest().rows) last[client] = row.last;
        ground_.oracles.commands.audited(ground_.replicas[i]->id(), last);
    }
    ground_.oracles.commands.write_final_state();
}

std::optional<std::size_t> ToyWorkload::leader() const {
    std::optional<std::size_t> found;
    consensus::Ballot highest;
    for (std::size_t i = 0; i < ground_.replicas.size(); ++i) {
        if (replica(i) == nullptr || replica(i)->status().role != consensus::Role::leader) continue;
        if (replica(i)->status().ballot < highest) continue;   // it does not know yet that it was replaced
        highest = replica(i)->status().ballot;
        found = i;
    }
    return found;
}

ReplicaLoad ToyWorkload::load(std::size_t index) const {
    return {replica(index)->status(), 0, replica(index)->unapplied(), replica(index)->unapplied()};
}

std::string ToyWorkload::standing(std::size_t index) const {
    const consensus::ReplicaStatus status = replica(index)->status();
    const char* role = status.role == consensus::Role::leader ? (status.leading ? "leads" : "recovers")
                       : status.role == consensus::Role::candidate ? "campaigns" : status.leader ? "follows" : "has no leader";
    const char* place = status.votes ? "" : is_member(index) ? " without a vote" : status.dismissed ? " and is dismissed" : " and is no member";
    return fmt::format("{}{} in configuration {} at ballot {}, chosen through {}, applied through {}, floor {}{}", role, place, status.configuration_id, status.ballot.round,
                       status.chosen_through.value, replica(index)->applied_through().value, status.floor.value,
                       status.needs_snapshot ? ", needs a snapshot" : "");
}

void ToyWorkload::hand_over(std::size_t to) {
    const auto from = leader();
    if (!from) return;
    // Refused: another time.
    static_cast<void>(static_cast<ToyReplica*>(ground_.replicas[*from]->process())->hand_over(ground_.nodes[to].node));
}

void ToyWorkload::change(const consensus::MembershipChange& change) {
    if (const auto from = leader()) static_cast<void>(static_cast<ToyReplica*>(ground_.replicas[*from]->process())->change(change));
}

void ToyWorkload::power_lost(Machine& machine) {
    const auto index = static_cast<std::size_t>(machine.id().value);
    if (index >= shelves_.size()) return;
    shelves_[index].lose_some(hash_of(ground_.seed, hash_of_text("shelf"), index, ground_.queue.running_event().value));
}

}  // namespace

std::unique_ptr<Workload> make_toy_workload(const WorldGround& ground) { return std::make_unique<ToyWorkload>(ground); }

}  // namespace parley::sim
