#include "sim/chat/chat_replica.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/core.h>

#include "consensus/core/membership.hpp"
#include "consensus/driver/driver.hpp"
#include "sim/chat/installed_image.hpp"
#include "sim/disk/vfs.hpp"
#include "sim/outgrown.hpp"

namespace parley::sim {
namespace {

// Small and short-lived, so that a run sees limits reached, intents end and chunks collected.
void hurry_files(const RunOptions& options, chat::ServerOptions& result) {
    result.limits.uploads_per_user_max = 4;
    result.limits.upload_ms_max = 4'000;
    result.limits.file_bytes_per_user_max = std::uint64_t{4} << 20U;
    result.limits.all_file_bytes_max = std::uint64_t{12} << 20U;
    result.limits.expected_voters_ms = 8'000;
    result.collect_every = std::chrono::milliseconds{300};
    result.chunks.scrub_round = std::chrono::milliseconds{options.scrub_ms};
    result.chunks.scrub_pause = std::chrono::milliseconds{20};
    result.files.confirming.send_again = std::chrono::milliseconds{600};
    result.files.confirming.propose_again = std::chrono::milliseconds{400};
    result.files.fetching.look_every = std::chrono::milliseconds{2'000};
    result.files.fetching.look_again = std::chrono::milliseconds{300};
    result.files.fetching.answer_within = std::chrono::milliseconds{300};
    result.files.changing.ask_interval = std::chrono::milliseconds{50};
    result.files.changing.propose_again = std::chrono::milliseconds{300};
    result.files.changing.left_ms_min = 4'000;
    result.files.changing.wanted_for = std::chrono::milliseconds{1'500};
}

chat::ServerOptions server_options(const RunOptions& options) {
    chat::ServerOptions result;
    result.protocol = protocol_options(options);
    result.log = log_options(options);
    result.gateway.password_cost = chat::PasswordCost::least();
    result.gateway.operators_need_certificate = false;
    result.sqlite_vfs = vfs_name;
    result.gateway.presence_beat = std::chrono::milliseconds{options.presence_ms};   // 0: nobody looks at it
    result.search = options.search_ms != 0;
    result.applier.commit_within = std::chrono::milliseconds{options.commit_ms};
    result.checkpoint_frames = 60;   // small, so that a short run has many
    result.scrub = {std::chrono::milliseconds{options.scrub_ms}, std::chrono::milliseconds{100}, std::chrono::milliseconds{5}, 16};
    result.log_scrub = {std::chrono::milliseconds{options.scrub_ms * 4}, std::chrono::milliseconds{300}, std::chrono::milliseconds{20}};
    result.image_chunk = static_cast<std::uint32_t>(options.image_chunk) + 1024;
    result.applier.boundary_slots = 32;
    result.limits.boundary_slots = 16;
    if (options.session_idle_ms > 0) result.limits.session_idle_ms_max = options.session_idle_ms;
    result.room = {static_cast<std::uint64_t>(options.disk_left_kib) << 11U, std::chrono::milliseconds{200}};   // twice what is left
    if (options.prefer_every_ms > 0) result.leadership = leadership_times(options);
    result.self_check_beat = std::chrono::milliseconds{200};
    if (options.files_ms > 0) hurry_files(options, result);
    return result;
}

}  // namespace

ChatReplica::ChatReplica(const ChatReplicaSetting& setting, Machine& machine, Owner owner)
    : loop_(setting.queue, owner, machine.clock()),
      worker_(setting.queue, owner, loop_, std::chrono::milliseconds{setting.options.worker_ms}),
      secrets_(setting.queue),
      dialer_(setting.network.dialer(owner)),
      listener_(setting.network.listener(owner)) {}

std::unique_ptr<ChatReplica> ChatReplica::start(const ChatReplicaSetting& setting, Machine& machine, Owner owner) {
    std::unique_ptr<ChatReplica> replica{new ChatReplica(setting, machine, owner)};
    if (!replica->open(setting, machine)) return nullptr;
    replica->server_->start();
    return replica;
}

ReplicaLoad ChatReplica::load() const {
    const chat::ServerMetrics metrics = server_->metrics();
    return {metrics.replica, metrics.waiting_commands, metrics.replica.chosen_through.value - std::min(metrics.replica.chosen_through.value, metrics.executed_through), 0, metrics.has_to_erase};
}

bool ChatReplica::holds_lease() const {
    const auto until = consensus_status().lease_until;
    return until && loop_.now() < *until;
}

bool ChatReplica::open(const ChatReplicaSetting& setting, Machine& machine) {
    const consensus::NodeId node = setting.nodes[static_cast<std::size_t>(machine.id().value)].node;
    const bool is_mixed = setting.options.mixed_versions != 0;
    const auto complain = [judge = &setting.oracles.judge, &levels = setting.oracles.levels, &machine, node, version = machine.version(), newest = consensus::highest_feature_level](const char* what, const net::Error& why) {
        if (why.kind == net::ErrorKind::outdated && update_if_outgrown(levels, machine, node, version, newest)) return;
        if (machine.may_have_gone_back() && why.kind == net::ErrorKind::gone_back) machine.allow_refusal();
        if (machine.is_excused()) return;   // it dies of that, not of a fault of its own
        judge->fail(Oracle::recovery, fmt::format("machine {} {}: {}", machine.id().value, what, why.message));
    };
    chat::ServerEvents events;
    events.failed = [complain, &machine](const net::Error& why) {
        complain("stopped itself", why);
        machine.exit_soon();
    };
    events.start_anew = [&machine, &snapshots = setting.oracles.images_installed, &wrong_results = setting.wrong_results] {
        ++snapshots;
        wrong_results.starts_anew(machine);
        machine.exit_soon();
    };
    events.dismissed = [&machine, &configurations = setting.oracles.configurations, node] {
        machine.leave([&configurations, node] { return consensus::find_member(configurations.newest(), node) != nullptr; });
    };
    events.note = [](const std::string&) {};
    events.chosen = [&oracles = setting.oracles, node](const consensus::ChosenSlot& chosen) { oracles.applied(node, chosen.slot, chosen.value); };
    events.file_changed = [this, &files = setting.files, &machine](const chat::FileChanged& change) {
        files.changed(machine.id(), change, [this](chat::FileId file) { return server_->file(file); });
    };
    const WrongResults::Start start = WrongResults::before_start(machine);
    const InstalledImage image{machine.disk()};
    try {
        chat::ServerOptions options = server_options(setting.options);
        options.protocol.feature_level = consensus::FeatureLevel{machine.version()};
        options.address = machine.identity().address;
        if (is_mixed) setting.oracles.levels.started(node, options.protocol.feature_level);
        auto server = chat::Server::open({loop_, worker_, machine.disk(), secrets_, *dialer_, *listener_}, std::move(options), std::move(events));
        if (!server) {
            complain("does not start", server.error());
            return false;
        }
        server_ = std::move(*server);
        const auto wrong = machine.is_excused() ? std::nullopt : image.compare(status().applied_through);
        if (wrong) {
            setting.oracles.judge.fail(Oracle::snapshot, fmt::format("machine {}: {}", machine.id().value, *wrong));
        }
        setting.wrong_results.started(machine, start, !server_->metrics().rebuilding);
        setting.oracles.configurations.applied(node, consensus::Slot{status().applied_through});   // a snapshot may have brought it there
        return true;
    } catch (const consensus::CannotStart& why) {
        complain("does not start", {why.kind(), why.what()});
        return false;
    } catch (const std::runtime_error& why) {   // a start-up error of the driver
        complain("does not start", net::Error{net::ErrorKind::io_failed, why.what()});
        return false;
    }
}

}  // namespace parley::sim
