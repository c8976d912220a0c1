// Window: one running window of a profile in this process, driven by keys as a person would, looked at through its model.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "chat/cli/invocation.hpp"
#include "gui/views/main_frame.hpp"
#include "tests/e2e/cluster.hpp"

namespace parley::gui::testing {

// What leads a window to that cluster.
chat::GlobalOptions options_for(e2e::Cluster& cluster, std::string profile);

class Window {
public:
    // Profiles are kept in the sandbox of the cluster.
    Window(e2e::Cluster& cluster, std::string profile);
    explicit Window(const chat::GlobalOptions& options);
    ~Window();

    // Runs the event loop until it holds, or 30 s passed.
    bool until(const std::function<bool()>& holds, int seconds = 30);
    void pump(int milliseconds);
    // The same with less waiting between two looks, for measuring.
    bool turn_until(const std::function<bool()>& holds);

    // ---- a person's hands; ASCII only ----
    void type(const std::string& text);
    void press(int key, int modifiers = 0);
    void register_account(const std::string& name);
    void say(const std::string& text);
    // On a window of this one, in its own coordinates; beyond its edges too.
    void point(const wxWindow& on, wxPoint where);
    void click(const wxWindow& on, wxPoint where, int times = 1);
    void click(const wxWindow& button);
    void hold(const wxWindow& on, wxPoint from, wxPoint to);   // the button stays down
    void let_go();
    void drag(const wxWindow& on, wxPoint from, wxPoint to);

    [[nodiscard]] const Model& model() const { return frame_->model(); }
    [[nodiscard]] MainFrame& frame() { return *frame_; }
    [[nodiscard]] std::vector<std::string> texts() const;
    void close();
    void picture(const std::string& path);

private:
    MainFrame* frame_ = nullptr;
};

// Somebody else, who uses the command line under a profile of that name.
void register_person(e2e::Cluster& cluster, e2e::Sandbox& sandbox, const std::string& name);

// Runs the event loop where no window is.
void pump_events(int milliseconds);

// Does it later, also inside of the loop of a menu or a dialogue that stands open until then.
void later(int milliseconds, std::function<void()> what);

// What can have the focus and a screen reader knows by this name; std::out_of_range: nothing that is shown.
wxWindow& window_named(const MainFrame& frame, const std::string& name);

// Of the buttons with this label that are shown, in the order they were made, that one.
wxWindow& button_labelled(const MainFrame& frame, const std::string& label, std::size_t index = 0);

// What Ctrl+C left.
std::string clipboard();

// What a screen reader says of the window that takes the focus in this one.
std::string spoken_name(const wxWindow& window);

// Focusable widgets without an accessible name, by their type's name.
std::vector<std::string> nameless_widgets(const MainFrame& frame);

}  // namespace parley::gui::testing
