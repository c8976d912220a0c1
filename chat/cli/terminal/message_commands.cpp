// The /commands of the terminal client for messages.
#include <algorithm>

#include "chat/cli/output.hpp"
#include "chat/cli/terminal/chat_engine.hpp"
#include "chat/search/query.hpp"

namespace parley::chat {

void ChatEngine::run(const slash::Numbers&) { model.shows_numbers = !model.shows_numbers; }

void ChatEngine::run(const slash::Reply& c) {
    const RoomPane* pane = model.selected();
    if (pane != nullptr) send_text(ByRoom{pane->row.room}, pane->row.room, c.text, c.number);
}

void ChatEngine::run(const slash::Thread& c) {
    const RoomPane* pane = model.selected();
    if (pane == nullptr) return;
    runtime_.client().thread({ByRoom{pane->row.room}, c.number, 0, 50}, runtime_.deadline(),
                             then<MessagePage>([this](const MessagePage& page) { list_messages(page, "nobody answered it"); }));
}

void ChatEngine::run(const slash::Pins&) {
    const RoomPane* pane = model.selected();
    if (pane == nullptr) return;
    runtime_.client().pins(ByRoom{pane->row.room}, runtime_.deadline(),
                           then<MessagePage>([this](const MessagePage& page) { list_messages(page, "nothing is pinned here"); }));
}

void ChatEngine::run(const slash::Search& c) {
    constexpr std::uint32_t shown_max = 30;
    runtime_.client().search({c.text, {}, shown_max, local_zone_minutes()}, runtime_.deadline(), then<FoundPage>([this](const FoundPage& page) {
        // The newest at the bottom, as in the room itself.
        for (auto message = page.messages.rbegin(); message != page.messages.rend(); ++message) {
            const auto row = std::ranges::find(page.rooms, message->room, &RoomRow::room);
            if (row != page.rooms.end()) model.note(one_line((row->is_direct ? "@" : "") + row->name, *message));
        }
        if (page.more) model.note("…and older ones: before:DAY narrows it");
        if (page.messages.empty() && !page.more) model.note("nothing found");
    }));
}

void ChatEngine::run(const slash::Day& c) {
    const RoomPane* pane = model.selected();
    const auto since = day_ms(c.day, local_zone_minutes());
    if (pane == nullptr || !since) return;
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
