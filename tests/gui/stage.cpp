#include "tests/gui/stage.hpp"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>
#include <wx/evtloop.h>

#include "tests/gui/display.hpp"

namespace parley::gui::testing {

e2e::Sandbox* sandbox = nullptr;
e2e::Cluster* cluster = nullptr;

bool on_screen_once(Window& window, const std::string& text) {
    return window.until([&] {
        const auto texts = window.texts();
        return std::count(texts.begin(), texts.end(), text) == 1 && window.model().selected()->sending().empty();
    });
}

}  // namespace parley::gui::testing

int main(int count, char** arguments) {
    using namespace parley;
    ::testing::InitGoogleTest(&count, arguments);
    e2e::Sandbox sandbox;
    ::setenv("HOME", sandbox.folder().c_str(), 1);
    for (const char* name : {"XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}) ::unsetenv(name);
    gui::testing::Display display(sandbox);
    if (!gui::testing::start_wx(count, arguments)) return 1;
    int code = 1;
    {
        e2e::Cluster cluster(sandbox, 3, e2e::Watch::by_hand);
        gui::testing::sandbox = &sandbox;
        gui::testing::cluster = &cluster;
        wxGUIEventLoop loop;
        wxEventLoopActivator activator(&loop);
        code = RUN_ALL_TESTS();
    }
    gui::testing::end_wx();
    return code;
}
