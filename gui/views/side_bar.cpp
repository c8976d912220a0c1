#include "gui/views/side_bar.hpp"

#include <wx/sizer.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

wxButton* flat_button(wxWindow* parent, const wxString& label, const wxString& says) {
    auto* button = new wxButton(parent, wxID_ANY, label, wxDefaultPosition, wxDefaultSize, wxBU_EXACTFIT | wxBORDER_NONE);
    button->SetToolTip(says);
    set_accessible(*button, AccessibleRole::button, to_utf8(says));
    return button;
}

wxString heading_of(Model::Section section) {
    switch (section) {
        case Model::Section::favourites: return _("Favourites");
        case Model::Section::rooms: return _("Rooms");
        case Model::Section::people: return _("People");
    }
    return "";
}

std::vector<ListItem> items_of(const Model& model) {
    std::vector<ListItem> items;
    std::optional<Model::Section> section;
    for (const chat::RoomId id : model.rooms()) {
        const Room& room = *model.find(id);
        if (section != model.section_of(room)) {
            section = model.section_of(room);
            items.push_back({.kind = ListItem::Kind::heading, .text = heading_of(*section), .detail = {}, .symbol = {}, .disc = {}});
        }
        const bool has_draft = !room.draft.empty() && model.selected() != &room;
        const std::string name = room.row().is_direct ? model.title_of(room) : room.row().name;
        items.push_back({.text = from_utf8(has_draft ? name + "  " + tr("(draft)") : name), .detail = {},
                         .symbol = "#", .disc = room.row().is_direct ? room.row().name : "", .colour = model.profile_of(room.row().partner).colour, .initials = name,
                         .count = room.calling(), .is_bold = room.calling() > 0, .is_dim = room.calling() == 0 && model.selected() != &room,
                         .is_locked = room.row().is_private, .tells = room.row().notify,
                         .is_favourite = model.is_favourite(id),
                         .dot = room.row().is_direct && !room.is_provisional() ? dot_of(model.presence_of(room.row().partner)) : ListItem::Dot::none, .id = id.value});
    }
    return items;
}

std::string status_of(const ConnectionStatus& status) {
    using State = ConnectionStatus::State;
    switch (status.state) {
        case State::connecting: return "○ " + tr("connecting…");
        case State::ended: return "○ " + tr("not connected");
        case State::no_leader: return "◐ " + tr("{0} of {1} replicas, read only", status.reachable, status.replicas);
        case State::no_room: return "◐ " + tr("disks full, read only");
        case State::online: break;
    }
    return "● " + tr("{0} of {1} replicas · leader {2}", status.reachable, status.replicas, status.leader);
}

}  // namespace

SideBar::SideBar(wxWindow* parent, SideBarEvents events)
    : wxPanel(parent), events_(std::move(events)), name_(new wxStaticText(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxST_ELLIPSIZE_END)),
      add_(flat_button(this, "+", _("New conversation (Ctrl+N)"))), menu_(flat_button(this, L"\u2261", _("Menu"))), list_(new ListBox(this, tr("Rooms and people"))),
      status_(new wxStaticText(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxST_ELLIPSIZE_END | wxST_NO_AUTORESIZE)) {
    name_->SetFont(Type(*this).title);
    status_->SetFont(Type(*this).small);
    auto* top = new wxBoxSizer(wxHORIZONTAL);
    top->Add(name_, wxSizerFlags(1).CenterVertical().Border(wxLEFT, FromDIP(18)));
    top->Add(add_, wxSizerFlags().CenterVertical());
    top->Add(menu_, wxSizerFlags().CenterVertical().Border(wxRIGHT, FromDIP(8)));
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->Add(top, wxSizerFlags().Expand().Border(wxTOP | wxBOTTOM, FromDIP(9)));
    all->Add(list_, wxSizerFlags(1).Expand());
    all->Add(status_, wxSizerFlags().Expand().Border(wxALL, FromDIP(12)));
    SetSizer(all);
    add_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { events_.add(); });
    menu_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { events_.menu(); });
    list_->say_when_empty(_("No rooms yet.\n+ makes one or joins one."));
    list_->on_chosen = [this](const ListItem& item) { events_.choose(chat::RoomId{item.id}); };
    list_->on_menu = [this](const ListItem& item) { events_.room_menu(chat::RoomId{item.id}); };
}

void SideBar::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.sidebar);
    name_->SetForegroundColour(palette.text);
    status_->SetForegroundColour(palette.secondary);
    for (wxButton* button : {add_, menu_}) {
        button->SetBackgroundColour(palette.sidebar);
        button->SetForegroundColour(palette.secondary);
    }
    list_->set_palette(palette, palette.sidebar);
    Refresh();
}

void SideBar::refresh(const Model& model) {
    const wxString name = from_utf8(model.own_name());
    if (name_->GetLabel() != name) {
        name_->SetLabelText(name);
        Layout();
    }
    const std::string sentence = status_of(model.connection());
    if (to_utf8(status_->GetLabel()) != sentence) status_->SetLabelText(from_utf8(sentence));
    list_->set_items(items_of(model));
    if (model.selected() != nullptr) list_->select(is_marked_ ? model.selected()->id().value : 0);
}

}  // namespace parley::gui
