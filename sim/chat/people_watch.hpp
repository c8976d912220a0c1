// PeopleWatch: conversations of several people, profiles, drafts and administrators, as far as those who asked for them know. The audit
// compares it with each replica. Of what was asked and never answered nothing is known.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "chat/state/view.hpp"
#include "sim/oracles/judge.hpp"

namespace parley::sim {

class PeopleWatch {
public:
    explicit PeopleWatch(Judge& judge) : judge_(judge) {}

    // A text that was acknowledged, in the conversation of these people.
    void said(const std::set<std::string>& people, const std::string& text, const chat::Posted& posted);

    // Of what one device alone changes: it asks for something, and later hears that it is so. Requests of one device take effect in
    // their order, so the last one says how it stands, once it is answered. `key`: a profile, or a draft in a room.
    std::uint64_t asked(const std::string& key, const std::string& wanted);
    void answered(const std::string& key, std::uint64_t request, bool done);
    // None: not known.
    [[nodiscard]] std::optional<std::string> known(const std::string& key) const;

    void audit(chat::View& view, const std::string& where) const;

    static std::string profile_key(chat::UserId user) { return "profile " + std::to_string(user.value); }
    static std::string draft_key(chat::UserId user, chat::RoomId room) { return "draft " + std::to_string(user.value) + " " + std::to_string(room.value); }

private:
    struct Conversation {
        chat::RoomId room;
        std::map<std::uint64_t, std::string> texts;   // by number
    };
    struct Wish {
        std::uint64_t request = 0;
        std::string wanted;
        std::optional<std::string> is_so;
    };
    void audit_conversations(chat::View& view, const std::string& where) const;
    void audit_wishes(chat::View& view, const std::string& where, const std::vector<chat::UserRow>& users) const;
    void audit_administrators(chat::View& view, const std::string& where, const std::vector<chat::UserRow>& users) const;

    Judge& judge_;
    std::map<std::set<std::string>, Conversation> conversations_;
    std::map<std::string, Wish> wishes_;
    std::uint64_t requests_ = 0;
};

// Who was made or unmade an administrator, by the audit log.
std::set<std::string> changed_administrators(chat::View& view);

}  // namespace parley::sim
