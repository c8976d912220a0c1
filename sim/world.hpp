// World: one simulated run from its first event to its verdict. It builds machines, network and oracles, leads the
// workload through warm-up, storm, healing, convergence and final audit, and says what came of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "sim/fault_budget.hpp"
#include "sim/fault_plan.hpp"
#include "sim/machine.hpp"
#include "sim/options.hpp"
#include "sim/sim_loop.hpp"
#include "sim/oracles/oracles.hpp"
#include "sim/storm.hpp"
#include "sim/workload.hpp"

namespace parley::sim {

struct RunResult {
    std::uint64_t seed = 0;
    std::uint64_t hash = 0;
    std::uint64_t events = 0;
    std::uint64_t operations = 0;              // acknowledged to clients
    std::uint64_t snapshots = 0;               // installed by replicas
    bool stalled = false;                      // by right: see World::stalls_by_right()
    net::Duration simulated{};
    std::map<FaultKind, std::uint64_t> faults;
    std::optional<Verdict> verdict;            // none: clean
    FaultPlan plan;                            // all that struck
    std::map<std::string, std::uint64_t> marks;   // how often each probe and rare way was reached
};

// For traces and comparisons; they must not change anything.
struct Observers {
    std::function<void(const Dispatched&)> event;   // before it runs
    // What a replica says to others about slots and its disk, as it is sent; once a message, however many it goes to.
    std::function<void(net::Instant, MachineId, const consensus::Message&)> message;
    History::Sink history;
    std::function<void(const FaultEntry&)> fault;   // as it strikes
};

class World {
public:
    World(std::uint64_t seed, const RunOptions& options, const FaultPlan* replayed);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    void observe(Observers observers);
    RunResult run();

private:
    void build();
    void form_cluster();
    void watch_consensus();
    void watch_arrivals();
    net::Result<std::unique_ptr<consensus::Log>> open_log(SimDisk& disk);
    [[nodiscard]] bool is_known_to_be_old(std::size_t replica, const SimDisk& copy);
    // Opens a log from what the machine's medium holds right now and compares it with the machine's claims.
    void check_medium(std::size_t replica);
    void check_media();
    // The log lets go of nothing that neither the state machine nor a fetched image has on its medium.
    void watch_beginnings();
    void check_beginning(std::size_t replica);

    // Runs until the condition holds, someone fails or time is up; false in the last two cases.
    bool run_until(net::Duration time_max, const std::function<bool()>& condition);
    // What is looked at now and then, and not at an event of its own.
    void look_around();
    [[nodiscard]] bool is_idle(std::string& missing) const;
    [[nodiscard]] bool do_clocks_agree() const;
    void watch_clocks();
    void days_pass(std::int64_t days);
    void require(Oracle oracle, bool reached, const char* phase, const std::string& missing);
    void warm_up();
    void storm();
    void one_storm();
    // One replica is slow for ever: the others must not wait for it.
    Machine& least_used_follower();
    void grey_phase();
    std::uint64_t operations_within(net::Duration time);
    void converge();
    void grow_old();
    [[nodiscard]] bool stalls_by_right();
    // The next step of one replica taking another's place, as an operator would see it.
    void replace(std::size_t old, std::size_t next);
    bool move(std::size_t who, const std::string& address);
    void finish_moves();
    bool is_settled(std::string& missing);
    bool is_recovered(std::string& missing);
    // Everybody is updated by now: the cluster must notice. Not where a member is lost for good.
    [[nodiscard]] bool is_level_raised(std::string& missing) const;
    [[nodiscard]] std::optional<std::size_t> another_voter() const;
    // When nothing is wrong any more, nobody leads beside a voter of higher priority.
    void let_the_preferred_lead();
    void require_the_preferred(const char* phase);
    [[nodiscard]] consensus::MembershipChange preference(std::size_t who, std::uint32_t priority) const;
    [[nodiscard]] bool is_led_by_the_preferred(std::string& missing) const;
    // In a healed cluster leadership goes where it is sent.
    void hand_over();
    void final_audit();
    [[nodiscard]] net::Duration patience() const;
    [[nodiscard]] bool failed() const { return oracles_.judge.verdict().has_value(); }

    std::uint64_t seed_;
    RunOptions options_;
    EventQueue queue_;
    WallClock outside_clock_;
    SimLoop outside_loop_{queue_, world_owner, outside_clock_};   // for logs that are only looked at
    Faults faults_;
    FaultBudget budget_;
    SimNetwork network_;
    Oracles oracles_;
    consensus::Configuration members_;         // the cluster is formed with
    std::vector<consensus::Member> nodes_;     // of all replicas
    std::vector<std::unique_ptr<Machine>> replicas_;
    std::vector<std::unique_ptr<Machine>> clients_;
    std::unique_ptr<Workload> workload_;
    std::unique_ptr<Storm> storm_;
    bool stalled_ = false;
    Observers observers_;
    net::SharedBytes last_frame_;
    std::optional<std::unordered_set<std::uint64_t>> sent_;   // payloads of consensus frames, in a run whose links change bits
    std::vector<consensus::Slot> beginnings_;   // of the replicas' logs, as their media last said
};

// A whole run; the same arguments give the same result on every machine and in every build.
RunResult run_world(std::uint64_t seed, const RunOptions& options, const FaultPlan* replayed = nullptr,
                    Observers observers = {});
// Runs twice and adds a verdict of O11 when the events differ. `fault` is told of those of the first run.
RunResult run_world_twice(std::uint64_t seed, const RunOptions& options, std::function<void(const FaultEntry&)> fault = {});

}  // namespace parley::sim
