#include "chat/client/download.hpp"

#include <utility>

#include "chat/client/upload.hpp"

namespace parley::chat {

Download::Download(net::Loop& loop, Client& client, AskFile which, DownloadSink sink, DownloadEvents events)
    : loop_(loop), client_(client), which_(std::move(which)), sink_(std::move(sink)), events_(std::move(events)) {}

template <class Call>
auto Download::guarded(Call call) {
    return [this, run = std::move(call), alive = std::weak_ptr{alive_}](auto&&... results) mutable {
        if (!alive.expired() && !is_over_) run(std::forward<decltype(results)>(results)...);
    };
}

void Download::start() {
    client_.status(std::nullopt, guarded([this](const net::Result<StatusReport>& status) {
        const net::Result<void> known = check_knows_files(status);
        if (!known) return finish(known.error());
        ask();
    }));
}

void Download::ask() {
    client_.file(which_, std::nullopt, guarded([this](net::Result<FileReport> report) { told(std::move(report)); }));
}

void Download::told(net::Result<FileReport> report) {
    if (!report) return finish(report.error());
    if (report->chunks.size() != chunks_of(report->file.size)) {
        return finish(net::Error{net::ErrorKind::malformed, "the replica says something that cannot be of this file"});
    }
    report_ = *std::move(report);
    if (const net::Result<void> opened = sink_.open(report_); !opened) return finish(opened.error());
    look_at_next();
}

// One in each turn of the Loop: to compare what is there already takes its time.
void Download::look_at_next() {
    if (looked_at_ == report_.chunks.size()) return fetch_more();
    const net::Result<bool> has = sink_.has(looked_at_, report_.chunks[looked_at_]);
    if (!has) return finish(has.error());
    *has ? tell(looked_at_) : missing_.push_back(looked_at_);
    ++looked_at_;
    loop_.post(guarded([this] { look_at_next(); }));
}

void Download::fetch_more() {
    while (!is_over_ && out_ < window && next_ < missing_.size()) {
        const std::uint32_t place = missing_[next_++];
        ++out_;
        client_.file_chunk(AskFileChunk{which_.target, which_.number, place}, std::nullopt,
                           guarded([this, place](const net::Result<FileChunk>& chunk) { came(place, chunk); }));
    }
    if (!is_over_ && out_ == 0 && next_ == missing_.size()) finish(std::move(report_));
}

// Whoever sends something else is not believed, whatever it says.
void Download::came(std::uint32_t place, const net::Result<FileChunk>& chunk) {
    if (!chunk) return finish(chunk.error());
    const bool is_it = chunk->bytes.size() == bytes_of_chunk(report_.file.size, place) && hash_of_chunk(chunk->bytes) == report_.chunks[place];
    if (!is_it) return finish(net::Error{net::ErrorKind::damaged, "the replica gave other bytes than those of this file"});
    if (const net::Result<void> kept = sink_.put(place, chunk->bytes); !kept) return finish(kept.error());
    --out_;
    tell(place);
    fetch_more();
}

void Download::tell(std::uint32_t place) {
    bytes_ += bytes_of_chunk(report_.file.size, place);
    if (events_.progress) events_.progress({bytes_, report_.file.size});
}

// Later: whoever is told may destroy this.
void Download::finish(net::Result<FileReport> result) {
    if (std::exchange(is_over_, true)) return;
    loop_.post([done = std::move(events_.done), how = std::move(result), alive = std::weak_ptr{alive_}]() mutable {
        if (!alive.expired()) done(std::move(how));
    });
}

}  // namespace parley::chat
