// RetentionModel: when a room's texts may be let go of for their age, and when they must have been, by the orders that its keeper gave and the
// times that the room's messages tell. It knows nothing of how the state machine looks for them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chat/state/effects.hpp"

namespace parley::sim {

class RetentionModel {
public:
    // Orders of one room come from one person, in their order. The number is for answered().
    std::size_t ordered(chat::RoomId room, std::uint32_t days);
    void answered(chat::RoomId room, std::size_t order, std::uint64_t slot);
    void refused(chat::RoomId room, std::size_t order);

    // A sentence where a replica let go of a text too early, or has it too late. `changes`: all of the room's; the messages without a gap.
    [[nodiscard]] std::optional<std::string> compare(chat::RoomId room, std::uint32_t days, const std::vector<chat::RoomMessage>& messages,
                                                     const std::vector<chat::MessageChange>& changes) const;

private:
    struct Order {
        std::uint32_t days = 0;                // 0: texts are kept
        std::optional<std::uint64_t> slot;     // none: nobody knows when, or whether
        bool is_refused = false;
    };
    // What may have been in force there; one alone was for sure.
    [[nodiscard]] std::vector<Order> in_force(chat::RoomId room, std::uint64_t slot) const;
    [[nodiscard]] std::optional<std::string> too_early(chat::RoomId room, const std::vector<chat::RoomMessage>& messages, const chat::MessageChange& change) const;
    [[nodiscard]] static std::optional<std::string> too_late(const Order& order, const std::vector<chat::RoomMessage>& messages);

    std::map<chat::RoomId, std::vector<Order>> orders_;
};

}  // namespace parley::sim
