#include "chat/keeping/chunk_fetch.hpp"

#include <algorithm>
#include <utility>

#include "net/ports/marks.hpp"

namespace parley::chat {

using consensus::NodeId;

ChunkFetch::ChunkFetch(net::Loop& loop, View& view, ChunkKeeper& keeper, ChunkFetchOptions options, ChunkFetchEvents events)
    : loop_(loop), view_(view), keeper_(keeper), options_(options), events_(std::move(events)) {}

ChunkFetch::~ChunkFetch() {
    loop_.cancel(look_timer_);
    loop_.cancel(watch_timer_);
}

void ChunkFetch::look() {
    complete_at_ = 0;
    is_asked_again_ = true;
    if (!is_looking_) look_after(net::Duration{});
}

bool ChunkFetch::is_here(const FileRow& file) const {
    return std::ranges::all_of(file.chunks, [this](const ChunkHash& chunk) { return keeper_.has(chunk); });
}

void ChunkFetch::became_whole(FileId file) {
    const auto row = view_.file(file);
    const bool is_missing = !row || (*row && !is_here(**row));
    if (is_missing) look();
}

// Beside the window, and as many at most: whoever asks for more asks again.
void ChunkFetch::want(const ChunkHash& chunk) {
    if (keeper_.has(chunk) || asked_for() >= 2 * options_.window) return;
    Asked& asked = wanted_[chunk];
    if (!asked.is_out) static_cast<void>(ask_next(chunk, asked));
    watch_later();
}

void ChunkFetch::hurry() {
    if (!is_looking_) look_after(net::Duration{});
}

void ChunkFetch::look_after(net::Duration pause) {
    loop_.cancel(look_timer_);
    look_timer_ = loop_.after(pause, [this] { next_page(); });
}

void ChunkFetch::next_page() {
    if (!is_looking_) {
        is_looking_ = true;
        is_asked_again_ = false;
        seeing_ = {};
        looked_through_ = FileId{};
        std::erase_if(wanted_, [](const auto& wanted) { return !wanted.second.is_out; });   // asked in vain, or of files that are gone
    }
    const auto files = view_.files(looked_through_);
    if (!files) {
        is_looking_ = false;
        return look_after(options_.look_again);
    }
    if (files->empty()) return end_look();
    for (const FileRow& file : *files) note_missing(file);
    looked_through_ = files->back().file;
    ask_more();
    look_after(options_.page_pause);
}

void ChunkFetch::note_missing(const FileRow& file) {
    if (!file.is_whole || net::planted("files_not_fetched")) return;
    ++seeing_.files;
    seeing_.bytes += file.size;
    for (std::uint32_t place = 0; place < file.chunks.size(); ++place) {
        if (keeper_.has(file.chunks[place])) continue;
        ++seeing_.chunks_missing;
        seeing_.bytes_missing += bytes_of_chunk(file.size, place);
        if (wanted_.size() < options_.wanted_max) wanted_.try_emplace(file.chunks[place]);
    }
}

// What became whole behind the page that would have shown it, and what was lost behind its own, was said with look().
void ChunkFetch::end_look() {
    is_looking_ = false;
    seen_ = seeing_;
    if (is_asked_again_) return look_after(net::Duration{});
    const auto applied = view_.applied_through();
    const bool is_complete = seeing_.chunks_missing == 0;
    if (is_complete && applied) complete_at_ = *applied;
    look_after(is_complete ? options_.look_every : options_.look_again);
}

void ChunkFetch::ask_more() {
    std::size_t out = asked_for();
    for (auto at = wanted_.begin(); at != wanted_.end() && out < options_.window;) {
        if (keeper_.has(at->first)) {
            at = wanted_.erase(at);
            continue;
        }
        if (!at->second.is_out && ask_next(at->first, at->second)) ++out;
        ++at;
    }
    watch_later();
}

std::size_t ChunkFetch::asked_for() const {
    return static_cast<std::size_t>(std::ranges::count_if(wanted_, [](const auto& wanted) { return wanted.second.is_out; }));
}

void ChunkFetch::watch_later() {
    if (watch_timer_ == net::TimerId{} && asked_for() > 0) watch_timer_ = loop_.after(options_.answer_within, [this] { watch(); });
}

// The members in turn; when all were asked in vain the chunk waits for the next look.
bool ChunkFetch::ask_next(const ChunkHash& chunk, Asked& asked) {
    const std::vector<NodeId> peers = events_.peers();
    for (std::size_t i = 0; i < peers.size(); ++i) {
        const NodeId peer = peers[(turn_ + i) % peers.size()];
        if (asked.in_vain.contains(peer)) continue;
        ++turn_;
        asked.peer = peer;
        asked.at = loop_.now();
        asked.is_out = true;
        events_.send(peer, BytesAsked{chunk});
        return true;
    }
    return false;
}

void ChunkFetch::watch() {
    watch_timer_ = net::TimerId{};
    for (auto& [chunk, asked] : wanted_) {
        if (!asked.is_out || loop_.now() - asked.at < options_.answer_within) continue;
        asked.is_out = false;
        asked.in_vain.insert(asked.peer);
    }
    ask_more();
}

bool ChunkFetch::received(NodeId from, BytesSent& sent) {
    const auto at = wanted_.find(sent.chunk);
    if (at == wanted_.end()) return false;
    if (sent.bytes.empty()) {
        if (!at->second.is_out || at->second.peer != from) return true;
        at->second.is_out = false;
        at->second.in_vain.insert(from);
        ask_more();
        return true;
    }
    keeper_.put(sent.chunk, net::share(std::move(sent.bytes)), [this, chunk = sent.chunk, alive = std::weak_ptr{alive_}](const net::Result<void>& result) {
        if (!alive.expired()) stored(chunk, result.has_value());
    });
    return true;
}

// Bytes of another name are as good as none: somebody else is asked.
void ChunkFetch::stored(const ChunkHash& chunk, bool is_stored) {
    const auto at = wanted_.find(chunk);
    if (at == wanted_.end()) return;
    if (is_stored) {
        wanted_.erase(at);
    } else {
        at->second.is_out = false;
        at->second.in_vain.insert(at->second.peer);
    }
    ask_more();
    if (wanted_.empty() && !is_looking_) look_after(net::Duration{});
}

}  // namespace parley::chat
