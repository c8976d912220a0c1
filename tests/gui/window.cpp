#include "tests/gui/window.hpp"

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <gtk/gtk.h>
#include <wx/app.h>
#include <wx/button.h>
#include <wx/clipbrd.h>
#include <wx/dataobj.h>
#include <wx/evtloop.h>
#include <wx/timer.h>
#include <wx/uiaction.h>

#include "gui/production_ground.hpp"
#include "gui/views/text.hpp"

namespace parley::gui::testing {
namespace {

using Clock = std::chrono::steady_clock;

void turn_loop() {
    auto* loop = dynamic_cast<wxGUIEventLoop*>(wxEventLoopBase::GetActive());
    if (loop == nullptr) return;
    for (int events = 0; events < 200 && loop->Pending(); ++events) loop->Dispatch();
    wxTheApp->ProcessPendingEvents();
    loop->ProcessIdle();
}

void collect_nameless(GtkWidget* widget, std::vector<std::string>& found) {
    if (!gtk_widget_get_visible(widget)) return;
    if (gtk_widget_get_can_focus(widget) && !GTK_IS_WINDOW(widget) && !GTK_IS_SCROLLED_WINDOW(widget) && !GTK_IS_PANED(widget)) {
        const char* name = atk_object_get_name(gtk_widget_get_accessible(widget));
        if (name == nullptr || *name == '\0') found.emplace_back(G_OBJECT_TYPE_NAME(widget));
    }
    if (!GTK_IS_CONTAINER(widget)) return;
    GList* children = gtk_container_get_children(GTK_CONTAINER(widget));
    for (GList* child = children; child != nullptr; child = child->next) collect_nameless(GTK_WIDGET(child->data), found);
    g_list_free(children);
}

void collect_buttons(const wxWindow& window, const std::string& label, std::vector<wxWindow*>& found) {
    for (wxWindow* child : window.GetChildren()) {
        if (dynamic_cast<wxButton*>(child) != nullptr && child->IsShownOnScreen() && to_utf8(child->GetLabel()) == label) found.push_back(child);
        collect_buttons(*child, label, found);
    }
}

void collect_named(const wxWindow& window, const std::string& name, std::vector<wxWindow*>& found) {
    for (wxWindow* child : window.GetChildren()) {
        if (child->IsShownOnScreen() && child->CanAcceptFocus() && spoken_name(*child) == name) found.push_back(child);
        collect_named(*child, name, found);
    }
}

}  // namespace

chat::GlobalOptions options_for(e2e::Cluster& cluster, std::string profile) {
    chat::GlobalOptions options;
    options.profile = std::move(profile);
    options.servers = cluster.servers();
    options.ca = cluster.ca();
    return options;
}

Window::Window(e2e::Cluster& cluster, std::string profile) : Window(options_for(cluster, std::move(profile))) {}

Window::Window(const chat::GlobalOptions& options) {
    frame_ = new MainFrame(production_ground(options), production_book(options));
    if (!until([&] { return frame_->IsShown() && model().knows_account(); })) throw std::runtime_error("the window does not appear");
    frame_->Raise();
    pump(200);
}

Window::~Window() { close(); }

void Window::close() {
    if (frame_ == nullptr) return;
    std::exchange(frame_, nullptr)->Close(true);
    pump(50);
}

bool Window::until(const std::function<bool()>& holds, int seconds) {
    const auto end = Clock::now() + std::chrono::seconds{seconds};
    while (!holds()) {
        if (Clock::now() > end) return false;
        turn_loop();
        std::this_thread::sleep_for(std::chrono::milliseconds{4});
    }
    return true;
}

bool Window::turn_until(const std::function<bool()>& holds) {
    const auto end = Clock::now() + std::chrono::seconds{30};
    while (!holds()) {
        if (Clock::now() > end) return false;
        turn_loop();
        std::this_thread::sleep_for(std::chrono::microseconds{200});
    }
    return true;
}

void Window::pump(int milliseconds) { pump_events(milliseconds); }

void pump_events(int milliseconds) {
    const auto end = Clock::now() + std::chrono::milliseconds{milliseconds};
    while (Clock::now() < end) {
        turn_loop();
        std::this_thread::sleep_for(std::chrono::milliseconds{4});
    }
}

void Window::type(const std::string& text) {
    wxUIActionSimulator hands;
    hands.Text(text.c_str());
    pump(30);
}

void Window::press(int key, int modifiers) {
    wxUIActionSimulator hands;
    hands.Char(key, modifiers);
    pump(30);
}

void Window::register_account(const std::string& name) {
    type(name);
    press(WXK_TAB);
    type("correcthorse");
    press(WXK_TAB);
    type("correcthorse");
    press(WXK_RETURN);
    if (!until([&] { return model().selected() != nullptr; })) throw std::runtime_error("registering did not work: " + model().form().sentence);
    pump(200);
}

void Window::say(const std::string& text) {
    type(text);
    press(WXK_RETURN);
}

void Window::point(const wxWindow& on, wxPoint where) {
    wxUIActionSimulator hands;
    const wxPoint on_screen = on.ClientToScreen(where);
    hands.MouseMove(on_screen.x, on_screen.y);
    pump(40);
}

void Window::click(const wxWindow& on, wxPoint where, int times) {
    pump(600);   // so that it belongs to no click before
    point(on, where);
    wxUIActionSimulator hands;
    for (int i = 0; i < times; ++i) {
        hands.MouseDown();
        hands.MouseUp();
    }
    pump(100);
}

void Window::click(const wxWindow& button) { click(button, wxPoint(button.GetSize().x / 2, button.GetSize().y / 2)); }

void Window::hold(const wxWindow& on, wxPoint from, wxPoint to) {
    pump(600);
    point(on, from);
    wxUIActionSimulator().MouseDown();
    pump(40);
    const wxPoint half = from + (to - from) / 2;
    point(on, half);
    point(on, to);
}

void Window::let_go() {
    wxUIActionSimulator().MouseUp();
    pump(100);
}

void Window::drag(const wxWindow& on, wxPoint from, wxPoint to) {
    hold(on, from, to);
    let_go();
}

std::vector<std::string> Window::texts() const {
    std::vector<std::string> found;
    if (model().selected() == nullptr) return found;
    for (const auto& message : model().selected()->messages()) {
        if (message.kind == chat::MessageKind::text) found.push_back(message.deleted ? "(deleted)" : message.text);
    }
    return found;
}

void Window::picture(const std::string& path) {
    pump(400);
    const std::string command = "import -window root '" + path + "'";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("no picture could be taken");
}

void register_person(e2e::Cluster& cluster, e2e::Sandbox& sandbox, const std::string& name) {
    std::vector<std::string> words{"register", name, "--password-file", sandbox.path("password")};
    const std::vector<std::string> reach = cluster.reach();
    words.insert(words.end(), reach.begin(), reach.end());
    const e2e::Finished finished = sandbox.as(name, words);
    if (finished.code != 0) throw std::runtime_error("register " + name + ": " + finished.errors);
}

void later(int milliseconds, std::function<void()> what) {
    class Later : public wxTimer {
    public:
        explicit Later(std::function<void()> what) : what_(std::move(what)) {}
        void Notify() override {
            what_();
            wxTheApp->ScheduleForDestruction(this);
        }

    private:
        std::function<void()> what_;
    };
    (new Later(std::move(what)))->StartOnce(milliseconds);   // destroys itself
}

wxWindow& window_named(const MainFrame& frame, const std::string& name) {
    std::vector<wxWindow*> found;
    collect_named(frame, name, found);
    return *found.at(0);
}

wxWindow& button_labelled(const MainFrame& frame, const std::string& label, std::size_t index) {
    std::vector<wxWindow*> found;
    collect_buttons(frame, label, found);
    return *found.at(index);
}

std::string clipboard() {
    wxTextDataObject text;
    if (!wxTheClipboard->Open()) return "";
    wxTheClipboard->GetData(text);
    wxTheClipboard->Close();
    return to_utf8(text.GetText());
}

std::string spoken_name(const wxWindow& window) {
    GtkWidget* widget = window.m_wxwindow != nullptr ? window.m_wxwindow : static_cast<GtkWidget*>(window.GetHandle());
    const char* name = atk_object_get_name(gtk_widget_get_accessible(widget));
    return name == nullptr ? "" : name;
}

std::vector<std::string> nameless_widgets(const MainFrame& frame) {
    std::vector<std::string> found;
    collect_nameless(static_cast<GtkWidget*>(frame.GetHandle()), found);
    return found;
}

}  // namespace parley::gui::testing
