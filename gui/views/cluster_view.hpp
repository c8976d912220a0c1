// ClusterView: the replicas as they are now: who leads, how far each is, how long it takes to answer, and how many more
// may fail; under it the last two minutes as plots. Whoever shows it asks the replicas once a second.
#pragma once

#include <vector>

#include <wx/panel.h>

#include "gui/model/model.hpp"
#include "gui/views/palette.hpp"

namespace parley::gui {

class ClusterView : public wxPanel {
public:
    static constexpr int ask_every_ms = 1000;

    explicit ClusterView(wxWindow* parent);
    void set_palette(const Palette& palette);
    void show(const Model& model);

private:
    void paint();
    int draw_table(wxDC& dc, int y);
    int draw_row(wxDC& dc, const std::vector<wxString>& cells, int y, const wxColour& colour);
    void draw_plots(wxDC& dc, int y);

    const Palette* palette_ = &Palette::light();
    Type type_;
    ReplicasSeen seen_;
    ClusterHistory history_;
};

}  // namespace parley::gui
