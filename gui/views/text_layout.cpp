#include "gui/views/text_layout.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int indent = 18;
constexpr int block_gap = 5;
constexpr int code_padding = 8;
constexpr int line_break_width = 5;   // of a selected line break

const wxFont& font_of(const Span& span, const Type& type) {
    if (span.is_code) return type.code;
    if (span.is_faint) return type.small;
    if (span.is_bold && span.is_italic) return type.bold_italic;
    if (span.is_bold || span.is_mention) return type.bold;
    return span.is_italic ? type.italic : type.body;
}

const wxColour& colour_of(const Span& span, const Palette& palette, const wxColour& plain) {
    if (span.is_faint) return palette.faint;
    if (!span.link.empty()) return palette.link;
    return span.is_mention ? palette.mention : plain;
}

// Scripts without spaces may break between any two letters.
bool stands_alone(wxUniChar letter) {
    const auto code = letter.GetValue();
    return (code >= 0x2E80 && code < 0xD7FF) || (code >= 0xF900 && code < 0xFB00) || (code >= 0x20000 && code < 0x30000);
}

struct Word {
    wxString shown;
    std::size_t bytes = 0;   // of the text it stands for
};

wxString shown_letter(wxUniChar letter) { return letter == '\t' ? wxString("    ") : wxString(letter); }

wxString shown(std::string_view text) {
    wxString all;
    for (const wxUniChar letter : from_utf8(std::string{text})) all += shown_letter(letter);
    return all;
}

std::size_t bytes_of(wxUniChar letter) {
    const auto code = letter.GetValue();
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

// Words with the spaces behind them; "\n" by itself.
std::vector<Word> words_of(const wxString& text) {
    std::vector<Word> words;
    Word word;
    bool in_spaces = false;
    const auto finish = [&] {
        if (word.bytes > 0) words.push_back(std::exchange(word, {}));
        in_spaces = false;
    };
    for (const wxUniChar letter : text) {
        if (letter == '\n') {
            finish();
            words.push_back({"\n", 1});
            continue;
        }
        const bool is_space = letter == ' ' || letter == '\t';
        if ((in_spaces && !is_space) || stands_alone(letter)) finish();
        word.shown += shown_letter(letter);
        word.bytes += bytes_of(letter);
        in_spaces = is_space;
        if (stands_alone(letter)) finish();
    }
    finish();
    return words;
}

}  // namespace

// Fills lines one word after the other.
class TextLayout::Breaker {
public:
    Breaker(TextLayout& layout, wxDC& dc, const Type& type, int width) : layout_(layout), dc_(dc), type_(type), width_(width) {
        dc_.SetFont(type_.body);
        line_height_ = dc_.GetCharHeight() + 3;
    }

    void block(const Block& block) {
        if (!layout_.lines_.empty()) {
            y_ += block.kind == Block::Kind::item ? 1 : block_gap;
            ++offset_;   // the line break between two
        }
        const bool is_code = is_code_ = block.kind == Block::Kind::code;
        left_ = block.depth * indent + (is_code ? code_padding : 0);
        right_ = std::max(width_ - (is_code ? code_padding : 0), left_ + 40);
        const int top = y_;
        if (is_code) y_ += code_padding;
        if (!block.mark.empty()) add_mark(block);
        new_line();
        for (const Span& span : block.spans) spread(span);
        finish_line();
        if (is_code) y_ += code_padding;
        const int outer = block.depth * indent;
        if (is_code) layout_.boxes_.push_back({Box::Kind::code, outer, top, width_ - outer, y_ - top});
        if (block.kind == Block::Kind::quote) layout_.boxes_.push_back({Box::Kind::quote, outer - indent + 2, top, 3, y_ - top});
    }

    [[nodiscard]] int height() const { return y_; }

private:
    void add_mark(const Block& block) {
        const wxString text = from_utf8(block.mark);
        dc_.SetFont(type_.body);
        const int mark_width = dc_.GetTextExtent(text).x;
        layout_.marks_.push_back({text, nullptr, left_ - mark_width - 5, mark_width, {}});
        layout_.marks_y_.push_back(y_);
    }

    void spread(const Span& span) {
        dc_.SetFont(font_of(span, type_));
        for (const Word& word : words_of(from_utf8(span.text))) {
            if (word.shown == "\n") {
                finish_line();
                if (!span.is_faint) ++offset_;
                new_line();
                continue;
            }
            place(word, span);
        }
    }

    void place(const Word& word, const Span& span) {
        const wxSize whole = dc_.GetTextExtent(word.shown);
        // Spaces at the end of a line hang over its edge.
        const wxString visible = wxString(word.shown).Trim();
        const int visible_width = visible.size() == word.shown.size() ? whole.x : dc_.GetTextExtent(visible).x;
        if (x_ + visible_width > right_ && x_ > left_) {
            finish_line();
            new_line();
        }
        if (x_ + visible_width > right_) return place_in_parts(word, span);
        put(word, span, whole);
    }

    // A word longer than a line is cut where the line ends.
    void place_in_parts(const Word& word, const Span& span) {
        const wxString& text = word.shown;
        wxArrayInt widths;
        dc_.GetPartialTextExtents(text, widths);
        std::size_t bytes_left = word.bytes;
        std::size_t from = 0;
        while (from < text.size()) {
            const int before = from == 0 ? 0 : widths[from - 1];
            std::size_t to = from + 1;
            while (to < text.size() && widths[to] - before <= right_ - left_) ++to;
            Word part{text.substr(from, to - from), 0};
            for (const wxUniChar letter : part.shown) part.bytes += bytes_of(letter);
            // Tabs stand at the end, as more letters than bytes.
            part.bytes = to == text.size() ? bytes_left : std::min(part.bytes, bytes_left);
            bytes_left -= part.bytes;
            put(part, span, dc_.GetTextExtent(part.shown));
            from = to;
            if (from < text.size()) {
                finish_line();
                new_line();
            }
        }
    }

    void put(const Word& word, const Span& span, wxSize size) {
        Line& line = layout_.lines_.back();
        line.height = std::max(line.height, size.y + 3);
        const Stretch bytes{offset_, offset_ + (span.is_faint ? 0 : word.bytes)};
        if (!line.runs.empty() && line.runs.back().style == &span) {
            Run& run = line.runs.back();
            run.text += word.shown;
            run.width += size.x;
            run.bytes.to = bytes.to;
        } else {
            line.runs.push_back({word.shown, &span, x_, size.x, bytes});
        }
        offset_ = line.bytes.to = bytes.to;
        x_ += size.x;
    }

    void new_line() {
        layout_.lines_.push_back({left_, y_, line_height_, is_code_, {offset_, offset_}, {}});
        x_ = left_;
    }
    void finish_line() { y_ += layout_.lines_.back().height; }

    TextLayout& layout_;
    wxDC& dc_;
    const Type& type_;
    int width_;
    int line_height_ = 0;
    bool is_code_ = false;
    int left_ = 0;
    int right_ = 0;
    int x_ = 0;
    int y_ = 0;
    std::size_t offset_ = 0;
};

TextLayout::TextLayout(wxDC& dc, const Type& type, const RichText& text, int width) : styles_(text.blocks), text_(selectable_text(text)) {
    Breaker breaker(*this, dc, type, std::max(width, 40));
    for (const Block& block : styles_) breaker.block(block);
    height_ = breaker.height();
}

void TextLayout::draw(wxDC& dc, const Type& type, const Palette& palette, int x, int y, const wxColour& colour, Stretch selected) const {
    draw_surfaces(dc, palette, x, y);
    dc.SetFont(type.body);
    dc.SetTextForeground(palette.secondary);
    for (std::size_t i = 0; i < marks_.size(); ++i) dc.DrawText(marks_[i].text, x + marks_[i].x, y + marks_y_[i]);
    for (const Line& line : lines_) {
        for (const Run& run : line.runs) draw_run(dc, type, line, run, {x, y}, colour_of(*run.style, palette, colour));
    }
    if (selected.empty()) return;
    // The text may have changed since it was selected.
    const Stretch whole{letter_edge_before(text_, selected.from), letter_edge_before(text_, selected.to)};
    for (std::size_t line = 0; line < lines_.size(); ++line) draw_selected(dc, type, palette, line, {x, y}, whole);
}

void TextLayout::draw_surfaces(wxDC& dc, const Palette& palette, int x, int y) const {
    dc.SetPen(*wxTRANSPARENT_PEN);
    for (const Box& box : boxes_) {
        const bool is_code = box.kind == Box::Kind::code;
        dc.SetBrush(wxBrush(is_code ? palette.code_surface : palette.quote_bar));
        dc.DrawRoundedRectangle(x + box.x, y + box.y, box.width, box.height, is_code ? 5 : 1);
    }
    dc.SetBrush(wxBrush(palette.code_surface));
    for (const Line& line : lines_) {
        if (line.is_in_box) continue;
        for (const Run& run : line.runs) {
            if (run.style->is_code) dc.DrawRoundedRectangle(x + run.x - 2, y + line.y, run.width + 4, line.height - 1, 3);
        }
    }
}

void TextLayout::draw_run(wxDC& dc, const Type& type, const Line& line, const Run& run, wxPoint corner, const wxColour& colour) const {
    const Span& span = *run.style;
    dc.SetFont(font_of(span, type));
    const int lower = line.height - dc.GetCharHeight() - 3;   // smaller letters stand on the same line
    const bool is_link = !span.link.empty();
    const int x = corner.x + run.x;
    dc.SetTextForeground(colour);
    dc.DrawText(run.text, x, corner.y + line.y + std::max(lower, 0));
    if (!is_link && !span.is_struck) return;
    dc.SetPen(wxPen(colour, 1));
    const int at = corner.y + line.y + (is_link ? line.height - 3 : line.height / 2);
    dc.DrawLine(x, at, x + run.width, at);
}

// Surface and letters once more, within the bounds of what is selected: letters keep their places that way.
void TextLayout::draw_selected(wxDC& dc, const Type& type, const Palette& palette, std::size_t index, wxPoint corner, Stretch selected) const {
    const Line& line = lines_[index];
    const bool ends_with_break = index + 1 < lines_.size() && lines_[index + 1].bytes.from > line.bytes.to;
    const bool has_break = ends_with_break && selected.from <= line.bytes.to && selected.to > line.bytes.to;
    const Stretch here{std::max(selected.from, line.bytes.from), std::min(selected.to, line.bytes.to)};
    if (here.empty() && !has_break) return;
    const int left = x_of(dc, type, line, here.from);
    const int right = x_of(dc, type, line, here.to) + (has_break ? line_break_width : 0);
    const wxRect where(corner.x + left, corner.y + line.y, right - left, line.height);
    dc.SetPen(*wxTRANSPARENT_PEN);
    dc.SetBrush(wxBrush(palette.marked));
    dc.DrawRectangle(where);
    const wxDCClipper clipped(dc, where);
    for (const Run& run : line.runs) {
        if (!run.bytes.empty()) draw_run(dc, type, line, run, corner, palette.on_marked);
    }
}

// ---- places in the text ----

int TextLayout::x_within(wxDC& dc, const Run& run, std::size_t offset) const {
    if (offset <= run.bytes.from) return run.x;
    if (offset >= run.bytes.to) return run.x + run.width;
    return run.x + dc.GetTextExtent(shown(std::string_view{text_}.substr(run.bytes.from, offset - run.bytes.from))).x;
}

int TextLayout::x_of(wxDC& dc, const Type& type, const Line& line, std::size_t offset) const {
    int x = line.x;
    for (const Run& run : line.runs) {
        if (run.bytes.empty() || offset < run.bytes.from) break;
        dc.SetFont(font_of(*run.style, type));
        x = x_within(dc, run, offset);
        if (offset <= run.bytes.to) break;
    }
    return x;
}

std::size_t TextLayout::offset_at(wxDC& dc, const Type& type, wxPoint where, Edge edge) const {
    const int x = where.x;
    if (where.y < 0 || lines_.empty()) return 0;
    const auto line = std::find_if(lines_.begin(), lines_.end(), [&](const Line& one) { return where.y < one.y + one.height; });
    if (line == lines_.end()) return text_.size();
    const auto run = std::find_if(line->runs.begin(), line->runs.end(), [&](const Run& one) { return x < one.x + one.width && !one.bytes.empty(); });
    if (run == line->runs.end()) return line->bytes.to;
    if (x <= run->x) return run->bytes.from;
    dc.SetFont(font_of(*run->style, type));
    const std::vector<std::size_t> edges = letter_edges(std::string_view{text_}.substr(run->bytes.from, run->bytes.to - run->bytes.from));
    // The first letter whose middle, or whose end, is behind the point.
    const auto is_passed = [&](std::size_t begin, std::size_t end) {
        const int end_x = x_within(dc, *run, run->bytes.from + end);
        return edge == Edge::before ? end_x <= x : (x_within(dc, *run, run->bytes.from + begin) + end_x) / 2 < x;
    };
    std::size_t low = 0;
    std::size_t high = edges.size() - 1;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (is_passed(edges[middle], edges[middle + 1])) low = middle + 1;
        else high = middle;
    }
    return run->bytes.from + edges[low];
}

wxPoint TextLayout::point_of(wxDC& dc, const Type& type, std::size_t offset) const {
    // The beginning of a line rather than the end of the one before, which is the same place.
    const auto behind = std::find_if(lines_.begin(), lines_.end(), [&](const Line& one) { return one.bytes.from > offset; });
    if (behind == lines_.begin()) return {};
    const Line& line = *(behind - 1);
    return {x_of(dc, type, line, offset), line.y + line.height / 2};
}

bool TextLayout::is_on_text(int x, int y) const {
    return std::any_of(lines_.begin(), lines_.end(), [&](const Line& line) {
        if (y < line.y || y >= line.y + line.height || line.runs.empty()) return false;
        return x >= line.runs.front().x && x < line.runs.back().x + line.runs.back().width && !line.bytes.empty();
    });
}

std::string TextLayout::link_at(int x, int y) const {
    for (const Line& line : lines_) {
        if (y < line.y || y >= line.y + line.height) continue;
        for (const Run& run : line.runs) {
            if (x >= run.x && x < run.x + run.width) return run.style->link;
        }
    }
    return "";
}

}  // namespace parley::gui
