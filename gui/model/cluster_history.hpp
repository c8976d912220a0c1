// ClusterHistory: what the replicas answered in the last two minutes, as curves to be drawn: slots chosen a second, and of
// each replica how long it took to answer and how far behind it is. It knows no clock: time is in what it is told.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gui/model/notifications.hpp"

namespace parley::gui {

// One line, in pieces: it is broken where nothing is known. x: 0 is two minutes ago, 1 is now.
struct Curve {
    struct Point { double x = 0; double y = 0; };
    std::string name;
    std::vector<std::vector<Point>> pieces;
    std::optional<double> newest;      // none: not known now
};

class ClusterHistory {
public:
    static constexpr std::int64_t span_ms = 120'000;
    static constexpr std::size_t samples_max = 240;
    // Further apart, and what was between is not guessed.
    static constexpr std::int64_t gap_ms = 3'500;

    void add(const ReplicasSeen& seen);
    [[nodiscard]] bool empty() const { return samples_.empty(); }

    [[nodiscard]] Curve slots_a_second() const;
    // Of each replica that answered within the span, by name.
    [[nodiscard]] std::vector<Curve> round_trips_ms() const;
    [[nodiscard]] std::vector<Curve> slots_behind() const;

private:
    struct Standing {
        double round_trip_ms = 0;
        double behind = 0;
    };
    struct Sample {
        std::int64_t time_ms = 0;
        std::optional<double> slots_a_second;
        std::map<std::string, Standing> replicas;
    };
    using Value = std::optional<double> (*)(const Sample&, const std::string&);
    [[nodiscard]] Curve curve(const std::string& name, Value value) const;
    [[nodiscard]] std::vector<Curve> curves(Value value) const;

    std::deque<Sample> samples_;       // the oldest first
    std::uint64_t newest_slot_ = 0;
};

// The highest slot that any of them knows to be chosen.
std::uint64_t newest_slot(const ReplicasSeen& seen);
// The upper end of an axis: 1, 2 or 5 times a power of ten, not below the value and not below `least`.
double axis_end(double value, double least);
double highest(const std::vector<Curve>& curves);

}  // namespace parley::gui
