// Workload: what runs on the machines of a world and what its users do. The world leads it through the phases of a run;
// toy and chat are the two there are.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/machine.hpp"
#include "sim/options.hpp"
#include "sim/oracles/oracles.hpp"

namespace parley::sim {

// Everything of a world that a workload builds on.
struct WorldGround {
    std::uint64_t seed;
    const RunOptions& options;
    EventQueue& queue;
    SimNetwork& network;
    Oracles& oracles;
    const consensus::Configuration& members;      // the cluster was formed with
    const std::vector<consensus::Member>& nodes;  // of all replicas, members or not
    std::vector<std::unique_ptr<Machine>>& replicas;
    std::vector<std::unique_ptr<Machine>>& clients;
};

class Workload {
public:
    Workload() = default;
    Workload(const Workload&) = delete;
    Workload& operator=(const Workload&) = delete;
    virtual ~Workload() = default;

    // Puts programs on the machines; the world starts them.
    virtual void install() = 0;
    // The cluster answers: faults may begin.
    [[nodiscard]] virtual bool warm() const = 0;
    // Clients go on as before wind_down().
    virtual void wind_up() = 0;
    // The storm is over: clients finish what is open and a little more.
    virtual void wind_down() = 0;
    // Everything is answered and all replicas are equal; otherwise what is missing, in a few words.
    [[nodiscard]] virtual bool settled(std::string& missing) const = 0;
    // Replicas have caught up after the last restart; clients no longer matter.
    [[nodiscard]] virtual bool recovered(std::string& missing) const = 0;
    virtual void audit() = 0;
    // The machine's power was cut: what the state machine kept un-synced may be lost.
    virtual void power_lost(Machine& machine) = 0;
    // Which replica leads, if one does.
    [[nodiscard]] virtual std::optional<std::size_t> leader() const = 0;
    // One replica in a few words, for whoever has to find out why a run got stuck.
    [[nodiscard]] virtual std::string standing(std::size_t replica) const = 0;
    // Asks whoever leads to let that replica lead; nobody hears it when nobody leads.
    virtual void hand_over(std::size_t to) = 0;
    // Asks whoever leads for another configuration, in the same way.
    virtual void change(const consensus::MembershipChange& change) = 0;
    // As that running replica knows its own.
    [[nodiscard]] virtual std::uint32_t priority(std::size_t replica) const = 0;
    // Makes the state on this machine's disk a wrong one, as a state machine that did something else once would have left it.
    virtual void err(Machine&) {}
    // Every other replica runs and has heard that this one's log is further than in that copy of it.
    [[nodiscard]] virtual bool is_known_to_be_old(std::size_t, const consensus::Log&) const { return false; }
    // The state machine's own medium holds every slot up to this one, as far as that can be seen without opening it.
    [[nodiscard]] virtual bool state_holds(std::size_t, consensus::Slot) const { return true; }
    // Nobody can tell any more what is right, so nothing may go on.
    [[nodiscard]] virtual bool stalls_by_right() const { return false; }
    // What a running replica keeps, by its own account.
    [[nodiscard]] virtual ReplicaLoad load(std::size_t replica) const = 0;
    // Somebody goes for good, and everybody else has to notice. False: nobody would.
    [[nodiscard]] virtual bool goes_away() { return false; }
    [[nodiscard]] virtual bool is_missed(std::string&) const { return true; }
    // What nobody sends and no replica tells: looked at now and then.
    virtual void look() {}
    // Acknowledged requests.
    [[nodiscard]] virtual std::uint64_t operations() const = 0;
};

std::unique_ptr<Workload> make_toy_workload(const WorldGround& ground);
std::unique_ptr<Workload> make_chat_workload(const WorldGround& ground);

}  // namespace parley::sim
