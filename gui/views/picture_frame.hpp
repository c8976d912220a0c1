// A picture in a window of its own, as large as the screen allows. Esc, Enter or a click closes it; one goes on typing beside it.
#pragma once

#include <memory>
#include <string>

#include <wx/window.h>

#include "gui/views/palette.hpp"
#include "gui/views/picture_decoder.hpp"

namespace parley::gui {

// The window belongs to `parent` and goes with it.
void show_picture(wxWindow* parent, const Palette& palette, const std::string& name, const Pixels& pixels);
// What may be shown at most on the screen that `window` is on.
wxSize picture_room(const wxWindow& window);

}  // namespace parley::gui
