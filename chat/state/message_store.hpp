// MessageStore: the rows of messages and of what belongs to them: edits, reactions, pins, threads, changes. New messages are
// written behind, at the latest when the transaction commits or when anybody asks for a message; everything else at once. A
// post costs one row, a reply one more and a counter. Knows no rules of the chat. Every error of SQLite here is fatal to the replica.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/state/effects.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat::state {

class MessageStore {
public:
    explicit MessageStore(Connection& connection);
    ~MessageStore();
    MessageStore(const MessageStore&) = delete;
    MessageStore& operator=(const MessageStore&) = delete;

    // What waits is in the database: before the transaction commits, and before anybody else reads the table.
    void flush();

    struct Head {
        UserId author;
        MessageKind kind = MessageKind::text;
        bool deleted = false;
        std::uint32_t edits = 0;
        std::uint64_t thread = 0;
    };
    std::optional<Head> head(RoomId room, std::uint64_t number);
    std::string text(RoomId room, std::uint64_t number);
    void add(const RoomMessage& message, SessionId session, std::uint64_t session_number);

    // Replaces the text and keeps the one before as edit number `edit`.
    void replace_text(RoomId room, std::uint64_t number, std::uint32_t edit, const std::string& text, std::int64_t time_ms);
    // Text, texts before, reactions, mentions and pin are gone; the row stays.
    void erase(RoomId room, std::uint64_t number);

    bool has_reaction(RoomId room, std::uint64_t number, const std::string& emoji, UserId user);
    std::uint32_t reaction_count(RoomId room, std::uint64_t number, const std::string& emoji);
    std::uint32_t emojis(RoomId room, std::uint64_t number);              // different ones on the message
    // `change`: the number of the change that says so; it orders the emojis of a message.
    void add_reaction(RoomId room, std::uint64_t number, const std::string& emoji, UserId user, std::uint64_t change);
    void remove_reaction(RoomId room, std::uint64_t number, const std::string& emoji, UserId user);

    // `user` none: everybody in the room. A repeat changes nothing.
    void add_mention(RoomId room, std::uint64_t number, std::optional<UserId> user, UserId author);
    void remove_mentions(RoomId room, std::uint64_t number);

    bool is_pinned(RoomId room, std::uint64_t number);
    std::uint32_t pins(RoomId room);
    void add_pin(RoomId room, std::uint64_t number, UserId user, std::int64_t time_ms);
    void remove_pin(RoomId room, std::uint64_t number);

    void add_change(const MessageChange& change);

    struct Aged {
        std::uint64_t number = 0;
        std::int64_t time_ms = 0;
        bool is_text = false;      // or a file, and not deleted
    };
    // Numbers above `after`, ascending.
    std::vector<Aged> oldest(RoomId room, std::uint64_t after, std::uint32_t limit);

    // One of any room; the first ones behind a place, by room and number.
    struct Place {
        RoomId room;
        std::uint64_t number = 0;
        UserId author;
        bool is_text = false;      // or a file, and not deleted
    };
    std::vector<Place> behind(RoomId room, std::uint64_t number, std::uint32_t limit);

    // Erases the oldest few messages and changes of a room that is gone. False when nothing is left.
    bool erase_oldest(RoomId room);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace parley::chat::state
