#include "chat/daemon/restoring.hpp"

#include <chrono>
#include <ctime>
#include <filesystem>
#include <stdexcept>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "chat/server/opened_state.hpp"
#include "chat/server/server.hpp"
#include "chat/state/image.hpp"
#include "consensus/snapshot/manifest.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"

namespace parley::chat {
namespace {

namespace files = std::filesystem;

constexpr std::uint32_t chunk_size = std::uint32_t{256} << 10U;
constexpr std::size_t read_bytes_max = std::size_t{4} << 20U;

template <class T>
T or_throw(net::Result<T> result, const std::string& what) {
    if (!result) throw std::runtime_error(what + ": " + result.error().message);
    return std::move(*result);
}
void or_throw(net::Result<void> result, const std::string& what) {
    if (!result) throw std::runtime_error(what + ": " + result.error().message);
}

// A file anywhere, through the port that everything durable goes through.
struct Place {
    explicit Place(const files::path& path)
        : disk(loop, files::absolute(path).parent_path().string(), {.inline_sync = true}), name(path.filename().string()) {}
    net::AsioLoop loop;
    net::PosixDisk disk;
    std::string name;
};

std::string day_of(std::int64_t ms) { return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(ms / 1000))); }

std::string origin_of(const SnapshotLabel& label) {
    return fmt::format("cluster {:016x}, slot {}, taken {}", label.cluster.value, label.manifest.slot.value, day_of(label.taken_ms));
}

void copy_image(net::File& from, const consensus::Manifest& manifest, net::File& to) {
    for (std::size_t chunk = 0; chunk < manifest.chunks.size(); ++chunk) {
        net::Bytes bytes(manifest.bytes_of(chunk));
        const std::size_t got = or_throw(from.read(manifest.offset_of(chunk), bytes), "the snapshot");
        if (got != bytes.size() || consensus::hash_of_chunk(bytes) != manifest.chunks[chunk]) {
            throw std::runtime_error("the snapshot changed while it was read");
        }
        or_throw(to.write(manifest.offset_of(chunk), bytes), "the new database");
    }
    or_throw(to.sync(), "the new database");
}

// The state of a replica of the new cluster. Checked as one that came from a peer would be.
void furnish(const std::string& folder, net::File& snapshot, const SnapshotLabel& label) {
    net::AsioLoop loop;
    net::PosixDisk disk{loop, folder, {.inline_sync = true}};
    or_throw(disk.make_directory(Server::state_folder), folder);
    copy_image(snapshot, label.manifest, *or_throw(disk.open(Server::state_file, net::OpenMode::create_new), folder));
    const std::string path = disk.native_path(Server::state_file);
    try {
        check_image(path, nullptr, label.manifest.slot.value, label.manifest.digest);
        make_independent(path, nullptr, origin_of(label));
    } catch (const SqliteError& error) {
        throw std::runtime_error(fmt::format("the snapshot holds no state that this version can use: {}", error.what()));
    }
    or_throw(disk.sync_directory(Server::state_folder), folder);
}

void require_new(const std::string& folder) {
    if (files::exists(folder) && !files::is_empty(folder)) throw std::runtime_error(folder + " is not empty: a cluster is made in a new folder");
}

std::vector<consensus::DecodedSlot> decoded(const std::vector<consensus::AcceptedValue>& values) {
    std::vector<consensus::DecodedSlot> slots;
    for (const consensus::AcceptedValue& each : values) {
        slots.push_back({each.slot, or_throw(each.value.decoded(), fmt::format("slot {}", each.slot.value))});
    }
    return slots;
}

// What the log knows to be chosen and the state has not applied.
void apply_chosen(consensus::Log& log, ChatState& state) {
    const consensus::Slot end = log.recovered().chosen_through;
    while (state.applied_through() < end) {
        const auto values = or_throw(log.read(state.applied_through().next(), end, read_bytes_max), "the log");
        if (values.empty()) return;   // the next one is damaged here
        state.apply(decoded(values));
    }
}

// Behind that: what it accepted may have been acknowledged, so it is kept, as far as there is no gap.
std::uint64_t apply_accepted(const consensus::Recovered& recovered, ChatState& state) {
    std::uint64_t kept = 0;
    if (state.applied_through() < recovered.chosen_through) return kept;
    for (const auto& [slot, accepted] : recovered.accepted) {
        if (slot <= state.applied_through()) continue;
        if (slot != state.applied_through().next() || recovered.faulty.contains(slot)) break;
        state.apply(decoded({accepted}));
        ++kept;
    }
    return kept;
}

std::int64_t now_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

SnapshotLabel write_snapshot(const std::string& database, ChatState& state, const consensus::LogIdentity& identity, const std::string& snapshot) {
    const std::string scratch = snapshot + ".copy";
    PinnedState{database, nullptr}.copy_to(scratch, nullptr);
    const std::uint64_t digest = write_image(scratch, snapshot, nullptr);
    for (const char* beside : {"", "-wal", "-shm", "-journal"}) files::remove(scratch + beside);
    Place place{snapshot};
    const auto file = or_throw(place.disk.open(place.name, net::OpenMode::read_write), snapshot);
    const auto manifest = or_throw(consensus::measure(*file, state.applied_through(), digest, chunk_size), snapshot);
    const SnapshotLabel label{identity.cluster, now_ms(), manifest};
    or_throw(label_snapshot(*file, label), snapshot);
    or_throw(place.disk.sync_directory(""), snapshot);
    return label;
}

}  // namespace

RestoredCluster restore_cluster(const std::string& snapshot, const std::string& folder, const std::vector<FoundingMember>& members, bool tls,
                                const std::string& files_from) {
    require_new(folder);
    Place place{snapshot};
    const auto file = or_throw(place.disk.open(place.name, net::OpenMode::read_only), snapshot);
    const SnapshotLabel label = or_throw(check_snapshot(*file), snapshot);
    const Beginning beginning{label.manifest.slot, [&](const std::string& replica) { furnish(replica, *file, label); }};
    form_cluster(folder, members, tls, &beginning);
    std::vector<std::string> replicas;
    for (const FoundingMember& member : members) replicas.push_back(folder + "/" + member.alias);
    return {label, restore_files(files_from, replicas)};
}

Survived snapshot_survivor(const std::string& data, const std::string& snapshot) {
    net::AsioLoop loop;
    net::PosixDisk disk{loop, data, {.inline_sync = true}};
    if (!consensus::Log::exists(disk, Server::log_folder)) throw std::runtime_error(data + " is no data folder of a replica: it holds no log");
    const auto lock = or_throw(disk.lock(""), data);
    const auto log = or_throw(consensus::Log::open(disk, loop, Server::log_folder, {}), data);
    net::Function<void(const std::string&)> nobody;
    const StateFiles where{Server::state_folder, Server::state_file, nullptr};
    const auto opened = or_throw(open_state(disk, *log, where, {}, default_checkpoint_frames, nobody), data);
    if (opened.to_fetch) {
        throw std::runtime_error(data + ": the state of this replica is damaged, contradicted or gone, and its log does not reach back to the beginning. Take "
                                        "another survivor, or a snapshot");
    }
    const consensus::Recovered& recovered = log->recovered();
    Survived survived;
    apply_chosen(*log, *opened.state);
    survived.chosen = opened.state->applied_through().value;
    survived.kept = apply_accepted(recovered, *opened.state);
    survived.lost = static_cast<std::uint64_t>(std::distance(recovered.accepted.upper_bound(opened.state->applied_through()), recovered.accepted.end()));
    survived.label = write_snapshot(disk.native_path(Server::state_file), *opened.state, recovered.identity, snapshot);
    return survived;
}

}  // namespace parley::chat
