#include "gui/views/attachments.hpp"

#include <utility>

#include <wx/wrapsizer.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr std::size_t shown_letters_max = 40;   // of a name

wxString shortened(const std::string& name) {
    const wxString whole = from_utf8(name);
    if (whole.length() <= shown_letters_max) return whole;
    return whole.Left(shown_letters_max / 2) + L"\u2026" + whole.Right(shown_letters_max / 2 - 1);
}

}  // namespace

Attachments::Attachments(wxWindow* parent, std::function<void()> changed) : wxPanel(parent), changed_(std::move(changed)) {
    SetSizer(new wxWrapSizer(wxHORIZONTAL, wxREMOVE_LEADING_SPACES));
    Hide();
}

void Attachments::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.canvas);
    for (wxButton* button : buttons_) {
        button->SetBackgroundColour(palette.raised);
        button->SetForegroundColour(palette.text);
    }
    Refresh();
}

void Attachments::add(Attachment attachment) {
    files_.push_back(std::move(attachment));
    rebuild();
}

std::vector<Attachment> Attachments::exchange(std::vector<Attachment> files) {
    std::vector<Attachment> before = std::exchange(files_, std::move(files));
    if (!before.empty() || !files_.empty()) rebuild();
    return before;
}

void Attachments::remove(std::size_t index) {
    if (index >= files_.size()) return;
    files_.erase(files_.begin() + static_cast<std::ptrdiff_t>(index));
    rebuild();
}

void Attachments::rebuild() {
    GetSizer()->Clear();
    // Later: one of them may be the button that was just pressed.
    for (wxButton* button : std::exchange(buttons_, {})) {
        button->Hide();
        wxTheApp->ScheduleForDestruction(button);
    }
    for (std::size_t i = 0; i < files_.size(); ++i) {
        const Attachment& file = files_[i];
        auto* button = new wxButton(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxBU_EXACTFIT);
        button->SetLabelText(shortened(file.name) + from_utf8(", " + size_text(file.size)) + L"  \u00D7");
        button->SetToolTip(_("Take it away: {0}", file.name));
        set_accessible(*button, AccessibleRole::button, tr("Take away {0}", file.name));
        button->Bind(wxEVT_BUTTON, [this, i](wxCommandEvent&) { CallAfter([this, i] { remove(i); }); });
        GetSizer()->Add(button, wxSizerFlags().Border(wxRIGHT | wxTOP, FromDIP(6)));
        buttons_.push_back(button);
    }
    set_palette(*palette_);
    Show(!files_.empty());
    Layout();
    changed_();
}

int Attachments::height() const {
    if (!IsShown()) return 0;
    return std::max(GetSizer()->CalcMin().y, GetBestSize().y);
}

}  // namespace parley::gui
