#include "sim/sim_network.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "net/ports/check.hpp"
#include "sim/chance.hpp"
#include "net/frame/frame.hpp"
#include "sim/connection.hpp"

namespace parley::sim {

class SimListener final : public net::Listener {
public:
    SimListener(SimNetwork& network, Owner owner) : network_(network), owner_(owner) {}
    ~SimListener() override { SimListener::stop(); }

    void start(net::Function<void(std::unique_ptr<net::Link>)> on_link,
               net::Function<void(const net::Error&)>) override {
        auto shared = std::make_shared<net::Function<void(std::unique_ptr<net::Link>)>>(std::move(on_link));
        network_.listening_[owner_.machine] =
            SimNetwork::Listening{owner_, [shared](std::unique_ptr<net::Link> link) { (*shared)(std::move(link)); }};
    }
    void stop() override {
        const auto found = network_.listening_.find(owner_.machine);
        if (found != network_.listening_.end() && found->second.owner == owner_) network_.listening_.erase(found);
    }
    [[nodiscard]] std::string address() const override { return network_.machines_.at(owner_.machine).address; }

private:
    SimNetwork& network_;
    Owner owner_;
};

class SimDialer final : public net::Dialer {
public:
    SimDialer(SimNetwork& network, Owner owner) : network_(network), owner_(owner) {}

    void dial(const std::string& address, net::LinkPurpose purpose,
              net::Function<void(net::Result<std::unique_ptr<net::Link>>)> on_result) override {
        auto shared = std::make_shared<net::Function<void(net::Result<std::unique_ptr<net::Link>>)>>(std::move(on_result));
        const auto answer = [shared, alive = std::weak_ptr<bool>(alive_)](net::Result<std::unique_ptr<net::Link>> result) {
            if (!alive.expired()) (*shared)(std::move(result));
        };
        // People look for a host; replicas for the address that they know.
        const auto to = purpose == net::LinkPurpose::client ? network_.machine_of_host(address) : network_.machine_at(address);
        if (to) {
            network_.dial(owner_, *to, purpose, answer);
            return;
        }
        network_.queue_.schedule(owner_, EventKind::dial, network_.queue_.now(), [answer] {
            answer(net::Error{net::ErrorKind::unreachable, "there is no such address"});
        });
    }

private:
    SimNetwork& network_;
    Owner owner_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

SimNetwork::SimNetwork(EventQueue& queue, Faults& faults, const NetworkOptions& options)
    : queue_(queue), faults_(faults), options_(options) {}
SimNetwork::~SimNetwork() = default;

void SimNetwork::add_machine(MachineId machine, MachineIdentity identity) {
    std::erase_if(further_, [machine](const auto& entry) { return entry.second == machine; });
    machines_.insert_or_assign(machine, std::move(identity));
}

std::unique_ptr<net::Listener> SimNetwork::listener(Owner owner) { return std::make_unique<SimListener>(*this, owner); }
std::unique_ptr<net::Dialer> SimNetwork::dialer(Owner owner) { return std::make_unique<SimDialer>(*this, owner); }

bool SimNetwork::is_cut(MachineId from, MachineId to) const {
    const auto found = cuts_.find({from, to});
    return found != cuts_.end() && found->second > 0;
}

void SimNetwork::cut(MachineId from, MachineId to) { ++cuts_[{from, to}]; }

void SimNetwork::mend(MachineId from, MachineId to) {
    std::uint32_t& count = cuts_[{from, to}];
    if (count == 0 || --count > 0) return;   // mend_all() may have come first
    release(from, to);
}

void SimNetwork::release(MachineId from, MachineId to) {
    if (is_cut(from, to) || is_clogged(from, to)) return;
    for (const auto& connection : connections()) connection->release(from, to);
}

bool SimNetwork::is_clogged(MachineId from, MachineId to) const {
    const auto found = clogs_.find({from, to});
    return found != clogs_.end() && found->second > 0;
}

void SimNetwork::clog(MachineId from, MachineId to) { ++clogs_[{from, to}]; }

void SimNetwork::unclog(MachineId from, MachineId to) {
    std::uint32_t& count = clogs_[{from, to}];
    if (count == 0 || --count > 0) return;
    release(from, to);
}

void SimNetwork::drop_type(MachineId from, std::size_t type, bool drops) {
    std::uint32_t& count = dropped_types_[{from, type}];
    if (drops) ++count;
    else if (count > 0) --count;
}

// The variant's index is the first byte behind the header.
bool SimNetwork::is_dropped(MachineId from, const net::Bytes& frame) const {
    if (dropped_types_.empty() || frame.size() <= net::frame_header_size) return false;
    const auto found = dropped_types_.find({from, std::to_integer<std::size_t>(frame[net::frame_header_size])});
    return found != dropped_types_.end() && found->second > 0;
}

void SimNetwork::deaden(MachineId one, MachineId other) {
    for (const auto& connection : connections()) connection->deaden(one, other);
}

void SimNetwork::break_connections(MachineId machine) {
    for (const auto& connection : connections()) {
        if (connection->belongs_to(machine)) connection->break_both("all connections broke");
    }
}

bool SimNetwork::is_connected(MachineId one, MachineId other) {
    return std::ranges::any_of(connections(), [&](const auto& connection) { return connection->joins(one, other); });
}

void SimNetwork::mend_all() {
    dropped_types_.clear();
    delays_.clear();
    for (auto& [direction, count] : clogs_) {
        if (std::exchange(count, 0) > 0) release(direction.first, direction.second);
    }
    for (auto& [direction, count] : cuts_) {
        if (count == 0) continue;
        count = 1;
        mend(direction.first, direction.second);
    }
}

void SimNetwork::process_gone(MachineId machine, bool silent) {
    listening_.erase(machine);
    for (const auto& connection : connections()) connection->process_gone(machine, silent);
}

std::vector<std::shared_ptr<Connection>> SimNetwork::connections() {
    std::vector<std::shared_ptr<Connection>> alive;
    std::erase_if(connections_, [&alive](const std::weak_ptr<Connection>& weak) {
        auto connection = weak.lock();
        if (connection == nullptr) return true;
        alive.push_back(std::move(connection));
        return false;
    });
    return alive;
}

std::optional<MachineId> SimNetwork::machine_at(const std::string& address) const {
    for (const auto& [machine, identity] : machines_) {
        if (identity.address == address) return machine;
    }
    const auto further = further_.find(address);
    return further == further_.end() ? std::nullopt : std::optional{further->second};
}

std::optional<MachineId> SimNetwork::machine_of_host(const std::string& address) const {
    const std::string host = address.substr(0, address.find(':'));
    for (const auto& [machine, identity] : machines_) {
        if (identity.address.substr(0, identity.address.find(':')) == host) return machine;
    }
    return std::nullopt;
}

net::Duration SimNetwork::latency(EventId frame, MachineId from, MachineId to) const {
    if (from == to) return std::chrono::microseconds{10};
    const auto slow = delays_.find({from, to});
    const net::Duration extra = slow == delays_.end() ? net::Duration{} : slow->second;
    return extra + options_.latency_min + net::Duration{between(mix(frame.value ^ 0x1A7E), 0, options_.latency_spread.count())};
}

void SimNetwork::dial(Owner owner, MachineId to, net::LinkPurpose purpose,
                      std::function<void(net::Result<std::unique_ptr<net::Link>>)> on_result) {
    const EventId id = queue_.next_child(EventKind::dial);
    const net::Duration there = latency(id, owner.machine, to);
    queue_.schedule_as(id, world_owner, EventKind::dial, queue_.now() + there,
                       [this, owner, to, purpose, there, on_result = std::move(on_result)]() mutable {
                           connect(owner, to, purpose, there, std::move(on_result));
                       });
}

void SimNetwork::connect(Owner owner, MachineId to, net::LinkPurpose purpose, net::Duration there,
                         std::function<void(net::Result<std::unique_ptr<net::Link>>)> on_result) {
    const auto fail = [this, owner, &on_result](net::Duration after, net::ErrorKind kind, const char* why) {
        queue_.schedule(owner, EventKind::dial, queue_.now() + after,
                        [on_result, kind, why] { on_result(net::Error{kind, why}); });
    };
    if (is_cut(owner.machine, to) || is_cut(to, owner.machine)) {
        fail(options_.dial_timeout - there, net::ErrorKind::timed_out, "no answer");
        return;
    }
    const auto found = listening_.find(to);
    if (found == listening_.end() || !queue_.alive(owner)) {
        fail(there, net::ErrorKind::unreachable, "connection refused");
        return;
    }
    const auto connection = std::make_shared<Connection>(*this, purpose, owner, found->second.owner);
    connections_.push_back(connection);
    ++counters_.links;
    // Both tasks own their end: if that process dies first, the end closes and the other one hears of it.
    auto answered = std::make_shared<std::unique_ptr<net::Link>>(connection->link(Connection::answered));
    auto dialled = std::make_shared<std::unique_ptr<net::Link>>(connection->link(Connection::dialled));
    queue_.schedule(found->second.owner, EventKind::link_up, queue_.now(), [this, to, answered] {
        const auto listening = listening_.find(to);
        if (listening == listening_.end()) return;
        const auto on_link = listening->second.on_link;   // it may stop listening while it runs
        on_link(std::move(*answered));
    });
    queue_.schedule(owner, EventKind::link_up, queue_.now() + there,
                    [dialled, on_result] { on_result(std::move(*dialled)); });
}

}  // namespace parley::sim
