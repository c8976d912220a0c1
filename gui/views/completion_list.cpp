#include "gui/views/completion_list.hpp"

#include <algorithm>

#include <wx/sizer.h>

#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int width = 280;
constexpr int row_height = 30;
constexpr int width_of_commands = 460;
constexpr int row_height_of_commands = 46;
constexpr int rows_shown_max = 8;      // of more one scrolls

}  // namespace

CompletionList::CompletionList(wxWindow* parent) : wxPopupWindow(parent, wxBORDER_SIMPLE), list_(new ListBox(this, tr("Suggestions"))) {
    list_->SetCanFocus(false);   // one goes on typing
    list_->Bind(wxEVT_LEFT_UP, [this](wxMouseEvent& event) {
        event.Skip();
        CallAfter([this] { take(); });
    });
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->Add(list_, wxSizerFlags(1).Expand().Border(wxALL, 1));
    SetSizer(all);
}

void CompletionList::set_palette(const Palette& palette) {
    SetBackgroundColour(palette.divider);   // its frame
    list_->set_palette(palette, palette.raised);
}

void CompletionList::offer(std::vector<CompletionChoice> choices, wxPoint lower_left) {
    choices_ = std::move(choices);
    if (choices_.empty()) {
        Hide();
        return;
    }
    std::vector<ListItem> items;
    for (const CompletionChoice& choice : choices_) {
        items.push_back({.text = from_utf8(choice.shown), .detail = from_utf8(choice.does), .symbol = {}, .disc = {}, .id = items.size() + 1});
    }
    list_->set_items({});
    list_->set_items(std::move(items));
    list_->move(+1);
    const bool are_commands = !choices_.front().does.empty();
    const int rows = std::min(static_cast<int>(choices_.size()), rows_shown_max);
    const wxSize size(FromDIP(are_commands ? width_of_commands : width), type_height(*this, are_commands ? row_height_of_commands : row_height) * rows + 4);
    const wxPoint corner(lower_left.x, std::max(lower_left.y - size.y, 0));
    SetSize(wxRect(corner, size));
    Layout();
    if (IsShown()) return;
    Show();
    // GTK shows it where it was shown last, and wxWidgets does not move what it takes to be there.
    Move(corner + wxPoint(0, 1));
    Move(corner);
}

bool CompletionList::take_key(int key) {
    if (!IsShown()) return false;
    switch (key) {
        case WXK_UP: list_->move(-1); return true;
        case WXK_DOWN: list_->move(+1); return true;
        case WXK_TAB: case WXK_RETURN: case WXK_NUMPAD_ENTER: take(); return true;
        case WXK_ESCAPE: Hide(); return true;
        default: return false;
    }
}

const CompletionChoice* CompletionList::chosen() const {
    const ListItem* item = list_->selected();
    return item == nullptr || item->id == 0 || item->id > choices_.size() ? nullptr : &choices_[item->id - 1];
}

void CompletionList::take() {
    if (!IsShown() || chosen() == nullptr) return;
    const CompletionChoice choice = *chosen();
    Hide();
    if (on_taken) on_taken(choice);
}

}  // namespace parley::gui
