// RoomModel: who is in a room, with which rights, and what of it is unread, told from the room's messages alone. The state
// machine keeps the same in tables of its own: where the two differ, one of them is wrong.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "chat/state/effects.hpp"
#include "chat/state/view.hpp"

namespace parley::sim {

class RoomModel {
public:
    struct Person {
        chat::UserId user;
        bool is_admin = false;   // of the server
        bool was_changed = false;   // is_admin was not the same all the time
    };
    struct Member {
        chat::Role role = chat::Role::member;
        std::uint64_t since = 0;   // number of the message before the one that told of it
        bool muted = false;
    };

    // Everybody there is, by name.
    explicit RoomModel(std::map<std::string, Person> people) : people_(std::move(people)) {}

    // The messages in order. A sentence when this one should not have come about.
    std::optional<std::string> take(const chat::RoomMessage& message);

    [[nodiscard]] const std::map<chat::UserId, Member>& members() const { return members_; }
    [[nodiscard]] const std::set<chat::UserId>& bans() const { return bans_; }
    // Messages above `read` that speak to this member, or to everybody.
    [[nodiscard]] std::uint64_t mentions(chat::UserId user, std::uint64_t read) const;
    // Answers in the thread that begins with this message.
    [[nodiscard]] std::uint64_t replies(std::uint64_t root) const;

    [[nodiscard]] const std::string& topic() const { return topic_; }
    [[nodiscard]] bool is_archived() const { return is_archived_; }

private:
    struct Mention {
        std::uint64_t number = 0;
        chat::UserId author;
        std::optional<chat::UserId> whom;   // none: everybody
    };
    // At some time: when exactly, a room's messages do not tell.
    [[nodiscard]] bool is_admin(chat::UserId user) const;
    [[nodiscard]] bool is_always_admin(chat::UserId user) const;
    [[nodiscard]] chat::Role power_of(chat::UserId user) const;
    // None: they may. Otherwise what is wrong.
    [[nodiscard]] std::optional<std::string> act(const chat::RoomMessage& message, const std::string& other, chat::Role least);
    std::optional<std::string> begin(chat::UserId user, std::uint64_t number);
    std::optional<std::string> end(chat::UserId user);
    std::optional<std::string> take_text(const chat::RoomMessage& message);
    // What is done to the room as a whole.
    std::optional<std::string> take_care(const chat::RoomMessage& message);
    std::optional<std::string> take_role(const chat::RoomMessage& message);
    void note_mentions(const chat::RoomMessage& message);

    std::map<std::string, Person> people_;
    std::map<chat::UserId, Member> members_;
    std::set<chat::UserId> bans_;
    std::vector<Mention> mentions_;
    std::map<std::uint64_t, std::uint64_t> replies_;
    std::string topic_;
    bool is_archived_ = false;
};

}  // namespace parley::sim
