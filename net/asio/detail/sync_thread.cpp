#include "net/asio/detail/sync_thread.hpp"

namespace parley::net {

SyncThread::SyncThread(Loop& owner) : owner_(owner), thread_([this] { serve(); }) {}

SyncThread::~SyncThread() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void SyncThread::add(Write write) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(write));
    }
    wake_.notify_one();
}

void SyncThread::serve() {
    for (auto group = next_group(); !group.empty(); group = next_group()) carry_out(std::move(group));
}

// The longest run of writes to one file from the front of the queue; empty when the thread shall end.
std::vector<SyncThread::Write> SyncThread::next_group() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    std::vector<Write> group;
    while (!waiting_.empty() && (group.empty() || waiting_.front().file == group.front().file)) {
        group.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return group;
}

void SyncThread::carry_out(std::vector<Write> group) {
    const auto file = group.front().file;
    Result<void> result;
    for (auto& each : group) {
        if (result) result = each.write();
    }
    if (result) result = file->sync();
    // One sync proves all of them or none.
    owner_.post([answered = std::move(group), result]() mutable {
        for (auto& each : answered) each.done(result);
    });
}

}  // namespace parley::net
