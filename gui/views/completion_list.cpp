#include "gui/views/completion_list.hpp"

#include <wx/sizer.h>

#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int width = 280;
constexpr int row_height = 30;

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
        items.push_back({.text = from_utf8(choice.shown), .detail = {}, .symbol = {}, .disc = {}, .id = items.size() + 1});
    }
    list_->set_items({});
    list_->set_items(std::move(items));
    list_->move(+1);
    const wxSize size(FromDIP(width), type_height(*this, row_height) * static_cast<int>(choices_.size()) + 4);
    SetSize(lower_left.x, lower_left.y - size.y, size.x, size.y);
    Layout();
    if (!IsShown()) Show();
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

void CompletionList::take() {
    const ListItem* item = list_->selected();
    if (!IsShown() || item == nullptr || item->id == 0 || item->id > choices_.size()) return;
    const CompletionChoice choice = choices_[item->id - 1];
    Hide();
    if (on_taken) on_taken(choice);
}

}  // namespace parley::gui
