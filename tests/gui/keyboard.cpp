#include "tests/gui/keyboard.hpp"

#include <gdk/gdkx.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>

namespace parley::gui::testing {

void tap_enter() {
    Display* const display = gdk_x11_get_default_xdisplay();
    const KeyCode key = XKeysymToKeycode(display, XK_Return);
    XTestFakeKeyEvent(display, key, True, CurrentTime);
    XTestFakeKeyEvent(display, key, False, CurrentTime);
    XFlush(display);
}

}  // namespace parley::gui::testing
