#include "gui/model/favourites.hpp"

#include <charconv>
#include <sstream>

#include <fmt/format.h>

namespace parley::gui {

std::string favourites_text(const Favourites& favourites) {
    std::string text = "# Favourite rooms of parley-gui for one account on this computer, by their numbers.\n";
    for (const chat::RoomId room : favourites) text += fmt::format("{}\n", room.value);
    return text;
}

Favourites parse_favourites(const std::string& text) {
    Favourites favourites;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line) && favourites.size() < favourites_max;) {
        chat::RoomId room;
        const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), room.value);
        if (error == std::errc{} && stop == line.data() + line.size()) favourites.insert(room);
    }
    return favourites;
}

}  // namespace parley::gui
