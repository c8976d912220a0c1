// Ports for tests of gateway and client: a clock driven by hand, Loops that can be killed, links in memory that may
// stall or break, a dialer, a worker that can be held, and secrets from a seed.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "net/ports/link.hpp"
#include "net/ports/loop.hpp"
#include "net/ports/secrets.hpp"
#include "net/ports/worker.hpp"

namespace parley::chat::testing {

using namespace std::chrono_literals;

// The one event queue of a test, ordered by time, then by order of arrival.
class Clock {
public:
    explicit Clock(std::uint64_t seed) : state_(seed) {}
    [[nodiscard]] net::Instant now() const { return now_; }
    net::TimerId at(net::Duration delay, net::Task task);
    void cancel(net::TimerId timer);
    std::uint64_t chance();
    // Even chance in [0, 1000) below `permille`.
    bool happens(std::uint64_t permille) { return chance() % 1000 < permille; }
    bool step();
    // False when `until` did not become true within that much virtual time.
    bool run_until(const std::function<bool()>& until, net::Duration limit = 60s);
    void run_for(net::Duration duration);

private:
    net::Instant now_{};
    std::uint64_t state_;
    std::uint64_t last_id_ = 0;
    std::map<std::pair<net::Instant, std::uint64_t>, net::Task> tasks_;
    std::map<std::uint64_t, net::Instant> times_;
};

// The Loop of one process: nothing of it runs after kill().
class FakeLoop final : public net::Loop {
public:
    explicit FakeLoop(Clock& clock) : clock_(clock) {}
    [[nodiscard]] net::Instant now() const override { return clock_.now(); }
    [[nodiscard]] net::WallTime wall_now() const override { return net::WallTime{1'700'000'000'000}; }
    void post(net::Task task) override { after(net::Duration{}, std::move(task)); }
    net::TimerId after(net::Duration delay, net::Task task) override;
    void cancel(net::TimerId timer) override { clock_.cancel(timer); }
    std::uint64_t chance() override { return clock_.chance(); }
    void kill() { alive_.reset(); }

private:
    Clock& clock_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

// Runs jobs on the Loop itself, or keeps them while `held`.
class FakeWorker final : public net::Worker {
public:
    explicit FakeWorker(net::Loop& loop) : loop_(loop) {}
    void run(net::Task job, net::Task done) override;
    void release();
    bool held = false;
    std::uint64_t jobs = 0;   // so far

private:
    net::Loop& loop_;
    std::deque<std::pair<net::Task, net::Task>> waiting_;
};

class FakeSecrets final : public net::Secrets {
public:
    explicit FakeSecrets(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::byte> bytes) override;

private:
    std::uint64_t state_;
};

// Two ends and what is on its way between them.
class Wire : public std::enable_shared_from_this<Wire> {
public:
    Wire(Clock& clock, net::Duration latency) : clock_(clock), latency_(latency) {}
    std::unique_ptr<net::Link> end(std::size_t side, net::Loop& loop, net::PeerIdentity peer);
    // Both ends hear of it; what is on its way is lost.
    void cut();
    // What this side sends stays queued.
    void stall(std::size_t side, bool stalled);
    [[nodiscard]] bool broken() const { return broken_; }

private:
    friend class FakeLink;
    struct Side {
        net::Loop* loop = nullptr;
        net::LinkEvents events;
        bool started = false;
        bool open = false;           // its Link object lives
        bool stalled = false;
        bool closing = false;        // closes when what it sent has arrived
        std::deque<net::SharedBytes> outgoing;
        std::size_t queued = 0;
        bool moving = false;
    };
    void move(std::size_t side);
    void deliver(std::size_t side);
    void tell_closed(std::size_t side);

    Clock& clock_;
    net::Duration latency_;
    Side sides_[2];
    bool broken_ = false;
};

// Addresses and who answers there.
class FakeNetwork {
public:
    using Acceptor = std::function<void(std::unique_ptr<net::Link>)>;
    FakeNetwork(Clock& clock) : clock_(clock) {}
    struct Place {
        net::Loop* loop = nullptr;
        Acceptor acceptor;
    };
    void listen(const std::string& address, net::Loop& loop, Acceptor acceptor) { places_[address] = Place{&loop, std::move(acceptor)}; }
    void stop(const std::string& address) { places_.erase(address); }
    // The client's end, or null when nobody listens there.
    std::unique_ptr<net::Link> connect(const std::string& address, net::Loop& loop);
    // Cuts every link there is.
    void cut_all();
    [[nodiscard]] std::shared_ptr<Wire> newest() const { return wires_.empty() ? nullptr : wires_.back().lock(); }
    std::map<std::string, net::Error> refusals;      // what a dial to that address ends with
    std::string from = "client";                     // the address of whoever connects from now on

private:
    Clock& clock_;
    std::map<std::string, Place> places_;
    std::vector<std::weak_ptr<Wire>> wires_;
};

class FakeDialer final : public net::Dialer {
public:
    FakeDialer(FakeNetwork& network, net::Loop& loop) : network_(network), loop_(loop) {}
    void dial(const std::string& address, net::LinkPurpose purpose,
              net::Function<void(net::Result<std::unique_ptr<net::Link>>)> on_result) override;
    std::size_t dials = 0;

private:
    FakeNetwork& network_;
    net::Loop& loop_;
};

}  // namespace parley::chat::testing
