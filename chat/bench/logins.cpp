// logins: people who log in all at once, as after a power failure in the office. How many a second, and what do others' posts notice?
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "chat/bench/bench.hpp"
#include "chat/bench/figures.hpp"
#include "chat/bench/generator.hpp"
#include "chat/bench/operations.hpp"
#include "chat/bench/running.hpp"
#include "chat/client/asker.hpp"
#include "chat/cli/output.hpp"

namespace parley::chat {
namespace {

// Each asks on a link of its own and, when it is told to come later, does.
class Storm {
public:
    Storm(const LoginsCommand& command, Ground& ground) : command_(command), ground_(ground), asker_(ground.loop, ground.dialer) {}

    void run() {
        const net::Instant begin = ground_.loop.now();
        for (std::uint32_t i = 0; i < std::min(command_.at_once, command_.logins); ++i) next();
        while (answered_ + refused_ < command_.logins) ground_.loop.run();
        took_ = ground_.loop.now() - begin;
    }
    [[nodiscard]] double per_second() const { return static_cast<double>(answered_) / std::chrono::duration<double>(took_).count(); }
    [[nodiscard]] std::uint32_t refused() const { return refused_; }
    [[nodiscard]] const std::string& trouble() const { return trouble_; }
    std::vector<std::uint32_t> latencies_us;

private:
    void next() {
        if (begun_ < command_.logins) log_in(begun_++, ground_.loop.now());
    }
    void log_in(std::uint32_t who, net::Instant since) {
        const Population& population = ground_.population;
        const auto& servers = ground_.cluster.servers;
        const std::string& name = population.names[who % population.names.size()];
        asker_.ask(servers[who % servers.size()], AskLogIn{name, population.password, hash_of(make_token(ground_.secrets)), "parley-bench"},
                   std::chrono::seconds{60}, [this, who, since](net::Result<Asker::Reply> reply) { answered(who, since, reply); });
    }
    void answered(std::uint32_t who, net::Instant since, const net::Result<Asker::Reply>& reply) {
        const auto* answer = reply ? std::get_if<Answer>(&reply->payload) : nullptr;
        if (answer != nullptr && std::holds_alternative<LoggedIn>(answer->result)) {
            ++answered_;
            latencies_us.push_back(static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(ground_.loop.now() - since).count()));
        } else if (!reply && reply.error().kind == net::ErrorKind::timed_out) {
            ground_.loop.after(std::chrono::milliseconds{100}, [this, who, since] { log_in(who, since); });
            return;
        } else {
            ++refused_;
            const auto* refused = answer == nullptr ? nullptr : std::get_if<Refused>(&answer->result);
            trouble_ = refused != nullptr ? sentence(refused->why) : reply ? "no answer to a log-in" : reply.error().message;
        }
        if (answered_ + refused_ == command_.logins) ground_.loop.stop();
        next();
    }

    const LoginsCommand& command_;
    Ground& ground_;
    Asker asker_;
    std::uint32_t begun_ = 0;
    std::uint32_t answered_ = 0;
    std::uint32_t refused_ = 0;
    std::string trouble_;
    net::Duration took_{};
};

class Logins {
public:
    Logins(const LoginsCommand& command, Ground& ground)
        : command_(command), ground_(ground), places_(places_of(writing(), ground.population, look(ground.loop, ground.dialer, ground.cluster.servers), ground.cluster.servers)) {}

    void run() {
        before_ = post(before_seconds);
        if (!before_) throw CommandFailed(Exit::unreachable, "no post was answered; `parley status` shows the cluster");
        {
            std::jthread posting([this] { meanwhile_ = post(command_.seconds); });
            run_for(ground_.loop, warm_up);
            storm_.run();
        }
        if (!meanwhile_) throw CommandFailed(Exit::unreachable, "the posts beside the log-ins could not begin");
    }

    void print(bool json) {
        const std::uint32_t p50 = percentile(storm_.latencies_us, 0.5);
        const std::uint32_t p99 = percentile(storm_.latencies_us, 0.99);
        const std::uint32_t before = percentile(before_->latencies_us, 0.99);
        const std::uint32_t meanwhile = percentile(meanwhile_->latencies_us, 0.99);
        if (json) {
            print_line(JsonLine{}.number("logins", command_.logins).number("refused", storm_.refused()).decimal("logins_per_second", storm_.per_second())
                           .number("p50_us", p50).number("p99_us", p99).number("posts_p99_us_before", before).number("posts_p99_us", meanwhile).str());
        } else {
            print_line(fmt::format("{:.1f} log-ins/s, {} at once: answered after {} ms in the median, 99 %: {} ms; {} refused", storm_.per_second(),
                                   command_.at_once, p50 / 1000, p99 / 1000, storm_.refused()));
            print_line(fmt::format("posts of 16 clients meanwhile: 99 % within {} µs; without log-ins {} µs", meanwhile, before));
        }
        if (storm_.refused() > 0) note_line("the last refusal: " + storm_.trouble());
    }

private:
    static constexpr double before_seconds = 5;
    static constexpr net::Duration warm_up = std::chrono::seconds{1};
    static WritingOptions writing() { return {.clients = 16, .connections = 16, .rooms = 16}; }

    std::optional<Tally> post(double seconds) {
        LoadCommand load{.writing = writing(), .seconds = seconds};
        try {
            return generate(load, ground_.cluster, places_, ground_.population.rooms);
        } catch (const CommandFailed&) {
            return std::nullopt;
        }
    }

    const LoginsCommand& command_;
    Ground& ground_;
    std::vector<Writers::Place> places_;
    Storm storm_{command_, ground_};
    std::optional<Tally> before_;
    std::optional<Tally> meanwhile_;
};

}  // namespace

Exit run(const LoginsCommand& command, const GlobalOptions& options) {
    net::AsioLoop loop;
    Ground ground{loop, known_cluster(loop, options), options, WritingOptions{.clients = 16, .connections = 16, .rooms = 16}};
    Logins logins{command, ground};
    logins.run();
    logins.print(options.json);
    return Exit::ok;
}

}  // namespace parley::chat
