// The steps of opening, in the order that makes each safe to repeat after another crash.
#include "consensus/storage/opening.hpp"

#include <algorithm>

#include "net/ports/marks.hpp"

namespace parley::consensus::storage {

using net::Error;
using net::ErrorKind;
using net::Result;

namespace {

class Opener {
public:
    Opener(net::Disk& disk, const std::string& folder, const LogOptions& options)
        : disk_(disk), folder_(folder), options_(options) {}

    Result<Opened> run() {
        // A name may be visible and not durable: the process before may have died between a rename and its sync.
        if (!net::planted("log_believes_names")) {
            if (const auto synced = disk_.sync_directory(folder_); !synced) return synced.error();
        }
        auto meta = MetaStore::open(disk_, folder_);
        if (!meta) return meta.error();
        meta_ = std::move(*meta);
        const Meta& known = meta_->meta();
        seed_ = Seed{known.cluster, known.node};
        segments_ = std::make_unique<Segments>(disk_, folder_, seed_, options_);
        if (const auto read = read_segments(); !read) return read.error();
        auto judged = judge(scanned_, Boundary{known.first_unit, known.first_hash});
        if (!judged) return judged.error();
        judged_ = std::move(*judged);
        if (const auto chosen = choose_segment(); !chosen) return chosen.error();
        // First of all what was found: whatever this opening writes, were it cut short, is no proof that nothing is gone (P12).
        if (const auto raised = raise_incarnation(); !raised) return raised.error();
        if (const auto written = write_last_batch(); !written) return written.error();
        return finish();
    }

private:
    Result<void> read_segments() {
        const auto names = disk_.list(folder_);
        if (!names) return names.error();
        std::vector<std::uint64_t> uses;
        for (const std::string& name : *names) {
            if (const auto use = use_of_name(name, segment_prefix)) {
                if (*use >= meta_->meta().first_use || net::planted("compaction_leftovers_read")) {
                    uses.push_back(*use);
                    continue;
                }
                // Compacted away, and the process died before it was gone.
                segments_->saw(*use);
                if (const auto removed = disk_.remove(folder_ + "/" + name); !removed) return removed;
            }
            if (const auto use = use_of_name(name, prepared_prefix)) {
                segments_->saw(*use);
                if (const auto removed = disk_.remove(folder_ + "/" + name); !removed) return removed;
            }
        }
        std::sort(uses.begin(), uses.end());
        for (const std::uint64_t use : uses) {
            if (const auto read = read_segment(use); !read) return read;
        }
        if (uses.empty()) return Error{ErrorKind::damaged, "the log in " + folder_ + " has lost all its segments"};
        return {};
    }

    Result<void> read_segment(std::uint64_t use) {
        segments_->saw(use);
        auto file = disk_.open(segments_->path(use), net::OpenMode::read_write);
        if (!file) return file.error();
        if (!net::planted("log_believes_cache")) {
            if (const auto dropped = (*file)->drop_cache(); !dropped) return dropped;
        }
        if (const auto read = read_whole(**file, read_); !read) return read;
        scanned_.push_back(scan_segment(seed_, use, read_));
        ledger_.scanned(scanned_.back(), read_.size());
        forget_repeated(scanned_.back());
        segments_->add(Segment{use, scanned_.back().blocks, std::move(*file)});
        return {};
    }

    // A long log has many seals: keeps of them what judging can still need.
    static void forget_repeated(ScannedSegment& segment) {
        const ScannedUnit* before = nullptr;
        for (ScannedUnit& unit : segment.units) {
            if (unit.seal) {
                std::vector<SealedRecord>{}.swap(unit.seal->records);   // the scan took them over
                const bool follows = before && before->seal && before->number + 1 == unit.number &&
                                     unit.seal->previous_end == Place{segment.use, before->end_block};
                if (follows) std::vector<SlotAtBallot>{}.swap(unit.seal->previous);
            }
            before = &unit;
        }
    }

    // The last segment with anything in it goes on, behind everything in it; the next one, if whole, is the prepared one.
    Result<void> choose_segment() {
        std::size_t last = scanned_.size();
        while (last > 1 && scanned_[last - 1].used_end == first_unit_block) --last;
        const ScannedSegment& current = scanned_[last - 1];
        for (std::size_t i = last; i < scanned_.size(); ++i) {
            const ScannedSegment& later = scanned_[i];
            if (!prepared_ && later.header_good[0] && later.header_good[1]) {
                prepared_ = *segments_->find(later.use);
                continue;
            }
            ledger_.removed(later.use);
            if (const auto removed = segments_->remove(later.use); !removed) return removed;
        }
        current_ = *segments_->find(current.use);
        next_block_ = current.used_end;
        if (!current.any_header()) next_block_ = current_.blocks;   // nothing is added to it
        for (std::uint32_t i = 0; i < 2 && current.any_header(); ++i) {
            if (current.header_good[i]) continue;
            if (const auto repaired = segments_->repair_header(current_, i); !repaired) return repaired;
        }
        return {};
    }

    Result<void> make_room(std::uint64_t blocks) {
        if (next_block_ + blocks <= current_.blocks) return {};
        if (prepared_ && first_unit_block + blocks <= prepared_->blocks) {
            current_ = *prepared_;
        } else {
            if (prepared_) {
                ledger_.removed(prepared_->use);
                if (const auto removed = segments_->remove(prepared_->use); !removed) return removed;
            }
            auto made = segments_->make(blocks);
            if (!made) return made.error();
            current_ = std::move(*made);
            segments_->add(current_);
            ledger_.made(current_.use, std::uint64_t{current_.blocks} * block_size);
        }
        prepared_.reset();
        next_block_ = first_unit_block;
        return {};
    }

    // It may be in the page cache only, or unsealed; after this it is neither.
    Result<void> write_last_batch() {
        tail_ = judged_.tail;
        if (net::planted("log_believes_cache")) return {};
        std::vector<AcceptedValue> records;
        std::uint64_t bytes = 0;
        for (const Slot slot : judged_.last_batch) {
            const Located* const located = judged_.index.find(slot);
            if (!located) continue;
            auto record = read_record(*segments_, slot, *located);
            if (!record) return record.error();
            bytes += located->size;
            records.push_back(std::move(*record));
        }
        if (records.empty()) return {};
        const std::uint64_t blocks = unit_blocks(records.size(), bytes, tail_.previous.size());
        const Segment before = current_;
        if (const auto room = make_room(blocks); !room) return room;
        // The next sync is of another file: what lies here may be in the page cache only, and a power cut would make it look like damage.
        if (before.use != current_.use) {
            if (const auto synced = before.file->sync(); !synced) return synced;
        }
        const Unit unit = encode_unit(seed_, Place{current_.use, next_block_}, tail_, judged_.chosen_through, records);
        ledger_.begins(current_.use, tail_);
        for (const SealedRecord& sealed : unit.seal.records) ledger_.holds(current_.use, sealed.what);
        std::uint64_t offset = std::uint64_t{next_block_} * block_size;
        for (const net::SharedBytes& buffer : unit.buffers) {
            if (const auto written = current_.file->write(offset, *buffer); !written) return written;
            offset += buffer->size();
        }
        if (const auto synced = current_.file->sync(); !synced) return synced;
        for (const SealedRecord& sealed : unit.seal.records) {
            const auto at = static_cast<std::uint32_t>(std::uint64_t{next_block_} * block_size + sealed.offset);
            judged_.index.set(sealed.what.slot,
                              Located{current_.use, at, sealed.size, sealed.what.ballot, sealed.value_checksum});
        }
        tail_ = tail_after(unit.seal, current_.use);
        next_block_ += static_cast<std::uint32_t>(blocks);
        return {};
    }

    Result<void> raise_incarnation() {
        Meta meta = meta_->meta();
        ++meta.incarnation;
        meta.version = meta_version;
        meta.lives.push_back({meta.incarnation, Reached{judged_.units, meta.sequence}});
        if (meta.lives.size() > lives_kept) meta.lives.erase(meta.lives.begin());
        meta.promised = std::max(meta.promised, judged_.promised);
        return meta_->replace(meta);
    }

    Result<Opened> finish() {
        Opened opened;
        opened.meta = std::move(meta_);
        opened.segments = std::move(segments_);
        opened.seed = seed_;
        opened.ledger = std::move(ledger_);
        opened.index = std::move(judged_.index);
        opened.faulty = std::move(judged_.faulty);
        opened.under_fault = std::move(judged_.under_fault);
        opened.told_chosen_through = judged_.chosen_through;
        opened.current = current_;
        opened.next_block = next_block_;
        opened.prepared = prepared_;
        opened.tail = tail_;
        if (const auto described = describe(opened); !described) return described.error();
        return opened;
    }

    net::Disk& disk_;
    std::string folder_;
    LogOptions options_;
    std::unique_ptr<MetaStore> meta_;
    std::unique_ptr<Segments> segments_;
    Seed seed_{ClusterId{}, NodeId{}};
    net::Bytes read_;   // one segment after the other
    std::vector<ScannedSegment> scanned_;
    Ledger ledger_;
    Judged judged_;
    Tail tail_;
    Segment current_;
    std::uint32_t next_block_ = first_unit_block;
    std::optional<Segment> prepared_;
};

// A folder and every folder above it, durable.
Result<void> make_durable_folder(net::Disk& disk, const std::string& folder) {
    if (const auto made = disk.make_directory(folder); !made) return made;
    std::size_t end = folder.size();
    while (end != std::string::npos && end > 0) {
        const std::size_t slash = folder.rfind('/', end - 1);
        const std::string parent = slash == std::string::npos ? std::string{} : folder.substr(0, slash);
        if (const auto synced = disk.sync_directory(parent); !synced) return synced;
        end = slash;
    }
    return {};
}

// Removes what a crash in the middle of create_log() left: nothing was ever promised with it. Segments with anything in
// them belong to a log whose meta is lost, and stay.
Result<void> clear_unfinished(net::Disk& disk, const std::string& folder) {
    const auto names = disk.list(folder);
    if (!names) return names.error();
    for (const std::string& name : *names) {
        const bool segment = use_of_name(name, segment_prefix).has_value();
        if (!segment && !use_of_name(name, prepared_prefix)) continue;
        const std::string path = folder + "/" + name;
        if (segment) {
            const auto file = disk.open(path, net::OpenMode::read_only);
            if (!file) return file.error();
            const auto data = read_whole(**file);
            if (!data) return data.error();
            const std::size_t headers = std::min<std::size_t>(data->size(), std::size_t{first_unit_block} * block_size);
            if (!all_zero(net::ByteView{*data}.subspan(headers))) {
                return Error{ErrorKind::damaged, "there is a log in " + folder + " that lost both copies of its meta; this "
                                                 "replica must not vote any more: set its data folder aside and add a "
                                                 "new, empty replica instead"};
            }
        }
        if (const auto removed = disk.remove(path); !removed) return removed;
    }
    return {};
}

}  // namespace

Result<void> describe(Opened& opened) {
    const Meta& meta = opened.meta->meta();
    Recovered recovered;
    recovered.identity = LogIdentity{meta.cluster, meta.node, meta.genesis};
    recovered.incarnation = meta.incarnation;
    recovered.lives = meta.lives;
    recovered.promised = meta.promised;
    recovered.floor = meta.floor;
    opened.index.drop_below(meta.floor);
    opened.faulty.erase(opened.faulty.begin(), opened.faulty.lower_bound(meta.floor));
    for (const auto& [slot, ballot] : opened.faulty) recovered.faulty.insert(slot);
    for (const auto& [slot, located] : opened.under_fault) {
        if (!recovered.faulty.contains(slot)) continue;
        if (auto record = read_record(*opened.segments, slot, located)) recovered.under_fault.emplace(slot, *std::move(record));
    }
    // A seal may tell of slots that reached this node only in memory; without them they are not held.
    Slot held = meta.floor.previous();
    while (held < opened.told_chosen_through &&
           (opened.index.find(held.next()) || recovered.faulty.contains(held.next()))) {
        held = held.next();
    }
    recovered.chosen_through = held;
    for (const Slot slot : opened.index.held_from(held.next())) {
        auto record = read_record(*opened.segments, slot, *opened.index.find(slot));
        if (!record) return record.error();
        recovered.accepted.emplace(slot, std::move(*record));
    }
    opened.recovered = std::move(recovered);
    return {};
}

Result<net::Bytes> read_whole(net::File& file) {
    net::Bytes data;
    if (const auto read = read_whole(file, data); !read) return read.error();
    return data;
}

Result<void> read_whole(net::File& file, net::Bytes& data) {
    const auto size = file.size();
    if (!size) return size.error();
    data.resize(*size);
    if (const auto got = file.read(0, data); got && *got == data.size()) return {};
    for (std::uint64_t at = 0; at < data.size(); at += block_size) {
        const std::span block = std::span{data}.subspan(at, std::min<std::uint64_t>(block_size, data.size() - at));
        if (!file.read(at, block)) std::fill(block.begin(), block.end(), std::byte{0xa5});
    }
    return {};
}

Result<AcceptedValue> read_record(const Segments& segments, Slot slot, const Located& located) {
    const Segment* const segment = segments.find(located.use);
    if (!segment) return Error{ErrorKind::not_found, "a segment of the log is gone"};
    net::Bytes value(located.size);
    const auto got = segment->file->read(std::uint64_t{located.offset} + record_header_size, value);
    if (!got) return got.error();
    const bool planted = net::planted("log_torn_tail_kept");
    if (!planted && (*got != value.size() || checksum(value, 0) != located.value_checksum)) {
        return Error{ErrorKind::damaged, "the log's record of slot " + std::to_string(slot.value) + " is damaged"};
    }
    return AcceptedValue{slot, located.ballot, Value{std::move(value)}};
}

Result<Opened> open_log(net::Disk& disk, const std::string& folder, const LogOptions& options) {
    return Opener{disk, folder, options}.run();
}

Result<void> create_log(net::Disk& disk, const std::string& folder, const LogIdentity& identity,
                        const LogOptions& options) {
    if (Log::exists(disk, folder)) return Error{ErrorKind::exists, "there is a log in " + folder + " already"};
    if (const auto made = make_durable_folder(disk, folder); !made) return made;
    if (const auto cleared = clear_unfinished(disk, folder); !cleared) return cleared;
    Segments segments{disk, folder, Seed{identity.cluster, identity.node}, options};
    if (const auto made = segments.make(0); !made) return made.error();
    Meta meta;
    meta.cluster = identity.cluster;
    meta.node = identity.node;
    meta.genesis = identity.genesis;
    return MetaStore::create(disk, folder, meta);
}

}  // namespace parley::consensus::storage
