#include "gui/model/cluster_history.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace parley::gui {

std::uint64_t newest_slot(const ReplicasSeen& seen) {
    std::uint64_t newest = 0;
    for (const auto& replica : seen.replicas) {
        if (replica.report) newest = std::max(newest, replica.report->chosen_through);
    }
    return newest;
}

void ClusterHistory::add(const ReplicasSeen& seen) {
    const std::int64_t since_ms = samples_.empty() ? 0 : seen.time_ms - samples_.back().time_ms;
    if (!samples_.empty() && since_ms <= 0) return;
    Sample sample{seen.time_ms, {}, {}};
    const std::uint64_t newest = newest_slot(seen);
    for (const auto& replica : seen.replicas) {
        if (!replica.report) continue;
        const std::uint64_t behind = newest - std::min(newest, replica.report->applied_through);
        sample.replicas[replica.report->alias] = {static_cast<double>(replica.round_trip_us) / 1000, static_cast<double>(behind)};
    }
    // The one that was furthest may not answer: what is chosen stays chosen.
    const std::uint64_t chosen = std::max(newest, newest_slot_);
    const bool is_known = !sample.replicas.empty() && newest_slot_ > 0 && since_ms > 0 && since_ms <= gap_ms;
    if (is_known) sample.slots_a_second = static_cast<double>(chosen - newest_slot_) * 1000 / static_cast<double>(since_ms);
    newest_slot_ = chosen;
    samples_.push_back(std::move(sample));
    while (samples_.size() > samples_max || samples_.front().time_ms < seen.time_ms - span_ms) samples_.pop_front();
}

Curve ClusterHistory::curve(const std::string& name, Value value) const {
    Curve curve{name, {}, {}};
    std::int64_t before_ms = 0;
    for (const Sample& sample : samples_) {
        const bool goes_on = curve.newest && sample.time_ms - before_ms <= gap_ms;
        curve.newest = value(sample, name);
        before_ms = sample.time_ms;
        if (!curve.newest) continue;
        if (!goes_on) curve.pieces.emplace_back();
        const double age = static_cast<double>(samples_.back().time_ms - sample.time_ms) / static_cast<double>(span_ms);
        curve.pieces.back().push_back({1 - age, *curve.newest});
    }
    return curve;
}

std::vector<Curve> ClusterHistory::curves(Value value) const {
    std::set<std::string> names;
    for (const Sample& sample : samples_) {
        for (const auto& [name, standing] : sample.replicas) names.insert(name);
    }
    std::vector<Curve> all;
    for (const std::string& name : names) all.push_back(curve(name, value));
    return all;
}

Curve ClusterHistory::slots_a_second() const {
    return curve("slots a second", [](const Sample& sample, const std::string&) { return sample.slots_a_second; });
}

std::vector<Curve> ClusterHistory::round_trips_ms() const {
    return curves([](const Sample& sample, const std::string& name) -> std::optional<double> {
        const auto found = sample.replicas.find(name);
        return found == sample.replicas.end() ? std::nullopt : std::optional{found->second.round_trip_ms};
    });
}

std::vector<Curve> ClusterHistory::slots_behind() const {
    return curves([](const Sample& sample, const std::string& name) -> std::optional<double> {
        const auto found = sample.replicas.find(name);
        return found == sample.replicas.end() ? std::nullopt : std::optional{found->second.behind};
    });
}

double axis_end(double value, double least) {
    const double wanted = std::max(value, least);
    const double power = std::pow(10, std::floor(std::log10(wanted)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= wanted) return factor * power;
    }
    return 10 * power;
}

double highest(const std::vector<Curve>& curves) {
    double highest = 0;
    for (const Curve& curve : curves) {
        for (const auto& piece : curve.pieces) {
            for (const Curve::Point& point : piece) highest = std::max(highest, point.y);
        }
    }
    return highest;
}

}  // namespace parley::gui
