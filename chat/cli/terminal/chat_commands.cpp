// The /commands of the terminal client: rooms and people.
#include <fmt/format.h>

#include "chat/cli/terminal/chat_engine.hpp"
#include "chat/state/names.hpp"

namespace parley::chat {

void ChatEngine::run_command(const std::string& line) {
    SlashPlace place;   // whether one is an administrator, who may everything, is not known here
    if (const RoomPane* pane = model.selected()) {
        place.room = pane->row.room;
        place.is_direct = pane->row.is_direct;
        place.last = pane->row.last;
    }
    const auto command = parse_slash(line, place);
    if (const auto* refused = std::get_if<SlashRefused>(&command)) {
        model.note(sentence(*refused));
    } else {
        std::visit([this](const auto& one) { run(one); }, std::get<SlashCommand>(command));
    }
    changed_();
}

void ChatEngine::run(const slash::Quit&) { wants_to_leave_ = true; }

// A line for what is about one thing.
void ChatEngine::run(const slash::Help&) {
    std::string line;
    for (const SlashWord& word : slash_words()) {
        const bool begins = &word == slash_words().data() || word.about != (&word - 1)->about;
        if (begins && !line.empty()) model.note(std::exchange(line, {}));
        line += fmt::format("{}/{}{}{}", line.empty() ? "" : " · ", word.word, *word.needs == '\0' ? "" : " ", word.needs);
    }
    model.note(line + " · //text begins with a slash");
    model.note("N is the number of a message, which /numbers shows · /search knows \"A PHRASE\" BEGIN* from:NAME in:ROOM before:DAY after:DAY has:link has:file · /msg @ann,@bob TEXT: to several");
    model.note("Tab, Ctrl-N, Ctrl-P or Alt-↑↓: other room · PgUp PgDn: scroll · ↑: what you typed before · Alt-Enter: new line");
}

void ChatEngine::operate(Operation operation, const std::string& done, const std::string& select) {
    runtime_.client().submit(std::move(operation), runtime_.deadline(), then<Answer>([this, done, select](const Answer& answer) {
        if (const auto* refused = std::get_if<Refused>(&answer.result)) {
            model.note(sentence(refused->why));
            return;
        }
        if (!done.empty()) model.note(done);
        if (!select.empty()) model.select_named(select);
        load_rooms();
    }));
}

void ChatEngine::run(const slash::Operate& c) {
    const RoomPane* pane = model.selected();
    const bool leaves = std::holds_alternative<LeaveRoom>(c.operation) && pane != nullptr;
    const auto* block = std::get_if<BlockUser>(&c.operation);
    const auto* unblock = std::get_if<UnblockUser>(&c.operation);
    operate(c.operation, leaves ? "you left " + pane->shown_name() : block != nullptr ? block->user + " is blocked" : unblock != nullptr ? unblock->user + " is not blocked any more" : "", c.show);
}

void ChatEngine::run(const slash::Talk& c) {
    const std::string name = conversation_name(c.names);
    if (c.text.empty()) {
        model.select_named(name);
        const RoomPane* pane = model.selected();
        if (pane == nullptr || pane->row.name != name) model.note("Say something first: /msg " + name + " hello");
        return;
    }
    const Target target = c.names.size() > 1 ? Target{ByPeople{c.names}} : Target{ByUserName{name}};
    send_text(target, std::nullopt, c.text);
    model.select_named(name);
}

void ChatEngine::run(const slash::People& c) {
    runtime_.client().users({c.pattern, "", 100}, runtime_.deadline(), then<UserPage>([this](const UserPage& page) {
        std::string names;
        for (const UserRow& user : page.users) names += (names.empty() ? "" : ", ") + user.name;
        model.note(fmt::format("{}{}", names.empty() ? "nobody" : names, page.more ? ", …" : ""));
    }));
}

void ChatEngine::run(const slash::Blocked&) {
    runtime_.client().blocked(runtime_.deadline(), then<UserPage>([this](const UserPage& page) {
        std::string names;
        for (const UserRow& user : page.users) names += (names.empty() ? "" : ", ") + user.name;
        model.note(names.empty() ? "nobody is blocked" : "blocked: " + names);
    }));
}

void ChatEngine::run(const slash::Rooms&) {
    runtime_.client().public_rooms({"", 100}, runtime_.deadline(), then<RoomPage>([this](const RoomPage& page) {
        std::string names;
        for (const RoomRow& room : page.rooms) names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", room.name, room.members);
        model.note("public rooms: " + (names.empty() ? "none" : names));
    }));
}

void ChatEngine::run(const slash::Members&) {
    const RoomPane* pane = model.selected();
    if (pane == nullptr) return;
    runtime_.client().members({ByRoom{pane->row.room}, "", 100}, runtime_.deadline(), then<UserPage>([this](const UserPage& page) {
        std::string names;
        for (const UserRow& user : page.users) names += (names.empty() ? "" : ", ") + user.name;
        model.note(fmt::format("members: {}{}", names, page.more ? ", …" : ""));
    }));
}

}  // namespace parley::chat
