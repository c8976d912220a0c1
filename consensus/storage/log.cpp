// The running log: group commit over the disk's asynchronous face, one write in flight. An append is answered after its
// bytes, and all before them, are durable, and never earlier; the first failure ends it for good (L5).
#include "consensus/storage/log.hpp"

#include <algorithm>
#include <deque>
#include <variant>

#include "consensus/storage/opening.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus {

using net::Error;
using net::Result;
using storage::Located;
using storage::Place;
using storage::Segment;
using storage::Unit;

namespace {

// One write is at most about so large; a single larger append still goes out whole.
constexpr std::size_t unit_records_max = 4096;
constexpr std::size_t unit_bytes_max = std::size_t{8} << 20U;

template <class... T>
struct Overload : T... {
    using T::operator()...;
};
template <class... T>
Overload(T...) -> Overload<T...>;

}  // namespace

struct Log::Impl {
    Impl(net::Disk& disk, net::Loop& loop, const LogOptions& options, storage::Opened opened)
        : disk_(disk),
          loop_(loop),
          options_(options),
          opened_(std::move(opened)),
          chosen_through_(opened_.recovered.chosen_through),
          durable_end_(opened_.tail.previous_end),
          reached_{opened_.tail.next_unit - 1, opened_.meta->meta().sequence} {}

    struct Append {
        std::vector<AcceptedValue> records;
        std::size_t bytes = 0;
        Ballot promised;                 // the highest asked for
        Slot chosen_through;
        Done done;
    };

    void append(std::vector<Write> writes, Slot chosen_through, Done done) {
        if (error_) return answer(std::move(done), *error_);
        Append added;
        added.chosen_through = chosen_through;
        added.done = std::move(done);
        for (Write& write : writes) {
            std::visit(Overload{[&](PromiseWrite& promise) {
                                    added.promised = std::max(added.promised, promise.ballot);
                                },
                                [&](AcceptWrite& accept) {
                                    added.bytes += accept.accepted.value.size();
                                    added.records.push_back(std::move(accept.accepted));
                                }},
                       write);
        }
        queue_.push_back(std::move(added));
        if (busy_ && net::planted("log_joins_write_in_flight")) return answer_front_early();
        flush();
    }

    // What goes out next: as many appends as fit the limits and an ordinary segment, at least one.
    struct NextUnit {
        std::size_t appends = 0;
        std::size_t records = 0;
        std::uint64_t bytes = 0;
        std::uint64_t blocks = 0;
    };
    [[nodiscard]] NextUnit next_unit() const {
        const std::uint64_t blocks_max = opened_.segments->ordinary_unit_blocks();
        NextUnit unit;
        for (const Append& append : queue_) {
            NextUnit larger{unit.appends + 1, unit.records + append.records.size(), unit.bytes + append.bytes, 0};
            larger.blocks = storage::unit_blocks(larger.records, larger.bytes, opened_.tail.previous.size());
            const bool too_large = larger.records > unit_records_max || larger.bytes > unit_bytes_max ||
                                   larger.blocks > blocks_max;
            if (unit.appends > 0 && (too_large || net::sim_rare<"log_small_unit">())) break;
            unit = larger;
        }
        return unit;
    }

    // Lets go what may go, between two writes: meta says so first, in both copies, then the files go.
    void compact() {
        if (busy_ || error_) return;
        const storage::CompactionLimits limits{gate_,          hold_,          chosen_through_, options_.keep_slots,
                                               options_.keep_bytes, options_.hold_bytes};
        const auto release = opened_.ledger.releasable(limits, opened_.current.use, opened_.tail);
        if (!release) return;
        busy_ = true;
        storage::Meta meta = opened_.meta->meta();
        const Slot before = meta.floor;
        meta.floor = std::max(meta.floor, release->floor);
        meta.first_use = release->first_use;
        meta.first_unit = release->first.next_unit;
        meta.first_hash = release->first.hash;
        if (!net::planted("compaction_forgets_ballot")) meta.promised = std::max(meta.promised, release->promised);
        if (net::planted("compaction_before_meta") && !remove_released(*release)) return;
        counters_.bytes += std::uint64_t{2} * storage::meta_place_blocks * storage::block_size;
        const std::weak_ptr<int> alive = alive_;
        opened_.meta->update(std::move(meta), [this, alive, release = *release, before](Result<void> written) {
            if (alive.expired()) return;
            if (!written) return fail(written.error());
            counters_.syncs += 2;
            reached_.meta_writes = opened_.meta->meta().sequence;
            compacted(release, before);
        });
    }

    void compacted(const storage::Release& release, Slot before) {
        if (!net::planted("compaction_before_meta") && !remove_released(release)) return;
        const Slot floor = opened_.meta->meta().floor;
        opened_.index.drop_below(floor);
        if (floor_moved_ && floor > before) floor_moved_(floor);
        idle();
    }

    bool remove_released(const storage::Release& release) {
        for (const std::uint64_t use : release.uses) {
            opened_.ledger.removed(use);
            given_up_.erase(use);
            const auto gone = net::planted("compaction_before_meta") ? opened_.segments->remove(use)
                                                                    : opened_.segments->let_go(use);
            if (!gone) {
                fail(gone.error());
                return false;
            }
        }
        return true;
    }

    // Nothing is on its way to the disk any more.
    void idle() {
        busy_ = false;
        compact();
        flush();
    }

    void flush() {
        if (busy_ || error_ || queue_.empty()) return;
        const NextUnit next = next_unit();
        if (next.records > 0 && !make_room(next.blocks)) return;
        busy_ = true;
        for (std::size_t taken = 0; taken < next.appends; ++taken) {
            Append& append = queue_.front();
            std::move(append.records.begin(), append.records.end(), std::back_inserter(records_in_flight_));
            promised_in_flight_ = std::max(promised_in_flight_, append.promised);
            chosen_through_ = std::max(chosen_through_, append.chosen_through);
            done_in_flight_.push_back(std::move(append.done));
            queue_.pop_front();
        }
        records_in_flight_.empty() ? write_promise() : write_unit();
    }

    // False: a larger or a next segment has to be made first; flush() comes again when it is there.
    bool make_room(std::uint64_t blocks) {
        if (!is_given_up(opened_.current.use) && opened_.next_block + blocks <= opened_.current.blocks) return true;
        if (opened_.prepared && storage::first_unit_block + blocks <= opened_.prepared->blocks) {
            opened_.current = *opened_.prepared;
            opened_.prepared.reset();
            opened_.next_block = storage::first_unit_block;
            return true;
        }
        waiting_ = true;
        if (opened_.segments->preparing()) return false;
        if (opened_.prepared) {
            // Too small for this write; numbers only grow, so it cannot be kept for later.
            const std::uint64_t use = std::exchange(opened_.prepared, std::nullopt)->use;
            opened_.ledger.removed(use);
            if (const auto removed = opened_.segments->remove(use); !removed) {
                fail(removed.error());
                return false;
            }
        }
        prepare(blocks);
        return false;
    }

    void prepare(std::uint64_t blocks) {
        const std::weak_ptr<int> alive = alive_;
        opened_.segments->prepare(blocks, [this, alive](Result<Segment> made) {
            if (alive.expired()) return;
            if (!made) return fail(made.error());
            opened_.segments->add(*made);
            opened_.ledger.made(made->use, std::uint64_t{made->blocks} * storage::block_size);
            opened_.prepared = *made;
            if (std::exchange(waiting_, false)) flush();
        });
    }

    void write_unit() {
        const Place place{opened_.current.use, opened_.next_block};
        Unit unit = storage::encode_unit(opened_.seed, place, opened_.tail, chosen_through_, records_in_flight_);
        opened_.ledger.begins(place.use, opened_.tail);
        opened_.next_block += static_cast<std::uint32_t>(unit.blocks());
        opened_.tail = storage::tail_after(unit.seal, place.use);
        counters_.bytes += unit.blocks() * storage::block_size;
        const std::weak_ptr<int> alive = alive_;
        disk_.write_and_sync(opened_.current.file, std::uint64_t{place.block} * storage::block_size,
                             std::move(unit.buffers),
                             [this, alive, place, seal = std::move(unit.seal)](Result<void> written) {
                                 if (alive.expired()) return;
                                 if (!written) return fail(written.error());
                                 ++counters_.syncs;
                                 unit_durable(place, seal);
                             });
        if (net::planted("log_ack_before_sync")) answer_early();
        const bool half_full = opened_.next_block > opened_.current.blocks / 2 || net::sim_rare<"log_prepares_early">();
        if (half_full && !opened_.prepared && !opened_.segments->preparing() && !error_) prepare(0);
    }

    void unit_durable(Place place, const storage::Seal& seal) {
        durable_end_ = storage::tail_after(seal, place.use).previous_end;
        reached_.units = seal.unit;
        for (const storage::SealedRecord& sealed : seal.records) {
            const std::uint64_t at = std::uint64_t{place.block} * storage::block_size + sealed.offset;
            opened_.ledger.holds(place.use, sealed.what);
            if (sealed.what.slot < opened_.meta->meta().floor) continue;   // chosen long ago, and voted for again
            if (net::planted("log_index_keeps_older") && opened_.index.find(sealed.what.slot)) continue;
            opened_.index.set(sealed.what.slot, Located{place.use, static_cast<std::uint32_t>(at), sealed.size,
                                                        sealed.what.ballot, sealed.value_checksum});
        }
        records_in_flight_.clear();
        write_promise();
    }

    // After the records: a promise without them is harmless, and a record carries its ballot by itself.
    void write_promise() {
        const Ballot promised = std::exchange(promised_in_flight_, Ballot{});
        storage::Meta meta = opened_.meta->meta();
        if (promised <= meta.promised || net::planted("log_promise_not_persisted")) return batch_durable();
        meta.promised = promised;
        counters_.bytes += std::uint64_t{2} * storage::meta_place_blocks * storage::block_size;
        const std::weak_ptr<int> alive = alive_;
        opened_.meta->update(std::move(meta), [this, alive](Result<void> written) {
            if (alive.expired()) return;
            if (!written) return fail(written.error());
            counters_.syncs += 2;
            reached_.meta_writes = opened_.meta->meta().sequence;
            batch_durable();
        });
    }

    void batch_durable() {
        const std::weak_ptr<int> alive = alive_;
        std::vector<Done> done = std::exchange(done_in_flight_, {});
        counters_.appends += done.size();
        // Nothing was in flight when only an old promise was repeated; answers never come from inside append().
        for (Done& each : done) answer(std::move(each), {});
        loop_.post([this, alive] {
            if (!alive.expired()) idle();
        });
    }

    void fail(const Error& error) {
        if (error_) return;
        error_ = error;
        for (Done& done : done_in_flight_) answer(std::move(done), error);
        for (Append& append : queue_) answer(std::move(append.done), error);
        done_in_flight_.clear();
        queue_.clear();
    }

    void answer(Done done, const Result<void>& result) {
        const std::weak_ptr<int> alive = alive_;
        loop_.post([alive, done = std::move(done), result]() mutable {
            if (!alive.expired()) done(result);
        });
    }

    // Only for planted bugs: answers what is not durable.
    void answer_early() {
        for (Done& done : std::exchange(done_in_flight_, {})) answer(std::move(done), {});
    }
    void answer_front_early() {
        answer(std::exchange(queue_.back().done, Done{[](Result<void>) {}}), {});
    }

    [[nodiscard]] bool is_given_up(std::uint64_t use) const { return given_up_.contains(use); }

    bool give_up(std::uint64_t use) {
        if (!given_up_.insert(use).second) return false;
        opened_.ledger.gives_up(use);
        const bool needs_another = use == opened_.current.use && !opened_.prepared && !opened_.segments->preparing() && !error_;
        if (needs_another) prepare(0);
        compact();
        return true;
    }

    [[nodiscard]] std::vector<SealedSegment> sealed_segments() const {
        std::vector<SealedSegment> sealed;
        for (const auto& [use, end] : opened_.ledger.ends()) {
            const Segment* const segment = opened_.segments->find(use);
            if (segment == nullptr || use > opened_.current.use) continue;
            const storage::Meta& meta = opened_.meta->meta();
            sealed.push_back({meta.cluster, meta.node, use, segment->file, use == durable_end_.use ? durable_end_.block : end});
        }
        return sealed;
    }

    // A failure to write ends the log as any other does (L5).
    bool mend_meta() {
        if (busy_ || error_) return false;
        const Result<bool> mended = opened_.meta->mend();
        if (!mended) fail(mended.error());
        return mended && *mended;
    }

    Result<std::vector<AcceptedValue>> read(Slot from, Slot through, std::size_t max_bytes) {
        if (error_) return *error_;
        std::vector<AcceptedValue> records;
        std::size_t bytes = 0;
        for (Slot slot = from; slot <= through; slot = slot.next()) {
            const Located* const located = opened_.index.find(slot);
            if (!located || (!records.empty() && bytes + located->size > max_bytes)) break;
            auto record = storage::read_record(*opened_.segments, slot, *located);
            if (!record && record.error().kind == net::ErrorKind::damaged) {
                net::probe<"log_record_rots_while_open">();
                // Rot since opening: the slot is not held from here on; whoever asked gets what lies before it.
                opened_.index.erase(slot);
                break;
            }
            if (!record) {
                fail(record.error());
                return record.error();
            }
            bytes += located->size;
            records.push_back(std::move(*record));
        }
        return records;
    }

    net::Disk& disk_;
    net::Loop& loop_;
    const LogOptions options_;
    storage::Opened opened_;
    std::set<std::uint64_t> given_up_;   // uses of segments that the disk has changed
    Slot chosen_through_;                // as of the appends taken: what waits may be its proof, and is not on disk
    Place durable_end_;                  // behind the last unit that was synced
    Reached reached_;
    Slot gate_;                          // compaction: see Log::compact
    Slot hold_;
    FloorMoved floor_moved_;
    std::deque<Append> queue_;
    bool busy_ = false;                  // a batch is on its way to the disk, or being answered
    bool waiting_ = false;               // for a segment
    std::vector<AcceptedValue> records_in_flight_;
    Ballot promised_in_flight_;
    std::vector<Done> done_in_flight_;
    std::optional<Error> error_;
    Counters counters_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Log::~Log() = default;

Result<void> Log::create(net::Disk& disk, const std::string& folder, const LogIdentity& identity,
                         const LogOptions& options) {
    return storage::create_log(disk, folder, identity, options);
}

bool Log::exists(net::Disk& disk, const std::string& folder) {
    return disk.exists(folder + "/" + storage::meta_name_a) || disk.exists(folder + "/" + storage::meta_name_b);
}

Result<std::unique_ptr<Log>> Log::open(net::Disk& disk, net::Loop& loop, const std::string& folder,
                                       const LogOptions& options) {
    auto opened = storage::open_log(disk, folder, options);
    if (!opened) return opened.error();
    return std::unique_ptr<Log>(new Log(std::make_unique<Impl>(disk, loop, options, std::move(*opened))));
}

const Recovered& Log::recovered() const { return impl_->opened_.recovered; }

void Log::append(std::vector<Write> writes, Slot chosen_through, Done done) {
    impl_->append(std::move(writes), chosen_through, std::move(done));
}

Result<std::vector<AcceptedValue>> Log::read(Slot from, Slot through, std::size_t max_bytes) {
    return impl_->read(from, through, max_bytes);
}

void Log::on_floor_moved(FloorMoved moved) { impl_->floor_moved_ = std::move(moved); }

void Log::compact(Slot gate, Slot hold) {
    impl_->gate_ = std::max(impl_->gate_, gate);
    impl_->hold_ = hold;
    impl_->compact();
}

Result<void> Log::begin_at(Slot floor) {
    storage::Opened& opened = impl_->opened_;
    storage::Meta meta = opened.meta->meta();
    if (floor <= meta.floor) return {};
    meta.floor = floor;
    if (const auto written = opened.meta->replace(std::move(meta)); !written) return written;
    impl_->reached_.meta_writes = opened.meta->meta().sequence;
    if (const auto described = storage::describe(opened); !described) return described;
    impl_->chosen_through_ = opened.recovered.chosen_through;
    return {};
}

Slot Log::floor() const { return impl_->opened_.meta->meta().floor; }
Reached Log::reached() const { return impl_->reached_; }

std::vector<SealedSegment> Log::sealed_segments() const { return impl_->sealed_segments(); }
bool Log::holds_segment(std::uint64_t use) const { return impl_->opened_.ledger.ends().contains(use); }
bool Log::give_up_segment(std::uint64_t use) { return impl_->give_up(use); }
bool Log::gives_up_segment(std::uint64_t use) const { return impl_->is_given_up(use); }
bool Log::mend_meta() { return impl_->mend_meta(); }

Log::Counters Log::counters() const {
    Counters counters = impl_->counters_;
    counters.bytes += impl_->opened_.segments->bytes_written();
    counters.syncs += impl_->opened_.segments->syncs();
    return counters;
}

}  // namespace parley::consensus
