// Model, the people: presence, typing, the names they chose, who has read.
#include "gui/model/model.hpp"
#include "gui/model/words.hpp"

namespace parley::gui {

chat::Presence Model::presence_of(chat::UserId user) const {
    const auto known = presence_.find(user);
    return known == presence_.end() ? chat::Presence::offline : known->second;
}

std::string Model::typing_sentence() const {
    const auto typing = selected_ ? typing_.find(*selected_) : typing_.end();
    if (typing == typing_.end() || typing->second.empty()) return "";
    if (typing->second.size() > 2) return tr("Several people are typing…");
    const auto name_of = [this](const auto& one) { return shown_name(one.first, one.second); };
    const std::string first = name_of(*typing->second.begin());
    if (typing->second.size() == 1) return tr("{0} is typing…", first);
    return tr("{0} and {1} are typing…", first, name_of(*typing->second.rbegin()));
}

const chat::ProfileRow& Model::profile_of(chat::UserId user) const {
    static const chat::ProfileRow nobody;
    const auto known = profiles_.find(user);
    return known == profiles_.end() ? nobody : known->second;
}

std::string Model::shown_name(chat::UserId user, const std::string& account) const {
    const std::string& chosen = profile_of(user).name;
    return chosen.empty() ? account : chosen;
}

std::string Model::title_of(const Room& room) const {
    const chat::RoomRow& row = room.row();
    return row.is_direct && row.partner != chat::UserId{} ? shown_name(row.partner, row.name) : room.title();
}

Changed Model::take(ProfilesTold& n) {
    for (chat::ProfileRow& profile : n.profiles) profiles_[profile.user] = std::move(profile);
    return {.profiles = true};
}
Changed Model::take(ReadersTold& n) {
    readers_ = std::move(n);
    return {.found = true};
}

Changed Model::take(PresenceSeen& n) {
    for (const chat::UserPresence& one : n.users) presence_[one.user] = one.presence;
    return {.people = true};
}
Changed Model::take(TypingSeen& n) {
    if (is_blocked(n.user)) return {};
    if (n.is_over) {
        typing_[n.room].erase(n.user);
    } else {
        typing_[n.room][n.user] = n.name;
    }
    return {.people = selected_ == n.room};
}
Changed Model::take(DayFound& n) {
    day_ = n;
    return {.day = true};
}

}  // namespace parley::gui
