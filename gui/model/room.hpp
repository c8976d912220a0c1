// Room: one conversation as the window knows it: a stretch of its messages, what is on its way, how far it was read.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gui/model/notifications.hpp"

namespace parley::gui {

// Typed here and not yet seen in the room.
struct Sending {
    chat::EntryId entry;
    std::string text;
    std::int64_t time_ms = 0;
    std::uint64_t number = 0;          // of its message, guessed from the text until it is acknowledged
    bool is_acknowledged = false;
    std::uint64_t reply_to = 0;
    std::string refusal;               // not empty: a replica said no, and why
    std::optional<chat::MessageFile> file{};
    std::optional<Carrying> carrying{};   // its file is not with the replicas yet
    [[nodiscard]] bool is_refused() const { return !refusal.empty(); }
};

class Room {
public:
    explicit Room(chat::RoomRow row) : row_(std::move(row)), listed_last_(row_.last) {}

    // ---- what it is ----
    [[nodiscard]] const chat::RoomRow& row() const { return row_; }
    [[nodiscard]] chat::RoomId id() const { return row_.room; }
    // "#general", "bob", or "ann, bob".
    [[nodiscard]] std::string title() const;
    [[nodiscard]] std::uint64_t unread() const { return row_.last > row_.read ? row_.last - row_.read : 0; }
    // Of the unread ones those that speak to the reader, or to everybody.
    [[nodiscard]] std::uint64_t mentions() const;
    // How many of the unread ones the reader wants to be told of.
    [[nodiscard]] std::uint64_t calling() const;
    // A conversation with somebody who was not written to yet: it is nowhere but here.
    [[nodiscard]] bool is_provisional() const { return is_provisional_id(row_.room); }
    [[nodiscard]] chat::Target target() const;

    // ---- what is in it ----
    [[nodiscard]] const std::deque<chat::RoomMessage>& messages() const { return messages_; }
    [[nodiscard]] const std::vector<Sending>& sending() const { return sending_; }
    [[nodiscard]] const chat::RoomMessage* find(std::uint64_t number) const;
    [[nodiscard]] std::uint64_t first() const { return messages_.empty() ? 0 : messages_.front().number; }
    [[nodiscard]] std::uint64_t last() const { return messages_.empty() ? 0 : messages_.back().number; }
    // Rises with every change of what is in it.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }

    // ---- the server's word ----
    void update(chat::RoomRow row);
    void load(const PageLoaded& page);
    void load_failed() { is_loading_ = false; }
    void arrive(const std::vector<chat::RoomMessage>& messages, chat::UserId own);
    // This message speaks to the reader.
    void mentioned(std::uint64_t number);
    void change(const std::vector<chat::RoomMessage>& messages);
    void reset();
    void read_to(std::uint64_t number);
    // Everything behind this number is unread again, and stays so until the room is opened anew.
    void unread_from(std::uint64_t number);
    [[nodiscard]] bool is_held_unread() const { return held_unread_; }

    // ---- sending ----
    void begin(Sending sending);
    void move(chat::EntryId entry, const Carrying& carrying);
    void posted(const FilePosted& posted);
    void done(chat::EntryId entry, std::uint64_t number);
    void refuse(chat::EntryId entry, const std::string& sentence);
    void drop(chat::EntryId entry);
    // True if it was one of this room.
    [[nodiscard]] bool has(chat::EntryId entry) const;
    // Its message is on screen already.
    [[nodiscard]] bool is_shown_as_message(const Sending& one) const { return one.number > 0 && find(one.number) != nullptr; }

    // ---- files ----
    // Of this message's file; nullptr: nothing is known.
    [[nodiscard]] const FileStanding* file(std::uint64_t number) const;
    void file_stands(std::uint64_t number, FileStanding standing);
    // Numbers of the messages whose files are being fetched.
    [[nodiscard]] std::vector<std::uint64_t> files_coming() const;

    // ---- blocked people ----
    void fold(const std::set<chat::UserId>& authors);
    void unfold(std::uint64_t number, bool is_shown);
    // Said by somebody who is blocked.
    [[nodiscard]] bool is_of_blocked(const chat::RoomMessage& message) const { return blocked_.contains(message.author) && chat::is_written(message.kind) && !message.deleted; }
    // ... and not asked for: nothing of what it says is shown or heard.
    [[nodiscard]] bool is_folded(const chat::RoomMessage& message) const { return is_of_blocked(message) && !unfolded_.contains(message.number); }

    // ---- reading ----
    // True once: older messages are to be asked for.
    bool want_older();
    [[nodiscard]] bool is_loading() const { return is_loading_; }
    [[nodiscard]] bool reaches_start() const { return reaches_start_; }
    // First number that was unread when the room was opened; 0: none.
    [[nodiscard]] std::uint64_t unread_line() const { return unread_line_; }
    // Something new came while nobody looked: the line goes above it.
    void begin_unread(std::uint64_t number);
    void open();
    void close();
    [[nodiscard]] bool is_opened() const { return opened_; }

    std::string draft;
    std::string half_typed;            // a /command, in the draft's place here and in no other window
    chat::ReadingPlace place;
    std::optional<std::vector<chat::UserRow>> members;

    static constexpr std::uint64_t provisional_bit = std::uint64_t{1} << 63;
    static bool is_provisional_id(chat::RoomId room) { return (room.value & provisional_bit) != 0; }

private:
    void forget_shown_sendings();

    chat::RoomRow row_;
    std::uint64_t listed_last_ = 0;              // the newest message that row_.mentions knows of
    std::set<std::uint64_t> mentions_since_;     // numbers behind it
    std::deque<chat::RoomMessage> messages_;     // contiguous, ascending
    std::vector<Sending> sending_;
    std::map<std::uint64_t, FileStanding> files_;
    std::set<chat::UserId> blocked_;
    std::set<std::uint64_t> unfolded_;           // messages of theirs
    std::uint64_t revision_ = 1;
    std::uint64_t unread_line_ = 0;
    bool reaches_start_ = false;
    bool is_loading_ = false;
    bool opened_ = false;
    bool held_unread_ = false;
};

}  // namespace parley::gui
