#include "tests/unit/gateway/fake_ports.hpp"

namespace parley::chat::testing {
namespace {

std::uint64_t next_random(std::uint64_t& state) {
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t value = state;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

}  // namespace

net::TimerId Clock::at(net::Duration delay, net::Task task) {
    const std::uint64_t id = ++last_id_;
    tasks_.emplace(std::pair{now_ + delay, id}, std::move(task));
    times_[id] = now_ + delay;
    return net::TimerId{id};
}

void Clock::cancel(net::TimerId timer) {
    const auto found = times_.find(timer.value);
    if (found == times_.end()) return;
    tasks_.erase({found->second, timer.value});
    times_.erase(found);
}

std::uint64_t Clock::chance() { return next_random(state_); }

bool Clock::step() {
    if (tasks_.empty()) return false;
    auto first = tasks_.extract(tasks_.begin());
    now_ = first.key().first;
    times_.erase(first.key().second);
    first.mapped()();
    return true;
}

bool Clock::run_until(const std::function<bool()>& until, net::Duration limit) {
    const net::Instant end = now_ + limit;
    while (!until()) {
        if (now_ > end || !step()) return false;
    }
    return true;
}

void Clock::run_for(net::Duration duration) {
    const net::Instant end = now_ + duration;
    while (!tasks_.empty() && tasks_.begin()->first.first <= end) step();
    now_ = end;
}

net::TimerId FakeLoop::after(net::Duration delay, net::Task task) {
    return clock_.at(delay, [alive = std::weak_ptr<int>(alive_), task = std::move(task)]() mutable {
        if (alive.lock()) task();
    });
}

void FakeWorker::run(net::Task job, net::Task done) {
    ++jobs;
    waiting_.emplace_back(std::move(job), std::move(done));
    if (!held) release();
}

void FakeWorker::release() {
    for (auto& [job, done] : std::exchange(waiting_, {})) {
        job();
        loop_.post(std::move(done));
    }
}

void FakeSecrets::fill(std::span<std::byte> bytes) {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(next_random(state_) & 0xFFU);
}

class FakeLink final : public net::Link {
public:
    FakeLink(std::shared_ptr<Wire> wire, std::size_t side, net::PeerIdentity peer) : wire_(std::move(wire)), side_(side), peer_(std::move(peer)) {}
    ~FakeLink() override { close(); }

    void start(net::LinkEvents events) override {
        wire_->sides_[side_].events = std::move(events);
        wire_->sides_[side_].started = true;
        wire_->move(1 - side_);
    }
    void send(net::SharedBytes frame) override {
        Wire::Side& mine = wire_->sides_[side_];
        if (wire_->broken_ || mine.closing) return;
        mine.queued += frame->size();
        mine.outgoing.push_back(std::move(frame));
        wire_->move(side_);
    }
    [[nodiscard]] std::size_t queued_bytes() const override { return wire_->sides_[side_].queued; }
    [[nodiscard]] const net::PeerIdentity& peer() const override { return peer_; }
    void close() override {
        Wire::Side& mine = wire_->sides_[side_];
        if (!mine.open) return;
        mine.open = false;
        mine.closing = true;
        wire_->move(side_);
    }

private:
    std::shared_ptr<Wire> wire_;
    std::size_t side_;
    net::PeerIdentity peer_;
};

std::unique_ptr<net::Link> Wire::end(std::size_t side, net::Loop& loop, net::PeerIdentity peer) {
    sides_[side].loop = &loop;
    sides_[side].open = true;
    return std::make_unique<FakeLink>(shared_from_this(), side, std::move(peer));
}

// One frame at a time, each after the latency of the wire.
void Wire::move(std::size_t side) {
    Side& from = sides_[side];
    if (from.moving || from.stalled || broken_ || !sides_[1 - side].started) return;
    if (from.outgoing.empty() && !from.closing) return;
    from.moving = true;
    clock_.at(latency_, [self = shared_from_this(), side] { self->deliver(side); });
}

void Wire::deliver(std::size_t side) {
    Side& from = sides_[side];
    from.moving = false;
    if (broken_ || from.stalled) return;
    // Everything queued by now goes in one read.
    while (!from.outgoing.empty() && !broken_) {
        const net::SharedBytes bytes = std::move(from.outgoing.front());
        from.outgoing.pop_front();
        from.queued -= bytes->size();
        Side& to = sides_[1 - side];
        if (!to.open) continue;
        to.loop->post([self = shared_from_this(), side, bytes] {
            Side& receiver = self->sides_[1 - side];
            if (!receiver.open) return;
            net::FrameReader reader;
            reader.feed(*bytes);
            const auto frame = reader.next();
            if (frame && *frame) receiver.events.on_frame(**frame);
        });
    }
    if (from.closing) {
        broken_ = true;
        return tell_closed(1 - side);
    }
    if (from.open && from.events.on_drained) {
        from.loop->post([self = shared_from_this(), side] {
            if (self->sides_[side].open) self->sides_[side].events.on_drained();
        });
    }
}

void Wire::tell_closed(std::size_t side) {
    Side& told = sides_[side];
    if (!told.open || told.loop == nullptr) return;
    told.loop->post([self = shared_from_this(), side] {
        Side& receiver = self->sides_[side];
        if (receiver.open && receiver.events.on_closed) receiver.events.on_closed(net::Error{net::ErrorKind::closed, "the link broke"});
    });
}

void Wire::cut() {
    if (std::exchange(broken_, true)) return;
    tell_closed(0);
    tell_closed(1);
}

void Wire::stall(std::size_t side, bool stalled) {
    sides_[side].stalled = stalled;
    move(side);
}

std::unique_ptr<net::Link> FakeNetwork::connect(const std::string& address, net::Loop& loop) {
    const auto found = places_.find(address);
    if (found == places_.end()) return nullptr;
    auto wire = std::make_shared<Wire>(clock_, 200us);
    wires_.push_back(wire);
    std::unique_ptr<net::Link> mine = wire->end(0, loop, net::PeerIdentity{address, {}, {}});
    found->second.acceptor(wire->end(1, *found->second.loop, net::PeerIdentity{from, {}, {}}));
    return mine;
}

void FakeNetwork::cut_all() {
    for (const auto& weak : std::exchange(wires_, {})) {
        if (const auto wire = weak.lock()) wire->cut();
    }
}

void FakeDialer::dial(const std::string& address, net::LinkPurpose,
                      net::Function<void(net::Result<std::unique_ptr<net::Link>>)> on_result) {
    ++dials;
    loop_.after(300us, [this, address, on_result = std::move(on_result)]() mutable {
        const auto refused = network_.refusals.find(address);
        if (refused != network_.refusals.end()) return on_result(refused->second);
        std::unique_ptr<net::Link> link = network_.connect(address, loop_);
        if (link == nullptr) return on_result(net::Error{net::ErrorKind::unreachable, "nobody listens at " + address});
        on_result(std::move(link));
    });
}

}  // namespace parley::chat::testing
