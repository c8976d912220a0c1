#include "chat/server/searches.hpp"

#include <algorithm>
#include <utility>

namespace parley::chat {
namespace {

Failure not_now(std::string sentence) { return Failure{Failure::Kind::overloaded, std::move(sentence), 500}; }

Payload answer_of(net::Result<FoundPage> found) {
    if (found) return *std::move(found);
    if (found.error().kind == net::ErrorKind::not_found) return Failure{Failure::Kind::not_found, found.error().message, 0};
    if (found.error().kind == net::ErrorKind::refused) return Failure{Failure::Kind::refused, found.error().message, 0};
    return not_now("this replica cannot search now: " + found.error().message);
}

void remove_index(net::Disk& disk, const std::string& path) {
    for (const char* part : {"", "-wal", "-shm", "-journal"}) {
        if (disk.exists(path + part)) (void)disk.remove(path + part);   // what stays is judged again when it is opened
    }
}

}  // namespace

Searches::Searches(SearchPorts ports, SearchPlaces places, SearchTimes times, SearchEvents events)
    : ports_(ports), places_(std::move(places)), times_(times), events_(std::move(events)) {}

Searches::~Searches() { ports_.loop.cancel(timer_); }

void Searches::start() { fill_after(times_.fill_after); }

void Searches::applied(const std::vector<Effect>& effects) {
    for (const Effect& effect : effects) {
        if (const auto* posted = std::get_if<MessagePosted>(&effect)) touch(posted->message.room);
        if (const auto* changed = std::get_if<MessageChanged>(&effect)) touch(changed->change.room);
        // The room may be gone with its last member.
        if (const auto* membership = std::get_if<MembershipChanged>(&effect); membership != nullptr && !membership->is_member) touch(membership->room);
    }
    if (!touched_.empty() && !filling_) fill_after(times_.fill_after);
}

void Searches::touch(RoomId room) {
    touched_.insert(room);
    ++changes_;
}

void Searches::fill_after(net::Duration pause) {
    if (timer_ != net::TimerId{} || fill_due_) return;
    timer_ = ports_.loop.after(pause, [this] {
        timer_ = net::TimerId{};
        fill_due_ = true;
        next();
    });
}

void Searches::find(const LoginRow& asking, const AskSearch& question, net::Function<void(Payload)> done) {
    if (waiting_.size() >= times_.waiting_max) return done(not_now("too many search at once"));
    if (ports_.loop.now() < not_before_) return done(not_now("the search index of this replica is broken and made anew; try another one"));
    waiting_.push_back({asking, question, std::move(done)});
    next();
}

void Searches::next() {
    if (running_) return;
    if (!waiting_.empty()) {
        Waiting first = std::move(waiting_.front());
        waiting_.pop_front();
        return search(std::move(first));
    }
    if (std::exchange(fill_due_, false)) fill();
}

void Searches::search(Waiting waiting) {
    auto found = std::make_shared<net::Result<FoundPage>>(net::Error{});
    run([found, asking = waiting.asking, question = waiting.question](Searcher& searcher) { *found = searcher.find(asking, question); },
        [found, done = std::move(waiting.done)](const std::optional<net::Error>& error) mutable {
            done(error ? Payload{not_now("this replica cannot search now: " + error->message)} : answer_of(std::move(*found)));
        });
}

void Searches::fill() {
    filling_ = true;
    auto filled = std::make_shared<bool>(false);
    const net::Instant begun = ports_.loop.now();
    run([filled](Searcher& searcher) { *filled = searcher.fill(); },
        [this, filled, begun](const std::optional<net::Error>& error) {
            filling_ = false;
            if (error) return;
            is_behind_ = !*filled;
            const net::Duration rest = (ports_.loop.now() - begun) * (is_busy() ? times_.busy_rest_factor : times_.rest_factor);
            changes_ = 0;
            filled_at_ = ports_.loop.now();
            if (is_behind_ || !touched_.empty()) fill_after(std::clamp(rest, times_.rest_min, times_.rest_max));
        });
}

bool Searches::is_busy() const {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(ports_.loop.now() - filled_at_);
    return changes_ * 1'000 > times_.busy_per_second * passed.count();
}

void Searches::run(net::Function<void(Searcher&)> work, net::Function<void(const std::optional<net::Error>&)> done) {
    running_ = true;
    auto error = std::make_shared<std::optional<net::Error>>();
    if (const net::Result<void> settled = events_.settle(); !settled) *error = settled.error();
    const SearcherPlaces places{ports_.disk.native_path(places_.state), ports_.disk.native_path(places_.index), places_.vfs, places_.cluster};
    ports_.worker.run(
        [held = held_, places, limits = times_.limits, touched = *error ? std::set<RoomId>{} : std::exchange(touched_, {}), work = std::move(work), error]() mutable {
            if (*error) return;
            try {
                if (held->searcher == nullptr) held->searcher = std::make_unique<Searcher>(places, limits);
                held->searcher->touch(touched);
                work(*held->searcher);
            } catch (const SqliteError& failure) {
                held->searcher.reset();
                *error = failure.as_error();
            }
        },
        [this, error, done = std::move(done), alive = std::weak_ptr<int>(alive_)]() mutable {
            if (alive.expired()) return;
            running_ = false;
            is_open_ = !*error;
            if (*error) {
                failed(**error);
            } else {
                failures_ = 0;
            }
            done(*error);
            next();
        });
}

// A damaged index is thrown away at once, one that fails otherwise the second time.
void Searches::failed(const net::Error& error) {
    ++failures_;
    is_behind_ = true;
    if (events_.note) events_.note("the search index failed: " + error.message);
    if (error.kind == net::ErrorKind::damaged || failures_ > 1) remove_index(ports_.disk, places_.index);
    const net::Duration pause = std::min(times_.again_max, times_.again_min * (std::int64_t{1} << std::min(failures_ - 1, 6U)));
    not_before_ = ports_.loop.now() + pause;
    ports_.loop.cancel(std::exchange(timer_, net::TimerId{}));
    fill_due_ = false;
    fill_after(pause);
}

}  // namespace parley::chat
