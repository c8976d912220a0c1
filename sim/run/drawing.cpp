#include "sim/run/drawing.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "sim/run/drawing_page.hpp"
#include "sim/run/message_text.hpp"

namespace parley::sim {
namespace {

std::int64_t us_since_beginning(net::Instant at) {
    return std::chrono::duration_cast<std::chrono::microseconds>(at - EventQueue::beginning).count();
}

// Names a machine in its first argument: drawn on that lane. Others concern everybody.
bool is_on_a_lane(FaultKind kind) {
    return kind != FaultKind::partition && kind != FaultKind::restart_all && kind != FaultKind::relay &&
           kind != FaultKind::swizzle && kind != FaultKind::reconnect && kind != FaultKind::priorities &&
           kind != FaultKind::squeeze && kind >= FaultKind::kill;
}

// Text inside a script element must not end it.
std::string safe(std::string json) {
    for (std::size_t at = json.find("</"); at != std::string::npos; at = json.find("</", at))
        json.replace(at, 2, "<\\/");
    return json;
}

}  // namespace

void Drawing::add_message(net::Instant at, MachineId from, const consensus::Message& message) {
    marks_.push_back(Mark{us_since_beginning(at), from.value, consensus::message_name(message), message_text(message)});
    if (marks_.size() >= 2 * marks_max) marks_.erase(marks_.begin(), marks_.begin() + marks_max);
}

void Drawing::add_event(const Dispatched& event) {
    if (event.kind != EventKind::process || event.machine == world_machine) return;
    marks_.push_back(Mark{us_since_beginning(event.at), event.machine.value, "start", "the process starts"});
}

void Drawing::write(std::ostream& out, const RunResult& result, const std::string& command) const {
    nlohmann::json lanes = nlohmann::json::array();
    for (std::int64_t i = 0; i < options_.replicas; ++i) lanes.push_back(fmt::format("replica {}", i));
    for (std::int64_t i = 0; i < options_.clients; ++i) lanes.push_back(fmt::format("client {}", i));
    nlohmann::json marks = nlohmann::json::array();
    const std::size_t skipped = marks_.size() > marks_max ? marks_.size() - marks_max : 0;
    for (std::size_t i = skipped; i < marks_.size(); ++i) {
        marks.push_back({marks_[i].at_us, marks_[i].machine, marks_[i].kind, marks_[i].text});
    }
    nlohmann::json faults = nlohmann::json::array();
    for (const FaultEntry& entry : result.plan) {
        const std::int64_t lane = is_on_a_lane(entry.kind) && !entry.arguments.empty() ? entry.arguments[0] : -1;
        faults.push_back({us_since_beginning(entry.at), lane, name_of(entry.kind),
                          fmt::format("{}", fmt::join(entry.arguments, " "))});
    }
    nlohmann::json data{
        {"command", command}, {"lanes", lanes},
        {"marks", marks},     {"faults", faults},
        {"skipped", skipped}, {"end", std::chrono::duration_cast<std::chrono::microseconds>(result.simulated).count()}};
    if (result.verdict) {
        data["verdict"] = {us_since_beginning(result.verdict->at),
                           fmt::format("{}: {}", name_of(result.verdict->oracle), result.verdict->what)};
    }
    out << drawing_page_head << safe(data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
        << drawing_page_tail;
}

}  // namespace parley::sim
