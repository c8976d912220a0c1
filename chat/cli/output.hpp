// Output: what a command prints on standard output, for people or (--json) for scripts. Nothing here goes to a log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chat/cli/json_line.hpp"
#include "chat/wire/server_messages.hpp"

namespace parley::chat {

// One line, written and flushed before this returns: a script that saw it may rely on it. A closed standard output
// ends the command (CommandFailed).
void print_line(const std::string& line);
// One line on standard error.
void note_line(const std::string& line);

// What others typed must not steer the terminal: control characters become U+FFFD, except the line breaks kept.
std::string harmless(const std::string& text);

std::int32_t local_zone_minutes();                            // east of Greenwich, now
std::string local_time(std::int64_t ms);                      // "2026-11-21 08:40:05"
std::string system_text(const RoomMessage& message);          // "ada joined the room"; empty for a text
std::string one_line(const std::string& room, const RoomMessage& message);
std::string remarks(const RoomMessage& message);              // "  (edited)  👍 2  ↳ 3  (pinned)", or nothing
// What happened to a message: "general/57  -- ada changed it to: …"
std::string one_line(const std::string& room, const MessageChange& change);
JsonLine change_json(const std::string& room, const MessageChange& change);
JsonLine message_json(const std::string& room, const RoomMessage& message);

// "general  12 unread, 2 of them to you  from ada 7, bob 5"
std::string unread_line(const UnreadRow& row);
JsonLine unread_json(const UnreadRow& row);

const char* presence_name(Presence presence);                 // online, away, offline
Presence presence_of(const PresencePage& page, UserId user);

// Columns, each as wide as its widest cell (in characters).
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace parley::chat
