// history, search, file list, thread, pins, edits, read, unread: what was said, and what one has seen of it; and plain operations.
#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "chat/cli/commands/commands.hpp"
#include "chat/cli/commands/shown_names.hpp"
#include "chat/cli/html_page.hpp"
#include "chat/cli/output.hpp"
#include "chat/cli/runtime.hpp"
#include "chat/search/query.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t page_rows = 200;

std::string shown_name(const RoomRow& room) { return (room.is_direct ? "@" : "") + room.name; }

void print_message(const GlobalOptions& options, const RoomRow& room, const RoomMessage& message, const ShownNames& names) {
    const std::string name = shown_name(room);
    const std::string& shown = names.of(message.author).name;
    if (options.json) {
        JsonLine line = message_json(name, message);
        if (!shown.empty()) line.text("shown", shown);
        return print_line(line.str());
    }
    RoomMessage beside = message;
    beside.author_name = names.beside(message.author, message.author_name);
    print_line(one_line(name, beside));
}

const RoomRow& room_of(const FoundPage& page, const RoomMessage& message) {
    const auto row = std::ranges::find(page.rooms, message.room, &RoomRow::room);
    if (row == page.rooms.end()) throw CommandFailed(Exit::refused, "the replica answered something else");
    return *row;
}

MessagePage page_of(Runtime& runtime, const AskHistory& question) {
    return runtime.wait<MessagePage>([&](auto reply) { runtime.client().history(question, runtime.deadline(), std::move(reply)); });
}

// Newest first in pages, printed oldest first.
void print_backwards(Runtime& runtime, const HistoryCommand& command) {
    std::vector<RoomMessage> messages;
    std::uint64_t before = command.before;
    RoomRow room;
    for (bool more = true; more && messages.size() < command.limit;) {
        const auto limit = std::min<std::uint32_t>(page_rows, command.limit - static_cast<std::uint32_t>(messages.size()));
        // "Before" everything means: the newest ones.
        const MessagePage page = page_of(runtime, {command.target, 0, before == 0 ? std::uint64_t{INT64_MAX} : before, limit});
        room = page.room;
        if (page.messages.empty()) break;
        messages.insert(messages.begin(), page.messages.begin(), page.messages.end());
        before = page.messages.front().number;
        more = before > 1;
    }
    ShownNames names{runtime};
    names.look_up(messages);
    for (const RoomMessage& message : messages) print_message(runtime.options(), room, message, names);
}

// The number before the first message of that day.
std::uint64_t number_before(Runtime& runtime, const HistoryCommand& command) {
    const auto since = day_ms(command.since, local_zone_minutes());
    if (!since) throw CommandFailed(Exit::usage, fmt::format("\"{}\" is no day: write --since 2026-11-21", command.since));
    const MessagePage page = page_of(runtime, {command.target, 0, 0, 1, *since});
    return page.messages.empty() ? page.room.last : page.messages.front().number - 1;
}

void print_forwards(Runtime& runtime, const HistoryCommand& command) {
    std::uint64_t after = command.since.empty() ? command.after : number_before(runtime, command);
    ShownNames names{runtime};
    for (std::uint32_t printed = 0; printed < command.limit;) {
        const MessagePage page = page_of(runtime, {command.target, after, 0, std::min(page_rows, command.limit - printed)});
        names.look_up(page.messages);
        for (const RoomMessage& message : page.messages) print_message(runtime.options(), page.room, message, names);
        printed += static_cast<std::uint32_t>(page.messages.size());
        if (page.messages.empty() || !page.more) return;
        after = page.messages.back().number;
    }
}

}  // namespace

Exit run(const HistoryCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    runtime.open_account();
    if (command.after > 0 || !command.since.empty()) {
        print_forwards(runtime, command);
    } else {
        print_backwards(runtime, command);
    }
    return Exit::ok;
}

namespace {

void print_page(Runtime& runtime, const Target& target) {
    ShownNames names{runtime};
    bool has_begun = false;
    for (std::uint64_t after = 0;;) {
        const MessagePage page = page_of(runtime, {target, after, 0, page_rows});
        if (!std::exchange(has_begun, true)) print_line(html_beginning(shown_name(page.room)));
        names.look_up(page.messages);
        for (RoomMessage message : page.messages) {
            message.author_name = names.beside(message.author, message.author_name);
            print_line(html_message(message));
        }
        if (page.messages.empty() || !page.more) return print_line(html_ending());
        after = page.messages.back().number;
    }
}

}  // namespace

Exit run(const ExportCommand& command, const GlobalOptions& options) {
    if (command.html) {
        Runtime runtime{options};
        runtime.open_account();
        print_page(runtime, command.target);
        return Exit::ok;
    }
    GlobalOptions lines = options;
    lines.json = true;
    Runtime runtime{lines};
    runtime.open_account();
    print_forwards(runtime, {command.target, 0, 0, std::numeric_limits<std::uint32_t>::max()});
    return Exit::ok;
}

Exit run(const ReadCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    runtime.submit(MarkRead{command.target, command.number});
    const auto room = runtime.wait<RoomRow>([&](auto reply) { client.room(command.target, runtime.deadline(), std::move(reply)); });
    if (options.json) {
        print_line(JsonLine{}.text("room", shown_name(room)).number("read", room.read).number("unread", room.last - room.read).str());
    } else {
        print_line(fmt::format("{}: read up to {}, {} unread", harmless(shown_name(room)), room.read, room.last - room.read));
    }
    return Exit::ok;
}

Exit run(const UnreadCommand&, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const auto page = runtime.wait<UnreadPage>([&](auto reply) { client.unread(runtime.deadline(), std::move(reply)); });
    for (const UnreadRow& row : page.rooms) print_line(options.json ? unread_json(row).str() : unread_line(row));
    if (options.json) {
        const auto mine = runtime.wait<RoomPage>([&](auto reply) { client.my_rooms(runtime.deadline(), std::move(reply)); });
        for (const RoomRow& room : mine.rooms) {
            if (room.last == room.read) print_line(unread_json({room, {}}).str());
        }
    }
    if (!options.json && page.rooms.empty()) print_line("nothing unread");
    if (!options.json && page.more) print_line("…and in further rooms");
    return Exit::ok;
}

namespace {

// Newest first, those of all rooms or of one. How many there were, `limit` at most.
std::uint32_t print_found(Runtime& runtime, AskSearch question, std::uint32_t limit, std::optional<RoomId> of_room) {
    ShownNames names{runtime};
    std::uint32_t left = limit;
    for (bool more = true; more && left > 0;) {
        question.limit = std::min(left, page_rows);
        auto page = runtime.wait<FoundPage>([&](auto reply) { runtime.client().search(question, runtime.deadline(), std::move(reply)); });
        if (of_room) std::erase_if(page.messages, [&](const RoomMessage& message) { return message.room != *of_room; });
        names.look_up(page.messages);
        for (const RoomMessage& message : page.messages) print_message(runtime.options(), room_of(page, message), message, names);
        left -= static_cast<std::uint32_t>(page.messages.size());
        question.before = page.next;
        more = page.more;
    }
    return limit - left;
}

// A search cannot name a room with a quotation mark in its name: then all rooms are looked through.
std::string files_of(const RoomRow& room) {
    const std::string name = shown_name(room);
    return name.find('"') == std::string::npos ? fmt::format("has:file in:\"{}\"", name) : "has:file";
}

}  // namespace

Exit run(const SearchCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    runtime.open_account();
    const std::uint32_t found = print_found(runtime, {command.text, {}, 0, local_zone_minutes()}, command.limit, {});
    if (found == 0 && !options.json) print_line("nothing found");
    return Exit::ok;
}

Exit run(const FileListCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    runtime.open_account();
    // The newest message that may be shown: where it is, and in which room.
    const MessagePage newest = page_of(runtime, {command.target, 0, command.before == 0 ? std::uint64_t{INT64_MAX} : command.before, 1});
    std::uint32_t found = 0;
    if (!newest.messages.empty()) {
        const RoomMessage& first = newest.messages.front();
        const FoundAt before{first.slot, first.room, first.number + 1};
        found = print_found(runtime, {files_of(newest.room), before, 0, local_zone_minutes()}, command.limit, first.room);
    }
    if (found == 0 && !options.json) print_line("no files");
    return Exit::ok;
}

Exit run(const ThreadCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    ShownNames names{runtime};
    for (std::uint64_t after = command.after;;) {
        const auto page = runtime.wait<MessagePage>([&](auto reply) {
            client.thread({command.message.target, command.message.number, after, page_rows}, runtime.deadline(), std::move(reply));
        });
        names.look_up(page.messages);
        for (const RoomMessage& message : page.messages) print_message(options, page.room, message, names);
        if (!page.more || page.messages.empty()) return Exit::ok;
        after = page.messages.back().number;
    }
}

Exit run(const PinsCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const auto page = runtime.wait<MessagePage>([&](auto reply) { client.pins(command.target, runtime.deadline(), std::move(reply)); });
    ShownNames names{runtime};
    names.look_up(page.messages);
    for (const RoomMessage& message : page.messages) print_message(options, page.room, message, names);
    if (page.messages.empty() && !options.json) print_line("nothing is pinned");
    return Exit::ok;
}

Exit run(const EditsCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    Client& client = runtime.open_account();
    const auto page = runtime.wait<EditPage>([&](auto reply) {
        client.edits(command.message.target, command.message.number, runtime.deadline(), std::move(reply));
    });
    for (const EditRow& edit : page.edits) {
        if (options.json) {
            print_line(JsonLine{}.number("edit", edit.edit).number("replaced_ms", edit.replaced_ms).text("text", edit.text).str());
        } else {
            print_line(fmt::format("until {}: {}", local_time(edit.replaced_ms), harmless(edit.text)));
        }
    }
    if (page.edits.empty() && !options.json) print_line("this message was never edited, or is deleted");
    return Exit::ok;
}

Exit run(const OperationCommand& command, const GlobalOptions& options) {
    Runtime runtime{options};
    runtime.open_account();
    const Answer answer = runtime.submit(command.operation);
    if (options.json) {
        print_line(JsonLine{}.text(command.key, command.subject).number("slot", answer.slot).text("done", command.outcome).str());
    } else {
        print_line(harmless(command.sentence));
    }
    return Exit::ok;
}

}  // namespace parley::chat
