// The /commands of the terminal client that send and fetch files. One goes up and one comes down at a time.
#include <fmt/format.h>

#include "chat/cli/output.hpp"
#include "chat/cli/paths.hpp"
#include "chat/cli/terminal/chat_engine.hpp"
#include "chat/client/files/file_words.hpp"
#include "chat/client/files/local_file.hpp"
#include "chat/state/shown_text.hpp"

namespace parley::chat {

void ChatEngine::run(const slash::SendFile& c) {
    const RoomPane* pane = model.selected();
    if (pane == nullptr) return;
    if (upload_) return model.note("another file is on its way; /cancel gives it up");
    const bool is_at_home = c.path.starts_with("~/");
    const net::Result<LocalFile> file = LocalFile::open(is_at_home ? user_home() + c.path.substr(1) : c.path);
    if (!file) return model.note(file.error().message);
    PostFile post{ByRoom{pane->row.room}, {}, file->name(), file->type(), "", 0};
    UploadEvents events{{}, [this, post = std::move(post)](net::Result<FileId> brought) mutable {
        upload_.reset();
        if (brought) {
            post.file = *brought;
            operate(std::move(post), "", "");
        } else {
            model.note(harmless(post.name) + ": " + brought.error().message);
        }
        changed_();
    }};
    model.note(fmt::format("sending {} ({}); /cancel gives it up", harmless(file->name()), shown_size(file->size())));
    upload_ = std::make_unique<Upload>(runtime_.loop(), runtime_.client(), file->source(), UploadOptions{}, std::move(events));
    upload_->start();
}

void ChatEngine::run(const slash::GetFile& c) {
    const RoomPane* pane = model.selected();
    if (pane == nullptr) return;
    if (download_) return model.note("another file is being fetched; /cancel ends that");
    DownloadSink sink;
    sink.open = [this](const FileReport& report) -> net::Result<void> {
        const std::string folder = download_home() + "/" + name_on_disk(runtime_.client().account()->name);
        auto kept = KeptFile::open(report, {folder, name_on_disk(report.file.name), true});
        if (!kept) return kept.error();
        kept_ = *std::move(kept);
        return {};
    };
    sink.has = [this](std::uint32_t chunk, const ChunkHash& hash) { return kept_->has(chunk, hash); };
    sink.put = [this](std::uint32_t chunk, net::ByteView bytes) { return kept_->put(chunk, bytes); };
    DownloadEvents events{{}, [this](const net::Result<FileReport>& report) { got_file(report); }};
    model.note(fmt::format("fetching the file of message {}; /cancel ends that", c.number));
    download_ = std::make_unique<Download>(runtime_.loop(), runtime_.client(), AskFile{ByRoom{pane->row.room}, c.number}, std::move(sink), std::move(events));
    download_->start();
}

void ChatEngine::got_file(const net::Result<FileReport>& report) {
    const net::Result<std::string> path = report ? kept_->finish() : net::Result<std::string>{report.error()};
    download_.reset();
    kept_.reset();
    model.note(path ? "it is in " + harmless(*path) : path.error().message);
    changed_();
}

void ChatEngine::run(const slash::Cancel&) {
    if (!upload_ && !download_) return model.note("no file is on its way");
    if (upload_) upload_->cancel();
    upload_.reset();
    download_.reset();
    kept_.reset();
    model.note("given up");
}

}  // namespace parley::chat
