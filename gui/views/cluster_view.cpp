#include "gui/views/cluster_view.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <wx/dcbuffer.h>

#include "gui/model/standing.hpp"
#include "gui/views/accessible.hpp"
#include "gui/views/plot.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int row_height = 30;
constexpr int margin = 20;
constexpr int plot_height_least = 80;
constexpr int plot_height_most = 170;
const std::vector<int> columns{0, 80, 170, 250, 340, 430, 520, 600};   // of replica, role, ballot, chosen, applied, behind, delay, clients

std::vector<wxString> cells_of(const ReplicasSeen::Replica& replica, std::uint64_t newest) {
    if (!replica.report) return {"?", from_utf8(replica.address + ": " + tr_known(replica.sentence))};
    const chat::StatusReport& report = *replica.report;
    const auto number = [](std::uint64_t value) { return from_utf8(fmt::format("{}", value)); };
    return {from_utf8(report.alias), from_utf8(replica_role_text(report.role)), number(report.ballot_round), number(report.chosen_through),
            number(report.applied_through), number(newest - std::min(newest, report.applied_through)),
            from_utf8(decimal_text(static_cast<double>(replica.round_trip_us) / 1000, 1)) + " ms", number(report.clients)};
}

std::string said(const ReplicasSeen& seen, const ClusterHistory& history) {
    const Curve rate = history.slots_a_second();
    return rate.newest ? standing_of(seen) + " " + tr("{0:.0f} slots a second are chosen.", *rate.newest) : standing_of(seen);
}

}  // namespace

ClusterView::ClusterView(wxWindow* parent) : wxPanel(parent, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxFULL_REPAINT_ON_RESIZE), type_(*this) {
    SetBackgroundStyle(wxBG_STYLE_PAINT);
    set_accessible(*this, AccessibleRole::panel, tr("Cluster"));
    Bind(wxEVT_PAINT, [this](wxPaintEvent&) { paint(); });
}

void ClusterView::set_palette(const Palette& palette) {
    palette_ = &palette;
    Refresh();
}

void ClusterView::show(const Model& model) {
    seen_ = model.replicas();
    history_ = model.admin().history();
    set_accessible(*this, AccessibleRole::panel, said(seen_, history_));
    Refresh();
}

int ClusterView::draw_row(wxDC& dc, const std::vector<wxString>& cells, int y, const wxColour& colour) {
    dc.SetTextForeground(colour);
    for (std::size_t i = 0; i < cells.size(); ++i) dc.DrawText(cells[i], FromDIP(margin + columns[i]), y + FromDIP(6));
    return y + FromDIP(row_height);
}

int ClusterView::draw_table(wxDC& dc, int y) {
    dc.SetFont(type_.small_bold);
    y = draw_row(dc, {_("Replica"), _("Role"), _("Ballot"), _("Chosen"), _("Applied"), _("Behind"), _("Delay"), _("Clients")}, y, palette_->secondary);
    dc.SetPen(wxPen(palette_->divider, 1));
    dc.DrawLine(FromDIP(margin), y, GetClientSize().x - FromDIP(margin), y);
    const std::uint64_t newest = newest_slot(seen_);
    for (const auto& replica : seen_.replicas) {
        const bool leads = replica.report && replica.report->role == "leader";
        dc.SetFont(leads ? type_.bold : type_.body);
        y = draw_row(dc, cells_of(replica, newest), y, replica.report ? palette_->text : palette_->error);
    }
    return y;
}

// As many as there is room for, the most telling first.
void ClusterView::draw_plots(wxDC& dc, int y) {
    const std::array<Plot, 3> plots{
        Plot{tr("Slots chosen a second"), "", {history_.slots_a_second()}, 10, true, false},
        Plot{tr("Delay of an answer"), " ms", history_.round_trips_ms(), 5, false, true},
        Plot{tr("Slots behind"), "", history_.slots_behind(), 10, false, true},
    };
    dc.SetFont(type_.small);
    const int foot = dc.GetCharHeight() + FromDIP(10);
    const int room = GetClientSize().y - y - foot;
    const int fitting = std::min(room / FromDIP(plot_height_least), static_cast<int>(plots.size()));
    if (fitting <= 0) return;
    const int height = std::min(room / fitting, FromDIP(plot_height_most));
    const int width = GetClientSize().x - 2 * FromDIP(margin);
    for (int i = 0; i < fitting; ++i) {
        draw_plot(dc, wxRect(FromDIP(margin), y, width, height), plots[static_cast<std::size_t>(i)], *palette_, type_, *this);
        y += height;
    }
    dc.SetFont(type_.small);
    dc.SetTextForeground(palette_->faint);
    dc.DrawText(_("two minutes ago"), FromDIP(margin) + dc.GetTextExtent("0000").x + FromDIP(8), y);
    const wxString now = _("now");
    dc.DrawText(now, FromDIP(margin) + width - dc.GetTextExtent(now).x, y);
}

void ClusterView::paint() {
    wxAutoBufferedPaintDC dc(this);
    dc.SetBackground(wxBrush(palette_->canvas));
    dc.Clear();
    dc.SetFont(type_.bold);
    dc.SetTextForeground(palette_->text);
    dc.DrawText(from_utf8(standing_of(seen_)), FromDIP(margin), FromDIP(margin));
    const int y = draw_table(dc, FromDIP(52));
    if (!history_.empty()) draw_plots(dc, y + FromDIP(18));
}

}  // namespace parley::gui
