#include "gui/views/registration_pane.hpp"

#include <wx/clipbrd.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int margin = 20;
constexpr int uses_max = 1000;
constexpr int days_max = 90;
constexpr int text_width = 520;

std::string about(const InvitationMade& made) {
    // Two numbers: how many people says one sentence, for how long the other.
    const std::string people = tr_count("One person may register with it.", "{0} people may register with it.", made.uses);
    const std::string days = tr_count("It is good for {0} day.", "It is good for {0} days.", made.days);
    return people + " " + days + " " + tr("Whoever has the link can use it: send it to nobody else.");
}

}  // namespace

RegistrationPane::RegistrationPane(wxWindow* parent, RegistrationEvents events) : wxPanel(parent), events_(std::move(events)) {
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->AddSpacer(FromDIP(margin));
    add_policies(all);
    add_invitation(all);
    auto* page = new wxBoxSizer(wxHORIZONTAL);
    page->Add(all, wxSizerFlags(1).Expand().Border(wxLEFT | wxRIGHT, FromDIP(margin)));
    SetSizer(page);
}

wxStaticText* RegistrationPane::add_text(wxSizer* sizer, const wxString& text, int below) {
    auto* made = texts_.emplace_back(new wxStaticText(this, wxID_ANY, text));
    sizer->Add(made, wxSizerFlags().Border(wxBOTTOM, FromDIP(below)));
    return made;
}

void RegistrationPane::add_policies(wxSizer* sizer) {
    heading_ = add_text(sizer, _("Who may register"), 4);
    heading_->SetFont(Type(*this).title);
    standing_ = add_text(sizer, _("Asking the replicas…"), 12);
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    for (const chat::Registration policy : {chat::Registration::open, chat::Registration::invite, chat::Registration::closed}) {
        const Act act = let_register(policy);
        auto* button = policies_[policy] = new wxButton(this, wxID_ANY, from_utf8(act.label));
        set_accessible(*button, AccessibleRole::button, tr("Who may register: {0}", act.label));
        button->Bind(wxEVT_BUTTON, [this, policy](wxCommandEvent&) { events_.let_register(policy); });
        row->Add(button, wxSizerFlags().Border(wxRIGHT, FromDIP(8)));
    }
    sizer->Add(row, wxSizerFlags().Border(wxBOTTOM, FromDIP(28)));
}

wxSpinCtrl* RegistrationPane::add_number(wxSizer* sizer, const wxString& label, int least, int most, int first) {
    auto* text = texts_.emplace_back(new wxStaticText(this, wxID_ANY, label));
    auto* number = new wxSpinCtrl(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxSP_ARROW_KEYS, least, most, first);
    set_accessible(*number, AccessibleRole::text_entry, to_utf8(label));
    sizer->Add(text, wxSizerFlags().CenterVertical().Border(wxRIGHT, FromDIP(8)));
    sizer->Add(number, wxSizerFlags().CenterVertical().Border(wxRIGHT, FromDIP(18)));
    return number;
}

void RegistrationPane::add_invitation(wxSizer* sizer) {
    second_heading_ = add_text(sizer, _("Invite somebody"), 4);
    second_heading_->SetFont(Type(*this).title);
    add_text(sizer, _("A link with which people find this cluster and register, also where only invited ones may."), 12);
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    uses_ = add_number(row, _("People"), 1, uses_max, 1);
    days_ = add_number(row, _("Days"), 1, days_max, 7);
    make_ = new wxButton(this, wxID_ANY, _("Make a link"));
    row->Add(make_, wxSizerFlags().CenterVertical());
    sizer->Add(row, wxSizerFlags().Border(wxBOTTOM, FromDIP(12)));
    auto* result = new wxBoxSizer(wxHORIZONTAL);
    link_ = new wxTextCtrl(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxTE_READONLY);
    set_accessible(*link_, AccessibleRole::text_entry, tr("Link of the invitation"));
    copy_ = new wxButton(this, wxID_ANY, _("Copy"));
    set_accessible(*copy_, AccessibleRole::button, tr("Copy the link"));
    result->Add(link_, wxSizerFlags(1).CenterVertical().Border(wxRIGHT, FromDIP(8)));
    result->Add(copy_, wxSizerFlags().CenterVertical());
    sizer->Add(result, wxSizerFlags().Expand().Border(wxBOTTOM, FromDIP(8)));
    about_link_ = add_text(sizer, "", 8);
    make_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) {
        events_.invite(static_cast<std::uint32_t>(uses_->GetValue()), static_cast<std::uint32_t>(days_->GetValue()));
    });
    copy_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { copy(); });
    for (wxWindow* part : std::initializer_list<wxWindow*>{link_, copy_, about_link_}) part->Hide();
}

void RegistrationPane::set_palette(const Palette& palette) {
    SetBackgroundColour(palette.canvas);
    for (wxStaticText* text : texts_) text->SetForegroundColour(palette.secondary);
    for (wxStaticText* text : {heading_, second_heading_}) text->SetForegroundColour(palette.text);
    for (wxWindow* part : std::initializer_list<wxWindow*>{policies_[chat::Registration::open], policies_[chat::Registration::invite],
                                                            policies_[chat::Registration::closed], make_, copy_, link_, uses_, days_}) {
        part->SetBackgroundColour(palette.raised);
        part->SetForegroundColour(palette.text);
    }
    Refresh();
}

void RegistrationPane::refresh(const Model& model) {
    const Admin& admin = model.admin();
    if (admin.registration()) standing_->SetLabelText(from_utf8(registration_sentence(*admin.registration())));
    for (auto& [policy, button] : policies_) {
        const bool is_it = admin.registration() == policy;
        const wxString label = from_utf8((is_it ? "✓ " : "") + let_register(policy).label);
        if (button->GetLabel() != label) button->SetLabel(label);
        button->SetFont(is_it ? Type(*this).bold : Type(*this).body);
        button->Enable(!is_it && !admin.is_busy("registration"));
        button->InvalidateBestSize();
    }
    Layout();
    make_->Enable(!admin.is_busy("invitation"));
    if (!admin.invitation()) return;
    const wxString link = from_utf8(admin.invitation()->link);
    if (link_->GetValue() != link) copy_->SetLabel(_("Copy"));
    link_->ChangeValue(link);
    about_link_->SetLabelText(from_utf8(about(*admin.invitation())));
    about_link_->Wrap(FromDIP(text_width));
    for (wxWindow* part : std::initializer_list<wxWindow*>{link_, copy_, about_link_}) part->Show();
    Layout();
}

void RegistrationPane::copy() {
    if (!wxTheClipboard->Open()) return;
    wxTheClipboard->SetData(new wxTextDataObject(link_->GetValue()));   // the clipboard owns it
    wxTheClipboard->Flush();
    wxTheClipboard->Close();
    copy_->SetLabel(_("Copied"));
}

}  // namespace parley::gui
