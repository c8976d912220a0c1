// CursesScreen: the only part of the program that talks to ncurses. It shows a Picture and turns bytes into keys.
#pragma once

#include <memory>
#include <optional>

#include "chat/cli/terminal/view.hpp"

namespace parley::chat {

struct Key {
    enum class Kind {
        letter, enter, newline, backspace, erase, left, right, up, down, home, end, page_up, page_down,
        tab, back_tab, next_room, previous_room, kill_before, kill_after, kill_word, toggle, redraw, leave, unknown,
    };
    Kind kind = Kind::unknown;
    char32_t letter = 0;
};

class CursesScreen {
public:
    // Takes over the terminal. Throws std::runtime_error when standard input or output is none.
    CursesScreen();
    ~CursesScreen();   // gives it back as it was
    CursesScreen(const CursesScreen&) = delete;
    CursesScreen& operator=(const CursesScreen&) = delete;

    // The next key that was pressed; none when there is no more for now.
    std::optional<Key> read_key();
    // The terminal behind standard input is gone.
    [[nodiscard]] bool is_gone() const;

    [[nodiscard]] ScreenSize size() const;
    void resized();
    void redraw_all();
    void show(const Picture& picture);

private:
    bool has_colour_ = false;
};

}  // namespace parley::chat
