// ManualLoop: a Loop with virtual time that a test drives by hand, and the schedule of its SimDisk. Tasks of a node that
// was killed are dropped with clear().
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "net/ports/loop.hpp"
#include "sim/disk/inode.hpp"
#include "sim/disk/sim_disk.hpp"

namespace parley::test {

class ManualLoop final : public net::Loop {
public:
    [[nodiscard]] net::Instant now() const override { return now_ += per_look; }
    [[nodiscard]] net::WallTime wall_now() const override {
        return net::WallTime{std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch()).count()};
    }
    void post(net::Task task) override { after(net::Duration{}, std::move(task)); }
    net::TimerId after(net::Duration delay, net::Task task) override {
        const std::uint64_t id = ++last_id_;
        tasks_.emplace(std::pair{now_ + delay, id}, std::move(task));
        return net::TimerId{id};
    }
    void cancel(net::TimerId timer) override {
        std::erase_if(tasks_, [timer](const auto& entry) { return entry.first.second == timer.value; });
    }
    std::uint64_t chance() override { return sim::mix(7, ++drawn_); }

    // Runs the next task; false when there is none.
    bool step() {
        if (tasks_.empty()) return false;
        const auto first = tasks_.begin();
        now_ = first->first.first;
        net::Task task = std::move(first->second);
        tasks_.erase(first);
        task();
        return true;
    }
    void run() {
        while (step()) {
        }
    }
    // What is due within that time.
    void run_for(net::Duration time) {
        const net::Instant end = now_ + time;
        while (!tasks_.empty() && tasks_.begin()->first.first <= end) step();
        now_ = std::max(now_, end);
    }
    void clear() { tasks_.clear(); }
    [[nodiscard]] std::size_t waiting() const { return tasks_.size(); }

    // What a SimDisk needs to run on this Loop.
    [[nodiscard]] sim::DiskSchedule schedule() {
        return [this](net::Duration cost, net::Task task) { after(cost, std::move(task)); };
    }

    // Passes whenever somebody looks at the clock: a process that stands still between any two looks.
    net::Duration per_look{};

private:
    mutable net::Instant now_{};
    std::uint64_t last_id_ = 0;
    std::uint64_t drawn_ = 0;
    std::map<std::pair<net::Instant, std::uint64_t>, net::Task> tasks_;
};

// A different answer to every question, the same for the same seed.
inline sim::DiskChance chance_of(std::uint64_t seed) {
    return [seed, asked = std::uint64_t{0}](std::string_view what, std::uint64_t place) mutable {
        return sim::mix(sim::mix(seed, sim::hash_name(what)), sim::mix(place, ++asked));
    };
}

inline net::Bytes bytes_of(std::string_view text) {
    net::Bytes bytes(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = static_cast<std::byte>(text[i]);
    return bytes;
}

}  // namespace parley::test
