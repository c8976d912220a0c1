// What goes wrong outside of the window: it is said in its place, nothing is lost, and nothing stands in the way of typing.
#include <sys/resource.h>

#include <chrono>
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <wx/clipbrd.h>
#include <wx/dataobj.h>
#include <wx/dialog.h>

#include "gui/views/text.hpp"
#include "tests/e2e/writers.hpp"
#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

bool is_online(const Window& window) { return window.model().connection().state == ConnectionStatus::State::online; }

bool shows_dialogue() {
    for (auto* node = wxTopLevelWindows.GetFirst(); node != nullptr; node = node->GetNext()) {
        const auto* dialog = dynamic_cast<wxDialog*>(node->GetData());
        if (dialog != nullptr && dialog->IsModal()) return true;
    }
    return false;
}

// Texts that are wider than their place are broken into lines.
bool says(const wxWindow& window, const std::string& sentence) {
    for (wxWindow* child : window.GetChildren()) {
        wxString label = child->GetLabel();
        label.Replace("\n", " ");
        if ((child->IsShownOnScreen() && to_utf8(label).find(sentence) != std::string::npos) || says(*child, sentence)) return true;
    }
    return false;
}

void fill_log_in(Window& window, const std::string& name, const std::string& password) {
    wxWindow& field = window_named(window.frame(), "Name");
    dynamic_cast<wxTextCtrl&>(field).Clear();
    field.SetFocus();
    window.type(name);
    window_named(window.frame(), "Password").SetFocus();
    window.type(password);
    window.press(WXK_RETURN);
}

// Turns the loop until it holds; the longest that a turn took.
Clock::duration longest_turn(Window& window, const std::function<bool()>& holds) {
    Clock::duration longest{};
    Clock::time_point last = Clock::now();
    window.until([&] {
        longest = std::max(longest, Clock::now() - last);
        last = Clock::now();
        return holds();
    }, 60);
    return longest;
}

// As on a full disk: no file of this process grows beyond that size until it is gone.
class NoRoom {
public:
    explicit NoRoom(rlim_t bytes) {
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit now{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~NoRoom() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    NoRoom(const NoRoom&) = delete;
    NoRoom& operator=(const NoRoom&) = delete;

private:
    rlimit before_{};
};

TEST(GuiBadInput, AWrongPasswordIsSaidInTheForm) {
    register_person(*cluster, *sandbox, "forgetful");
    Window window(*cluster, "forgetful-window");
    window.click(button_labelled(window.frame(), "I have an account"));
    fill_log_in(window, "forgetful", "something else");
    ASSERT_TRUE(window.until([&] { return !window.model().form().sentence.empty(); }));
    window.pump(200);
    EXPECT_TRUE(says(window.frame(), window.model().form().sentence)) << window.model().form().sentence;
    EXPECT_FALSE(window.model().is_logged_in());
    EXPECT_FALSE(shows_dialogue());
    dynamic_cast<wxTextCtrl&>(window_named(window.frame(), "Password")).Clear();
    fill_log_in(window, "forgetful", "correct horse battery staple");
    EXPECT_TRUE(window.until([&] { return window.model().is_logged_in() && window.model().selected() != nullptr; })) << window.model().form().sentence;
}

TEST(GuiBadInput, WithoutAServerTheFormSaysSoAndGoesOnWhenThereIsOne) {
    for (int replica = 1; replica <= cluster->size(); ++replica) cluster->process(replica).signal(SIGKILL);
    Window window(*cluster, "early");
    window.type("early");
    window.press(WXK_TAB);
    window.type("correcthorse");
    window.press(WXK_TAB);
    window.type("correcthorse");
    window.press(WXK_RETURN);
    ASSERT_TRUE(window.until([&] { return !window.model().form().sentence.empty(); }));
    window.pump(200);
    EXPECT_TRUE(says(window.frame(), window.model().form().sentence)) << window.model().form().sentence;
    for (int replica = 1; replica <= cluster->size(); ++replica) cluster->start(replica);
    ASSERT_TRUE(cluster->wait_until_all_are_up());
    ASSERT_TRUE(window.until([&] { return is_online(window); }));
    window_named(window.frame(), "Password").SetFocus();   // what was typed still stands there
    window.press(WXK_RETURN);
    EXPECT_TRUE(window.until([&] { return window.model().own_name() == "early"; })) << window.model().form().sentence;
}

TEST(GuiBadInput, ACertificateOfAnotherAuthorityIsSaidAndNothingIsSentToIt) {
    {
        Window window(*cluster, "careful");
        window.register_account("careful");
        window.say("before the certificate");
        ASSERT_TRUE(on_screen_once(window, "before the certificate"));
        window.type("half a sentence");
        window.pump(1000);
    }
    e2e::Sandbox elsewhere;
    e2e::Cluster other(elsewhere, 1, e2e::Watch::by_hand);
    chat::GlobalOptions options = options_for(*cluster, "careful");
    options.ca = other.ca();
    Window window(options);
    ASSERT_TRUE(window.until([&] { return window.model().connection().state == ConnectionStatus::State::ended; }));
    window.pump(200);
    EXPECT_TRUE(says(window.frame(), "the server's certificate is signed by an authority that is not known here")) << window.model().connection().sentence;
    EXPECT_FALSE(window.model().is_logged_in()) << "that authority's cluster knows nobody from here";
    EXPECT_FALSE(shows_dialogue());
    window.close();
    Window again(*cluster, "careful");
    ASSERT_TRUE(again.until([&] { return again.model().selected() != nullptr && is_online(again); }));
    EXPECT_THAT(again.texts(), ::testing::Contains("before the certificate"));
    EXPECT_EQ(again.frame().chat().composer().text(), "half a sentence");
}

TEST(GuiBadInput, ALogInThatIsEndedElsewhereIsSaidAndTheDraftComesBack) {
    Window window(*cluster, "roamer");
    window.register_account("roamer");
    ASSERT_TRUE(window.until([&] { return is_online(window); }));
    window.type("half written");
    window.pump(1000);
    std::vector<std::string> words{"login", "roamer", "--password-file", sandbox->write_file("roamers-password", "correcthorse\n")};
    const std::vector<std::string> reach = cluster->reach();
    words.insert(words.end(), reach.begin(), reach.end());
    ASSERT_EQ(sandbox->as("roamer-elsewhere", words).code, 0);
    const e2e::Finished changed =
        sandbox->as("roamer-elsewhere", {"passwd", "--password-file", sandbox->path("roamers-password"), "--new-password-file", sandbox->write_file("new-password", "anotherhorse\n")});
    ASSERT_EQ(changed.code, 0) << changed.errors;
    ASSERT_TRUE(window.until([&] { return !window.model().is_logged_in(); }));
    window.pump(200);
    EXPECT_TRUE(says(window.frame(), "This login has ended: log in again."));
    EXPECT_FALSE(shows_dialogue());
    fill_log_in(window, "roamer", "anotherhorse");
    ASSERT_TRUE(window.until([&] { return window.model().selected() != nullptr && window.frame().chat().composer().text() == "half written"; }))
        << window.model().form().sentence << window.frame().chat().composer().text();
    window.press(WXK_RETURN);
    EXPECT_TRUE(on_screen_once(window, "half written"));
}

TEST(GuiBadInput, WithoutRoomOnTheDiskOfThisComputerItIsSaidAndNothingIsLost) {
    Window window(*cluster, "cramped");
    window.register_account("cramped");
    register_person(*cluster, *sandbox, "spacious");
    ASSERT_TRUE(window.until([&] { return is_online(window); }));
    {
        const NoRoom no_room(0);
        e2e::Spawn elsewhere = sandbox->command("parley", {"send", "general", "somebody else has room", "--profile", "spacious"}, "spacious");
        elsewhere.file_size_max = RLIM_INFINITY;
        e2e::Process sending(elsewhere);
        ASSERT_EQ(sending.wait(20s), 0) << e2e::read_text(elsewhere.errors);
        EXPECT_TRUE(on_screen_once(window, "somebody else has room"));
        EXPECT_TRUE(window.until([&] { return window.model().notice().find("Nothing can be kept on this computer") != std::string::npos; })) << window.model().notice();
        window.say("typed without room");
        const auto& waiting = window.model().selected()->sending();
        ASSERT_TRUE(window.until([&] { return waiting.size() == 1 && window.model().connection_sentence().has_value(); }));
        EXPECT_FALSE(waiting.front().is_refused());
        EXPECT_TRUE(says(window.frame(), "The disk of this computer is full.")) << window.model().connection_sentence().value_or("nothing is said");
        EXPECT_FALSE(shows_dialogue());
    }
    EXPECT_TRUE(on_screen_once(window, "typed without room"));
    EXPECT_EQ(window.model().connection_sentence(), std::nullopt);
    window.say("there is room again");
    EXPECT_TRUE(on_screen_once(window, "there is room again"));
}

TEST(GuiBadInput, APasteOfAHundredMegabytesBecomesAFileAndTypingGoesOn) {
    Window window(*cluster, "dropper");
    window.register_account("dropper");
    ASSERT_TRUE(window.until([&] { return is_online(window); }));
    window.type("look: ");
    ASSERT_TRUE(wxTheClipboard->Open());
    wxTheClipboard->SetData(new wxTextDataObject(wxString('p', 100'000'000)));   // the clipboard owns it
    wxTheClipboard->Close();
    window.press('V', wxMOD_CONTROL);
    ASSERT_TRUE(window.until([&] { return window.frame().chat().composer().has_attached(); }));
    EXPECT_EQ(window.frame().chat().composer().text(), "look: ");
    window.type("a lot");
    window.press(WXK_RETURN);
    const auto& room = *window.model().selected();
    EXPECT_LT(longest_turn(window, [&] { return !room.messages().empty() && room.messages().back().file.has_value() && room.sending().empty(); }), 3s);
    ASSERT_TRUE(room.messages().back().file.has_value());
    EXPECT_EQ(room.messages().back().file->size, 100'000'000U);
    EXPECT_EQ(room.messages().back().text, "look: a lot");
}

TEST(GuiBadInput, TenThousandMessagesAtOnceDoNotHoldUpTyping) {
    Window window(*cluster, "calm");
    window.register_account("calm");
    ASSERT_TRUE(window.until([&] { return is_online(window); }));
    const std::uint64_t before = window.model().selected()->last();
    e2e::Writers writers(*sandbox, *cluster, {.name = "hasty", .writers = 16, .messages = 10'000, .window = 64, .rooms = {"general"}});
    writers.allow(10'000);
    window.type("while they ");
    const auto longest = longest_turn(window, [&] { return window.model().selected()->last() >= before + 10'000; });
    EXPECT_GE(window.model().selected()->last(), before + 10'000);
    EXPECT_LT(longest, 1s);
    EXPECT_TRUE(writers.finish(30s));
    writers.stop();
    window.say("came");
    EXPECT_TRUE(on_screen_once(window, "while they came"));
    std::uint64_t last = 0;
    for (const chat::RoomMessage& message : window.model().selected()->messages()) {
        EXPECT_TRUE(last == 0 || message.number == last + 1) << message.number << " follows " << last;
        last = message.number;
    }
}

}  // namespace
}  // namespace parley::gui::testing
