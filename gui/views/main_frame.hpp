// MainFrame: the one window. It owns engine and model, takes the engine's notifications to the model, and tells the
// pages what changed.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include <wx/frame.h>
#include <wx/notifmsg.h>
#include <wx/timer.h>
#include <wx/weakref.h>

#include "gui/engine/engine.hpp"
#include "gui/model/model.hpp"
#include "gui/views/chat_page.hpp"
#include "gui/views/cluster_dialog.hpp"
#include "gui/views/login_page.hpp"
#include "gui/views/login_servers.hpp"
#include "gui/views/tray_icon.hpp"

namespace parley::gui {

class MainFrame : public wxFrame {
public:
    // `book`: the servers that the page which logs somebody in offers; none: it offers none.
    explicit MainFrame(PrepareGround prepare, std::unique_ptr<ServerBook> book = nullptr);
    ~MainFrame() override;

    [[nodiscard]] const Model& model() const { return model_; }
    [[nodiscard]] ChatPage& chat() { return *chat_; }
    // Nullptr: there is no book.
    [[nodiscard]] ServerPane* servers() { return servers_ ? servers_->pane() : nullptr; }
    // "light", "dark" or "system"; kept for this user.
    void set_theme(const std::string& theme);
    // One of text_percents; the same.
    void set_text_percent(int percent);

private:
    void start(PrepareGround prepare);
    void offer_servers(std::unique_ptr<ServerBook> book);
    void go_to(PrepareGround prepare, const chat::UsedServer& server);
    void drain();
    void refresh(const Changed& changed);
    void apply_looks();
    void choose(const Preferences& wanted);
    void restore_geometry();
    void save_geometry();
    void show_page();
    void refresh_title();
    void show_menu();
    void show_keys();
    void show_cluster();
    void notify_alerts();
    void notify(const Alert& alert);
    void refresh_tray();
    void come_forward();
    void on_key(wxKeyEvent& event);
    void on_close(wxCloseEvent& event);
    void watch(bool is_active);

    Model model_;
    LoginPage* login_;
    std::unique_ptr<LoginServers> servers_;
    ChatPage* chat_;
    wxWeakRef<ClusterDialog> cluster_;   // while it is open
    std::unique_ptr<TrayIcon> tray_;     // where somebody wants it and the desktop has a place for it
    std::deque<std::unique_ptr<wxNotificationMessage>> notifications_;   // the newest ones: a click finds its way as long as they are here
    wxTimer show_timer_;
    wxTimer away_timer_;               // nobody looked at the window for a while
    wxTimer type_timer_;               // letters have another size
    bool is_type_changed_ = false;     // since the window was made
    bool is_geometry_known_ = false;
    std::optional<Preferences> looks_;   // as they were applied last
    std::unique_ptr<Engine> engine_;   // last: its thread may call the frame as long as it lives
};

}  // namespace parley::gui
