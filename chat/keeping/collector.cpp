#include "chat/keeping/collector.hpp"

#include <algorithm>
#include <utility>

#include "net/ports/marks.hpp"

namespace parley::chat {

Collector::Collector(net::Loop& loop, View& view, ChunkKeeper& keeper, CollectorOptions options, AskReadSlot read_slot)
    : loop_(loop), view_(view), keeper_(keeper), options_(options), read_slot_(std::move(read_slot)) {}

Collector::~Collector() { loop_.cancel(timer_); }

void Collector::start() {
    if (options_.every > net::Duration{}) after(options_.every);
}

void Collector::after(net::Duration pause) {
    timer_ = loop_.after(pause, [this] { step(); });
}

void Collector::step() {
    if (is_looking_) return cross_off_more();
    if (!may_begin()) return after(options_.every);
    begin();
    cross_off_more();
}

bool Collector::may_begin() {
    if (keeper_.chunks().empty()) return false;
    const auto applied = view_.applied_through();
    if (applied && *applied >= options_.not_before) return true;
    ask_read_slot();
    return false;
}

// One question is enough: it waits for a leader by itself.
void Collector::ask_read_slot() {
    if (!read_slot_ || std::exchange(is_read_slot_asked_, true)) return;
    read_slot_([this, alive = std::weak_ptr{alive_}](std::uint64_t slot) {
        if (!alive.expired()) options_.not_before = std::min(options_.not_before, slot);
    });
}

void Collector::begin() {
    is_looking_ = true;
    unmet_ = keeper_.chunks();
    met_through_ = FileId{};
}

void Collector::cross_off_more() {
    const auto files = view_.files(met_through_);
    if (!files) return give_up();
    if (files->empty()) return end();   // in this very turn: nobody begins a file between the look and what follows from it
    for (const FileRow& file : *files) {
        if (net::planted("collector_overlooks_uploads") && !file.is_whole) continue;
        for (const ChunkHash& chunk : file.chunks) unmet_.erase(chunk);
    }
    met_through_ = files->back().file;
    after(options_.pause);
}

void Collector::end() {
    removed_ += unmet_.size();
    keeper_.remove({unmet_.begin(), unmet_.end()});
    ++looks_;
    give_up();
}

// What a page that cannot be read would have held is not known: the next look begins at the beginning.
void Collector::give_up() {
    is_looking_ = false;
    unmet_.clear();
    after(options_.every);
}

}  // namespace parley::chat
