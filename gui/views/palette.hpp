// Palette: the colours and measures of the window, light and dark, by what they mean. No colour is named anywhere else.
#pragma once

#include <array>
#include <string>

#include <wx/colour.h>
#include <wx/font.h>
#include <wx/window.h>

namespace parley::gui {

struct Palette {
    bool is_dark = false;
    // ---- surfaces ----
    wxColour sidebar, canvas, raised, hover, selected, current;
    wxColour divider;
    // ---- text ----
    wxColour text, secondary, faint, link, on_accent;
    wxColour marked, on_marked;        // text that was selected with the mouse: its surface, its letters
    // ---- meaning ----
    wxColour accent, mention, error, saved, unread_line;
    wxColour code_surface, quote_bar;
    wxColour warning_surface, warning_text;
    std::array<wxColour, 5> series;   // of curves; apart from each other also for who sees few colours

    static const Palette& light();
    static const Palette& dark();
    // By the setting: "light", "dark", anything else follows the system.
    static const Palette& of(const std::string& setting);
};

// The colour of a person: the same everywhere, readable under white letters.
wxColour colour_of_person(const std::string& name, bool is_dark);
// The same hue, dark enough for white letters.
wxColour colour_chosen(std::uint32_t rgb, bool is_dark);
// One or two letters for a person's disc.
wxString initials_of(const std::string& name);

// A height that has to hold a line of text: grows with the size of type that was chosen.
int type_height(const wxWindow& window, int dip);

// Sizes of type, from the desktop's own font.
struct Type {
    explicit Type(const wxWindow& window);
    wxFont body, bold, italic, bold_italic, code, small, small_bold, title, large;
};

}  // namespace parley::gui
