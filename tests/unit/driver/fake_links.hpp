// Links in memory for tests of Peers: a switchboard of addresses, a dialer, and pairs of ends that a test may break.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "net/ports/link.hpp"
#include "tests/unit/sim_disk/manual_loop.hpp"

namespace parley::consensus::test {

using parley::test::ManualLoop;

struct Wire;

// One end. Frames travel through the Loop, re-read by the frame reader; a broken wire tells both ends.
class FakeLink final : public net::Link {
public:
    FakeLink(std::shared_ptr<Wire> wire, bool dialled) : wire_(std::move(wire)), dialled_(dialled) {}
    ~FakeLink() override { close(); }
    void start(net::LinkEvents events) override;
    void send(net::SharedBytes frame) override;
    [[nodiscard]] std::size_t queued_bytes() const override;
    [[nodiscard]] const net::PeerIdentity& peer() const override;
    void close() override;

private:
    std::shared_ptr<Wire> wire_;
    bool dialled_;
};

struct Wire : std::enable_shared_from_this<Wire> {
    struct End {
        bool open = true;
        std::shared_ptr<net::LinkEvents> events;
        net::PeerIdentity peer;   // of the other end
        std::size_t queued = 0;
    };
    ManualLoop* loop = nullptr;
    End dialler;
    End listener;

    End& end(bool dialled) { return dialled ? dialler : listener; }
    void deliver(bool to_dialler, net::SharedBytes frame) {
        loop->post([self = shared_from_this(), to_dialler, frame] {
            End& target = self->end(to_dialler);
            const auto events = target.events;
            if (!target.open || !events) return;
            net::FrameReader reader;
            reader.feed(*frame);
            if (auto view = reader.next(); view && *view) events->on_frame(**view);
        });
    }
    void break_it() {
        for (const bool side : {true, false}) {
            loop->post([self = shared_from_this(), side] {
                End& target = self->end(side);
                const auto events = target.events;
                const bool was_open = target.open;
                target.open = false;
                if (was_open && events) events->on_closed(net::Error{net::ErrorKind::unreachable, "the wire broke"});
            });
        }
    }
    void closed_by(bool dialled) {
        end(dialled).open = false;
        loop->post([self = shared_from_this(), dialled] {
            End& target = self->end(!dialled);
            const auto events = target.events;
            const bool was_open = target.open;
            target.open = false;
            if (was_open && events) events->on_closed(net::Error{net::ErrorKind::closed, "closed by the other end"});
        });
    }
};

inline void FakeLink::start(net::LinkEvents events) {
    wire_->end(dialled_).events = std::make_shared<net::LinkEvents>(std::move(events));
}
inline void FakeLink::send(net::SharedBytes frame) {
    if (wire_->end(dialled_).open) wire_->deliver(!dialled_, std::move(frame));
}
inline std::size_t FakeLink::queued_bytes() const { return wire_->end(dialled_).queued; }
inline const net::PeerIdentity& FakeLink::peer() const { return wire_->end(dialled_).peer; }
inline void FakeLink::close() {
    if (wire_->end(dialled_).open) wire_->closed_by(dialled_);
}

// Who answers at an address, and every wire ever made.
struct Switchboard {
    ManualLoop& loop;
    std::map<std::string, std::function<void(std::unique_ptr<net::Link>)>> listening;
    std::vector<std::shared_ptr<Wire>> wires;

    explicit Switchboard(ManualLoop& of) : loop(of) {}
};

class FakeDialer final : public net::Dialer {
public:
    FakeDialer(Switchboard& board, net::PeerIdentity self) : board_(board), self_(std::move(self)) {}
    void dial(const std::string& address, net::LinkPurpose,
              net::Function<void(net::Result<std::unique_ptr<net::Link>>)> on_result) override {
        ++dials;
        board_.loop.after(std::chrono::milliseconds{1}, [this, weak = std::weak_ptr{alive_}, address, done = std::move(on_result)]() mutable {
            if (weak.expired()) return;   // attempts under way are dropped with their dialer
            const auto place = board_.listening.find(address);
            if (place == board_.listening.end()) {
                return done(net::Error{net::ErrorKind::unreachable, "nobody listens there"});
            }
            auto wire = std::make_shared<Wire>();
            wire->loop = &board_.loop;
            wire->listener.peer = self_;
            board_.wires.push_back(wire);
            place->second(std::make_unique<FakeLink>(wire, false));
            done(std::unique_ptr<net::Link>{std::make_unique<FakeLink>(wire, true)});
        });
    }
    int dials = 0;

private:
    Switchboard& board_;
    net::PeerIdentity self_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::consensus::test
