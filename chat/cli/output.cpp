// Printing. Every line is flushed, so that what a script has seen is what was done.
#include "chat/cli/output.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include <fmt/format.h>

#include "chat/cli/exit.hpp"
#include "chat/cli/targets.hpp"
#include "chat/state/shown_text.hpp"

namespace parley::chat {

Exit exit_of(const net::Error& error) {
    const bool is_unreachable = error.kind == net::ErrorKind::timed_out || error.kind == net::ErrorKind::unreachable;
    return is_unreachable ? Exit::unreachable : Exit::refused;
}

void print_line(const std::string& line) {
    const std::string whole = line + "\n";
    const bool done = std::fwrite(whole.data(), 1, whole.size(), stdout) == whole.size() && std::fflush(stdout) == 0;
    if (!done) throw CommandFailed(Exit::refused, "standard output is closed");
}

void note_line(const std::string& line) {
    const std::string whole = line + "\n";
    std::fwrite(whole.data(), 1, whole.size(), stderr);
    std::fflush(stderr);
}

std::string harmless(const std::string& text) {
    static constexpr const char* replacement = "\xEF\xBF\xBD";
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool is_c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (is_c1) {
            result += replacement;
            ++i;
        } else if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) {
            result += replacement;
        } else {
            result += text[i];
        }
    }
    return result;
}

std::int32_t local_zone_minutes() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::localtime_r(&now, &parts);
    return static_cast<std::int32_t>(parts.tm_gmtoff / 60);
}

std::string local_time(std::int64_t ms) {
    const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                       parts.tm_hour, parts.tm_min, parts.tm_sec);
}

namespace {

// The text is "moderator Ada".
std::string role_text(const RoomMessage& message) {
    const std::size_t space = message.text.find(' ');
    if (space == std::string::npos) return message.author_name + " gave a role";
    return fmt::format("{} made {} {}", message.author_name, message.text.substr(space + 1), message.text.substr(0, space));
}

}  // namespace

std::string system_text(const RoomMessage& message) {
    switch (message.kind) {
        case MessageKind::text:
        case MessageKind::file: return "";
        case MessageKind::joined: return message.author_name + " joined the room";
        case MessageKind::left: return message.author_name + " left the room";
        case MessageKind::invited: return fmt::format("{} brought {} into the room", message.author_name, message.text);
        case MessageKind::created: return message.author_name + " made the room";
        case MessageKind::removed: return fmt::format("{} removed {} from the room", message.author_name, message.text);
        case MessageKind::banned: return fmt::format("{} banned {} from the room", message.author_name, message.text);
        case MessageKind::unbanned: return fmt::format("{} lifted the ban on {}", message.author_name, message.text);
        case MessageKind::muted: return fmt::format("{} muted {}", message.author_name, message.text);
        case MessageKind::unmuted: return fmt::format("{} let {} write again", message.author_name, message.text);
        case MessageKind::role_changed: return role_text(message);
        case MessageKind::topic_changed:
            return message.text.empty() ? message.author_name + " removed the topic" : fmt::format("{} set the topic: {}", message.author_name, message.text);
        case MessageKind::renamed: return fmt::format("{} named the room {}", message.author_name, message.text);
        case MessageKind::archived: return message.author_name + " archived the room";
        case MessageKind::unarchived: return message.author_name + " opened the room again";
    }
    return "";
}

namespace {

// Further lines of a text stand below it, not at the margin.
std::string indented(const std::string& text) {
    std::string body;
    for (const char letter : text) {
        body += letter;
        if (letter == '\n') body += "    ";
    }
    return body;
}

std::string what_was_done(const MessageChange& change) {
    switch (change.kind) {
        case ChangeKind::deleted: return "deleted it";
        case ChangeKind::edited: return "changed it to: " + indented(harmless(change.text));
        case ChangeKind::reacted: return fmt::format("reacted {} ({})", harmless(change.text), change.count);
        case ChangeKind::unreacted: return fmt::format("took {} back ({})", harmless(change.text), change.count);
        case ChangeKind::pinned: return "pinned it";
        case ChangeKind::unpinned: return "unpinned it";
    }
    return "";
}

}  // namespace

std::string remarks(const RoomMessage& message) {
    std::string text;
    if (message.edits > 0 && !message.deleted) text += "  (edited)";
    for (const Reaction& reaction : message.reactions) text += fmt::format("  {} {}", harmless(reaction.emoji), reaction.count);
    if (message.replies > 0) text += fmt::format("  ↳ {}", message.replies);
    if (message.pinned) text += "  (pinned)";
    return text;
}

std::string one_line(const std::string& room, const RoomMessage& message) {
    const std::string head = fmt::format("{}  {}  ", message_name(room, message.number), local_time(message.time_ms));
    if (!is_written(message.kind)) return head + "-- " + harmless(system_text(message));
    const std::string text = message.deleted ? "(deleted)" : indented(harmless(shown_text(message)));
    const std::string reply = message.reply_to > 0 ? fmt::format(" (to {})", message.reply_to) : "";
    return fmt::format("{}{}{}: {}{}", head, harmless(message.author_name), reply, text, remarks(message));
}

std::string one_line(const std::string& room, const MessageChange& change) {
    const std::string who = change.user == UserId{} ? "the room's retention" : harmless(change.user_name);
    return fmt::format("{}  {}  -- {} {}", message_name(room, change.number), local_time(change.time_ms), who,
                       what_was_done(change));
}

namespace {

const char* kind_name(MessageKind kind) {
    switch (kind) {
        case MessageKind::text: return "text";
        case MessageKind::joined: return "joined";
        case MessageKind::left: return "left";
        case MessageKind::invited: return "invited";
        case MessageKind::created: return "created";
        case MessageKind::removed: return "removed";
        case MessageKind::banned: return "banned";
        case MessageKind::unbanned: return "unbanned";
        case MessageKind::muted: return "muted";
        case MessageKind::unmuted: return "unmuted";
        case MessageKind::role_changed: return "role_changed";
        case MessageKind::topic_changed: return "topic_changed";
        case MessageKind::renamed: return "renamed";
        case MessageKind::archived: return "archived";
        case MessageKind::unarchived: return "unarchived";
        case MessageKind::file: return "file";
    }
    return "text";
}

const char* kind_name(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::deleted: return "deleted";
        case ChangeKind::edited: return "edited";
        case ChangeKind::reacted: return "reacted";
        case ChangeKind::unreacted: return "unreacted";
        case ChangeKind::pinned: return "pinned";
        case ChangeKind::unpinned: return "unpinned";
    }
    return "deleted";
}

std::size_t characters(const std::string& text) {
    const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_start));
}

}  // namespace

JsonLine message_json(const std::string& room, const RoomMessage& message) {
    JsonLine line;
    line.text("message", message_name(room, message.number))
        .text("room", room)
        .number("number", message.number)
        .number("slot", message.slot)
        .number("time_ms", message.time_ms)
        .text("kind", kind_name(message.kind))
        .text("from", message.author_name)
        .text("text", message.text)
        .flag("deleted", message.deleted)
        .number("edits", message.edits)
        .number("reply_to", message.reply_to)
        .number("thread", message.thread)
        .number("replies", message.replies)
        .flag("pinned", message.pinned);
    std::string reactions;
    for (const Reaction& reaction : message.reactions) {
        reactions += (reactions.empty() ? "" : ",") +
                     JsonLine{}.text("emoji", reaction.emoji).number("count", reaction.count).flag("mine", reaction.mine).str();
    }
    line.raw("reactions", "[" + reactions + "]");
    if (message.file) {
        line.raw("file", JsonLine{}.number("file", message.file->file.value).text("name", message.file->name).number("size", message.file->size)
                             .text("type", message.file->type).str());
    }
    return line;
}

JsonLine change_json(const std::string& room, const MessageChange& change) {
    const std::string name = message_name(room, change.number);
    JsonLine line;
    line.text("change", kind_name(change.kind)).text("of", name).text("room", room).number("number", change.number)
        .text("by", change.user_name).number("time_ms", change.time_ms);
    if (change.kind == ChangeKind::edited) line.text("text", change.text).number("edits", change.count);
    if (change.kind == ChangeKind::reacted || change.kind == ChangeKind::unreacted) line.text("emoji", change.text).number("count", change.count);
    if (change.kind == ChangeKind::deleted) line.text("deleted", name).number("deleted_number", change.number);
    return line;
}

std::string unread_line(const UnreadRow& row) {
    std::string line = fmt::format("{}{}  {} unread", row.room.is_direct ? "@" : "", harmless(row.room.name), row.room.last - row.room.read);
    if (row.room.mentions > 0) line += fmt::format(", {} of them to you", row.room.mentions);
    std::string senders;
    for (const SenderRow& sender : row.senders) senders += fmt::format("{}{} {}", senders.empty() ? "  from " : ", ", harmless(sender.name), sender.messages);
    return line + senders;
}

JsonLine unread_json(const UnreadRow& row) {
    std::string senders;
    for (const SenderRow& sender : row.senders) {
        senders += (senders.empty() ? "" : ",") + JsonLine{}.text("name", sender.name).number("messages", sender.messages).str();
    }
    JsonLine line;
    line.text("room", (row.room.is_direct ? "@" : "") + row.room.name).number("unread", row.room.last - row.room.read)
        .number("read", row.room.read).number("last", row.room.last).number("mentions", row.room.mentions).raw("senders", "[" + senders + "]");
    return line;
}

const char* presence_name(Presence presence) {
    switch (presence) {
        case Presence::offline: return "offline";
        case Presence::away: return "away";
        case Presence::online: return "online";
    }
    return "offline";
}

Presence presence_of(const PresencePage& page, UserId user) {
    const auto one = std::ranges::find(page.users, user, &UserPresence::user);
    return one == page.users.end() ? Presence::offline : one->presence;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], characters(row[i]));
    }
    std::string result;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line += std::string(widths[i] - characters(row[i]) + 2, ' ');
        }
        result += (result.empty() ? "" : "\n") + line;
    }
    return result;
}

}  // namespace parley::chat
