#include "gui/views/picker.hpp"

#include <wx/sizer.h>
#include <wx/stattext.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {

Picker::Picker(wxWindow* parent, const Palette& palette, const wxString& title, const wxString& hint)
    : wxDialog(parent, wxID_ANY, title, wxDefaultPosition, parent->FromDIP(wxSize(460, 420)), wxDEFAULT_DIALOG_STYLE | wxRESIZE_BORDER),
      field_(new wxTextCtrl(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxTE_PROCESS_ENTER)),
      list_(new ListBox(this, to_utf8(title))) {
    SetBackgroundColour(palette.canvas);
    field_->SetHint(hint);
    field_->SetBackgroundColour(palette.raised);
    field_->SetForegroundColour(palette.text);
    set_accessible(*field_, AccessibleRole::text_entry, to_utf8(hint));
    list_->set_palette(palette, palette.canvas);
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->Add(field_, wxSizerFlags().Expand().Border(wxALL, FromDIP(12)));
    all->Add(list_, wxSizerFlags(1).Expand().Border(wxBOTTOM, FromDIP(8)));
    SetSizer(all);
    CentreOnParent();
    field_->Bind(wxEVT_TEXT, [this](wxCommandEvent&) {
        if (on_text) on_text(text());
    });
    field_->Bind(wxEVT_TEXT_ENTER, [this](wxCommandEvent&) { take(); });
    list_->on_clicked = [this](const ListItem&, bool) { take(); };
    list_->Bind(wxEVT_LEFT_UP, [this](wxMouseEvent& event) {
        event.Skip();
        if (list_->VirtualHitTest(event.GetY()) != wxNOT_FOUND) CallAfter([this] { take(); });
    });
    Bind(wxEVT_CHAR_HOOK, [this](wxKeyEvent& event) {
        const int key = event.GetKeyCode();
        if (key == WXK_ESCAPE) return EndModal(wxID_CANCEL);
        if (key == WXK_UP || key == WXK_DOWN) return list_->move(key == WXK_UP ? -1 : +1);
        event.Skip();
    });
}

void Picker::set_items(std::vector<ListItem> items) {
    list_->set_items(std::move(items));
    if (list_->selected() == nullptr) list_->move(+1);
}

std::string Picker::text() const { return to_utf8(field_->GetValue()); }

void Picker::set_text(const std::string& text) {
    field_->ChangeValue(from_utf8(text));
    field_->SetInsertionPointEnd();
}

void Picker::take() {
    if (!IsModal() || list_->selected() == nullptr) return;
    chosen_ = *list_->selected();
    EndModal(wxID_OK);
}

std::optional<ListItem> Picker::pick() {
    field_->SetFocus();
    return ShowModal() == wxID_OK ? chosen_ : std::nullopt;
}

}  // namespace parley::gui
