// Rooms and people of the ChatPage: going there, finding, making, joining and leaving them.
#include <algorithm>
#include <ctime>

#include <wx/menu.h>
#include <wx/msgdlg.h>
#include <wx/textdlg.h>
#include <wx/tokenzr.h>

#include "chat/state/names.hpp"
#include "gui/views/chat_page.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

// In a conversation with one's own people all that is said is for oneself.
std::vector<std::pair<int, chat::Notify>> add_levels(wxMenu& menu, const chat::RoomRow& row) {
    std::vector<std::pair<int, chat::Notify>> ids;
    const auto add = [&](chat::Notify level, const wxString& label) {
        const int id = menu.AppendRadioItem(wxID_ANY, label)->GetId();
        menu.Check(id, level == row.notify);
        ids.emplace_back(id, level);
    };
    add(chat::Notify::everything, _("Everything"));
    if (!row.is_direct || row.notify == chat::Notify::mentions) add(chat::Notify::mentions, _("Mentions only"));
    add(chat::Notify::nothing, _("Nothing"));
    return ids;
}

std::string trimmed(const wxString& text) { return to_utf8(wxString(text).Trim().Trim(false)); }

}  // namespace

void ChatPage::select(chat::RoomId room) {
    show_room();
    composer_->flush();
    keep_place();
    refresh(model_.select(room));
}

void ChatPage::show_place(chat::RoomId room, std::uint64_t number) {
    if (model_.find(room) == nullptr) return refresh(model_.apply(Notice{tr("You are not in that room: join it to read around this message.")}));
    select(room);
    wanted_place_ = {room, number};
    pages_asked_ = 0;
    go_on_to_place();
}

// Older pages are asked for until the message is there.
void ChatPage::go_on_to_place() {
    constexpr std::size_t pages_max = 200;   // 20,000 messages: further back one reads with dates
    Room* room = model_.selected();
    if (!wanted_place_ || room == nullptr) return;
    if (room->id() != wanted_place_->first) return wanted_place_.reset();
    if (room->find(wanted_place_->second) != nullptr) {
        canvas_->jump_to(std::exchange(wanted_place_, std::nullopt)->second);
        return;
    }
    if (room->messages().empty() || wanted_place_->second > room->last()) return;   // its newest page is on the way
    if (pages_asked_ >= pages_max) {
        wanted_place_.reset();
        return refresh(model_.apply(Notice{tr("This message lies too far back to scroll to.")}));
    }
    if (!room->want_older()) return;
    ++pages_asked_;
    post_(LoadOlder{room->id(), room->first()});
}

void ChatPage::step(int step, bool unread_only) {
    if (const auto room = model_.neighbour(step, unread_only)) return select(*room);
    if (unread_only) refresh(model_.apply(Notice{tr("Nothing unread in any other room.")}));
}

void ChatPage::talk_to(const std::string& name) {
    if (name == model_.own_name()) return;
    const chat::RoomId room = model_.conversation_with(name);
    side_bar_->refresh(model_);
    select(room);
}

std::vector<ListItem> ChatPage::switcher_items(const std::string& letters) const {
    std::vector<ListItem> items;
    for (const chat::RoomId id : model_.matching(letters)) {
        const Room& room = *model_.find(id);
        items.push_back({.text = from_utf8(room.row().name), .detail = {}, .symbol = "#", .disc = room.row().is_direct ? room.row().name : "",
                         .count = room.calling(), .is_bold = room.calling() > 0, .id = id.value});
    }
    return items;
}

void ChatPage::switch_room() {
    if (picker_ != nullptr) return;
    Picker picker(this, *palette_, _("Go to"), _("A room or a person"));
    picker.say_when_empty(_("No room and nobody of that name."));
    picker.on_text = [&](const std::string& text) { picker.set_items(switcher_items(text)); };
    picker.set_items(switcher_items(""));
    picker_ = &picker;
    const auto chosen = picker.pick();
    picker_ = nullptr;
    if (chosen) select(chat::RoomId{chosen->id});
}

void ChatPage::browse_rooms() {
    Picker picker(this, *palette_, _("Join a room"), _("Part of its name"));
    picker.say_when_empty(_("No other public room of that name."));
    const auto fill = [&] {
        std::vector<ListItem> items;
        for (const chat::RoomRow& row : model_.public_rooms().rooms) {
            if (row.is_member || row.name.find(picker.text()) == std::string::npos) continue;
            items.push_back({.text = from_utf8(row.name), .detail = from_utf8(members_text(row.members)),
                             .symbol = "#", .disc = {}, .id = row.room.value});
        }
        picker.set_items(std::move(items));
    };
    picker.on_text = [&](const std::string&) { fill(); };
    refresh_picker_ = fill;
    post_(FindPublicRooms{});
    const auto chosen = picker.pick();
    refresh_picker_ = {};
    if (chosen) post_(EnterRoom{to_utf8(chosen->text)});
}

void ChatPage::find_person(bool to_invite, const std::string& pattern) {
    if (to_invite && model_.selected() == nullptr) return;
    const chat::RoomId room = to_invite ? model_.selected()->id() : chat::RoomId{};
    Picker picker(this, *palette_, to_invite ? _("Bring somebody in") : _("Write to somebody"), _("Part of the name"));
    picker.say_when_empty(_("Nobody of that name."));
    const auto fill = [&] {
        std::vector<ListItem> items;
        for (const chat::UserRow& person : model_.people().people) {
            if (person.is_deleted || person.name == model_.own_name()) continue;
            items.push_back({.text = from_utf8(person.name), .detail = {}, .symbol = {}, .disc = person.name, .id = person.user.value});
        }
        picker.set_items(std::move(items));
    };
    picker.on_text = [&](const std::string& text) { post_(FindPeople{text}); };
    refresh_picker_ = fill;
    picker.set_text(pattern);
    post_(FindPeople{pattern});
    const auto chosen = picker.pick();
    refresh_picker_ = {};
    if (!chosen) return;
    if (to_invite) return post_(InvitePerson{room, to_utf8(chosen->text)});
    talk_to(to_utf8(chosen->text));
}

// "@ann, @bob", with or without the signs; a replica says who is nobody.
void ChatPage::find_people() {
    const auto answer = asked(_("Their names, for example ann, bob:"), _("Write to several people"));
    if (!answer) return;
    std::vector<std::string> names;
    wxStringTokenizer words(*answer, ", \t", wxTOKEN_STRTOK);
    while (words.HasMoreTokens()) {
        const std::string name = trimmed(words.GetNextToken());
        const std::string plain = name.starts_with('@') ? name.substr(1) : name;
        const bool is_new = !plain.empty() && plain != model_.own_name() && std::ranges::find(names, plain) == names.end();
        if (is_new) names.push_back(plain);
    }
    if (!names.empty()) talk_to(chat::conversation_name(std::move(names)));
}

void ChatPage::make_room(bool is_private) {
    const auto answer = asked(is_private ? _("Only those who are brought in see it. Its name:") : _("Everybody can find and join it. Its name:"),
                              is_private ? _("New private room") : _("New room"));
    if (!answer) return;
    std::string name = trimmed(*answer);
    if (name.starts_with('#')) name.erase(0, 1);
    if (!name.empty()) post_(MakeRoom{name, is_private});
}

void ChatPage::new_conversation() {
    show_room();
    wxMenu menu;
    const int person = menu.Append(wxID_ANY, _("Write to somebody…"))->GetId();
    const int people = menu.Append(wxID_ANY, _("Write to several people…"))->GetId();
    menu.AppendSeparator();
    const int join = menu.Append(wxID_ANY, _("Join a room…"))->GetId();
    const int open_room = menu.Append(wxID_ANY, _("New room…"))->GetId();
    const int private_room = menu.Append(wxID_ANY, _("New private room…"))->GetId();
    const int chosen = GetPopupMenuSelectionFromUser(menu);
    if (chosen == person) find_person(false);
    if (chosen == people) find_people();
    if (chosen == join) browse_rooms();
    if (chosen == open_room) make_room(false);
    if (chosen == private_room) make_room(true);
}

void ChatPage::room_menu(chat::RoomId id) {
    const Room* room = model_.find(id);
    if (room == nullptr || room->is_provisional()) return;
    select(id);
    const chat::RoomRow row = room->row();
    wxMenu menu;
    const auto add = [&](bool wanted, const wxString& label) { return wanted ? menu.Append(wxID_ANY, label)->GetId() : int{wxID_NONE}; };
    const int invite = add(!row.is_direct && !row.is_archived, _("Bring somebody in…"));
    const int topic = add(!row.is_direct && row.role >= chat::Role::moderator && !row.is_archived, _("Topic…"));
    const int name = add(!row.is_direct && row.role >= chat::Role::admin, _("Rename…"));
    const int archive = add(!row.is_direct && row.role >= chat::Role::admin, row.is_archived ? _("Open again") : _("Archive"));
    const int favourite = add(true, model_.is_favourite(id) ? _("Remove from favourites") : _("Add to favourites"));
    const int unread = add(row.last > 0, _("Mark unread"));
    auto* levels = new wxMenu;   // the menu owns it
    const auto level_ids = add_levels(*levels, row);
    menu.AppendSubMenu(levels, _("Notify of"));
    const bool is_blocked = model_.is_blocked(row.partner);
    const int block_partner = add(row.partner != chat::UserId{}, is_blocked ? _("Unblock {0}", row.name) : _("Block {0}…", row.name));
    const int quit = add(!row.is_direct, _("Leave {0}", room->title()));
    const int chosen = GetPopupMenuSelectionFromUser(menu);
    if (chosen == wxID_NONE) return;
    set_level(row, level_ids, chosen);
    if (chosen == invite) find_person(true);
    if (chosen == topic) change_topic(row);
    if (chosen == name) rename(row);
    if (chosen == archive) post_(LookAfter{chat::ArchiveRoom{chat::ByRoom{id}, !row.is_archived}});
    if (chosen == favourite) post_(MakeFavourite{id, !model_.is_favourite(id)});
    if (chosen == unread) post_(MarkUnreadFrom{id, row.last});
    if (chosen == block_partner) block(row.name, !is_blocked);
    if (chosen == quit) leave(id);
}

void ChatPage::block(const std::string& name, bool on) {
    if (on && !confirmed(tr("Block {0}? No direct messages and no invitations go between you any more, and what {0} says in rooms is folded.", name), _("Block"), _("Block"))) return;
    post_(BlockPerson{name, on});
}

void ChatPage::toggle_favourite() {
    show_room();
    const Room* room = model_.selected();
    if (room == nullptr) return;
    if (room->is_provisional()) return say(tr("Say something first: the first message begins this conversation."));
    post_(MakeFavourite{room->id(), !model_.is_favourite(room->id())});
}

void ChatPage::notify_menu() {
    show_room();
    const Room* room = model_.selected();
    if (room == nullptr || room->is_provisional()) return;
    const chat::RoomRow row = room->row();
    wxMenu menu;
    const auto ids = add_levels(menu, row);
    set_level(row, ids, notify_->GetPopupMenuSelectionFromUser(menu, wxPoint(0, notify_->GetSize().y)));
}

void ChatPage::set_level(const chat::RoomRow& row, const std::vector<std::pair<int, chat::Notify>>& ids, int chosen) {
    for (const auto& [id, level] : ids) {
        if (id == chosen && level != row.notify) post_(LookAfter{chat::SetNotify{chat::ByRoom{row.room}, level}});
    }
}

void ChatPage::change_topic(const chat::RoomRow& row) {
    const auto answer = asked(_("What the room is about; empty for nothing:"), _("Topic"), row.topic);
    if (answer) post_(LookAfter{chat::SetTopic{chat::ByRoom{row.room}, trimmed(*answer)}});
}

void ChatPage::rename(const chat::RoomRow& row) {
    const auto answer = asked(_("Its new name:"), _("Rename room"), row.name);
    if (!answer) return;
    std::string name = trimmed(*answer);
    if (name.starts_with('#')) name.erase(0, 1);
    if (!name.empty()) post_(LookAfter{chat::RenameRoom{chat::ByRoom{row.room}, name}});
}

std::optional<wxString> ChatPage::asked(const wxString& sentence, const wxString& title, const std::string& typed) {
    wxTextEntryDialog dialog(this, sentence, title, from_utf8(typed));
    // wxWidgets and GTK have words of their own for these, in the desktop's language at most.
    if (wxWindow* yes = dialog.FindWindow(wxID_OK)) yes->SetLabel(_("OK"));
    if (wxWindow* no = dialog.FindWindow(wxID_CANCEL)) no->SetLabel(_("Cancel"));
    if (dialog.ShowModal() != wxID_OK) return std::nullopt;
    return dialog.GetValue();
}

bool ChatPage::confirmed(const std::string& question, const wxString& title, const wxString& yes) {
    wxMessageDialog dialog(this, from_utf8(question), title, wxYES_NO | wxNO_DEFAULT | wxICON_QUESTION);
    dialog.SetYesNoLabels(yes, _("No"));
    return dialog.ShowModal() == wxID_YES;
}

// What one may do to a member; a replica has the last word.
void ChatPage::member_menu(const chat::UserRow& member) {
    const Room* room = model_.selected();
    if (room == nullptr || room->row().is_direct || member.user == model_.own_id()) return;
    const chat::RoomRow row = room->row();
    const chat::Target here = chat::ByRoom{row.room};
    const bool may = row.role >= chat::Role::moderator && (row.role == chat::Role::owner || member.role < row.role);
    const bool is_muted = member.muted_until_ms / 1000 > std::time(nullptr);
    wxMenu menu;
    const int write = menu.Append(wxID_ANY, _("Write to {0}", member.name))->GetId();
    const auto add = [&](bool wanted, const wxString& label) { return wanted ? menu.Append(wxID_ANY, label)->GetId() : int{wxID_NONE}; };
    std::vector<std::pair<int, chat::Role>> roles;
    if (may && row.role >= chat::Role::admin) {
        auto* list = new wxMenu;   // the menu owns it
        for (const chat::Role role : {chat::Role::read_only, chat::Role::member, chat::Role::moderator, chat::Role::admin, chat::Role::owner}) {
            if (role >= row.role && row.role != chat::Role::owner) continue;
            const int id = list->AppendRadioItem(wxID_ANY, from_utf8(role_text(chat::role_name(role))))->GetId();
            list->Check(id, role == member.role);
            roles.emplace_back(id, role);
        }
        menu.AppendSubMenu(list, _("Role"));
    }
    const bool is_blocked = model_.is_blocked(member.user);
    const int block_them = menu.Append(wxID_ANY, is_blocked ? _("Unblock {0}", member.name) : _("Block {0}…", member.name))->GetId();
    const int mute = add(may && !is_muted, _("Mute for an hour"));
    const int unmute = add(may && is_muted, _("Let write again"));
    const int kick = add(may, _("Remove from the room…"));
    const int ban = add(may, _("Ban…"));
    const int chosen = GetPopupMenuSelectionFromUser(menu);
    if (chosen == wxID_NONE) return;
    constexpr std::uint64_t hour_ms = 3'600'000;
    if (chosen == write) return talk_to(member.name);
    if (chosen == block_them) return block(member.name, !is_blocked);
    if (chosen == mute) post_(LookAfter{chat::MuteMember{here, member.name, hour_ms}});
    if (chosen == unmute) post_(LookAfter{chat::MuteMember{here, member.name, 0}});
    if (chosen == kick && confirmed(tr("Remove {0} from {1}?", member.name, room->title()), _("Remove"), _("Remove"))) post_(LookAfter{chat::KickMember{here, member.name}});
    if (chosen == ban && confirmed(tr("Remove {0} from {1} and keep them out?", member.name, room->title()), _("Ban"), _("Ban"))) post_(LookAfter{chat::BanUser{here, member.name}});
    for (const auto& [id, role] : roles) {
        if (chosen == id && role != member.role) post_(LookAfter{chat::SetRole{here, member.name, role}});
    }
    post_(LoadMembers{row.room});
}

void ChatPage::leave(chat::RoomId id) {
    const Room* room = model_.find(id);
    if (room == nullptr) return;
    const wxString asks = room->row().is_private ? _("Leave {0}? Somebody must bring you in again.", room->title()) : _("Leave {0}?", room->title());
    wxMessageDialog question(this, asks, _("Leave room"), wxYES_NO | wxNO_DEFAULT | wxICON_QUESTION);
    question.SetYesNoLabels(_("Leave"), _("Stay"));
    if (question.ShowModal() == wxID_YES) post_(QuitRoom{id});
}

}  // namespace parley::gui
