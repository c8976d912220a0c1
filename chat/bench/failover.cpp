// failover: the leader is killed under load, again and again. How long is nothing acknowledged, and is anything lost or
// there twice afterwards?
#include <algorithm>
#include <csignal>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "chat/bench/bench.hpp"
#include "chat/bench/figures.hpp"
#include "chat/bench/running.hpp"
#include "chat/bench/sync_probe.hpp"
#include "chat/cli/lab_orders.hpp"
#include "chat/cli/local_cluster.hpp"
#include "chat/cli/output.hpp"

namespace parley::chat {
namespace {

constexpr net::Duration frozen_for = std::chrono::seconds{3};
constexpr double sync_ms_max = 200;
constexpr net::Duration timeline_step = std::chrono::milliseconds{20};
constexpr std::uint32_t stalls_max = 20;   // a disk that is always like this is what is measured

struct Gap {
    double all_ms = 0;      // nobody's post was acknowledged
    double writer_ms = 0;   // the worst writer
    double sync_ms = 0;     // the longest that the disk took for one block meanwhile
};

class Failover {
public:
    Failover(const FailoverCommand& command, Ground& ground)
        : command_(command), loop_(ground.loop), dialer_(ground.dialer), servers_(ground.cluster.servers), per_writer_(command.writing.clients),
          acknowledged_(command.writing.clients), probe_(read_local_cluster()->data),
          writers_(loop_, dialer_, places_of(command.writing, ground.population, look(loop_, dialer_, servers_), servers_),
                   ground.population.rooms, events()) {}

    // `told` hears of each as it is over.
    std::vector<Gap> run(net::Function<void(std::size_t number, const Gap&)> told) {
        open_sessions(loop_, writers_, last_trouble_);
        writers_.write();
        std::vector<Gap> gaps;
        while (gaps.size() < command_.kills) {
            const Gap gap = one_kill();
            if (is_the_disks(gap)) continue;
            gaps.push_back(gap);
            told(gaps.size(), gap);
        }
        writers_.finish();
        wait_until_whole(loop_, dialer_, servers_);
        const net::Instant end = loop_.now();
        while (writers_.outstanding() > 0 && loop_.now() - end < std::chrono::seconds{20}) run_for(loop_, std::chrono::milliseconds{50});
        return gaps;
    }

    // Texts that were acknowledged, by room; each must be in that room once.
    [[nodiscard]] std::map<std::string, std::uint32_t> acknowledged_texts(std::size_t room, std::size_t rooms) const {
        std::map<std::string, std::uint32_t> texts;
        for (std::uint32_t writer = 0; writer < acknowledged_.size(); ++writer) {
            if (writer % rooms != room) continue;
            for (const std::uint64_t number : acknowledged_[writer]) texts[text_of(writer, number)] = 0;
        }
        return texts;
    }
    [[nodiscard]] std::uint64_t acknowledged() const { return all_.size(); }
    [[nodiscard]] std::uint32_t stalls() const { return stalls_; }
    // "milliseconds acknowledged hurt", a line a step: how many posts were acknowledged in it, and 1 when the leader was hurt in it.
    void write_timeline(const std::string& file) const {
        std::ofstream out(file);
        auto post = all_.begin();
        auto hurt = hurts_.begin();
        for (net::Instant at = all_.empty() ? net::Instant{} : all_.front(); post != all_.end(); at += timeline_step) {
            const auto end = std::find_if(post, all_.end(), [&](net::Instant instant) { return instant >= at + timeline_step; });
            const bool is_hurt = hurt != hurts_.end() && *hurt < at + timeline_step;
            out << fmt::format("{:.0f} {} {}\n", milliseconds(at - all_.front()), end - post, is_hurt ? 1 : 0);
            if (is_hurt) ++hurt;
            post = end;
        }
        if (!out.flush()) throw CommandFailed(Exit::refused, "the timeline could not be written to " + file);
    }

private:
    [[nodiscard]] std::string text_of(std::uint32_t writer, std::uint64_t number) const {
        std::string text = fmt::format("writer {} post {}", writer, number);
        if (text.size() < command_.writing.size) text.append(command_.writing.size - text.size(), '.');
        return text;
    }
    WriterEvents events() {
        WriterEvents events;
        events.done = [this](std::uint32_t writer, std::uint64_t number, const Outcome&) {
            all_.push_back(loop_.now());
            per_writer_[writer].push_back(loop_.now());
            acknowledged_[writer].push_back(number);
        };
        events.trouble = [this](const std::string& why) { last_trouble_ = why; };
        events.next = [this](std::uint32_t writer, std::uint64_t number) { return PostText{text_of(writer, number)}; };
        return events;
    }
    [[nodiscard]] net::Duration pause() const { return net::Duration{static_cast<std::int64_t>(command_.pause_seconds * 1e9)}; }

    Gap one_kill() {
        const Seen seen = wait_until_whole(loop_, dialer_, servers_);
        writers_.go_home();   // or all of them would soon sit on one replica, and its death would be everybody's
        run_for(loop_, pause());
        const Seen now = look(loop_, dialer_, servers_);   // it may have changed during the pause
        probe_.take_longest();
        const net::Instant begin = loop_.now();
        hurts_.push_back(begin);
        hurt(now.leader_process != 0 ? now : seen);
        run_for(loop_, pause());
        const net::Instant end = loop_.now();
        Gap gap;
        gap.sync_ms = milliseconds(probe_.take_longest());
        gap.all_ms = milliseconds(longest_gap(all_, begin, end));
        for (const auto& writer : per_writer_) gap.writer_ms = std::max(gap.writer_ms, milliseconds(longest_gap(writer, begin, end)));
        return gap;
    }
    // While the disk itself stood still nothing is said about the cluster: that kill is repeated.
    bool is_the_disks(const Gap& gap) {
        if (gap.sync_ms <= sync_ms_max || stalls_ == stalls_max) return false;
        ++stalls_;
        note_line(fmt::format("the disk took {:.0f} ms for one block: this one is repeated ({:.0f} ms without an acknowledgement)", gap.sync_ms, gap.all_ms));
        return true;
    }
    void hurt(const Seen& seen) {
        if (command_.how == KillHow::cut) return cut_off(seen);
        const auto process = static_cast<pid_t>(seen.leader_process);
        if (command_.how == KillHow::kill) {
            if (::kill(process, SIGKILL) != 0) throw CommandFailed(Exit::refused, fmt::format("process {} of the leader cannot be killed from here", process));
            return;
        }
        if (::kill(process, SIGSTOP) != 0) throw CommandFailed(Exit::refused, fmt::format("process {} of the leader cannot be stopped from here", process));
        loop_.after(frozen_for, [process] { ::kill(process, SIGCONT); });
    }
    void cut_off(const Seen& seen) {
        const auto leader = std::ranges::find(seen.reports, "leader", &StatusReport::role);
        for (const StatusReport& report : seen.reports) {
            if (report.role != "leader") order_lab(fmt::format("cut {} {}", leader->alias, report.alias));
        }
        loop_.after(frozen_for, [] { order_lab("heal"); });
    }
    static double milliseconds(net::Duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

    const FailoverCommand& command_;
    net::AsioLoop& loop_;
    net::AsioDialer& dialer_;
    const std::vector<std::string>& servers_;
    std::vector<net::Instant> all_;
    std::vector<net::Instant> hurts_;
    std::vector<std::vector<net::Instant>> per_writer_;
    std::vector<std::vector<std::uint64_t>> acknowledged_;
    std::string last_trouble_;
    std::uint32_t stalls_ = 0;   // of the disk; each had its kill repeated
    SyncProbe probe_;
    Writers writers_;
};

struct Audit {
    std::uint64_t lost = 0;
    std::uint64_t repeated = 0;
};

// Reads a room from its first text to its last and counts.
void audit_room(Caller& caller, RoomId room, std::map<std::string, std::uint32_t> texts, Audit& audit) {
    std::map<std::string, std::uint32_t> others;   // not acknowledged; at most once all the same
    for_each_text(caller, room, [&](const RoomMessage& message) {
        const auto known = texts.find(message.text);
        ++(known != texts.end() ? known->second : others[message.text]);
    });
    for (const auto& [text, count] : texts) {
        audit.lost += count == 0 ? 1 : 0;
        audit.repeated += count > 1 ? count - 1 : 0;
    }
    for (const auto& [text, count] : others) audit.repeated += count > 1 ? count - 1 : 0;
}

const char* word_of(KillHow how) {
    switch (how) {
        case KillHow::kill: return "killed";
        case KillHow::stop: return "frozen";
        case KillHow::cut: return "cut off";
    }
    return "";
}

void print_gap(const FailoverCommand& command, std::size_t number, const Gap& gap) {
    print_line(fmt::format("leader {}, {} of {}: nothing acknowledged for {:.0f} ms; the worst writer waited {:.0f} ms, the disk took up to {:.0f} ms", word_of(command.how), number,
                           command.kills, gap.all_ms, gap.writer_ms, gap.sync_ms));
}

void print_sums(const FailoverCommand& command, const GlobalOptions& options, const std::vector<Gap>& gaps, const Audit& audit, const Failover& failover) {
    const std::uint64_t posts = failover.acknowledged();
    std::vector<double> all;
    std::vector<double> writers;
    std::vector<double> syncs;
    for (const Gap& gap : gaps) {
        all.push_back(gap.all_ms);
        writers.push_back(gap.writer_ms);
        syncs.push_back(gap.sync_ms);
    }
    const double worst = all.empty() ? 0 : *std::max_element(all.begin(), all.end());
    if (options.json) {
        print_line(JsonLine{}.number("kills", command.kills).decimals("gap_ms", all).decimals("client_gap_ms", writers).decimals("sync_ms", syncs)
                       .decimal("median_ms", median(all)).decimal("worst_ms", worst).number("lost", audit.lost)
                       .number("repeated", audit.repeated).number("disk_stalls", failover.stalls()).number("posts", posts).number("clients", command.writing.clients).str());
        return;
    }
    const std::string stalls = failover.stalls() == 0 ? "" : fmt::format("; {} more, in which the disk stood still, were repeated", failover.stalls());
    print_line(fmt::format("median {:.0f} ms, worst {:.0f} ms; of {} acknowledged posts {} lost, {} repeated{}", median(all), worst, posts, audit.lost, audit.repeated, stalls));
}

}  // namespace

Exit run(const FailoverCommand& command, const GlobalOptions& options) {
    net::AsioLoop loop;
    KnownCluster cluster = known_cluster(loop, options);
    if (!cluster.is_local) {
        throw CommandFailed(Exit::refused, "failover kills processes of this machine: run it beside the `parley up` whose leader is to die");
    }
    Ground ground{loop, std::move(cluster), options, command.writing};
    const Population& population = ground.population;
    Failover failover{command, ground};
    const auto gaps = failover.run([&](std::size_t number, const Gap& gap) {
        if (!options.json) print_gap(command, number, gap);
    });
    if (!command.timeline.empty()) failover.write_timeline(command.timeline);
    Audit audit;
    for (std::size_t i = 0; i < population.rooms.size(); ++i) {
        audit_room(ground.caller, population.rooms[i], failover.acknowledged_texts(i, population.rooms.size()), audit);
    }
    print_sums(command, options, gaps, audit, failover);
    return audit.lost == 0 && audit.repeated == 0 ? Exit::ok : Exit::refused;
}

}  // namespace parley::chat
