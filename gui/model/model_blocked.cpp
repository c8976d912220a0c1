// Model, whom one has blocked: what they say is folded until it is asked for, and calls nobody.
#include <algorithm>

#include "gui/model/model.hpp"

namespace parley::gui {

bool Model::is_blocked(chat::UserId user) const {
    return std::ranges::any_of(blocked_, [&](const chat::UserRow& one) { return one.user == user; });
}

void Model::fold_rooms() {
    std::set<chat::UserId> users;
    for (const chat::UserRow& one : blocked_) users.insert(one.user);
    for (auto& [id, room] : rooms_) room.fold(users);
}

Changed Model::unfold(std::uint64_t number, bool is_shown) {
    Room* room = selected();
    if (room == nullptr) return {};
    room->unfold(number, is_shown);
    return {.messages = true};
}

Changed Model::take(BlockedTold& n) {
    blocked_ = std::move(n.people);
    fold_rooms();
    for (auto& [room, typing] : typing_) std::erase_if(typing, [this](const auto& one) { return is_blocked(one.first); });
    return {.messages = true, .replies = true, .profiles = true};
}

}  // namespace parley::gui
