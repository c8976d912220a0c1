#include "chat/server/images.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "chat/state/checked_pages.hpp"
#include "chat/state/image.hpp"
#include "consensus/snapshot/install.hpp"
#include "consensus/snapshot/manifest.hpp"

namespace parley::chat {
namespace {

using net::Error;
using net::ErrorKind;

constexpr const char* image_prefix = "image-";
constexpr const char* copy_suffix = ".copy";

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

// In page 1, which then gets its checksum anew.
net::Result<void> level_counters(net::File& image) {
    constexpr std::array one{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}};
    std::array<std::byte, page_size> first;
    const auto got = image.read(0, first);
    if (!got) return got.error();
    if (*got != first.size() || !is_sealed(1, first)) return Error{ErrorKind::damaged, "the first page of the image is not what was written"};
    for (const std::uint64_t offset : image_counters) std::ranges::copy(one, first.begin() + static_cast<std::ptrdiff_t>(offset));
    seal_page(1, first);
    return image.write(0, first);
}

net::Result<void> remove_copy(net::Disk& disk, const std::string& path) {
    for (const char* part : {"", "-wal", "-shm", "-journal"}) {
        if (const auto removed = remove_if_there(disk, path + copy_suffix + part); !removed) return removed;
    }
    return {};
}

// On the Worker, as long as checkpoints wait.
net::Result<void> copy_state(const PinnedState& pinned, net::Disk& disk, const std::string& path, const char* vfs) {
    try {
        pinned.copy_to(disk.native_path(path + copy_suffix), vfs);
        return {};
    } catch (const SqliteError& error) {
        return error.as_error();
    }
}

// On the Worker, from the copy.
net::Result<consensus::Manifest> lay_out_copy(net::Disk& disk, const std::string& path, const char* vfs, std::uint64_t slot, std::uint32_t chunk_size) {
    try {
        const std::uint64_t digest = write_image(disk.native_path(path + copy_suffix), disk.native_path(path), vfs);
        if (const auto removed = remove_copy(disk, path); !removed) return removed.error();
        const auto image = disk.open(path, net::OpenMode::read_write);
        if (!image) return image.error();
        if (const auto levelled = level_counters(**image); !levelled) return levelled.error();
        return consensus::measure(**image, consensus::Slot{slot}, digest, chunk_size);
    } catch (const SqliteError& error) {
        return error.as_error();
    }
}

// The old database first, with all that belongs to it: an old log of SQLite beside a new database would be replayed into it.
net::Result<void> replace(net::Disk& disk, const StateFiles& files, const std::string& ready) {
    for (const char* part : {"", "-wal", "-shm"}) {
        const bool is_log = std::string_view{part} == "-wal";
        if (is_log && net::planted("install_keeps_old_wal")) continue;
        if (const auto removed = remove_if_there(disk, files.database + part); !removed) return removed;
    }
    if (const auto synced = disk.sync_directory(files.folder); !synced) return synced;
    if (const auto renamed = disk.rename(ready, files.database); !renamed) return renamed;
    return disk.sync_directory(files.folder);
}

net::Result<void> drop(net::Disk& disk, const StateFiles& files, const std::string& ready) {
    if (const auto removed = disk.remove(ready); !removed) return removed;
    return disk.sync_directory(files.folder);
}

std::optional<std::uint64_t> slot_if_sound(const std::string& native_path, const char* vfs) {
    try {
        return slot_of_image(native_path, vfs);
    } catch (const SqliteError& error) {
        if (!error.damaged()) throw;
        return std::nullopt;
    }
}

// To open the old state copies SQLite's log into it and leaves nothing there: a second line of defence behind replace(), and
// the planted bug takes both.
consensus::Slot applied_here(net::Disk& disk, const StateFiles& files, const Limits& limits) {
    if (net::planted("install_keeps_old_wal")) return consensus::Slot{};
    return ChatState{disk.native_path(files.database), files.vfs, limits}.applied_through();
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
        state = std::make_shared<PinnedState>(disk_.native_path(files_.database), files_.vfs);
    } catch (const SqliteError& error) {
        return done(Error{ErrorKind::io_failed, error.what()});
    }
    const std::uint64_t slot = state->slot();
    const std::string path = fmt::format("{}/{}{}", files_.folder, image_prefix, slot);
    if (const auto removed = remove_parts(path); !removed) return done(removed.error());
    auto copied = std::make_shared<net::Result<void>>();
    reading_ = true;
    worker_.run(
        [&disk = disk_, held = std::move(state), path, vfs = files_.vfs, copied]() mutable {
            *copied = copy_state(*held, disk, path, vfs);
            held.reset();
        },
        [this, slot, path, copied, alive = std::weak_ptr{alive_}, made = std::move(done)]() mutable {
            if (alive.expired()) return;
            reading_ = false;
            *copied ? lay_out(slot, path, std::move(made)) : failed(path, copied->error(), made);
        });
}

void Images::lay_out(std::uint64_t slot, const std::string& path, Made done) {
    auto manifest = std::make_shared<net::Result<consensus::Manifest>>(Error{});
    worker_.run([&disk = disk_, path, vfs = files_.vfs, slot, chunk_size = chunk_size_,
                 manifest] { *manifest = lay_out_copy(disk, path, vfs, slot, chunk_size); },
                [this, path, manifest, alive = std::weak_ptr{alive_}, made = std::move(done)]() mutable {
                    if (alive.expired()) return;
                    if (!*manifest) return failed(path, manifest->error(), made);
                    made(consensus::MadeImage{path, std::move(**manifest)});
                });
}

// A disk that was too full for it shall not keep the parts.
void Images::failed(const std::string& path, const Error& error, Made& done) {
    static_cast<void>(remove_parts(path));
    done(error);
}

net::Result<void> Images::remove_parts(const std::string& path) {
    if (const auto removed = remove_copy(disk_, path); !removed) return removed;
    return remove_if_there(disk_, path);
}

void Images::close(std::shared_ptr<net::File> file) {
    worker_.run([held = std::move(file)]() mutable { held.reset(); }, [] {});
}

void Images::check(const std::string& path, const consensus::Manifest& manifest, net::Function<void(net::Result<void>)> done) {
    auto result = std::make_shared<net::Result<void>>();
    const std::uint64_t slot = manifest.slot.value;
    worker_.run(
        [native = disk_.native_path(path), vfs = files_.vfs, slot, digest = manifest.digest, result] {
            try {
                check_image(native, vfs, slot, digest);
            } catch (const SqliteError& error) {
                *result = error.as_error();
            }
        },
        [result, alive = std::weak_ptr{alive_}, then = std::move(done)]() mutable {
            if (!alive.expired()) then(*result);
        });
}

net::Result<void> Images::install(net::Disk& disk, consensus::Log& log, const StateFiles& files, const Limits& limits) {
    if (const auto removed = remove_old_images(disk, files.folder); !removed) return removed;
    const std::string ready = files.folder + "/" + consensus::Fetch::ready_name;
    if (!disk.exists(ready)) return {};
    try {
        const auto slot = slot_if_sound(disk.native_path(ready), files.vfs);
        // Damaged since it was checked. If installing it had begun the state is gone, and another image is fetched.
        if (!slot) return drop(disk, files, ready);
        const consensus::Slot image{*slot};
        bool begun = log.floor() == image.next();   // by a start that did not get to the end; or it does no harm
        if (log.floor() < image.next()) {
            const consensus::Slot applied = applied_here(disk, files, limits);
            const auto decided = consensus::begin_install(disk, files.folder, log, image, applied);
            if (!decided) return decided.error();
            begun = *decided;
        }
        if (begun) return replace(disk, files, ready);
        return drop(disk, files, ready);
    } catch (const SqliteError& error) {
        return error.as_error();
    }
}

}  // namespace parley::chat
