// The words between a lab (`parley up --lab`) and whoever gives it orders: `parley lab`, and the fault lab of the window. An
// order is a line, and so is what is broken. Values here, lines there; nothing else writes or reads these lines.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "net/ports/result.hpp"

namespace parley::chat {

// Between these two replicas, the lower number first.
using LabLink = std::pair<std::uint32_t, std::uint32_t>;
LabLink lab_link(std::uint32_t one, std::uint32_t other);

struct LabOrder {
    enum class Verb : std::uint8_t {
        kill,      // a replica dies, and stays so until it is restarted
        pause,     // its process freezes
        resume,    // and goes on
        restart,   // it is started, or killed and started anew
        cut,       // nothing passes on a link
        slow,      // everything on it comes late; 0 ms: it passes again
        heal,      // everything is mended
        show,      // says what is broken
    };
    Verb verb = Verb::show;
    std::uint32_t replica = 0;     // of the first four
    LabLink link;                  // of cut and slow
    std::uint32_t late_ms = 0;     // of slow
    friend bool operator==(const LabOrder&, const LabOrder&) = default;
};
std::string to_line(const LabOrder& order);
// refused, with a sentence, when it makes no sense in a cluster of so many replicas.
net::Result<LabOrder> lab_order_from(const std::string& line, std::uint32_t replicas);

// What is broken; what is not in here is as it should be.
struct LabState {
    enum class Trouble : std::uint8_t { dead, frozen };
    std::map<std::uint32_t, Trouble> replicas;
    std::map<LabLink, std::optional<std::uint32_t>> links;   // milliseconds late; none: cut
    friend bool operator==(const LabState&, const LabState&) = default;
};
// "1-3 cut, 1-2 200 ms late, 2 dead"; "nothing is broken".
std::string to_line(const LabState& state);
net::Result<LabState> lab_state_from(const std::string& line);

}  // namespace parley::chat
