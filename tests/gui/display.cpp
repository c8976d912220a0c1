#include "tests/gui/display.hpp"

#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include <unistd.h>
#include <wx/app.h>
#include <wx/init.h>

namespace parley::gui::testing {
namespace {

// Where no other run of these tests is likely to have its display.
std::string display_name() { return ":" + std::to_string(200 + ::getpid() % 700); }

class TestApp : public wxApp {
public:
    bool OnInit() override { return true; }
};

}  // namespace

Display::Display(e2e::Sandbox& sandbox) {
    const std::string name = display_name();
    e2e::Spawn spawn = sandbox.command("parley", {}, "display");
    spawn.arguments = {"/usr/bin/Xvfb", name, "-screen", "0", "1280x860x24", "-nolisten", "tcp", "-noreset"};
    server_ = std::make_unique<e2e::Process>(spawn);
    const std::string socket = "/tmp/.X11-unix/X" + name.substr(1);
    if (!e2e::eventually(std::chrono::seconds{20}, [&] { return ::access(socket.c_str(), F_OK) == 0 || !server_->is_running(); }) || !server_->is_running()) {
        throw std::runtime_error("Xvfb does not start: " + e2e::read_text(spawn.errors));
    }
    ::setenv("DISPLAY", name.c_str(), 1);
    ::setenv("GDK_BACKEND", "x11", 1);
    ::setenv("NO_AT_BRIDGE", "1", 1);            // no session bus here
    ::setenv("GTK_THEME", "", 1);
    ::unsetenv("GTK_THEME");
    ::unsetenv("WAYLAND_DISPLAY");
    e2e::Spawn manager = sandbox.command("parley", {}, "manager");
    manager.arguments = {"/usr/bin/openbox", "--sm-disable"};
    manager.environment["DISPLAY"] = name;
    manager_ = std::make_unique<e2e::Process>(manager);
}

Display::~Display() = default;

bool start_wx(int& count, char** arguments) {
    wxApp::SetInstance(new TestApp);   // wxEntryCleanup destroys it
    if (wxEntryStart(count, arguments) && wxTheApp->CallOnInit()) return true;
    std::cerr << "wxWidgets does not start on this display\n";
    return false;
}

void end_wx() {
    wxTheApp->OnExit();
    wxEntryCleanup();
}

}  // namespace parley::gui::testing
