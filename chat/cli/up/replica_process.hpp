// ReplicaProcess: one parleyd as a child of `parley up`, in the children's own process group, with a lifeline: when this
// process is gone, however it went, so is the child.
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace parley::chat {

// Both ends of the lifeline; the writing end stays with this process until it ends.
class Lifeline {
public:
    Lifeline();   // throws std::runtime_error
    Lifeline(const Lifeline&) = delete;
    Lifeline& operator=(const Lifeline&) = delete;
    ~Lifeline();
    [[nodiscard]] int reading_end() const { return ends_[0]; }

private:
    int ends_[2] = {-1, -1};
};

// Starts parleyd for the folder. `group`: the process group to join, 0 to found one (its id is then the pid).
// Throws std::runtime_error when there is no parleyd beside this program or no process can be made.
pid_t start_replica(const std::string& folder, const Lifeline& lifeline, pid_t group);

// How a child ended, in words: "signal 9", "exit code 1".
std::string ending_of(int wait_status);

}  // namespace parley::chat
