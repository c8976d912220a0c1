#include "chat/cli/up/lab.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "chat/cli/up/supervisor.hpp"

namespace parley::chat {

Lab::Lab(net::AsioLoop& loop, const Formation& formation) : replicas_(formation.replicas) {
    for (std::uint32_t from = 1; from <= replicas_; ++from) {
        for (std::uint32_t to = 1; to <= replicas_; ++to) {
            if (from == to) continue;
            auto relay = net::Relay::open(loop, formation.listen + ":0", formation.address(to));
            if (!relay) throw std::runtime_error("the lab: " + relay.error().message);
            relays_.emplace(Way{from, to}, std::move(*relay));
        }
    }
}

std::map<std::uint32_t, std::map<std::string, std::string>> Lab::relays() const {
    std::map<std::uint32_t, std::map<std::string, std::string>> all;
    for (const auto& [way, relay] : relays_) all[way.first][std::to_string(way.second)] = relay->address();
    return all;
}

std::string Lab::obey(const std::string& line, Supervisor& supervisor) {
    const auto order = lab_order_from(line, replicas_);
    if (order && order->verb == LabOrder::Verb::pause && !supervisor.pause(order->replica)) {
        return fmt::format("no: replica {} does not run; `parley lab restart {}` starts it", order->replica, order->replica);
    }
    return order ? "ok: " + obey(*order, supervisor) : "no: " + order.error().message;
}

std::string Lab::obey(const LabOrder& order, Supervisor& supervisor) {
    using Verb = LabOrder::Verb;
    const std::uint32_t replica = order.replica;
    const auto [one, other] = order.link;
    switch (order.verb) {
        case Verb::kill: supervisor.kill(replica); return fmt::format("replica {} is dead; `parley lab restart {}` starts it again", replica, replica);
        case Verb::pause: return fmt::format("replica {} is frozen; `parley lab resume {}` lets it go on", replica, replica);
        case Verb::resume: supervisor.resume(replica); return fmt::format("replica {} goes on", replica);
        case Verb::restart: supervisor.restart(replica); return fmt::format("replica {} starts", replica);
        case Verb::cut: cut(order.link); return fmt::format("nothing passes between {} and {}", one, other);
        case Verb::slow: slow(order.link, order.late_ms); return fmt::format("between {} and {} everything comes {} ms late", one, other, order.late_ms);
        case Verb::heal: heal(supervisor); return "every link passes, every replica runs";
        case Verb::show: return to_line(LabState{supervisor.troubles(), links_});
    }
    return "";
}

void Lab::cut(LabLink link) {
    for (const Way& way : {Way{link.first, link.second}, Way{link.second, link.first}}) relays_.at(way)->cut();
    links_[link] = std::nullopt;
}

void Lab::slow(LabLink link, std::uint32_t late_ms) {
    for (const Way& way : {Way{link.first, link.second}, Way{link.second, link.first}}) relays_.at(way)->pass(std::chrono::milliseconds{late_ms});
    if (late_ms == 0) links_.erase(link);
    else links_[link] = late_ms;
}

void Lab::heal(Supervisor& supervisor) {
    for (const auto& entry : relays_) entry.second->pass();
    links_.clear();
    supervisor.heal();
}

}  // namespace parley::chat
