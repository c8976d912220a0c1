#include "chat/cli/commands/shown_names.hpp"

#include <fmt/format.h>

#include "consensus/core/types.hpp"

namespace parley::chat {

void ShownNames::look_up(const std::vector<UserId>& users) {
    constexpr std::size_t users_max = 500;   // in one question
    std::vector<UserId> wanted;
    for (const UserId user : users) {
        if (user != UserId{} && asked_.insert(user).second) wanted.push_back(user);
    }
    if (wanted.empty() || runtime_.cluster_level() < consensus::level_of_people) return;
    for (std::size_t from = 0; from < wanted.size(); from += users_max) {
        const auto to = wanted.begin() + static_cast<std::ptrdiff_t>(std::min(from + users_max, wanted.size()));
        const std::vector<UserId> part(wanted.begin() + static_cast<std::ptrdiff_t>(from), to);
        const auto page = runtime_.wait<ProfilePage>([&](auto reply) { runtime_.client().profiles(part, runtime_.deadline(), std::move(reply)); });
        for (const ProfileRow& profile : page.profiles) profiles_[profile.user] = profile;
    }
}

void ShownNames::look_up(const std::vector<RoomMessage>& messages) {
    std::vector<UserId> authors;
    for (const RoomMessage& message : messages) authors.push_back(message.author);
    look_up(authors);
}

const ProfileRow& ShownNames::of(UserId user) const {
    static const ProfileRow none;
    const auto known = profiles_.find(user);
    return known == profiles_.end() ? none : known->second;
}

std::string ShownNames::beside(UserId user, const std::string& name) const {
    const ProfileRow& profile = of(user);
    return profile.name.empty() ? name : fmt::format("{} (@{})", profile.name, name);
}

std::string colour_text(std::uint32_t colour) { return colour < no_colour ? fmt::format("#{:06x}", colour) : ""; }

}  // namespace parley::chat
