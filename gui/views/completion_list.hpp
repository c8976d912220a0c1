// CompletionList: the choices above the composer while a word that begins with @, # or :, or a command, is typed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <wx/popupwin.h>

#include "gui/model/completion.hpp"
#include "gui/views/list_box.hpp"

namespace parley::gui {

class CompletionList : public wxPopupWindow {
public:
    explicit CompletionList(wxWindow* parent);

    std::function<void(const CompletionChoice&)> on_taken;
    void set_palette(const Palette& palette);
    // Shown with its lower left corner there (on the screen); nothing to offer hides it.
    void offer(std::vector<CompletionChoice> choices, wxPoint lower_left);
    // True when the key was for the list: arrows, Tab and Enter choose, Escape closes.
    bool take_key(int key);
    // nullptr: none.
    [[nodiscard]] const CompletionChoice* chosen() const;
    [[nodiscard]] const std::vector<CompletionChoice>& choices() const { return choices_; }

private:
    void take();

    ListBox* list_;
    std::vector<CompletionChoice> choices_;
};

}  // namespace parley::gui
