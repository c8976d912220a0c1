// ncursesw: set-up, keys, drawing.
#include "chat/cli/terminal/curses_screen.hpp"

#include <clocale>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <curses.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace parley::chat {
namespace {

// Keys that terminfo has no number for.
constexpr int key_alt_up = 1001;
constexpr int key_alt_down = 1002;

constexpr int control(char letter) { return letter & 0x1f; }

void make_colours() {
    ::start_color();
    ::use_default_colors();
    ::init_pair(1, COLOR_CYAN, -1);
    ::init_pair(2, COLOR_YELLOW, -1);
    ::init_pair(3, COLOR_BLACK, COLOR_CYAN);
    ::init_pair(4, COLOR_BLACK, COLOR_YELLOW);
}

attr_t attributes_of(Style style, bool has_colour) {
    const auto pair = [has_colour](int number) -> attr_t {
        return has_colour ? static_cast<attr_t>(COLOR_PAIR(number)) : static_cast<attr_t>(A_NORMAL);
    };
    switch (style) {
        case Style::plain: return A_NORMAL;
        case Style::dim: return A_DIM;
        case Style::bold: return A_BOLD;
        case Style::own: return A_BOLD | pair(1);
        case Style::title: return A_REVERSE | A_BOLD;
        case Style::status: return has_colour ? pair(3) : static_cast<attr_t>(A_REVERSE);
        case Style::warning: return has_colour ? pair(2) : static_cast<attr_t>(A_BOLD);
        case Style::selected: return A_REVERSE;
        case Style::unread: return A_BOLD | pair(2);
    }
    return A_NORMAL;
}

Key special_key(wint_t code) {
    using Kind = Key::Kind;
    switch (static_cast<int>(code)) {
        case KEY_BACKSPACE: return {Kind::backspace};
        case KEY_DC: return {Kind::erase};
        case KEY_LEFT: return {Kind::left};
        case KEY_RIGHT: return {Kind::right};
        case KEY_UP: return {Kind::up};
        case KEY_DOWN: return {Kind::down};
        case KEY_HOME: return {Kind::home};
        case KEY_END: return {Kind::end};
        case KEY_PPAGE: return {Kind::page_up};
        case KEY_NPAGE: return {Kind::page_down};
        case KEY_BTAB: return {Kind::back_tab};
        case KEY_ENTER: return {Kind::enter};
        case KEY_F(2): return {Kind::toggle};
        case key_alt_up: return {Kind::previous_room};
        case key_alt_down: return {Kind::next_room};
        default: return {Kind::unknown};
    }
}

Key typed_key(wint_t code) {
    using Kind = Key::Kind;
    switch (static_cast<int>(code)) {
        case '\r': return {Kind::enter};
        case '\n': return {Kind::newline};   // Ctrl-J
        case '\t': return {Kind::tab};
        case 127:
        case control('h'): return {Kind::backspace};
        case control('a'): return {Kind::home};
        case control('e'): return {Kind::end};
        case control('b'): return {Kind::left};
        case control('f'): return {Kind::right};
        case control('d'): return {Kind::erase};
        case control('u'): return {Kind::kill_before};
        case control('k'): return {Kind::kill_after};
        case control('w'): return {Kind::kill_word};
        case control('n'): return {Kind::next_room};
        case control('p'): return {Kind::previous_room};
        case control('l'): return {Kind::redraw};
        case control('c'): return {Kind::leave};
        default: break;
    }
    if (code < 0x20) return {Kind::unknown};
    return {Kind::letter, static_cast<char32_t>(code)};
}

void draw_span(const Span& span, bool has_colour) {
    const attr_t attributes = attributes_of(span.style, has_colour);
    ::attron(static_cast<int>(attributes));
    ::addstr(span.text.c_str());
    ::attroff(static_cast<int>(attributes));
}

}  // namespace

CursesScreen::CursesScreen() {
    if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0) {
        throw std::runtime_error("chat needs a terminal; in a script use `parley send` and `parley tail`");
    }
    std::setlocale(LC_ALL, "");
    // A terminal speaks UTF-8 nowadays; with the C locale nothing but ASCII could be shown.
    if (std::strcmp(std::setlocale(LC_CTYPE, nullptr), "C") == 0) std::setlocale(LC_CTYPE, "C.UTF-8");
    ::newterm(nullptr, stdout, stdin);
    if (::stdscr == nullptr) throw std::runtime_error("this terminal is not known (TERM); try TERM=xterm parley chat");
    ::raw();
    ::noecho();
    ::nonl();
    ::keypad(::stdscr, TRUE);
    ::nodelay(::stdscr, TRUE);
    ::set_escdelay(25);
    ::define_key("\033[1;3A", key_alt_up);
    ::define_key("\033[1;3B", key_alt_down);
    has_colour_ = std::getenv("NO_COLOR") == nullptr && ::has_colors();
    if (has_colour_) make_colours();
}

CursesScreen::~CursesScreen() { ::endwin(); }

std::optional<Key> CursesScreen::read_key() {
    wint_t code = 0;
    const int kind = ::get_wch(&code);
    if (kind == ERR) return std::nullopt;
    if (kind == KEY_CODE_YES) return special_key(code);
    if (code != 27) return typed_key(code);
    // Alt and a key is Escape and the key: Alt-Enter makes a new line within a text.
    wint_t next = 0;
    if (::get_wch(&next) == OK && next == '\r') return Key{Key::Kind::newline};
    return Key{Key::Kind::unknown};
}

bool CursesScreen::is_gone() const {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    return ::poll(&input, 1, 0) > 0 && (input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

ScreenSize CursesScreen::size() const {
    int height = 0;
    int width = 0;
    getmaxyx(::stdscr, height, width);
    return {static_cast<std::size_t>(width), static_cast<std::size_t>(height)};
}

void CursesScreen::resized() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return;
    ::resizeterm(size.ws_row, size.ws_col);
    ::clear();
}

void CursesScreen::redraw_all() { ::clearok(::stdscr, TRUE); }

void CursesScreen::show(const Picture& picture) {
    ::erase();
    for (std::size_t i = 0; i < picture.rows.size(); ++i) {
        ::move(static_cast<int>(i), 0);
        for (const Span& span : picture.rows[i]) draw_span(span, has_colour_);
    }
    ::move(static_cast<int>(picture.cursor_row), static_cast<int>(picture.cursor_column));
    ::refresh();
}

}  // namespace parley::chat
