#include "sim/connection.hpp"

#include <algorithm>

#include "sim/chance.hpp"

namespace parley::sim {
namespace {

class SimLink final : public net::Link {
public:
    SimLink(std::shared_ptr<Connection> connection, Connection::Side side)
        : connection_(std::move(connection)), side_(side) {}
    ~SimLink() override { connection_->close(side_); }

    void start(net::LinkEvents events) override { connection_->start(side_, std::move(events)); }
    void send(net::SharedBytes frame) override { connection_->send(side_, std::move(frame)); }
    [[nodiscard]] std::size_t queued_bytes() const override { return connection_->queued_bytes(side_); }
    [[nodiscard]] const net::PeerIdentity& peer() const override { return connection_->peer(side_); }
    void close() override { connection_->close(side_); }

private:
    std::shared_ptr<Connection> connection_;
    Connection::Side side_;
};

net::PeerIdentity shown(const MachineIdentity& identity, net::LinkPurpose purpose) {
    net::PeerIdentity peer{identity.address, {}, {}};
    // Replicas show their certificate to each other; people's links carry none.
    if (purpose == net::LinkPurpose::consensus) {
        peer.certificate_name = identity.certificate_name;
        peer.certificate_role = identity.certificate_role;
    }
    return peer;
}

}  // namespace

Connection::Connection(SimNetwork& network, net::LinkPurpose purpose, Owner dialler, Owner answerer)
    : network_(network), purpose_(purpose) {
    ends_[dialled].owner = dialler;
    ends_[answered].owner = answerer;
    ends_[dialled].peer = shown(network.machines_.at(answerer.machine), net::LinkPurpose::consensus);
    ends_[answered].peer = shown(network.machines_.at(dialler.machine), purpose);
}

std::unique_ptr<net::Link> Connection::link(Side side) { return std::make_unique<SimLink>(shared_from_this(), side); }

void Connection::start(Side side, net::LinkEvents events) {
    End& end = ends_[side];
    end.events = std::make_shared<net::LinkEvents>(std::move(events));
    if (end.waiting.empty() && !end.ending) return;
    queue().schedule(end.owner, EventKind::frame, queue().now(), [self = shared_from_this(), side] { self->pump(side); });
}

void Connection::send(Side side, net::SharedBytes frame) {
    End& end = ends_[side];
    if (!end.open || end.closing) return;
    ++network_.counters_.sent;
    const MachineId from = end.owner.machine;
    const MachineId to = ends_[other(side)].owner.machine;
    if (purpose_ == net::LinkPurpose::consensus && network_.on_consensus_frame) {
        network_.on_consensus_frame(from, frame);
    }
    const bool gone = !queue().alive(ends_[other(side)].owner);
    if (gone && !network_.is_cut(from, to) && network_.listening_.contains(to)) {
        // The machine runs again and knows nothing of this connection: it says so.
        tell_other(other(side), 2 * network_.options_.latency_min, "reset by the other end, which has started anew");
        return;
    }
    const bool is_stuck = is_dead_ || network_.is_clogged(from, to);
    if (!end.held.empty() || is_stuck || (network_.is_cut(from, to) && purpose_ == net::LinkPurpose::client)) {
        hold(side, std::move(frame));
        return;
    }
    transmit(side, std::move(frame));
}

void Connection::hold(Side side, net::SharedBytes frame) {
    End& end = ends_[side];
    end.held_bytes += frame->size();
    end.held.push_back(std::move(frame));
    if (end.held.size() > 1) return;
    const EventId id = queue().next_child(EventKind::link_down);
    const net::Duration patience{between(mix(id.value), network_.options_.silence_max.count() / 4,
                                         network_.options_.silence_max.count())};
    queue().schedule_as(id, world_owner, EventKind::link_down, queue().now() + patience,
                        [self = shared_from_this(), side] {
                            if (!self->ends_[side].held.empty()) self->break_both("nothing came through for too long");
                        });
}

void Connection::deaden(MachineId one, MachineId other) {
    if (one != other && belongs_to(one) && belongs_to(other)) is_dead_ = true;
}

void Connection::release(MachineId from, MachineId to) {
    if (is_dead_) return;
    for (const Side side : {dialled, answered}) {
        End& end = ends_[side];
        if (end.owner.machine != from || ends_[other(side)].owner.machine != to || end.held.empty()) continue;
        auto held = std::move(end.held);
        end.held.clear();
        end.held_bytes = 0;
        for (net::SharedBytes& frame : held) transmit(side, std::move(frame));
        if (end.closing) {
            tell_other(side, net::Duration{}, "closed by the other end");
            continue;
        }
        queue().schedule(end.owner, EventKind::frame, queue().now(), [self = shared_from_this(), side] {
            const End& drained = self->ends_[side];
            const auto events = drained.events;
            if (drained.open && !drained.closing && drained.held.empty() && events && events->on_drained) {
                events->on_drained();
            }
        });
    }
}

void Connection::transmit(Side side, net::SharedBytes frame) {
    const EventId id = queue().next_child(EventKind::frame);
    if (network_.faults_.strikes(FaultKind::reset, id.value, queue().now())) {
        break_both("the connection was reset");
        return;
    }
    const bool is_first = side == dialled && !first_sent_;
    if (side == dialled) first_sent_ = true;
    if (purpose_ == net::LinkPurpose::consensus && !is_first) {
        transmit_loosely(side, id, std::move(frame));
    } else {
        transmit_reliably(side, id, std::move(frame));
    }
}

void Connection::transmit_reliably(Side side, EventId id, net::SharedBytes frame) {
    const MachineId from = ends_[side].owner.machine;
    const MachineId to = ends_[other(side)].owner.machine;
    if (network_.is_cut(from, to)) return;   // a hello on a consensus link: the front door gives up on it
    net::Instant at = queue().now() + network_.latency(id, from, to);
    if (const auto bits = network_.faults_.strikes(FaultKind::delay, id.value, queue().now())) {
        at += net::Duration{between(*bits, 0, network_.options_.delay_max.count())};
    }
    deliver_at(other(side), id, at, flipped(id, std::move(frame)), &ends_[side].order);
}

void Connection::transmit_loosely(Side side, EventId id, net::SharedBytes frame) {
    const MachineId from = ends_[side].owner.machine;
    const MachineId to = ends_[other(side)].owner.machine;
    const net::Instant now = queue().now();
    if (network_.is_cut(from, to) || network_.is_dropped(from, *frame)) return;
    if (network_.faults_.strikes(FaultKind::lose, id.value, now)) return;
    const net::Duration usual = network_.latency(id, from, to);
    const std::int64_t longest = network_.options_.delay_max.count();
    if (const auto bits = network_.faults_.strikes(FaultKind::duplicate, id.value, now)) {
        deliver_at(other(side), EventId{hash_of(id.value, hash_of_text("duplicate"))},
                   now + usual + net::Duration{between(*bits, 0, longest)}, frame, nullptr);
    }
    Stream* stream = &ends_[side].order;
    net::Instant at = now + usual;
    if (const auto bits = network_.faults_.strikes(FaultKind::reorder, id.value, now)) {
        stream = nullptr;
        at += net::Duration{between(*bits, 0, 20 * usual.count())};
    }
    if (const auto bits = network_.faults_.strikes(FaultKind::delay, id.value, now)) {
        stream = nullptr;
        at += net::Duration{between(*bits, 0, longest)};
    }
    deliver_at(other(side), id, at, flipped(id, std::move(frame)), stream);
}

net::SharedBytes Connection::flipped(EventId id, net::SharedBytes frame) {
    const auto bits = network_.faults_.strikes(FaultKind::flip, id.value, queue().now());
    if (!bits) return frame;
    net::Bytes bytes = *frame;
    bytes.at((*bits >> 8U) % bytes.size()) ^= static_cast<std::byte>(1U << (*bits & 7U));
    return net::share(std::move(bytes));
}

void Connection::deliver_at(Side to, EventId id, net::Instant at, net::SharedBytes frame, Stream* stream) {
    queue().schedule_as(
        id, ends_[to].owner, EventKind::frame, at,
        [self = shared_from_this(), to, frame = std::move(frame)] { self->arrived(to, frame); }, stream);
}

void Connection::arrived(Side side, const net::SharedBytes& frame) {
    End& end = ends_[side];
    if (!end.open || end.ending) return;
    ++network_.counters_.delivered;
    if (!end.events || !end.waiting.empty()) {
        end.waiting.push_back(frame);
        return;
    }
    read(side, frame);
}

void Connection::pump(Side side) {
    End& end = ends_[side];
    while (end.open && !end.waiting.empty()) {
        const net::SharedBytes frame = end.waiting.front();
        read(side, frame);
        if (!end.waiting.empty()) end.waiting.pop_front();
    }
    if (end.open && end.ending) {
        const net::Error why = *end.ending;
        end.ending.reset();
        this->end(side, why);
    }
}

void Connection::read(Side side, const net::SharedBytes& frame) {
    End& end = ends_[side];
    end.reader.feed(*frame);
    while (end.open) {
        const auto next = end.reader.next();
        if (!next) {
            end.waiting.clear();
            tell_other(side, net::Duration{}, "closed by the other end");
            this->end(side, next.error());
            return;
        }
        if (!*next) return;
        if (purpose_ == net::LinkPurpose::consensus && network_.on_consensus_frame_reached) {
            network_.on_consensus_frame_reached(ends_[other(side)].owner.machine, end.owner.machine, **next);
        }
        const auto events = end.events;   // start() may hand the link on while this frame is looked at
        events->on_frame(**next);
    }
}

void Connection::close(Side side) {
    End& end = ends_[side];
    if (!end.open) return;
    end.open = false;
    end.closing = true;
    end.waiting.clear();
    // The owner may close from inside an event: what runs now is held by its caller.
    end.events.reset();
    if (end.held.empty()) tell_other(side, net::Duration{}, "closed by the other end");
}

void Connection::tell_other(Side side, net::Duration after, const char* why) {
    End& sender = ends_[side];
    const Side to = other(side);
    const EventId id = queue().next_child(EventKind::link_down);
    const net::Duration way = network_.latency(id, sender.owner.machine, ends_[to].owner.machine);
    queue().schedule_as(
        id, ends_[to].owner, EventKind::link_down, queue().now() + after + way,
        [self = shared_from_this(), to, why] {
            const Side from = other(to);
            const MachineId near = self->ends_[from].owner.machine;
            const MachineId far = self->ends_[to].owner.machine;
            if (self->network_.is_cut(near, far)) {
                // Nothing gets through; the end finds out by itself.
                self->tell_other(from, self->network_.options_.silence_max / 4, why);
                return;
            }
            self->end(to, net::Error{net::ErrorKind::unreachable, why});
        },
        &sender.order);
}

void Connection::end(Side side, const net::Error& why) {
    End& end = ends_[side];
    if (!end.open) return;
    if (!end.events || !end.waiting.empty()) {
        end.ending = why;
        return;
    }
    end.open = false;
    end.held.clear();
    end.held_bytes = 0;
    const auto events = std::move(end.events);
    end.events.reset();
    if (events && events->on_closed) events->on_closed(why);
}

void Connection::break_both(const char* why) {
    for (const Side side : {dialled, answered}) {
        End& end = ends_[side];
        end.held.clear();
        end.held_bytes = 0;
        if (!end.open) continue;
        const EventId id = queue().next_child(EventKind::link_down);
        const net::Duration after{between(mix(id.value), 0, 4 * network_.options_.latency_min.count())};
        queue().schedule_as(id, end.owner, EventKind::link_down, queue().now() + after,
                            [self = shared_from_this(), side, why] {
                                self->end(side, net::Error{net::ErrorKind::unreachable, why});
                            });
    }
}

void Connection::process_gone(MachineId machine, bool silent) {
    for (const Side side : {dialled, answered}) {
        End& end = ends_[side];
        if (end.owner.machine != machine || queue().alive(end.owner) || !end.open) continue;
        end.open = false;
        end.waiting.clear();
        end.held.clear();
        end.held_bytes = 0;
        net::Duration after{};
        if (silent) {
            const std::uint64_t bits = hash_of(queue().running_event().value, queue().next_child(EventKind::post).value);
            after = net::Duration{between(bits, 0, network_.options_.silence_max.count())};
        }
        tell_other(side, after, "the other end is gone");
    }
}

}  // namespace parley::sim
