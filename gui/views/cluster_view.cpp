#include "gui/views/cluster_view.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <wx/dcbuffer.h>

#include "gui/model/standing.hpp"
#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int ask_every_ms = 1000;
constexpr int row_height = 30;
constexpr int margin = 20;
const std::vector<int> columns{0, 80, 170, 250, 340, 430, 520, 600};   // of replica, role, ballot, chosen, applied, behind, delay, clients

std::vector<wxString> cells_of(const ReplicasSeen::Replica& replica, std::uint64_t newest) {
    if (!replica.report) return {"?", from_utf8(replica.address + ": " + replica.sentence)};
    const chat::StatusReport& report = *replica.report;
    const auto number = [](std::uint64_t value) { return from_utf8(fmt::format("{}", value)); };
    return {from_utf8(report.alias), from_utf8(report.role), number(report.ballot_round), number(report.chosen_through),
            number(report.applied_through), number(newest - std::min(newest, report.applied_through)),
            from_utf8(fmt::format("{:.1f} ms", static_cast<double>(replica.round_trip_us) / 1000)), number(report.clients)};
}

std::uint64_t newest_slot(const ReplicasSeen& seen) {
    std::uint64_t newest = 0;
    for (const auto& replica : seen.replicas) {
        if (replica.report) newest = std::max(newest, replica.report->chosen_through);
    }
    return newest;
}

}  // namespace

ClusterView::ClusterView(wxWindow* parent, const Palette& palette, std::function<void()> ask)
    : wxDialog(parent, wxID_ANY, "Cluster", wxDefaultPosition, parent->FromDIP(wxSize(740, 300)), wxDEFAULT_DIALOG_STYLE | wxRESIZE_BORDER),
      palette_(palette), ask_(std::move(ask)), type_(*this), timer_(this) {
    SetBackgroundStyle(wxBG_STYLE_PAINT);
    CentreOnParent();
    Bind(wxEVT_PAINT, [this](wxPaintEvent&) { paint(); });
    Bind(wxEVT_TIMER, [this](wxTimerEvent&) { ask_(); });
    Bind(wxEVT_CHAR_HOOK, [this](wxKeyEvent& event) {
        if (event.GetKeyCode() == WXK_ESCAPE) return EndModal(wxID_CANCEL);
        event.Skip();
    });
    timer_.Start(ask_every_ms);
    ask_();
}

void ClusterView::show(const ReplicasSeen& seen) {
    seen_ = seen;
    set_accessible(*this, AccessibleRole::panel, standing_of(seen));
    Refresh();
}

int ClusterView::draw_row(wxDC& dc, const std::vector<wxString>& cells, int y, const wxColour& colour) {
    dc.SetTextForeground(colour);
    for (std::size_t i = 0; i < cells.size(); ++i) dc.DrawText(cells[i], FromDIP(margin + columns[i]), y + FromDIP(6));
    return y + FromDIP(row_height);
}

void ClusterView::paint() {
    wxAutoBufferedPaintDC dc(this);
    dc.SetBackground(wxBrush(palette_.canvas));
    dc.Clear();
    dc.SetFont(type_.bold);
    dc.SetTextForeground(palette_.text);
    dc.DrawText(from_utf8(standing_of(seen_)), FromDIP(margin), FromDIP(margin));
    dc.SetFont(type_.small_bold);
    int y = draw_row(dc, {"Replica", "Role", "Ballot", "Chosen", "Applied", "Behind", "Delay", "Clients"}, FromDIP(52), palette_.secondary);
    dc.SetPen(wxPen(palette_.divider, 1));
    dc.DrawLine(FromDIP(margin), y, GetClientSize().x - FromDIP(margin), y);
    const std::uint64_t newest = newest_slot(seen_);
    for (const auto& replica : seen_.replicas) {
        const bool leads = replica.report && replica.report->role == "leader";
        dc.SetFont(leads ? type_.bold : type_.body);
        y = draw_row(dc, cells_of(replica, newest), y, replica.report ? palette_.text : palette_.error);
    }
}

}  // namespace parley::gui
