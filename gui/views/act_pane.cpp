#include "gui/views/act_pane.hpp"

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int side_width = 260;
constexpr int margin = 18;

}  // namespace

ActPane::ActPane(wxWindow* parent, const std::string& name, const wxString& hint)
    : wxPanel(parent), field_(new wxTextCtrl(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxTE_PROCESS_ENTER)),
      top_(new wxBoxSizer(wxHORIZONTAL)), list_(new ListBox(this, name)), side_(new wxPanel(this)), title_(new wxStaticText(side_, wxID_ANY, "")),
      lines_(new wxStaticText(side_, wxID_ANY, "")) {
    field_->SetHint(hint);
    set_accessible(*field_, AccessibleRole::text_entry, to_utf8(hint));
    title_->SetFont(Type(*this).title);
    auto* details = new wxBoxSizer(wxVERTICAL);
    details->Add(title_, wxSizerFlags().Border(wxALL, FromDIP(margin)));
    details->Add(lines_, wxSizerFlags().Border(wxLEFT | wxRIGHT | wxBOTTOM, FromDIP(margin)));
    for (std::size_t i = 0; i < offers_max; ++i) {
        auto* button = offers_.emplace_back(new wxButton(side_, wxID_ANY, ""));
        button->Bind(wxEVT_BUTTON, [this, i](wxCommandEvent&) {
            if (i >= details_.offers.size()) return;
            const Offer offer = details_.offers[i];   // what it does may show other details
            offer.run();
        });
        details->Add(button, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT | wxBOTTOM, FromDIP(margin)));
    }
    side_->SetSizer(details);
    set_accessible(*side_, AccessibleRole::panel, tr("Details"));
    side_->SetMinSize(FromDIP(wxSize(side_width, -1)));
    top_->Add(field_, wxSizerFlags(1).CenterVertical());
    auto* left = new wxBoxSizer(wxVERTICAL);
    left->Add(top_, wxSizerFlags().Expand().Border(wxALL, FromDIP(12)));
    left->Add(list_, wxSizerFlags(1).Expand());
    auto* all = new wxBoxSizer(wxHORIZONTAL);
    all->Add(left, wxSizerFlags(1).Expand());
    all->Add(side_, wxSizerFlags().Expand());
    SetSizer(all);
    field_->Bind(wxEVT_TEXT, [this](wxCommandEvent&) {
        if (on_letters) on_letters();
    });
    field_->Bind(wxEVT_TEXT_ENTER, [this](wxCommandEvent&) { to_first_offer(); });
    field_->Bind(wxEVT_KEY_DOWN, [this](wxKeyEvent& event) {
        const int key = event.GetKeyCode();
        if (event.HasAnyModifiers() || (key != WXK_UP && key != WXK_DOWN)) return event.Skip();
        list_->move(key == WXK_UP ? -1 : +1);
    });
    list_->on_chosen = [this](const ListItem&) {
        if (on_chosen) on_chosen();
    };
    list_->on_clicked = [this](const ListItem&, bool) { to_first_offer(); };
    show({});
}

void ActPane::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.canvas);
    side_->SetBackgroundColour(palette.sidebar);
    field_->SetBackgroundColour(palette.raised);
    field_->SetForegroundColour(palette.text);
    title_->SetForegroundColour(palette.text);
    lines_->SetForegroundColour(palette.secondary);
    for (wxButton* button : added_) {
        button->SetBackgroundColour(palette.raised);
        button->SetForegroundColour(palette.text);
    }
    list_->set_palette(palette, palette.canvas);
    show(details_);
}

void ActPane::add(const Offer& offer) {
    auto* button = added_.emplace_back(new wxButton(this, wxID_ANY, from_utf8(offer.label)));
    button->Bind(wxEVT_BUTTON, [run = offer.run](wxCommandEvent&) { run(); });
    set_accessible(*button, AccessibleRole::button, offer.says);
    top_->Add(button, wxSizerFlags().CenterVertical().Border(wxLEFT, FromDIP(8)));
}

void ActPane::show(Details details) {
    details_ = std::move(details);
    title_->SetLabelText(from_utf8(details_.title));
    title_->Wrap(FromDIP(side_width - 2 * margin));
    lines_->SetLabelText(from_utf8(details_.lines));
    lines_->Wrap(FromDIP(side_width - 2 * margin));
    for (std::size_t i = 0; i < offers_.size(); ++i) {
        offers_[i]->Show(i < details_.offers.size());
        if (i >= details_.offers.size()) continue;
        const Offer& offer = details_.offers[i];
        offers_[i]->SetLabel(from_utf8(offer.label));
        offers_[i]->SetBackgroundColour(palette_->raised);
        offers_[i]->SetForegroundColour(offer.is_destructive ? palette_->error : palette_->text);
        set_accessible(*offers_[i], AccessibleRole::button, offer.says);
    }
    side_->Layout();
    side_->Refresh();
}

std::string ActPane::letters() const { return to_utf8(wxString(field_->GetValue()).Trim().Trim(false)); }

std::uint64_t ActPane::chosen() const {
    const ListItem* item = list_->selected();
    return item == nullptr || item->kind != ListItem::Kind::entry ? 0 : item->id;
}

void ActPane::to_first_offer() {
    if (chosen() == 0) list_->move(+1);
    if (!details_.offers.empty()) offers_.front()->SetFocus();
}

}  // namespace parley::gui
