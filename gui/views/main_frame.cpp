#include "gui/views/main_frame.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <wx/display.h>
#include <wx/menu.h>
#include <wx/msgdlg.h>
#include <wx/sizer.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int show_at_latest_ms = 400;
constexpr int type_settles_ms = 60;
constexpr std::size_t notifications_max = 16;
constexpr int away_after_ms = 5 * 60 * 1000;
// What to press, and what it does.
struct Key {
    const char* keys;
    const char* does;
};
constexpr std::array keys{
    Key{N_("Ctrl+K"), N_("Go to a room or a person")},
    Key{N_("Alt+↑  Alt+↓"), N_("Previous, next room")},
    Key{N_("Alt+Shift+↑  Alt+Shift+↓"), N_("Previous, next room with something new")},
    Key{N_("Ctrl+N"), N_("New conversation")},
    Key{N_("Ctrl+D"), N_("This room to the favourites, at the top of the list, or back")},
    Key{N_("Ctrl+Shift+N"), N_("Of what this room notifies")},
    Key{N_("Ctrl+Shift+P"), N_("What is pinned in this room")},
    Key{N_("Ctrl+F"), N_("Search in this room")},
    Key{N_("Ctrl+Shift+F"), N_("Search in all rooms")},
    Key{N_("Ctrl+M"), N_("Members")},
    Key{N_("Ctrl+J"), N_("Go to a day")},
    Key{N_("Ctrl+U"), N_("Attach files; Ctrl+V takes a picture or files, too")},
    Key{N_("Alt+1  Alt+2  Alt+3"), N_("Take a suggested answer over into what you write")},
    Key{N_("Ctrl+,"), N_("Settings")},
    Key{N_("Ctrl+Shift+A"), N_("Administration, for administrators; Ctrl+Page Up, Ctrl+Page Down: its parts")},
    Key{N_("Ctrl+Shift+L"), N_("The fault lab, where the cluster that runs here has one")},
    Key{N_("/ in an empty text"), N_("Commands to choose from; // is a text that begins with a slash")},
    Key{N_("Enter"), N_("Send")},
    Key{N_("Shift+Enter"), N_("New line")},
    Key{N_("Page Up, Page Down"), N_("Scroll")},
    Key{N_("↑ in an empty text"), N_("Change your last message")},
    Key{N_("F6, then ↑ ↓"), N_("Choose a message: R answers, + reacts, E changes,\n\tDel deletes, T shows the thread, U marks unread, C copies,\n\tV tells who has read it, H what it said before, P pins, S saves its file, Enter shows its picture")},
    Key{N_("Drag, double click, triple click"), N_("Select letters, words, messages; Shift+click goes on; Ctrl+C copies")},
    Key{N_("Esc"), N_("Back to the newest message")},
    Key{N_("F6"), N_("Next part of the window")},
    Key{N_("F7"), N_("The messages as plain text, for screen readers")},
    Key{N_("Ctrl+Q"), N_("Quit")},
};

std::string keys_text() {
    std::string text;
    for (const Key& key : keys) text += (text.empty() ? "" : "\n") + tr(key.keys) + "\t" + tr(key.does);
    return text;
}

const Palette& palette_of(const Preferences& preferences) { return Palette::of(theme_name(preferences.theme)); }

// Sizes that were asked for before the letters grew or shrank are not true any more.
void lay_out_anew(wxWindow& window) {
    for (wxWindow* child : window.GetChildren()) lay_out_anew(*child);
    window.InvalidateBestSize();
    if (window.GetSizer() != nullptr) window.Layout();
    window.Refresh();
}

}  // namespace

MainFrame::MainFrame(PrepareGround prepare, std::unique_ptr<ServerBook> book) : wxFrame(nullptr, wxID_ANY, "Parley"), show_timer_(this), away_timer_(this, wxID_HIGHEST + 1), type_timer_(this, wxID_HIGHEST + 2) {
    SetSize(FromDIP(wxSize(1080, 720)));
    SetMinSize(FromDIP(wxSize(560, 400)));
    // Timers of a window that was closed run until it is destroyed, a turn or more later.
    const auto post = [this](Command command) {
        if (engine_) engine_->post(std::move(command));
    };
    login_ = new LoginPage(this, {[post](const std::string& name, const std::string& password) { post(Register{name, password}); },
                                  [post](const std::string& name, const std::string& password) { post(LogIn{name, password}); }});
    if (book) offer_servers(std::move(book));
    chat_ = new ChatPage(this, model_, post, [this] { show_menu(); });
    chat_->on_read = [this] { refresh_title(); };
    chat_->on_preferences = [this](const Preferences& chosen) { choose(chosen); };
    chat_->on_page = [this] {
        model_.is_watching = IsActive() && chat_->shows_room();
        refresh_title();
        // A page that was out of sight meanwhile has the old letters' sizes.
        if (is_type_changed_) type_timer_.StartOnce(type_settles_ms);
    };
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->Add(login_, wxSizerFlags(1).Expand());
    all->Add(chat_, wxSizerFlags(1).Expand());
    SetSizer(all);
    login_->Hide();
    chat_->Hide();
    apply_looks();
    Bind(wxEVT_CLOSE_WINDOW, &MainFrame::on_close, this);
    Bind(wxEVT_CHAR_HOOK, &MainFrame::on_key, this);
    Bind(wxEVT_ACTIVATE, [this](wxActivateEvent& event) {
        watch(event.GetActive());
        event.Skip();
    });
    Bind(wxEVT_TIMER, [this](wxTimerEvent&) { show_page(); }, show_timer_.GetId());
    Bind(wxEVT_TIMER, [this](wxTimerEvent&) {
        if (engine_) engine_->post(BeAway{true});
    }, away_timer_.GetId());
    Bind(wxEVT_TIMER, [this](wxTimerEvent&) {
        lay_out_anew(*this);
        chat_->set_palette(palette_of(model_.preferences()));
    }, type_timer_.GetId());
    // A cluster that takes its time must not keep the window away.
    show_timer_.StartOnce(show_at_latest_ms);
    start(std::move(prepare));
}

void MainFrame::start(PrepareGround prepare) {
    engine_ = std::make_unique<Engine>(std::move(prepare), [this] { CallAfter([this] { drain(); }); });
}

void MainFrame::offer_servers(std::unique_ptr<ServerBook> book) {
    servers_ = std::make_unique<LoginServers>(login_, std::move(book), LoginServers::Events{
        [this](PrepareGround other, const chat::UsedServer& server) { go_to(std::move(other), server); },
        [this](const std::string& sentence) { login_->say(from_utf8(tr_known(sentence)), true); }});
    login_->put_beside(*servers_->pane());
}

// Nobody is logged in where one comes from, so nothing of it is on the screen but the form.
void MainFrame::go_to(PrepareGround prepare, const chat::UsedServer& server) {
    if (!engine_ || model_.is_logged_in()) return;
    engine_.reset();
    refresh(model_.apply(FormRefused{}));
    refresh(model_.apply(ConnectionStatus{}));
    login_->begin_anew(server.accounts.empty() ? "" : server.accounts.front());
    start(std::move(prepare));
    servers_->watch(false);
    servers_->watch(true);
}

MainFrame::~MainFrame() { engine_.reset(); }

void MainFrame::drain() {
    if (!engine_) return;
    Changed changed;
    for (Notification& notification : engine_->drain()) changed |= model_.apply(std::move(notification));
    refresh(changed);
}

void MainFrame::refresh(const Changed& changed) {
    if (changed.settings) {
        apply_looks();
        restore_geometry();
    }
    if (changed.account || changed.connection) {
        login_->refresh(model_);
        show_page();
    }
    chat_->refresh(changed);
    if (changed.replicas && cluster_) cluster_->show(model_);
    if (changed.rooms || changed.selected || changed.account || changed.profiles) refresh_title();
    notify_alerts();
}

void MainFrame::refresh_title() {
    const std::uint64_t unread = model_.unread();
    const std::string room = chat_->shows_administration() ? tr("Administration") : chat_->shows_lab() ? tr("Fault lab") : chat_->shows_settings() ? tr("Settings")
                             : model_.selected() == nullptr ? "" : model_.title_of(*model_.selected());
    const std::string named = room.empty() ? "Parley" : room + " – Parley";
    const wxString title = from_utf8(unread == 0 ? named : fmt::format("({}) {}", unread, named));
    if (GetTitle() != title) SetTitle(title);
    refresh_tray();
}

void MainFrame::show_page() {
    const bool is_in = model_.is_logged_in();
    if (chat_->IsShown() != is_in || login_->IsShown() == is_in) {
        chat_->Show(is_in);
        login_->Show(!is_in);
        Layout();
        if (!is_in) login_->focus();
        if (is_in) chat_->focus_composer();
    }
    if (servers_) servers_->watch(!is_in);
    if (!IsShown()) Show();
}

// ---- looks ----

void MainFrame::apply_looks() {
    const Preferences& wanted = model_.preferences();
    const bool is_other_size = !looks_ || looks_->text_percent != wanted.text_percent;
    const bool is_other_theme = !looks_ || looks_->theme != wanted.theme;
    looks_ = wanted;
    if (is_other_size) scale_text(wanted.text_percent);
    if (is_other_size || is_other_theme) {
        const Palette& palette = palette_of(wanted);
        prefer_dark_widgets(palette.is_dark);
        SetBackgroundColour(palette.canvas);
        login_->set_palette(palette);
        if (servers_) servers_->pane()->set_palette(palette);
        chat_->set_palette(palette);
        if (cluster_) cluster_->set_palette(palette);
    }
    refresh_tray();
    // Later: GTK gives its widgets the new letters when it draws them the next time.
    if (!is_other_size || !engine_) return;
    is_type_changed_ = true;
    type_timer_.StartOnce(type_settles_ms);
}

void MainFrame::choose(const Preferences& wanted) {
    engine_->post(SavePreferences{wanted});
    refresh(model_.apply(PreferencesRead{wanted, ""}));
}

void MainFrame::set_theme(const std::string& theme) {
    Preferences wanted = model_.preferences();
    wanted.theme = theme_named(theme);
    choose(wanted);
}

void MainFrame::set_text_percent(int percent) {
    Preferences wanted = model_.preferences();
    wanted.text_percent = percent;
    choose(wanted);
}

void MainFrame::restore_geometry() {
    if (is_geometry_known_ || model_.setting("side").empty()) return;   // the last one that is read
    is_geometry_known_ = true;
    int width = 0, height = 0, is_maximized = 0;
    int side = 0;
    if (std::sscanf(model_.setting("side").c_str(), "%d", &side) == 1) chat_->set_side_width(side);
    if (std::sscanf(model_.setting("window").c_str(), "%d %d %d", &width, &height, &is_maximized) != 3) return;
    const wxRect screen = wxDisplay(this).GetClientArea();
    SetSize(std::clamp(width, GetMinWidth(), std::max(screen.width, GetMinWidth())), std::clamp(height, GetMinHeight(), std::max(screen.height, GetMinHeight())));
    if (is_maximized != 0) Maximize();
}

void MainFrame::save_geometry() {
    engine_->post(SaveSetting{"side", fmt::format("{}", chat_->side_width())});
    if (IsIconized()) return;
    engine_->post(SaveSetting{"window", fmt::format("{} {} {}", GetSize().x, GetSize().y, IsMaximized() ? 1 : 0)});
}

// ---- menu and keys ----

void MainFrame::show_menu() {
    wxMenu menu;
    const int settings = menu.Append(wxID_ANY, _("Settings") + "\tCtrl+,")->GetId();
    const int cluster = menu.Append(wxID_ANY, _("Cluster…"))->GetId();
    const int admin = model_.is_administrator() ? menu.Append(wxID_ANY, _("Administration") + "\tCtrl+Shift+A")->GetId() : int{wxID_NONE};
    const int lab = model_.lab().is_there() ? menu.Append(wxID_ANY, _("Fault lab") + "\tCtrl+Shift+L")->GetId() : int{wxID_NONE};
    const int keys = menu.Append(wxID_ANY, _("Keys") + "\tCtrl+/")->GetId();
    menu.AppendSeparator();
    const int log_out = menu.Append(wxID_ANY, _("Log out…"))->GetId();
    const int quit = menu.Append(wxID_ANY, _("Quit") + "\tCtrl+Q")->GetId();
    const int chosen = GetPopupMenuSelectionFromUser(menu);
    if (chosen == wxID_NONE) return;
    if (chosen == settings) chat_->show_settings(true);
    if (chosen == admin) chat_->show_administration(true);
    if (chosen == lab) chat_->show_lab(true);
    if (chosen == keys) show_keys();
    if (chosen == cluster) show_cluster();
    if (chosen == quit) Close();
    if (chosen != log_out) return;
    wxMessageDialog question(this, _("Log out on this device? Messages and drafts kept on this computer are removed."), _("Log out"),
                             wxYES_NO | wxNO_DEFAULT | wxICON_QUESTION);
    question.SetYesNoLabels(_("Log out"), _("Stay"));
    if (question.ShowModal() == wxID_YES) engine_->post(LogOut{});
}

void MainFrame::show_cluster() {
    if (cluster_) return cluster_->Raise();
    cluster_ = new ClusterDialog(this, palette_of(model_.preferences()), [this] {   // destroys itself
        if (engine_) engine_->post(LookAtReplicas{});
    });
    cluster_->Show();
}

void MainFrame::show_keys() { wxMessageBox(from_utf8(keys_text()), _("Keys"), wxOK, this); }

void MainFrame::on_key(wxKeyEvent& event) {
    const int key = event.GetKeyCode();
    if (event.ControlDown() && key == 'Q') {
        Close();
        return;
    }
    if (!chat_->IsShown()) return event.Skip();
    const bool is_number = key >= '1' && key <= '3';
    if (event.AltDown() && is_number && chat_->take_reply(static_cast<std::size_t>(key - '0'))) return;
    const bool is_arrow = key == WXK_UP || key == WXK_DOWN;
    if (event.AltDown() && is_arrow) return chat_->step(key == WXK_UP ? -1 : +1, event.ShiftDown());
    if (event.ControlDown() && !event.AltDown()) {
        switch (key) {
            case 'K': return chat_->switch_room();
            case 'N': return event.ShiftDown() ? chat_->notify_menu() : chat_->new_conversation();
            case 'F': return event.ShiftDown() ? chat_->search_everywhere() : chat_->open_search();
            case 'P':
                if (!event.ShiftDown()) break;
                return chat_->toggle_pins();
            case 'D': return chat_->toggle_favourite();
            case 'M': return chat_->toggle_members();
            case 'J': return chat_->go_to_day();
            case 'U': return chat_->choose_files();
            case 'A':
                if (!event.ShiftDown()) break;
                return chat_->show_administration(!chat_->shows_administration());
            case 'L':
                if (!event.ShiftDown()) break;
                return chat_->show_lab(!chat_->shows_lab());
            case ',': return chat_->show_settings(!chat_->shows_settings());
            case '/': return show_keys();
            default: break;
        }
    }
    if (key == WXK_F6) return chat_->next_pane();
    if (key == WXK_F7) return chat_->read_aloud();
    if (key == WXK_ESCAPE && chat_->escape()) return;
    event.Skip();
}

void MainFrame::watch(bool is_active) {
    model_.is_watching = is_active && chat_->shows_room();
    away_timer_.Stop();
    if (!is_active) away_timer_.StartOnce(away_after_ms);
    if (is_active && engine_) {
        engine_->post(BeAway{false});
        engine_->post(LookAtLab{});   // the cluster may have been started anew, with one or without
    }
    if (is_active) chat_->Refresh();   // what is on screen counts as seen from now on
}

void MainFrame::notify_alerts() {
    const std::vector<Alert> alerts = model_.take_alerts();
    if (!alerts.empty() && model_.preferences().alert_sound) wxBell();
    for (const Alert& alert : alerts) notify(alert);
    if (!alerts.empty() && !IsActive()) RequestUserAttention(wxUSER_ATTENTION_INFO);
}

void MainFrame::notify(const Alert& alert) {
    auto message = std::make_unique<wxNotificationMessage>(from_utf8(alert.title), from_utf8(alert.text).Left(300), this);
    message->Bind(wxEVT_NOTIFICATION_MESSAGE_CLICK, [this, room = alert.room, number = alert.number](wxCommandEvent&) {
        CallAfter([this, room, number] {
            come_forward();
            chat_->show_place(room, number);
        });
    });
    message->Show();
    notifications_.push_back(std::move(message));
    if (notifications_.size() > notifications_max) notifications_.pop_front();
}

void MainFrame::come_forward() {
    Iconize(false);
    Show();
    Raise();
}

void MainFrame::refresh_tray() {
    const bool is_wanted = model_.preferences().has_tray_icon && model_.is_logged_in() && wxTaskBarIcon::IsAvailable();
    if (!is_wanted) return tray_.reset();
    if (!tray_) {
        tray_ = std::make_unique<TrayIcon>(TrayEvents{[this] { come_forward(); },
                                                      [this] {
                                                          come_forward();
                                                          chat_->show_settings(true);
                                                      },
                                                      [this] { CallAfter([this] { Close(); }); }});
    }
    tray_->show(model_.unread());
}

void MainFrame::on_close(wxCloseEvent&) {
    if (!engine_) return;   // it was closed before, and goes
    chat_->flush();
    save_geometry();
    tray_.reset();   // or the program would not end
    if (servers_) servers_->watch(false);
    Hide();
    engine_.reset();   // sends nothing more; what is not saved yet is in the outbox
    Destroy();
}

}  // namespace parley::gui
