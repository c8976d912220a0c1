// The /commands of the terminal client.
#include <fmt/format.h>

#include "chat/cli/terminal/chat_engine.hpp"
#include "chat/state/names.hpp"

namespace parley::chat {
namespace {

std::string without_mark(const std::string& name, char mark) { return name.starts_with(mark) ? name.substr(1) : name; }

}  // namespace

void ChatEngine::run_command(const std::string& word, const std::string& rest) {
    const std::string room = without_mark(rest, '#');
    if (word == "quit" || word == "exit") {
        wants_to_leave_ = true;
    } else if (word == "help") {
        help();
    } else if (word == "join" && !room.empty()) {
        operate(JoinRoom{ByRoomName{room}}, "", room);
    } else if (word == "create" && !room.empty()) {
        const bool is_private = room.starts_with("private ");
        const std::string name = is_private ? without_mark(room.substr(8), '#') : room;
        operate(CreateRoom{name, is_private}, "", name);
    } else if (word == "leave") {
        leave_room();
    } else if (word == "invite" && !rest.empty()) {
        invite(without_mark(rest, '@'));
    } else if (word == "msg" && !rest.empty()) {
        direct(rest);
    } else if (word == "users") {
        list_users(rest);
    } else if (word == "rooms") {
        list_rooms();
    } else if (word == "members") {
        list_members();
    } else if (!run_message_command(word, rest) && !run_file_command(word, rest) && !run_room_command(word, rest)) {
        model.note(fmt::format("/{} is not known or lacks a word; /help shows what there is", word));
    }
    changed_();
}

void ChatEngine::help() {
    model.note("/join ROOM · /create ROOM · /create private ROOM · /leave · /invite NAME · /members · /rooms");
    model.note("/msg NAME TEXT, /msg @ann,@bob TEXT: a direct message · /users [PATTERN] · /search WORDS \"A PHRASE\" BEGIN* from:NAME in:ROOM before:DAY after:DAY has:link has:file · /quit · //text begins with a slash");
    model.note("/kick /ban /unban /unmute NAME · /mute NAME [MINUTES] · /role NAME ROLE · /topic TEXT · /rename NAME · /archive · /unarchive · /notify all|mentions|none");
    model.note("/reply N TEXT · /thread N · /edit N TEXT · /delete N · /react N EMOJI · /unreact N EMOJI · /pin N · /unpin N · /pins · /day 2026-11-21 · "
               "/numbers shows every message's number N");
    model.note("/file PATH: send a file · /get N: fetch the file of message N · /cancel: give up what is on its way");
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

void ChatEngine::leave_room() {
    const RoomPane* pane = model.selected();
    if (pane == nullptr) return model.note("you are in no room");
    if (pane->row.is_direct) return model.note("a direct conversation cannot be left");
    operate(LeaveRoom{ByRoom{pane->row.room}}, "you left " + pane->shown_name(), "");
}

void ChatEngine::invite(const std::string& name) {
    const RoomPane* pane = model.selected();
    if (pane == nullptr) return model.note("you are in no room");
    operate(InviteToRoom{ByRoom{pane->row.room}, name}, "", "");
}

void ChatEngine::direct(const std::string& rest) {
    const std::size_t space = rest.find(' ');
    const std::string name = without_mark(rest.substr(0, space), '@');
    const std::string text = space == std::string::npos ? "" : rest.substr(space + 1);
    if (text.empty()) {
        model.select_named(name);
        const RoomPane* pane = model.selected();
        if (pane == nullptr || pane->row.name != name) model.note("say something first: /msg " + name + " hello");
        return;
    }
    std::vector<std::string> names = names_in_conversation(name);
    const Target target = names.size() > 1 ? Target{ByPeople{std::move(names)}} : Target{ByUserName{name}};
    send_text(target, std::nullopt, text);
    model.select_named(name);
}

void ChatEngine::list_users(const std::string& pattern) {
    runtime_.client().users({pattern, "", 100}, runtime_.deadline(), then<UserPage>([this](const UserPage& page) {
        std::string names;
        for (const UserRow& user : page.users) names += (names.empty() ? "" : ", ") + user.name;
        model.note(fmt::format("{}{}", names.empty() ? "nobody" : names, page.more ? ", …" : ""));
    }));
}

void ChatEngine::list_rooms() {
    runtime_.client().public_rooms({"", 100}, runtime_.deadline(), then<RoomPage>([this](const RoomPage& page) {
        std::string names;
        for (const RoomRow& room : page.rooms) names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", room.name, room.members);
        model.note("public rooms: " + (names.empty() ? "none" : names));
    }));
}

void ChatEngine::list_members() {
    const RoomPane* pane = model.selected();
    if (pane == nullptr) return model.note("you are in no room");
    runtime_.client().members({ByRoom{pane->row.room}, "", 100}, runtime_.deadline(), then<UserPage>([this](const UserPage& page) {
        std::string names;
        for (const UserRow& user : page.users) names += (names.empty() ? "" : ", ") + user.name;
        model.note(fmt::format("members: {}{}", names, page.more ? ", …" : ""));
    }));
}

}  // namespace parley::chat
