// Connection: one simulated link, both ends and what travels between them. It stands as long as one end or a frame in
// flight holds it; the ends are handed out as net::Link.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>

#include "net/frame/frame.hpp"
#include "sim/sim_network.hpp"

namespace parley::sim {

class Connection : public std::enable_shared_from_this<Connection> {
public:
    enum Side : std::size_t { dialled = 0, answered = 1 };

    Connection(SimNetwork& network, net::LinkPurpose purpose, Owner dialler, Owner answerer);

    std::unique_ptr<net::Link> link(Side side);

    // ---- the face of net::Link ----
    void start(Side side, net::LinkEvents events);
    void send(Side side, net::SharedBytes frame);
    void close(Side side);
    [[nodiscard]] std::size_t queued_bytes(Side side) const { return ends_[side].held_bytes; }
    [[nodiscard]] const net::PeerIdentity& peer(Side side) const { return ends_[side].peer; }

    // ---- the world's hands ----
    // The direction works again: what was held back travels on.
    void release(MachineId from, MachineId to);
    void process_gone(MachineId machine, bool silent);
    void break_both(const char* why);
    void deaden(MachineId one, MachineId other);
    // Both ends are there, one on each of the two machines.
    [[nodiscard]] bool joins(MachineId one, MachineId other) const {
        return ends_[dialled].open && ends_[answered].open && belongs_to(one) && belongs_to(other);
    }
    [[nodiscard]] bool belongs_to(MachineId machine) const {
        return ends_[dialled].owner.machine == machine || ends_[answered].owner.machine == machine;
    }

private:
    struct End {
        Owner owner;
        bool open = true;
        std::shared_ptr<net::LinkEvents> events;
        net::FrameReader reader;
        std::deque<net::SharedBytes> waiting;     // arrived before start()
        std::optional<net::Error> ending;         // broke before start()
        net::PeerIdentity peer;
        // sending
        Stream order;
        std::deque<net::SharedBytes> held;        // cannot travel while the direction is cut
        std::size_t held_bytes = 0;
        bool closing = false;                     // closed by its owner: the other end hears of it after the last frame
    };

    static Side other(Side side) { return side == dialled ? answered : dialled; }
    [[nodiscard]] EventQueue& queue() const { return network_.queue_; }
    void hold(Side side, net::SharedBytes frame);
    void transmit(Side side, net::SharedBytes frame);
    void transmit_reliably(Side side, EventId id, net::SharedBytes frame);
    void transmit_loosely(Side side, EventId id, net::SharedBytes frame);
    void deliver_at(Side to, EventId id, net::Instant at, net::SharedBytes frame, Stream* stream);
    net::SharedBytes flipped(EventId id, net::SharedBytes frame);
    void arrived(Side side, const net::SharedBytes& frame);
    void pump(Side side);
    void read(Side side, const net::SharedBytes& frame);
    void tell_other(Side side, net::Duration after, const char* why);
    void end(Side side, const net::Error& why);

    SimNetwork& network_;
    net::LinkPurpose purpose_;
    std::array<End, 2> ends_;
    bool is_dead_ = false;      // nothing comes through any more; an end that sends finds out when its patience ends
    bool first_sent_ = false;   // the hello keeps its place: a link without it would only be closed
};

}  // namespace parley::sim
