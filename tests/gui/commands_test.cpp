// /commands typed in the window: offered, chosen by key and by mouse, done by real replicas, and said in place when they are wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/client/slash_commands.hpp"
#include "gui/views/text.hpp"
#include "tests/gui/stage.hpp"

namespace parley::gui::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

Composer& composer(Window& window) { return window.frame().chat().composer(); }
std::string typed(Window& window) { return composer(window).text(); }
std::string said(Window& window) { return spoken_name(composer(window).control()); }

bool is_offered(Window& window) { return composer(window).completions() != nullptr && composer(window).completions()->IsShown(); }

// In the place of what stands there.
void enter(Window& window, const std::string& line) {
    composer(window).focus();
    window.press('A', wxMOD_CONTROL);
    window.press(WXK_BACK);
    window.say(line);
}

const chat::RoomMessage& newest(Window& window) { return window.model().selected()->messages().back(); }

// Somebody who is no administrator, in a room of her own.
class GuiCommands : public ::testing::Test {
protected:
    void begin(const std::string& name) {
        register_person(*cluster, *sandbox, name + "friend");   // the first account of a cluster is its administrator
        window = std::make_unique<Window>(*cluster, name);
        window->register_account(name);
        ASSERT_TRUE(window->until([&] { return window->model().connection().state == ConnectionStatus::State::online; }));
    }
    void make_room(const std::string& name) {
        enter(*window, "/create #" + name);
        ASSERT_TRUE(window->until([&] { return window->model().selected()->row().name == name; })) << window->model().notice();
        window->pump(300);
    }
    std::unique_ptr<Window> window;
};

TEST_F(GuiCommands, AreOfferedAndTakenByKeyAndByMouse) {
    begin("captain");
    window->type("/");
    ASSERT_TRUE(is_offered(*window));
    EXPECT_EQ(composer(*window).completions()->choices().size(), chat::slash_words().size());
    EXPECT_EQ(composer(*window).completions()->choices().front().does, "Go into a public room");
    window->type("cre");
    ASSERT_EQ(composer(*window).completions()->choices().size(), 1U);
    window->press(WXK_TAB);
    EXPECT_EQ(typed(*window), "/create ");
    EXPECT_FALSE(is_offered(*window));
    window->type("#deck");
    window->press(WXK_RETURN);
    ASSERT_TRUE(window->until([&] { return window->model().selected()->row().name == "deck"; })) << "it is made and shown";
    EXPECT_EQ(typed(*window), "");
    window->pump(300);

    window->type("/to");
    window->press(WXK_RETURN);
    EXPECT_EQ(typed(*window), "/topic ") << "Enter takes what is chosen in the list";
    window->type("tea at four");
    window->press(WXK_RETURN);
    EXPECT_TRUE(window->until([&] { return window->model().selected()->row().topic == "tea at four"; }));

    window->type("/memb");
    ASSERT_TRUE(is_offered(*window));
    window->click(*composer(*window).completions(), wxPoint(60, 20));
    ASSERT_TRUE(window->until([&] { return typed(*window) == "/members "; })) << typed(*window);
    window->press(WXK_RETURN);
    ASSERT_TRUE(window->until([&] { return typed(*window).empty(); }));
    window->pump(200);
    EXPECT_TRUE(wxWindow::FindWindowByName("Members", &window->frame())->IsShownOnScreen());
    EXPECT_THAT(nameless_widgets(window->frame()), IsEmpty());

    window->type("/");
    window->press(WXK_ESCAPE);
    EXPECT_FALSE(is_offered(*window));
    EXPECT_EQ(typed(*window), "/") << "Esc closes the list and leaves the text";
    enter(*window, "//");
    window->type("/memb");
    window->press(WXK_ESCAPE);
    window->press('A', wxMOD_CONTROL);
    window->type("/");
    window->pump(200);
    ASSERT_TRUE(is_offered(*window));
    const wxPoint foot = composer(*window).completions()->ClientToScreen(wxPoint(0, composer(*window).completions()->GetSize().y));
    EXPECT_LE(foot.y, composer(*window).control().GetScreenPosition().y) << "of any length it stands above the text";
    enter(*window, "/leave");
    EXPECT_TRUE(window->until([&] { return window->model().selected()->row().name == "general"; })) << "typed whole, Enter does it";
}

TEST_F(GuiCommands, AreRefusedInPlaceAndStay) {
    begin("mate");
    enter(*window, "/dance with me");
    EXPECT_EQ(typed(*window), "/dance with me");
    EXPECT_THAT(said(*window), StartsWith("There is no command /dance."));
    window->press(WXK_BACK);
    EXPECT_THAT(said(*window), StartsWith("Message to")) << "whoever goes on typing has seen it";
    for (const auto& [line, why] : std::vector<std::pair<std::string, std::string>>{
             {"/kick matefriend", chat::sentence(chat::Refusal::not_allowed)},
             {"/reply 4000 tea", chat::sentence(chat::Refusal::no_such_message)},
             {"/file /nowhere/tea.txt", "There is no"},
             {"/cancel", "No file is on its way in this room."},
             {"/day 2026-02-30", "Write it like this: /day YYYY-MM-DD"},
             {"/pins now", "Nothing stands behind /pins."}}) {
        enter(*window, line);
        EXPECT_EQ(typed(*window), line);
        if (line.starts_with("/file")) EXPECT_THAT(said(*window), HasSubstr("/nowhere/tea.txt"));
        else EXPECT_THAT(said(*window), StartsWith(why)) << line;
    }
    EXPECT_THAT(window->model().selected()->sending(), IsEmpty());
    enter(*window, "//etc is a folder");
    EXPECT_TRUE(on_screen_once(*window, "/etc is a folder"));
    EXPECT_THAT(window->texts(), Not(Contains(HasSubstr("dance"))));
    enter(*window, "/join nowhere");
    EXPECT_TRUE(window->until([&] { return window->model().notice() == chat::sentence(chat::Refusal::no_such_room); })) << window->model().notice();
    // A text that is changed may begin with a slash.
    window->press(WXK_UP);
    EXPECT_EQ(typed(*window), "/etc is a folder");
    window->type(" there");
    window->press(WXK_RETURN);
    EXPECT_TRUE(on_screen_once(*window, "/etc is a folder there"));
}

TEST_F(GuiCommands, DoWhatTheirWordsSay) {
    begin("bosun");
    make_room("hold");
    window->say("tea");
    ASSERT_TRUE(on_screen_once(*window, "tea"));
    const std::string tea = std::to_string(newest(*window).number);
    EXPECT_FALSE(window->frame().chat().messages().shows_numbers());
    enter(*window, "/numbers");
    EXPECT_TRUE(window->until([&] { return window->frame().chat().messages().shows_numbers(); }));
    enter(*window, "/react " + tea + " !");
    EXPECT_TRUE(window->until([&] { return !newest(*window).reactions.empty(); }));
    enter(*window, "/edit " + tea + " coffee");
    EXPECT_TRUE(on_screen_once(*window, "coffee"));
    enter(*window, "/pin " + tea);
    EXPECT_TRUE(window->until([&] { return newest(*window).pinned; }));
    enter(*window, "/pins");
    EXPECT_TRUE(window->until([&] { return window->model().pins().messages.size() == 1; }));
    enter(*window, "/reply " + tea + " with milk");
    ASSERT_TRUE(on_screen_once(*window, "with milk"));
    EXPECT_EQ(std::to_string(newest(*window).reply_to), tea);
    enter(*window, "/file " + sandbox->write_file("cargo.txt", "rum"));
    ASSERT_TRUE(window->until([&] { return newest(*window).file.has_value(); }));
    const std::uint64_t cargo = newest(*window).number;
    EXPECT_EQ(newest(*window).file->name, "cargo.txt");
    enter(*window, "/get " + std::to_string(cargo));
    const auto standing = [&] { return window->model().selected()->file(cargo); };
    ASSERT_TRUE(window->until([&] { return standing() != nullptr && !standing()->path.empty(); }));
    EXPECT_THAT(standing()->path, StartsWith(window->model().downloads()));
    EXPECT_EQ(e2e::read_text(standing()->path), "rum");
    enter(*window, "/get " + tea);
    EXPECT_THAT(said(*window), StartsWith("Message " + tea + " has no file."));
    enter(*window, "/delete " + tea);
    EXPECT_TRUE(window->until([&] { return window->model().selected()->find(std::stoull(tea))->deleted; }));
    enter(*window, "/search milk");
    EXPECT_TRUE(window->until([&] { return window->model().everywhere().page.messages.size() == 1; }));
    enter(*window, "/notify mentions");
    EXPECT_TRUE(window->until([&] { return window->model().selected()->row().notify == chat::Notify::mentions; }));
    enter(*window, "/invite bosunfriend");
    EXPECT_TRUE(window->until([&] { return window->model().selected()->row().members == 2; }));
    enter(*window, "/role bosunfriend moderator");
    EXPECT_TRUE(window->until([&] { return newest(*window).kind == chat::MessageKind::role_changed; }));
    enter(*window, "/kick @bosunfriend");
    EXPECT_TRUE(window->until([&] { return window->model().selected()->row().members == 1; }));
    enter(*window, "/msg bosunfriend hello there");
    ASSERT_TRUE(window->until([&] { return window->model().selected()->row().name == "bosunfriend"; }));
    EXPECT_TRUE(on_screen_once(*window, "hello there"));
    EXPECT_THAT(sandbox->as("bosunfriend", {"history", "@bosun"}).output, HasSubstr("hello there"));
    enter(*window, "/leave");
    EXPECT_THAT(said(*window), StartsWith("That is for rooms"));
    enter(*window, "/help");
    EXPECT_TRUE(window->until([&] { return is_offered(*window); }));
    EXPECT_EQ(typed(*window), "/");
    bool is_closing = false;
    window->frame().Bind(wxEVT_CLOSE_WINDOW, [&](wxCloseEvent& event) {
        if (!event.CanVeto()) return event.Skip();
        is_closing = true;
        event.Veto();
    });
    enter(*window, "/quit");
    EXPECT_TRUE(window->until([&] { return is_closing; }));
}

TEST_F(GuiCommands, HalfTypedAreNoDraftAndStandThereAgain) {
    begin("cook");
    make_room("galley");
    const chat::RoomId galley = window->model().selected()->id();
    window->type("/topic half a tho");
    window->pump(900);   // longer than a draft waits
    EXPECT_EQ(window->model().find(galley)->draft, "");
    window->press(WXK_DOWN, wxMOD_ALT);
    window->press(WXK_UP, wxMOD_ALT);
    window->press(WXK_UP, wxMOD_ALT);
    window->press(WXK_DOWN, wxMOD_ALT);
    window->frame().chat().select(galley);
    window->pump(300);
    EXPECT_EQ(typed(*window), "/topic half a tho");
    window->type("ught");
    window->press(WXK_RETURN);
    EXPECT_TRUE(window->until([&] { return window->model().selected()->row().topic == "half a thought"; }));
    EXPECT_EQ(typed(*window), "");
}

}  // namespace
}  // namespace parley::gui::testing
