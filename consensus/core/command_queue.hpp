// CommandQueue: commands that wait for a slot, with the node whose clients sent them. Bounded in number and bytes (P15);
// what it cannot keep is told to its sender, never silently lost.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <vector>

#include "consensus/core/options.hpp"
#include "consensus/core/types.hpp"

namespace parley::consensus {

class CommandQueue {
public:
    // Takes as many as there is room for, in order; the number not taken.
    std::size_t push(NodeId origin, std::vector<net::Bytes> commands, const Options& options);

    // The commands of the next batch.
    std::vector<net::Bytes> pop_batch(const Options& options);

    // Enough is waiting that nothing is gained by waiting longer.
    [[nodiscard]] bool batch_full(const Options& options) const;

    // Empties the queue: how many of whose commands were in it.
    std::map<NodeId, std::size_t> drain();

    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    struct Entry {
        NodeId origin;
        net::Bytes command;
    };
    std::deque<Entry> entries_;
    std::size_t bytes_ = 0;
};

}  // namespace parley::consensus
