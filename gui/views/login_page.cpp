#include "gui/views/login_page.hpp"

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int card_width = 340;

}  // namespace

LoginPage::LoginPage(wxWindow* parent, LoginEvents events)
    : wxPanel(parent), events_(std::move(events)), row_(new wxBoxSizer(wxHORIZONTAL)), heading_(new wxStaticText(this, wxID_ANY, "")), subtitle_(new wxStaticText(this, wxID_ANY, "")) {
    heading_->SetFont(Type(*this).large);
    auto* card = new wxBoxSizer(wxVERTICAL);
    card->Add(heading_, wxSizerFlags().Border(wxBOTTOM, FromDIP(4)));
    card->Add(subtitle_, wxSizerFlags().Border(wxBOTTOM, FromDIP(22)));
    name_ = add_field(card, _("Name"), 0, nullptr);
    password_ = add_field(card, _("Password"), wxTE_PASSWORD, nullptr);
    again_ = add_field(card, _("Password, once more"), wxTE_PASSWORD, &again_label_);
    message_ = new wxStaticText(this, wxID_ANY, "", wxDefaultPosition, FromDIP(wxSize(card_width, 40)), wxST_NO_AUTORESIZE);
    card->Add(message_, wxSizerFlags().Expand().Border(wxTOP, FromDIP(4)));
    submit_ = new wxButton(this, wxID_ANY, _("Create account"));
    other_ = new wxButton(this, wxID_ANY, _("I have an account"), wxDefaultPosition, wxDefaultSize, wxBORDER_NONE);
    submit_->SetMinSize(FromDIP(wxSize(card_width, 38)));
    card->Add(submit_, wxSizerFlags().Expand().Border(wxTOP, FromDIP(8)));
    card->Add(other_, wxSizerFlags().Center().Border(wxTOP, FromDIP(10)));
    auto* page = new wxBoxSizer(wxVERTICAL);
    page->AddStretchSpacer(2);
    row_->Add(card, wxSizerFlags().Top());
    page->Add(row_, wxSizerFlags().Center());
    page->AddStretchSpacer(3);
    SetSizer(page);

    submit_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { submit(); });
    other_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) {
        say("", false);
        set_new(!is_new_);
    });
    for (wxTextCtrl* field : {name_, password_, again_}) {
        field->Bind(wxEVT_TEXT_ENTER, [this](wxCommandEvent&) { submit(); });
    }
    set_new(true);
}

wxTextCtrl* LoginPage::add_field(wxSizer* sizer, const wxString& label, long style, wxStaticText** shown_label) {
    auto* text = new wxStaticText(this, wxID_ANY, label);
    text->SetFont(Type(*this).small_bold);
    labels_.push_back(text);
    if (shown_label != nullptr) *shown_label = text;
    auto* field = new wxTextCtrl(this, wxID_ANY, "", wxDefaultPosition, FromDIP(wxSize(card_width, 36)), style | wxTE_PROCESS_ENTER);
    field->SetMaxLength(256);
    set_accessible(*field, AccessibleRole::text_entry, to_utf8(label));
    sizer->Add(text, wxSizerFlags().Border(wxBOTTOM, FromDIP(4)));
    sizer->Add(field, wxSizerFlags().Expand().Border(wxBOTTOM, FromDIP(12)));
    return field;
}

void LoginPage::put_beside(wxWindow& pane) { row_->Add(&pane, wxSizerFlags().Expand().Border(wxLEFT, FromDIP(64))); }

void LoginPage::begin_anew(const std::string& name) {
    set_busy(false);
    say("", false);
    told_.clear();
    for (wxTextCtrl* field : {name_, password_, again_}) field->Clear();
    name_->SetValue(from_utf8(name));
    set_new(name.empty());
    (name.empty() ? name_ : password_)->SetFocus();
}

void LoginPage::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.canvas);
    heading_->SetForegroundColour(palette.text);
    subtitle_->SetForegroundColour(palette.secondary);
    for (wxStaticText* label : labels_) label->SetForegroundColour(palette.secondary);
    for (wxTextCtrl* field : {name_, password_, again_}) {
        field->SetForegroundColour(palette.text);
        field->SetBackgroundColour(palette.raised);
    }
    submit_->SetBackgroundColour(palette.accent);
    submit_->SetForegroundColour(palette.on_accent);
    other_->SetForegroundColour(palette.link);
    other_->SetBackgroundColour(palette.canvas);
    Refresh();
}

void LoginPage::set_new(bool is_new) {
    is_new_ = is_new;
    heading_->SetLabel(is_new ? _("Welcome to Parley") : _("Welcome back"));
    subtitle_->SetLabel(is_new ? _("Choose a name and a password; nothing else is needed.") : _("Log in with the name you registered."));
    submit_->SetLabel(is_new ? _("Create account") : _("Log in"));
    other_->SetLabel(is_new ? _("I have an account") : _("Create a new account"));
    again_->Show(is_new);
    again_label_->Show(is_new);
    Layout();
}

void LoginPage::say(const wxString& sentence, bool is_error) {
    message_->SetForegroundColour(is_error ? palette_->error : palette_->secondary);
    message_->SetLabel(sentence);
    message_->Wrap(FromDIP(card_width));
    Layout();
}

void LoginPage::set_busy(bool is_busy) {
    is_busy_ = is_busy;
    for (wxWindow* part : std::initializer_list<wxWindow*>{name_, password_, again_, submit_, other_}) part->Enable(!is_busy);
}

void LoginPage::submit() {
    if (is_busy_) return;
    if (name_->IsEmpty()) {
        name_->SetFocus();
        return say(_("Enter a name."), true);
    }
    if (password_->IsEmpty()) return password_->SetFocus();
    if (is_new_ && again_->IsEmpty()) return again_->SetFocus();
    if (is_new_ && again_->GetValue() != password_->GetValue()) {
        again_->Clear();
        again_->SetFocus();
        return say(_("The two passwords are not the same: type the second one again."), true);
    }
    set_busy(true);
    say(is_new_ ? _("Making the account…") : _("Logging in…"), false);
    told_.clear();
    (is_new_ ? events_.create : events_.log_in)(to_utf8(name_->GetValue()), to_utf8(password_->GetValue()));
}

void LoginPage::refresh(const Model& model) {
    if (model.is_logged_in()) {
        password_->Clear();
        again_->Clear();
        say("", false);
        return set_busy(false);
    }
    using State = ConnectionStatus::State;
    const FormRefused& form = model.form();
    if (!form.sentence.empty() && is_busy_) {
        set_busy(false);
        if (form.name_is_taken) {
            set_new(false);
            say(_("This name is taken. If it is yours, log in; otherwise choose another one."), true);
        } else {
            say(from_utf8(form.sentence), true);
        }
        return password_->SetFocus();
    }
    if (model.connection().state == State::ended) {
        set_busy(true);
        return say(from_utf8(model.connection().sentence), true);
    }
    if (!model.account_reason().empty() && model.account_reason() != told_) {
        told_ = model.account_reason();
        set_busy(false);
        set_new(false);
        say(from_utf8(told_), false);
    }
}

}  // namespace parley::gui
