// TextLayout: a RichText broken into lines of a given width, ready to be drawn any number of times. Measuring is what
// costs; drawing a layout that is there is cheap.
#pragma once

#include <string>
#include <vector>

#include <wx/dc.h>

#include "gui/model/rich_text.hpp"
#include "gui/views/palette.hpp"

namespace parley::gui {

class TextLayout {
public:
    TextLayout() = default;
    TextLayout(wxDC& dc, const Type& type, const RichText& text, int width);

    [[nodiscard]] int height() const { return height_; }
    // The upper left corner at (x, y).
    void draw(wxDC& dc, const Type& type, const Palette& palette, int x, int y, const wxColour& colour) const;
    // The link under a point relative to that corner; empty: none.
    [[nodiscard]] std::string link_at(int x, int y) const;

private:
    struct Run {
        wxString text;
        const Span* style = nullptr;    // into styles_
        int x = 0;
        int width = 0;
    };
    struct Line {
        int y = 0;
        int height = 0;
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

    std::vector<Block> styles_;         // keeps the spans the runs point into
    std::vector<Line> lines_;
    std::vector<Box> boxes_;
    std::vector<Run> marks_;            // of lists; y in marks_y_
    std::vector<int> marks_y_;
    int height_ = 0;
};

}  // namespace parley::gui
