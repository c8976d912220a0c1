// TrayIcon: Parley in the desktop's notification area, for those who want it there: how much is unread, and the way to the
// window. The window never hides behind it: many desktops show no such icon.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include <wx/taskbar.h>

namespace parley::gui {

struct TrayEvents {
    std::function<void()> open, settings, quit;
};

class TrayIcon : public wxTaskBarIcon {
public:
    explicit TrayIcon(TrayEvents events);
    void show(std::uint64_t unread);

private:
    wxMenu* CreatePopupMenu() override;   // wxTaskBarIcon destroys it

    TrayEvents events_;
    std::optional<std::uint64_t> shown_;
};

}  // namespace parley::gui
