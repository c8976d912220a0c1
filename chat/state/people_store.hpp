// PeopleStore: the rows about people beside their accounts: profiles, conversations of several, drafts, and whose texts are still to be
// erased. The tables are made by the first command that needs one (schema.hpp); before that there is nothing to find. Written at
// once; knows no rules of the chat. Every error of SQLite here is fatal to the replica.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/state/records.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat::state {

struct ProfileRecord {
    std::string name;                     // as it is shown; empty: none
    std::uint32_t colour = no_colour;
    friend bool operator==(const ProfileRecord&, const ProfileRecord&) = default;
};

// The texts of an account that is gone, and up to which message they are erased, by room and number.
struct ErasureRecord {
    UserId user;
    RoomId room;
    std::uint64_t number = 0;
};

class PeopleStore {
public:
    explicit PeopleStore(Connection& connection);
    ~PeopleStore();
    PeopleStore(const PeopleStore&) = delete;
    PeopleStore& operator=(const PeopleStore&) = delete;

    ProfileRecord profile(UserId user);
    void set_profile(UserId user, const ProfileRecord& record);   // one without anything is gone

    // Ascending; empty: the room is no conversation of several.
    std::vector<UserId> people_of(RoomId room);
    std::optional<RoomId> conversation_of(const std::vector<UserId>& people);   // ascending
    std::uint32_t conversations_begun_by(UserId user);
    void add_conversation(RoomId room, const std::vector<UserId>& people, UserId by);

    std::optional<std::string> draft(MemberKey key);
    std::uint32_t drafts_of(UserId user);
    void keep_draft(MemberKey key, const std::string& text, std::int64_t time_ms);
    void drop_draft(MemberKey key);

    // Of the user with the lowest number.
    std::optional<ErasureRecord> next_erasure();
    // False: there is none, for certain.
    [[nodiscard]] bool may_have_erasures() const { return statements_ && may_have_erasures_; }
    void add_erasure(UserId user);
    void move_erasure(const ErasureRecord& record);
    void end_erasure(UserId user);

private:
    struct Statements;
    void make();

    Connection& connection_;
    std::unique_ptr<Statements> statements_;   // none: there are no tables
    bool may_have_erasures_ = true;            // false: there are none, so that a slot need not look
};

// A set of people as it is kept and looked for.
net::Bytes bytes_of_people(const std::vector<UserId>& people);

}  // namespace parley::chat::state
