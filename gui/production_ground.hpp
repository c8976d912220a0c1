// The ground the program stands on: sockets, files and trust of one profile.
#pragma once

#include "chat/cli/invocation.hpp"
#include "gui/engine/engine.hpp"
#include "gui/engine/server_book.hpp"

namespace parley::gui {

PrepareGround production_ground(chat::GlobalOptions options);
// The servers of all profiles of this user, seen from this one.
std::unique_ptr<ServerBook> production_book(chat::GlobalOptions options);

}  // namespace parley::gui
