// Opening a replica's state at its start: what a fetch brought is installed, what the disk has changed is set aside, and
// what is left has to fit the log (docs/state.md Q6).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "chat/server/state_files.hpp"
#include "chat/state/chat_state.hpp"
#include "chat/state/view.hpp"
#include "consensus/storage/log.hpp"

namespace parley::chat {

struct OpenedState {
    std::unique_ptr<ChatState> state;
    std::unique_ptr<View> view;
    // This replica has to fetch another one before it takes part, of this slot or a later one: this one ends before the log begins, or
    // stands in the place of one that the others contradict.
    std::optional<consensus::Slot> to_fetch;
};

// The last slot that the log holds anything of.
consensus::Slot end_of_log(const consensus::Recovered& recovered);

// `note`: a sentence for the log file. An error means that this replica must not start.
net::Result<OpenedState> open_state(net::Disk& disk, consensus::Log& log, const StateFiles& files, const Limits& limits,
                                    int checkpoint_frames, net::Function<void(const std::string&)>& note);

}  // namespace parley::chat
