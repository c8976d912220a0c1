#include "gui/views/page_header.hpp"

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {

wxButton* flat_button(wxWindow* parent, const wxString& label) {
    return new wxButton(parent, wxID_ANY, label, wxDefaultPosition, wxDefaultSize, wxBU_EXACTFIT | wxBORDER_NONE);
}

void PageHeader::begin(wxWindow* page, const wxString& title) {
    page_ = page;
    row_ = new wxBoxSizer(wxHORIZONTAL);
    title_ = new wxStaticText(page, wxID_ANY, title);
    title_->SetFont(Type(*page).title);
    row_->Add(title_, wxSizerFlags().CenterVertical().Border(wxLEFT | wxRIGHT, page->FromDIP(20)));
}

void PageHeader::end(wxSizer* sizer, std::function<void()> close) {
    leave_ = flat_button(page_, L"\u00D7");
    leave_->SetToolTip(_("Back to the messages (Esc)"));
    set_accessible(*leave_, AccessibleRole::button, tr("Back to the messages"));
    // Later: the page goes out of sight, and the button with it.
    leave_->Bind(wxEVT_BUTTON, [page = page_, close = std::move(close)](wxCommandEvent&) { page->CallAfter(close); });
    add(leave_, 8);
    row_->SetMinSize(wxSize(-1, page_->FromDIP(50)));
    rule_ = new wxPanel(page_, wxID_ANY, wxDefaultPosition, wxSize(-1, 1));
    rule_->SetMinSize(wxSize(-1, 1));
    rule_->SetCanFocus(false);
    sizer->Add(row_, wxSizerFlags().Expand());
    sizer->Add(rule_, wxSizerFlags().Expand());
}

void PageHeader::set_palette(const Palette& palette) {
    title_->SetForegroundColour(palette.text);
    rule_->SetBackgroundColour(palette.divider);
    leave_->SetBackgroundColour(palette.canvas);
    leave_->SetForegroundColour(palette.secondary);
}

}  // namespace parley::gui
