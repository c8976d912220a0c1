// LoginPage: name and password, for a new account or one there is.
#pragma once

#include <functional>
#include <string>

#include <wx/button.h>
#include <wx/panel.h>
#include <wx/sizer.h>
#include <wx/stattext.h>
#include <wx/textctrl.h>

#include "gui/model/model.hpp"
#include "gui/views/palette.hpp"

namespace parley::gui {

struct LoginEvents {
    std::function<void(const std::string& name, const std::string& password)> create, log_in;
};

class LoginPage : public wxPanel {
public:
    LoginPage(wxWindow* parent, LoginEvents events);

    void set_palette(const Palette& palette);
    // What the model says: refused, ended, connecting.
    void refresh(const Model& model);
    void focus() { name_->SetFocus(); }
    // Beneath the form.
    void say(const wxString& sentence, bool is_error);
    // At the right of the form.
    void put_beside(wxWindow& pane);
    // Another server from now on; `name`: who logged in there last, empty if nobody did.
    void begin_anew(const std::string& name);

private:
    void set_new(bool is_new);
    void submit();
    void set_busy(bool is_busy);
    wxTextCtrl* add_field(wxSizer* sizer, const wxString& label, long style, wxStaticText** shown_label);

    LoginEvents events_;
    const Palette* palette_ = &Palette::light();
    bool is_new_ = true;
    bool is_busy_ = false;
    std::string told_;
    wxBoxSizer* row_;
    wxStaticText* heading_;
    wxStaticText* subtitle_;
    wxTextCtrl* name_;
    wxTextCtrl* password_;
    wxTextCtrl* again_;
    wxStaticText* again_label_ = nullptr;
    std::vector<wxStaticText*> labels_;
    wxStaticText* message_;
    wxButton* submit_;
    wxButton* other_;
};

}  // namespace parley::gui
