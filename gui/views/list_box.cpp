#include "gui/views/list_box.hpp"

#include <wx/arrstr.h>
#include <wx/dcclient.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {

ListItem::Dot dot_of(chat::Presence presence) {
    switch (presence) {
        case chat::Presence::offline: return ListItem::Dot::hollow;
        case chat::Presence::away: return ListItem::Dot::half;
        case chat::Presence::online: return ListItem::Dot::full;
    }
    return ListItem::Dot::none;
}

ListBox::ListBox(wxWindow* parent, const std::string& name)
    : wxVListBox(parent, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxBORDER_NONE), name_(name), type_(*this) {
    SetName(from_utf8(name));
    set_accessible(*this, AccessibleRole::list, name);
    Bind(wxEVT_PAINT, [this](wxPaintEvent& event) {
        if (!items_.empty() || when_empty_.empty()) return event.Skip();
        paint_empty();
    });
    Bind(wxEVT_LISTBOX, [this](wxCommandEvent&) { choose(); });
    Bind(wxEVT_LISTBOX_DCLICK, [this](wxCommandEvent&) {
        if (selected() != nullptr && on_clicked) on_clicked(*selected(), true);
    });
    Bind(wxEVT_KEY_DOWN, [this](wxKeyEvent& event) {
        const int key = event.GetKeyCode();
        if (event.HasAnyModifiers()) return event.Skip();
        if (key == WXK_UP || key == WXK_DOWN) return move(key == WXK_UP ? -1 : +1);
        // wxVListBox goes to rows that an empty list does not have, and onto headings.
        if (key == WXK_HOME || key == WXK_END) return move_to_end(key == WXK_HOME);
        if (items_.empty() && (key == WXK_PAGEUP || key == WXK_PAGEDOWN || key == WXK_SPACE)) return;
        if ((key == WXK_RETURN || key == WXK_NUMPAD_ENTER) && selected() != nullptr && on_clicked) return on_clicked(*selected(), true);
        event.Skip();
    });
    Bind(wxEVT_RIGHT_DOWN, [this](wxMouseEvent& event) {
        const int row = VirtualHitTest(event.GetY());
        if (row == wxNOT_FOUND || items_[static_cast<std::size_t>(row)].kind != ListItem::Kind::entry || !on_menu) return;
        SetSelection(row);
        on_menu(items_[static_cast<std::size_t>(row)]);
    });
}

void ListBox::set_palette(const Palette& palette, const wxColour& surface) {
    palette_ = &palette;
    surface_ = surface;
    SetBackgroundColour(surface);
    Refresh();
}

void ListBox::set_items(std::vector<ListItem> items) {
    const ListItem* chosen = selected();
    const std::uint64_t id = chosen == nullptr ? 0 : chosen->id;
    items_ = std::move(items);
    for (ListItem& item : items_) item.text.Replace("\n", "  ");
    SetItemCount(items_.size());
    select(id);
    if (items_.empty()) announce();
    Refresh();
}

void ListBox::say_when_empty(const wxString& sentence) {
    if (sentence == when_empty_) return;
    when_empty_ = sentence;
    if (!items_.empty()) return;
    announce();
    Refresh();
}

void ListBox::paint_empty() {
    wxPaintDC dc(this);
    dc.SetBackground(wxBrush(surface_));
    dc.Clear();
    dc.SetFont(type_.body);
    dc.SetTextForeground(palette_->secondary);
    int y = type_height(*this, 28);
    for (const wxString& line : wxSplit(when_empty_, '\n')) {
        const wxString shown = wxControl::Ellipsize(line, dc, wxELLIPSIZE_END, GetClientSize().x - FromDIP(16));
        const wxSize size = dc.GetTextExtent(shown);
        dc.DrawText(shown, (GetClientSize().x - size.x) / 2, y);
        y += size.y + FromDIP(4);
    }
}

void ListBox::select(std::uint64_t id) {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (id == 0 || items_[i].kind != ListItem::Kind::entry || items_[i].id != id) continue;
        if (GetSelection() != static_cast<int>(i)) SetSelection(static_cast<int>(i));
        return announce();
    }
    SetSelection(wxNOT_FOUND);
}

void ListBox::move(int step) {
    int row = GetSelection() == wxNOT_FOUND ? (step > 0 ? -1 : static_cast<int>(items_.size())) : GetSelection();
    do { row += step; } while (row >= 0 && row < static_cast<int>(items_.size()) && items_[static_cast<std::size_t>(row)].kind != ListItem::Kind::entry);
    if (row < 0 || row >= static_cast<int>(items_.size())) return;
    SetSelection(row);
    choose();
}

void ListBox::move_to_end(bool is_first) {
    SetSelection(wxNOT_FOUND);
    move(is_first ? +1 : -1);
}

const ListItem* ListBox::selected() const {
    const int row = GetSelection();
    return row == wxNOT_FOUND || static_cast<std::size_t>(row) >= items_.size() ? nullptr : &items_[static_cast<std::size_t>(row)];
}

void ListBox::choose() {
    const ListItem* item = selected();
    if (item == nullptr || item->kind != ListItem::Kind::entry) return;
    announce();
    const ListItem chosen = *item;   // the callback may change the list
    if (on_chosen) on_chosen(chosen);
}

void ListBox::announce() {
    const ListItem* item = selected();
    const bool is_empty = items_.empty() && !when_empty_.empty();
    if (item == nullptr) return set_accessible(*this, AccessibleRole::list, is_empty ? name_ + ": " + to_utf8(when_empty_) : name_);
    std::string said = name_ + ": " + to_utf8(item->text);
    if (item->says_detail) said += ", " + to_utf8(item->detail);
    if (item->is_favourite) said += ", " + tr("favourite");
    if (item->dot == ListItem::Dot::full) said += ", " + tr("online");
    if (item->dot == ListItem::Dot::half) said += ", " + tr("away");
    if (item->tells == chat::Notify::nothing) said += ", " + tr("quiet");
    if (item->tells == chat::Notify::mentions) said += ", " + tr("mentions only");
    if (item->count > 0) said += ", " + tr_count("{0} unread", "{0} unread", item->count);
    set_accessible(*this, AccessibleRole::list, said);
}

wxCoord ListBox::OnMeasureItem(std::size_t index) const {
    const ListItem& item = items_[index];
    if (item.kind == ListItem::Kind::heading) return type_height(*this, 36);
    if (!item.detail.empty()) return type_height(*this, 46);
    return type_height(*this, item.disc.empty() ? 30 : 34);
}

void ListBox::OnDrawBackground(wxDC& dc, const wxRect& rect, std::size_t index) const {
    dc.SetPen(*wxTRANSPARENT_PEN);
    dc.SetBrush(wxBrush(surface_));
    dc.DrawRectangle(rect);
    if (items_[index].kind != ListItem::Kind::entry || !IsSelected(index)) return;
    dc.SetBrush(wxBrush(palette_->selected));
    wxRect inner = rect;
    inner.Deflate(FromDIP(8), FromDIP(1));
    dc.DrawRoundedRectangle(inner, FromDIP(6));
}

int ListBox::draw_front(wxDC& dc, const wxRect& rect, const ListItem& item) const {
    const int x = rect.x + FromDIP(18);
    const int middle = rect.y + rect.height / 2;
    if (!item.disc.empty()) {
        const int size = FromDIP(24);
        dc.SetPen(*wxTRANSPARENT_PEN);
        dc.SetBrush(wxBrush(item.colour < chat::no_colour ? colour_chosen(item.colour, palette_->is_dark) : colour_of_person(item.disc, palette_->is_dark)));
        dc.DrawEllipse(x, middle - size / 2, size, size);
        dc.SetFont(type_.small_bold);
        dc.SetTextForeground(*wxWHITE);
        const wxString letters = initials_of(item.initials.empty() ? item.disc : item.initials).Left(1);
        const wxSize extent = dc.GetTextExtent(letters);
        dc.DrawText(letters, x + (size - extent.x) / 2, middle - extent.y / 2);
        draw_dot(dc, x + size - FromDIP(3), middle + size / 2 - FromDIP(3), item.dot);
        return x + size + FromDIP(9);
    }
    if (item.symbol.empty()) return x;
    if (item.is_locked) return draw_lock(dc, x, middle);
    dc.SetFont(type_.body);
    dc.SetTextForeground(palette_->faint);
    dc.DrawText(item.symbol, x, middle - dc.GetTextExtent(item.symbol).y / 2);
    return x + FromDIP(18);
}

// Full: there; half: away; hollow: not there. The shape says it, not the colour alone.
void ListBox::draw_dot(wxDC& dc, int x, int y, ListItem::Dot dot) const {
    if (dot == ListItem::Dot::none) return;
    const int radius = FromDIP(5);
    dc.SetPen(wxPen(surface_, FromDIP(2)));
    dc.SetBrush(wxBrush(dot == ListItem::Dot::full ? palette_->accent : surface_));
    dc.DrawCircle(x, y, radius);
    if (dot == ListItem::Dot::full) return;
    dc.SetPen(wxPen(palette_->secondary, FromDIP(1)));
    dc.SetBrush(*wxTRANSPARENT_BRUSH);
    dc.DrawCircle(x, y, radius - FromDIP(2));
    if (dot == ListItem::Dot::half) dc.DrawLine(x - radius + FromDIP(2), y, x + radius - FromDIP(2), y);
}

int ListBox::draw_lock(wxDC& dc, int x, int middle) const {
    dc.SetPen(wxPen(palette_->faint, FromDIP(2)));
    dc.SetBrush(*wxTRANSPARENT_BRUSH);
    dc.DrawRoundedRectangle(x + FromDIP(2), middle - FromDIP(6), FromDIP(6), FromDIP(9), FromDIP(3));
    dc.SetPen(*wxTRANSPARENT_PEN);
    dc.SetBrush(wxBrush(palette_->faint));
    dc.DrawRoundedRectangle(x, middle - FromDIP(1), FromDIP(10), FromDIP(7), FromDIP(1));
    return x + FromDIP(18);
}

int ListBox::draw_count(wxDC& dc, const wxRect& rect, std::uint64_t count) const {
    if (count == 0) return rect.GetRight() - FromDIP(14);
    const wxString text = count > 999 ? wxString("999+") : wxString::Format("%llu", static_cast<unsigned long long>(count));
    dc.SetFont(type_.small_bold);
    const wxSize size = dc.GetTextExtent(text);
    const int height = size.y + FromDIP(4);
    const int width = std::max(size.x + FromDIP(12), height);
    const int x = rect.GetRight() - FromDIP(16) - width;
    const int y = rect.y + (rect.height - height) / 2;
    dc.SetPen(*wxTRANSPARENT_PEN);
    dc.SetBrush(wxBrush(palette_->accent));
    dc.DrawRoundedRectangle(x, y, width, height, height / 2.0);
    dc.SetTextForeground(palette_->on_accent);
    dc.DrawText(text, x + (width - size.x) / 2, y + (height - size.y) / 2);
    return x - FromDIP(6);
}

// A bell that is struck through, or the sign of mentions.
int ListBox::draw_quiet(wxDC& dc, int right, int middle, chat::Notify tells) const {
    if (tells == chat::Notify::everything) return right;
    dc.SetFont(type_.small);
    dc.SetTextForeground(palette_->faint);
    const int width = FromDIP(12);
    const int x = right - width;
    if (tells == chat::Notify::mentions) {
        const wxSize size = dc.GetTextExtent("@");
        dc.DrawText("@", x + (width - size.x) / 2, middle - size.y / 2);
        return x - FromDIP(4);
    }
    dc.SetPen(*wxTRANSPARENT_PEN);
    dc.SetBrush(wxBrush(palette_->faint));
    const wxPoint bell[] = {{FromDIP(1), FromDIP(8)}, {FromDIP(3), FromDIP(6)}, {FromDIP(3), FromDIP(3)}, {FromDIP(6), FromDIP(0)}, {FromDIP(9), FromDIP(3)},
                            {FromDIP(9), FromDIP(6)}, {FromDIP(11), FromDIP(8)}};
    const int top = middle - FromDIP(6);
    dc.DrawPolygon(std::size(bell), bell, x, top);
    dc.DrawCircle(x + FromDIP(6), top + FromDIP(10), FromDIP(2));
    dc.SetPen(wxPen(surface_, FromDIP(3)));
    dc.DrawLine(x, top + FromDIP(1), x + width, top + FromDIP(12));
    dc.SetPen(wxPen(palette_->faint, FromDIP(1)));
    dc.DrawLine(x, top + FromDIP(1), x + width, top + FromDIP(12));
    return x - FromDIP(4);
}

void ListBox::OnDrawItem(wxDC& dc, const wxRect& rect, std::size_t index) const {
    const ListItem& item = items_[index];
    if (item.kind == ListItem::Kind::heading) {
        dc.SetFont(type_.small_bold);
        dc.SetTextForeground(palette_->secondary);
        dc.DrawText(item.text, rect.x + FromDIP(18), rect.GetBottom() - dc.GetCharHeight() - FromDIP(4));
        return;
    }
    const int left = draw_front(dc, rect, item);
    const int right = draw_quiet(dc, draw_count(dc, rect, item.count), rect.y + rect.height / 2, item.tells);
    dc.SetFont(item.is_bold ? type_.bold : type_.body);
    dc.SetTextForeground(item.is_dim ? palette_->secondary : palette_->text);
    const wxString text = wxControl::Ellipsize(item.text, dc, wxELLIPSIZE_END, right - left);
    const int height = dc.GetCharHeight();
    if (item.detail.empty()) return dc.DrawText(text, left, rect.y + (rect.height - height) / 2);
    dc.DrawText(text, left, rect.y + FromDIP(4));
    dc.SetFont(type_.small);
    dc.SetTextForeground(palette_->secondary);
    dc.DrawText(wxControl::Ellipsize(item.detail, dc, wxELLIPSIZE_END, right - left), left, rect.y + FromDIP(6) + height);
}

}  // namespace parley::gui
