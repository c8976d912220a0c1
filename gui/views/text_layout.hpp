// TextLayout: a RichText broken into lines of a given width, ready to be drawn any number of times. Measuring is what
// costs; drawing a layout that is there is cheap.
#pragma once

#include <string>
#include <vector>

#include <wx/dc.h>

#include "gui/model/letters.hpp"
#include "gui/model/rich_text.hpp"
#include "gui/views/palette.hpp"

namespace parley::gui {

class TextLayout {
public:
    TextLayout() = default;
    TextLayout(wxDC& dc, const Type& type, const RichText& text, int width);

    [[nodiscard]] int height() const { return height_; }
    // The upper left corner at (x, y). `selected`: bytes of what can be selected of the text.
    void draw(wxDC& dc, const Type& type, const Palette& palette, int x, int y, const wxColour& colour, Stretch selected = {}) const;
    // The link under a point relative to that corner; empty: none.
    [[nodiscard]] std::string link_at(int x, int y) const;

    // ---- what can be selected ----
    [[nodiscard]] std::size_t size() const { return text_.size(); }
    // Of a point relative to the corner: the nearest edge of a letter, or where the letter under it begins. Above the first
    // line: the beginning.
    enum class Edge { nearest, before };
    [[nodiscard]] std::size_t offset_at(wxDC& dc, const Type& type, wxPoint where, Edge edge) const;
    // Where that edge is: the middle of its line's height.
    [[nodiscard]] wxPoint point_of(wxDC& dc, const Type& type, std::size_t offset) const;
    [[nodiscard]] bool is_on_text(int x, int y) const;

private:
    struct Run {
        wxString text;
        const Span* style = nullptr;    // into styles_
        int x = 0;
        int width = 0;
        Stretch bytes;                  // of text_; none: it cannot be selected
    };
    struct Line {
        int x = 0;
        int y = 0;
        int height = 0;
        bool is_in_box = false;         // of code, which has its surface already
        Stretch bytes;                  // of text_, without the line break
        std::vector<Run> runs;
    };
    struct Box {
        enum class Kind { code, quote };
        Kind kind = Kind::code;
        int x = 0;
        int y = 0;
        int width = 0;
        int height = 0;
    };
    class Breaker;

    void draw_surfaces(wxDC& dc, const Palette& palette, int x, int y) const;
    void draw_run(wxDC& dc, const Type& type, const Line& line, const Run& run, wxPoint corner, const wxColour& colour) const;
    void draw_selected(wxDC& dc, const Type& type, const Palette& palette, std::size_t index, wxPoint corner, Stretch selected) const;
    [[nodiscard]] int x_of(wxDC& dc, const Type& type, const Line& line, std::size_t offset) const;
    [[nodiscard]] int x_within(wxDC& dc, const Run& run, std::size_t offset) const;

    std::vector<Block> styles_;         // keeps the spans the runs point into
    std::string text_;                  // what can be selected
    std::vector<Line> lines_;
    std::vector<Box> boxes_;
    std::vector<Run> marks_;            // of lists; y in marks_y_
    std::vector<int> marks_y_;
    int height_ = 0;
};

}  // namespace parley::gui
