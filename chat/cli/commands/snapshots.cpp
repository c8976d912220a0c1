// cluster snapshot, restore, recover: the state of a cluster as a file, and new clusters that begin with one.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/commands/replicas.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/password.hpp"
#include "chat/daemon/restoring.hpp"
#include "consensus/snapshot/manifest.hpp"
#include "net/asio/posix_disk.hpp"

namespace parley::chat {
namespace {

namespace files = std::filesystem;

constexpr std::chrono::minutes making_max{30};   // of an image, on the replica
constexpr std::chrono::seconds chunk_max{30};
constexpr std::size_t chunks_under_way = 8;      // a wide area network has long ways

// A line that is written over while things go on, where somebody looks.
class Progress {
public:
    Progress() : shown_(::isatty(STDERR_FILENO) == 1) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { show(""); }
    void show(const std::string& line) const {
        if (shown_) fmt::print(stderr, "\r\x1b[K{}", line);
    }

private:
    bool shown_;
};

std::string megabytes(std::uint64_t bytes) { return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6); }

template <class T>
T asked(Runtime& runtime, const std::string& server, const Question& question, net::Duration within) {
    Replies replies = ask_all(runtime, {server}, question, within);
    if (!*replies[0]) throw CommandFailed(exit_of(replies[0]->error()), fmt::format("{}: {}", server, replies[0]->error().message));
    T* const payload = std::get_if<T>(&(**replies[0]).payload);
    if (payload == nullptr) throw CommandFailed(Exit::unreachable, server + " answered something else");
    return std::move(*payload);
}

// Followers that are up to date first, so that the leader has nothing to do with it unless it is alone.
std::vector<std::string> sources(const std::vector<ReplicaLine>& lines) {
    std::vector<const ReplicaLine*> able;
    for (const ReplicaLine& line : lines) {
        if (line.report && line.report->role != "rebuilding") able.push_back(&line);
    }
    std::ranges::stable_sort(able, {}, [](const ReplicaLine* line) {
        return std::pair{line->report->role == "leader", UINT64_MAX - line->report->applied_through};
    });
    std::vector<std::string> servers;
    for (const ReplicaLine* line : able) servers.push_back(line->address);
    return servers;
}

// All that is chosen when this begins is in it.
ImageReport image_of(Runtime& runtime, const std::string& server, consensus::Slot newest) {
    const net::Instant end = runtime.loop().now() + making_max;
    for (;; wait(runtime, std::chrono::milliseconds{200})) {
        auto report = asked<ImageReport>(runtime, server, AskImage{newest}, making_max);
        if (!report.manifest.sane()) throw CommandFailed(Exit::unreachable, server + " offers a snapshot that makes no sense");
        if (report.manifest.slot >= newest) return report;
        if (runtime.loop().now() >= end) throw CommandFailed(Exit::unreachable, server + " does not catch up with the others");
    }
}

// The chunks of an image, several at a time, each checked and written where it belongs. The first thing that goes wrong ends it.
class ChunkFetch {
public:
    ChunkFetch(Runtime& runtime, const std::string& server, const consensus::Manifest& manifest, net::File& file, const Progress& progress)
        : runtime_(runtime), server_(server), manifest_(manifest), file_(file), progress_(progress) {}

    void run() {
        ask_for_more();
        while (under_way_ > 0) runtime_.loop().run();
        if (trouble_) throw CommandFailed(Exit::unreachable, *trouble_);
    }

private:
    void ask_for_more() {
        while (!trouble_ && under_way_ < chunks_under_way && next_ < manifest_.chunks.size()) {
            ++under_way_;
            runtime_.asker().ask(server_, AskChunk{manifest_.id(), next_}, chunk_max, [this, chunk = next_](net::Result<Asker::Reply> reply) {
                --under_way_;
                if (!trouble_) trouble_ = take(chunk, reply);
                ask_for_more();
                if (under_way_ == 0) runtime_.loop().stop();
            });
            ++next_;
        }
    }
    std::optional<std::string> take(std::uint32_t chunk, const net::Result<Asker::Reply>& reply) {
        if (!reply) return fmt::format("{}: {}", server_, reply.error().message);
        const auto* got = std::get_if<ImageChunk>(&reply->payload);
        if (got == nullptr || consensus::hash_of_chunk(got->bytes) != manifest_.chunks[chunk]) return server_ + " sent other bytes than it offered";
        if (const auto written = file_.write(manifest_.offset_of(chunk), got->bytes); !written) return written.error().message;
        bytes_ += got->bytes.size();
        progress_.show(fmt::format("{} of {}", megabytes(bytes_), megabytes(manifest_.size)));
        return {};
    }

    Runtime& runtime_;
    const std::string& server_;
    const consensus::Manifest& manifest_;
    net::File& file_;
    const Progress& progress_;
    std::uint32_t next_ = 0;
    std::size_t under_way_ = 0;
    std::uint64_t bytes_ = 0;
    std::optional<std::string> trouble_;
};

// From that replica, into a new file that has no label yet when this returns.
ImageReport download(Runtime& runtime, const std::string& server, consensus::Slot newest, net::File& file, const Progress& progress) {
    progress.show(fmt::format("{} makes a snapshot", server));
    const ImageReport report = image_of(runtime, server, newest);
    require(file.truncate(0));
    ChunkFetch(runtime, server, report.manifest, file, progress).run();
    return report;
}

ImageReport download_from_any(Runtime& runtime, net::File& file) {
    const auto lines = ask_status(runtime);
    consensus::Slot newest;
    for (const ReplicaLine& line : lines) {
        if (line.report) newest = std::max(newest, consensus::Slot{line.report->chosen_through});
    }
    const Progress progress;
    std::string why = "no replica answers; `parley status` shows which are up";
    for (const std::string& server : sources(lines)) {
        try {
            return download(runtime, server, newest, file, progress);
        } catch (const CommandFailed& failed) {
            why = failed.what();
        }
    }
    throw CommandFailed(Exit::unreachable, why);
}

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// What a restored cluster lacks is said, each message of it: who still has such a file can send it again.
void tell_files(const RestoredFiles& restored) {
    constexpr std::size_t named_max = 50;
    if (restored.lacking.empty()) return;
    note_line(fmt::format("parley: the files of {} messages did not come along. Whoever has one can send it again; then these messages have it, too:", restored.lacking.size()));
    for (std::size_t i = 0; i < std::min(named_max, restored.lacking.size()); ++i) note_line("  " + harmless(restored.lacking[i]));
    if (restored.lacking.size() > named_max) note_line("  …and others; name a folder that has them with --files-from");
}

void tell_new_cluster(const GlobalOptions& options, const std::string& folder, const std::vector<FoundingMember>& members, const RestoredCluster& restored) {
    const SnapshotLabel& label = restored.label;
    tell_files(restored.files);
    if (options.json) {
        print_line(JsonLine{}.text("folder", folder).number("replicas", members.size()).number("slot", label.manifest.slot.value)
                       .text("from_cluster", fmt::format("{:016x}", label.cluster.value)).number("files", restored.files.files)
                       .number("file_bytes", restored.files.bytes).texts("files_lacking", restored.files.lacking).flag("ok", true).str());
        return;
    }
    std::vector<std::string> servers;
    for (const FoundingMember& member : members) servers.push_back(member.address);
    print_line(fmt::format("a new cluster of {} lies in {}, with the state after slot {} of cluster {:016x}", members.size(), folder,
                           label.manifest.slot.value, label.cluster.value));
    print_line(fmt::format("Copy each folder below it to its machine and start it there with parleyd FOLDER. It has a new authority: people connect with "
                           "--servers {} --ca {}/ca.pem, and log in anew", fmt::join(servers, ","), folder));
}

std::vector<FoundingMember> new_members(const std::vector<std::string>& words) {
    try {
        return founding_members(words);
    } catch (const std::runtime_error& wrong) {
        throw CommandFailed(Exit::usage, wrong.what());
    }
}

// What is made from files throws plain sentences.
template <class F>
auto in_words(F&& work) {
    try {
        return work();
    } catch (const CommandFailed&) {
        throw;
    } catch (const std::runtime_error& error) {
        throw CommandFailed(Exit::refused, error.what());
    }
}

void ask_whether_sure(const RecoverCommand& command) {
    if (command.is_sure) return;
    const auto is_yes = [&] {
        const auto answer = ask_terminal(fmt::format("This begins a new cluster with what {} alone holds. What the others acknowledged without it is lost for "
                                                     "good; if a majority of them can come back, start them instead. Go on? [yes/N] ", command.survivor), false);
        return answer && *answer == "yes";
    };
    if (::isatty(STDIN_FILENO) == 1 && is_yes()) return;
    throw CommandFailed(Exit::refused, "nothing was changed. Recovery from one survivor may lose acknowledged messages; say --yes when the majority is gone for good");
}

}  // namespace

Exit run(const SnapshotCommand& command, const GlobalOptions& options) {
    if (files::exists(command.file)) throw CommandFailed(Exit::refused, command.file + " is there already; nothing was changed");
    Runtime runtime{options};
    require_operator(runtime, "a snapshot");
    const files::path path = files::absolute(command.file);
    const std::string part = path.filename().string() + ".part";
    net::PosixDisk disk{runtime.loop(), path.parent_path().string(), {.inline_sync = true}};
    if (disk.exists(part)) require(disk.remove(part));
    const auto file = value_or_fail(disk.open(part, net::OpenMode::create_new));
    const ImageReport report = download_from_any(runtime, *file);
    require(label_snapshot(*file, SnapshotLabel{consensus::ClusterId{report.cluster}, now_ms(), report.manifest}));
    require(disk.rename(part, path.filename().string()));
    require(disk.sync_directory(""));
    if (options.json) {
        print_line(JsonLine{}.text("file", command.file).number("slot", report.manifest.slot.value).number("bytes", report.manifest.size).flag("ok", true).str());
    } else {
        print_line(fmt::format("{} holds everything up to slot {}, {}", command.file, report.manifest.slot.value, megabytes(report.manifest.size)));
    }
    return Exit::ok;
}

Exit run(const RestoreCommand& command, const GlobalOptions& options) {
    const auto members = new_members(command.members);
    const auto restored = in_words([&] { return restore_cluster(command.file, command.folder, members, options.tls.value_or(true), command.files); });
    tell_new_cluster(options, command.folder, members, restored);
    return Exit::ok;
}

Exit run(const RecoverCommand& command, const GlobalOptions& options) {
    const auto members = new_members(command.members);
    if (files::exists(command.folder) && !files::is_empty(command.folder)) {
        throw CommandFailed(Exit::refused, command.folder + " is not empty: a cluster is made in a new folder");
    }
    ask_whether_sure(command);
    // It stays, as a record of what there was.
    const std::string snapshot = files::path{command.folder}.lexically_normal().string() + ".survivor";
    const Survived survived = in_words([&] { return snapshot_survivor(command.survivor, snapshot); });
    const auto restored = in_words([&] { return restore_cluster(snapshot, command.folder, members, options.tls.value_or(true), command.survivor); });
    tell_new_cluster(options, command.folder, members, restored);
    note_line(fmt::format("the survivor knew {} slots to be chosen; {} more that it had accepted are kept, {} behind a gap are not. {} holds what there was",
                          survived.chosen, survived.kept, survived.lost, snapshot));
    return Exit::ok;
}

}  // namespace parley::chat
