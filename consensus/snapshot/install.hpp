// Installing: the start of a replica that finds a fetched image under its final name (L8). The caller replaces its state by
// the image when this says so, durably, and then removes the image's file; after a crash anywhere in between the same
// steps are taken again.
#pragma once

#include <string>

#include "consensus/storage/log.hpp"
#include "net/ports/disk.hpp"
#include "net/ports/marks.hpp"

namespace parley::consensus {

// True: the image in `folder` is newer than what was applied, and from now on the log claims nothing at or below its slot;
// promise and records above stay. False: the image is of no use any more.
inline net::Result<bool> begin_install(net::Disk& disk, const std::string& folder, Log& log, Slot image, Slot applied_through) {
    if (image <= applied_through && !net::planted("install_takes_older")) return false;
    if (net::planted("install_skips_log")) return true;
    // Its name may be visible and not durable: the process before may have died between the rename and its sync.
    if (!net::planted("snapshot_ready_unsynced")) {
        if (const auto synced = disk.sync_directory(folder); !synced) return synced.error();
    }
    if (const auto begun = log.begin_at(image.next()); !begun) return begun.error();
    return true;
}

}  // namespace parley::consensus
