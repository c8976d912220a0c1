// Link, Listener, Dialer: whole frames between two ends that may break at any moment.
// The bytes of a frame are made and checked by net/frame; a Link never delivers a frame that failed its checks.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "net/frame/frame.hpp"
#include "net/ports/bytes.hpp"
#include "net/ports/function.hpp"
#include "net/ports/result.hpp"

namespace parley::net {

// What is known of the other end once the link stands.
struct PeerIdentity {
    std::string address;                            // "127.0.0.1:41234", for logs
    std::optional<std::string> certificate_name;    // the verified certificate's common name; none: no certificate
    std::optional<std::string> certificate_role;    // its organisational unit: "replica" or "operator"
};

// What a link reports to its owner, on the owner's Loop.
struct LinkEvents {
    // One whole, checked frame. The view is valid during the call.
    Function<void(const FrameView&)> on_frame;
    // The link is gone, for this reason; the last call ever made. Not made after the owner's own close().
    Function<void(const Error&)> on_closed;
    // Optional: the queue of unsent bytes fell to zero.
    Function<void()> on_drained;
};

class Link {
public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    // Closes the link; none of its events arrives afterwards. May be called from inside one of its own events.
    virtual ~Link() = default;

    // Begins delivery. Called again, also from inside an event, it hands the link to another owner: the new events
    // take effect with the next frame.
    virtual void start(LinkEvents events) = 0;

    // Queues one encoded frame. Frames queued in one turn of the Loop leave in one write where possible.
    // On a broken link the frame is dropped; on_closed tells.
    virtual void send(SharedBytes encoded_frame) = 0;

    // Bytes queued and not yet handed to the system: the measure for slow receivers.
    [[nodiscard]] virtual std::size_t queued_bytes() const = 0;

    [[nodiscard]] virtual const PeerIdentity& peer() const = 0;

    // Sends what is queued if that is possible within a second, then closes; no event arrives any more.
    virtual void close() = 0;
};

class Listener {
public:
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    virtual ~Listener() = default;

    // Hands over each new link (handshake done). Handshakes that fail are counted and reported to on_refused, once each.
    virtual void start(Function<void(std::unique_ptr<Link>)> on_link, Function<void(const Error&)> on_refused) = 0;
    virtual void stop() = 0;
    // The address really bound, with the port the system chose when 0 was asked.
    [[nodiscard]] virtual std::string address() const = 0;
};

// What a link carries: the simulator loses, repeats and reorders frames only on consensus links, which must stand it.
enum class LinkPurpose { consensus, client };

class Dialer {
public:
    Dialer() = default;
    Dialer(const Dialer&) = delete;
    Dialer& operator=(const Dialer&) = delete;
    // Attempts under way are dropped without a call.
    virtual ~Dialer() = default;

    // One attempt, "host:port", bounded in time by the implementation (3 s by default). The answer comes on the Loop.
    virtual void dial(const std::string& address, LinkPurpose purpose,
                      Function<void(Result<std::unique_ptr<Link>>)> on_result) = 0;
};

}  // namespace parley::net
