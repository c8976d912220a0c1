// Files in the real window, with a person's hands: pasted, sent, given up, saved and looked at, and never in the way of typing.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <wx/clipbrd.h>
#include <wx/dataobj.h>
#include <wx/uiaction.h>

#include "gui/views/picture_decoder.hpp"
#include "gui/views/text.hpp"
#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using FileAct = MessageCanvas::FileAct;

std::string bytes_in(const std::string& path) { return e2e::read_text(path); }

void copy_files(const std::vector<std::string>& paths) {
    auto files = std::make_unique<wxFileDataObject>();
    for (const std::string& path : paths) files->AddFile(from_utf8(path));
    ASSERT_TRUE(wxTheClipboard->Open());
    wxTheClipboard->SetData(files.release());   // the clipboard owns it
    wxTheClipboard->Close();
}

// A picture of one colour.
Pixels square(int side) {
    Pixels pixels{side, side, {}};
    for (int i = 0; i < side * side; ++i) pixels.bytes.insert(pixels.bytes.end(), {200, 30, 60, 255});
    return pixels;
}

class WindowFiles : public ::testing::Test {
protected:
    void begin(const std::string& name) {
        window = std::make_unique<Window>(*cluster, name);
        window->register_account(name);
        ASSERT_TRUE(window->until([&] { return window->model().connection().state == ConnectionStatus::State::online; }));
        register_person(*cluster, *sandbox, name + "other");
        other = name + "other";
    }
    MessageCanvas& canvas() { return window->frame().chat().messages(); }
    const Room& room() { return *window->model().selected(); }
    const chat::RoomMessage* newest_file() {
        for (auto message = room().messages().rbegin(); message != room().messages().rend(); ++message) {
            if (message->file && !message->deleted) return &*message;
        }
        return nullptr;
    }
    bool has_file(const std::string& name) {
        return window->until([&] { return newest_file() != nullptr && newest_file()->file->name == name && room().sending().empty(); });
    }
    void click_on(FileAct act, std::uint64_t number = 0) {
        std::optional<wxPoint> where;
        ASSERT_TRUE(window->until([&] { return (where = canvas().point_of(number, act)).has_value(); }, 10));
        window->click(canvas(), *where);
    }
    std::string name_of(const chat::RoomMessage& message) { return room().row().name + "/" + std::to_string(message.number); }

    std::unique_ptr<Window> window;
    std::string other;
};

TEST_F(WindowFiles, AFileIsPastedSentWithATextAndFetchedByAnother) {
    begin("filer");
    const std::string path = sandbox->write_file("kettle.txt", std::string(3'000'000, 'k'));
    copy_files({path});
    window->press('V', wxMOD_CONTROL);
    ASSERT_TRUE(window->until([&] { return window->frame().chat().composer().has_attached(); }));
    EXPECT_THAT(nameless_widgets(window->frame()), IsEmpty());
    window->say("the new kettle");
    ASSERT_TRUE(has_file("kettle.txt"));
    EXPECT_EQ(newest_file()->text, "the new kettle");
    EXPECT_FALSE(window->frame().chat().composer().has_attached());
    EXPECT_EQ(window->frame().chat().composer().text(), "");
    const std::string to = sandbox->path("kettle-got.txt");
    const e2e::Finished got = sandbox->as(other, {"file", "get", name_of(*newest_file()), "-o", to});
    ASSERT_EQ(got.code, 0) << got.errors;
    EXPECT_EQ(bytes_in(to), bytes_in(path));
}

TEST_F(WindowFiles, AnotherPersonsFileIsSavedWhereOneSays) {
    begin("saver");
    const std::string path = sandbox->write_file("report.txt", std::string(2'500'000, 'r'));
    const e2e::Finished sent = sandbox->as(other, {"file", "send", "general", path});
    ASSERT_EQ(sent.code, 0) << sent.errors;
    ASSERT_TRUE(has_file("report.txt"));
    const std::uint64_t number = newest_file()->number;
    const std::string to = sandbox->path("mine/report of today.txt");
    fs::create_directories(fs::path{to}.parent_path());
    std::string offered;
    window->frame().chat().ask_where = [&](const std::string& folder, const std::string& name) {
        offered = folder + "/" + name;
        return to;
    };
    click_on(FileAct::save, number);
    ASSERT_TRUE(window->until([&] { return room().file(number) != nullptr && !room().file(number)->path.empty(); }));
    EXPECT_EQ(offered, window->model().downloads() + "/report.txt");
    EXPECT_EQ(room().file(number)->path, to);
    EXPECT_EQ(bytes_in(to), bytes_in(path));
    window->pump(200);
    EXPECT_NE(canvas().point_of(number, FileAct::folder), std::nullopt);
    window->press(WXK_UP);   // the click gave the messages the focus
    EXPECT_THAT(spoken_name(canvas()), HasSubstr("[report.txt, 2.3 MiB, text/plain]"));
    EXPECT_THAT(spoken_name(canvas()), HasSubstr(to));
}

TEST_F(WindowFiles, APictureIsShownAndOpensInAWindowOfItsOwn) {
    begin("looker");
    const net::Bytes png = *packed(square(300));
    const std::string path = sandbox->write_file("tea.png", std::string(reinterpret_cast<const char*>(png.data()), png.size()));
    ASSERT_EQ(sandbox->as(other, {"file", "send", "general", path}).code, 0);
    ASSERT_TRUE(has_file("tea.png"));
    const std::uint64_t number = newest_file()->number;
    ASSERT_TRUE(window->until([&] { return canvas().has_picture(number); }));
    EXPECT_FALSE(fs::exists(window->model().downloads())) << "shown, and kept nowhere";
    click_on(FileAct::picture, number);
    wxWindow* picture = nullptr;
    ASSERT_TRUE(window->until([&] { return (picture = wxWindow::FindWindowByLabel("tea.png")) != nullptr && picture->IsShownOnScreen(); }));
    window->pump(300);
    window->press(WXK_ESCAPE);
    ASSERT_TRUE(window->until([&] { return wxWindow::FindWindowByLabel("tea.png") == nullptr; }));
    window->frame().Raise();
    window->pump(200);
    window->frame().chat().focus_composer();

    const std::string fake = sandbox->write_file("fake.png", std::string(5000, 'x'));
    ASSERT_EQ(sandbox->as(other, {"file", "send", "general", fake}).code, 0);
    ASSERT_TRUE(has_file("fake.png"));
    window->pump(1000);
    EXPECT_FALSE(canvas().has_picture(newest_file()->number));
    window->say("no picture that one");
    EXPECT_TRUE(on_screen_once(*window, "no picture that one"));
}

TEST_F(WindowFiles, APastedPictureIsSent) {
    begin("paster");
    ASSERT_TRUE(wxTheClipboard->Open());
    wxTheClipboard->SetData(new wxBitmapDataObject(wxBitmap(image_of(square(50)))));   // the clipboard owns it
    wxTheClipboard->Close();
    window->press('V', wxMOD_CONTROL);
    ASSERT_TRUE(window->until([&] { return window->frame().chat().composer().has_attached(); }));
    window->press(WXK_RETURN);
    ASSERT_TRUE(window->until([&] { return newest_file() != nullptr && room().sending().empty(); }));
    EXPECT_EQ(newest_file()->file->type, "image/png");
    EXPECT_TRUE(window->until([&] { return canvas().has_picture(newest_file()->number); }));
}

TEST_F(WindowFiles, WithoutReplicasOneIsGivenUpAndTheTextIsThereAgainAndAnotherGoesOnWhenTheyAreBack) {
    begin("waiter");
    for (int replica = 1; replica <= cluster->size(); ++replica) cluster->process(replica).signal(SIGKILL);
    ASSERT_TRUE(window->until([&] { return window->model().connection().state != ConnectionStatus::State::online; }));
    window->frame().chat().attach({sandbox->write_file("first.txt", "one")});
    window->say("with the first");
    ASSERT_TRUE(window->until([&] { return room().sending().size() == 1; }));
    window->pump(300);
    click_on(FileAct::give_up);
    ASSERT_TRUE(window->until([&] { return room().sending().empty(); }));
    EXPECT_EQ(window->frame().chat().composer().text(), "with the first");
    window->frame().chat().attach({sandbox->write_file("second.txt", "two")});
    window->press(WXK_RETURN);
    ASSERT_TRUE(window->until([&] { return room().sending().size() == 1; }));
    window->say("typed meanwhile");
    for (int replica = 1; replica <= cluster->size(); ++replica) cluster->start(replica);
    EXPECT_TRUE(on_screen_once(*window, "typed meanwhile"));
    ASSERT_TRUE(window->until([&] { return newest_file() != nullptr && newest_file()->file->name == "second.txt"; }));
    EXPECT_EQ(newest_file()->text, "with the first");
    ASSERT_TRUE(cluster->wait_until_all_are_up());
}

// The program itself, that it may be killed; its window has the focus once it is there.
e2e::Process start_program(const std::string& profile) {
    std::string servers;
    for (const std::string& server : cluster->servers()) servers += (servers.empty() ? "" : ",") + server;
    e2e::Spawn spawn = sandbox->command("parley-gui", {"--profile", profile, "--measure", "--servers", servers, "--ca", cluster->ca()}, "window-of-" + profile);
    for (const char* variable : {"DISPLAY", "GDK_BACKEND", "NO_AT_BRIDGE"}) spawn.environment[variable] = std::getenv(variable);
    e2e::Process process(spawn);
    const auto is_usable = [&] { return e2e::read_text(spawn.output).find("usable after ") != std::string::npos; };
    EXPECT_TRUE(e2e::eventually(30s, is_usable)) << e2e::read_text(spawn.errors);
    pump_events(500);
    return process;
}

std::uint64_t bytes_of_replicas() {
    std::uint64_t bytes = 0;
    for (int replica = 1; replica <= cluster->size(); ++replica) {
        std::error_code gone;   // they write meanwhile
        for (fs::recursive_directory_iterator at(cluster->replica_folder(replica), gone), end; at != end; at.increment(gone)) {
            const std::uint64_t size = at->is_regular_file(gone) ? at->file_size(gone) : 0;
            if (!gone) bytes += size;
        }
    }
    return bytes;
}

// Pastes the files there, types the text with them, and kills the program as soon as this many bytes of them are with the replicas.
void send_and_be_killed(const std::string& profile, const std::vector<std::string>& paths, const std::string& text, std::uint64_t bytes) {
    e2e::Process program = start_program(profile);
    copy_files(paths);
    wxUIActionSimulator hands;
    hands.Char('V', wxMOD_CONTROL);
    pump_events(1000);
    hands.Text(text.c_str());
    const std::uint64_t before = bytes_of_replicas();
    hands.Char(WXK_RETURN);
    ASSERT_TRUE(e2e::eventually(30s, [&] { return bytes_of_replicas() > before + bytes; }));
    program.signal(SIGKILL);
    ASSERT_TRUE(program.wait(5s));
}

TEST_F(WindowFiles, WhatWasOnItsWayWhenTheWindowWasKilledArrivesOnceAndWhatChangedIsSaid) {
    constexpr std::size_t size = 180'000'000;
    for (const char* name : {"steady", "steadyother"}) register_person(*cluster, *sandbox, name);
    const std::string whole = sandbox->write_file("whole.bin", e2e::random_bytes(size, 5));
    const std::string changed = sandbox->write_file("changed.bin", e2e::random_bytes(size, 6));
    send_and_be_killed("steady", {whole, changed}, "two big ones", size / 10);
    sandbox->write_file("changed.bin", "smaller now");

    window = std::make_unique<Window>(*cluster, "steady");
    ASSERT_TRUE(window->until([&] { return room().sending().size() == 2; }));
    EXPECT_EQ(room().sending().at(0).file->name, "whole.bin");
    EXPECT_EQ(room().sending().at(0).text, "two big ones");
    ASSERT_TRUE(window->until([&] { return room().sending().back().is_refused(); }));
    EXPECT_EQ(room().sending().back().refusal, "the file changed after it was sent");
    ASSERT_TRUE(window->until([&] { return newest_file() != nullptr && newest_file()->file->name == "whole.bin" && room().sending().size() == 1; }, 120));
    EXPECT_EQ(newest_file()->text, "two big ones");
    const std::string to = sandbox->path("whole-got.bin");
    const e2e::Finished got = sandbox->as("steadyother", {"file", "get", name_of(*newest_file()), "-o", to});
    ASSERT_EQ(got.code, 0) << got.errors;
    EXPECT_TRUE(bytes_in(to) == bytes_in(whole));

    click_on(FileAct::retry);
    ASSERT_TRUE(has_file("changed.bin"));
    EXPECT_EQ(newest_file()->file->size, 11U);
    window->pump(1000);
    for (const char* name : {"whole.bin", "changed.bin"}) {
        EXPECT_EQ(std::ranges::count_if(room().messages(), [&](const auto& message) { return message.file && message.file->name == name; }), 1) << name;
    }
}

TEST_F(WindowFiles, WhatCannotBeSentIsSaidAndATextThatIsTooLongGoesAsAFile) {
    begin("clumsy");
    window->frame().chat().attach({sandbox->folder()});
    EXPECT_THAT(window->model().notice(), HasSubstr("is a folder"));
    EXPECT_FALSE(window->frame().chat().composer().has_attached());
    ASSERT_TRUE(wxTheClipboard->Open());
    wxTheClipboard->SetData(new wxTextDataObject(wxString('w', 20'000)));
    wxTheClipboard->Close();
    window->press('V', wxMOD_CONTROL);
    ASSERT_TRUE(window->until([&] { return window->frame().chat().composer().has_attached(); }));
    EXPECT_EQ(window->frame().chat().composer().text(), "");
    window->press(WXK_RETURN);
    ASSERT_TRUE(has_file("pasted text.txt"));
    EXPECT_EQ(newest_file()->file->size, 20'000U);
}

TEST_F(WindowFiles, WhatGoesAlongStaysWithItsRoom) {
    begin("mover");
    ASSERT_EQ(sandbox->as(other, {"room", "create", "cellar"}).code, 0);
    ASSERT_EQ(sandbox->as(other, {"room", "invite", "cellar", "mover"}).code, 0);
    ASSERT_TRUE(window->until([&] { return window->model().rooms().size() >= 2; }));
    window->frame().chat().attach({sandbox->write_file("here.txt", "here")});
    const chat::RoomId first = room().id();
    window->press(WXK_UP, wxMOD_ALT);
    ASSERT_TRUE(window->until([&] { return room().id() != first; }));
    EXPECT_FALSE(window->frame().chat().composer().has_attached());
    window->press(WXK_DOWN, wxMOD_ALT);
    ASSERT_TRUE(window->until([&] { return room().id() == first; }));
    EXPECT_TRUE(window->frame().chat().composer().has_attached());
}

}  // namespace
}  // namespace parley::gui::testing
