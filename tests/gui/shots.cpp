// gui_shots FOLDER [LANGUAGE]: pictures of the main views, light and dark, with a cluster and people of their own.
#include <chrono>
#include <filesystem>
#include <iostream>

#include <gtest/gtest.h>
#include <wx/evtloop.h>

#include "chat/cli/used_servers.hpp"
#include "gui/model/words.hpp"
#include "gui/views/admin_page.hpp"
#include "gui/views/catalogue.hpp"
#include "gui/views/picture_decoder.hpp"
#include "tests/gui/display.hpp"
#include "tests/gui/window.hpp"

namespace parley::gui::testing {
namespace {

void people_talk(e2e::Cluster& cluster, e2e::Sandbox& sandbox) {
    for (const char* name : {"Ada", "Grace", "Linus", "Barbara"}) register_person(cluster, sandbox, name);
    const auto say = [&](const char* who, const char* where, const std::string& text) {
        const e2e::Finished sent = sandbox.as(who, {"send", where, text});
        if (sent.code != 0) throw std::runtime_error(sent.errors);
    };
    sandbox.as("Grace", {"profile", "--name", "Grace Hopper", "--colour", "#8a4fa8"});
    sandbox.as("Barbara", {"profile", "--name", "Barbara Liskov"});
    for (const char* room : {"engineering", "releases", "lunch"}) {
        sandbox.as("Ada", {"room", "create", room});
        for (const char* name : {"Grace", "Linus", "Barbara", "Edsger"}) sandbox.as("Ada", {"room", "invite", room, name});
    }
    sandbox.as("Ada", {"room", "create", "--private", "hiring"});
    sandbox.as("Ada", {"room", "invite", "hiring", "Edsger"});
    say("Ada", "hiring", "Shall we meet the two candidates on Thursday?");
    say("Ada", "lunch", "Soup today, by the window.");
    say("Grace", "lunch", "On my way.");
    say("Grace", "@Edsger", "Do you have a minute for the review?");
    say("Linus", "releases", "0.1 is tagged.");
    say("Ada", "engineering", "Good morning! The nightly simulation ran **12 000 seeds**, no oracle had anything to say.");
    say("Ada", "engineering", "Two of them killed the leader between *accept* and *accepted*, which is what we were after.");
    say("Grace", "engineering", "Very nice. I looked at the numbers of the new log:\n\n- fsync 0.8 ms in the median\n- 4.1 ms at p99\n- no stall above 20 ms");
    say("Linus", "engineering", "The part that decides when a batch is full is now this, and nothing else:\n```\nbool is_full(const Batch& batch) {\n    return batch.bytes >= limits.bytes || batch.commands.size() >= limits.commands;\n}\n```");
    say("Barbara", "engineering", "> nothing else\n\nI like it. `limits.commands` could be 512, see https://example.org/parley/batching for the plot.");
    say("Barbara", "engineering", "@Edsger can you look at the paragraph on read rounds before we publish it? It says a follower may answer a read once it has applied everything up to the slot the client has seen, which is right, but it does not say why that is enough for one client and not for two.");
}

// Something to see in the lists and the plots: a disabled account, an invitation, two minutes of a cluster at work.
void administrate(Window& window, e2e::Cluster& cluster, e2e::Sandbox& sandbox, const std::string& folder) {
    window.frame().chat().show_administration(true);
    AdminPage& page = *window.frame().chat().administration();
    const Admin& admin = window.model().admin();
    sandbox.as("Edsger", {"room", "retention", "lunch", "30"});
    sandbox.as("Edsger", {"admin", "registration", "invite"});
    sandbox.as("Edsger", {"admin", "disable", "Linus"});
    const int paused = cluster.leader() == 3 ? 2 : 3;
    for (int round = 0; round < 60; ++round) {
        if (round == 30) cluster.process(paused).signal(SIGSTOP);
        if (round == 36) cluster.process(paused).signal(SIGCONT);
        sandbox.as("Ada", {"send", "lunch", "message " + std::to_string(round)});
        window.pump(300);
    }
    page.show_tab(AdminPage::Tab::registration);
    window.press(WXK_SPACE);   // makes a link
    window.until([&] { return admin.invitation().has_value(); });
    const std::vector<std::pair<AdminPage::Tab, std::string>> tabs{{AdminPage::Tab::users, "users"}, {AdminPage::Tab::rooms, "rooms"},
                                                                   {AdminPage::Tab::registration, "registration"}, {AdminPage::Tab::audit, "audit"},
                                                                   {AdminPage::Tab::cluster, "cluster"}};
    for (const char* theme : {"light", "dark"}) {
        window.frame().set_theme(theme);
        window.until([&] { return theme_name(window.model().preferences().theme) == std::string{theme}; });
        for (const auto& [tab, name] : tabs) {
            page.show_tab(tab);
            window.pump(500);
            if (name == "users" || name == "rooms") {
                const int downs = theme == std::string{"dark"} ? 0 : name == "users" ? 2 : 3;   // chosen once, it stays so
                for (int down = 0; down < downs; ++down) window.press(WXK_DOWN);
                window.press(WXK_RETURN);
                for (int tabs_on = 0; tabs_on < (name == "users" ? 1 : 2); ++tabs_on) window.press(WXK_TAB);
                window.press(WXK_SPACE);   // asks
            }
            window.picture(folder + "/admin-" + name + "-" + theme + ".png");
            page.escape();
        }
    }
    window.frame().chat().show_administration(false);
}

// Text selected across messages, from the middle of one to the middle of another.
void select_text(Window& window, const std::string& path) {
    MessageCanvas& canvas = window.frame().chat().messages();
    const std::uint64_t last = window.model().selected()->last();
    std::optional<wxPoint> from;
    std::uint64_t first = last > 6 ? last - 6 : 1;
    while (first < last && !(from = canvas.point_of({first, 5}))) ++first;
    const auto to = canvas.point_of({last - 2, 120});
    if (!from || !to) throw std::runtime_error("the messages to be selected are not on screen");
    window.drag(canvas, *from, *to);
    window.picture(path);
    window.press(WXK_ESCAPE);
    window.frame().chat().focus_composer();
}

// The settings, and all of it in the largest letters.
void choose(Window& window, const std::string& folder) {
    for (const char* theme : {"light", "dark"}) {
        window.frame().set_theme(theme);
        window.until([&] { return theme_name(window.model().preferences().theme) == std::string{theme}; });
        window.frame().chat().show_settings(true);
        window.picture(folder + "/settings-" + theme + ".png");
        window_named(window.frame(), tr("Shown name")).SetFocus();
        window.picture(folder + "/settings-below-" + theme + ".png");
        window.frame().chat().show_room();
    }
    window.frame().set_theme("light");
    window.frame().set_text_percent(150);
    window.until([&] { return window.model().preferences().text_percent == 150; });
    window.picture(folder + "/largest.png");
    window.frame().chat().show_settings(true);
    window.picture(folder + "/largest-settings.png");
    window.frame().chat().show_room();
    window.frame().set_text_percent(100);
    window.until([&] { return window.model().preferences().text_percent == 100; });
    window.pump(300);
}

// The fault lab of a cluster of its own, with a dead replica and two broken links.
void break_things(const std::string& folder) {
    e2e::Sandbox sandbox;
    ::setenv("HOME", sandbox.folder().c_str(), 1);
    e2e::Cluster cluster(sandbox, 3, e2e::Watch::supervised, {"--lab"});
    Window window(cluster, "Edsger");
    window.register_account("Edsger");
    window.until([&] { return window.model().lab().is_there(); });
    window.frame().chat().show_lab(true);
    const auto order = [&](const std::vector<std::string>& words) {
        const e2e::Finished done = sandbox.parley(words);
        if (done.code != 0) throw std::runtime_error(done.errors);
    };
    for (int round = 0; round < 20; ++round) {
        sandbox.as("Edsger", {"send", "general", "message " + std::to_string(round)});
        window.pump(300);
    }
    order({"lab", "slow", "1", "2", "200"});
    order({"lab", "cut", "1", "3"});
    window.click(button_labelled(window.frame(), tr("Kill"), 2));
    window.pump(4000);
    for (const char* theme : {"light", "dark"}) {
        window.frame().set_theme(theme);
        window.until([&] { return theme_name(window.model().preferences().theme) == std::string{theme}; });
        window.pump(1500);
        window.picture(folder + "/lab-" + theme + ".png");
    }
}

// The list of commands, and one that is wrong.
void show_commands(Window& window, const std::string& folder) {
    for (const char* theme : {"light", "dark"}) {
        window.frame().set_theme(theme);
        window.until([&] { return theme_name(window.model().preferences().theme) == std::string{theme}; });
        window.type("/");
        window.picture(folder + "/commands-" + theme + ".png");
        window.say("mute Ada a while");
        window.picture(folder + "/command-refused-" + theme + ".png");
        window.press('A', wxMOD_CONTROL);
        window.press(WXK_BACK);
    }
    window.frame().set_theme("light");
}

// A picture and a document somebody sent, one that was fetched, and one that waits to be sent.
void send_files(Window& window, e2e::Sandbox& sandbox, const std::string& folder) {
    Pixels plot{720, 400, {}};
    for (int y = 0; y < plot.height; ++y) {
        for (int x = 0; x < plot.width; ++x) {
            const auto level = [&](int part) { return static_cast<unsigned char>(60 + (x * part / 6 + y * (4 - part) / 4) % 180); };
            plot.bytes.insert(plot.bytes.end(), {level(1), level(2), level(3), 255});
        }
    }
    const net::Bytes png = *packed(plot);
    const auto send = [&](const char* who, const std::string& path, const std::string& text) {
        const e2e::Finished sent = sandbox.as(who, {"file", "send", "engineering", path, "--text", text});
        if (sent.code != 0) throw std::runtime_error(sent.errors);
    };
    send("Ada", sandbox.write_file("latency over a day.png", std::string(reinterpret_cast<const char*>(png.data()), png.size())), "The plot for the page on batching.");
    send("Grace", sandbox.write_file("read rounds, a note on what one client may see.pdf", std::string(1'300'000, 'p')), "");
    send("Grace", sandbox.write_file("trace.tar.xz", std::string(2'600'000, 't')), "And the trace it was made from.");
    window.until([&] { return window.model().selected()->messages().back().text.starts_with("And the trace"); });
    const std::uint64_t last = window.model().selected()->last();
    window.until([&] { return window.frame().chat().messages().has_picture(last - 2); });
    window.frame().chat().ask_where = [&](const std::string& in, const std::string& name) { return in + "/" + name; };
    if (const auto save = window.frame().chat().messages().point_of(last, MessageCanvas::FileAct::save)) window.click(window.frame().chat().messages(), *save);
    window.until([&] { return window.model().selected()->file(last) != nullptr && !window.model().selected()->file(last)->path.empty(); });
    window.frame().chat().attach({sandbox.write_file("agenda.txt", "tea"), sandbox.write_file("a list of all those who were there on Thursday.csv", "names")});
    window.point(window.frame(), wxPoint(5, 5));
    for (const char* theme : {"light", "dark"}) {
        window.frame().set_theme(theme);
        window.until([&] { return theme_name(window.model().preferences().theme) == std::string{theme}; });
        window.picture(folder + "/files-" + theme + ".png");
    }
    window.frame().set_theme("light");
}

void take_pictures(e2e::Cluster& cluster, e2e::Sandbox& sandbox, const std::string& folder) {
    Window window(cluster, "Edsger");
    const std::int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    (void)chat::note_server_used("work", "cluster-work", {"chat.example.org:4711", "b.example.org:4711", "c.example.org:4711"}, "", now_ms - 86'400'000);
    for (const char* name : {"e.dijkstra", "ewd"}) (void)chat::note_account_used("work", "cluster-work", name);
    window.until([&] { return window.frame().servers()->list().GetItemCount() > 1; }, 15);
    window.pump(4000);
    for (const char* theme : {"dark", "light"}) {
        window.frame().set_theme(theme);
        window.picture(folder + (theme == std::string{"light"} ? "/login.png" : "/login-dark.png"));
    }
    window.register_account("Edsger");
    people_talk(cluster, sandbox);
    window.until([&] { return window.model().rooms().size() == 6; });
    const auto go = [&](const std::string& name) {
        for (const chat::RoomId id : window.model().rooms()) {
            if (window.model().find(id)->row().name == name) window.frame().chat().select(id);
        }
        window.pump(300);
    };
    go("engineering");
    window.say("Will do this afternoon.");
    window.until([&] { return window.model().selected()->sending().empty(); });
    const std::string number = std::to_string(window.model().selected()->last());
    for (const char* name : {"Ada", "Grace", "Barbara"}) sandbox.as(name, {"read", "engineering"});
    sandbox.as("Ada", {"pin", "engineering/6"});
    sandbox.as("Edsger", {"notify", "releases", "none"});
    sandbox.as("Edsger", {"notify", "lunch", "mentions"});
    sandbox.as("Barbara", {"reply", "engineering/" + number, "Thank you! No hurry, Thursday is fine."});
    sandbox.as("Barbara", {"react", "engineering/" + number, "👍"});
    sandbox.as("Ada", {"react", "engineering/" + number, "👍"});
    sandbox.as("Grace", {"react", "engineering/" + number, "🎉"});
    window.until([&] {
        const auto& messages = window.model().selected()->messages();
        return messages.back().reply_to > 0 && messages[messages.size() - 2].reactions.size() == 2;
    }, 10);
    for (const char* theme : {"light", "dark"}) {
        window.frame().set_theme(theme);
        window.until([&] { return theme_name(window.model().preferences().theme) == std::string{theme}; });
        window.picture(folder + "/chat-" + theme + ".png");
        select_text(window, folder + "/selected-" + theme + ".png");
        window.frame().chat().toggle_members();
        window.picture(folder + "/members-" + theme + ".png");
        window.frame().chat().show_readers(window.model().selected()->last() - 1);
        window.picture(folder + "/readers-" + theme + ".png");
        window.frame().chat().toggle_pins();
        window.picture(folder + "/pins-" + theme + ".png");
        window.frame().chat().escape();
    }
    send_files(window, sandbox, folder);
    window.frame().chat().composer().exchange_attached({});
    window.type("@g");
    window.picture(folder + "/completion.png");
    window.press(WXK_ESCAPE);
    window.press(WXK_BACK);
    window.press(WXK_BACK);
    show_commands(window, folder);
    window.press(WXK_UP);
    window.picture(folder + "/edit.png");
    window.type(" Or tomorrow.");
    window.press(WXK_RETURN);
    window.until([&] { return std::ranges::any_of(window.model().selected()->messages(), [](const chat::RoomMessage& message) { return message.edits > 0; }); }, 5);
    for (auto message = window.model().selected()->messages().rbegin(); message != window.model().selected()->messages().rend(); ++message) {
        if (message->edits == 0) continue;
        window.frame().chat().show_edits(message->number);
        break;
    }
    window.picture(folder + "/edits.png");
    window.press(WXK_ESCAPE);
    window.frame().set_theme("light");
    window.frame().chat().open_search();
    window.type("limits");
    window.picture(folder + "/search.png");
    window.frame().chat().escape();
    choose(window, folder);
    administrate(window, cluster, sandbox, folder);
    for (int replica = 1; replica <= cluster.size(); ++replica) cluster.process(replica).signal(SIGKILL);
    window.until([&] { return window.model().connection().state != ConnectionStatus::State::online; });
    window.frame().chat().attach({sandbox.write_file("minutes.txt", std::string(700'000, 'm'))});
    window.say("The minutes.");
    window.say("This one waits for a majority.");
    window.picture(folder + "/offline.png");
}

}  // namespace
}  // namespace parley::gui::testing

int main(int count, char** arguments) {
    using namespace parley;
    if (count != 2 && count != 3) {
        std::cerr << "gui_shots FOLDER [LANGUAGE]\n";
        return 2;
    }
    const std::string folder = std::filesystem::absolute(arguments[1]).string();
    std::filesystem::create_directories(folder);
    e2e::Sandbox sandbox;
    ::setenv("HOME", sandbox.folder().c_str(), 1);
    for (const char* name : {"XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}) ::unsetenv(name);
    gui::testing::Display display(sandbox);
    int wx_count = 1;
    if (!gui::testing::start_wx(wx_count, arguments)) return 1;
    if (count == 3 && !gui::speak(arguments[2])) {
        std::cerr << "gui_shots: there are no words in " << arguments[2] << "\n";
        return 2;
    }
    {
        e2e::Cluster cluster(sandbox, 3, e2e::Watch::by_hand);
        wxGUIEventLoop loop;
        wxEventLoopActivator activator(&loop);
        gui::testing::take_pictures(cluster, sandbox, folder);
        gui::testing::break_things(folder);
    }
    gui::testing::end_wx();
    return 0;
}
