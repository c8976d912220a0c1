// The /commands of the ChatPage: what is typed in the composer and does something in this window.
#include <algorithm>

#include <wx/filename.h>

#include "chat/client/files/file_words.hpp"
#include "chat/client/files/local_file.hpp"
#include "chat/state/names.hpp"
#include "gui/model/slash.hpp"
#include "gui/views/chat_page.hpp"
#include "gui/views/settings_page.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

std::string path_of(const std::string& typed) {
    if (!typed.starts_with("~/")) return typed;
    const wxCharBuffer home = wxFileName::GetHomeDir().fn_str();
    return home.data() + typed.substr(1);
}

}  // namespace

// ---- before it is done ----

// What only this window knows to be wrong.
std::optional<std::string> ChatPage::why_not(const chat::SlashCommand& command) const {
    if (const auto* file = std::get_if<chat::slash::SendFile>(&command)) {
        const auto opened = chat::LocalFile::open(path_of(file->path));
        return opened ? std::nullopt : std::optional{tr_known(opened.error().message)};
    }
    if (const auto* get = std::get_if<chat::slash::GetFile>(&command)) {
        const chat::RoomMessage* message = model_.selected()->find(get->number);
        const bool has_none = message != nullptr && (!message->file || message->deleted);
        return has_none ? std::optional{tr("Message {0} has no file.", get->number)} : std::nullopt;
    }
    if (std::holds_alternative<chat::slash::Cancel>(command) && !has_files_under_way()) return tr("No file is on its way in this room.");
    return std::nullopt;
}

std::optional<std::string> ChatPage::enter_command(const std::string& line) {
    const auto parsed = chat::parse_slash(line, slash_place(model_));
    if (const auto* refused = std::get_if<chat::SlashRefused>(&parsed)) return slash_sentence(*refused);
    const auto& command = std::get<chat::SlashCommand>(parsed);
    if (const auto problem = why_not(command)) return problem;
    if (Room* room = model_.selected()) room->half_typed.clear();
    // Once the composer has let go of the line: some of it opens a dialogue.
    CallAfter([this, command] {
        std::visit([this](const auto& one) { run(one); }, command);
        const Room* room = model_.selected();
        if (room != nullptr && composer_->text().empty()) composer_->replace("", room->draft);   // what stood behind the command
    });
    return std::nullopt;
}

void ChatPage::typed(const std::string& text) {
    Room* room = shown_ ? model_.find(*shown_) : nullptr;
    if (room == nullptr) return;
    const bool is_command = chat::is_slash_command(text);
    const bool was_command = !std::exchange(room->half_typed, is_command ? text : "").empty();
    const std::string draft = is_command ? "" : text;
    if ((is_command || was_command) && room->draft == draft) return;
    room->draft = draft;
    if (!room->is_provisional()) post_(SaveDraft{room->id(), draft});
}

// ---- rooms and people ----

void ChatPage::run(const chat::slash::Operate& c) {
    if (const auto* unread = std::get_if<chat::MarkUnread>(&c.operation)) return post_(MarkUnreadFrom{std::get<chat::ByRoom>(unread->target).room, unread->number});
    if (const auto* block = std::get_if<chat::BlockUser>(&c.operation)) return post_(BlockPerson{block->user, true});
    if (const auto* unblock = std::get_if<chat::UnblockUser>(&c.operation)) return post_(BlockPerson{unblock->user, false});
    post_(LookAfter{c.operation, c.show});
    if (const auto* leaves = std::get_if<chat::LeaveRoom>(&c.operation); leaves != nullptr || !shown_) return;
    post_(LoadMembers{*shown_});
}

void ChatPage::run(const chat::slash::Talk& c) {
    const std::string name = chat::conversation_name(c.names);
    talk_to(name);
    if (!c.text.empty()) send(c.text, {});
}

void ChatPage::run(const chat::slash::People& c) { find_person(false, c.pattern); }
void ChatPage::run(const chat::slash::Blocked&) {
    show_settings(true);
    settings_->show_blocked();
}
void ChatPage::run(const chat::slash::Rooms&) { browse_rooms(); }
void ChatPage::run(const chat::slash::Members&) { open_members(); }

// ---- messages ----

void ChatPage::run(const chat::slash::Reply& c) { send(c.text, {Purpose::Kind::reply, c.number}); }
void ChatPage::run(const chat::slash::Thread& c) { show_thread(c.number); }
void ChatPage::run(const chat::slash::Pins&) {
    if (pane_->shows() != SidePane::Shows::pins) toggle_pins();
}
void ChatPage::run(const chat::slash::Search& c) {
    search_everywhere();
    pane_->look_for(c.text);
}
void ChatPage::run(const chat::slash::Day& c) { find_day(from_utf8(c.day)); }
void ChatPage::run(const chat::slash::Numbers&) { canvas_->show_numbers(!canvas_->shows_numbers()); }

// ---- files ----

void ChatPage::run(const chat::slash::SendFile& c) {
    const auto file = chat::LocalFile::open(path_of(c.path));
    if (!file) return say(tr_known(file.error().message));
    send_files({Attachment{path_of(c.path), {}, file->name(), file->size()}}, "", {});
}

// The name it has there is the message's, which need not be loaded.
void ChatPage::run(const chat::slash::GetFile& c) {
    if (shown_) post_(FetchFile{*shown_, c.number, model_.downloads(), ""});
}

bool ChatPage::has_files_under_way() const {
    const Room* room = model_.selected();
    if (room == nullptr) return false;
    const bool goes = std::ranges::any_of(room->sending(), [](const Sending& one) { return one.carrying.has_value() && !one.is_refused(); });
    return goes || !room->files_coming().empty();
}

void ChatPage::run(const chat::slash::Cancel&) {
    const Room* room = model_.selected();
    if (room == nullptr) return;
    for (const std::uint64_t number : room->files_coming()) post_(StopFetching{room->id(), number});
    const std::vector<Sending> sending = room->sending();
    for (const Sending& one : sending) {
        if (one.carrying && !one.is_refused()) give_up_file(one);
    }
}

// ---- this program ----

void ChatPage::run(const chat::slash::Help&) { composer_->offer_commands(); }
void ChatPage::run(const chat::slash::Quit&) { wxGetTopLevelParent(this)->Close(); }

}  // namespace parley::gui
