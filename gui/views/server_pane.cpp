#include "gui/views/server_pane.hpp"

#include <wx/sizer.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int width = 320;
constexpr int height = 300;

}  // namespace

ServerPane::ServerPane(wxWindow* parent, ServerPaneEvents events)
    : wxPanel(parent), events_(std::move(events)), heading_(new wxStaticText(this, wxID_ANY, _("Servers"))), list_(new ListBox(this, tr("Servers"))),
      go_(new wxButton(this, wxID_ANY, _("Go there"))), forget_(new wxButton(this, wxID_ANY, _("Take off the list"))) {
    heading_->SetFont(Type(*this).bold);
    list_->SetMinSize(FromDIP(wxSize(width, height)));
    auto* buttons = new wxBoxSizer(wxHORIZONTAL);
    buttons->Add(go_, wxSizerFlags(1));
    buttons->Add(forget_, wxSizerFlags(1).Border(wxLEFT, FromDIP(8)));
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->Add(heading_, wxSizerFlags().Border(wxLEFT | wxBOTTOM, FromDIP(8)));
    all->Add(list_, wxSizerFlags(1).Expand());
    all->Add(buttons, wxSizerFlags().Expand().Border(wxTOP, FromDIP(10)));
    SetSizer(all);
    list_->on_clicked = [this](const ListItem&, bool) { act(events_.go_to); };
    list_->Bind(wxEVT_KEY_DOWN, [this](wxKeyEvent& event) {
        if (event.GetKeyCode() == WXK_DELETE && !event.HasAnyModifiers()) return act(events_.forget);
        event.Skip();
    });
    go_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { act(events_.go_to); });
    forget_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { act(events_.forget); });
}

void ServerPane::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.canvas);
    heading_->SetForegroundColour(palette.text);
    list_->set_palette(palette, palette.canvas);
    for (wxButton* button : {go_, forget_}) {
        button->SetBackgroundColour(palette.raised);
        button->SetForegroundColour(palette.text);
    }
    Refresh();
}

// Later: the list is in the middle of telling that it was clicked.
void ServerPane::act(const std::function<void(const chat::UsedServer&)>& what) {
    const ListItem* item = list_->selected();
    if (item == nullptr || item->id > servers_.size()) return;
    CallAfter([what, server = servers_[item->id - 1]] { what(server); });
}

void ServerPane::show(const ServerList& servers, std::optional<std::size_t> current) {
    const bool is_first = list_->empty();
    servers_ = servers.servers();
    std::vector<ListItem> items;
    for (std::size_t place = 0; place < servers_.size(); ++place) {
        const chat::UsedServer& server = servers_[place];
        const ServerList::Reach reach = servers.reach_of(server);
        const std::string name = server_name(server) + "  ·  " + reach_text(reach);
        items.push_back({.text = from_utf8(name), .detail = from_utf8(server_detail(server)), .says_detail = true, .symbol = {}, .disc = {}, .is_bold = current == place,
                         .is_dim = reach == ServerList::Reach::silent, .id = place + 1});
    }
    list_->set_items(std::move(items));
    if (is_first && current) list_->select(*current + 1);
    Show(!servers_.empty());
}

}  // namespace parley::gui
