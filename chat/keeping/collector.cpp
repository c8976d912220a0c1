#include "chat/keeping/collector.hpp"

#include <utility>

namespace parley::chat {

Collector::Collector(net::Loop& loop, View& view, ChunkKeeper& keeper, CollectorOptions options)
    : loop_(loop), view_(view), keeper_(keeper), options_(options) {}

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
    return applied && *applied >= options_.not_before;
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
