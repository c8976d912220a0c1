// Layout: a title, the rooms at the left, the messages, a status line, the line one types in.
#include "chat/cli/terminal/view.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "chat/cli/output.hpp"
#include "chat/cli/terminal/text.hpp"
#include "chat/state/shown_text.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t title_rows = 1;
constexpr std::size_t bottom_rows = 2;   // status and composer

std::size_t side_width(ScreenSize size) { return std::clamp<std::size_t>(size.width / 4, 10, 24); }

Row filled(std::string_view text, Style style, std::size_t width) { return {{fitted(text, width), style}}; }

// Makes the row exactly `width` wide.
Row padded(Row row, std::size_t width) {
    std::size_t used = 0;
    for (const Span& span : row) used += columns(span.text);
    if (used < width) row.push_back({std::string(width - used, ' '), Style::plain});
    return row;
}

void append_centered(std::vector<Row>& rows, const std::string& text, std::size_t width) {
    const std::size_t used = columns(text);
    const std::size_t left = used < width ? (width - used) / 2 : 0;
    rows.push_back({{fitted(std::string(left, ' ') + text, width), Style::dim}});
}

std::string day_of(const RoomMessage& message) { return local_time(message.time_ms).substr(0, 10); }
std::string minute_of(const RoomMessage& message) { return local_time(message.time_ms).substr(11, 5); }

// "08:40 ada: " at the first line, the same width of space at the others.
void append_text(std::vector<Row>& rows, const std::string& clock, const std::string& author, Style author_style,
                 const std::string& mark, const std::string& text, Style style, std::size_t width) {
    const std::string name = author.empty() ? "" : author + ": ";
    const std::size_t indent = std::min(columns(clock) + 1, width / 2);
    const std::size_t first = std::min(columns(name), width / 2);
    const std::size_t room = width - indent - (mark.empty() ? 0 : columns(mark) + 1);
    // The name takes part in the wrapping as so many fixed letters at the beginning.
    const auto lines = wrapped(std::string(first, '\x1f') + text, room);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        Row row{{i == 0 ? fitted(clock, indent) : std::string(indent, ' '), Style::dim}};
        if (i == 0) row.push_back({fitted(name, first), author_style});
        std::string part = lines[i];
        if (i == 0) part = encode_utf8(std::u32string_view{decode_utf8(part)}.substr(std::min(first, decode_utf8(part).size())));
        row.push_back({part, style});
        if (i + 1 == lines.size() && !mark.empty()) row.push_back({" " + mark, Style::dim});
        rows.push_back(padded(std::move(row), width));
    }
}

// How messages are shown in this picture.
struct Manner {
    std::string own_name;
    bool shows_numbers = false;
    const std::map<UserId, std::string>& shown_names;
};

Manner manner_of(const ChatModel& model) { return {model.own_name, model.shows_numbers, model.shown_names}; }

std::string author_of(const RoomMessage& message, const Manner& manner) {
    const auto shown = manner.shown_names.find(message.author);
    return shown == manner.shown_names.end() ? message.author_name : fmt::format("{} (@{})", shown->second, message.author_name);
}

void append_message(std::vector<Row>& rows, const RoomMessage& message, const Manner& manner, std::size_t width) {
    const std::string clock = minute_of(message) + (manner.shows_numbers ? fmt::format(" {:>5}", message.number) : "");
    if (!is_written(message.kind)) {
        append_text(rows, clock, "", Style::dim, "", "— " + system_text(message), Style::dim, width);
        return;
    }
    const bool is_own = message.author_name == manner.own_name;
    const std::string author = author_of(message, manner) + (message.reply_to > 0 ? fmt::format(" (to {})", message.reply_to) : "");
    append_text(rows, clock, author, is_own ? Style::own : Style::bold, is_own ? "✓" : "",
                (message.deleted ? "(deleted)" : shown_text(message)) + remarks(message), message.deleted ? Style::dim : Style::plain, width);
}

void append_item(std::vector<Row>& rows, const ScrollItem& item, const Manner& manner, std::size_t width) {
    if (item.message) return append_message(rows, *item.message, manner, width);
    append_text(rows, "", "", Style::dim, "", item.note, Style::warning, width);
}

// Who reads older messages goes on reading them, whatever is said meanwhile.
void hold_position(RoomPane& pane, const Manner& manner, std::size_t width) {
    const std::size_t fresh = std::min(std::exchange(pane.undrawn, 0), pane.items.size());
    if (pane.scrolled == 0) return;
    std::vector<Row> rows;
    for (std::size_t i = pane.items.size() - fresh; i < pane.items.size(); ++i) append_item(rows, pane.items[i], manner, width);
    pane.scrolled += rows.size();
}

std::vector<Row> lines_of(const RoomPane& pane, const Manner& manner, std::size_t width) {
    std::vector<Row> rows;
    std::string day;
    for (const ScrollItem& item : pane.items) {
        if (item.message && day_of(*item.message) != day) {
            day = day_of(*item.message);
            append_centered(rows, "──── " + day + " ────", width);
        }
        append_item(rows, item, manner, width);
    }
    for (const PendingText& pending : pane.pending) {
        append_text(rows, "", manner.own_name, Style::own, pending.number > 0 ? "✓" : "…", pending.text, Style::dim, width);
    }
    return rows;
}

std::vector<Row> notes_of(const ChatModel& model, std::size_t width) {
    std::vector<Row> rows;
    for (const std::string& text : model.notes()) append_text(rows, "", "", Style::dim, "", text, Style::warning, width);
    return rows;
}

// The window onto the lines that the room's scroll position says; from the bottom up.
std::vector<Row> window(std::vector<Row> lines, RoomPane* pane, std::size_t height, std::size_t width, bool& at_top) {
    const std::size_t most = lines.size() > height ? lines.size() - height : 0;
    if (pane != nullptr) pane->scrolled = std::min(pane->scrolled, most);
    const std::size_t scrolled = pane != nullptr ? pane->scrolled : 0;
    at_top = scrolled == most;
    const std::size_t end = lines.size() - scrolled;
    const std::size_t begin = end > height ? end - height : 0;
    std::vector<Row> shown(lines.begin() + static_cast<std::ptrdiff_t>(begin), lines.begin() + static_cast<std::ptrdiff_t>(end));
    while (shown.size() < height) shown.insert(shown.begin(), filled("", Style::plain, width));
    return shown;
}

// Of a direct conversation: whether the other one is there.
std::string presence_mark(const ChatModel& model, const RoomPane& pane) {
    if (!pane.row.is_direct || pane.row.partner == UserId{}) return "";
    switch (model.presence_of(pane.row.partner)) {
        case Presence::online: return "●";
        case Presence::away: return "◐";
        case Presence::offline: return "○";
    }
    return "";
}

std::vector<Row> side_rows(const ChatModel& model, std::size_t height, std::size_t width) {
    std::vector<Row> rows;
    const RoomPane* selected = model.selected();
    // The selected room stays in sight however many there are.
    std::size_t begin = 0;
    for (std::size_t i = 0; i < model.order().size(); ++i) {
        if (selected != nullptr && model.order()[i] == selected->row.room && i >= height) begin = i + 1 - height;
    }
    for (std::size_t i = begin; i < model.order().size() && rows.size() < height; ++i) {
        const RoomPane& pane = model.pane(model.order()[i]);
        const bool is_selected = selected != nullptr && selected->row.room == pane.row.room;
        const std::string count = pane.unread() > 0 ? fmt::format(" {}{}", pane.row.mentions > 0 ? "@" : "", pane.unread()) : "";
        const std::size_t name_width = width - 1 - std::min(columns(count), width - 1);
        const Style style = is_selected ? Style::selected : (pane.unread() > 0 ? Style::unread : Style::plain);
        rows.push_back({{fitted(presence_mark(model, pane) + pane.shown_name(), name_width) + count, style}, {" ", Style::plain}});
    }
    while (rows.size() < height) rows.push_back({{std::string(width, ' '), Style::plain}});
    return rows;
}

std::string status_text(const ChatStatus& status, const std::string& typing = "") {
    std::string text = fmt::format(" {}  {}", status.user, status.connection);
    if (status.unsent > 0) text += fmt::format("  {} unsent", status.unsent);
    return typing.empty() ? text : text + "   " + typing;
}

// The part of the line around the cursor that fits; long lines move under it.
Row composer_row(const Composer& composer, std::size_t width, std::size_t& cursor_column) {
    const std::string prompt = "> ";
    const std::size_t room = width > 3 ? width - 3 : 1;
    std::u32string letters = composer.letters();
    std::replace(letters.begin(), letters.end(), U'\n', U'↵');
    std::size_t begin = 0;
    const auto used = [&](std::size_t from, std::size_t to) {
        std::size_t sum = 0;
        for (std::size_t i = from; i < to; ++i) sum += columns(letters[i]);
        return sum;
    };
    while (used(begin, composer.cursor()) > room) ++begin;
    cursor_column = 2 + used(begin, composer.cursor());
    std::size_t end = begin;
    while (end < letters.size() && used(begin, end + 1) <= room) ++end;
    return padded({{prompt, Style::bold}, {encode_utf8(std::u32string_view{letters}.substr(begin, end - begin)), Style::plain}}, width);
}

std::string title_of(const RoomPane* pane) {
    if (pane == nullptr) return " parley";
    return fmt::format(" {}{}{}{}{}", pane->shown_name(), pane->row.is_private && !pane->row.is_direct ? " (private)" : "",
                       pane->row.is_archived ? " (archived)" : "", pane->row.topic.empty() ? "" : "  " + pane->row.topic,
                       pane->scrolled > 0 ? "   ↑ older messages; PgDn goes back" : "");
}

}  // namespace

std::size_t message_rows(ScreenSize size) {
    return size.height > title_rows + bottom_rows ? size.height - title_rows - bottom_rows : 1;
}

Picture draw_chat(ChatModel& model, const Composer& composer, ScreenSize size, bool& at_top) {
    Picture picture;
    const std::size_t side = side_width(size);
    const std::size_t width = size.width > side ? size.width - side : 1;
    const std::size_t height = message_rows(size);
    RoomPane* pane = model.selected();
    if (pane != nullptr) hold_position(*pane, manner_of(model), width);
    const auto lines = window(pane != nullptr ? lines_of(*pane, manner_of(model), width) : notes_of(model, width), pane, height,
                              width, at_top);
    picture.rows.push_back(filled(title_of(pane), Style::title, size.width));
    const auto rooms = side_rows(model, height, side);
    for (std::size_t i = 0; i < height; ++i) {
        Row row = rooms[i];
        row.insert(row.end(), lines[i].begin(), lines[i].end());
        picture.rows.push_back(std::move(row));
    }
    picture.rows.push_back(filled(status_text(model.status, model.typing_text()), model.status.is_online ? Style::status : Style::warning, size.width));
    picture.rows.push_back(composer_row(composer, size.width, picture.cursor_column));
    picture.cursor_row = picture.rows.size() - 1;
    return picture;
}

Picture draw_form(const LoginForm& form, const ChatStatus& status, ScreenSize size) {
    Picture picture;
    const std::size_t left = size.width > 60 ? (size.width - 56) / 2 : 1;
    const std::string margin(left, ' ');
    const auto add = [&](const std::string& text, Style style) { picture.rows.push_back(filled(margin + text, style, size.width)); };
    const auto add_field = [&](const char* label, const std::string& text, LoginForm::Field field) {
        if (form.focus() == field) {
            picture.cursor_row = picture.rows.size();
            picture.cursor_column = std::min(left + 12 + columns(text), size.width - 1);
        }
        add(fmt::format("{:<12}{}", label, text), form.focus() == field ? Style::bold : Style::plain);
    };
    for (std::size_t i = 0; i < size.height / 4; ++i) add("", Style::plain);
    add("Parley", Style::bold);
    add(form.cluster, Style::dim);
    add("", Style::plain);
    add(form.is_new_account() ? "A new account     (F2: log in to one you have)" : "Log in     (F2: make a new account)", Style::plain);
    add("", Style::plain);
    add_field("Name", form.name(), LoginForm::Field::name);
    add_field("Password", std::string(form.password_length(), '*'), LoginForm::Field::password);
    if (form.is_new_account()) add_field("Again", std::string(form.again_length(), '*'), LoginForm::Field::again);
    add("", Style::plain);
    add("Enter: next, then go     Tab: other field     Ctrl-C: leave", Style::dim);
    add("", Style::plain);
    for (const std::string& line : wrapped(form.message, size.width - std::min(left + 1, size.width - 1))) add(line, Style::warning);
    while (picture.rows.size() + 1 < size.height) add("", Style::plain);
    picture.rows.resize(size.height > 0 ? size.height - 1 : 0);
    picture.rows.push_back(filled(status_text(status), status.is_online ? Style::status : Style::warning, size.width));
    return picture;
}

std::string text_of(const Row& row) {
    std::string text;
    for (const Span& span : row) text += span.text;
    return text;
}

}  // namespace parley::chat
