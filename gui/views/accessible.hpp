// Accessible: names and roles for screen readers, where wxWidgets on GTK gives none by itself; and what else of GTK the
// window needs directly.
#pragma once

#include <string>

#include <wx/textctrl.h>
#include <wx/window.h>

namespace parley::gui {

enum class AccessibleRole { list, list_item, text_entry, button, panel };

// What a screen reader says when the window has the focus. Said again when it changes.
void set_accessible(wxWindow& window, AccessibleRole role, const std::string& name);

// The desktop's own widgets (buttons, entries, scroll bars, menus) in light or dark, for this process.
void prefer_dark_widgets(bool is_dark);

// All letters of this process, in percent of the desktop's own size; windows are to be laid out anew after it.
void scale_text(int percent);
int text_percent();

// Pixels its text needs, broken into lines as it is shown; margins not counted.
int text_pixel_height(const wxTextCtrl& text);

}  // namespace parley::gui
