#include "chat/server/opened_state.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "chat/server/images.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat {
namespace {

// What lies between the state's end and the log's beginning was compacted away, because the state held it once.
bool is_below_log(consensus::Slot applied, const consensus::Recovered& recovered) { return applied.next() < recovered.floor; }

// Only slots that the log holds durably are ever applied, so a state ahead of its log means files of different times.
net::Result<void> check_state_fits_log(consensus::Slot applied, const consensus::Recovered& recovered) {
    if (is_below_log(applied, recovered) && recovered.identity.genesis.voters.size() == 1) {
        return net::Error{net::ErrorKind::damaged,
                          fmt::format("the state has applied slot {} but the log begins at slot {}, and there is no other "
                                      "replica to fetch the state from. Put back the state that belongs to this log",
                                      applied.value, recovered.floor.value)};
    }
    const consensus::Slot newest = end_of_log(recovered);
    if (applied <= newest) return {};
    return net::Error{net::ErrorKind::damaged,
                      fmt::format("the state has applied slot {} but the log ends at slot {}: the two folders are not of "
                                  "the same time. Put back the log that belongs to this state, or replace this replica",
                                  applied.value, newest.value)};
}

// Nothing is applied to a state that stands in the place of a contradicted one: when it holds the slot, it was fetched.
net::Result<std::optional<consensus::Slot>> what_to_fetch(net::Disk& disk, const StateFiles& files, consensus::Slot applied,
                                                          const consensus::Recovered& recovered) {
    std::optional<consensus::Slot> to_fetch;
    if (is_below_log(applied, recovered)) to_fetch = recovered.floor.previous();
    const auto marked = slot_to_fetch(disk, files);
    if (!marked) return marked.error();
    if (!*marked) return to_fetch;
    const consensus::Slot needed{std::max<std::uint64_t>(**marked, 1)};
    if (applied < needed) return std::optional{std::max(needed, recovered.floor.previous())};
    if (const auto removed = remove_slot_to_fetch(disk, files); !removed) return removed.error();
    return to_fetch;
}

// Throws StateFailure.
net::Result<OpenedState> open_once(net::Disk& disk, consensus::Log& log, const StateFiles& files, const Limits& limits,
                                   int checkpoint_frames) {
    if (const auto aside = set_aside_if_marked(disk, files); !aside) return aside.error();
    if (const auto installed = Images::install(disk, log, files, limits); !installed) return installed.error();
    const std::string path = disk.native_path(files.database);
    auto state = std::make_unique<ChatState>(path, files.vfs, limits, checkpoint_frames);
    // SQLite syncs files, not names. The log is cut when the file holds a slot, so the file must not vanish.
    const auto named = net::planted("database_name_unsynced") ? net::Result<void>{} : disk.sync_directory(files.folder);
    if (!named) return named.error();
    auto view = View::open(path, files.vfs);
    if (!view) return view.error();
    const auto to_fetch = what_to_fetch(disk, files, state->applied_through(), log.recovered());
    if (!to_fetch) return to_fetch.error();
    return OpenedState{std::move(state), std::move(*view), *to_fetch};
}

// One that the disk has changed is set aside; what the log does not give back the others do.
net::Result<OpenedState> open_or_set_aside(net::Disk& disk, consensus::Log& log, const StateFiles& files, const Limits& limits,
                                           int checkpoint_frames, net::Function<void(const std::string&)>& note) {
    try {
        return open_once(disk, log, files, limits, checkpoint_frames);
    } catch (const StateFailure& failure) {
        if (!failure.damaged() || net::planted("damaged_state_refuses")) throw;
        if (note) note(fmt::format("{}. It is set aside as {}.damaged", failure.what(), files.database));
        if (const auto marked = mark_damaged(disk, files); !marked) return marked.error();
        return open_once(disk, log, files, limits, checkpoint_frames);
    }
}

}  // namespace

consensus::Slot end_of_log(const consensus::Recovered& recovered) {
    consensus::Slot newest = recovered.chosen_through;
    if (!recovered.accepted.empty()) newest = std::max(newest, recovered.accepted.rbegin()->first);
    if (!recovered.faulty.empty()) newest = std::max(newest, *recovered.faulty.rbegin());
    return newest;
}

net::Result<OpenedState> open_state(net::Disk& disk, consensus::Log& log, const StateFiles& files, const Limits& limits,
                                    int checkpoint_frames, net::Function<void(const std::string&)>& note) {
    try {
        net::Result<OpenedState> opened = open_or_set_aside(disk, log, files, limits, checkpoint_frames, note);
        if (!opened) return opened;
        const consensus::Slot applied = opened->state->applied_through();
        if (const auto fits = check_state_fits_log(applied, log.recovered()); !fits) return fits.error();
        const bool is_whole = !opened->to_fetch && applied > consensus::Slot{};
        if (!is_whole) return opened;
        if (const auto removed = remove_set_aside(disk, files); !removed) return removed.error();
        return opened;
    } catch (const StateFailure& failure) {
        return net::Error{failure.damaged() ? net::ErrorKind::damaged : net::ErrorKind::io_failed, failure.what()};
    }
}

}  // namespace parley::chat
