// Model, the order of the list: favourites, rooms, people; each by name.
#include <algorithm>

#include "chat/state/names.hpp"
#include "gui/model/model.hpp"

namespace parley::gui {

Model::Section Model::section_of(const Room& room) const {
    if (is_favourite(room.id())) return Section::favourites;
    return room.row().is_direct ? Section::people : Section::rooms;
}

void Model::sort_rooms() {
    order_.clear();
    for (const auto& [id, room] : rooms_) order_.push_back(id);
    const auto before = [this](chat::RoomId a, chat::RoomId b) {
        const Room& left = *find(a);
        const Room& right = *find(b);
        if (section_of(left) != section_of(right)) return section_of(left) < section_of(right);
        if (left.row().is_direct != right.row().is_direct) return right.row().is_direct;
        const std::string left_name = chat::fold_name(left.row().name);
        const std::string right_name = chat::fold_name(right.row().name);
        return left_name != right_name ? left_name < right_name : a < b;
    };
    std::sort(order_.begin(), order_.end(), before);
}

Changed Model::take(FavouritesTold& n) {
    favourites_ = std::move(n.rooms);
    sort_rooms();
    return {.rooms = true};
}

}  // namespace parley::gui
