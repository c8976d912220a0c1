// ActPane: a list that narrows while one types, and beside it what there is to know about the chosen one, and to do.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <wx/button.h>
#include <wx/panel.h>
#include <wx/sizer.h>
#include <wx/stattext.h>
#include <wx/textctrl.h>

#include "gui/views/list_box.hpp"

namespace parley::gui {

// Something that can be done, as a button.
struct Offer {
    std::string label;
    std::string says;              // to a screen reader: with whom it is done to
    bool is_destructive = false;
    std::function<void()> run;
};
struct Details {
    std::string title;
    std::string lines;
    std::vector<Offer> offers;     // ActPane::offers_max at most
};

class ActPane : public wxPanel {
public:
    static constexpr std::size_t offers_max = 4;

    ActPane(wxWindow* parent, const std::string& name, const wxString& hint);
    void set_palette(const Palette& palette);
    // A button beside the field.
    void add(const Offer& offer);
    void set_items(std::vector<ListItem> items) { list_->set_items(std::move(items)); }
    void show(Details details);
    [[nodiscard]] std::string letters() const;
    [[nodiscard]] std::uint64_t chosen() const;   // 0: nothing
    void focus() { field_->SetFocus(); }

    std::function<void()> on_letters;
    std::function<void()> on_chosen;

private:
    void to_first_offer();

    const Palette* palette_ = &Palette::light();
    Details details_;
    wxTextCtrl* field_;
    wxBoxSizer* top_;
    ListBox* list_;
    wxPanel* side_;
    wxStaticText* title_;
    wxStaticText* lines_;
    std::vector<wxButton*> offers_;
    std::vector<wxButton*> added_;
};

}  // namespace parley::gui
