// SimNetwork: Link, Listener and Dialer between simulated machines. Frames travel as the bytes of net/frame and are read
// back by its reader. Client links keep their order and lose only a suffix, by breaking; consensus links may also lose,
// repeat and reorder. It decides nothing by itself: latency is drawn, faults come from Faults.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/frame/frame.hpp"
#include "net/ports/link.hpp"
#include "sim/event_queue.hpp"
#include "sim/fault_plan.hpp"

namespace parley::sim {

class Connection;

struct NetworkOptions {
    net::Duration latency_min = std::chrono::microseconds{50};
    net::Duration latency_spread = std::chrono::microseconds{200};
    net::Duration delay_max = std::chrono::milliseconds{500};         // of a frame hit by `delay` or `reorder`
    net::Duration dial_timeout = std::chrono::seconds{3};
    net::Duration silence_max = std::chrono::seconds{8};              // until an end notices that the other is gone
};

// Who a machine is for those who check certificates.
struct MachineIdentity {
    std::string address;
    std::optional<std::string> certificate_name;
    std::optional<std::string> certificate_role;
};

class SimNetwork {
public:
    SimNetwork(EventQueue& queue, Faults& faults, const NetworkOptions& options);
    ~SimNetwork();
    SimNetwork(const SimNetwork&) = delete;
    SimNetwork& operator=(const SimNetwork&) = delete;

    // Again: it is another one now, and at no further address.
    void add_machine(MachineId machine, MachineIdentity identity);
    void also_at(MachineId machine, const std::string& address) { further_[address] = machine; }

    std::unique_ptr<net::Listener> listener(Owner owner);
    std::unique_ptr<net::Dialer> dialer(Owner owner);

    // Directions are cut and mended in pairs; overlapping cuts of one direction add up.
    void cut(MachineId from, MachineId to);
    void mend(MachineId from, MachineId to);
    void mend_all();   // clogs, dropped types and slow links too
    // What is sent is held back until unclog(), or until an end loses patience.
    void clog(MachineId from, MachineId to);
    void unclog(MachineId from, MachineId to);
    void drop_type(MachineId from, std::size_t type, bool drops);
    // Frames of the connections that stand now go nowhere, and no end is told.
    void deaden(MachineId one, MachineId other);
    void break_connections(MachineId machine);
    [[nodiscard]] bool is_connected(MachineId one, MachineId other);
    void delay_link(MachineId from, MachineId to, net::Duration delay) { delays_[{from, to}] = delay; }
    void undelay_links() { delays_.clear(); }
    // The machine's process ended: other ends hear of it soon, or, silently, only when they notice.
    void process_gone(MachineId machine, bool silent);

    // Sees every consensus frame as it is sent, before any fault.
    std::function<void(MachineId from, const net::SharedBytes& frame)> on_consensus_frame;

    // Sees every frame of a consensus link as it is handed to its receiver.
    std::function<void(MachineId from, MachineId to, const net::FrameView& frame)> on_consensus_frame_reached;

    struct Counters { std::uint64_t sent = 0; std::uint64_t delivered = 0; std::uint64_t links = 0; };
    [[nodiscard]] const Counters& counters() const { return counters_; }

private:
    friend class Connection;
    friend class SimListener;
    friend class SimDialer;

    struct Listening {
        Owner owner;
        std::function<void(std::unique_ptr<net::Link>)> on_link;
    };

    [[nodiscard]] bool is_cut(MachineId from, MachineId to) const;
    [[nodiscard]] bool is_clogged(MachineId from, MachineId to) const;
    [[nodiscard]] bool is_dropped(MachineId from, const net::Bytes& frame) const;
    void release(MachineId from, MachineId to);
    [[nodiscard]] net::Duration latency(EventId frame, MachineId from, MachineId to) const;
    void dial(Owner owner, MachineId to, net::LinkPurpose purpose,
              std::function<void(net::Result<std::unique_ptr<net::Link>>)> on_result);
    void connect(Owner owner, MachineId to, net::LinkPurpose purpose, net::Duration there,
                 std::function<void(net::Result<std::unique_ptr<net::Link>>)> on_result);
    [[nodiscard]] std::optional<MachineId> machine_at(const std::string& address) const;
    [[nodiscard]] std::optional<MachineId> machine_of_host(const std::string& address) const;
    std::vector<std::shared_ptr<Connection>> connections();

    EventQueue& queue_;
    Faults& faults_;
    NetworkOptions options_;
    std::map<MachineId, MachineIdentity> machines_;
    std::map<std::string, MachineId> further_;   // addresses
    std::map<MachineId, Listening> listening_;
    std::map<std::pair<MachineId, MachineId>, std::uint32_t> cuts_;
    std::map<std::pair<MachineId, MachineId>, std::uint32_t> clogs_;
    std::map<std::pair<MachineId, MachineId>, net::Duration> delays_;
    std::map<std::pair<MachineId, std::size_t>, std::uint32_t> dropped_types_;
    std::vector<std::weak_ptr<Connection>> connections_;
    Counters counters_;
};

}  // namespace parley::sim
