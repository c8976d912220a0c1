// PeopleView: the part of View that reads profiles, conversations of several people and drafts. Runs inside the transaction of its
// caller. Before the first command that needed their tables there is nothing to find.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/state/sqlite.hpp"
#include "chat/state/view.hpp"

namespace parley::chat {

class PeopleView {
public:
    explicit PeopleView(Connection& connection);
    ~PeopleView();

    // Of those who have one.
    std::vector<ProfileRow> profiles(const std::vector<UserId>& users);
    std::vector<DraftRow> drafts(UserId user);
    // The conversation that these names and the asking user mean; a direct one where it is of two.
    std::optional<RoomId> conversation(UserId asking, const std::vector<std::string>& names);
    // Where the room is a conversation of several: says so, and how the asking user calls it.
    void complete(RoomRow& room, UserId asking);

private:
    struct Queries;
    Queries* queries();
    std::optional<UserId> user_named(const std::string& name);
    std::optional<std::string> name_of(UserId user);

    Connection& connection_;
    Statement find_user_;
    Statement read_name_;
    Statement find_direct_;
    std::unique_ptr<Queries> queries_;   // once there are tables
};

}  // namespace parley::chat
