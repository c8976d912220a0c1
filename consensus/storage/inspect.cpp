// The dump is made of plain structs that describe themselves once; the archives of Boost.Serialization print them.
#include "consensus/storage/inspect.hpp"

#include <algorithm>
#include <ostream>

#include <boost/archive/text_oarchive.hpp>
#include <boost/archive/xml_oarchive.hpp>

#include "consensus/storage/opening.hpp"
#include "net/archive/boost_support.hpp"

namespace parley::consensus {

using net::make_nvp;
using net::Result;

namespace {

using namespace storage;

struct MetaPlaceDump {
    std::string state;
    std::optional<Meta> meta;
};
struct MetaDump {
    std::string file;
    std::string state;
    std::vector<MetaPlaceDump> places;
};
struct RecordDump {
    Slot slot;
    Ballot ballot;
    std::uint32_t offset = 0;
    std::string verdict;
    std::optional<Batch> batch;       // if the value is whole and is a batch
    net::Bytes value;                 // otherwise, as it lies there
};
struct UnitDump {
    std::uint64_t number = 0;
    std::uint32_t first_block = 0;
    std::uint32_t end_block = 0;
    std::string verdict;
    std::optional<Seal> seal;
    std::vector<RecordDump> records;
};
struct SegmentDump {
    std::string file;
    std::uint32_t blocks = 0;
    std::uint32_t used_end = 0;
    std::string headers;
    std::vector<UnitDump> units;
};
struct VerdictDump {
    std::string sentence;
    Ballot promised;
    Slot floor;
    Slot chosen_through;
    std::vector<Slot> faulty;
};

template <class Archive>
void serialize(Archive& a, MetaPlaceDump& d, unsigned) {
    a & make_nvp("state", d.state) & make_nvp("meta", d.meta);
}
template <class Archive>
void serialize(Archive& a, MetaDump& d, unsigned) {
    a & make_nvp("file", d.file) & make_nvp("state", d.state) & make_nvp("places", d.places);
}
template <class Archive>
void serialize(Archive& a, RecordDump& d, unsigned) {
    a & make_nvp("slot", d.slot) & make_nvp("ballot", d.ballot) & make_nvp("offset", d.offset) &
        make_nvp("verdict", d.verdict) & make_nvp("batch", d.batch) & make_nvp("value", d.value);
}
template <class Archive>
void serialize(Archive& a, UnitDump& d, unsigned) {
    a & make_nvp("number", d.number) & make_nvp("first_block", d.first_block) & make_nvp("end_block", d.end_block) &
        make_nvp("verdict", d.verdict) & make_nvp("seal", d.seal) & make_nvp("records", d.records);
}
template <class Archive>
void serialize(Archive& a, SegmentDump& d, unsigned) {
    a & make_nvp("file", d.file) & make_nvp("blocks", d.blocks) & make_nvp("used_end", d.used_end) &
        make_nvp("headers", d.headers) & make_nvp("units", d.units);
}
template <class Archive>
void serialize(Archive& a, VerdictDump& d, unsigned) {
    a & make_nvp("sentence", d.sentence) & make_nvp("promised", d.promised) &
        make_nvp("floor", d.floor) & make_nvp("chosen_through", d.chosen_through) & make_nvp("faulty", d.faulty);
}

// A file as it lies on the medium, as far as it can be read.
Result<net::Bytes> file_bytes(net::Disk& disk, const std::string& path) {
    const auto file = disk.open(path, net::OpenMode::read_only);
    if (!file) return file.error();
    static_cast<void>((*file)->drop_cache());
    return read_whole(**file);
}

const char* state_name(MetaPlaceState state) {
    switch (state) {
        case MetaPlaceState::empty: return "empty";
        case MetaPlaceState::good: return "good";
        case MetaPlaceState::bad: return "damaged";
    }
    return "";
}

class Inspector {
public:
    Inspector(net::Disk& disk, const std::string& folder) : disk_(disk), folder_(folder) {}

    template <class Archive>
    Result<void> run(Archive& archive) {
        const std::array<MetaCopy, 2> copies{show_meta(archive, meta_name_a), show_meta(archive, meta_name_b)};
        const Meta* const meta = any_meta(copies);
        if (!meta) {
            return verdict(archive, VerdictDump{"No copy of meta can be read, so the segments cannot be checked.", {}, {}, {}, {}});
        }
        const bool trusted = newest_meta(copies[0], copies[1]) != nullptr;
        const auto names = disk_.list(folder_);
        if (!names) return names.error();
        const Seed seed{meta->cluster, meta->node};
        std::vector<ScannedSegment> scanned;
        for (const std::string& name : *names) {
            const auto use = use_of_name(name, segment_prefix);
            if (!use || *use < meta->first_use) continue;   // let go; the next start removes it
            const auto data = file_bytes(disk_, folder_ + "/" + name);
            if (!data) return data.error();
            scanned.push_back(scan_segment(seed, *use, *data));
            const SegmentDump dump = describe(name, scanned.back(), *data);
            archive << make_nvp("segment", dump);
        }
        return verdict(archive, judge_all(scanned, *meta, trusted));
    }

private:
    template <class Archive>
    Result<void> verdict(Archive& archive, const VerdictDump& dump) {
        archive << make_nvp("verdict", dump);
        return {};
    }

    template <class Archive>
    MetaCopy show_meta(Archive& archive, const char* name) {
        MetaDump dump;
        dump.file = name;
        MetaCopy copy;
        if (const auto bytes = file_bytes(disk_, folder_ + "/" + name)) copy = decode_meta_copy(*bytes);
        dump.state = !copy.readable ? "missing or cut short" : copy.trusted() ? "good" : "damaged";
        for (const MetaPlace& place : copy.places) {
            const bool good = place.state == MetaPlaceState::good;
            dump.places.push_back({state_name(place.state), good ? std::optional{place.meta} : std::nullopt});
        }
        const MetaDump& constant = dump;
        archive << make_nvp("meta", constant);
        return copy;
    }

    // Even a copy that must not be trusted says whose log it is.
    static const Meta* any_meta(const std::array<MetaCopy, 2>& copies) {
        const Meta* const trusted = newest_meta(copies[0], copies[1]);
        if (trusted) return trusted;
        return copies[0].newest() ? copies[0].newest() : copies[1].newest();
    }

    static SegmentDump describe(const std::string& name, const ScannedSegment& segment, net::ByteView data) {
        SegmentDump dump;
        dump.file = name;
        dump.blocks = segment.blocks;
        dump.used_end = segment.used_end;
        dump.headers = segment.header_good[0] && segment.header_good[1] ? "good"
                       : segment.any_header()                          ? "one of two damaged"
                                                                       : "both damaged";
        for (const ScannedUnit& unit : segment.units) dump.units.push_back(describe(unit, data));
        return dump;
    }

    static UnitDump describe(const ScannedUnit& unit, net::ByteView data) {
        UnitDump dump;
        dump.number = unit.number;
        dump.first_block = unit.first.block;
        dump.end_block = unit.end_block;
        dump.seal = unit.seal;
        const bool whole = unit.complete && std::ranges::all_of(unit.records, &ScannedRecord::good);
        dump.verdict = unit.seal ? (whole ? "good" : "sealed, with damaged records")
                                 : (whole ? "seal damaged or missing" : "torn or damaged");
        for (const ScannedRecord& record : unit.records) {
            RecordDump& shown = dump.records.emplace_back();
            shown.slot = record.what.slot;
            shown.ballot = record.what.ballot;
            shown.offset = record.offset;
            shown.verdict = record.good ? "good" : unit.seal ? "damaged under a good seal" : "damaged, unsealed";
            const std::uint64_t begin = std::uint64_t{record.offset} + record_header_size;
            if (begin + record.size > data.size()) continue;
            const net::ByteView value = data.subspan(begin, record.size);
            const auto batch = record.good ? net::decode<Batch>(value) : net::Error{};
            if (batch) {
                shown.batch = *batch;
            } else {
                shown.value.assign(value.begin(), value.end());
            }
        }
        return dump;
    }

    static VerdictDump judge_all(const std::vector<ScannedSegment>& scanned, const Meta& meta, bool trusted) {
        VerdictDump dump;
        const auto judged = judge(scanned, Boundary{meta.first_unit, meta.first_hash});
        if (!judged) {
            dump.sentence = judged.error().message;
            return dump;
        }
        dump.promised = std::max(meta.promised, judged->promised);
        dump.floor = meta.floor;
        dump.chosen_through = std::max(judged->chosen_through, meta.floor.previous());
        for (const auto& [slot, ballot] : judged->faulty) {
            if (slot >= meta.floor) dump.faulty.push_back(slot);
        }
        dump.sentence = !trusted               ? "Both copies of meta are damaged: this replica will refuse to start."
                        : dump.faulty.empty() ? "The log is whole."
                                              : "The log opens; the faulty slots will be fetched from other replicas.";
        return dump;
    }

    net::Disk& disk_;
    std::string folder_;
};

}  // namespace

Result<void> inspect(net::Disk& disk, const std::string& folder, std::ostream& out, InspectFormat format) {
    if (!Log::exists(disk, folder)) return net::Error{net::ErrorKind::not_found, "there is no log in " + folder};
    Inspector inspector{disk, folder};
    if (format == InspectFormat::xml) {
        boost::archive::xml_oarchive archive{out};
        return inspector.run(archive);
    }
    boost::archive::text_oarchive archive{out};
    return inspector.run(archive);
}

}  // namespace parley::consensus
