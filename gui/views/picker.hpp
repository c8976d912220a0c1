// Picker: a field and a list under it: type a few letters, choose with the arrows, Enter. For switching rooms, finding
// people and joining rooms. Who opens it fills the list as answers come in.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <wx/dialog.h>
#include <wx/textctrl.h>

#include "gui/views/list_box.hpp"

namespace parley::gui {

class Picker : public wxDialog {
public:
    Picker(wxWindow* parent, const Palette& palette, const wxString& title, const wxString& hint);

    std::function<void(const std::string& text)> on_text;
    void say_when_empty(const wxString& sentence) { list_->say_when_empty(sentence); }
    void set_items(std::vector<ListItem> items);
    [[nodiscard]] std::string text() const;
    // Nothing is called.
    void set_text(const std::string& text);
    // Shows it until something is chosen or it is closed.
    std::optional<ListItem> pick();

private:
    void take();

    wxTextCtrl* field_;
    ListBox* list_;
    std::optional<ListItem> chosen_;
};

}  // namespace parley::gui
