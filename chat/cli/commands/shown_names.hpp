// ShownNames: how the people of one command's output are shown, asked once for each. Where the cluster's feature level knows of no
// profiles nobody has one.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "chat/cli/runtime.hpp"

namespace parley::chat {

class ShownNames {
public:
    explicit ShownNames(Runtime& runtime) : runtime_(runtime) {}

    void look_up(const std::vector<UserId>& users);
    void look_up(const std::vector<RoomMessage>& messages);
    // None has neither a name nor a colour.
    [[nodiscard]] const ProfileRow& of(UserId user) const;
    // "Ada L (@ada)", or the name alone.
    [[nodiscard]] std::string beside(UserId user, const std::string& name) const;

private:
    Runtime& runtime_;
    std::set<UserId> asked_;
    std::map<UserId, ProfileRow> profiles_;
};

// "#336699"; empty for none.
std::string colour_text(std::uint32_t colour);

}  // namespace parley::chat
