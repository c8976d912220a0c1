// ToyReplica: one replica process around the real log, driver and peers, with the toy state machine and a small gateway
// of its own. It is built as the chat's server is, over the simulator's ports.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "consensus/driver/driver.hpp"
#include "consensus/driver/leadership.hpp"
#include "consensus/driver/peers.hpp"
#include "sim/machine.hpp"
#include "sim/options.hpp"
#include "sim/oracles/oracles.hpp"
#include "sim/toy/toy_images.hpp"
#include "sim/toy/toy_wire.hpp"

namespace parley::sim {

// What a replica process is given; all of it outlives the process.
struct ToySetting {
    EventQueue& queue;
    SimNetwork& network;
    Oracles& oracles;
    const RunOptions& options;
    ToyShelf& shelf;
    bool lies = false;
};

class ToyReplica final : public Process {
public:
    // None when it cannot start; the reason went to the oracles.
    static std::unique_ptr<ToyReplica> start(const ToySetting& setting, Machine& machine, Owner owner);
    ~ToyReplica() override;

    [[nodiscard]] consensus::ReplicaStatus status() const { return driver_->status(); }
    [[nodiscard]] const consensus::Configuration& configuration() const { return driver_->configuration(); }
    net::Result<void> change(const consensus::MembershipChange& change) { return driver_->change(change); }
    net::Result<void> hand_over(consensus::NodeId to) { return driver_->hand_over(to); }
    // Would it answer a read on a lease now?
    [[nodiscard]] bool holds_lease() const;
    [[nodiscard]] std::size_t unapplied() const { return waiting_slots_.size(); }
    [[nodiscard]] consensus::Slot applied_through() const { return state_.applied_through(); }

private:
    ToyReplica(const ToySetting& setting, Machine& machine, Owner owner, std::unique_ptr<SimLoop> loop,
               std::unique_ptr<consensus::Log> log);

    void make_driver();
    void make_peers();
    void make_exchange();
    void follow_configuration();
    void watch_leadership();
    [[nodiscard]] consensus::LeadershipSeen seen_of_leadership() const;
    [[nodiscard]] consensus::FeatureLevel level() const { return consensus::FeatureLevel{version_}; }
    void stopped(const net::Error& why);
    void open_door();
    void link_came(std::unique_ptr<net::Link> link);
    void first_frame(std::uint64_t link, const net::FrameView& frame);
    void submitted(std::uint64_t link, const net::FrameView& frame);
    void read_asked(std::uint64_t link, const net::FrameView& frame);
    void answer_reads();
    void send(std::uint64_t link, ToyFrame type, const net::Bytes& payload);
    void answer(std::uint64_t link, std::uint64_t number, std::uint64_t answer);
    void chosen(std::vector<consensus::ChosenSlot> slots);
    void apply_some();

    ToySetting setting_;
    Machine& machine_;
    Owner owner_;
    consensus::NodeId node_;
    std::uint32_t version_;   // of the program that this process runs
    std::unique_ptr<SimLoop> loop_;
    std::unique_ptr<consensus::Log> log_;
    ToyState state_;
    std::deque<consensus::ChosenSlot> waiting_slots_;
    bool apply_posted_ = false;
    std::uint64_t configuration_id_ = 0;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> waiting_answers_;   // (client, number) -> link
    struct WaitingRead { std::uint64_t link; std::uint64_t id; };
    std::multimap<consensus::Slot, WaitingRead> waiting_reads_;   // by the slot they wait for
    std::unique_ptr<net::Dialer> dialer_;
    std::unique_ptr<net::Listener> listener_;
    std::unique_ptr<consensus::Driver> driver_;
    std::unique_ptr<consensus::Peers> peers_;
    consensus::Leadership leadership_;
    ToyImages images_;
    std::unique_ptr<consensus::Exchange> exchange_;
    std::map<std::uint64_t, std::unique_ptr<net::Link>> links_;   // of clients, and those that have said nothing yet
    std::uint64_t next_link_ = 1;
};

}  // namespace parley::sim
