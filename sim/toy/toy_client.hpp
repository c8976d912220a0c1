// ToyClient: submits numbered commands, a window of them at a time, to whichever replica answers, and asks again under
// the same number until it knows the answer. It never dies; its number and its answers are its memory.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/machine.hpp"
#include "sim/options.hpp"
#include "sim/oracles/commands.hpp"

namespace parley::sim {

class ToyClient final : public Process {
public:
    struct Setting {
        EventQueue& queue;
        SimNetwork& network;
        CommandOracle& commands;
        const RunOptions& options;
        std::uint64_t client = 0;
        std::vector<std::string> replicas;
    };
    ToyClient(const Setting& setting, Machine& machine, Owner owner);

    void go_on();
    // From now on only so many commands more.
    void finish_after(std::uint64_t more);
    // Nothing to do any more, and the last read, behind everything else, was answered.
    [[nodiscard]] bool idle() const {
        return last_ != 0 && next_number_ > last_ && open_.empty() && (is_read_last_ || setting_.options.read_ms == 0);
    }
    [[nodiscard]] std::uint64_t answered() const { return answered_; }

private:
    void dial();
    void connected(std::unique_ptr<net::Link> link);
    void disconnect();
    void call_next();
    void submit(std::uint64_t number);
    void frame_came(const net::FrameView& frame);
    void look_at_clock();
    void think();
    void read_some();
    void read_answered(const net::FrameView& frame);
    [[nodiscard]] net::Duration patience() const;

    Setting setting_;
    SimLoop loop_;
    std::unique_ptr<net::Dialer> dialer_;
    std::unique_ptr<net::Link> link_;
    bool dialling_ = false;
    std::map<std::uint64_t, net::Bytes> open_;   // number -> encoded command
    std::uint64_t next_number_ = 1;
    std::uint64_t last_ = 0;                     // 0: no end in sight
    std::uint64_t answered_ = 0;
    net::Instant heard_{};
    bool thinking_ = false;
    struct Read {
        std::uint64_t id;
        consensus::Slot before;
        net::Instant asked;
    };
    std::optional<Read> read_;                   // one at a time; given up with its link
    bool is_read_last_ = false;
    std::uint64_t reads_ = 0;
};

}  // namespace parley::sim
