#include "gui/views/plot.hpp"

#include <cmath>

#include <wx/window.h>

#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

// Two digits that count, and no more than one behind the point.
std::string short_number(double value) { return decimal_text(value, value < 9.95 && value != std::floor(value) ? 1 : 0); }

class Drawing {
public:
    Drawing(wxDC& dc, const wxRect& rect, const Plot& plot, const Palette& palette, const Type& type, const wxWindow& window)
        : dc_(dc), plot_(plot), palette_(palette), type_(type), window_(window), rect_(rect), top_(axis_end(highest(plot.curves), plot.least_top)) {
        dc_.SetFont(type_.small);
        const int label = dc_.GetTextExtent("0000").x;
        const int line = dc_.GetCharHeight();
        area_ = wxRect(rect.x + label + dip(8), rect.y + line + dip(10), rect.width - label - dip(8), rect.height - line - dip(26));
    }

    void all() {
        title();
        if (area_.height < dip(20)) return;
        axis();
        for (std::size_t i = 0; i < plot_.curves.size(); ++i) curve(plot_.curves[i], colour(i));
    }

private:
    [[nodiscard]] int dip(int pixels) const { return window_.FromDIP(pixels); }
    [[nodiscard]] const wxColour& colour(std::size_t curve) const { return palette_.series[curve % palette_.series.size()]; }
    [[nodiscard]] wxPoint place(const Curve::Point& point) const {
        const double x = area_.x + point.x * (area_.width - 1);
        const double y = area_.y + (1 - point.y / top_) * (area_.height - 1);
        return {static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y))};
    }

    // The colour alone does not say which is which: every value stands behind its name.
    void title() {
        dc_.SetFont(type_.small_bold);
        dc_.SetTextForeground(palette_.secondary);
        dc_.DrawText(from_utf8(plot_.title), rect_.x, rect_.y);
        int x = rect_.x + dc_.GetTextExtent(from_utf8(plot_.title)).x + dip(18);
        for (std::size_t i = 0; i < plot_.curves.size(); ++i) x = legend(plot_.curves[i], colour(i), x);
    }

    int legend(const Curve& curve, const wxColour& colour, int x) {
        const int size = dip(8);
        const int middle = rect_.y + dc_.GetCharHeight() / 2;
        dc_.SetPen(*wxTRANSPARENT_PEN);
        dc_.SetBrush(wxBrush(colour));
        dc_.DrawRoundedRectangle(x, middle - size / 2, size, size, dip(2));
        dc_.SetFont(type_.small);
        dc_.SetTextForeground(curve.newest ? palette_.text : palette_.error);
        const std::string value = curve.newest ? short_number(*curve.newest) + plot_.unit : plot_.has_names ? tr("no answer") : tr("not known");
        const wxString text = from_utf8(plot_.has_names ? curve.name + ": " + value : value);
        dc_.DrawText(text, x + size + dip(6), rect_.y);
        return x + size + dip(6) + dc_.GetTextExtent(text).x + dip(18);
    }

    void axis() {
        dc_.SetFont(type_.small);
        dc_.SetTextForeground(palette_.faint);
        dc_.SetPen(wxPen(palette_.divider, 1));
        for (const double share : {0.0, 0.5, 1.0}) {
            const int y = place({0, share * top_}).y;
            dc_.DrawLine(area_.x, y, area_.GetRight(), y);
            if (share == 0.5 && area_.height < dip(70)) continue;
            const wxString label = from_utf8(short_number(share * top_));
            const wxSize size = dc_.GetTextExtent(label);
            dc_.DrawText(label, area_.x - dip(8) - size.x, y - size.y / 2);
        }
    }

    void curve(const Curve& curve, const wxColour& colour) {
        for (const auto& piece : curve.pieces) {
            std::vector<wxPoint> points;
            for (const Curve::Point& point : piece) points.push_back(place(point));
            if (plot_.is_filled) fill(points, colour);
            dc_.SetPen(wxPen(colour, dip(2)));
            if (points.size() == 1) dc_.DrawLine(points[0].x - dip(1), points[0].y, points[0].x + dip(1), points[0].y);
            else dc_.DrawLines(static_cast<int>(points.size()), points.data());
        }
    }

    void fill(std::vector<wxPoint> points, const wxColour& colour) {
        points.insert(points.begin(), {points.front().x, area_.GetBottom()});
        points.emplace_back(points.back().x, area_.GetBottom());
        dc_.SetPen(*wxTRANSPARENT_PEN);
        dc_.SetBrush(wxBrush(wxColour(colour.Red(), colour.Green(), colour.Blue(), 40)));
        dc_.DrawPolygon(static_cast<int>(points.size()), points.data());
    }

    wxDC& dc_;
    const Plot& plot_;
    const Palette& palette_;
    const Type& type_;
    const wxWindow& window_;
    wxRect rect_;
    wxRect area_;
    double top_;
};

}  // namespace

void draw_plot(wxDC& dc, const wxRect& rect, const Plot& plot, const Palette& palette, const Type& type, const wxWindow& window) {
    Drawing{dc, rect, plot, palette, type, window}.all();
}

}  // namespace parley::gui
