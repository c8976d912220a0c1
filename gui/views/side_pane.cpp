#include "gui/views/side_pane.hpp"

#include <ctime>

#include <fmt/format.h>
#include <wx/dcbuffer.h>
#include <wx/sizer.h>

#include "gui/model/times.hpp"
#include "gui/model/transcript.hpp"
#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

// What is not a matter of course about a member.
std::string detail_of(const chat::UserRow& member, const chat::RoomRow& room) {
    if (room.is_direct) return "";
    std::string detail = member.role == chat::Role::member ? "" : role_text(chat::role_name(member.role));
    const bool is_muted = member.muted_until_ms / 1000 > std::time(nullptr);
    if (is_muted) detail += (detail.empty() ? "" : ", ") + tr("muted");
    return detail;
}

}  // namespace

SidePane::SidePane(wxWindow* parent, SidePaneEvents events)
    : wxPanel(parent), events_(std::move(events)), title_(new wxStaticText(this, wxID_ANY, "")),
      close_(new wxButton(this, wxID_ANY, L"\u00D7", wxDefaultPosition, wxDefaultSize, wxBU_EXACTFIT | wxBORDER_NONE)),
      field_(new wxTextCtrl(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxTE_PROCESS_ENTER)), list_(new ListBox(this, tr("Members"))),
      texts_(new wxTextCtrl(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxTE_MULTILINE | wxTE_READONLY | wxTE_RICH2 | wxBORDER_NONE)) {
    title_->SetFont(Type(*this).bold);
    set_accessible(*close_, AccessibleRole::button, tr("Close this pane"));
    set_accessible(*field_, AccessibleRole::text_entry, tr("Search in this room"));
    field_->SetHint(_("Words to look for"));
    auto* top = new wxBoxSizer(wxHORIZONTAL);
    top->Add(title_, wxSizerFlags(1).CenterVertical().Border(wxLEFT, FromDIP(18)));
    top->Add(close_, wxSizerFlags().CenterVertical().Border(wxRIGHT, FromDIP(6)));
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->Add(top, wxSizerFlags().Expand().Border(wxTOP | wxBOTTOM, FromDIP(9)));
    all->Add(field_, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT | wxBOTTOM, FromDIP(12)));
    all->Add(list_, wxSizerFlags(1).Expand());
    all->Add(texts_, wxSizerFlags(1).Expand().Border(wxLEFT | wxRIGHT, FromDIP(18)));
    SetSizer(all);
    texts_->Hide();
    set_accessible(*texts_, AccessibleRole::text_entry, tr("What the message said"));
    SetMinSize(FromDIP(wxSize(250, -1)));
    close_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { events_.closed(); });
    field_->Bind(wxEVT_TEXT, [this](wxCommandEvent&) {
        if (shows_ == Shows::search) events_.search(to_utf8(field_->GetValue()));
    });
    field_->Bind(wxEVT_TEXT_ENTER, [this](wxCommandEvent&) {
        if (shows_ == Shows::everywhere && !field_->IsEmpty()) events_.search_everywhere(to_utf8(field_->GetValue()), {});
    });
    list_->on_chosen = [this](const ListItem& item) {
        chosen(item.id);
    };
    list_->on_menu = [this](const ListItem& item) {
        if (shows_ != Shows::members || item.id == 0 || item.id > members_.size()) return;
        const chat::UserRow member = members_[item.id - 1];   // the list may be another one before the menu is closed
        events_.member_menu(member);
    };
    list_->on_clicked = [this](const ListItem& item, bool) {
        if (shows_ == Shows::members && item.id > 0 && item.id <= names_.size()) events_.write_to(names_[item.id - 1]);
    };
}

void SidePane::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.sidebar);
    title_->SetForegroundColour(palette.text);
    close_->SetBackgroundColour(palette.sidebar);
    close_->SetForegroundColour(palette.secondary);
    field_->SetBackgroundColour(palette.raised);
    field_->SetForegroundColour(palette.text);
    list_->set_palette(palette, palette.sidebar);
    texts_->SetBackgroundColour(palette.sidebar);
    texts_->SetForegroundColour(palette.text);
    Refresh();
}

void SidePane::open(Shows what, const Model& model) {
    shows_ = what;
    Show(what != Shows::nothing);
    const bool searches = what == Shows::search || what == Shows::everywhere;
    field_->Show(searches);
    list_->Show(what != Shows::edits);
    texts_->Show(what == Shows::edits);
    list_->set_items({});
    if (searches) {
        set_accessible(*field_, AccessibleRole::text_entry, what == Shows::search ? tr("Search in this room") : tr("Search in all rooms"));
        field_->SetHint(what == Shows::search ? _("Words to look for") : _("Words, from:ada in:general, Enter"));
        field_->Clear();
        field_->SetFocus();
    }
    refresh(model);
    Layout();
}

void SidePane::look_for(const std::string& text) {
    field_->SetValue(from_utf8(text));
    events_.search_everywhere(text, {});
}

void SidePane::open_thread(std::uint64_t root, const Model& model) {
    root_ = root;
    open(Shows::thread, model);
}

void SidePane::open_readers(std::uint64_t number, const Model& model) {
    root_ = number;
    open(Shows::readers, model);
}

void SidePane::open_edits(std::uint64_t number, const Model& model) {
    root_ = number;
    open(Shows::edits, model);
    texts_->SetFocus();
}

void SidePane::show_pins(const Model& model, const Room& room) {
    const bool fits = model.pins().room == room.id();
    const std::size_t count = fits ? model.pins().messages.size() : 0;
    title_->SetLabelText(count == 0 ? _("Pinned") : _("Pinned ({0})", count));
    list_->say_when_empty(fits ? _("Nothing is pinned here.\nP in the messages pins one.") : _("Loading…"));
    show_messages(model, fits ? model.pins().messages : std::vector<chat::RoomMessage>{});
}

// Whole texts, to be read, selected and copied: the one that stands there now first, then back in time.
void SidePane::show_edits(const Model& model, const Room& room) {
    title_->SetLabelText(_("What it said"));
    const EditsTold& told = model.edits();
    const chat::RoomMessage* message = room.find(root_);
    const bool fits = told.room == room.id() && told.number == root_;
    std::vector<std::pair<std::string, std::string>> texts;
    if (message != nullptr) texts.emplace_back(tr_in("heading above a text", "Now"), message->deleted ? tr("(deleted)") : message_text(*message));
    for (auto edit = told.edits.rbegin(); fits && edit != told.edits.rend(); ++edit) texts.emplace_back(tr("Until {0}", full_time_text(edit->replaced_ms)), edit->text);
    texts_->Clear();
    const wxFont font = texts_->GetFont();
    for (const auto& [when, text] : texts) {
        texts_->SetDefaultStyle(wxTextAttr(palette_->secondary, wxNullColour, Type(*this).small_bold));
        texts_->AppendText(from_utf8(when + "\n"));
        texts_->SetDefaultStyle(wxTextAttr(palette_->text, wxNullColour, font));
        texts_->AppendText(from_utf8(text + "\n\n"));
    }
    if (!fits) texts_->AppendText(_("Loading…"));
    texts_->SetInsertionPoint(0);
}

void SidePane::show_readers(const Model& model) {
    const ReadersTold& told = model.readers();
    const bool fits = told.room == model.selected()->id() && told.number == root_;
    names_.clear();
    std::vector<ListItem> items;
    const chat::RoomMessage* message = model.selected()->find(root_);
    for (const chat::ReceiptRow& reader : fits ? told.readers : std::vector<chat::ReceiptRow>{}) {
        if (message != nullptr && reader.user == message->author) continue;
        names_.push_back(reader.name);
        const std::string shown = model.shown_name(reader.user, reader.name);
        items.push_back({.text = from_utf8(shown), .detail = from_utf8(shown == reader.name ? "" : "@" + reader.name), .symbol = {}, .disc = reader.name,
                         .colour = model.profile_of(reader.user).colour, .initials = shown, .id = names_.size()});
    }
    list_->say_when_empty(fits ? _("Nobody else has read it yet.") : _("Loading…"));
    title_->SetLabelText(items.empty() ? _("Seen by") : told.more ? _("Seen by {0}+", items.size()) : _("Seen by {0}", items.size()));
    list_->set_items(std::move(items));
}

void SidePane::show_messages(const Model& model, const std::vector<chat::RoomMessage>& messages) {
    std::vector<ListItem> items;
    for (const chat::RoomMessage& message : messages) {
        const std::string text = message.deleted ? tr("(deleted)") : model.is_blocked(message.author) ? folded_sentence() : message_text(message);
        items.push_back({.text = from_utf8(text).Left(200), .detail = from_utf8(message.author_name + " · " + full_time_text(message.time_ms)),
                         .symbol = {}, .disc = message.author_name, .id = message.number});
    }
    list_->set_items(std::move(items));
}

void SidePane::chosen(std::uint64_t id) {
    if (shows_ == Shows::search || shows_ == Shows::thread || shows_ == Shows::pins) return events_.jump(id);
    if (shows_ != Shows::everywhere) return;
    if (id <= places_.size()) return events_.jump_to_room(places_[id - 1].first, places_[id - 1].second);
    events_.search_everywhere(to_utf8(field_->GetValue()), next_);
}

// The hits of all rooms, and behind them a line that asks for more.
void SidePane::show_everywhere(const Model& model) {
    const FoundEverywhere& found = model.everywhere();
    const bool fits = found.text == to_utf8(field_->GetValue()) && !found.text.empty();
    list_->say_when_empty(fits ? _("Nothing found in your rooms.") : _("Enter looks in all of your rooms."));
    title_->SetLabelText(!fits ? _("Search everywhere") : found.page.more ? _("{0}+ found", found.page.messages.size()) : _("{0} found", found.page.messages.size()));
    places_.clear();
    std::vector<ListItem> items;
    if (!fits) return list_->set_items({});
    if (!found.refusal.empty()) items.push_back({.kind = ListItem::Kind::heading, .text = from_utf8(found.refusal), .detail = {}, .symbol = {}, .disc = {}});
    for (const chat::RoomMessage& message : found.page.messages) {
        std::string where;
        for (const chat::RoomRow& row : found.page.rooms) {
            if (row.room == message.room) where = (row.is_direct ? "@" : "#") + row.name;
        }
        places_.emplace_back(message.room, message.number);
        items.push_back({.text = from_utf8(model.is_blocked(message.author) ? folded_sentence() : message.text).Left(200),
                         .detail = from_utf8(fmt::format("{} · {} · {}", where, message.author_name, full_time_text(message.time_ms))), .symbol = {},
                         .disc = message.author_name, .id = places_.size()});
    }
    next_ = found.page.next;
    if (found.page.more) items.push_back({.text = _("Show older ones…"), .detail = {}, .symbol = {}, .disc = {}, .is_bold = true, .id = places_.size() + 1});
    list_->set_items(std::move(items));
}

void SidePane::refresh(const Model& model) {
    if (shows_ == Shows::everywhere) return show_everywhere(model);
    const Room* room = model.selected();
    if (room == nullptr || shows_ == Shows::nothing) return list_->set_items({});
    if (shows_ == Shows::readers) return show_readers(model);
    if (shows_ == Shows::pins) return show_pins(model, *room);
    if (shows_ == Shows::edits) return show_edits(model, *room);
    if (shows_ == Shows::thread) {
        const ThreadLoaded& thread = model.thread();
        const bool fits = thread.room == room->id() && thread.root == root_;
        title_->SetLabelText(_("Thread"));
        list_->say_when_empty(_("Loading…"));
        return show_messages(model, fits ? thread.messages : std::vector<chat::RoomMessage>{});
    }
    if (shows_ == Shows::search) {
        const SearchFinished& found = model.search();
        const bool fits = found.room == room->id() && found.text == to_utf8(field_->GetValue());
        list_->say_when_empty(!fits || found.text.empty() ? _("Words that were said here.") : _("Nothing found in this room."));
        title_->SetLabelText(!fits || found.text.empty() ? _("Search") : _("{0} found", found.messages.size()));
        return show_messages(model, fits ? found.messages : std::vector<chat::RoomMessage>{});
    }
    show_members(model, *room);
}

void SidePane::show_members(const Model& model, const Room& room) {
    std::vector<ListItem> items;
    names_.clear();
    members_ = room.members.value_or(std::vector<chat::UserRow>{});
    for (const chat::UserRow& member : members_) {
        names_.push_back(member.name);
        const std::string shown = model.shown_name(member.user, member.name);
        std::string detail = shown == member.name ? "" : "@" + member.name;
        if (model.is_blocked(member.user)) detail += (detail.empty() ? "" : " · ") + tr("blocked");
        if (const std::string more = detail_of(member, room.row()); !more.empty()) detail += (detail.empty() ? "" : " · ") + more;
        items.push_back({.text = from_utf8(shown), .detail = from_utf8(detail), .symbol = {}, .disc = member.name, .colour = model.profile_of(member.user).colour, .initials = shown,
                         .dot = dot_of(model.presence_of(member.user)), .id = names_.size()});
    }
    list_->say_when_empty(_("Loading…"));
    title_->SetLabelText(items.empty() ? _("Members") : _("Members ({0})", items.size()));
    list_->set_items(std::move(items));
}

}  // namespace parley::gui
