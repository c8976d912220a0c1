// The terminal client's loop: keys in, pictures out, at most one picture per turn of the loop.
#include "chat/cli/terminal/chat_screen.hpp"

#include <csignal>
#include <exception>

#include <fmt/format.h>
#include <unistd.h>

#include "chat/cli/output.hpp"
#include "chat/cli/runtime.hpp"
#include "chat/cli/terminal/chat_engine.hpp"
#include "chat/cli/terminal/curses_screen.hpp"

namespace parley::chat {
namespace {

// True if the key was one for editing a line.
bool edit(Composer& composer, const Key& key) {
    using Kind = Key::Kind;
    switch (key.kind) {
        case Kind::letter: composer.insert(key.letter); return true;
        case Kind::newline: composer.insert(U'\n'); return true;
        case Kind::backspace: composer.erase_before(); return true;
        case Kind::erase: composer.erase_after(); return true;
        case Kind::left: composer.left(); return true;
        case Kind::right: composer.right(); return true;
        case Kind::home: composer.to_start(); return true;
        case Kind::end: composer.to_end(); return true;
        case Kind::kill_before: composer.erase_to_start(); return true;
        case Kind::kill_after: composer.erase_to_end(); return true;
        case Kind::kill_word: composer.erase_word(); return true;
        case Kind::up: case Kind::down: case Kind::enter: case Kind::page_up: case Kind::page_down: case Kind::tab:
        case Kind::back_tab: case Kind::next_room: case Kind::previous_room: case Kind::toggle: case Kind::redraw:
        case Kind::leave: case Kind::unknown: return false;
    }
    return false;
}

class ChatScreen {
public:
    explicit ChatScreen(Runtime& runtime) : runtime_(runtime), engine_(runtime, [this] { changed(); }) {}

    void run() {
        net::AsioLoop& loop = runtime_.loop();
        loop.on_signal({SIGWINCH, SIGINT, SIGTERM, SIGHUP}, [this](int signal) {
            if (signal != SIGWINCH) return leave();
            screen_.resized();
            changed();
        });
        engine_.start();
        loop.watch_readable(STDIN_FILENO, [this] { read_keys(); });
        changed();
        loop.run();
        loop.unwatch(STDIN_FILENO);
        engine_.keep_drafts();
    }
    [[nodiscard]] const std::optional<net::Error>& ended() const { return engine_.ended(); }

private:
    void leave() { runtime_.loop().stop(); }

    void changed() {
        if (engine_.wants_to_leave() || engine_.ended()) leave();
        if (std::exchange(draw_is_due_, true)) return;
        runtime_.loop().post([this] {
            draw_is_due_ = false;
            draw();
        });
    }

    // The line belongs to the room that is shown.
    void take_draft() {
        const RoomPane* pane = engine_.model.selected();
        const RoomId room = pane == nullptr ? RoomId{} : pane->row.room;
        const RoomId before = std::exchange(shown_, room);
        if (before == RoomId{} && !composer_.empty()) return engine_.typed(composer_.text());   // typed before there was a room
        if (engine_.take_draft_changed() || before != room) composer_.set(engine_.draft());
    }

    void draw() {
        if (engine_.needs_login()) return screen_.show(draw_form(engine_.form, engine_.model.status, screen_.size()));
        take_draft();
        bool at_top = false;
        screen_.show(draw_chat(engine_.model, composer_, screen_.size(), at_top));
        const RoomPane* pane = engine_.model.selected();
        if (at_top && pane != nullptr && pane->scrolled > 0) engine_.load_older();
    }

    void read_keys() {
        bool any = false;
        while (const auto key = screen_.read_key()) {
            any = true;
            if (key->kind == Key::Kind::leave) return leave();
            if (key->kind == Key::Kind::redraw) screen_.redraw_all();
            if (engine_.needs_login()) {
                form_key(*key);
            } else {
                chat_key(*key);
            }
        }
        if (!any && screen_.is_gone()) return leave();
        changed();
    }

    void form_key(const Key& key) {
        LoginForm& form = engine_.form;
        if (form.is_busy) return;
        if (key.kind == Key::Kind::toggle) return form.toggle_mode();
        if (key.kind == Key::Kind::tab || key.kind == Key::Kind::down) return form.next_field();
        if (key.kind == Key::Kind::back_tab || key.kind == Key::Kind::up) return form.previous_field();
        if (key.kind == Key::Kind::enter) {
            if (form.enter()) engine_.submit_form();
            return;
        }
        if (key.kind != Key::Kind::newline) edit(form.focused(), key);
    }

    void chat_key(const Key& key) {
        using Kind = Key::Kind;
        const bool edited = edit(composer_, key);
        engine_.active(edited && !composer_.letters().empty() && composer_.letters().front() != U'/');
        if (edited) return engine_.typed(composer_.text());
        switch (key.kind) {
            case Kind::enter: engine_.enter(composer_.take()); break;
            case Kind::up: composer_.older(); break;
            case Kind::down: composer_.newer(); break;
            case Kind::page_up: scroll(+1); break;
            case Kind::page_down: scroll(-1); break;
            case Kind::tab: case Kind::next_room: switch_room(+1); break;
            case Kind::back_tab: case Kind::previous_room: switch_room(-1); break;
            case Kind::letter: case Kind::newline: case Kind::backspace: case Kind::erase: case Kind::left: case Kind::right:
            case Kind::home: case Kind::end: case Kind::kill_before: case Kind::kill_after: case Kind::kill_word:
            case Kind::toggle: case Kind::redraw: case Kind::leave: case Kind::unknown: break;
        }
    }

    void switch_room(int step) {
        engine_.model.select_next(step);
        engine_.seen();
    }

    void scroll(int pages) {
        RoomPane* pane = engine_.model.selected();
        if (pane == nullptr) return;
        const std::size_t step = std::max<std::size_t>(message_rows(screen_.size()) - 1, 1);
        pane->scrolled = pages > 0 ? pane->scrolled + step : pane->scrolled - std::min(pane->scrolled, step);
        if (pane->scrolled == 0) engine_.seen();
        changed();
    }

    Runtime& runtime_;
    CursesScreen screen_;
    ChatEngine engine_;
    Composer composer_;
    RoomId shown_;
    bool draw_is_due_ = false;
};

}  // namespace

Exit run(const ChatCommand&, const GlobalOptions& options) {
    if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0) {
        throw CommandFailed(Exit::usage, "chat needs a terminal; in a script use `parley send` and `parley tail`");
    }
    Runtime runtime{options};   // questions of trust are asked before the screen is taken
    std::optional<net::Error> ended;
    {
        ChatScreen screen{runtime};
        screen.run();
        ended = screen.ended();
    }
    if (ended) throw CommandFailed(exit_of(*ended), ended->message);
    const std::size_t unsent = runtime.client().unanswered();
    if (unsent > 0) note_line(fmt::format("parley: {} not delivered yet; kept, and sent by your next parley command", unsent));
    return Exit::ok;
}

}  // namespace parley::chat
