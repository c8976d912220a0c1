// Display: an X server without a screen and a window manager on it, for this process, as long as it lives.
#pragma once

#include <memory>
#include <string>

#include "tests/e2e/sandbox.hpp"

namespace parley::gui::testing {

class Display {
public:
    // Throws when Xvfb or openbox is missing (packaging/packages.txt, group test).
    explicit Display(e2e::Sandbox& sandbox);
    ~Display();

private:
    std::unique_ptr<e2e::Process> server_;
    std::unique_ptr<e2e::Process> manager_;
};

// Starts wxWidgets on the display. Returns false, with a sentence on standard error, when that fails.
bool start_wx(int& count, char** arguments);
// What GTK and GLib found wrong with this process so far, as critical; each is written to standard error, too.
int complaints();
void end_wx();

}  // namespace parley::gui::testing
