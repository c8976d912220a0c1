// Stage: the cluster and the display that all tests of this program share, and what is said on it.
#pragma once

#include "tests/gui/window.hpp"

namespace parley::gui::testing {

// As long as the tests run.
extern e2e::Sandbox* sandbox;
extern e2e::Cluster* cluster;

// Waits until the shown room has the text exactly once, and nothing is on its way.
bool on_screen_once(Window& window, const std::string& text);

}  // namespace parley::gui::testing
