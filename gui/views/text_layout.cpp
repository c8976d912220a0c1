#include "gui/views/text_layout.hpp"

#include <algorithm>

#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int indent = 18;
constexpr int block_gap = 5;
constexpr int code_padding = 8;

const wxFont& font_of(const Span& span, const Type& type) {
    if (span.is_code) return type.code;
    if (span.is_faint) return type.small;
    if (span.is_bold && span.is_italic) return type.bold_italic;
    if (span.is_bold || span.is_mention) return type.bold;
    return span.is_italic ? type.italic : type.body;
}

// Scripts without spaces may break between any two letters.
bool stands_alone(wxUniChar letter) {
    const auto code = letter.GetValue();
    return (code >= 0x2E80 && code < 0xD7FF) || (code >= 0xF900 && code < 0xFB00) || (code >= 0x20000 && code < 0x30000);
}

// Words with the spaces behind them; "\n" by itself.
std::vector<wxString> words_of(const wxString& text) {
    std::vector<wxString> words;
    wxString word;
    bool in_spaces = false;
    const auto finish = [&] {
        if (!word.empty()) words.push_back(word);
        word.clear();
        in_spaces = false;
    };
    for (const wxUniChar letter : text) {
        if (letter == '\n') {
            finish();
            words.push_back("\n");
            continue;
        }
        const bool is_space = letter == ' ' || letter == '\t';
        if ((in_spaces && !is_space) || stands_alone(letter)) finish();
        word += letter == '\t' ? wxString("    ") : wxString(letter);
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
        if (!layout_.lines_.empty()) y_ += block.kind == Block::Kind::item ? 1 : block_gap;
        const bool is_code = block.kind == Block::Kind::code;
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
        layout_.marks_.push_back({text, nullptr, left_ - mark_width - 5, mark_width});
        layout_.marks_y_.push_back(y_);
    }

    void spread(const Span& span) {
        dc_.SetFont(font_of(span, type_));
        for (const wxString& word : words_of(from_utf8(span.text))) {
            if (word == "\n") {
                finish_line();
                new_line();
                continue;
            }
            place(word, span);
        }
    }

    void place(const wxString& word, const Span& span) {
        const wxSize whole = dc_.GetTextExtent(word);
        // Spaces at the end of a line hang over its edge.
        const wxString visible = wxString(word).Trim();
        const int visible_width = visible.size() == word.size() ? whole.x : dc_.GetTextExtent(visible).x;
        if (x_ + visible_width > right_ && x_ > left_) {
            finish_line();
            new_line();
        }
        if (x_ + visible_width > right_) return place_in_parts(word, span);
        put(word, span, whole);
    }

    // A word longer than a line is cut where the line ends.
    void place_in_parts(const wxString& word, const Span& span) {
        wxArrayInt widths;
        dc_.GetPartialTextExtents(word, widths);
        std::size_t from = 0;
        while (from < word.size()) {
            const int before = from == 0 ? 0 : widths[from - 1];
            std::size_t to = from + 1;
            while (to < word.size() && widths[to] - before <= right_ - left_) ++to;
            const wxString part = word.substr(from, to - from);
            put(part, span, dc_.GetTextExtent(part));
            from = to;
            if (from < word.size()) {
                finish_line();
                new_line();
            }
        }
    }

    void put(const wxString& text, const Span& span, wxSize size) {
        Line& line = layout_.lines_.back();
        line.height = std::max(line.height, size.y + 3);
        if (!line.runs.empty() && line.runs.back().style == &span) {
            line.runs.back().text += text;
            line.runs.back().width += size.x;
        } else {
            line.runs.push_back({text, &span, x_, size.x});
        }
        x_ += size.x;
    }

    void new_line() {
        layout_.lines_.push_back({y_, line_height_, {}});
        x_ = left_;
    }
    void finish_line() { y_ += layout_.lines_.back().height; }

    TextLayout& layout_;
    wxDC& dc_;
    const Type& type_;
    int width_;
    int line_height_ = 0;
    int left_ = 0;
    int right_ = 0;
    int x_ = 0;
    int y_ = 0;
};

TextLayout::TextLayout(wxDC& dc, const Type& type, const RichText& text, int width) : styles_(text.blocks) {
    Breaker breaker(*this, dc, type, std::max(width, 40));
    for (const Block& block : styles_) breaker.block(block);
    height_ = breaker.height();
}

void TextLayout::draw(wxDC& dc, const Type& type, const Palette& palette, int x, int y, const wxColour& colour) const {
    dc.SetPen(*wxTRANSPARENT_PEN);
    for (const Box& box : boxes_) {
        const bool is_code = box.kind == Box::Kind::code;
        dc.SetBrush(wxBrush(is_code ? palette.code_surface : palette.quote_bar));
        dc.DrawRoundedRectangle(x + box.x, y + box.y, box.width, box.height, is_code ? 5 : 1);
    }
    dc.SetFont(type.body);
    dc.SetTextForeground(palette.secondary);
    for (std::size_t i = 0; i < marks_.size(); ++i) dc.DrawText(marks_[i].text, x + marks_[i].x, y + marks_y_[i]);
    for (const Line& line : lines_) {
        for (const Run& run : line.runs) {
            const Span& span = *run.style;
            dc.SetFont(font_of(span, type));
            const int lower = line.height - dc.GetCharHeight() - 3;   // smaller letters stand on the same line
            if (span.is_code && boxes_.empty()) {
                dc.SetPen(*wxTRANSPARENT_PEN);
                dc.SetBrush(wxBrush(palette.code_surface));
                dc.DrawRoundedRectangle(x + run.x - 2, y + line.y, run.width + 4, line.height - 1, 3);
            }
            const bool is_link = !span.link.empty();
            const wxColour& own = span.is_faint ? palette.faint : is_link ? palette.link : span.is_mention ? palette.mention : colour;
            dc.SetTextForeground(own);
            dc.DrawText(run.text, x + run.x, y + line.y + std::max(lower, 0));
            if (!is_link && !span.is_struck) continue;
            dc.SetPen(wxPen(own, 1));
            const int at = y + line.y + (is_link ? line.height - 3 : line.height / 2);
            dc.DrawLine(x + run.x, at, x + run.x + run.width, at);
        }
    }
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
