#include "sim/toy/toy_images.hpp"

#include <fmt/core.h>
#include <xxhash.h>

#include "consensus/snapshot/install.hpp"
#include "consensus/snapshot/manifest.hpp"

namespace parley::sim {
namespace {

using net::Error;
using net::ErrorKind;
using net::Result;

std::uint64_t hash_of_image(net::ByteView bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Result<ToyContents> read_image(net::Disk& disk, const std::string& path) {
    const auto file = disk.open(path, net::OpenMode::read_only);
    if (!file) return file.error();
    const auto size = (*file)->size();
    if (!size) return size.error();
    net::Bytes bytes(*size);
    const auto got = (*file)->read(0, bytes);
    if (!got) return got.error();
    return net::decode<ToyContents>(bytes);
}

}  // namespace

void ToyImages::make(Made done) {
    waiting_.push_back(std::move(done));
    if (waiting_.size() > 1) return;
    loop_.after(std::chrono::milliseconds{200}, [this, alive = std::weak_ptr{alive_}] {
        if (!alive.expired() && !waiting_.empty()) make_now();
    });
}

void ToyImages::applied() {
    if (!waiting_.empty() && shelf_.newest().applied_through.value % boundary == 0) make_now();
}

void ToyImages::make_now() {
    // Away from the task that applies slots, as a worker would.
    loop_.post([alive = std::weak_ptr{alive_}, image = written(), waiting = std::exchange(waiting_, {})]() mutable {
        if (alive.expired()) return;
        for (Made& done : waiting) done(image);
    });
}

Result<consensus::MadeImage> ToyImages::written() {
    const ToyContents& contents = shelf_.newest();
    if (contents.applied_through == consensus::Slot{}) return Error{ErrorKind::refused, "there is nothing yet"};
    const std::string path = fmt::format("{}/image-{}", folder, contents.applied_through.value);
    if (disk_.exists(path)) {
        if (const auto removed = disk_.remove(path); !removed) return removed.error();
    }
    const auto file = disk_.open(path, net::OpenMode::create_new);
    if (!file) return file.error();
    const net::Bytes bytes = net::encode(contents);
    if (const auto done = (*file)->write(0, bytes); !done) return done.error();
    oracles_.image_made(contents.applied_through, hash_of_image(bytes));
    auto manifest = consensus::measure(**file, contents.applied_through, contents.chain, chunk_size_);
    if (!manifest) return manifest.error();
    return consensus::MadeImage{path, std::move(*manifest)};
}

Result<void> ToyImages::check(const std::string& path, const consensus::Manifest& manifest) {
    const auto contents = read_image(disk_, path);
    if (!contents) return contents.error();
    const bool right = contents->applied_through == manifest.slot && contents->chain == manifest.digest;
    if (!right) return Error{ErrorKind::damaged, "the image is not the state that its manifest tells of"};
    return {};
}

Result<void> ToyImages::install(net::Disk& disk, consensus::Log& log, ToyShelf& shelf, Oracles& seen_by, MachineId machine) {
    if (const auto made = disk.make_directory(folder); !made) return made;
    // Its name, too: what is fetched into it must not go with it.
    if (const auto synced = disk.sync_directory(""); !synced) return synced;
    const std::string path = fmt::format("{}/{}", folder, consensus::Fetch::ready_name);
    if (!disk.exists(path)) return {};
    const auto contents = read_image(disk, path);
    if (!contents) return contents.error();
    const auto begun = consensus::begin_install(disk, folder, log, contents->applied_through, shelf.newest().applied_through);
    if (!begun) return begun.error();
    if (*begun) {
        const ImageSeen image{contents->applied_through, contents->chain, hash_of_image(net::encode(*contents))};
        seen_by.installed(machine, image, shelf.newest().applied_through);
        shelf.install(*contents);
    }
    if (const auto removed = disk.remove(path); !removed) return removed;
    return disk.sync_directory(folder);
}

}  // namespace parley::sim
