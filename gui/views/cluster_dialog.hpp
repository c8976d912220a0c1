// ClusterDialog: the ClusterView in a window of its own, for everybody, beside the chat and never in its way. It asks the replicas
// while it is open, and destroys itself when it is closed.
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
    void set_palette(const Palette& palette) { view_->set_palette(palette); }

private:
    ClusterView* view_;
    wxTimer timer_;
};

}  // namespace parley::gui
