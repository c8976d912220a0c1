#include "chat/keeping/chunk_keeper.hpp"

#include <utility>

#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {

using net::Error;
using net::ErrorKind;

namespace {

constexpr std::size_t written_at_once_max = 8;

}  // namespace

ChunkKeeper::ChunkKeeper(net::Loop& loop, net::Worker& worker, net::Disk& disk, ChunkKeeperOptions options, ChunkKeeperEvents events)
    : loop_(loop),
      worker_(worker),
      options_(std::move(options)),
      events_(std::move(events)),
      store_(std::make_shared<ChunkStore>(disk, options_.folder)) {}

ChunkKeeper::~ChunkKeeper() { loop_.cancel(scrub_timer_); }

// One at a time, whatever the Worker could do: what is asked for first is done first, and a chunk is never written twice at once.
void ChunkKeeper::work(std::variant<Job, Writing> job) {
    if (is_failed_) return;
    jobs_.push_back(std::move(job));
    work_on();
}

void ChunkKeeper::work_on() {
    if (is_working_ || jobs_.empty()) return;
    is_working_ = true;
    Job job = next_job();
    worker_.run(std::move(job.on_worker), [this, then = std::move(job.on_loop), alive = std::weak_ptr{alive_}]() mutable {
        if (alive.expired()) return;
        is_working_ = false;
        then();
        if (!alive.expired()) work_on();
    });
}

ChunkKeeper::Job ChunkKeeper::next_job() {
    if (std::holds_alternative<Writing>(jobs_.front())) return write_waiting();
    Job job = std::move(std::get<Job>(jobs_.front()));
    jobs_.pop_front();
    return job;
}

// Those that wait with nothing else between them; a removal of the same chunk, say, keeps its place.
ChunkKeeper::Job ChunkKeeper::write_waiting() {
    struct Batch {
        std::vector<Writing> writings;
        std::vector<net::Result<void>> results;
    };
    auto batch = std::make_shared<Batch>();
    while (!jobs_.empty() && std::holds_alternative<Writing>(jobs_.front()) && batch->writings.size() < written_at_once_max) {
        batch->writings.push_back(std::move(std::get<Writing>(jobs_.front())));
        jobs_.pop_front();
    }
    if (batch->writings.size() > 1) net::probe<"chunks_written_together">();
    return {[store = store_, batch] {
                std::vector<NamedChunk> chunks;
                for (const Writing& one : batch->writings) chunks.push_back({one.chunk, *one.bytes});
                batch->results = store->put(chunks);
            },
            [this, batch, alive = std::weak_ptr{alive_}] {
                for (std::size_t i = 0; i < batch->writings.size() && !alive.expired() && !is_failed_; ++i) {
                    waiting_bytes_ -= batch->writings[i].bytes->size();
                    written(batch->writings[i].chunk, batch->results[i]);
                }
            }};
}

template <class Answer>
void ChunkKeeper::answer_later(net::Function<void(Answer)> done, Answer answer) {
    loop_.post([then = std::move(done), held = std::move(answer), alive = std::weak_ptr{alive_}]() mutable {
        if (!alive.expired()) then(std::move(held));
    });
}

void ChunkKeeper::start(net::Task ready) {
    ready_ = std::move(ready);
    auto found = std::make_shared<net::Result<std::vector<ChunkHash>>>();
    work(Job{[store = store_, found] { *found = store->open(); }, [this, found] { opened(*found); }});
}

void ChunkKeeper::opened(const net::Result<std::vector<ChunkHash>>& found) {
    if (!found) return fail(found.error());
    here_.insert(found->begin(), found->end());
    if (options_.scrub_round > net::Duration{}) scrub_after(options_.scrub_pause);
    std::exchange(ready_, {})();
}

void ChunkKeeper::put(const ChunkHash& chunk, net::SharedBytes bytes, Put done) {
    if (has(chunk)) return answer_later<net::Result<void>>(std::move(done), {});
    const std::size_t size = bytes->size();
    if (waiting_bytes_ + size > options_.waiting_bytes_max) {
        return answer_later<net::Result<void>>(std::move(done), Error{ErrorKind::full, "too many chunks wait to be written"});
    }
    if (events_.takes && !events_.takes(size)) {
        return answer_later<net::Result<void>>(std::move(done), Error{ErrorKind::full, "this replica's disk has no room for more files"});
    }
    waiting_bytes_ += size;
    std::deque<Putting>& attempts = putting_[chunk];
    attempts.push_back({std::move(bytes), std::move(done)});
    if (net::planted("chunk_told_before_sync")) here_.insert(chunk);
    if (attempts.size() == 1) write_next(chunk);
}

// Several may bring the same chunk at once, and not all of them the right bytes: one after the other is tried until one is written.
void ChunkKeeper::write_next(const ChunkHash& chunk) {
    work(Writing{chunk, std::move(putting_.at(chunk).front().bytes)});
}

void ChunkKeeper::written(const ChunkHash& chunk, const net::Result<void>& result) {
    const bool is_ordinary = result || result.error().kind == ErrorKind::full || result.error().kind == ErrorKind::malformed;
    if (!is_ordinary) return fail(result.error());
    const auto putting = putting_.find(chunk);
    CHECK(putting != putting_.end() && !putting->second.empty(), "a chunk was written that nobody put");
    std::deque<Putting> done;
    if (result) {
        here_.insert(chunk);
        done.swap(putting->second);
    } else {
        done.push_back(std::move(putting->second.front()));
        putting->second.pop_front();
    }
    for (const Putting& one : done) {
        if (one.bytes) waiting_bytes_ -= one.bytes->size();   // those of the first went with its job
    }
    if (putting->second.empty()) {
        putting_.erase(putting);
    } else {
        write_next(chunk);
    }
    for (Putting& one : done) answer_later<net::Result<void>>(std::move(one.done), result);
}

void ChunkKeeper::read(const ChunkHash& chunk, Read done) {
    if (!has(chunk)) return answer_later<net::Result<net::Bytes>>(std::move(done), Error{ErrorKind::not_found, "this chunk is not here"});
    if (waiting_reads_ >= options_.waiting_reads_max) {
        return answer_later<net::Result<net::Bytes>>(std::move(done), Error{ErrorKind::full, "too many chunks wait to be read"});
    }
    ++waiting_reads_;
    auto result = std::make_shared<net::Result<net::Bytes>>();
    work(Job{[store = store_, chunk, result] { *result = store->read(chunk); },
          [this, chunk, result, then = std::move(done)]() mutable {
              --waiting_reads_;
              was_read(chunk, *result, then);
          }});
}

void ChunkKeeper::was_read(const ChunkHash& chunk, net::Result<net::Bytes>& result, Read& done) {
    const bool is_gone = !result && (result.error().kind == ErrorKind::damaged || result.error().kind == ErrorKind::not_found);
    if (is_gone && has(chunk)) scrub(chunk, [] {});   // it decides
    if (is_gone) result = Error{ErrorKind::not_found, result.error().message};
    done(std::move(result));
}

void ChunkKeeper::remove(const std::vector<ChunkHash>& chunks) {
    std::vector<ChunkHash> gone;
    for (const ChunkHash& chunk : chunks) {
        if (!putting_.contains(chunk) && here_.erase(chunk) > 0) gone.push_back(chunk);
    }
    if (gone.empty()) return;
    auto result = std::make_shared<net::Result<void>>();
    work(Job{[store = store_, removed = std::move(gone), result] { *result = store->remove(removed); },
          [this, result] {
              if (!*result) fail(result->error());
          }});
}

void ChunkKeeper::scrub_after(net::Duration pause) {
    scrub_timer_ = loop_.after(pause, [this] { scrub_next(); });
}

void ChunkKeeper::scrub_next() {
    const auto next = is_round_begun_ ? here_.upper_bound(scrubbed_through_) : here_.begin();
    is_round_begun_ = next != here_.end();
    if (!is_round_begun_) {
        ++rounds_;
        return scrub_after(options_.scrub_round);
    }
    scrubbed_through_ = *next;
    scrub(scrubbed_through_, [this] { scrub_after(options_.scrub_pause); });   // one at a time: a slow disk gathers no queue of them
}

void ChunkKeeper::scrub(const ChunkHash& chunk, net::Task then) {
    auto result = std::make_shared<net::Result<bool>>(false);
    work(Job{[store = store_, chunk, result] { *result = store->scrub(chunk); },
          [this, chunk, result, done = std::move(then)]() mutable {
              scrubbed(chunk, *result);
              done();
          }});
}

// A read that fails says nothing about the chunk: the next round looks again.
void ChunkKeeper::scrubbed(const ChunkHash& chunk, const net::Result<bool>& is_whole) {
    if (is_whole && !*is_whole && here_.erase(chunk) > 0) events_.lost(chunk);
}

void ChunkKeeper::fail(const net::Error& error) {
    if (std::exchange(is_failed_, true)) return;
    jobs_.clear();
    loop_.cancel(scrub_timer_);
    events_.failed(error);
}

}  // namespace parley::chat
