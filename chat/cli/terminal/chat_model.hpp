// ChatModel: what the terminal client knows and shows: rooms, their messages, what is on its way, who one is. No client
// library, no terminal in here; the engine feeds it, the view draws it.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chat/client/store.hpp"
#include "chat/state/view.hpp"
#include "chat/wire/presence.hpp"

namespace parley::chat {

// One thing in a room's scroll: a message, or a note of this program to its user.
struct ScrollItem {
    std::optional<RoomMessage> message;
    std::string note;
};

// Typed here, not yet seen in the room.
struct PendingText {
    EntryId entry;
    std::string text;
    std::uint64_t number = 0;     // once acknowledged
};

struct RoomPane {
    RoomRow row;
    std::deque<ScrollItem> items;
    std::deque<PendingText> pending;
    bool has_all_older = false;
    bool is_loading = false;
    std::size_t scrolled = 0;     // lines up from the newest
    std::size_t undrawn = 0;      // newest items no picture has shown yet

    [[nodiscard]] std::uint64_t unread() const { return row.last > row.read ? row.last - row.read : 0; }
    [[nodiscard]] std::string shown_name() const { return (row.is_direct ? "@" : "#") + row.name; }
    // The oldest message here, or the one after the newest of the room.
    [[nodiscard]] std::uint64_t first_number() const;
};

// The line at the bottom.
struct ChatStatus {
    std::string user;
    std::string connection;       // "3/3 leader 2" or "reconnecting…"
    bool is_online = false;
    std::size_t unsent = 0;
};

class ChatModel {
public:
    // The rooms one is in, as the server lists them. Returns those that were not there before; panes of rooms one left
    // disappear.
    std::vector<RoomRow> set_rooms(const std::vector<RoomRow>& rooms);

    void add_messages(RoomId room, const std::vector<RoomMessage>& messages);
    void add_older(RoomId room, const std::vector<RoomMessage>& messages, bool more);
    void take_change(RoomId room, const MessageChange& change);
    void mark_read(RoomId room, std::uint64_t number);
    void mark_unread(RoomId room, std::uint64_t number);   // everything behind this number

    void set_presence(const std::vector<UserPresence>& users);
    [[nodiscard]] Presence presence_of(UserId user) const;
    void add_typing(RoomId room, UserId user, const std::string& name);
    void end_typing(RoomId room, UserId user);
    // "ada is typing…" in the selected room, or nothing.
    [[nodiscard]] std::string typing_text() const;

    void add_pending(RoomId room, EntryId entry, const std::string& text);
    // Acknowledged under this number: it goes as soon as the message itself is here.
    void settle_pending(EntryId entry, std::uint64_t number);
    void drop_pending(EntryId entry);

    // In the room that is shown now.
    void note(const std::string& text);

    void select(RoomId room);
    void select_named(const std::string& name);     // as soon as a room of that name is there
    void select_next(int step);
    [[nodiscard]] RoomPane* selected();
    [[nodiscard]] const RoomPane* selected() const;

    [[nodiscard]] RoomPane* find(RoomId room);
    [[nodiscard]] const std::vector<RoomId>& order() const { return order_; }
    [[nodiscard]] const RoomPane& pane(RoomId room) const { return panes_.at(room); }
    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

    std::string own_name;
    UserId own_user;
    bool shows_numbers = false;          // beside the time, to name messages by in commands
    std::map<UserId, std::string> shown_names;   // of those who have one, before their name
    ChatStatus status;

private:
    [[nodiscard]] RoomId first_room() const;
    static void count_reply(RoomPane& pane, const RoomMessage& reply);
    void forget_seen_pending(RoomPane& pane, const RoomMessage& message);

    std::map<RoomId, RoomPane> panes_;
    std::vector<RoomId> order_;
    std::optional<RoomId> selected_;
    std::map<UserId, Presence> presence_;
    std::map<RoomId, std::map<UserId, std::string>> typing_;
    std::string wanted_;                 // name of a room to select once it is there
    std::vector<std::string> notes_;     // while there is no room to show them in
};

}  // namespace parley::chat
