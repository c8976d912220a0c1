// SettingsPage: what one may choose, in the place of the room: colours and size of type, what is notified of, and quick
// replies. Each choice counts at once; there is nothing to confirm but what cannot be taken back, which is asked at the foot.
#pragma once

#include <functional>
#include <vector>

#include <wx/button.h>
#include <wx/checkbox.h>
#include <wx/checklst.h>
#include <wx/choice.h>
#include <wx/listbox.h>
#include <wx/panel.h>
#include <wx/scrolwin.h>
#include <wx/sizer.h>
#include <wx/stattext.h>
#include <wx/textctrl.h>

#include "gui/engine/commands.hpp"
#include "gui/model/model.hpp"
#include "gui/views/act_bar.hpp"
#include "gui/views/page_header.hpp"

namespace parley::gui {

class SettingsPage : public wxPanel {
public:
    // `choose`: these preferences count from now on, and are kept.
    SettingsPage(wxWindow* parent, const Model& model, std::function<void(Command)> post, std::function<void(const Preferences&)> choose, std::function<void()> close);
    void set_palette(const Palette& palette);
    void refresh(const Changed& changed);
    void shown(bool is_shown);
    void focus() { theme_->SetFocus(); }
    // The list of blocked people has the focus.
    void show_blocked();
    // Takes back a question; false when there was none.
    bool escape() { return bar_->cancel(); }

private:
    void add_looks();
    void add_notifications();
    void add_replies();
    void add_profile();
    // ---- settings_page_blocked.cpp ----
    void add_blocked();
    void refresh_blocked();
    void unblock();
    void refresh_profile();
    void save_profile();
    void add_heading(const wxString& text);
    wxStaticText* add_note();
    wxChoice* add_choice(const wxString& label, const std::vector<wxString>& words, std::function<void(int)> chosen);
    wxCheckBox* add_check(const wxString& label, std::function<void(bool)> chosen);
    void add_row(wxWindow* label, wxWindow* control);
    void change(const std::function<void(Preferences&)>& how);
    void refresh_preferences();
    void refresh_replies();
    void fill_rooms();
    void say(wxStaticText* note, const std::string& text);
    void ask_to_forget();

    const Model& model_;
    std::function<void(Command)> post_;
    std::function<void(const Preferences&)> choose_;
    const Palette* palette_ = &Palette::light();
    PageHeader header_;
    wxScrolledWindow* inner_ = nullptr;
    wxBoxSizer* column_ = nullptr;
    std::vector<wxStaticText*> headings_, labels_, notes_;
    std::vector<wxCheckBox*> checks_;
    wxChoice* theme_ = nullptr;
    wxChoice* language_ = nullptr;
    wxChoice* size_ = nullptr;
    wxChoice* alerts_ = nullptr;
    wxCheckBox* sound_ = nullptr;
    wxCheckBox* text_ = nullptr;
    wxCheckBox* tray_ = nullptr;
    wxChoice* mode_ = nullptr;
    wxStaticText* mode_note_ = nullptr;
    wxStaticText* rooms_note_ = nullptr;
    wxCheckListBox* rooms_ = nullptr;
    std::vector<chat::RoomId> listed_;       // as rooms_ has them
    wxButton* forget_ = nullptr;
    wxStaticText* blocked_note_ = nullptr;
    wxListBox* blocked_ = nullptr;
    std::vector<std::string> blocked_names_;   // as blocked_ has them
    wxButton* unblock_ = nullptr;
    wxTextCtrl* shown_name_ = nullptr;
    wxChoice* colour_ = nullptr;
    wxButton* save_profile_ = nullptr;
    chat::ProfileRow profile_;               // as it was filled in last
    bool is_saving_ = false;                 // what was chosen is not told back yet
    ActBar* bar_ = nullptr;
};

}  // namespace parley::gui
