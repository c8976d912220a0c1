// LoginServers: keeps the list of servers beside the log-in form up to date while it is shown, and says where somebody wants to go.
#pragma once

#include <functional>
#include <memory>

#include <wx/timer.h>

#include "gui/engine/server_book.hpp"
#include "gui/views/server_pane.hpp"

namespace parley::gui {

class LoginServers : public wxEvtHandler {
public:
    struct Events {
        std::function<void(PrepareGround prepare, const chat::UsedServer& server)> go_to;
        std::function<void(const std::string& sentence)> failed;
    };
    LoginServers(wxWindow* parent, std::unique_ptr<ServerBook> book, Events events);
    ~LoginServers() override;

    [[nodiscard]] ServerPane* pane() { return pane_; }
    // The page is in sight, or not any more: servers are asked only then.
    void watch(bool is_shown);

private:
    void look();
    void show();

    std::unique_ptr<ServerBook> book_;
    Events events_;
    ServerList list_;
    ServerPane* pane_;                 // its parent's
    wxTimer timer_;
    bool is_shown_ = false;
};

}  // namespace parley::gui
