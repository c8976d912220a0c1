// SearchSource: what the index is made of, read from the replicated state on a connection of its own. Changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "chat/state/commands.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat {

struct SourceRoom {
    RoomId room;
    std::uint64_t last = 0;
    std::uint64_t changes = 0;
};

struct SourceText {
    RoomId room;
    std::uint64_t number = 0;
    std::uint64_t slot = 0;
    std::int64_t time_ms = 0;
    UserId author;
    std::string text;
    bool is_text = false;      // what somebody wrote or sent, and not deleted
    bool has_file = false;     // its name is the first line of the text
};

class SearchSource {
public:
    SearchSource(const std::string& native_path, const char* vfs);

    Connection& connection() { return connection_; }
    std::vector<SourceRoom> rooms();
    std::optional<SourceRoom> room(RoomId room);
    std::optional<SourceText> text(RoomId room, std::uint64_t number);
    // Numbers above `after`, ascending.
    std::vector<SourceText> texts(RoomId room, std::uint64_t after, std::uint32_t limit);
    // Numbers above `after` in slots up to `slot`, the newest first.
    std::vector<SourceText> newest(RoomId room, std::uint64_t after, std::uint64_t slot, std::uint32_t limit);

    struct Changed {
        std::uint64_t change = 0;
        std::uint64_t number = 0;
        bool is_of_text = false;    // deleted or edited
    };
    std::vector<Changed> changes(RoomId room, std::uint64_t after, std::uint32_t limit);

private:
    std::vector<SourceText> read(Run& run);
    std::string name_of_file(RoomId room, std::uint64_t number);

    Connection connection_;
    Statement rooms_;
    Statement room_;
    Statement text_;
    Statement texts_;
    Statement newest_;
    Statement changes_;
    std::optional<Statement> file_;   // made when the first file is met: before, there is no table of them
};

// See Has.
std::uint32_t what_has(const SourceText& text);

}  // namespace parley::chat
