#include "gui/views/tray_icon.hpp"

#include <string>

#include <wx/bmpbndl.h>
#include <wx/menu.h>

#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

// The program's own sign; with something unread it has a red dot.
constexpr const char* sign =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 128 128\" width=\"128\" height=\"128\">"
    "<rect x=\"8\" y=\"8\" width=\"112\" height=\"112\" rx=\"26\" fill=\"#2563c9\"/>"
    "<path d=\"M34 36h60a10 10 0 0 1 10 10v32a10 10 0 0 1-10 10H62L44 104V88H34a10 10 0 0 1-10-10V46a10 10 0 0 1 10-10z\" fill=\"#fff\"/>";
constexpr const char* dot = "<circle cx=\"98\" cy=\"30\" r=\"28\" fill=\"#d04545\"/>";

wxBitmapBundle picture(bool has_unread) {
    const std::string text = std::string{sign} + (has_unread ? dot : "") + "</svg>";
    return wxBitmapBundle::FromSVG(text.c_str(), wxSize(22, 22));
}

}  // namespace

TrayIcon::TrayIcon(TrayEvents events) : events_(std::move(events)) {
    Bind(wxEVT_TASKBAR_LEFT_UP, [this](wxTaskBarIconEvent&) { events_.open(); });
}

void TrayIcon::show(std::uint64_t unread) {
    if (shown_ == unread) return;
    shown_ = unread;
    const wxString says = unread == 0 ? wxString("Parley") : from_utf8(tr_count("Parley: {0} unread", "Parley: {0} unread", unread));
    SetIcon(picture(unread > 0), says);
}

wxMenu* TrayIcon::CreatePopupMenu() {
    auto* menu = new wxMenu;
    const int open = menu->Append(wxID_ANY, _("Open Parley"))->GetId();
    const int settings = menu->Append(wxID_ANY, _("Settings"))->GetId();
    menu->AppendSeparator();
    const int quit = menu->Append(wxID_ANY, _("Quit"))->GetId();
    menu->Bind(wxEVT_MENU, [this, open, settings, quit](wxCommandEvent& event) {
        if (event.GetId() == open) events_.open();
        if (event.GetId() == settings) events_.settings();
        if (event.GetId() == quit) events_.quit();
    });
    return menu;
}

}  // namespace parley::gui
