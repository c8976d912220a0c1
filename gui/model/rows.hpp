// Rows: a room as a list of what is drawn from top to bottom: days, the line above what is new, messages with or
// without their author's name, events, and what is on its way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gui/model/room.hpp"

namespace parley::gui {

struct Row {
    enum class Kind {
        start,      // nothing is older
        day,
        unread,     // the line above what is new
        event,      // somebody joined, left, …
        message,
        sending,
    };
    Kind kind = Kind::message;
    std::size_t place = 0;             // in messages() or sending()
    bool is_head = false;              // shows author and time: the first of its group
    std::int64_t time_ms = 0;
    // Stays the same while the room grows at either end: what the view holds on to.
    std::uint64_t key = 0;
};

std::vector<Row> rows_of(const Room& room);

// Keys of rows that are messages; others have keys beyond every number.
constexpr std::uint64_t key_of_message(std::uint64_t number) { return number * 4; }
constexpr std::uint64_t message_of_key(std::uint64_t key) { return key / 4; }

// The sentence of an event: "ann joined".
std::string event_sentence(const chat::RoomMessage& message);

}  // namespace parley::gui
