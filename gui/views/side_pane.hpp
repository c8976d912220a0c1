// SidePane: at the right, on demand: the members of the room, or what a search in it found.
#pragma once

#include <functional>

#include <wx/button.h>
#include <wx/panel.h>
#include <wx/srchctrl.h>
#include <wx/stattext.h>

#include "gui/model/model.hpp"
#include "gui/views/list_box.hpp"

namespace parley::gui {

struct SidePaneEvents {
    std::function<void(const std::string& name)> write_to;      // a member was chosen
    std::function<void(const std::string& text)> search;
    std::function<void(std::uint64_t number)> jump;
    std::function<void()> closed;
};

class SidePane : public wxPanel {
public:
    enum class Shows { nothing, members, search };

    SidePane(wxWindow* parent, SidePaneEvents events);
    void set_palette(const Palette& palette);
    void open(Shows what, const Model& model);
    [[nodiscard]] Shows shows() const { return shows_; }
    void refresh(const Model& model);

private:
    SidePaneEvents events_;
    const Palette* palette_ = &Palette::light();
    Shows shows_ = Shows::nothing;
    wxStaticText* title_;
    wxButton* close_;
    wxTextCtrl* field_;
    ListBox* list_;
    std::vector<std::string> names_;
};

}  // namespace parley::gui
