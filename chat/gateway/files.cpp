// Files, chunk by chunk: a client brings those of an upload of its own, and fetches those of messages that it may read. What it names is
// looked up in the state each time; a chunk that no state speaks of is never taken nor given (decision 0017).
#include <utility>

#include "chat/files/content.hpp"
#include "chat/gateway/impl.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t retry_soon_ms = 50;
constexpr std::uint32_t retry_later_ms = 250;
constexpr std::uint32_t retry_room_ms = 1000;

}  // namespace

bool Gateway::Impl::has_files(const Asker& asker) {
    const bool are_known = events_.configuration && events_.configuration().level >= consensus::level_of_files;
    if (!are_known || !events_.files.are_ready) {
        fail(asker, Failure::Kind::refused, "the cluster is at a feature level that does not know files: install this version on all replicas first");
        return false;
    }
    if (events_.files.are_ready()) return true;
    fail(asker, Failure::Kind::overloaded, "this replica still looks which files it has; ask again, or another one", retry_later_ms);
    return false;
}

// Chunks are large: what one link has on its way is bounded, and nothing is read for a client that does not take what was read before.
bool Gateway::Impl::takes_chunk(const Asker& asker) {
    ClientLink& client = *find(asker.link);
    if (client.chunks >= options_.chunks_per_link_max || client.link->queued_bytes() > options_.queued_bytes_max / 4) {
        fail(asker, Failure::Kind::overloaded, "too many chunks at once on this link", retry_soon_ms);
        return false;
    }
    ++client.chunks;
    return true;
}

bool Gateway::Impl::chunk_done(const Asker& asker) {
    ClientLink* const client = find(asker.link);
    if (client == nullptr) return false;
    --client->chunks;
    return true;
}

std::optional<FileRow> Gateway::Impl::own_upload(const Asker& asker, FileId file) {
    const net::Result<bool> is_own = ports_.view.has_upload(find(asker.link)->login->user, file);
    const net::Result<std::optional<FileRow>> row = is_own && *is_own ? ports_.view.file(file) : std::optional<FileRow>{};
    if (!is_own || !row) {
        unreadable(asker, is_own ? row.error() : is_own.error());
        return std::nullopt;
    }
    if (!*row) fail(asker, Failure::Kind::not_found, sentence(Refusal::no_such_upload));
    return *row;
}

void Gateway::Impl::ask(const Asker& asker, const AskUpload& question) {
    if (!has_files(asker)) return;
    const std::optional<FileRow> upload = own_upload(asker, question.file);
    if (!upload) return;
    if (upload->is_whole) return respond(asker, UploadReport{true, {}});
    UploadReport report{false, events_.files.missing(upload->chunks)};
    report.is_whole = report.missing.empty() && net::planted("file_posted_before_whole");
    // From the beginning on: the other replicas get each part as soon as it is here.
    const bool is_under_way = events_.files.confirm(question.file);
    if (report.missing.empty() && !is_under_way) {
        return fail(asker, Failure::Kind::overloaded, "too many files are on their way to the other replicas", retry_later_ms);
    }
    respond(asker, std::move(report));
}

void Gateway::Impl::ask(const Asker& asker, SendChunk question) {
    if (!has_files(asker) || !has_room(asker)) return;
    const std::optional<FileRow> upload = own_upload(asker, question.file);
    if (!upload) return;
    if (upload->is_whole) return respond(asker, Okay{});
    const bool fits = question.place < upload->chunks.size() && question.bytes.size() == bytes_of_chunk(upload->size, question.place);
    if (!fits) return fail(asker, Failure::Kind::malformed, "this is no chunk of that file");
    if (!takes_chunk(asker)) return;
    auto done = [weak = weak_from_this(), asker](const net::Result<void>& result) {
        if (const auto self = weak.lock()) self->chunk_put(asker, result);
    };
    events_.files.bring(question.file, question.place, upload->chunks[question.place], std::move(question.bytes), std::move(done));
}

void Gateway::Impl::chunk_put(const Asker& asker, const net::Result<void>& result) {
    if (!chunk_done(asker)) return;
    if (result) return respond(asker, Okay{});
    if (result.error().kind == net::ErrorKind::malformed) return fail(asker, Failure::Kind::malformed, result.error().message);
    net::probe<"chunk_not_taken">();
    fail(asker, Failure::Kind::overloaded, result.error().message, retry_room_ms);
}

std::optional<MessageFile> Gateway::Impl::readable_file(const Asker& asker, const Target& target, std::uint64_t number) {
    const LoginRow& asking = *find(asker.link)->login;
    const net::Result<RoomRow> room = reads_.readable(asking, target);
    const net::Result<std::optional<RoomMessage>> message =
        room ? ports_.view.message(room->room, number, asking.user) : net::Result<std::optional<RoomMessage>>{room.error()};
    if (!message) {
        const bool is_answer = message.error().kind == net::ErrorKind::not_found || message.error().kind == net::ErrorKind::refused;
        is_answer ? respond(asker, failure_of(message.error())) : unreadable(asker, message.error());
        return std::nullopt;
    }
    if (*message && (*message)->file) return (*message)->file;
    fail(asker, Failure::Kind::not_found, *message ? "there is no file in this message" : sentence(Refusal::no_such_message));
    return std::nullopt;
}

std::optional<FileRow> Gateway::Impl::chunks_of_file(const Asker& asker, const MessageFile& file) {
    const net::Result<std::optional<FileRow>> row = ports_.view.file(file.file);
    if (row && *row && (*row)->is_whole) return *row;
    if (row && *row) {
        // A message is posted with whole files only: a cluster that was restored did not get this one.
        fail(asker, Failure::Kind::not_found, "this file was lost with the cluster that this one was restored from: who has it can send it again");
        return std::nullopt;
    }
    const net::Error why = row ? net::Error{net::ErrorKind::io_failed, "a message has a file that is not there"} : row.error();
    unreadable(asker, why);
    return std::nullopt;
}

void Gateway::Impl::ask(const Asker& asker, const AskFile& question) {
    if (!has_files(asker)) return;
    std::optional<MessageFile> file = readable_file(asker, question.target, question.number);
    std::optional<FileRow> row = file ? chunks_of_file(asker, *file) : std::nullopt;
    if (row) respond(asker, FileReport{*std::move(file), std::move(row->chunks)});
}

void Gateway::Impl::ask(const Asker& asker, const AskFileChunk& question) {
    if (!has_files(asker)) return;
    const std::optional<MessageFile> file = readable_file(asker, question.target, question.number);
    const std::optional<FileRow> row = file ? chunks_of_file(asker, *file) : std::nullopt;
    if (!row) return;
    if (question.place >= row->chunks.size()) return fail(asker, Failure::Kind::not_found, "the file is not so long");
    if (!takes_chunk(asker)) return;
    const ChunkHash chunk = row->chunks[question.place];
    events_.files.read(chunk, [weak = weak_from_this(), asker, chunk](net::Result<net::Bytes> result) {
        if (const auto self = weak.lock()) self->chunk_read(asker, chunk, std::move(result));
    });
}

void Gateway::Impl::chunk_read(const Asker& asker, const ChunkHash& chunk, net::Result<net::Bytes> result) {
    if (!chunk_done(asker)) return;
    if (result) return respond(asker, FileChunk{*std::move(result)});
    if (result.error().kind != net::ErrorKind::not_found) return fail(asker, Failure::Kind::overloaded, result.error().message, retry_soon_ms);
    net::probe<"chunk_asked_for_that_is_elsewhere">();
    events_.files.want(chunk);
    fail(asker, Failure::Kind::overloaded, "this replica fetches this part of the file from another one; ask again in a moment", retry_later_ms);
}

}  // namespace parley::chat
