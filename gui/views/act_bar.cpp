#include "gui/views/act_bar.hpp"

#include <wx/sizer.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {

ActBar::ActBar(wxWindow* parent)
    : wxPanel(parent), rule_(new wxPanel(this)), text_(new wxStaticText(this, wxID_ANY, "")),
      field_(new wxTextCtrl(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxTE_PROCESS_ENTER)), yes_(new wxButton(this, wxID_ANY, "")),
      no_(new wxButton(this, wxID_ANY, _("Cancel"))) {
    rule_->SetMinSize(wxSize(-1, 1));
    rule_->SetCanFocus(false);
    field_->SetMaxLength(256);
    auto* answers = new wxBoxSizer(wxHORIZONTAL);
    answers->Add(field_, wxSizerFlags(1).CenterVertical().Border(wxRIGHT, FromDIP(8)));
    answers->Add(yes_, wxSizerFlags().CenterVertical().Border(wxRIGHT, FromDIP(8)));
    answers->Add(no_, wxSizerFlags().CenterVertical());
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->Add(rule_, wxSizerFlags().Expand());
    all->Add(text_, wxSizerFlags().Expand().Border(wxALL, FromDIP(12)));
    all->Add(answers, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT | wxBOTTOM, FromDIP(12)));
    SetSizer(all);
    yes_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { answer(); });
    no_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { cancel(); });
    field_->Bind(wxEVT_TEXT_ENTER, [this](wxCommandEvent&) { answer(); });
    Bind(wxEVT_SIZE, [this](wxSizeEvent& event) {
        event.Skip();
        if (GetClientSize().x != wrapped_at_) CallAfter([this] { wrap(); });
    });
    Hide();
}

void ActBar::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.sidebar);
    rule_->SetBackgroundColour(palette.divider);
    field_->SetBackgroundColour(palette.raised);
    field_->SetForegroundColour(palette.text);
    for (wxButton* button : {yes_, no_}) button->SetBackgroundColour(palette.raised);
    no_->SetForegroundColour(palette.text);
    yes_->SetForegroundColour(is_destructive_ ? palette.error : palette.text);
    if (is_asking()) text_->SetForegroundColour(palette.text);
    else show_sentence();
    Refresh();
}

void ActBar::say(const std::string& sentence, bool is_bad) {
    if (sentence == sentence_ && is_bad == is_bad_) return;
    sentence_ = sentence;
    is_bad_ = is_bad;
    if (!is_asking()) show_sentence();
}

void ActBar::ask(Question question, Then then) {
    if (!is_asking()) before_ = FindFocus();
    then_ = std::move(then);
    is_destructive_ = question.is_destructive;
    field_->Show(question.typed.has_value());
    field_->ChangeValue(from_utf8(question.typed.value_or("")));
    set_accessible(*field_, AccessibleRole::text_entry, question.text);
    yes_->SetLabel(from_utf8(question.yes));
    yes_->SetForegroundColour(is_destructive_ ? palette_->error : palette_->text);
    set_accessible(*yes_, AccessibleRole::button, question.text + " " + question.yes);
    yes_->Show();
    no_->Show();
    set_text(question.text, palette_->text);
    // What cannot be undone is not what Enter or the space bar does by itself.
    if (question.typed) {
        field_->SetFocus();
        field_->SelectAll();
    } else {
        no_->SetFocus();
    }
}

void ActBar::answer() {
    if (!is_asking()) return;
    const Then then = std::exchange(then_, {});
    const std::string typed = to_utf8(field_->GetValue());
    close();
    then(typed);   // may ask the next question
}

bool ActBar::cancel() {
    if (!std::exchange(then_, {})) return false;
    close();
    return true;
}

void ActBar::close() {
    field_->Clear();   // it may have been a password
    if (before_ && before_->IsShownOnScreen()) before_->SetFocus();
    show_sentence();
}

void ActBar::show_sentence() {
    for (wxWindow* part : std::initializer_list<wxWindow*>{field_, yes_, no_}) part->Hide();
    set_text(sentence_, is_bad_ ? palette_->error : palette_->secondary);
}

void ActBar::set_text(const std::string& text, const wxColour& colour) {
    shown_ = text;
    set_accessible(*this, AccessibleRole::panel, text.empty() ? tr("What was done") : text);
    text_->SetForegroundColour(colour);
    Show(!text.empty());
    GetParent()->Layout();
    wrap();
}

void ActBar::wrap() {
    wrapped_at_ = GetClientSize().x;
    text_->SetLabelText(from_utf8(shown_));
    text_->Wrap(std::max(wrapped_at_ - 2 * FromDIP(12), FromDIP(200)));
    InvalidateBestSize();
    Layout();
    GetParent()->Layout();
}

}  // namespace parley::gui
