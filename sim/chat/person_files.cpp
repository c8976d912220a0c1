// What people do with files: they bring some, of which many are the same, post them, fetch those of others and compare each byte, give up in the
// middle, and delete what they posted.
#include <algorithm>

#include <fmt/core.h>

#include "net/ports/probe.hpp"
#include "sim/chance.hpp"
#include "sim/chat/person.hpp"

namespace parley::sim {

void Person::handle_files() {
    if (setting_.options.files_ms == 0) return;
    const chat::ByRoomName room{room_of_files};
    if (setting_.number == 0) client_->submit(chat::CreateRoom{room_of_files, false}, std::nullopt, [](const net::Result<chat::Answer>&) {});
    client_->submit(chat::JoinRoom{room}, std::nullopt, [](const net::Result<chat::Answer>&) {});
    handle_some_file();
}

void Person::handle_some_file() {
    loop_.after(std::chrono::microseconds{between(loop_.chance(), 0, 2000 * setting_.options.files_ms)}, [this] {
        handle_some_file();
        if (setting_.memory.last != 0) return;   // winding down
        const auto& posted = setting_.files.posted();
        const std::uint64_t choice = loop_.chance() % 8;
        if (upload_ && choice == 0) {
            net::probe<"upload_given_up">();
            upload_->cancel();
            upload_.reset();
        }
        if (!upload_ && choice < 4) return bring_file();
        if (posted.empty()) return;
        const FileWatch::Message message = posted[loop_.chance() % posted.size()];
        if (choice == 7) return erase_file(message);
        if (!download_) fetch_file(message);
    });
}

// Half of them are from a few that many bring.
void Person::bring_file() {
    const bool is_common = loop_.chance() % 2 == 0;
    const std::uint64_t seed = is_common ? loop_.chance() % 6 : loop_.chance();
    auto content = std::make_shared<const net::Bytes>(content_of_file(seed));
    chat::UploadSource source{content->size(), [content](std::uint32_t place) -> net::Result<net::Bytes> {
        const net::ByteView part = net::ByteView{*content}.subspan(place * chat::chunk_bytes, chat::bytes_of_chunk(content->size(), place));
        return net::Bytes{part.begin(), part.end()};
    }};
    chat::UploadEvents events{{}, [this, seed](const net::Result<chat::FileId>& result) { brought(seed, result); }};
    upload_ = std::make_unique<chat::Upload>(loop_, *client_, std::move(source), chat::UploadOptions{}, std::move(events));
    upload_->start();
}

// Refused for a limit, expired while nobody could confirm it, or given up on another device of the same account: another time.
void Person::brought(std::uint64_t seed, const net::Result<chat::FileId>& result) {
    upload_.reset();
    if (result) post_file(seed, *result);
}

void Person::post_file(std::uint64_t seed, chat::FileId file) {
    ++posting_;
    chat::PostFile post{chat::ByRoomName{room_of_files}, file, fmt::format("{}.bin", seed), "", "", 0};
    client_->submit(std::move(post), std::nullopt, [this, seed, file](const net::Result<chat::Answer>& answer) {
        --posting_;
        const auto* const posted = answer ? std::get_if<chat::Posted>(&answer->result) : nullptr;
        const auto* const refused = answer ? std::get_if<chat::Refused>(&answer->result) : nullptr;
        if (posted != nullptr) setting_.files.posted({posted->number, seed}, file);
        if (refused == nullptr || refused->why != chat::Refusal::upload_unfinished) return;
        setting_.judge.fail(Oracle::files, fmt::format("person {} was told that a file is whole, and may not post it", setting_.number));
    });
}

void Person::fetch_file(const FileWatch::Message& message) {
    fetched_.clear();
    chat::DownloadSink sink;
    sink.open = [this](const chat::FileReport& report) -> net::Result<void> {
        fetched_.resize(report.file.size);
        return {};
    };
    sink.has = [](std::uint32_t, const chat::ChunkHash&) -> net::Result<bool> { return false; };
    sink.put = [this](std::uint32_t place, net::ByteView bytes) -> net::Result<void> {
        std::ranges::copy(bytes, fetched_.begin() + static_cast<std::ptrdiff_t>(place * chat::chunk_bytes));
        return {};
    };
    chat::DownloadEvents events{{}, [this, message](const net::Result<chat::FileReport>& result) { fetched(message, result); }};
    const chat::AskFile which{chat::ByRoomName{room_of_files}, message.number};
    download_ = std::make_unique<chat::Download>(loop_, *client_, which, std::move(sink), std::move(events));
    download_->start();
}

void Person::fetched(const FileWatch::Message& message, const net::Result<chat::FileReport>& result) {
    download_.reset();
    // Somebody else posted it, perhaps at another replica: only reads with a quorum have to know of it at once.
    const bool is_unknown = !result && result.error().kind == net::ErrorKind::not_found;
    const bool may_be_unknown = setting_.files.is_erased(message.number) || setting_.options.read_ms == 0;
    if (is_unknown && may_be_unknown) return;
    // Nor need a replica that is behind know that the cluster's level has files by now: to ask it how it is, is no read with a quorum.
    const bool is_refused = !result && result.error().kind == net::ErrorKind::refused;
    if (is_refused && setting_.options.mixed_versions != 0) return;
    if (!result) {
        setting_.judge.fail(Oracle::files, fmt::format("person {} cannot fetch the file of message {}: {}", setting_.number, message.number, result.error().message));
    } else if (fetched_ != content_of_file(message.seed)) {
        setting_.judge.fail(Oracle::files, fmt::format("person {} fetched another file than was posted in message {}", setting_.number, message.number));
    } else {
        net::probe<"file_fetched_and_compared">();
    }
}

// Refused unless it is their own, or the room is.
void Person::erase_file(const FileWatch::Message& message) {
    setting_.files.erased(message.number);
    client_->submit(chat::DeleteMessage{chat::ByRoomName{room_of_files}, message.number}, std::nullopt, [](const net::Result<chat::Answer>&) {});
}

}  // namespace parley::sim
