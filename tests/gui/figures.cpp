// gui_figures [--json]: what the window costs, measured on a display without a screen with real replicas; one line a figure, with its
// limit, or an object of JSON. Ends with 1 when one is missed. Two minutes.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string_view>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>
#include <wx/evtloop.h>

#include "chat/cli/paths.hpp"
#include "chat/client/local_store.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"
#include "tests/gui/display.hpp"
#include "tests/gui/keyboard.hpp"
#include "tests/gui/window.hpp"

namespace parley::gui::testing {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int rooms = 100;
constexpr std::uint64_t messages_kept = 1'000'000;
constexpr int sent_messages = 200;
constexpr int frames = 2000;
constexpr int idle_after_s = 15;
constexpr int idle_watched_s = 30;

double ms_between(Clock::time_point from, Clock::time_point to) { return std::chrono::duration<double, std::milli>(to - from).count(); }

double thread_cpu_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double percentile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

struct Figure {
    std::string_view row;     // as ./dev bench calls it
    std::string_view what;
    double limit = 0;
    std::string_view unit;
};

constexpr Figure sending{"window-send", "from Enter to the row in another window, median of 200", 30, "ms"};
constexpr Figure starting{"window-start", "from its start to a usable window with 100 rooms, median of 5", 500, "ms"};
constexpr Figure memory{"window-memory", "memory with 100 rooms, connected", 200, "MB"};
constexpr Figure waking{"window-idle", "wake-ups a second of all threads, 15 s after the start", 1, "/s"};
constexpr Figure opening{"window-open", "a room of 1,000,000 messages opens, at worst of 5", 100, "ms"};
constexpr Figure painting{"window-paint", "CPU of a frame at 1200x800 while scrolling, p99 of 2000", 16, "ms"};
constexpr Figure memory_scrolled{"window-memory-scrolled", "memory of this program after these frames", 200, "MB"};
constexpr Figure memory_million{"window-memory-million", "memory with the room of 1,000,000 open", 200, "MB"};

bool all_kept = true;
bool as_json = false;

void print(const Figure& figure, double value, const std::string& more = "") {
    const bool is_kept = value <= figure.limit;
    all_kept &= is_kept;
    if (as_json) {
        std::cout << fmt::format(R"({{"row": "{}", "what": "{}", "value": {:.2f}, "unit": "{}", "limit": {}}})", figure.row, figure.what, value, figure.unit, figure.limit) << std::endl;
        return;
    }
    std::cout << fmt::format("{:<62} {:>9.2f} {:<6} limit {:>6.0f}  {}{}", figure.what, value, figure.unit, figure.limit, is_kept ? "ok" : "MISSED",
                             more.empty() ? "" : "  (" + more + ")")
              << std::endl;
}

double resident_mb(pid_t process) {
    std::ifstream status(fmt::format("/proc/{}/status", process));
    std::string word;
    double kilobytes = 0;
    while (status >> word) {
        if (word == "VmRSS:" && status >> kilobytes) return kilobytes / 1024;
    }
    throw std::runtime_error("the process has ended");
}

// ---- a room of a million, on this disk alone ----

chat::RoomMessage message(chat::RoomId room, std::uint64_t number) {
    chat::RoomMessage made;
    made.room = room;
    made.number = number;
    made.slot = number;
    made.time_ms = 1'700'000'000'000 + static_cast<std::int64_t>(number) * 20'000;
    made.author = chat::UserId{1'000 + number / 3 % 8};
    made.author_name = fmt::format("person {}", number / 3 % 8);
    made.text = fmt::format("Message {} of a room that has been there for a while, **of a usual length**, and with a second sentence that wraps in most windows.", number);
    if (number % 10 == 0) made.text += "\n```\nint main() { return 0; }\n```\nand `some code` in a line";
    return made;
}

void fill_room(const std::string& profile) {
    const std::string folder = chat::profile_folder(profile);
    std::string found;
    for (const auto& one : std::filesystem::recursive_directory_iterator(folder)) {
        if (one.path().filename() == "local.db") found = std::filesystem::relative(one.path().parent_path(), folder).string();
    }
    net::AsioLoop loop;
    net::PosixDisk disk(loop, folder, net::PosixDiskOptions{.inline_sync = true});
    auto store = std::move(*chat::LocalStore::open(disk, found, nullptr));
    std::vector<chat::RoomRow> rows;
    chat::RoomId room;
    for (const chat::StoredRoom& one : *store->rooms()) {
        rows.push_back(one.row);
        if (one.row.name != "general") continue;
        room = one.row.room;
        rows.back().last = rows.back().read = messages_kept;
    }
    if (!store->save_rooms(rows) || !store->save_place(room, {})) throw std::runtime_error("the local store cannot be filled");
    for (std::uint64_t first = 1; first <= messages_kept; first += 10'000) {
        std::vector<chat::RoomMessage> batch;
        for (std::uint64_t number = first; number < first + 10'000; ++number) batch.push_back(message(room, number));
        if (!store->save_messages(room, batch, 0)) throw std::runtime_error("the local store cannot be filled");
    }
}

void show(Window& window, const std::string& name) {
    for (const chat::RoomId id : window.model().rooms()) {
        if (window.model().find(id)->row().name == name) window.frame().chat().select(id);
    }
}

double open_big_room(Window& window) {
    show(window, "room-001");
    window.pump(400);
    const auto began = Clock::now();
    show(window, "general");
    if (!window.until([&] { return window.model().selected()->last() == messages_kept; })) throw std::runtime_error("the room does not open");
    window.frame().chat().messages().Update();
    return ms_between(began, Clock::now());
}

void measure_big_room(e2e::Cluster& cluster) {
    std::vector<double> opened;
    for (int round = 0; round < 5; ++round) {
        Window window(cluster, "reader");
        opened.push_back(open_big_room(window));
    }
    print(opening, percentile(opened, 1), fmt::format("median {:.1f}", percentile(opened, 0.5)));
}

// ---- scrolling ----

void measure_frames(e2e::Cluster& cluster) {
    Window window(cluster, "reader");
    open_big_room(window);
    window.frame().SetClientSize(1200, 800);
    window.pump(500);
    MessageCanvas& canvas = window.frame().chat().messages();
    std::vector<double> costs;
    for (int frame = 0; frame < frames; ++frame) {
        wxMouseEvent wheel(wxEVT_MOUSEWHEEL);
        wheel.m_wheelAxis = wxMOUSE_WHEEL_VERTICAL;
        wheel.m_wheelDelta = 120;
        wheel.m_wheelRotation = frame % 500 < 450 ? 120 : -120;
        canvas.ProcessWindowEvent(wheel);
        const double before = thread_cpu_ms();
        canvas.Update();
        costs.push_back(thread_cpu_ms() - before);
        if (frame % 10 == 0) window.pump(6);
    }
    print(painting, percentile(costs, 0.99), fmt::format("median {:.2f}, worst {:.2f}", percentile(costs, 0.5), percentile(costs, 1)));
    print(memory_scrolled, resident_mb(::getpid()), fmt::format("{} messages are loaded", window.model().selected()->messages().size()));
}

// ---- from hand to eye ----

void measure_sending(e2e::Cluster& cluster) {
    Window reader(cluster, "reader");
    Window writer(cluster, "writer");
    for (Window* window : {&reader, &writer}) {
        if (!window->until([&] { return window->model().connection().state == ConnectionStatus::State::online && window->model().selected() != nullptr; })) {
            throw std::runtime_error("the windows do not connect");
        }
        show(*window, "general");
        window->pump(500);
    }
    writer.frame().Raise();
    writer.frame().chat().focus_composer();
    writer.pump(500);
    std::vector<double> times;
    for (int i = 0; i < sent_messages; ++i) {
        writer.type("hello");
        const std::uint64_t last = reader.model().selected()->last();
        const auto began = Clock::now();
        tap_enter();
        if (!writer.turn_until([&] { return reader.model().selected()->last() > last; })) throw std::runtime_error("a text does not arrive");
        reader.frame().chat().messages().Update();
        times.push_back(ms_between(began, Clock::now()));
        writer.pump(30);
    }
    print(sending, percentile(times, 0.5), fmt::format("p99 {:.1f}, worst {:.1f}; three replicas, TLS, fdatasync", percentile(times, 0.99), percentile(times, 1)));
}

// ---- the program itself ----

class Program {
public:
    Program(e2e::Cluster& cluster, e2e::Sandbox& sandbox, const std::string& name) {
        std::vector<std::string> words{"--profile", "reader", "--measure", "--servers", fmt::format("{}", fmt::join(cluster.servers(), ",")), "--ca", cluster.ca()};
        e2e::Spawn spawn = sandbox.command("parley-gui", words, name);
        for (const char* variable : {"DISPLAY", "GDK_BACKEND", "NO_AT_BRIDGE"}) spawn.environment[variable] = std::getenv(variable);
        process_ = std::make_unique<e2e::Process>(spawn);
        const auto is_told = [&] { return e2e::read_text(spawn.output).find("usable after ") != std::string::npos || !process_->is_running(); };
        if (!e2e::eventually(30s, is_told) || !process_->is_running()) throw std::runtime_error("parley-gui: " + e2e::read_text(spawn.errors));
        const std::string told = e2e::read_text(spawn.output);
        usable_ms = std::stod(told.substr(told.find("usable after ") + 13));
    }
    [[nodiscard]] double memory_mb() const { return resident_mb(process_->pid()); }
    // How often any of its threads began to run again after it had nothing to do.
    [[nodiscard]] std::uint64_t wake_ups() const {
        std::uint64_t sum = 0;
        for (const auto& task : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process_->pid()))) {
            std::ifstream status(task.path() / "status");
            std::string word;
            std::uint64_t count = 0;
            while (status >> word) {
                if (word == "voluntary_ctxt_switches:" && status >> count) sum += count;
            }
        }
        return sum;
    }

    double usable_ms = 0;

private:
    std::unique_ptr<e2e::Process> process_;
};

void measure_program(e2e::Cluster& cluster, e2e::Sandbox& sandbox) {
    std::vector<double> starts;
    for (int round = 0; round < 5; ++round) starts.push_back(Program(cluster, sandbox, fmt::format("start{}", round)).usable_ms);
    print(starting, percentile(starts, 0.5), fmt::format("worst {:.0f}", percentile(starts, 1)));
    const Program program(cluster, sandbox, "idle");
    std::this_thread::sleep_for(std::chrono::seconds{idle_after_s});
    const std::uint64_t before = program.wake_ups();
    std::this_thread::sleep_for(std::chrono::seconds{idle_watched_s});
    const double rate = static_cast<double>(program.wake_ups() - before) / idle_watched_s;
    print(memory, program.memory_mb());
    print(waking, rate);
}

void measure_all(e2e::Cluster& cluster, e2e::Sandbox& sandbox) {
    register_person(cluster, sandbox, "reader");
    register_person(cluster, sandbox, "writer");
    for (int room = 1; room < rooms; ++room) sandbox.as("reader", {"room", "create", fmt::format("room-{:03}", room)});
    measure_sending(cluster);
    measure_program(cluster, sandbox);
    for (int replica = 1; replica <= cluster.size(); ++replica) cluster.process(replica).signal(SIGKILL);
    fill_room("reader");
    measure_big_room(cluster);
    measure_frames(cluster);
    const Program program(cluster, sandbox, "big");
    std::this_thread::sleep_for(2s);
    print(memory_million, program.memory_mb());
}

}  // namespace
}  // namespace parley::gui::testing

int main(int count, char** arguments) {
    using namespace parley;
    if (count > 2 || (count == 2 && std::string_view{arguments[1]} != "--json")) {
        std::cerr << "gui_figures [--json]\n";
        return 2;
    }
    gui::testing::as_json = count == 2;
    count = 1;   // the rest is wxWidgets'
    e2e::Sandbox sandbox;
    ::setenv("HOME", sandbox.folder().c_str(), 1);
    for (const char* name : {"XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}) ::unsetenv(name);
    gui::testing::Display display(sandbox);
    if (!gui::testing::start_wx(count, arguments)) return 1;
    {
        e2e::Cluster cluster(sandbox, 3, e2e::Watch::by_hand);
        wxGUIEventLoop loop;
        wxEventLoopActivator activator(&loop);
        gui::testing::measure_all(cluster, sandbox);
    }
    gui::testing::end_wx();
    return gui::testing::all_kept ? 0 : 1;
}
