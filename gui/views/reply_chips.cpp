#include "gui/views/reply_chips.hpp"

#include <algorithm>
#include <numeric>

#include <wx/dcbuffer.h>
#include <wx/dcclient.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int margin = 20;        // as of the composer's frame
constexpr int gap = 8;
constexpr int padding = 13;       // between a chip's edge and its text
constexpr int chip_width_least = 56;

std::string note_of(const RepliesSuggested& suggested) {
    if (suggested.texts.empty()) return tr("No suggestions: {0}", suggested.problem);
    return suggested.service.empty() ? "" : tr("From {0}", suggested.service);
}

}  // namespace

// One suggestion: a button that is drawn by itself, so that it looks like what it is in both themes.
class ReplyChip : public wxWindow {
public:
    ReplyChip(wxWindow* parent, const Type& type, std::function<void()> taken)
        : wxWindow(parent, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxBORDER_NONE | wxWANTS_CHARS | wxFULL_REPAINT_ON_RESIZE), type_(type), taken_(std::move(taken)) {
        SetBackgroundStyle(wxBG_STYLE_PAINT);
        SetCursor(wxCursor(wxCURSOR_HAND));
        Bind(wxEVT_PAINT, [this](wxPaintEvent&) { paint(); });
        Bind(wxEVT_LEFT_UP, [this](wxMouseEvent& event) {
            if (GetClientRect().Contains(event.GetPosition())) taken_();
        });
        const auto hover = [this](bool is_over) {
            is_over_ = is_over;
            Refresh();
        };
        Bind(wxEVT_ENTER_WINDOW, [hover](wxMouseEvent&) { hover(true); });
        Bind(wxEVT_LEAVE_WINDOW, [hover](wxMouseEvent&) { hover(false); });
        const auto refresh = [this](wxFocusEvent& event) {
            Refresh();
            event.Skip();
        };
        Bind(wxEVT_SET_FOCUS, refresh);
        Bind(wxEVT_KILL_FOCUS, refresh);
        Bind(wxEVT_KEY_DOWN, &ReplyChip::on_key, this);
    }
    void say(const wxString& text, std::size_t number, const Palette& palette, const wxColour& edge) {
        text_ = text;
        palette_ = &palette;
        edge_ = edge;
        SetToolTip(text + "\n" + _("Alt+{0} puts it into what you write; it is not sent by itself", number));
        set_accessible(*this, AccessibleRole::button, tr("Suggestion {0}: {1}", number, to_utf8(text)));
        Refresh();
    }
    [[nodiscard]] int wanted_width() const {
        wxClientDC dc(const_cast<ReplyChip*>(this));
        dc.SetFont(type_.body);
        return std::max(dc.GetTextExtent(text_).x + 2 * FromDIP(padding), FromDIP(chip_width_least));
    }

private:
    void paint() {
        wxAutoBufferedPaintDC dc(this);
        dc.SetBackground(wxBrush(palette_->canvas));
        dc.Clear();
        const bool is_lit = is_over_ || HasFocus();
        dc.SetPen(wxPen(is_lit ? palette_->accent : edge_, 1));
        dc.SetBrush(wxBrush(is_lit ? palette_->current : palette_->raised));
        const wxSize size = GetClientSize();
        dc.DrawRoundedRectangle(0, 0, size.x, size.y, size.y / 2.0);
        dc.SetFont(type_.body);
        dc.SetTextForeground(palette_->text);
        const wxString shown = wxControl::Ellipsize(text_, dc, wxELLIPSIZE_END, size.x - 2 * FromDIP(padding) + 2);
        const wxSize extent = dc.GetTextExtent(shown);
        dc.DrawText(shown, (size.x - extent.x) / 2, (size.y - extent.y) / 2);
    }
    void on_key(wxKeyEvent& event) {
        const int key = event.GetKeyCode();
        if (event.HasAnyModifiers() && key != WXK_TAB) return event.Skip();
        if (key == WXK_RETURN || key == WXK_NUMPAD_ENTER || key == WXK_SPACE) return taken_();
        if (key == WXK_TAB) {
            Navigate(event.ShiftDown() ? wxNavigationKeyEvent::IsBackward : wxNavigationKeyEvent::IsForward);
            return;
        }
        event.Skip();
    }

    const Type& type_;
    std::function<void()> taken_;
    const Palette* palette_ = &Palette::light();
    wxColour edge_;
    wxString text_;
    bool is_over_ = false;
};

ReplyChips::ReplyChips(wxWindow* parent)
    : wxPanel(parent, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxBORDER_NONE | wxTAB_TRAVERSAL | wxFULL_REPAINT_ON_RESIZE), type_(*this) {
    SetBackgroundStyle(wxBG_STYLE_PAINT);
    for (std::size_t i = 0; i < chips_max; ++i) {
        chips_[i] = new ReplyChip(this, type_, [this, i] { take(i + 1); });
        chips_[i]->Hide();
    }
    Bind(wxEVT_PAINT, [this](wxPaintEvent&) { paint(); });
    Bind(wxEVT_SIZE, [this](wxSizeEvent& event) {
        event.Skip();
        arrange();
    });
    Hide();
}

void ReplyChips::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.canvas);
    const wxColour& edge = is_from_outside_ ? palette.mention : palette.divider;
    for (std::size_t i = 0; i < texts_.size(); ++i) chips_[i]->say(from_utf8(texts_[i]), i + 1, palette, edge);
    SetMinSize(wxSize(-1, type_height(*this, 36)));
    arrange();
}

bool ReplyChips::show(const RepliesSuggested* suggested) {
    if (suggested == nullptr) return IsShown() && Hide();
    const bool was_shown = IsShown();
    const std::string note = note_of(*suggested);
    std::vector<std::string> texts = suggested->texts;
    texts.resize(std::min(texts.size(), chips_max));
    if (was_shown && note == note_ && texts == texts_) return false;
    note_ = note;
    texts_ = std::move(texts);
    is_from_outside_ = !suggested->service.empty();
    set_palette(*palette_);
    set_accessible(*this, AccessibleRole::panel, note_.empty() ? tr("Suggested answers") : tr("Suggested answers. {0}", note_));
    Show();
    return !was_shown;
}

int ReplyChips::note_width() const {
    if (note_.empty()) return 0;
    wxClientDC dc(const_cast<ReplyChips*>(this));
    dc.SetFont(type_.small);
    return dc.GetTextExtent(from_utf8(note_)).x + FromDIP(12);
}

// Side by side as wide as their texts; where that is too much the longer ones give way.
void ReplyChips::arrange() {
    std::vector<int> widths;
    for (std::size_t i = 0; i < texts_.size(); ++i) widths.push_back(chips_[i]->wanted_width());
    const int count = static_cast<int>(widths.size());
    const int room = GetClientSize().x - 2 * FromDIP(margin) - note_width() - std::max(count - 1, 0) * FromDIP(gap);
    int limit = std::accumulate(widths.begin(), widths.end(), 0);
    const auto sum = [&] {
        int all = 0;
        for (const int width : widths) all += std::min(width, limit);
        return all;
    };
    while (count > 0 && sum() > room && limit > FromDIP(chip_width_least)) limit -= FromDIP(4);
    int x = FromDIP(margin) + note_width();
    const int height = type_height(*this, 28);
    for (std::size_t i = 0; i < chips_max; ++i) {
        chips_[i]->Show(i < widths.size());
        if (i >= widths.size()) continue;
        const int width = std::min(widths[i], limit);
        chips_[i]->SetSize(x, GetClientSize().y - height, width, height);
        x += width + FromDIP(gap);
    }
    Refresh();
}

void ReplyChips::paint() {
    wxAutoBufferedPaintDC dc(this);
    dc.SetBackground(wxBrush(palette_->canvas));
    dc.Clear();
    if (note_.empty()) return;
    dc.SetFont(type_.small);
    dc.SetTextForeground(is_from_outside_ && !texts_.empty() ? palette_->mention : palette_->secondary);
    const wxString shown = wxControl::Ellipsize(from_utf8(note_), dc, wxELLIPSIZE_END, GetClientSize().x - 2 * FromDIP(margin));
    dc.DrawText(shown, FromDIP(margin), GetClientSize().y - type_height(*this, 14) - dc.GetTextExtent(shown).y / 2);
}

bool ReplyChips::take(std::size_t number) {
    if (!IsShown() || number == 0 || number > texts_.size()) return false;
    if (on_taken) on_taken(texts_[number - 1]);
    return true;
}

void ReplyChips::focus() {
    if (IsShown() && !texts_.empty()) chips_[0]->SetFocus();
}

}  // namespace parley::gui
