#include "gui/views/cluster_dialog.hpp"

#include <wx/sizer.h>

#include "gui/views/text.hpp"

namespace parley::gui {

ClusterDialog::ClusterDialog(wxWindow* parent, const Palette& palette, std::function<void()> ask)
    : wxDialog(parent, wxID_ANY, _("Cluster"), wxDefaultPosition, parent->FromDIP(wxSize(740, 620)), wxDEFAULT_DIALOG_STYLE | wxRESIZE_BORDER),
      view_(new ClusterView(this)), timer_(this) {
    view_->set_palette(palette);
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->Add(view_, wxSizerFlags(1).Expand());
    SetSizer(all);
    Layout();
    CentreOnParent();
    Bind(wxEVT_TIMER, [ask](wxTimerEvent&) { ask(); });
    Bind(wxEVT_CHAR_HOOK, [this](wxKeyEvent& event) {
        if (event.GetKeyCode() == WXK_ESCAPE) return static_cast<void>(Close());
        event.Skip();
    });
    Bind(wxEVT_CLOSE_WINDOW, [this](wxCloseEvent&) {
        timer_.Stop();
        Destroy();
    });
    timer_.Start(ClusterView::ask_every_ms);
    ask();
}

}  // namespace parley::gui
