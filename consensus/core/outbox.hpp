// Outbox: collects what follows from one event, and numbers the writes. It decides nothing.
#pragma once

#include <utility>

#include "consensus/core/step.hpp"

namespace parley::consensus {

class Outbox {
public:
    explicit Outbox(WriteId last) { output_.write = last; }

    void write(Write write) {
        output_.writes.push_back(std::move(write));
        ++output_.write.value;
    }
    // The last write asked for so far, this step's included.
    [[nodiscard]] WriteId last_write() const { return output_.write; }

    void send(NodeId to, Message message) { output_.messages.push_back(Outgoing{to, std::move(message)}); }
    // Of no use, and not to leave, from that moment on.
    void send_until(net::Instant until, NodeId to, Message message) {
        output_.messages.push_back(Outgoing{to, std::move(message), until});
    }
    void chosen(ChosenSlot chosen) { output_.chosen.push_back(std::move(chosen)); }
    void read(ReadWanted read) { output_.reads.push_back(read); }
    void read_slot(ReadSlotKnown known) { output_.read_slot = known; }
    void outdated(FeatureLevel cluster) { output_.outdated = cluster; }
    void refuse(std::size_t commands) { output_.refused += static_cast<std::uint32_t>(commands); }

    // Hands the step's output over and begins the next one.
    Output take() {
        const WriteId last = output_.write;
        Output taken = std::move(output_);
        output_ = Output{};
        output_.write = last;
        return taken;
    }

private:
    Output output_;
};

}  // namespace parley::consensus
