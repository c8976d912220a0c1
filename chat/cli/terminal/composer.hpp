// Composer: the line one types in, with cursor, the usual keys of a shell and a history. Knows no terminal.
#pragma once

#include <string>
#include <vector>

namespace parley::chat {

class Composer {
public:
    void insert(char32_t letter);
    void erase_before();
    void erase_after();
    void erase_word();            // Ctrl-W
    void erase_to_start();        // Ctrl-U
    void erase_to_end();          // Ctrl-K
    void left();
    void right();
    void to_start();              // Ctrl-A
    void to_end();                // Ctrl-E
    void older();                 // what was typed before; the present line is kept
    void newer();
    void clear();

    // The text, which then is part of the history and no longer here.
    std::string take();
    void set(const std::string& text);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool empty() const { return letters_.empty(); }
    [[nodiscard]] std::size_t cursor() const { return cursor_; }
    [[nodiscard]] const std::u32string& letters() const { return letters_; }

private:
    void recall(std::size_t place);

    std::u32string letters_;
    std::size_t cursor_ = 0;
    std::vector<std::u32string> history_;
    std::u32string draft_;             // the present line while an older one is shown
    std::size_t place_ = 0;            // in history_; its size: the present line
};

}  // namespace parley::chat
