// The picture of the screen as data: rows of styled spans and where the cursor stands. Made from the model alone, for
// any size, so that it can be tested without a terminal.
#pragma once

#include <string>
#include <vector>

#include "chat/cli/terminal/chat_model.hpp"
#include "chat/cli/terminal/composer.hpp"
#include "chat/cli/terminal/login_form.hpp"

namespace parley::chat {

enum class Style { plain, dim, bold, own, title, status, warning, selected, unread };

struct Span {
    std::string text;
    Style style = Style::plain;
};
using Row = std::vector<Span>;

struct Picture {
    std::vector<Row> rows;      // exactly the height, each exactly the width
    std::size_t cursor_row = 0;
    std::size_t cursor_column = 0;
};

struct ScreenSize {
    std::size_t width = 80;
    std::size_t height = 24;
};

// Lines of the message area for this size: how far a page is.
std::size_t message_rows(ScreenSize size);

// Draws the chat; corrects how far the shown room is scrolled. `at_top`: the oldest line is in sight.
Picture draw_chat(ChatModel& model, const Composer& composer, ScreenSize size, bool& at_top);
Picture draw_form(const LoginForm& form, const ChatStatus& status, ScreenSize size);

// The row as text, for tests.
std::string text_of(const Row& row);

}  // namespace parley::chat
