// fanout: one room, many links that follow it. A text is posted, and the next one when it has come to all of them: how long does it
// take, and how many deliveries are that in a second?
#include <fmt/format.h>

#include "chat/bench/bench.hpp"
#include "chat/bench/figures.hpp"
#include "chat/bench/listeners.hpp"
#include "chat/bench/operations.hpp"
#include "chat/bench/running.hpp"
#include "chat/cli/output.hpp"

namespace parley::chat {
namespace {

constexpr net::Duration connect_within = std::chrono::seconds{120};
constexpr net::Duration deliver_within = std::chrono::seconds{10};

class Fanout {
public:
    Fanout(const FanoutCommand& command, Ground& ground)
        : command_(command), ground_(ground), listeners_(ground.loop, ground.dialer, places(), ground.population.rooms.front(), events()) {}

    void connect() {
        listeners_.start();
        const net::Instant begin = ground_.loop.now();
        while (listeners_.ready() < listeners_.size()) {
            run_for(ground_.loop, std::chrono::milliseconds{20});
            if (ground_.loop.now() - begin > connect_within || !trouble_.empty()) {
                throw CommandFailed(Exit::unreachable, fmt::format("{} of {} could connect: {}", listeners_.ready(), listeners_.size(), trouble_));
            }
        }
    }

    void run() {
        ground_.caller.authenticate(ground_.population.tokens.front());
        Operations operations{ground_.caller, ground_.secrets};
        const net::Instant first = ground_.loop.now();
        const auto seconds = net::Duration{static_cast<std::int64_t>(command_.seconds * 1e9)};
        while (ground_.loop.now() - first < seconds) deliver_one(operations);
        took_ = ground_.loop.now() - first;
    }

    void print(bool json) {
        const double seconds = std::chrono::duration<double>(took_).count();
        const double rate = static_cast<double>(latencies_us_.size()) / seconds;
        const std::uint32_t p50 = percentile(latencies_us_, 0.5);
        const std::uint32_t p99 = percentile(latencies_us_, 0.99);
        const std::uint32_t worst = percentile(latencies_us_, 1.0);
        if (json) {
            return print_line(JsonLine{}.number("listeners", listeners_.size()).decimal("seconds", seconds).number("posts", posts_)
                                  .decimal("deliveries_per_second", rate).number("p50_us", p50).number("p99_us", p99).number("max_us", worst).str());
        }
        print_line(fmt::format("{:.0f} deliveries/s: {} texts to {} each, {:.1f} s", rate, posts_, listeners_.size(), seconds));
        print_line(fmt::format("they came after {} µs in the median, 99 %: {} µs, the last one: {} µs", p50, p99, worst));
    }

private:
    [[nodiscard]] std::vector<Listeners::Place> places() const {
        std::vector<Listeners::Place> places;
        const auto& servers = ground_.cluster.servers;
        const auto& tokens = ground_.population.tokens;
        for (std::uint32_t i = 0; i < command_.listeners; ++i) places.push_back({servers[i % servers.size()], tokens[i % tokens.size()]});
        return places;
    }
    ListenerEvents events() {
        return {[this](std::uint32_t, const RoomMessage& message) { arrived(message); },
                [this](const std::string& why) {
                    trouble_ = why;
                    ground_.loop.stop();
                }};
    }
    void arrived(const RoomMessage& message) {
        if (message.text != text_) return;
        latencies_us_.push_back(static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(ground_.loop.now() - posted_at_).count()));
        if (--missing_ == 0) ground_.loop.stop();
    }
    void deliver_one(Operations& operations) {
        text_ = fmt::format("text {} ", ++posts_);
        text_.resize(std::max<std::size_t>(command_.size, text_.size()), '.');
        missing_ = listeners_.size();
        posted_at_ = ground_.loop.now();
        operations.run(Post{ByRoom{ground_.population.rooms.front()}, text_});
        while (missing_ > 0 && trouble_.empty() && ground_.loop.now() - posted_at_ < deliver_within) {
            const net::TimerId timer = ground_.loop.after(deliver_within, [this] { ground_.loop.stop(); });
            ground_.loop.run();
            ground_.loop.cancel(timer);
        }
        if (missing_ > 0) throw CommandFailed(Exit::unreachable, fmt::format("a text did not come to {} of {}: {}", missing_, listeners_.size(), trouble_));
    }

    const FanoutCommand& command_;
    Ground& ground_;
    std::string trouble_;
    std::string text_;
    std::uint64_t posts_ = 0;
    std::size_t missing_ = 0;
    net::Instant posted_at_;
    net::Duration took_{};
    std::vector<std::uint32_t> latencies_us_;
    Listeners listeners_;
};

}  // namespace

Exit run(const FanoutCommand& command, const GlobalOptions& options) {
    net::AsioLoop loop;
    Ground ground{loop, known_cluster(loop, options), options, WritingOptions{.clients = 1, .connections = 1, .rooms = 1}};
    Fanout fanout{command, ground};
    fanout.connect();
    fanout.run();
    fanout.print(options.json);
    return Exit::ok;
}

}  // namespace parley::chat
