#include "gui/views/lab_page.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int margin = 20;
constexpr int name_width = 80;            // the same in both parts, so that their buttons stand in columns
constexpr int state_width = 330;
constexpr int faults_height_most = 340;   // three replicas and their links
constexpr std::array<std::pair<std::uint32_t, const char*>, 4> delays{{{50, N_("50 ms")}, {200, N_("200 ms")}, {1000, N_("1 second")}, {5000, N_("5 seconds")}}};
constexpr int usual_delay = 1;

}  // namespace

LabPage::LabPage(wxWindow* parent, Model& model, std::function<void(Command)> post, std::function<void()> close)
    : wxPanel(parent), model_(model), post_(std::move(post)), timer_(this) {
    auto* all = new wxBoxSizer(wxVERTICAL);
    add_header(all, std::move(close));
    faults_ = new wxScrolledWindow(this, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxVSCROLL | wxTAB_TRAVERSAL);
    faults_->SetScrollRate(0, FromDIP(16));
    set_accessible(*faults_, AccessibleRole::panel, tr("Replicas and links"));
    auto* parts = new wxBoxSizer(wxVERTICAL);
    replicas_ = add_part(parts, _("Replicas"));
    links_ = add_part(parts, _("Links"));
    faults_->SetSizer(parts);
    all->Add(faults_, wxSizerFlags().Expand());
    cluster_ = new ClusterView(this);
    all->Add(cluster_, wxSizerFlags(1).Expand());
    bar_ = new ActBar(this);
    all->Add(bar_, wxSizerFlags().Expand());
    SetSizer(all);
    Bind(wxEVT_TIMER, [this](wxTimerEvent&) { look(); });
}

void LabPage::add_header(wxSizer* sizer, std::function<void()> close) {
    header_.begin(this, _("Fault lab"));
    late_label_ = new wxStaticText(this, wxID_ANY, _("Slow by"));
    late_ = new wxChoice(this, wxID_ANY);
    for (const auto& [ms, name] : delays) late_->Append(_(name));
    late_->SetSelection(usual_delay);
    set_accessible(*late_, AccessibleRole::button, tr("How late everything comes on a link that is made slow"));
    late_->Bind(wxEVT_CHOICE, [this](wxCommandEvent&) { refresh_rows(); });
    heal_ = new wxButton(this, wxID_ANY, _("Heal everything"));
    heal_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { begin(model_.lab().heal_all()); });
    set_accessible(*heal_, AccessibleRole::button, tr("Heal everything"));
    header_.go_to_end();
    header_.add(late_label_, 8);
    header_.add(late_, 16);
    header_.add(heal_, 12);
    header_.end(sizer, std::move(close));
}

LabPage::Part LabPage::add_part(wxSizer* sizer, const wxString& title) {
    Part part;
    part.title = new wxStaticText(faults_, wxID_ANY, title);
    part.title->SetFont(Type(*this).small_bold);
    part.grid = new wxFlexGridSizer(5, FromDIP(6), FromDIP(8));
    sizer->Add(part.title, wxSizerFlags().Border(wxLEFT | wxRIGHT | wxTOP, FromDIP(margin)));
    sizer->AddSpacer(FromDIP(6));
    sizer->Add(part.grid, wxSizerFlags().Border(wxLEFT | wxRIGHT, FromDIP(margin)));
    return part;
}

void LabPage::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.canvas);
    faults_->SetBackgroundColour(palette.canvas);
    header_.set_palette(palette);
    late_label_->SetForegroundColour(palette.secondary);
    for (Part* part : {&replicas_, &links_}) part->title->SetForegroundColour(palette.secondary);
    cluster_->set_palette(palette);
    bar_->set_palette(palette);
    refresh_rows();
    Refresh();
}

// ---- what is shown ----

void LabPage::shown(bool is_shown) {
    if (!is_shown) return timer_.Stop();
    timer_.Start(ClusterView::ask_every_ms);
    refresh_rows();
    cluster_->show(model_);
    look();
    focus();
}

void LabPage::look() {
    post_(LookAtReplicas{});
    post_(LookAtLab{});
}

// Not on something that breaks by a slip of the space bar.
void LabPage::focus() { late_->SetFocus(); }

void LabPage::refresh(const Changed& changed) {
    if (changed.lab || changed.replicas) refresh_rows();
    if (changed.replicas) cluster_->show(model_);
}

void LabPage::refresh_rows() {
    fill(replicas_, model_.lab().replicas(model_.replicas()));
    fill(links_, model_.lab().links(late_ms()));
    heal_->Enable(model_.lab().heal_all().makes_sense);
    const FaultLab::Outcome outcome = model_.lab().outcome();
    bar_->say(outcome.sentence, outcome.is_bad);
}

void LabPage::fill(Part& part, std::vector<LabRow> rows) {
    const bool is_other_count = rows.size() != part.lines.size();
    if (is_other_count) {
        part.grid->Clear(true);
        part.lines.clear();
        for (const LabRow& row : rows) add_line(part, row.acts.size());
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        part.lines[i].row = std::move(rows[i]);
        show_line(part.lines[i]);
    }
    if (!is_other_count) return;
    part.title->Show(!part.lines.empty());
    const int wanted = faults_->GetSizer()->CalcMin().y + FromDIP(12);
    faults_->SetMinSize(wxSize(-1, std::min(wanted, FromDIP(faults_height_most))));
    faults_->FitInside();
    Layout();
}

void LabPage::add_line(Part& part, std::size_t acts) {
    Line line;
    line.name = new wxStaticText(faults_, wxID_ANY, "", wxDefaultPosition, FromDIP(wxSize(name_width, -1)), wxST_NO_AUTORESIZE);
    line.state = new wxStaticText(faults_, wxID_ANY, "", wxDefaultPosition, FromDIP(wxSize(state_width, -1)), wxST_ELLIPSIZE_END | wxST_NO_AUTORESIZE);
    part.grid->Add(line.name, wxSizerFlags().CenterVertical());
    part.grid->Add(line.state, wxSizerFlags().CenterVertical());
    const std::size_t index = part.lines.size();
    for (std::size_t act = 0; act < acts; ++act) {
        auto* button = line.buttons.emplace_back(new wxButton(faults_, wxID_ANY, ""));
        button->Bind(wxEVT_BUTTON, [this, &part, index, act](wxCommandEvent&) {
            if (index < part.lines.size() && act < part.lines[index].row.acts.size()) begin(part.lines[index].row.acts[act]);
        });
        part.grid->Add(button);
    }
    part.lines.push_back(std::move(line));
}

void LabPage::show_line(Line& line) {
    const LabRow& row = line.row;
    const Type type(*this);
    const wxFont& font = row.look == LabRow::Look::leads ? type.bold : type.body;
    const wxColour& colour = row.look == LabRow::Look::broken ? palette_->error : row.look == LabRow::Look::strained ? palette_->mention : palette_->text;
    line.name->SetFont(font);
    line.name->SetForegroundColour(colour);
    line.name->SetLabelText(from_utf8(row.name));
    line.state->SetFont(font);
    line.state->SetForegroundColour(row.look == LabRow::Look::well ? palette_->secondary : colour);
    line.state->SetLabelText(from_utf8(row.state));
    line.state->SetToolTip(from_utf8(row.state));
    wxButton* lost_focus = nullptr;
    for (std::size_t i = 0; i < line.buttons.size(); ++i) {
        wxButton* button = line.buttons[i];
        const LabAct& act = row.acts[i];
        if (button->GetLabel() != from_utf8(act.label)) button->SetLabel(from_utf8(act.label));
        button->SetBackgroundColour(palette_->raised);
        button->SetForegroundColour(act.makes_sense ? palette_->text : palette_->faint);
        set_accessible(*button, AccessibleRole::button, act.label + " " + row.name + ", " + row.state);
        if (!act.makes_sense && button->HasFocus()) lost_focus = button;
        if (button->IsEnabled() != act.makes_sense) button->Enable(act.makes_sense);
    }
    if (lost_focus == nullptr) return;
    // What was done cannot be done again; what takes it back is beside it.
    for (auto button = line.buttons.rbegin(); button != line.buttons.rend(); ++button) {
        if ((*button)->IsEnabled()) return (*button)->SetFocus();
    }
}

// ---- acts ----

std::uint32_t LabPage::late_ms() const { return delays[static_cast<std::size_t>(std::max(late_->GetSelection(), 0))].first; }

void LabPage::begin(const LabAct& act) {
    const LabAct chosen = act;   // what comes of it replaces the row
    const ActId id = model_.lab().begin(chosen);
    post_(OrderLab{id, chosen.order});
    look();
    refresh_rows();
}

}  // namespace parley::gui
