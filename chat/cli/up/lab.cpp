#include "chat/cli/up/lab.hpp"

#include <charconv>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "chat/cli/up/supervisor.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t late_ms_max = 60'000;

struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream stream{line};
    return {std::istream_iterator<std::string>{stream}, {}};
}

std::uint32_t number_of(const std::string& word, std::uint32_t greatest, const char* what) {
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || stop != word.data() + word.size() || number > greatest) throw Refused(fmt::format("\"{}\" is no {}", word, what));
    return number;
}

}  // namespace

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
    try {
        return "ok: " + order(line, supervisor);
    } catch (const Refused& refused) {
        return std::string{"no: "} + refused.what();
    }
}

std::uint32_t Lab::replica_named(const std::string& word) const {
    const std::uint32_t replica = number_of(word, replicas_, "replica of this cluster");
    if (replica == 0) throw Refused("replicas are counted from 1");
    return replica;
}

std::string Lab::order(const std::string& line, Supervisor& supervisor) {
    const std::vector<std::string> words = words_of(line);
    const std::string verb = words.empty() ? "" : words.front();
    if (verb == "heal" && words.size() == 1) return heal(supervisor);
    if (verb == "show" && words.size() == 1) return show(supervisor);
    if (words.size() == 2) return order_process(verb, replica_named(words[1]), supervisor);
    const bool cuts = verb == "cut" && words.size() == 3;
    const bool slows = verb == "slow" && words.size() == 4;
    if (!cuts && !slows) throw Refused("orders are kill N, pause N, resume N, restart N, cut A B, slow A B MS, heal and show");
    const std::uint32_t one = replica_named(words[1]);
    const std::uint32_t other = replica_named(words[2]);
    if (one == other) throw Refused("a link joins two replicas");
    if (cuts) {
        both_ways(one, other, "cut", [](net::Relay& relay) { relay.cut(); });
        return fmt::format("nothing passes between {} and {}", one, other);
    }
    const std::uint32_t late = number_of(words[3], late_ms_max, "number of milliseconds up to 60000");
    both_ways(one, other, late == 0 ? "" : fmt::format("{} ms late", late), [late](net::Relay& relay) { relay.pass(std::chrono::milliseconds{late}); });
    return fmt::format("between {} and {} everything comes {} ms late", one, other, late);
}

std::string Lab::order_process(const std::string& verb, std::uint32_t replica, Supervisor& supervisor) {
    if (verb == "kill") return supervisor.kill(replica), fmt::format("replica {} is dead; `parley lab restart {}` starts it again", replica, replica);
    if (verb == "pause") return supervisor.pause(replica), fmt::format("replica {} is frozen; `parley lab resume {}` lets it go on", replica, replica);
    if (verb == "resume") return supervisor.resume(replica), fmt::format("replica {} goes on", replica);
    if (verb == "restart") return supervisor.restart(replica), fmt::format("replica {} starts", replica);
    throw Refused(fmt::format("\"{}\" is no order for a replica: kill, pause, resume, restart", verb));
}

void Lab::both_ways(std::uint32_t one, std::uint32_t other, const std::string& state, net::Function<void(net::Relay&)> change) {
    for (const Way& way : {Way{one, other}, Way{other, one}}) {
        change(*relays_.at(way));
        if (state.empty()) broken_.erase(way);
        else broken_[way] = state;
    }
}

std::string Lab::heal(Supervisor& supervisor) {
    for (const auto& entry : relays_) entry.second->pass();
    broken_.clear();
    supervisor.heal();
    return "every link passes, every replica runs";
}

std::string Lab::show(const Supervisor& supervisor) const {
    std::vector<std::string> parts;
    for (const auto& [way, state] : broken_) {
        if (way.first < way.second) parts.push_back(fmt::format("{}-{} {}", way.first, way.second, state));
    }
    for (std::uint32_t replica = 1; replica <= replicas_; ++replica) {
        if (const std::string state = supervisor.state_of(replica); !state.empty()) parts.push_back(fmt::format("{} {}", replica, state));
    }
    return parts.empty() ? "nothing is broken" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace parley::chat
