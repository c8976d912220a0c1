// The two copies of meta: reading, judging and the order of writing. Nothing is believed that is not in a whole place.
#include "consensus/storage/meta.hpp"

#include <algorithm>

#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::consensus::storage {

using net::Error;
using net::ErrorKind;
using net::Result;

namespace {

constexpr std::size_t place_size = std::size_t{meta_place_blocks} * block_size;

std::uint64_t place_of(const Meta& meta) {
    if (net::planted("log_meta_single_copy")) return 0;
    return (meta.sequence % 2) * place_size;
}

net::Bytes padded(const Meta& meta) {
    net::Bytes bytes = encode_meta(meta);
    CHECK(bytes.size() <= place_size, "the genesis configuration does not fit into meta");
    bytes.resize(place_size);
    return bytes;
}

Result<std::shared_ptr<net::File>> make_copy(net::Disk& disk, const std::string& path, const Meta& meta) {
    const std::string temporary = path + ".new";
    if (disk.exists(temporary)) {
        if (const auto removed = disk.remove(temporary); !removed) return removed.error();
    }
    auto file = disk.open(temporary, net::OpenMode::create_new);
    if (!file) return file.error();
    net::Bytes content(2 * place_size);
    const net::Bytes page = padded(meta);
    std::copy(page.begin(), page.end(), content.begin() + static_cast<std::ptrdiff_t>((meta.sequence % 2) * place_size));
    if (const auto written = (*file)->write(0, content); !written) return written.error();
    if (const auto synced = (*file)->sync(); !synced) return synced.error();
    if (const auto renamed = disk.rename(temporary, path); !renamed) return renamed.error();
    return file;
}

Result<MetaCopy> read_copy(net::Disk& disk, const std::string& path, std::shared_ptr<net::File>& file) {
    auto opened = disk.open(path, net::OpenMode::read_write);
    if (!opened && opened.error().kind == ErrorKind::not_found) return MetaCopy{};
    if (!opened) return opened.error();
    file = std::move(*opened);
    if (const auto dropped = file->drop_cache(); !dropped) return dropped.error();
    net::Bytes content(2 * place_size);
    const auto got = file->read(0, content);
    if (!got) return MetaCopy{};   // an unreadable copy is a damaged one; the other decides
    content.resize(*got);
    return decode_meta_copy(content);
}

}  // namespace

bool MetaCopy::trusted() const {
    const auto is = [this](MetaPlaceState state) {
        return std::ranges::any_of(places, [state](const MetaPlace& place) { return place.state == state; });
    };
    return readable && is(MetaPlaceState::good) && !is(MetaPlaceState::bad);
}

const Meta* MetaCopy::newest() const {
    const Meta* best = nullptr;
    for (const MetaPlace& place : places) {
        if (place.state == MetaPlaceState::good && (!best || place.meta.sequence > best->sequence)) best = &place.meta;
    }
    return best;
}

MetaCopy decode_meta_copy(net::ByteView file) {
    MetaCopy copy;
    copy.readable = file.size() >= 2 * place_size;
    for (std::size_t i = 0; i < 2 && copy.readable; ++i) {
        const net::ByteView bytes = file.subspan(i * place_size, place_size);
        if (all_zero(bytes)) continue;
        const auto meta = decode_meta(bytes);
        copy.places[i] = meta ? MetaPlace{MetaPlaceState::good, *meta} : MetaPlace{MetaPlaceState::bad, {}};
    }
    return copy;
}

const Meta* newest_meta(const MetaCopy& a, const MetaCopy& b) {
    if (!a.trusted() && !b.trusted()) return nullptr;
    const Meta* const left = a.newest();
    const Meta* const right = b.newest();
    if (!left || !right) return left ? left : right;
    return left->sequence >= right->sequence ? left : right;
}

Result<void> MetaStore::create(net::Disk& disk, const std::string& folder, Meta meta) {
    meta.sequence = 1;
    if (encode_meta(meta).size() > place_size) {
        return Error{ErrorKind::refused, "the list of voters is too long for the log's meta file"};
    }
    for (const char* name : {meta_name_b, meta_name_a}) {
        if (const auto made = make_copy(disk, folder + "/" + name, meta); !made) return made.error();
        if (const auto synced = disk.sync_directory(folder); !synced) return synced.error();
    }
    return {};
}

Result<std::unique_ptr<MetaStore>> MetaStore::open(net::Disk& disk, const std::string& folder) {
    std::array<std::shared_ptr<net::File>, 2> files;
    std::array<MetaCopy, 2> copies;
    const std::array<std::string, 2> paths{folder + "/" + meta_name_a, folder + "/" + meta_name_b};
    for (std::size_t i = 0; i < 2; ++i) {
        auto copy = read_copy(disk, paths[i], files[i]);
        if (!copy) return copy.error();
        copies[i] = std::move(*copy);
    }
    const Meta* const newest = newest_meta(copies[0], copies[1]);
    if (!newest) {
        return Error{ErrorKind::damaged,
                     "both copies of " + folder + "/meta are damaged, so what this replica promised is unknown; it must not "
                     "vote any more: set its data folder aside and add a new, empty replica instead"};
    }
    if (newest->version > meta_version) {
        return Error{ErrorKind::refused, "the log in " + folder + " was written by another version of this program"};
    }
    const Meta meta = *newest;
    for (std::size_t i = 0; i < 2; ++i) {
        // A copy that is missing, torn or rotten is made anew under its name, so that a crash while the next update is
        // written cannot meet two doubtful copies.
        if (copies[i].trusted()) continue;
        net::probe<"log_meta_copy_made_anew">();
        auto made = make_copy(disk, paths[i], meta);
        if (!made) return made.error();
        if (const auto synced = disk.sync_directory(folder); !synced) return synced.error();
        files[i] = std::move(*made);
    }
    return std::unique_ptr<MetaStore>(new MetaStore(disk, folder, std::move(files), meta));
}

Result<bool> MetaStore::mend() {
    bool mended = false;
    if (net::planted("log_meta_single_copy")) return mended;
    for (std::size_t i = 0; i < 2; ++i) {
        const std::string path = folder_ + "/" + (i == 0 ? meta_name_a : meta_name_b);
        std::shared_ptr<net::File> file;
        const auto copy = read_copy(disk_, path, file);
        if (!copy) return copy.error();
        const Meta* const newest = copy->newest();
        if (copy->trusted() && newest != nullptr && encode_meta(*newest) == encode_meta(meta_)) continue;
        auto made = make_copy(disk_, path, meta_);
        if (!made) return made.error();
        if (const auto synced = disk_.sync_directory(folder_); !synced) return synced.error();
        files_[i] = std::move(*made);
        mended = true;
    }
    return mended;
}

Result<void> MetaStore::write_both(const Meta& meta) {
    const net::Bytes page = padded(meta);
    for (const auto& file : files_) {
        if (const auto written = file->write(place_of(meta), page); !written) return written;
        if (const auto synced = file->sync(); !synced) return synced;
        if (net::planted("log_meta_single_copy")) break;
    }
    meta_ = meta;
    return {};
}

Result<void> MetaStore::replace(Meta meta) {
    meta.sequence = meta_.sequence + 1;
    return write_both(meta);
}

void MetaStore::update(Meta meta, net::Function<void(Result<void>)> done) {
    meta.sequence = meta_.sequence + 1;
    const std::uint64_t place = place_of(meta);
    const net::SharedBytes page = net::share(padded(meta));
    meta_ = std::move(meta);
    const std::weak_ptr<int> alive = alive_;
    auto second = [this, alive, place, page, done = std::move(done)](Result<void> first) mutable {
        if (alive.expired()) return;
        if (!first || net::planted("log_meta_single_copy")) return done(first);
        disk_.write_and_sync(files_[1], place, {page}, std::move(done));
    };
    disk_.write_and_sync(files_[0], place, {page}, std::move(second));
}

}  // namespace parley::consensus::storage
