// PageHeader: the line above a page that stands in the place of the room: its name, what the page puts beside it, and the way back.
// What it makes belongs to the page.
#pragma once

#include <functional>

#include <wx/button.h>
#include <wx/panel.h>
#include <wx/sizer.h>
#include <wx/stattext.h>

#include "gui/views/palette.hpp"

namespace parley::gui {

wxButton* flat_button(wxWindow* parent, const wxString& label);

class PageHeader {
public:
    void begin(wxWindow* page, const wxString& title);
    // From left to right; with nothing more behind it the rest stands at the other end.
    void add(wxWindow* control, int gap) { row_->Add(control, wxSizerFlags().CenterVertical().Border(wxRIGHT, page_->FromDIP(gap))); }
    void go_to_end() { row_->AddStretchSpacer(); }
    // The way back, and the line below all of it.
    void end(wxSizer* sizer, std::function<void()> close);
    void set_palette(const Palette& palette);

private:
    wxWindow* page_ = nullptr;
    wxBoxSizer* row_ = nullptr;
    wxStaticText* title_ = nullptr;
    wxButton* leave_ = nullptr;
    wxPanel* rule_ = nullptr;
};

}  // namespace parley::gui
