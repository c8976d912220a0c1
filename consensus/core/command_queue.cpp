// The bounded queue behind batching (P7, P15). See command_queue.hpp.
#include "consensus/core/command_queue.hpp"

namespace parley::consensus {

std::size_t CommandQueue::push(NodeId origin, std::vector<net::Bytes> commands, const Options& options) {
    std::size_t refused = 0;
    for (net::Bytes& command : commands) {
        const bool room = entries_.size() < options.queued_commands_max &&
                          (entries_.empty() || bytes_ + command.size() <= options.queued_bytes_max);
        if (!room || command.size() > options.batch_bytes_max) {
            ++refused;
            continue;
        }
        bytes_ += command.size();
        entries_.push_back(Entry{origin, std::move(command)});
    }
    return refused;
}

std::vector<net::Bytes> CommandQueue::pop_batch(const Options& options) {
    std::vector<net::Bytes> batch;
    std::size_t batch_bytes = 0;
    while (!entries_.empty() && batch.size() < std::max<std::size_t>(1, options.batch_commands_max)) {
        const std::size_t size = entries_.front().command.size();
        if (!batch.empty() && batch_bytes + size > options.batch_bytes_max) break;
        batch_bytes += size;
        bytes_ -= size;
        batch.push_back(std::move(entries_.front().command));
        entries_.pop_front();
    }
    return batch;
}

bool CommandQueue::batch_full(const Options& options) const {
    return entries_.size() >= options.batch_commands_max || bytes_ >= options.batch_bytes_max;
}

std::map<NodeId, std::size_t> CommandQueue::drain() {
    std::map<NodeId, std::size_t> counts;
    for (const Entry& entry : entries_) ++counts[entry.origin];
    entries_.clear();
    bytes_ = 0;
    return counts;
}

}  // namespace parley::consensus
