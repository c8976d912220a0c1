// The /commands of the terminal client that name a message by its number.
#include <algorithm>

#include <fmt/format.h>

#include "chat/cli/output.hpp"
#include "chat/cli/terminal/chat_engine.hpp"
#include "chat/search/query.hpp"

namespace parley::chat {
namespace {

// "57 the rest": the number and what stands behind it.
struct NumberAndText {
    std::uint64_t number = 0;
    std::string text;
};

std::optional<NumberAndText> numbered(const std::string& rest) {
    const std::size_t space = rest.find(' ');
    const auto name = parse_message_name("here/" + rest.substr(0, space));
    if (!name) return std::nullopt;
    const std::size_t text = space == std::string::npos ? space : rest.find_first_not_of(' ', space);
    return NumberAndText{name->number, text == std::string::npos ? "" : rest.substr(text)};
}

}  // namespace

bool ChatEngine::run_message_command(const std::string& word, const std::string& rest) {
    if (word == "delete") {
        change_message<DeleteMessage>(word, rest);
    } else if (word == "edit") {
        change_message_with<EditMessage>(word, rest);
    } else if (word == "react") {
        change_message_with<React>(word, rest);
    } else if (word == "unreact") {
        change_message_with<Unreact>(word, rest);
    } else if (word == "pin") {
        change_message<Pin>(word, rest);
    } else if (word == "unpin") {
        change_message<Unpin>(word, rest);
    } else if (word == "unread") {
        change_message<MarkUnread>(word, rest);
    } else if (word == "pins") {
        list_pins();
    } else if (word == "search" && !rest.empty()) {
        search(rest);
    } else if (word == "day") {
        list_day(rest);
    } else if (word == "reply") {
        reply(rest);
    } else if (word == "thread") {
        list_thread(rest);
    } else if (word == "numbers") {
        model.shows_numbers = !model.shows_numbers;
    } else {
        return false;
    }
    return true;
}

template <class Change>
void ChatEngine::change_message(const std::string& word, const std::string& rest) {
    const RoomPane* pane = model.selected();
    const auto named = numbered(rest);
    if (pane == nullptr || !named) return model.note(fmt::format("say which one: /{} 57 (/numbers shows them)", word));
    operate(Change{ByRoom{pane->row.room}, named->number}, "", "");
}

template <class Change>
void ChatEngine::change_message_with(const std::string& word, const std::string& rest) {
    const RoomPane* pane = model.selected();
    const auto named = numbered(rest);
    if (pane == nullptr || !named || named->text.empty()) {
        return model.note(fmt::format("say which one and what: /{} 57 {} (/numbers shows them)", word, word == "edit" ? "TEXT" : "👍"));
    }
    operate(Change{ByRoom{pane->row.room}, named->number, named->text}, "", "");
}

void ChatEngine::reply(const std::string& rest) {
    const RoomPane* pane = model.selected();
    const auto named = numbered(rest);
    if (pane == nullptr || !named || named->text.empty()) return model.note("say to which one and what: /reply 57 TEXT (/numbers shows them)");
    send_text(ByRoom{pane->row.room}, pane->row.room, named->text, named->number);
}

void ChatEngine::list_thread(const std::string& rest) {
    const RoomPane* pane = model.selected();
    const auto named = numbered(rest);
    if (pane == nullptr || !named) return model.note("say which one: /thread 57 (/numbers shows them)");
    runtime_.client().thread({ByRoom{pane->row.room}, named->number, 0, 50}, runtime_.deadline(),
                             then<MessagePage>([this](const MessagePage& page) { list_messages(page, "nobody answered it"); }));
}

void ChatEngine::list_pins() {
    const RoomPane* pane = model.selected();
    if (pane == nullptr) return model.note("you are in no room");
    runtime_.client().pins(ByRoom{pane->row.room}, runtime_.deadline(),
                           then<MessagePage>([this](const MessagePage& page) { list_messages(page, "nothing is pinned here"); }));
}

void ChatEngine::search(const std::string& text) {
    constexpr std::uint32_t shown_max = 30;
    runtime_.client().search({text, {}, shown_max, local_zone_minutes()}, runtime_.deadline(), then<FoundPage>([this](const FoundPage& page) {
        // The newest at the bottom, as in the room itself.
        for (auto message = page.messages.rbegin(); message != page.messages.rend(); ++message) {
            const auto row = std::ranges::find(page.rooms, message->room, &RoomRow::room);
            if (row != page.rooms.end()) model.note(one_line((row->is_direct ? "@" : "") + row->name, *message));
        }
        if (page.more) model.note("…and older ones: before:DAY narrows it");
        if (page.messages.empty() && !page.more) model.note("nothing found");
    }));
}

void ChatEngine::list_day(const std::string& day) {
    const RoomPane* pane = model.selected();
    const auto since = day_ms(day, local_zone_minutes());
    if (pane == nullptr || !since) return model.note("say which day: /day 2026-11-21");
    constexpr std::uint32_t shown_max = 50;
    runtime_.client().history({ByRoom{pane->row.room}, 0, 0, shown_max, *since}, runtime_.deadline(),
                              then<MessagePage>([this](const MessagePage& page) { list_messages(page, "nothing was said since"); }));
}

void ChatEngine::list_messages(const MessagePage& page, const std::string& none) {
    const std::string room = (page.room.is_direct ? "@" : "") + page.room.name;
    for (const RoomMessage& message : page.messages) model.note(one_line(room, message));
    if (page.messages.empty()) model.note(none);
}

}  // namespace parley::chat
