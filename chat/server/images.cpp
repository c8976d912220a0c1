#include "chat/server/images.hpp"

#include <array>
#include <utility>

#include <fmt/core.h>

#include "chat/state/image.hpp"
#include "consensus/snapshot/install.hpp"
#include "consensus/snapshot/manifest.hpp"

namespace parley::chat {
namespace {

using net::Error;
using net::ErrorKind;

constexpr const char* image_prefix = "image-";
constexpr const char* scratch_suffix = ".copy";

net::Result<void> remove_if_there(net::Disk& disk, const std::string& path) {
    return disk.exists(path) ? disk.remove(path) : net::Result<void>{};
}

// Everything an earlier process made for others.
net::Result<void> remove_old_images(net::Disk& disk, const std::string& folder) {
    const auto names = disk.list(folder);
    if (!names) return names.error();
    for (const std::string& name : *names) {
        if (!name.starts_with(image_prefix)) continue;
        if (const auto removed = disk.remove(folder + "/" + name); !removed) return removed;
    }
    return {};
}

net::Result<void> level_counters(net::File& image) {
    constexpr std::array one{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}};
    for (const std::uint64_t offset : image_counters) {
        if (const auto written = image.write(offset, one); !written) return written;
    }
    return {};
}

// On the Worker.
net::Result<consensus::Manifest> write_image(PinnedState& pinned, net::Disk& disk, const std::string& path, std::uint32_t chunk_size) {
    const std::string scratch = path + scratch_suffix;
    try {
        const std::uint64_t digest = pinned.write_image(disk.native_path(scratch), disk.native_path(path));
        for (const char* beside : {"", "-wal", "-shm", "-journal"}) {
            if (const auto removed = remove_if_there(disk, scratch + beside); !removed) return removed.error();
        }
        const auto image = disk.open(path, net::OpenMode::read_write);
        if (!image) return image.error();
        if (const auto levelled = level_counters(**image); !levelled) return levelled.error();
        return consensus::measure(**image, consensus::Slot{pinned.slot()}, digest, chunk_size);
    } catch (const SqliteError& error) {
        return Error{ErrorKind::io_failed, error.what()};
    }
}

// The old database first, with all that belongs to it: an old log of SQLite beside a new database would be replayed into it.
net::Result<void> replace(net::Disk& disk, const ImagePlaces& places, const std::string& ready) {
    for (const char* part : {"", "-wal", "-shm"}) {
        const bool is_log = std::string_view{part} == "-wal";
        if (is_log && net::planted("install_keeps_old_wal")) continue;
        if (const auto removed = remove_if_there(disk, places.database + part); !removed) return removed;
    }
    if (const auto synced = disk.sync_directory(places.folder); !synced) return synced;
    if (const auto renamed = disk.rename(ready, places.database); !renamed) return renamed;
    return disk.sync_directory(places.folder);
}

}  // namespace

void Images::make(Made done) {
    applier_.at_boundary([this, alive = std::weak_ptr{alive_}, made = std::move(done)]() mutable {
        if (!alive.expired()) pinned(std::move(made));
    });
}

void Images::pinned(Made done) {
    std::shared_ptr<PinnedState> state;
    try {
        state = std::make_shared<PinnedState>(disk_.native_path(places_.database), places_.vfs);
    } catch (const SqliteError& error) {
        return done(Error{ErrorKind::io_failed, error.what()});
    }
    const std::string path = fmt::format("{}/{}{}", places_.folder, image_prefix, state->slot());
    for (const char* part : {"", ".copy"}) {
        if (const auto removed = remove_if_there(disk_, path + part); !removed) return done(removed.error());
    }
    auto manifest = std::make_shared<net::Result<consensus::Manifest>>(Error{});
    worker_.run(
        [&disk = disk_, held = std::move(state), path, chunk_size = chunk_size_, manifest]() mutable {
            *manifest = write_image(*held, disk, path, chunk_size);
            held.reset();
        },
        [path, manifest, alive = std::weak_ptr{alive_}, made = std::move(done)]() mutable {
            if (alive.expired()) return;
            if (!*manifest) return made(manifest->error());
            made(consensus::MadeImage{path, std::move(**manifest)});
        });
}

void Images::check(const std::string& path, const consensus::Manifest& manifest, net::Function<void(net::Result<void>)> done) {
    auto result = std::make_shared<net::Result<void>>();
    const std::uint64_t slot = manifest.slot.value;
    worker_.run(
        [native = disk_.native_path(path), vfs = places_.vfs, slot, digest = manifest.digest, result] {
            try {
                check_image(native, vfs, slot, digest);
            } catch (const SqliteError& error) {
                *result = Error{ErrorKind::damaged, error.what()};
            }
        },
        [result, alive = std::weak_ptr{alive_}, then = std::move(done)]() mutable {
            if (!alive.expired()) then(*result);
        });
}

net::Result<void> Images::install(net::Disk& disk, consensus::Log& log, const ImagePlaces& places, const Limits& limits) {
    if (const auto removed = remove_old_images(disk, places.folder); !removed) return removed;
    const std::string ready = places.folder + "/" + consensus::Fetch::ready_name;
    if (!disk.exists(ready)) return {};
    try {
        const consensus::Slot image{slot_of_image(disk.native_path(ready), places.vfs)};
        bool begun = log.floor() == image.next();   // by a start that did not get to the end; or it does no harm
        if (log.floor() < image.next()) {
            const consensus::Slot applied = ChatState{disk.native_path(places.database), places.vfs, limits}.applied_through();
            const auto decided = consensus::begin_install(log, image, applied);
            if (!decided) return decided.error();
            begun = *decided;
        }
        if (begun) return replace(disk, places, ready);
        if (const auto removed = disk.remove(ready); !removed) return removed;
        return disk.sync_directory(places.folder);
    } catch (const SqliteError& error) {
        return Error{ErrorKind::damaged, error.what()};
    }
}

}  // namespace parley::chat
