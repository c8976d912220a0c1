// Favourites: rooms and conversations somebody wants at the top of the list, on this computer.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "chat/state/commands.hpp"

namespace parley::gui {

using Favourites = std::set<chat::RoomId>;
inline constexpr std::size_t favourites_max = 200;

// One room's number a line. What is no number is left out when it is read, and so is what is beyond favourites_max.
std::string favourites_text(const Favourites& favourites);
Favourites parse_favourites(const std::string& text);

}  // namespace parley::gui
