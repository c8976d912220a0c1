// parley-gui: options in, a window out.
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <wx/app.h>
#include <wx/cmdline.h>

#include "chat/cli/addresses.hpp"
#include "chat/cli/invocation.hpp"
#include "chat/cli/paths.hpp"
#include "gui/production_ground.hpp"
#include "gui/views/catalogue.hpp"
#include "gui/views/main_frame.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

// Questions of trust are the command line's: a window started from a terminal must not wait for an answer there.
void close_standard_input() {
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0) return;
    ::dup2(nothing, STDIN_FILENO);
    ::close(nothing);
}

// Since the kernel made this process, in hundredths of a second as it keeps them.
double ms_since_start() {
    std::ifstream file("/proc/self/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    text = text.substr(text.rfind(')') + 1);   // a program's name may hold anything
    std::istringstream words(text);
    std::string word;
    for (int field = 3; field <= 22; ++field) words >> word;
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    const double started = std::stod(word) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    return (static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9 - started) * 1e3;
}

// Once, when the window is on the screen with its rooms and the messages of the first one, and everything was drawn.
void tell_when_usable(MainFrame& frame) {
    frame.Bind(wxEVT_IDLE, [&frame, is_told = false](wxIdleEvent& event) mutable {
        event.Skip();
        const Room* room = frame.model().selected();
        const bool is_usable = frame.IsShownOnScreen() && room != nullptr && (!room->messages().empty() || room->row().last == 0);
        if (is_told || !is_usable) return;
        is_told = true;
        frame.chat().messages().Update();
        std::cout << fmt::format("usable after {:.0f} ms", ms_since_start()) << std::endl;
    });
}

class App : public wxApp {
public:
    App() {
        SetAppName("parley");
        SetAppDisplayName("Parley");
        if (const char* profile = std::getenv("PARLEY_PROFILE"); profile != nullptr && *profile != '\0') options_.profile = profile;
    }

    void OnInitCmdLine(wxCmdLineParser& parser) override {
        parser.SetLogo("Parley: the window of a replicated team chat");
        parser.AddSwitch("h", "help", "show this", wxCMD_LINE_OPTION_HELP);
        parser.AddSwitch("", "version", "show the version");
        parser.AddSwitch("", "measure", "say on standard output how long it took until the window could be used");
        parser.AddLongOption("servers", "addresses of replicas, HOST:PORT,…; default: the local cluster");
        parser.AddLongOption("profile", "one of several accounts side by side (or PARLEY_PROFILE)");
        parser.AddLongOption("ca", "file with the certificate of the cluster's authority");
        parser.AddLongOption("tls", "on or off; off only for addresses of this machine");
    }

    bool OnCmdLineParsed(wxCmdLineParser& parser) override {
        if (parser.Found("version")) {
            std::cout << "parley-gui " PARLEY_VERSION << std::endl;
            is_done_ = true;
            return false;
        }
        measures_ = parser.Found("measure");
        wxString value;
        if (parser.Found("servers", &value)) {
            const auto servers = chat::parse_addresses(to_utf8(value));
            if (!servers) return refuse(servers.error().message);
            options_.servers = *servers;
        }
        if (parser.Found("profile", &value)) options_.profile = to_utf8(value);
        if (options_.profile.empty() || options_.profile.find('/') != std::string::npos || options_.profile.starts_with('.')) {
            return refuse("a profile is a plain word: --profile work");
        }
        if (parser.Found("ca", &value)) options_.ca = to_utf8(value);
        if (!parser.Found("tls", &value)) return true;
        if (value != "on" && value != "off") return refuse("--tls is on or off");
        options_.tls = value == "on";
        return true;
    }

    bool OnInit() override {
        if (!wxApp::OnInit()) return false;
        speak_as_chosen(chat::profile_folder(options_.profile));
        close_standard_input();
        ::signal(SIGPIPE, SIG_IGN);
        auto* frame = new MainFrame(production_ground(options_), production_book(options_));   // destroys itself when it is closed
        if (measures_) tell_when_usable(*frame);
        return true;
    }

    [[nodiscard]] int exit_code() const { return is_done_ ? 0 : 2; }

private:
    static bool refuse(const std::string& sentence) {
        std::cerr << "parley-gui: " << sentence << std::endl;
        return false;
    }

    chat::GlobalOptions options_;
    bool is_done_ = false;
    bool measures_ = false;
};

}  // namespace
}  // namespace parley::gui

wxIMPLEMENT_APP_NO_MAIN(parley::gui::App);

int main(int count, char** arguments) {
    if (!wxEntryStart(count, arguments)) {
        std::cerr << "parley-gui: no display can be opened; `parley chat` works in a terminal" << std::endl;
        return 1;
    }
    int code = 2;
    if (wxTheApp->CallOnInit()) {
        code = wxTheApp->OnRun();
        wxTheApp->OnExit();
    } else {
        code = static_cast<parley::gui::App*>(wxTheApp)->exit_code();
    }
    wxEntryCleanup();
    return code;
}
