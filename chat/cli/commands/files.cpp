// file send, file get: files on their way. An upload that was interrupted goes on where it was, in whichever process: the replicas know what
// they have. So does a download: what is here was compared with its name.
#include <csignal>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/commands/leftovers.hpp"
#include "chat/cli/commands/transfer_watch.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/paths.hpp"
#include "chat/cli/runtime.hpp"
#include "chat/client/download.hpp"
#include "chat/client/files/file_words.hpp"
#include "chat/client/files/kept_file.hpp"
#include "chat/client/files/local_file.hpp"
#include "chat/state/shown_text.hpp"

namespace parley::chat {
namespace {

bool shows_progress(const GlobalOptions& options) { return !options.json && ::isatty(STDERR_FILENO) == 1; }

net::Error stalled() { return {net::ErrorKind::timed_out, "nothing comes through: too few replicas can be reached. The same command goes on where this one stopped"}; }

// Between the last byte and the answer the replicas copy what they lack from each other.
net::Duration patience_of(const GlobalOptions& options, std::uint64_t size) {
    constexpr std::uint64_t bytes_a_second = std::uint64_t{8} << 20U;
    return options.timeout + std::chrono::seconds{size / bytes_a_second};
}

const char* stage_name(UploadProgress::Stage stage) {
    switch (stage) {
        case UploadProgress::Stage::naming: return "reading";
        case UploadProgress::Stage::sending: return "sending";
        case UploadProgress::Stage::spreading: return "copying to other replicas";
    }
    return "sending";
}

// ---- sending ----

// Before a byte is sent. Who has never written to somebody has no conversation with them yet.
void check_target(Runtime& runtime, const Target& target) {
    const auto room = runtime.try_wait<RoomRow>([&](auto reply) { runtime.client().room(target, runtime.deadline(), std::move(reply)); });
    const bool is_person = std::holds_alternative<ByUserName>(target) || std::holds_alternative<ByPeople>(target);
    if (!room && is_person && room.error().kind == net::ErrorKind::not_found) return;
    if (!room) throw CommandFailed(exit_of(room.error()), room.error().message);
    if (!room->is_direct && !room->is_member) throw CommandFailed(Exit::refused, sentence(Refusal::not_a_member));
    if (room->is_archived) throw CommandFailed(Exit::refused, sentence(Refusal::room_archived));
}

// Gives the upload up for good: its bytes are wanted no more.
[[noreturn]] void give_up(Runtime& runtime, Upload& upload) {
    upload.cancel();
    const net::Instant until = runtime.loop().now() + std::chrono::seconds{2};
    while (runtime.client().unanswered() > 0 && runtime.loop().now() < until) {
        runtime.loop().after(std::chrono::milliseconds{20}, [&runtime] { runtime.loop().stop(); });
        runtime.loop().run();
    }
    throw CommandFailed(Exit::refused, "given up: nothing was posted, and what was sent is let go of");
}

FileId bring(Runtime& runtime, const LocalFile& file) {
    std::optional<net::Result<FileId>> result;
    // Shared: the signal may come when this call is over.
    const auto is_given_up = std::make_shared<bool>(false);
    const auto end_with = [&](net::Result<FileId> how) {
        if (!result) result.emplace(std::move(how));
        runtime.loop().stop();
    };
    TransferWatch watch{runtime.loop(), patience_of(runtime.options(), file.size()), shows_progress(runtime.options()), [&] { end_with(stalled()); }};
    UploadEvents events{[&](const UploadProgress& progress) { watch.tell(stage_name(progress.stage), progress.bytes, progress.all); }, end_with};
    Upload upload{runtime.loop(), runtime.client(), file.source(), {}, std::move(events)};
    runtime.loop().on_signal({SIGINT}, [&runtime, is_given_up](int) {
        *is_given_up = true;
        runtime.loop().stop();
    });
    upload.start();
    while (!result && !*is_given_up) runtime.loop().run();
    if (!result) give_up(runtime, upload);
    return value_or_fail(*std::move(result));
}

bool is_same(const OutboxEntry& entry, const PostFile& wanted) {
    const auto* post = std::get_if<PostFile>(&entry.operation);
    return post != nullptr && post->file == wanted.file && to_text(post->target) == to_text(wanted.target) && post->name == wanted.name &&
           post->text == wanted.text;
}

void print_sent(const GlobalOptions& options, const PostFile& post, std::uint64_t size, const Answer& answer) {
    const auto& posted = std::get<Posted>(answer.result);
    const std::string room = name_in(post.target, posted);
    const std::string message = message_name(room, posted.number);
    if (options.json) {
        print_line(JsonLine{}.text("message", message).text("room", room).number("number", posted.number).number("slot", answer.slot)
                       .text("name", post.name).number("size", size).text("type", post.type).str());
    } else {
        print_line(fmt::format("{} (slot {}): {}", message, answer.slot, harmless(shown_file(MessageFile{post.file, size, post.name, post.type}))));
    }
}

net::Result<Answer> submit_kept(Runtime& runtime, const PostFile& post, EntryId& entry) {
    return runtime.try_wait<Answer>([&](auto reply) {
        Client::SubmitOptions submit;
        submit.within = runtime.deadline();
        submit.note = "send";
        submit.keep_until_confirmed = true;
        entry = runtime.client().submit(post, std::move(submit), std::move(reply));
    });
}

// What no message refers to is let go of at once, not a day later.
void let_go(Runtime& runtime, FileId file) {
    (void)runtime.try_wait<Answer>([&](auto reply) { runtime.client().submit(CancelUpload{file}, runtime.deadline(), std::move(reply)); });
}

// An interrupted command may have come as far as to post it: then this is its answer, and the upload that was begun anew is not needed.
std::optional<Answer> posted_before(Runtime& runtime, const PostFile& post, EntryId entry) {
    const auto result = await_entry(runtime, entry);
    if (result && std::holds_alternative<Refused>(result->result)) {
        runtime.client().confirm(entry);
        return std::nullopt;
    }
    const Answer answer = posted_or_fail(runtime, entry, result);
    let_go(runtime, post.file);
    return answer;
}

// ---- fetching ----

// "-o" names a folder that is there, or a new file.
KeptPlace place_for(const FileGetCommand& command, const std::string& account, const std::string& name) {
    const std::string kept = name_on_disk(name);
    if (command.output.empty()) return {download_home() + "/" + name_on_disk(account), kept, true};
    if (std::filesystem::is_directory(command.output)) return {command.output, kept, true};
    const std::filesystem::path path{command.output};
    if (!path.has_filename()) throw CommandFailed(Exit::refused, fmt::format("there is no folder {}: make it first", command.output));
    const std::string folder = path.parent_path().string();
    return {folder.empty() ? "." : folder, path.filename().string(), false};
}

struct Fetching {
    std::unique_ptr<KeptFile> kept;
    std::optional<net::Result<FileReport>> result;
};

DownloadSink sink_of(Fetching& fetching, net::Function<KeptPlace(const FileReport&)> place) {
    DownloadSink sink;
    sink.open = [&fetching, where = std::move(place)](const FileReport& report) mutable -> net::Result<void> {
        auto kept = KeptFile::open(report, where(report));
        if (!kept) return kept.error();
        fetching.kept = *std::move(kept);
        return {};
    };
    sink.has = [&fetching](std::uint32_t chunk, const ChunkHash& name) { return fetching.kept->has(chunk, name); };
    sink.put = [&fetching](std::uint32_t chunk, net::ByteView bytes) { return fetching.kept->put(chunk, bytes); };
    return sink;
}

FileReport fetch(Runtime& runtime, const FileGetCommand& command, Fetching& fetching) {
    const auto end_with = [&](net::Result<FileReport> how) {
        if (!fetching.result) fetching.result.emplace(std::move(how));
        runtime.loop().stop();
    };
    TransferWatch watch{runtime.loop(), runtime.options().timeout, shows_progress(runtime.options()), [&] { end_with(stalled()); }};
    const std::string account = runtime.client().account()->name;
    DownloadSink sink = sink_of(fetching, [&](const FileReport& report) { return place_for(command, account, report.file.name); });
    DownloadEvents events{[&](const DownloadProgress& progress) { watch.tell("fetching", progress.bytes, progress.all); }, end_with};
    Download download{runtime.loop(), runtime.client(), AskFile{command.message.target, command.message.number}, std::move(sink), std::move(events)};
    runtime.loop().on_signal({SIGINT, SIGTERM, SIGHUP}, [&](int) {
        end_with(net::Error{net::ErrorKind::refused, "interrupted: the same command goes on where this one stopped"});
    });
    download.start();
    while (!fetching.result) runtime.loop().run();
    return value_or_fail(*std::move(fetching.result));
}

}  // namespace

Exit run(const FileSendCommand& command, const GlobalOptions& options) {
    const LocalFile file = value_or_fail(LocalFile::open(command.path));
    Runtime runtime{options};
    runtime.open_account();
    check_target(runtime, command.target);
    const PostFile post{command.target, bring(runtime, file), file.name(), file.type(), command.text, 0};
    const auto own = settle_leftovers(runtime, [&](const OutboxEntry& entry) { return is_same(entry, post); });
    EntryId entry = own.value_or(EntryId{});
    std::optional<Answer> answer = own ? posted_before(runtime, post, *own) : std::nullopt;
    if (!answer) {
        const auto result = submit_kept(runtime, post, entry);
        if (result && std::holds_alternative<Refused>(result->result)) let_go(runtime, post.file);
        answer = posted_or_fail(runtime, entry, result);
    }
    print_sent(options, post, file.size(), *answer);
    runtime.client().confirm(entry);
    return Exit::ok;
}

Exit run(const FileGetCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    runtime.open_account();
    Fetching fetching;
    const FileReport report = fetch(runtime, command, fetching);
    const std::string path = value_or_fail(fetching.kept->finish());
    const std::string message = message_name(to_text(command.message.target), command.message.number);
    if (options.json) {
        print_line(JsonLine{}.text("message", message).text("path", path).text("name", report.file.name).number("size", report.file.size)
                       .text("type", report.file.type).flag("was_there", fetching.kept->was_there()).str());
    } else {
        print_line(fmt::format("{}{}", harmless(path), fetching.kept->was_there() ? " (it was there already)" : ""));
    }
    return Exit::ok;
}

}  // namespace parley::chat
