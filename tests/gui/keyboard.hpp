// A key straight to the X server (XTest). wxUIActionSimulator turns this process's event loop for tens of milliseconds with each key; whoever measures
// must not wait for that.
#pragma once

namespace parley::gui::testing {

// Enter goes down and up; returns before any window heard of it.
void tap_enter();

}  // namespace parley::gui::testing
