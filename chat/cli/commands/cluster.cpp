// status, verify and transfer: every replica is asked by itself.
#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "chat/cli/addresses.hpp"
#include "chat/cli/commands/commands.hpp"
#include "chat/cli/commands/replicas.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/runtime.hpp"
#include "chat/state/shown_text.hpp"

namespace parley::chat {
namespace {

// A replica behind the newest chosen slot is asked again until it has applied that slot: its delay, measured.
void measure_lag(Runtime& runtime, std::vector<ReplicaLine>& lines) {
    std::uint64_t chosen = 0;
    for (const ReplicaLine& line : lines) chosen = std::max(chosen, line.report ? line.report->chosen_through : 0);
    const net::Instant begin = runtime.loop().now();
    const auto is_behind = [&](const ReplicaLine& line) { return line.report && line.report->applied_through < chosen; };
    while (std::any_of(lines.begin(), lines.end(), is_behind) && runtime.loop().now() - begin < std::chrono::seconds{1}) {
        for (ReplicaLine& line : lines) {
            if (!is_behind(line)) continue;
            const Replies again = ask_all(runtime, {line.address}, AskStatus{});
            const auto* report = answer_of<StatusReport>(again[0]);
            if (report != nullptr) line.report->applied_through = report->applied_through;
            line.lag_ms = std::chrono::duration_cast<std::chrono::milliseconds>(runtime.loop().now() - begin).count();
        }
    }
}

bool is_loopback_address(const std::string& text) {
    const auto address = parse_address(text);
    return address && is_loopback(address->host);
}

std::string status_json(const ReplicaLine& line) {
    JsonLine json;
    if (!line.report) {
        return json.null("id").text("address", line.address).flag("ok", false).text("problem", line.problem).str();
    }
    const StatusReport& report = *line.report;
    json.text("id", report.alias).text("address", line.address);
    if (is_loopback_address(line.address)) json.number("pid", report.process);
    json.text("role", report.role)
        .text("ballot", fmt::format("{}.{}", report.ballot_round, report.ballot_alias))
        .text("leader", report.leader_alias)
        .number("chosen", report.chosen_through)
        .number("applied", report.applied_through)
        .number("lag_ms", line.lag_ms)
        .decimal("rtt_ms", std::chrono::duration<double, std::milli>(line.round_trip).count())
        .text("version", report.version)
        .flag("ok", true)
        .text("node", fmt::format("{:016x}", report.node))
        .number("replicas", report.replicas)
        .number("reachable", report.reachable)
        .number("clients", report.clients)
        .number("clock_offset_ms", report.clock_offset_ms)
        .number("log_syncs", report.log_syncs)
        .number("log_bytes", report.log_bytes)
        .number("refused_links", report.refused_links)
        .number("level", report.known_level)
        .number("cluster_level", report.cluster_level)
        .flag("leases", report.leases)
        .number("lease_left_ms", report.lease_left_ms)
        .flag("has_room", report.has_room)
        .number("free_bytes", report.free_bytes)
        .number("priority", report.priority)
        .number("chunks", report.chunks);
    if (report.files) {
        json.number("files", report.files->files).number("file_bytes", report.files->bytes);
        json.number("chunks_missing", report.files->chunks_missing).number("bytes_missing", report.files->bytes_missing);
    } else {
        json.null("files").null("file_bytes").null("chunks_missing").null("bytes_missing");
    }
    return json.str();
}

// Some replica should lead rather than others.
bool has_priorities(const std::vector<ReplicaLine>& lines) {
    return std::ranges::any_of(lines, [](const ReplicaLine& line) { return line.report && line.report->priority != consensus::default_priority; });
}

std::vector<std::string> status_row(const ReplicaLine& line) {
    if (!line.report) return {"-", line.address, "-", "down", "-", "-", "-", "-", "-", "-", line.problem};
    const StatusReport& report = *line.report;
    return {report.alias,
            line.address,
            is_loopback_address(line.address) ? std::to_string(report.process) : "-",
            report.role,
            std::to_string(report.priority),
            fmt::format("{}.{}", report.ballot_round, report.ballot_alias),
            std::to_string(report.chosen_through),
            std::to_string(report.applied_through),
            fmt::format("{} ms", line.lag_ms),
            fmt::format("{:.2f} ms", std::chrono::duration<double, std::milli>(line.round_trip).count()),
            report.version};
}

struct Quorum {
    std::size_t voters = 0;
    std::size_t alive = 0;
    bool has_leader = false;
    [[nodiscard]] std::size_t needed() const { return voters / 2 + 1; }
    [[nodiscard]] bool stands() const { return alive >= needed() && has_leader; }
};

bool votes(const StatusReport& report) { return report.role != "learner" && report.role != "no member"; }

Quorum quorum_of(const std::vector<ReplicaLine>& lines) {
    Quorum quorum;
    std::size_t reachable = 0;
    for (const ReplicaLine& line : lines) {
        if (!line.report) continue;
        if (votes(*line.report)) ++quorum.alive;
        quorum.voters = std::max<std::size_t>(quorum.voters, line.report->replicas);
        reachable = std::max<std::size_t>(reachable, line.report->reachable);
        if (!line.report->leader_alias.empty()) quorum.has_leader = true;
    }
    if (quorum.voters == 0) quorum.voters = lines.size();   // nobody says how many there are
    // Asked about a few of them only, one of these knows of the others.
    if (lines.size() < quorum.voters) quorum.alive = std::max(quorum.alive, reachable);
    return quorum;
}

std::string quorum_sentence(const Quorum& quorum) {
    if (quorum.alive < quorum.needed()) {
        return fmt::format("{} of {} replicas answer: no quorum, {} are needed to accept messages", quorum.alive,
                           quorum.voters, quorum.needed());
    }
    if (!quorum.has_leader) return fmt::format("{} of {} replicas answer, but there is no leader yet", quorum.alive, quorum.voters);
    const std::size_t spare = quorum.alive - quorum.needed();
    return fmt::format("{} of {} replicas answer; {}", quorum.alive, quorum.voters,
                       spare == 0 ? "no further failure can be stood" : fmt::format("{} more may fail", spare));
}

// Said while programs of different versions run, or newer ones wait for the others.
std::string level_sentence(const std::vector<ReplicaLine>& lines) {
    std::uint32_t used = 0;
    std::uint32_t highest = 0;
    for (const ReplicaLine& line : lines) {
        if (!line.report) continue;
        used = std::max(used, line.report->cluster_level);
        highest = std::max(highest, line.report->known_level);
    }
    if (highest <= used) return {};
    std::vector<std::string> older;
    for (const ReplicaLine& line : lines) {
        if (!line.report || line.report->known_level < highest) older.push_back(line.report ? line.report->alias : line.address);
    }
    return older.empty() ? fmt::format("the cluster uses feature level {} and goes to {} in a moment", used, highest)
                         : fmt::format("the cluster uses feature level {}; it goes to {} when these are updated and up: {}", used, highest, fmt::join(older, ", "));
}

// Said where leases are on: who holds one, and how long it would last if nobody pledged anything more.
std::string lease_sentence(const std::vector<ReplicaLine>& lines) {
    bool on = false;
    for (const ReplicaLine& line : lines) {
        if (!line.report) continue;
        on = on || line.report->leases;
        if (line.report->lease_left_ms == 0) continue;
        return fmt::format("leases are on: replica {} holds one for {} ms more", line.report->alias, line.report->lease_left_ms);
    }
    return on ? "leases are on, and nobody holds one: reads are confirmed by a majority" : "";
}

// Said while a disk is full.
std::string room_sentence(const std::vector<ReplicaLine>& lines, const Quorum& quorum) {
    std::vector<std::string> full;
    std::size_t full_voters = 0;
    for (const ReplicaLine& line : lines) {
        if (!line.report || line.report->has_room) continue;
        if (votes(*line.report)) ++full_voters;
        full.push_back(fmt::format("{} ({} MiB free)", line.report->alias, line.report->free_bytes >> 20U));
    }
    if (full.empty()) return {};
    const bool nowhere = full_voters + quorum.needed() > quorum.voters;
    return fmt::format("the disk is full on {}: make room there. {}", fmt::join(full, ", "),
                       nowhere ? "Until then nothing new is accepted; what was written can be read" : "Until then the other replicas take what is new");
}

// Said while a replica lacks a part of a file: it was away, is new, or its disk has lost it.
std::string files_sentence(const std::vector<ReplicaLine>& lines) {
    std::vector<std::string> lacking;
    for (const ReplicaLine& line : lines) {
        if (!line.report || !line.report->files || line.report->files->chunks_missing == 0) continue;
        lacking.push_back(fmt::format("{} ({} parts, {})", line.report->alias, line.report->files->chunks_missing, shown_size(line.report->files->bytes_missing)));
    }
    return lacking.empty() ? "" : fmt::format("parts of files are missing on {}: these are fetched from the other replicas", fmt::join(lacking, ", "));
}

// On all replicas together; none when one of them does not say.
std::optional<std::uint64_t> chunks_missing(const std::vector<ReplicaLine>& lines) {
    std::uint64_t missing = 0;
    for (const ReplicaLine& line : lines) {
        if (!line.report || !line.report->files) return std::nullopt;
        missing += line.report->files->chunks_missing;
    }
    return missing;
}

// Slot 0 lets that replica take the digest through the log; the first one that can do it is enough.
DigestReport take_digest(Runtime& runtime) {
    net::Error last{net::ErrorKind::timed_out, "no replica answered in time; `parley status` shows which are up"};
    for (const std::string& server : servers_of(runtime)) {
        const Replies replies = ask_all(runtime, {server}, AskDigest{0});
        if (const auto* report = answer_of<DigestReport>(replies[0])) return *report;
        if (!*replies[0]) last = replies[0]->error();
        if (last.kind == net::ErrorKind::refused || last.kind == net::ErrorKind::untrusted) break;
    }
    throw CommandFailed(exit_of(last), last.message);
}

// The voter that will lead in its place in a while, because of its priority; nullptr for none.
const StatusReport* preferred_to(const StatusReport& leader, const std::vector<ReplicaLine>& lines) {
    const StatusReport* best = &leader;
    for (const ReplicaLine& line : lines) {
        if (line.report && votes(*line.report) && line.report->has_room && line.report->priority > best->priority) best = &*line.report;
    }
    return best == &leader ? nullptr : best;
}

Exit transferred(const GlobalOptions& options, const StatusReport& leader, const std::string& before, const std::vector<ReplicaLine>& lines) {
    const StatusReport* const preferred = preferred_to(leader, lines);
    if (options.json) {
        JsonLine json;
        json.text("leader", leader.alias).text("before", before).flag("ok", true);
        if (preferred != nullptr) json.text("goes_back_to", preferred->alias);
        print_line(json.str());
        return Exit::ok;
    }
    if (leader.alias == before) print_line(fmt::format("replica {} leads already", leader.alias));
    else print_line(fmt::format("replica {} leads now; {} did before", leader.alias, before));
    if (preferred != nullptr) {
        print_line(fmt::format("leadership goes to replica {} in a while, whose priority is {}, not {}; `parley cluster priority {} {}` keeps it here",
                               preferred->alias, preferred->priority, leader.priority, preferred->alias, leader.priority));
    }
    return Exit::ok;
}

}  // namespace

Exit run(const TransferCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    require_operator(runtime, "a transfer of leadership");
    const net::Instant end = runtime.loop().now() + options.timeout;
    std::optional<std::string> before;
    std::string why = "no replica leads; `parley status` shows which are up";
    for (; runtime.loop().now() < end; wait(runtime, std::chrono::milliseconds{100})) {
        const auto lines = ask_status(runtime);
        if (!before && line_of(lines, command.replica) == nullptr) {
            throw CommandFailed(Exit::refused, fmt::format("no replica \"{}\" answers; `parley status` shows them", command.replica));
        }
        const ReplicaLine* leader = leader_of(lines);
        if (leader == nullptr) continue;
        if (!before) before = leader->report->alias;
        if (leader->report->alias == command.replica) return transferred(options, *leader->report, *before, lines);
        const Replies replies = ask_all(runtime, {leader->address}, AskTransfer{command.replica});
        why = *replies[0] ? fmt::format("replica {} still leads", leader->report->alias) : replies[0]->error().message;
    }
    throw CommandFailed(Exit::unreachable, "leadership was not handed over in time: " + why);
}

Exit run(const StatusCommand&, const GlobalOptions& options) {
    Runtime runtime{options};
    auto lines = ask_status(runtime);
    measure_lag(runtime, lines);
    const Quorum quorum = quorum_of(lines);
    if (options.json) {
        for (const ReplicaLine& line : lines) print_line(status_json(line));
    } else {
        std::vector<std::vector<std::string>> rows = {
            {"id", "address", "pid", "role", "priority", "ballot", "chosen", "applied", "lag", "round trip", "version"}};
        for (const ReplicaLine& line : lines) rows.push_back(status_row(line));
        if (!has_priorities(lines)) {
            constexpr std::ptrdiff_t priority_column = 4;
            for (auto& row : rows) row.erase(row.begin() + priority_column);
        }
        print_line(table(rows));
        print_line(quorum_sentence(quorum));
        if (const std::string levels = level_sentence(lines); !levels.empty()) print_line(levels);
        if (const std::string lease = lease_sentence(lines); !lease.empty()) print_line(lease);
        if (const std::string room = room_sentence(lines, quorum); !room.empty()) print_line(room);
        if (const std::string files = files_sentence(lines); !files.empty()) print_line(files);
    }
    return quorum.stands() ? Exit::ok : Exit::unreachable;
}

Exit run(const VerifyCommand&, const GlobalOptions& options) {
    Runtime runtime{options};
    require_operator(runtime, "verify");
    const DigestReport first = take_digest(runtime);
    const std::vector<std::string> servers = servers_of(runtime);
    const Replies replies = ask_all(runtime, servers, AskDigest{first.slot});
    std::size_t agree = 0;
    std::size_t differ = 0;
    for (std::size_t i = 0; i < servers.size(); ++i) {
        const auto* report = answer_of<DigestReport>(replies[i]);
        if (report == nullptr) {
            note_line(fmt::format("{}: {}", servers[i], *replies[i] ? "gave no digest" : replies[i]->error().message));
        } else if (report->digest == first.digest) {
            ++agree;
        } else {
            ++differ;
            note_line(fmt::format("{}: state {:016x} differs from {:016x}", servers[i], report->digest, first.digest));
        }
    }
    const bool all = agree == servers.size();
    const auto lines = ask_status(runtime);
    if (options.json) {
        JsonLine json;
        json.number("slot", first.slot).number("replicas", servers.size()).number("agree", agree).number("differ", differ)
            .text("digest", fmt::format("{:016x}", first.digest)).flag("ok", all);
        const auto missing = chunks_missing(lines);
        print_line((missing ? json.number("chunks_missing", *missing) : json.null("chunks_missing")).str());
    } else {
        print_line(fmt::format("{} of {} replicas agree at slot {}", agree, servers.size(), first.slot));
        if (const std::string files = files_sentence(lines); !files.empty()) print_line(files);
    }
    if (differ > 0) return Exit::refused;
    return all ? Exit::ok : Exit::unreachable;
}

}  // namespace parley::chat
