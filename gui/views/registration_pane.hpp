// RegistrationPane: who may register, and a link for those who are invited.
#pragma once

#include <functional>
#include <map>

#include <wx/button.h>
#include <wx/panel.h>
#include <wx/sizer.h>
#include <wx/spinctrl.h>
#include <wx/stattext.h>
#include <wx/textctrl.h>

#include "gui/model/model.hpp"
#include "gui/views/palette.hpp"

namespace parley::gui {

struct RegistrationEvents {
    std::function<void(chat::Registration policy)> let_register;
    std::function<void(std::uint32_t uses, std::uint32_t days)> invite;
};

class RegistrationPane : public wxPanel {
public:
    RegistrationPane(wxWindow* parent, RegistrationEvents events);
    void set_palette(const Palette& palette);
    void refresh(const Model& model);
    void focus() { make_->SetFocus(); }

private:
    wxStaticText* add_text(wxSizer* sizer, const wxString& text, int below);
    wxSpinCtrl* add_number(wxSizer* sizer, const wxString& label, int least, int most, int first);
    void add_policies(wxSizer* sizer);
    void add_invitation(wxSizer* sizer);
    void copy();

    RegistrationEvents events_;
    wxStaticText* heading_ = nullptr;
    wxStaticText* standing_ = nullptr;
    std::map<chat::Registration, wxButton*> policies_;
    wxStaticText* second_heading_ = nullptr;
    wxSpinCtrl* uses_ = nullptr;
    wxSpinCtrl* days_ = nullptr;
    wxButton* make_ = nullptr;
    wxTextCtrl* link_ = nullptr;
    wxButton* copy_ = nullptr;
    wxStaticText* about_link_ = nullptr;
    std::vector<wxStaticText*> texts_;
};

}  // namespace parley::gui
