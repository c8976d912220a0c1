// ClusterView: the replicas as they are now: who leads, how far each is, how long it takes to answer, and how many more
// may fail. Asks once a second while it is open.
#pragma once

#include <functional>

#include <wx/dialog.h>
#include <wx/timer.h>

#include "gui/model/notifications.hpp"
#include "gui/views/palette.hpp"

namespace parley::gui {

class ClusterView : public wxDialog {
public:
    ClusterView(wxWindow* parent, const Palette& palette, std::function<void()> ask);
    void show(const ReplicasSeen& seen);

private:
    void paint();
    int draw_row(wxDC& dc, const std::vector<wxString>& cells, int y, const wxColour& colour);

    const Palette& palette_;
    std::function<void()> ask_;
    Type type_;
    ReplicasSeen seen_;
    wxTimer timer_;
};

}  // namespace parley::gui
