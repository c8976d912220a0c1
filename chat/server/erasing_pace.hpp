// ErasingPace: when a leader at rest asks for another slot to erase with. One at a time, so that they do not pile up where there is no
// quorum; again after a while, since what was asked for may have been refused or lost.
#pragma once

#include <optional>

#include "consensus/core/types.hpp"
#include "net/ports/time.hpp"

namespace parley::chat {

class ErasingPace {
public:
    static constexpr net::Duration again_after = std::chrono::seconds{2};

    // Something is to be erased, this replica leads at `ballot` and has executed the slots up to there. True: ask for one now.
    [[nodiscard]] bool is_time(consensus::Ballot ballot, consensus::Slot executed_through, net::Instant now) {
        // A leader of another time does not wait for what the last one lost.
        const bool is_on_its_way = asked_ && asked_->ballot == ballot && asked_->executed_through == executed_through;
        if (is_on_its_way && now - asked_->at < again_after) return false;
        asked_ = Asked{ballot, executed_through, now};
        return true;
    }

private:
    struct Asked {
        consensus::Ballot ballot;
        consensus::Slot executed_through;
        net::Instant at;
    };
    std::optional<Asked> asked_;
};

}  // namespace parley::chat
