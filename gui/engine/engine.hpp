// Engine: the thread behind the window. post() never waits; drain() takes what was told since the last time; the
// wake-up is called once, from the engine's thread, and then not again before the next drain().
#pragma once

#include <memory>
#include <vector>

#include "gui/engine/backend.hpp"

namespace parley::net { class AsioLoop; }

namespace parley::gui {

// What the backend stands on; made, used and destroyed on the engine's thread.
class Ground {
public:
    Ground() = default;
    Ground(const Ground&) = delete;
    Ground& operator=(const Ground&) = delete;
    virtual ~Ground() = default;
    virtual BackendPorts ports() = 0;
    virtual chat::ClientOptions options() = 0;
};
// Throws std::exception with a sentence when there is no cluster to speak to, or the disk cannot be used.
using PrepareGround = net::Function<std::unique_ptr<Ground>(net::AsioLoop&)>;

class Engine {
public:
    Engine(PrepareGround prepare, net::Function<void()> wake);
    // Stops, joins, and drops what was not drained. What was sent and not saved by a replica stays in the outbox.
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    void post(Command command);
    std::vector<Notification> drain();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::gui
