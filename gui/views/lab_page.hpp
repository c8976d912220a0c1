// LabPage: the fault lab of the local cluster, in the place of the room: every replica and every link between two, how it is,
// and what one may break and mend with a click; under it the cluster as everybody sees it. Nothing is asked here, for
// everything can be taken back; how it ended stands at the foot of the page.
#pragma once

#include <functional>
#include <vector>

#include <wx/button.h>
#include <wx/choice.h>
#include <wx/panel.h>
#include <wx/scrolwin.h>
#include <wx/sizer.h>
#include <wx/stattext.h>
#include <wx/timer.h>

#include "gui/engine/commands.hpp"
#include "gui/model/model.hpp"
#include "gui/views/act_bar.hpp"
#include "gui/views/cluster_view.hpp"
#include "gui/views/page_header.hpp"

namespace parley::gui {

class LabPage : public wxPanel {
public:
    LabPage(wxWindow* parent, Model& model, std::function<void(Command)> post, std::function<void()> close);
    void set_palette(const Palette& palette);
    void refresh(const Changed& changed);
    // While it is shown it asks replicas and lab how they are once a second.
    void shown(bool is_shown);
    void focus();

private:
    struct Line {
        wxStaticText* name = nullptr;
        wxStaticText* state = nullptr;
        std::vector<wxButton*> buttons;
        LabRow row;
    };
    struct Part {
        wxStaticText* title = nullptr;
        wxFlexGridSizer* grid = nullptr;
        std::vector<Line> lines;
    };

    void add_header(wxSizer* sizer, std::function<void()> close);
    Part add_part(wxSizer* sizer, const wxString& title);
    void fill(Part& part, std::vector<LabRow> rows);
    void add_line(Part& part, std::size_t acts);
    void show_line(Line& line);
    void look();
    void begin(const LabAct& act);
    void refresh_rows();
    [[nodiscard]] std::uint32_t late_ms() const;

    Model& model_;
    std::function<void(Command)> post_;
    const Palette* palette_ = &Palette::light();

    PageHeader header_;
    wxStaticText* late_label_ = nullptr;
    wxChoice* late_ = nullptr;
    wxButton* heal_ = nullptr;
    wxScrolledWindow* faults_ = nullptr;
    Part replicas_;
    Part links_;
    ClusterView* cluster_ = nullptr;
    ActBar* bar_ = nullptr;
    wxTimer timer_;
};

}  // namespace parley::gui
