// Plot: curves of the last two minutes, drawn by ourselves: a title with every curve's newest value, an axis, lines.
#pragma once

#include <string>
#include <vector>

#include <wx/dc.h>

#include "gui/model/cluster_history.hpp"
#include "gui/views/palette.hpp"

namespace parley::gui {

struct Plot {
    std::string title;
    std::string unit;              // behind the newest values: " ms"
    std::vector<Curve> curves;     // coloured in this order
    double least_top = 1;          // the axis ends there at least, so that nothing small looks large
    bool is_filled = false;
    bool has_names = true;         // of its curves
};

void draw_plot(wxDC& dc, const wxRect& rect, const Plot& plot, const Palette& palette, const Type& type, const wxWindow& window);

}  // namespace parley::gui
