// SyncThread: the thread that a PosixDisk writes and syncs on. Writes that wait together and belong to one file share
// one sync.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "net/ports/disk.hpp"
#include "net/ports/loop.hpp"

namespace parley::net {

class SyncThread {
public:
    struct Write {
        std::shared_ptr<File> file;
        Function<Result<void>()> write;
        Function<void(Result<void>)> done;
    };

    explicit SyncThread(Loop& owner);
    SyncThread(const SyncThread&) = delete;
    SyncThread& operator=(const SyncThread&) = delete;
    ~SyncThread();   // after the writes that were added

    void add(Write write);

private:
    void serve();
    std::vector<Write> next_group();
    void carry_out(std::vector<Write> group);

    Loop& owner_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Write> waiting_;   // guarded by mutex_, as is ending_
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace parley::net
