// ChangesModel: how the messages of a room must stand by its changes alone. Changes are kept in a table of their own,
// beside the rows of texts, reactions and pins that they tell of: where the two differ, one of them is wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "chat/state/effects.hpp"

namespace parley::sim {

class ChangesModel {
public:
    // The changes in order, from the first. A sentence when this one should not have come about.
    std::optional<std::string> take(const chat::MessageChange& change);

    // How many there were, which is how many the room tells of.
    [[nodiscard]] std::uint64_t taken() const { return taken_; }
    // A sentence when the message is not what its changes made of it.
    [[nodiscard]] std::optional<std::string> compare(const chat::RoomMessage& message) const;

private:
    struct Standing {
        bool deleted = false;
        bool pinned = false;
        std::uint32_t edits = 0;
        std::string text;                             // of the last edit, where there was one
        std::map<std::string, std::uint64_t> counts;  // of emojis, none of them 0
    };

    std::map<std::uint64_t, Standing> messages_;   // by number; the others never changed
    std::uint64_t taken_ = 0;
};

}  // namespace parley::sim
