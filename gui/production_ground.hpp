// The ground the program stands on: sockets, files and trust of one profile.
#pragma once

#include "chat/cli/invocation.hpp"
#include "gui/engine/engine.hpp"

namespace parley::gui {

PrepareGround production_ground(chat::GlobalOptions options);

}  // namespace parley::gui
