// gui_random [SECONDS] [SEED]: keys, clicks, sizes and killed replicas at random. The window must not end, hang, show a room with a
// hole in it, or lose a text that was on its way. A run is told by its seed; what the machine does in between is its own.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>
#include <wx/app.h>
#include <wx/dialog.h>
#include <wx/evtloop.h>
#include <wx/timer.h>
#include <wx/uiaction.h>

#include "tests/gui/display.hpp"
#include "tests/gui/window.hpp"

namespace parley::gui::testing {
namespace {

constexpr int step_ms = 25;
constexpr std::chrono::milliseconds in_a_loop_after{400};
constexpr unsigned hang_s = 60;         // a window that does nothing for so long hangs
constexpr int settle_seconds = 60;

using Clock = std::chrono::steady_clock;

struct Key {
    int code;
    int modifiers;
};

// Not Ctrl+Q: a window that is told to close may close.
const std::vector<Key>& keys() {
    static const std::vector<Key> all{
        {WXK_RETURN, 0}, {WXK_RETURN, 0}, {WXK_RETURN, wxMOD_SHIFT}, {WXK_ESCAPE, 0}, {WXK_ESCAPE, 0}, {WXK_TAB, 0}, {WXK_TAB, wxMOD_SHIFT}, {WXK_UP, 0}, {WXK_DOWN, 0},
        {WXK_UP, wxMOD_ALT}, {WXK_DOWN, wxMOD_ALT}, {WXK_UP, wxMOD_ALT | wxMOD_SHIFT}, {WXK_PAGEUP, 0}, {WXK_PAGEDOWN, 0}, {WXK_HOME, 0}, {WXK_END, 0}, {WXK_F6, 0},
        {WXK_F7, 0}, {WXK_BACK, 0}, {WXK_DELETE, 0}, {WXK_LEFT, wxMOD_SHIFT}, {'K', wxMOD_CONTROL}, {'N', wxMOD_CONTROL}, {'F', wxMOD_CONTROL},
        {'F', wxMOD_CONTROL | wxMOD_SHIFT}, {'M', wxMOD_CONTROL}, {'J', wxMOD_CONTROL}, {'A', wxMOD_CONTROL | wxMOD_SHIFT}, {',', wxMOD_CONTROL}, {'C', wxMOD_CONTROL},
        {'A', wxMOD_CONTROL}, {'V', wxMOD_CONTROL}, {'Z', wxMOD_CONTROL}, {'1', wxMOD_ALT}, {'2', wxMOD_ALT}, {'R', 0}, {'T', 0}, {'U', 0}, {'E', 0}, {WXK_SPACE, 0}};
    return all;
}

void fail(const std::string& what) {
    std::cerr << "FAILED: " << what << std::endl;
    std::_Exit(1);
}

// Calls once, later. A timer of its own for each step: one whose call has not returned yet, because it opened a dialogue
// or a menu that runs a loop, is not called again.
class Later : public wxTimer {
public:
    static void call(std::function<void()> what) { (new Later(std::move(what)))->StartOnce(step_ms); }
    void Notify() override {
        what_();
        wxTheApp->ScheduleForDestruction(this);
    }

private:
    explicit Later(std::function<void()> what) : what_(std::move(what)) {}
    std::function<void()> what_;
};

// Does one thing after the other, also inside of whatever loop a dialogue or a menu runs.
class Hands {
public:
    Hands(Window& window, e2e::Cluster& cluster, e2e::Sandbox& sandbox, std::uint64_t seed, int seconds)
        : window_(window), cluster_(cluster), sandbox_(sandbox), chance_(seed), end_(Clock::now() + std::chrono::seconds{seconds}) {}

    void step() {
        ::alarm(hang_s);
        if (is_over_) return;
        Later::call([this] { step(); });
        // A key or a click turns the loop while it is made. Only what takes longer than that, a dialogue or a menu, is acted in.
        if (acting_ > 0 && Clock::now() - began_ < in_a_loop_after) return;
        began_ = Clock::now();
        ++acting_;
        if (began_ > end_) {
            finish();
        } else {
            check();
            act();
        }
        --acting_;
    }
    [[nodiscard]] int steps() const { return done_; }
    // Until it is called, open menus and dialogues are closed one after the other.
    void is_over() { is_over_ = true; }

private:
    std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(chance_); }

    void act() {
        ++done_;
        const std::size_t what = below(1000);
        if (what < 420) return type_word();
        if (what < 700) return press();
        if (what < 900) return click();
        if (what < 940) return resize();
        if (what < 970) return wheel();
        if (what < 985) return speak();
        if (what < 992) return break_or_mend();
    }

    void type_word() {
        static const std::vector<std::string> words{"a", "hello ", "what now", "thank you ", "xyz", "lunch ", "ok "};
        hands_.Text(words[below(words.size())].c_str());
    }
    void press() {
        const Key key = keys()[below(keys().size())];
        hands_.Char(key.code, key.modifiers);
    }
    void click() {
        const wxRect where = window_.frame().GetScreenRect();
        hands_.MouseMove(where.x + static_cast<int>(below(static_cast<std::size_t>(where.width))), where.y + static_cast<int>(below(static_cast<std::size_t>(where.height))));
        const bool is_right = below(6) == 0;
        hands_.MouseDown(is_right ? wxMOUSE_BTN_RIGHT : wxMOUSE_BTN_LEFT);
        hands_.MouseUp(is_right ? wxMOUSE_BTN_RIGHT : wxMOUSE_BTN_LEFT);
    }
    void resize() {
        window_.frame().Iconize(false);
        window_.frame().SetSize(40, 30, 560 + static_cast<int>(below(700)), 400 + static_cast<int>(below(430)));
    }
    void wheel() {
        wxMouseEvent event(wxEVT_MOUSEWHEEL);
        event.m_wheelDelta = 120;
        event.m_wheelRotation = below(3) == 0 ? -120 : 120 * static_cast<int>(1 + below(10));
        window_.frame().chat().messages().ProcessWindowEvent(event);
    }
    void speak() { sandbox_.as("speaker", {"send", "general", fmt::format("message {} of somebody else", done_), "--timeout", "2"}); }
    void break_or_mend() {
        if (down_ > 0) {
            cluster_.start(std::exchange(down_, 0));
        } else {
            down_ = 1 + static_cast<int>(below(static_cast<std::size_t>(cluster_.size())));
            cluster_.kill(down_);
        }
    }

    // Between two acts every room is whole.
    void check() {
        for (const chat::RoomId id : window_.model().rooms()) {
            std::uint64_t last = 0;
            for (const chat::RoomMessage& message : window_.model().find(id)->messages()) {
                if (last > 0 && message.number != last + 1) fail(fmt::format("{} follows {} in a room", message.number, last));
                last = message.number;
            }
        }
    }

    // Menus and dialogues have loops of their own in front of the one that is to end.
    void finish() {
        if (down_ > 0) cluster_.start(std::exchange(down_, 0));
        hands_.Char(WXK_ESCAPE);
        // The innermost one alone, each time: the loop of one behind it would not be told, and run for ever without its dialogue.
        for (auto* node = wxTopLevelWindows.GetLast(); node != nullptr; node = node->GetPrevious()) {
            auto* dialog = dynamic_cast<wxDialog*>(node->GetData());
            if (dialog != nullptr && dialog->IsModal()) return dialog->EndModal(wxID_CANCEL);
        }
        wxTheApp->ExitMainLoop();
    }

    Window& window_;
    e2e::Cluster& cluster_;
    e2e::Sandbox& sandbox_;
    std::mt19937_64 chance_;
    wxUIActionSimulator hands_;
    Clock::time_point end_;
    int done_ = 0;
    int down_ = 0;
    int acting_ = 0;                    // acts that have not returned
    Clock::time_point began_;           // of the newest
    bool is_over_ = false;
};

bool everything_arrived(const Window& window) {
    if (!window.model().is_logged_in()) return true;   // a log-out was clicked: what was unsent is in the outbox, for the next log-in
    if (window.model().connection().state != ConnectionStatus::State::online) return false;
    for (const chat::RoomId id : window.model().rooms()) {
        const auto& sending = window.model().find(id)->sending();
        if (std::any_of(sending.begin(), sending.end(), [](const Sending& one) { return !one.is_refused(); })) return false;
    }
    return true;
}

// The desktop's own file dialogues are no part of the window, and have no end that it could bring about.
void answer_for_dialogues(Window& window, e2e::Sandbox& sandbox) {
    const std::string file = sandbox.write_file("notes.txt", "what is to be done\n");
    ChatPage& page = window.frame().chat();
    page.ask_which = [file] { return std::vector<std::string>{file}; };
    page.ask_where = [](const std::string& folder, const std::string& name) { return folder + "/" + name; };
    page.launch_folder = [](const wxString&) {};
}

int play(e2e::Cluster& cluster, e2e::Sandbox& sandbox, int seconds, std::uint64_t seed) {
    register_person(cluster, sandbox, "player");
    register_person(cluster, sandbox, "speaker");
    for (const char* room : {"workshop", "kitchen"}) sandbox.as("player", {"room", "create", room});
    Window window(cluster, "player");
    if (!window.until([&] { return window.model().rooms().size() == 3; })) fail("the window does not connect");
    answer_for_dialogues(window, sandbox);
    // Quit stands in the menu, and the frame has its cross: asked for by such a hand they are answered with no.
    window.frame().Bind(wxEVT_CLOSE_WINDOW, [](wxCloseEvent& event) {
        if (event.CanVeto()) event.Veto();
        else event.Skip();
    });
    Hands hands(window, cluster, sandbox, seed, seconds);
    Later::call([&hands] { hands.step(); });
    wxTheApp->OnRun();
    hands.is_over();
    window.pump(4 * step_ms);
    ::alarm(0);
    if (!window.until([&] { return everything_arrived(window); }, settle_seconds)) fail("something that was sent does not arrive");
    std::cout << fmt::format("{} acts in {} s with seed {}: the window stands, every room is whole, nothing is on its way any more", hands.steps(), seconds, seed) << std::endl;
    return 0;
}

}  // namespace
}  // namespace parley::gui::testing

int main(int count, char** arguments) {
    using namespace parley;
    const int seconds = count > 1 ? std::atoi(arguments[1]) : 60;
    const std::uint64_t seed = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1;
    if (seconds <= 0) {
        std::cerr << "gui_random [SECONDS] [SEED]\n";
        return 2;
    }
    e2e::Sandbox sandbox;
    ::setenv("HOME", sandbox.folder().c_str(), 1);
    for (const char* name : {"XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}) ::unsetenv(name);
    gui::testing::Display display(sandbox);
    int wx_count = 1;
    if (!gui::testing::start_wx(wx_count, arguments)) return 1;
    int code = 1;
    {
        e2e::Cluster cluster(sandbox, 3, e2e::Watch::by_hand);
        wxGUIEventLoop loop;
        wxEventLoopActivator activator(&loop);
        code = gui::testing::play(cluster, sandbox, seconds, seed);
    }
    gui::testing::end_wx();
    return code;
}
