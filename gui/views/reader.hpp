// Reader: the newest messages of a room as one plain text, for screen readers and for selecting across messages.
#pragma once

#include <wx/window.h>

#include "gui/model/room.hpp"
#include "gui/views/palette.hpp"

namespace parley::gui {

// Shows it until it is closed.
void read_room(wxWindow* parent, const Room& room, const Palette& palette);

}  // namespace parley::gui
