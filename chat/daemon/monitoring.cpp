#include "chat/daemon/monitoring.hpp"

#include <fstream>

#include <fmt/format.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

namespace parley::chat {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

class Families {
public:
    void gauge(const char* name, const char* help, double value, std::vector<ClientMetric::Label> labels = {}) {
        ClientMetric metric;
        metric.label = std::move(labels);
        metric.gauge.value = value;
        all_.push_back({name, help, MetricType::Gauge, {std::move(metric)}});
    }
    void counter(const char* name, const char* help, double value) {
        ClientMetric metric;
        metric.counter.value = value;
        all_.push_back({name, help, MetricType::Counter, {std::move(metric)}});
    }
    // One family, however many there are.
    void certificates(const std::map<std::string, net::WallTime>& valid_until) {
        if (valid_until.empty()) return;
        MetricFamily family{"parley_certificate_valid_until_seconds", "When the certificate ends to be valid, in seconds since 1970", MetricType::Gauge, {}};
        for (const auto& [what, until] : valid_until) {
            ClientMetric metric;
            metric.label = {{"for", what}};
            metric.gauge.value = static_cast<double>(until.ms / 1000);
            family.metric.push_back(std::move(metric));
        }
        all_.push_back(std::move(family));
    }
    void counter(const char* name, const char* help, std::uint64_t value) { counter(name, help, static_cast<double>(value)); }
    void gauge(const char* name, const char* help, std::uint64_t value) { gauge(name, help, static_cast<double>(value)); }
    [[nodiscard]] std::string text() const { return prometheus::TextSerializer{}.Serialize(all_); }

private:
    std::vector<MetricFamily> all_;
};

void add_consensus(Families& families, const ServerMetrics& metrics) {
    families.gauge("parley_is_leader", "1 on the replica that leads and has recovered", metrics.replica.leading ? 1.0 : 0.0);
    families.gauge("parley_has_leader", "1 while this replica knows a leader that it heard lately", metrics.replica.leader ? 1.0 : 0.0);
    families.gauge("parley_lease_held", "1 while this leader may answer reads on its lease", metrics.holds_lease ? 1.0 : 0.0);
    families.counter("parley_leased_reads_total", "Requests for a read slot that this leader answered on its lease", metrics.leased_reads);
    families.gauge("parley_ballot_round", "Round of the ballot followed; grows with each election", metrics.replica.ballot.round);
    families.gauge("parley_slots_chosen", "All slots up to this one are known as chosen", metrics.replica.chosen_through.value);
    families.gauge("parley_slots_executed", "All slots up to this one took effect here", metrics.executed_through);
    families.gauge("parley_slots_committed", "All slots up to this one are in the database", metrics.committed_through);
    families.gauge("parley_slots_open", "Slots the leader proposed and that are not chosen yet", std::uint64_t{metrics.replica.open_slots});
    families.gauge("parley_commands_queued", "Commands the leader has not put into a slot yet", std::uint64_t{metrics.replica.queued_commands});
    families.gauge("parley_clock_offset_seconds", "Own clock minus the voters' median",
                   static_cast<double>(metrics.replica.clock_offset_ms) / 1000.0);
    families.gauge("parley_self_check_slot", "The newest boundary at which this replica's running hashes were compared with the others'", metrics.self_check.slot);
    families.gauge("parley_self_check_agrees", "1 when a majority had the same there", metrics.self_check.verdict == Verdict::agrees ? 1.0 : 0.0);
    families.gauge("parley_self_check_disputed", "1 while no majority agrees with anybody: nothing is shown", metrics.self_check.verdict == Verdict::disputed ? 1.0 : 0.0);
    families.gauge("parley_rebuilding", "1 while this replica fetches its state from the others and takes no part", metrics.rebuilding ? 1.0 : 0.0);
    families.gauge("parley_replicas", "Voters of the cluster", std::uint64_t{metrics.replicas});
    families.gauge("parley_replicas_reachable", "Replicas connected to this one, itself included", std::uint64_t{metrics.reachable});
}

void add_log_and_links(Families& families, const ServerMetrics& metrics) {
    families.counter("parley_log_appends_total", "Batches appended to the write-ahead log", metrics.log.appends);
    families.counter("parley_log_syncs_total", "fdatasync calls of the write-ahead log", metrics.log.syncs);
    families.counter("parley_log_written_bytes_total", "Bytes written to the write-ahead log", metrics.log.bytes);
    if (metrics.free_bytes) families.gauge("parley_disk_free_bytes", "Room on the disk of the data folder", *metrics.free_bytes);
    families.gauge("parley_disk_has_room", "0 while the disk is so full that this replica takes nothing new", metrics.has_room ? 1.0 : 0.0);
    families.counter("parley_scrub_rounds_total", "Times the whole database was read from the disk and found whole", metrics.scrub_rounds);
    families.counter("parley_log_scrub_rounds_total", "Times the whole log was read from the disk", metrics.log_scrub_rounds);
    families.counter("parley_peer_messages_sent_total", "Messages handed to links of other replicas", metrics.peers.sent);
    families.counter("parley_peer_messages_received_total", "Messages from other replicas", metrics.peers.received);
    families.counter("parley_peer_messages_dropped_total", "Messages without a link, or beyond its queue", metrics.peers.dropped);
    families.counter("parley_peer_dials_total", "Attempts to connect to other replicas", metrics.peers.dials);
    families.counter("parley_links_refused_total", "Links closed for what they said, or failed to say", metrics.refused_links);
    families.counter("parley_log_ins_refused_total", "Passwords that were not looked at because there had been too many wrong ones", metrics.refused_log_ins);
    families.counter("parley_requests_refused_total", "Requests of clients that came faster than [gateway] allows", metrics.refused_requests);
    families.gauge("parley_clients", "Connected clients", std::uint64_t{metrics.clients});
    families.gauge("parley_commands_waiting", "Commands of clients that wait for their answer", std::uint64_t{metrics.waiting_commands});
}

void add_contents(Families& families, const ServerMetrics& metrics) {
    families.gauge("parley_has_to_erase", "1 while something that was deleted, or has grown too old for its room, is still there", metrics.has_to_erase ? 1.0 : 0.0);
    families.gauge("parley_file_chunks", "Parts of files on this replica's disk", metrics.chunks);
    if (!metrics.files) return;   // not known before it has looked through all of them
    families.gauge("parley_files", "Files that a majority of the replicas holds", metrics.files->files);
    families.gauge("parley_file_bytes", "Size of these files", metrics.files->bytes);
    families.gauge("parley_file_chunks_missing", "Parts of these files that this replica lacks and fetches from the others", metrics.files->chunks_missing);
    families.gauge("parley_file_missing_bytes", "Size of the parts that this replica lacks", metrics.files->bytes_missing);
}

double resident_bytes() {
    std::ifstream statm{"/proc/self/statm"};
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    statm >> size >> resident;
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string metrics_text(const ServerMetrics& metrics, const std::string& version, const std::map<std::string, net::WallTime>& certificates) {
    Families families;
    families.gauge("parley_build_info", "Always 1; the label says which version runs", 1.0, {{"version", version}});
    add_consensus(families, metrics);
    add_log_and_links(families, metrics);
    add_contents(families, metrics);
    families.counter("process_cpu_seconds_total", "User and system time of this process", cpu_seconds());
    families.gauge("process_resident_memory_bytes", "Memory of this process in RAM", resident_bytes());
    families.certificates(certificates);
    return families.text();
}

// Empty: ready.
std::string why_not_ready(const ServerMetrics& metrics) {
    if (!metrics.replica.leader) return "no leader is known\n";
    if (metrics.reachable * 2 <= metrics.replicas) {
        return fmt::format("only {} of {} replicas are connected to this one\n", metrics.reachable, metrics.replicas);
    }
    const std::uint64_t chosen = metrics.replica.chosen_through.value;
    if (chosen > metrics.executed_through + ready_lag_max) {
        return fmt::format("behind: slot {} of {} is applied\n", metrics.executed_through, chosen);
    }
    return {};
}

}  // namespace

net::HttpPage monitoring_page(const std::string& path, const ServerMetrics& metrics, const std::string& version,
                              const std::map<std::string, net::WallTime>& certificates) {
    if (path == "/metrics") return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(metrics, version, certificates)};
    if (path == "/healthz") return {200, "text/plain; charset=utf-8", "ok\n"};
    if (path == "/readyz") {
        const std::string why = why_not_ready(metrics);
        return why.empty() ? net::HttpPage{200, "text/plain; charset=utf-8", "ready\n"}
                           : net::HttpPage{503, "text/plain; charset=utf-8", why};
    }
    return {404, "text/plain; charset=utf-8", "here are /metrics, /healthz and /readyz\n"};
}

}  // namespace parley::chat
