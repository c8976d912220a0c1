#include "chat/server/scrubber.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "chat/state/checked_pages.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {
namespace {

// SQLite leaves out pages that were never used; the file holds nothing there.
bool is_unused(std::span<const std::byte, page_size> page) {
    return std::ranges::all_of(page, [](std::byte byte) { return byte == std::byte{0}; });
}

}  // namespace

Scrubber::Scrubber(net::Loop& loop, net::Worker& worker, net::Disk& disk, std::string path, ScrubTimes times,
                   net::Function<void(const net::Error&)> damaged)
    : loop_(loop), worker_(worker), disk_(disk), path_(std::move(path)), times_(times), damaged_(std::move(damaged)) {}

Scrubber::~Scrubber() { loop_.cancel(timer_); }

void Scrubber::start() {
    if (times_.round > net::Duration{}) after(times_.first);
}

void Scrubber::after(net::Duration pause) {
    timer_ = loop_.after(pause, [this] { file_ ? step() : begin_round(); });
}

void Scrubber::begin_round() {
    auto file = disk_.open(path_, net::OpenMode::read_only);
    // What the system remembers says nothing of the medium.
    if (!file || !(*file)->drop_cache()) return after(times_.round);
    file_ = std::move(*file);
    next_ = 1;
    step();
}

void Scrubber::step() {
    auto result = std::make_shared<Step>();
    worker_.run([file = file_, from = next_, pages = times_.pages_per_step, result] { *result = look(*file, from, pages); },
                [this, result, alive = std::weak_ptr{alive_}] {
                    if (!alive.expired()) stepped(*result);
                });
}

Scrubber::Step Scrubber::look(net::File& file, std::uint64_t from, std::uint32_t pages) {
    std::vector<std::byte> bytes(pages * page_size);
    const auto got = file.read((from - 1) * page_size, bytes);
    Step step;
    if (!got) return step;
    step.pages = *got / page_size;
    for (std::uint64_t i = 0; i < step.pages && !step.suspect; ++i) {
        const std::span<const std::byte, page_size> page{bytes.data() + i * page_size, page_size};
        if (!is_sealed(from + i, page) && !is_unused(page)) step.suspect = from + i;
    }
    return step;
}

void Scrubber::stepped(const Step& step) {
    // Read while a checkpoint was writing it, perhaps: those run here.
    const bool is_damaged = step.suspect && look(*file_, *step.suspect, 1).suspect && !net::planted("scrubber_finds_nothing");
    if (is_damaged) {
        net::probe<"scrubber_found_damage">();
        return damaged_({net::ErrorKind::damaged, fmt::format("page {} of the database does not fit its checksum: the disk has changed it", *step.suspect)});
    }
    next_ += step.pages;
    if (step.pages < times_.pages_per_step) return end_round();
    after(times_.pause);
}

void Scrubber::end_round() {
    ++rounds_;
    file_.reset();
    after(times_.round);
}

}  // namespace parley::chat
