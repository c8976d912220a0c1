#include "gui/views/settings_page.hpp"

#include <algorithm>
#include <array>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int margin = 20;
constexpr int label_width = 150;
constexpr int control_width = 260;
constexpr int check_width = 380;
constexpr int note_width = 520;
constexpr int rooms_height = 150;

// All of them are readable under white letters.
struct Hue {
    const char* name;
    std::uint32_t rgb;
};
constexpr std::array<Hue, 8> hues{{{N_("By the name"), chat::no_colour}, {N_("Blue"), 0x3B6FB6}, {N_("Purple"), 0x8A4FA8}, {N_("Sea green"), 0x2E7D6B}, {N_("Brick"), 0xB2503C}, {N_("Ochre"), 0x9C6412}, {N_("Green"), 0x3F7D38}, {N_("Rose"), 0xB0447A}}};

std::string sentence_of(const ReplySettingsTold& told) {
    if (!told.is_there) return tr("Nothing can be suggested here: {0}", told.problem);
    const std::string learned = told.pairs == 0 ? tr("Nothing was learned yet.") : tr_count("Learned so far: {0} reply.", "Learned so far: {0} replies.", told.pairs);
    switch (told.mode) {
        case chat::ReplyMode::off: return tr("Nothing is suggested and nothing is learned.");
        case chat::ReplyMode::local: return tr("Made on this computer from what you answered before, and from common phrases. Nothing of it leaves this computer.") + " " + learned;
        case chat::ReplyMode::openai:
            return tr("In the rooms you allow, the newest texts are sent to {0}, whoever wrote them. In all others your own replies are used.",
                      told.service.empty() ? tr("the service of replies.toml") : told.service) + " " + learned;
    }
    return "";
}

}  // namespace

SettingsPage::SettingsPage(wxWindow* parent, const Model& model, std::function<void(Command)> post, std::function<void(const Preferences&)> choose,
                           std::function<void()> close)
    : wxPanel(parent), model_(model), post_(std::move(post)), choose_(std::move(choose)) {
    auto* all = new wxBoxSizer(wxVERTICAL);
    header_.begin(this, _("Settings"));
    header_.go_to_end();
    header_.end(all, std::move(close));
    inner_ = new wxScrolledWindow(this, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxVSCROLL | wxTAB_TRAVERSAL);
    inner_->SetScrollRate(0, FromDIP(16));
    set_accessible(*inner_, AccessibleRole::panel, tr("Settings"));
    column_ = new wxBoxSizer(wxVERTICAL);
    add_looks();
    add_notifications();
    add_replies();
    add_profile();
    add_blocked();
    column_->AddSpacer(FromDIP(margin));
    auto* page = new wxBoxSizer(wxHORIZONTAL);
    page->Add(column_, wxSizerFlags(1).Expand().Border(wxLEFT | wxRIGHT, FromDIP(margin)));
    inner_->SetSizer(page);
    all->Add(inner_, wxSizerFlags(1).Expand());
    bar_ = new ActBar(this);
    all->Add(bar_, wxSizerFlags().Expand());
    SetSizer(all);
}

// ---- what it is made of ----

void SettingsPage::add_heading(const wxString& text) {
    auto* heading = headings_.emplace_back(new wxStaticText(inner_, wxID_ANY, text));
    heading->SetFont(Type(*this).title);
    column_->AddSpacer(FromDIP(headings_.size() == 1 ? margin : 26));
    column_->Add(heading);
    column_->AddSpacer(FromDIP(10));
}

wxStaticText* SettingsPage::add_note() {
    auto* note = notes_.emplace_back(new wxStaticText(inner_, wxID_ANY, ""));
    column_->Add(note, wxSizerFlags().Border(wxTOP, FromDIP(6)));
    return note;
}

void SettingsPage::add_row(wxWindow* label, wxWindow* control) {
    auto* row = new wxBoxSizer(wxHORIZONTAL);
    row->Add(label, wxSizerFlags().CenterVertical());
    row->Add(control, wxSizerFlags().CenterVertical().Border(wxLEFT, FromDIP(12)));
    column_->Add(row, wxSizerFlags().Border(wxBOTTOM, FromDIP(8)));
}

wxChoice* SettingsPage::add_choice(const wxString& label, const std::vector<wxString>& words, std::function<void(int)> chosen) {
    auto* text = labels_.emplace_back(new wxStaticText(inner_, wxID_ANY, label));
    text->SetMinSize(FromDIP(wxSize(label_width, -1)));
    auto* choice = new wxChoice(inner_, wxID_ANY);
    for (const wxString& word : words) choice->Append(word);
    choice->SetMinSize(FromDIP(wxSize(control_width, -1)));
    set_accessible(*choice, AccessibleRole::button, to_utf8(label));
    choice->Bind(wxEVT_CHOICE, [choice, chosen = std::move(chosen)](wxCommandEvent&) { chosen(choice->GetSelection()); });
    add_row(text, choice);
    return choice;
}

wxCheckBox* SettingsPage::add_check(const wxString& label, std::function<void(bool)> chosen) {
    auto* check = checks_.emplace_back(new wxCheckBox(inner_, wxID_ANY, label));
    // Wide enough for the largest letters: GTK gives it those before it is laid out anew, and complains of a place that is too narrow.
    check->SetMinSize(FromDIP(wxSize(check_width, -1)));
    check->Bind(wxEVT_CHECKBOX, [check, chosen = std::move(chosen)](wxCommandEvent&) { chosen(check->GetValue()); });
    column_->Add(check, wxSizerFlags().Border(wxLEFT, FromDIP(label_width + 12)));
    column_->AddSpacer(FromDIP(4));
    return check;
}

void SettingsPage::add_looks() {
    add_heading(_("Appearance"));
    theme_ = add_choice(_("Colours"), {_("As the desktop"), _("Light"), _("Dark")}, [this](int chosen) {
        change([&](Preferences& preferences) { preferences.theme = static_cast<Preferences::Theme>(chosen); });
    });
    std::vector<wxString> names;
    for (const Language& one : languages) names.push_back(_(one.name));
    language_ = add_choice(_("Language"), names, [this](int chosen) {
        post_(ChooseLanguage{languages.at(static_cast<std::size_t>(chosen)).code});
        bar_->say(tr("The window speaks this language when it is started the next time."), false);
    });
    size_ = add_choice(_("Size of type"), {_("Small"), _("As the desktop"), _("Large"), _("Larger"), _("Largest")}, [this](int chosen) {
        change([&](Preferences& preferences) { preferences.text_percent = text_percents.at(static_cast<std::size_t>(chosen)); });
    });
}

void SettingsPage::add_notifications() {
    add_heading(_("Notifications"));
    alerts_ = add_choice(_("Notify of"), {_("Every message"), _("What is for me"), _("Nothing")}, [this](int chosen) {
        change([&](Preferences& preferences) { preferences.alerts = static_cast<Preferences::Alerts>(chosen); });
    });
    alerts_->SetToolTip(_("For you are direct messages, and messages that name you or @room"));
    sound_ = add_check(_("With a sound"), [this](bool is_on) { change([&](Preferences& preferences) { preferences.alert_sound = is_on; }); });
    text_ = add_check(_("Show what was written"), [this](bool is_on) { change([&](Preferences& preferences) { preferences.alert_text = is_on; }); });
    tray_ = add_check(_("Icon in the notification area"), [this](bool is_on) { change([&](Preferences& preferences) { preferences.has_tray_icon = is_on; }); });
}

void SettingsPage::add_replies() {
    add_heading(_("Quick replies"));
    mode_ = add_choice(_("Suggest answers"), {_("Never"), _("From my own replies"), _("From a service too")}, [this](int chosen) {
        post_(SetReplyMode{static_cast<chat::ReplyMode>(chosen)});
    });
    mode_note_ = add_note();
    rooms_note_ = add_note();
    rooms_ = new wxCheckListBox(inner_, wxID_ANY, wxDefaultPosition, FromDIP(wxSize(control_width + label_width, rooms_height)));
    set_accessible(*rooms_, AccessibleRole::list, tr("Rooms whose newest texts may be sent to the service"));
    rooms_->Bind(wxEVT_CHECKLISTBOX, [this](wxCommandEvent& event) {
        const auto row = static_cast<std::size_t>(event.GetInt());
        if (row < listed_.size()) post_(LetRoomLeave{listed_[row], rooms_->IsChecked(static_cast<unsigned>(event.GetInt()))});
    });
    column_->Add(rooms_, wxSizerFlags().Border(wxTOP, FromDIP(8)));
    forget_ = new wxButton(inner_, wxID_ANY, _("Forget what was learned…"));
    forget_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { ask_to_forget(); });
    column_->Add(forget_, wxSizerFlags().Border(wxTOP, FromDIP(14)));
}

void SettingsPage::add_profile() {
    add_heading(_("How others see you"));
    auto* label = labels_.emplace_back(new wxStaticText(inner_, wxID_ANY, _("Shown name")));
    label->SetMinSize(FromDIP(wxSize(label_width, -1)));
    shown_name_ = new wxTextCtrl(inner_, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxTE_PROCESS_ENTER);
    shown_name_->SetMinSize(FromDIP(wxSize(control_width, -1)));
    shown_name_->SetHint(_("The name of the account"));
    set_accessible(*shown_name_, AccessibleRole::text_entry, tr("Shown name"));
    shown_name_->Bind(wxEVT_TEXT_ENTER, [this](wxCommandEvent&) { save_profile(); });
    add_row(label, shown_name_);
    std::vector<wxString> words;
    for (const Hue& hue : hues) words.push_back(_(hue.name));
    colour_ = add_choice(_("Colour"), words, [this](int) { save_profile(); });
    save_profile_ = new wxButton(inner_, wxID_ANY, _("Show me like this"));
    save_profile_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { save_profile(); });
    column_->Add(save_profile_, wxSizerFlags().Border(wxLEFT, FromDIP(label_width + 12)));
}

void SettingsPage::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.canvas);
    inner_->SetBackgroundColour(palette.canvas);
    header_.set_palette(palette);
    for (wxStaticText* heading : headings_) heading->SetForegroundColour(palette.text);
    for (wxStaticText* label : labels_) label->SetForegroundColour(palette.text);
    for (wxStaticText* note : notes_) note->SetForegroundColour(palette.secondary);
    for (wxCheckBox* check : checks_) check->SetForegroundColour(palette.text);
    forget_->SetBackgroundColour(palette.raised);
    forget_->SetForegroundColour(palette.text);
    save_profile_->SetBackgroundColour(palette.raised);
    save_profile_->SetForegroundColour(palette.text);
    unblock_->SetBackgroundColour(palette.raised);
    unblock_->SetForegroundColour(palette.text);
    bar_->set_palette(palette);
    Refresh();
}

// ---- what is chosen ----

void SettingsPage::change(const std::function<void(Preferences&)>& how) {
    Preferences preferences = model_.preferences();
    how(preferences);
    choose_(preferences);
}

void SettingsPage::shown(bool is_shown) {
    if (!is_shown) return;
    post_(ReadReplySettings{});
    post_(AskWhoIsBlocked{});   // another device may have
    refresh_blocked();
    refresh_preferences();
    refresh_replies();
    profile_.user = {};
    refresh_profile();
    focus();
}

void SettingsPage::refresh(const Changed& changed) {
    if (changed.settings) refresh_preferences();
    if (changed.profiles) refresh_profile();
    if (changed.profiles) refresh_blocked();
    if (changed.notice && IsShown() && !model_.notice().empty()) bar_->say(model_.notice(), true);
    if (changed.reply_settings || changed.rooms) refresh_replies();
}

void SettingsPage::refresh_preferences() {
    const Preferences& preferences = model_.preferences();
    const auto size = std::find(text_percents.begin(), text_percents.end(), preferences.text_percent);
    const auto language = std::ranges::find(languages, model_.language(), [](const Language& one) { return std::string{one.code}; });
    theme_->SetSelection(static_cast<int>(preferences.theme));
    language_->SetSelection(language == languages.end() ? 0 : static_cast<int>(language - languages.begin()));
    size_->SetSelection(static_cast<int>(size - text_percents.begin()));
    alerts_->SetSelection(static_cast<int>(preferences.alerts));
    sound_->SetValue(preferences.alert_sound);
    text_->SetValue(preferences.alert_text);
    tray_->SetValue(preferences.has_tray_icon);
    const bool has_any = preferences.alerts != Preferences::Alerts::none;
    sound_->Enable(has_any);
    text_->Enable(has_any);
    if (!model_.preferences_problem().empty()) bar_->say(model_.preferences_problem(), true);
}

// What is being changed here stays, whatever comes in of other people.
void SettingsPage::refresh_profile() {
    chat::ProfileRow profile = model_.profile_of(model_.own_id());
    profile.user = model_.own_id();
    if (profile == profile_) return;
    profile_ = profile;
    if (std::exchange(is_saving_, false)) bar_->say(tr("Others see you like this now."), false);
    shown_name_->ChangeValue(from_utf8(profile.name));
    const auto hue = std::ranges::find(hues, profile.colour, &Hue::rgb);
    colour_->SetSelection(hue == hues.end() ? wxNOT_FOUND : static_cast<int>(hue - hues.begin()));
}

void SettingsPage::save_profile() {
    chat::SetProfile chosen;
    chosen.name = to_utf8(wxString(shown_name_->GetValue()).Trim().Trim(false));
    if (colour_->GetSelection() != wxNOT_FOUND) chosen.colour = hues.at(static_cast<std::size_t>(colour_->GetSelection())).rgb;
    is_saving_ = true;
    post_(LookAfter{std::move(chosen)});
}

void SettingsPage::refresh_replies() {
    const ReplySettingsTold& told = model_.reply_settings();
    const bool asks_outside = told.is_there && told.mode == chat::ReplyMode::openai;
    mode_->SetSelection(static_cast<int>(told.mode));
    mode_->Enable(told.is_there);
    say(mode_note_, sentence_of(told));
    say(rooms_note_, asks_outside ? tr("Rooms whose newest texts may be sent there:") : "");
    rooms_->Show(asks_outside);
    if (asks_outside) fill_rooms();
    forget_->Enable(told.is_there && told.pairs > 0 && !bar_->is_asking());
    if (told.is_there) bar_->say(told.problem.empty() ? model_.preferences_problem() : told.problem, true);
    inner_->FitInside();
    inner_->Layout();
}

void SettingsPage::fill_rooms() {
    std::vector<chat::RoomId> listed;
    for (const chat::RoomId id : model_.rooms()) {
        if (!model_.find(id)->is_provisional()) listed.push_back(id);
    }
    if (listed != listed_) {
        rooms_->Clear();
        for (const chat::RoomId id : listed) rooms_->Append(from_utf8(model_.find(id)->title()));
        listed_ = std::move(listed);
    }
    const std::vector<chat::RoomId>& allowed = model_.reply_settings().rooms;
    for (std::size_t row = 0; row < listed_.size(); ++row) {
        const bool may = std::find(allowed.begin(), allowed.end(), listed_[row]) != allowed.end();
        if (rooms_->IsChecked(static_cast<unsigned>(row)) != may) rooms_->Check(static_cast<unsigned>(row), may);
    }
}

void SettingsPage::say(wxStaticText* note, const std::string& text) {
    note->Show(!text.empty());
    note->SetLabelText(from_utf8(text));
    note->Wrap(FromDIP(note_width) * text_percent() / 100);
}

void SettingsPage::ask_to_forget() {
    const std::uint64_t pairs = model_.reply_settings().pairs;
    ActBar::Question question{tr_count("Forget what was learned from {0} reply? It is not learned again from what is in your rooms now.",
                                       "Forget what was learned from {0} replies? It is not learned again from what is in your rooms now.", pairs),
                              tr("Forget them")};
    question.is_destructive = true;
    bar_->ask(std::move(question), [this](const std::string&) { post_(ForgetReplies{}); });
}

}  // namespace parley::gui
