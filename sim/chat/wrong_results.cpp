#include "sim/chat/wrong_results.hpp"

#include <algorithm>
#include <string>

#include <fmt/core.h>

#include "chat/server/server.hpp"
#include "chat/state/sqlite.hpp"
#include "sim/disk/vfs.hpp"
#include "sim/disk_layout.hpp"

namespace parley::sim {
namespace {

constexpr const char* contradicted = "state/diverged";

bool is_to_be_replaced(SimDisk& disk) {
    return disk.exists("state/damaged") || disk.exists(contradicted) || disk.exists("state/to-fetch") || disk.exists(fetched_image);
}

}  // namespace

void WrongResults::err(Machine& machine) {
    SimDisk& disk = machine.disk();
    if (!disk.running()) disk.restart();
    if (!disk.exists(chat::Server::state_file) || is_to_be_replaced(disk)) return;
    try {
        chat::Connection connection{disk.native_path(chat::Server::state_file), vfs_name, chat::Connection::Use::writer};
        connection.checkpoint();   // as every start of a replica does
        const std::uint64_t slot = connection.number("SELECT applied_through FROM progress");
        if (slot == 0) return;
        connection.execute("UPDATE progress SET active_ms = active_ms + 1");
        newest_slot_ = std::max(newest_slot_, slot);
        doubtful_.insert(machine.id());
    } catch (const chat::SqliteError&) {
        // Damaged already, or never finished.
    }
}

WrongResults::Start WrongResults::before_start(Machine& machine) {
    const auto media = machine.disk().medium();
    return {media.contains(contradicted), media.contains(fetched_image)};
}

void WrongResults::started(Machine& machine, const Start& start, bool takes_part) {
    if (start.has_image && !doubtful_.empty()) doubtful_.insert(machine.id());
    if (!start.is_contradicted || start.has_image || !takes_part) return;
    judge_.fail(Oracle::snapshot, fmt::format("the state of machine {} was contradicted by a majority, and it takes part again without another one's",
                                              machine.id().value));
}

void WrongResults::starts_anew(Machine& machine) {
    if (!before_start(machine).is_contradicted || doubtful_.contains(machine.id()) || are_many()) return;
    judge_.fail(Oracle::equality, fmt::format("machine {} leaves its state as contradicted, and it was right", machine.id().value));
}

bool WrongResults::leave_no_majority() const {
    const auto right = std::ranges::count_if(replicas_, [this](const auto& machine) { return !machine->is_retired() && !doubtful_.contains(machine->id()); });
    return static_cast<std::size_t>(right) < replicas_.size() / 2 + 1;
}

bool WrongResults::is_unseen(MachineId machine, std::uint64_t newest_boundary) const {
    return doubtful_.contains(machine) && newest_boundary <= newest_slot_;
}

}  // namespace parley::sim
