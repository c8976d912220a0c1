// ClusterDialog: the ClusterView in a window of its own, for everybody. It asks the replicas while it is open.
#pragma once

#include <functional>

#include <wx/dialog.h>
#include <wx/timer.h>

#include "gui/views/cluster_view.hpp"

namespace parley::gui {

class ClusterDialog : public wxDialog {
public:
    ClusterDialog(wxWindow* parent, const Palette& palette, std::function<void()> ask);
    void show(const Model& model) { view_->show(model); }

private:
    ClusterView* view_;
    wxTimer timer_;
};

}  // namespace parley::gui
