// Rooms and messages for tests of the model.
#pragma once

#include "gui/model/model.hpp"

namespace parley::gui::testing {

constexpr chat::UserId ann{1};
constexpr chat::UserId bob{2};
constexpr chat::RoomId general{1};
constexpr chat::RoomId kitchen{2};
// Noon in every time zone's same or neighbouring day: tests compare days, not hours.
constexpr std::int64_t noon = 1'767'268'800'000;

inline chat::RoomRow row(chat::RoomId room, const std::string& name, std::uint64_t last = 0, std::uint64_t read = 0, bool is_direct = false) {
    chat::RoomRow made;
    made.room = room;
    made.name = name;
    made.last = last;
    made.read = read;
    made.is_direct = is_direct;
    made.is_member = true;
    return made;
}

inline chat::RoomMessage message(std::uint64_t number, chat::UserId author, const std::string& text, std::int64_t time_ms = noon) {
    chat::RoomMessage made;
    made.room = general;
    made.number = number;
    made.slot = number + 100;
    made.time_ms = time_ms;
    made.author = author;
    made.author_name = author == ann ? "ann" : "bob";
    made.text = text;
    return made;
}

inline std::vector<chat::RoomMessage> messages(std::uint64_t first, std::uint64_t last, chat::UserId author = bob) {
    std::vector<chat::RoomMessage> made;
    for (std::uint64_t number = first; number <= last; ++number) made.push_back(message(number, author, "text " + std::to_string(number)));
    return made;
}

}  // namespace parley::gui::testing
