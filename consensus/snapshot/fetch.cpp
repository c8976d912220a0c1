#include "consensus/snapshot/fetch.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "consensus/snapshot/manifest.hpp"
#include "net/ports/marks.hpp"

namespace parley::consensus {

namespace {

constexpr std::size_t chunks_per_turn = 16;   // hashed before the Loop's other work has its turn
constexpr std::size_t unsynced_bytes_max = std::size_t{16} << 20U;

}  // namespace

Fetch::Fetch(net::Loop& loop, net::Disk& disk, FetchOptions options, FetchEvents events)
    : loop_(loop), disk_(disk), options_(std::move(options)), events_(std::move(events)) {}

Fetch::~Fetch() { loop_.cancel(timer_); }

void Fetch::need(Slot next, const std::string& why) {
    next_ = next;
    if (step_ != Step::idle) return;
    step_ = Step::asking;
    events_.note(fmt::format("fetching a snapshot of slot {} or a later one: {}", next.value, why));
    ask_everybody();
    tick();
}

void Fetch::need_no_more() {
    if (step_ == Step::idle || step_ == Step::checking || step_ == Step::done) return;
    step_ = Step::idle;
    ++round_;
    loop_.cancel(std::exchange(timer_, net::TimerId{}));
    offers_.clear();
    first_offer_.reset();
    asked_.clear();
    part_.reset();
}

void Fetch::tick() {
    timer_ = loop_.after(options_.ask_interval / 3, [this] {
        tick();
        if (step_ == Step::asking) choose();
        if (step_ == Step::fetching) fetch_more();
    });
}

void Fetch::ask_everybody() {
    asked_at_ = loop_.now();
    for (const NodeId peer : options_.peers) events_.send(peer, ImageWanted{next_});
}

void Fetch::received(NodeId from, ImageOffered offered) {
    if (!offered.manifest.sane()) return;
    if (step_ == Step::fetching && offered.manifest == manifest_) sources_.insert(from);
    if (step_ != Step::asking || offered.manifest.slot < next_) return;
    if (!first_offer_) first_offer_ = loop_.now();
    offers_[from] = std::move(offered.manifest);
}

// The newest image; a little later than the first offer, so that others can offer the same one.
void Fetch::choose() {
    if (loop_.now() - asked_at_ >= options_.ask_interval) ask_everybody();
    const bool waited = first_offer_ && loop_.now() - *first_offer_ >= options_.ask_interval;
    if (offers_.empty() || (!waited && offers_.size() < options_.peers.size())) return;
    const auto best = std::ranges::max_element(offers_, {}, [](const auto& offer) { return offer.second.slot; });
    begin(Manifest{best->second});
}

void Fetch::begin(Manifest manifest) {
    manifest_ = std::move(manifest);
    id_ = manifest_.id();
    ++round_;
    sources_.clear();
    for (const auto& [node, offered] : offers_) {
        if (offered == manifest_) sources_.insert(node);
    }
    offers_.clear();
    first_offer_.reset();
    asked_.clear();
    here_.assign(manifest_.chunks.size(), false);
    missing_ = manifest_.chunks.size();
    if (const auto opened = open_part(); !opened) return fail(opened.error());
    step_ = Step::comparing;
    compare_some(0);
}

// What an earlier fetch left may be right chunk by chunk; whatever it is, the hashes tell.
net::Result<void> Fetch::open_part() {
    const std::string part = path(part_name);
    if (!disk_.exists(part)) {
        auto made = disk_.open(part, net::OpenMode::create_new);
        if (!made) return made.error();
        part_ = std::move(*made);
    } else {
        auto found = disk_.open(part, net::OpenMode::read_write);
        if (!found) return found.error();
        part_ = std::move(*found);
        if (const auto dropped = part_->drop_cache(); !dropped) return dropped;
    }
    return part_->truncate(manifest_.size);
}

void Fetch::compare_some(std::size_t chunk) {
    const std::size_t end = std::min(chunk + chunks_per_turn, here_.size());
    for (; chunk < end; ++chunk) {
        const auto right = holds_chunk(*part_, manifest_, chunk);
        if (!right) return fail(right.error());
        if (*right == here_[chunk]) continue;
        here_[chunk] = *right;
        *right ? --missing_ : ++missing_;
    }
    if (chunk == here_.size()) return compared();
    post([this, chunk] { compare_some(chunk); });
}

void Fetch::compared() {
    if (step_ == Step::verifying && missing_ == 0) {
        step_ = Step::checking;
        return events_.check(path(part_name), manifest_,
                             [this, alive = std::weak_ptr{alive_}, round = round_](net::Result<void> result) {
                                 if (!alive.expired() && round == round_) checked(std::move(result));
                             });
    }
    step_ = Step::fetching;
    moved_at_ = loop_.now();
    fetch_more();
}

void Fetch::fetch_more() {
    if (missing_ == 0) return all_here();
    for (auto place = asked_.begin(); place != asked_.end();) {
        const bool late = loop_.now() - place->second.at >= options_.chunk_timeout;
        place = late ? asked_.erase(place) : std::next(place);
    }
    if (sources_.empty()) return start_over("nobody has the image any more");
    // Whoever had it may never come back, and does not say so.
    if (loop_.now() - moved_at_ > options_.patience) return start_over("whoever has the image does not answer");
    // Now and then everybody is asked: another peer may have the same image by now.
    if (loop_.now() - asked_at_ >= 4 * options_.ask_interval) ask_everybody();
    for (bool more = true; more;) {
        more = false;
        for (const NodeId peer : sources_) more = ask_next_chunk(peer) || more;
    }
}

bool Fetch::ask_next_chunk(NodeId peer) {
    const auto open = std::ranges::count_if(asked_, [peer](const auto& entry) { return entry.second.peer == peer; });
    if (static_cast<std::size_t>(open) >= options_.window) return false;
    for (std::uint32_t chunk = 0; chunk < here_.size(); ++chunk) {
        if (here_[chunk] || asked_.contains(chunk)) continue;
        asked_[chunk] = Asked{peer, loop_.now()};
        events_.send(peer, ChunkWanted{id_, chunk});
        return true;
    }
    return false;
}

void Fetch::received(NodeId from, const ChunkData& data) {
    if (step_ != Step::fetching || data.image != id_ || data.chunk >= here_.size()) return;
    const auto asked = asked_.find(data.chunk);
    if (asked != asked_.end() && asked->second.peer == from) asked_.erase(asked);
    if (data.bytes.empty()) {
        sources_.erase(from);
        return fetch_more();
    }
    const bool right = data.bytes.size() == manifest_.bytes_of(data.chunk) &&
                       (hash_of_chunk(data.bytes) == manifest_.chunks[data.chunk] || net::planted("snapshot_chunk_unchecked"));
    if (!right) {
        sources_.erase(from);   // damaged there; it may offer a new image later
    } else if (!here_[data.chunk]) {
        const auto written = part_->write(manifest_.offset_of(data.chunk), data.bytes);
        if (!written) return fail(written.error());
        here_[data.chunk] = true;
        --missing_;
        moved_at_ = loop_.now();
        // Now and then, so that the sync at the end is not one long halt.
        unsynced_ += data.bytes.size();
        if (unsynced_ > unsynced_bytes_max) {
            if (const auto synced = part_->sync(); !synced) return fail(synced.error());
            unsynced_ = 0;
        }
    }
    fetch_more();
}

// From the medium, not from the cache: what is believed now is installed after the next start.
void Fetch::all_here() {
    step_ = Step::verifying;
    if (const auto synced = part_->sync(); !synced) return fail(synced.error());
    if (net::planted("snapshot_chunk_unchecked")) return compared();
    if (const auto dropped = part_->drop_cache(); !dropped) return fail(dropped.error());
    compare_some(0);
}

void Fetch::checked(net::Result<void> result) {
    if (!result) {
        part_.reset();
        if (const auto removed = disk_.remove(path(part_name)); !removed) return fail(removed.error());
        return start_over(result.error().message);
    }
    const auto renamed = disk_.rename(path(part_name), path(ready_name));
    if (!renamed) return fail(renamed.error());
    if (!net::planted("snapshot_ready_unsynced")) {
        if (const auto synced = disk_.sync_directory(options_.folder); !synced) return fail(synced.error());
    }
    step_ = Step::done;
    events_.note(fmt::format("the snapshot of slot {} is here ({} bytes): starting anew with it", manifest_.slot.value,
                             manifest_.size));
    events_.ready(manifest_.slot);
}

void Fetch::start_over(const std::string& why) {
    events_.note("the snapshot has to be fetched anew: " + why);
    ++round_;
    step_ = Step::asking;
    asked_.clear();
    ask_everybody();
}

void Fetch::fail(const net::Error& error) {
    step_ = Step::done;
    loop_.cancel(std::exchange(timer_, net::TimerId{}));
    events_.failed(error);
}

void Fetch::post(net::Function<void()> task) {
    loop_.post([alive = std::weak_ptr{alive_}, this, round = round_, run = std::move(task)]() mutable {
        if (!alive.expired() && round == round_) run();
    });
}

}  // namespace parley::consensus
