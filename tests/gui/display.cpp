#include "tests/gui/display.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include <glib.h>
#include <wx/app.h>
#include <wx/init.h>

namespace parley::gui::testing {
namespace {

// The number is the server's own choice, told once it takes connections: a socket file of a dead server says nothing.
std::string number_told_in(const std::string& file) {
    const std::string told = e2e::read_text(file);
    return told.ends_with('\n') ? told.substr(0, told.size() - 1) : "";
}

int criticals = 0;

void note_critical(const gchar* domain, GLogLevelFlags level, const gchar* message, gpointer data) {
    if ((level & G_LOG_LEVEL_CRITICAL) != 0) ++criticals;
    g_log_default_handler(domain, level, message, data);
}

class TestApp : public wxApp {
public:
    bool OnInit() override { return true; }
};

}  // namespace

Display::Display(e2e::Sandbox& sandbox) {
    e2e::Spawn spawn = sandbox.command("parley", {}, "display");
    spawn.arguments = {"/usr/bin/Xvfb", "-displayfd", "1", "-screen", "0", "1280x860x24", "-nolisten", "tcp", "-noreset"};
    server_ = std::make_unique<e2e::Process>(spawn);
    const auto answered = [&] { return !number_told_in(spawn.output).empty() || !server_->is_running(); };
    if (!e2e::eventually(std::chrono::seconds{20}, answered) || !server_->is_running()) {
        throw std::runtime_error("Xvfb does not start: " + e2e::read_text(spawn.errors));
    }
    const std::string name = ":" + number_told_in(spawn.output);
    ::setenv("DISPLAY", name.c_str(), 1);
    ::setenv("GDK_BACKEND", "x11", 1);
    ::setenv("LC_ALL", "C.UTF-8", 1);           // the same words on every machine, GTK's too
    ::setenv("LANGUAGE", "en", 1);
    ::setenv("NO_AT_BRIDGE", "1", 1);            // no session bus here
    ::setenv("GTK_THEME", "", 1);
    ::unsetenv("GTK_THEME");
    ::unsetenv("WAYLAND_DISPLAY");
    e2e::Spawn manager = sandbox.command("parley", {}, "manager");
    manager.arguments = {"/usr/bin/openbox", "--sm-disable"};
    manager.environment["DISPLAY"] = name;
    manager_ = std::make_unique<e2e::Process>(manager);
}

Display::~Display() {
    manager_.reset();
    server_->signal(SIGTERM);   // it takes its lock and its socket with it
    server_->wait(std::chrono::seconds{5});
}

int complaints() { return criticals; }

bool start_wx(int& count, char** arguments) {
    g_log_set_default_handler(note_critical, nullptr);
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
