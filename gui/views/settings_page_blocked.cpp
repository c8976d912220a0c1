// The settings' list of people one has blocked.
#include "gui/views/accessible.hpp"
#include "gui/views/settings_page.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int list_width = 410;
constexpr int list_height = 110;

}  // namespace

void SettingsPage::add_blocked() {
    add_heading(_("Blocked people"));
    blocked_note_ = add_note();
    blocked_ = new wxListBox(inner_, wxID_ANY, wxDefaultPosition, FromDIP(wxSize(list_width, list_height)));
    set_accessible(*blocked_, AccessibleRole::list, tr("Blocked people"));
    blocked_->Bind(wxEVT_LISTBOX, [this](wxCommandEvent&) { unblock_->Enable(blocked_->GetSelection() != wxNOT_FOUND); });
    column_->Add(blocked_, wxSizerFlags().Border(wxTOP, FromDIP(8)));
    unblock_ = new wxButton(inner_, wxID_ANY, _("Unblock"));
    unblock_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { unblock(); });
    column_->Add(unblock_, wxSizerFlags().Border(wxTOP, FromDIP(10)));
}

void SettingsPage::refresh_blocked() {
    const std::vector<chat::UserRow>& people = model_.blocked();
    std::vector<std::string> names;
    for (const chat::UserRow& one : people) names.push_back(one.name);
    say(blocked_note_, names.empty() ? tr("Nobody is blocked. A person's menu, in the list of members or of the conversation, has it.")
                                     : tr("No direct messages go between you and them. What they say in rooms is folded."));
    if (names != blocked_names_ || blocked_->GetCount() != names.size()) {
        blocked_->Clear();
        for (const chat::UserRow& one : people) {
            const std::string shown = model_.shown_name(one.user, one.name);
            blocked_->Append(from_utf8(shown == one.name ? one.name : shown + "  @" + one.name));
        }
        blocked_names_ = std::move(names);
        if (!blocked_->IsEmpty()) blocked_->SetSelection(0);
    }
    blocked_->Show(!blocked_->IsEmpty());
    unblock_->Show(!blocked_->IsEmpty());
    unblock_->Enable(blocked_->GetSelection() != wxNOT_FOUND);
    inner_->FitInside();
    inner_->Layout();
}

void SettingsPage::unblock() {
    const int row = blocked_->GetSelection();
    if (row == wxNOT_FOUND || static_cast<std::size_t>(row) >= blocked_names_.size()) return;
    post_(BlockPerson{blocked_names_[static_cast<std::size_t>(row)], false});
    theme_->SetFocus();   // the button goes with the last one
}

void SettingsPage::show_blocked() {
    inner_->Layout();
    wxWindow* target = blocked_->IsShown() ? static_cast<wxWindow*>(blocked_) : theme_;
    target->SetFocus();
}

}  // namespace parley::gui
