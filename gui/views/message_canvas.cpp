// Where the rows are: the anchor, scrolling, keys and the mouse. What they look like is in message_canvas_draw.cpp.
#include "gui/views/message_canvas.hpp"

#include <algorithm>

#include <wx/clipbrd.h>
#include <wx/dcbuffer.h>
#include <wx/dcclient.h>
#include <wx/menu.h>
#include <wx/utils.h>

#include "gui/model/times.hpp"
#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int bottom_padding = 10;
constexpr std::size_t older_wanted_below = 12;   // rows above the screen
constexpr std::size_t layouts_max = 4000;
constexpr int units_per_row = 100;               // of the scroll bar, which counts rows: heights above are not known

}  // namespace

MessageCanvas::MessageCanvas(wxWindow* parent, MessageCanvasEvents events)
    : wxWindow(parent, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxVSCROLL | wxWANTS_CHARS | wxFULL_REPAINT_ON_RESIZE | wxBORDER_NONE),
      events_(std::move(events)),
      type_(*this) {
    SetBackgroundStyle(wxBG_STYLE_PAINT);
    SetName("Messages");
    set_accessible(*this, AccessibleRole::list, "Messages");
    Bind(wxEVT_PAINT, [this](wxPaintEvent&) { paint(); });
    Bind(wxEVT_SIZE, [this](wxSizeEvent& event) {
        Refresh();
        event.Skip();
    });
    for (const auto& kind : {wxEVT_SCROLLWIN_TOP, wxEVT_SCROLLWIN_BOTTOM, wxEVT_SCROLLWIN_LINEUP, wxEVT_SCROLLWIN_LINEDOWN, wxEVT_SCROLLWIN_PAGEUP,
                             wxEVT_SCROLLWIN_PAGEDOWN, wxEVT_SCROLLWIN_THUMBTRACK, wxEVT_SCROLLWIN_THUMBRELEASE}) {
        Bind(kind, &MessageCanvas::on_scrollbar, this);
    }
    Bind(wxEVT_MOUSEWHEEL, &MessageCanvas::on_wheel, this);
    Bind(wxEVT_MOTION, &MessageCanvas::on_motion, this);
    Bind(wxEVT_LEAVE_WINDOW, [this](wxMouseEvent&) {
        hovered_.reset();
        Refresh();
    });
    Bind(wxEVT_LEFT_UP, &MessageCanvas::on_click, this);
    Bind(wxEVT_RIGHT_UP, [this](wxMouseEvent& event) {
        if (const auto row = row_at(event.GetY())) on_menu(*row);
    });
    Bind(wxEVT_KEY_DOWN, &MessageCanvas::on_key, this);
    const auto refresh = [this](wxFocusEvent& event) {
        Refresh();
        event.Skip();
    };
    Bind(wxEVT_SET_FOCUS, refresh);
    Bind(wxEVT_KILL_FOCUS, refresh);
}

void MessageCanvas::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.canvas);
    Refresh();
}

// ---- the room ----

void MessageCanvas::show(const Room* room) {
    room_ = room;
    layouts_.clear();
    current_.reset();
    hovered_.reset();
    reported_ = 0;
    top_ = 0;
    above_ = 0;
    at_latest_ = true;
    newest_seen_ = room == nullptr ? 0 : room->last();
    rebuild_rows();
    if (room != nullptr) {
        const std::uint64_t unread = room->unread_line();
        const std::uint64_t wanted = unread > 0 ? unread : room->place.message;
        const auto row = row_of_key_.find(key_of_message(wanted) + (unread > 0 ? 2 : 0));
        if (wanted > 0 && row != row_of_key_.end()) anchor_to_row(row->second, unread > 0 ? -GetClientSize().y / 3 : static_cast<int>(room->place.pixels));
    }
    Refresh();
}

void MessageCanvas::rebuild_rows() {
    rows_ = room_ == nullptr ? std::vector<Row>{} : rows_of(*room_);
    revision_ = room_ == nullptr ? 0 : room_->revision();
    row_of_key_.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i) row_of_key_[rows_[i].key] = i;
    if (layouts_.size() > layouts_max) layouts_.clear();
}

void MessageCanvas::refresh_room() {
    if (room_ == nullptr || room_->revision() == revision_) return Refresh();
    const bool was_empty = rows_.empty();
    const std::uint64_t held = top_ < rows_.size() ? rows_[top_].key : 0;
    rebuild_rows();
    hovered_.reset();
    if (was_empty) return show(room_);
    if (!at_latest_) {
        const auto row = row_of_key_.find(held);
        if (row != row_of_key_.end()) {
            top_ = row->second;
        } else {   // the row is gone: the message that took its place
            const auto after = std::find_if(rows_.begin(), rows_.end(), [&](const Row& one) { return one.key >= held; });
            top_ = static_cast<std::size_t>(after - rows_.begin());
        }
    }
    settle();
    Refresh();
}

void MessageCanvas::jump_to_latest() {
    at_latest_ = true;
    current_.reset();
    Refresh();
}

void MessageCanvas::jump_to(std::uint64_t number) {
    const auto row = row_of_key_.find(key_of_message(number));
    if (row == row_of_key_.end()) return;
    current_ = row->first;
    anchor_to_row(row->second, -GetClientSize().y / 3);
    announce();
    Refresh();
}

chat::ReadingPlace MessageCanvas::place() const {
    if (at_latest_ || top_ >= rows_.size()) return {};
    // A day or a line has no number of its own: the message behind it, with what is between.
    for (std::size_t i = top_; i < rows_.size(); ++i) {
        if (rows_[i].kind == Row::Kind::message || rows_[i].kind == Row::Kind::event) {
            return {message_of_key(rows_[i].key), i == top_ ? above_ : 0};
        }
    }
    return {};
}

// ---- the anchor ----

void MessageCanvas::anchor_to_row(std::size_t index, int pixels) {
    at_latest_ = false;
    top_ = index;
    above_ = pixels;
}

void MessageCanvas::settle() {
    wxClientDC dc(this);
    settle(dc);
}

void MessageCanvas::settle(wxDC& dc) {
    if (rows_.empty()) return;
    const int room_below = GetClientSize().y - FromDIP(bottom_padding);
    top_ = std::min(top_, rows_.size() - 1);
    if (!at_latest_) {
        while (above_ < 0 && top_ > 0) above_ += height_of(dc, --top_);
        above_ = std::max(above_, 0);
        while (top_ + 1 < rows_.size() && above_ >= height_of(dc, top_)) above_ -= height_of(dc, top_++);
        int y = -above_;
        std::size_t row = top_;
        while (row < rows_.size() && y <= room_below) y += height_of(dc, row++);
        at_latest_ = row == rows_.size() && y <= room_below;
    }
    if (!at_latest_) return;
    int y = room_below;
    std::size_t row = rows_.size();
    while (row > 0 && y > 0) y -= height_of(dc, --row);
    top_ = row;
    above_ = -y;
    newest_seen_ = room_ == nullptr ? 0 : room_->last();
}

int MessageCanvas::height_of(wxDC& dc, std::size_t index) {
    const Row& row = rows_[index];
    switch (row.kind) {
        case Row::Kind::start: return FromDIP(64);
        case Row::Kind::day: return FromDIP(38);
        case Row::Kind::unread: return FromDIP(28);
        case Row::Kind::event: return FromDIP(28);
        case Row::Kind::message: case Row::Kind::sending: break;
    }
    return layout(dc, index).height;
}

void MessageCanvas::scroll_by(int pixels) {
    if (rows_.empty() || pixels == 0) return;
    settle();
    if (at_latest_ && pixels > 0) return;
    at_latest_ = false;
    above_ += pixels;
    settle();
    Refresh();
    if (events_.moved) events_.moved(place());
}

void MessageCanvas::scroll_pages(int pages) { scroll_by(pages * std::max(GetClientSize().y - FromDIP(60), FromDIP(60))); }

void MessageCanvas::update_scrollbar() {
    const int range = static_cast<int>(std::min<std::size_t>(rows_.size(), 10'000'000)) * units_per_row;
    int shown = static_cast<int>(drawn_.size()) * units_per_row;
    if (shown >= range || range == 0) {
        if (GetScrollThumb(wxVERTICAL) != 0 || GetScrollRange(wxVERTICAL) != 0) SetScrollbar(wxVERTICAL, 0, 0, 0);
        return;
    }
    shown = std::max(shown - units_per_row, units_per_row);
    const int height = drawn_.size() > 1 ? std::max(drawn_[1].second - drawn_[0].second, 1) : 1;
    const int place = static_cast<int>(top_) * units_per_row + std::max(above_, 0) * units_per_row / height;
    SetScrollbar(wxVERTICAL, at_latest_ ? range - shown : std::min(place, range - shown), shown, range);
}

// After a picture: what was seen, and whether more is wanted above.
void MessageCanvas::report() {
    if (room_ == nullptr || rows_.empty()) return;
    if (top_ < older_wanted_below && events_.wants_older) events_.wants_older();
    std::uint64_t seen = 0;
    for (const auto& [index, y] : drawn_) {
        const bool is_numbered = rows_[index].kind == Row::Kind::message || rows_[index].kind == Row::Kind::event;
        const bool ends_on_screen = index + 1 < rows_.size() ? std::any_of(drawn_.begin(), drawn_.end(), [&, next = index + 1](const auto& one) {
            return one.first == next;
        }) : at_latest_;
        if (is_numbered && ends_on_screen) seen = message_of_key(rows_[index].key);
    }
    if (seen > 0 && events_.saw) events_.saw(seen);
}

std::optional<std::size_t> MessageCanvas::row_at(int y) const {
    std::optional<std::size_t> found;
    for (const auto& [index, top] : drawn_) {
        if (top <= y) found = index;
    }
    return found;
}

// ---- mouse ----

void MessageCanvas::on_scrollbar(wxScrollWinEvent& event) {
    const auto kind = event.GetEventType();
    if (kind == wxEVT_SCROLLWIN_LINEUP) return scroll_by(-FromDIP(40));
    if (kind == wxEVT_SCROLLWIN_LINEDOWN) return scroll_by(FromDIP(40));
    if (kind == wxEVT_SCROLLWIN_PAGEUP) return scroll_pages(-1);
    if (kind == wxEVT_SCROLLWIN_PAGEDOWN) return scroll_pages(+1);
    if (kind == wxEVT_SCROLLWIN_BOTTOM) return jump_to_latest();
    if (rows_.empty()) return;
    const int place = event.GetPosition();
    if (place + GetScrollThumb(wxVERTICAL) >= GetScrollRange(wxVERTICAL)) return jump_to_latest();
    wxClientDC dc(this);
    const std::size_t row = std::min(static_cast<std::size_t>(std::max(place, 0) / units_per_row), rows_.size() - 1);
    anchor_to_row(row, (place % units_per_row) * height_of(dc, row) / units_per_row);
    settle(dc);
    Refresh();
}

void MessageCanvas::on_wheel(wxMouseEvent& event) {
    if (event.GetWheelAxis() != wxMOUSE_WHEEL_VERTICAL || event.GetWheelDelta() == 0) return event.Skip();
    scroll_by(-event.GetWheelRotation() * FromDIP(72) / event.GetWheelDelta());
}

void MessageCanvas::on_motion(wxMouseEvent& event) {
    const auto row = row_at(event.GetY());
    bool on_link = std::any_of(hits_.begin(), hits_.end(), [&](const Hit& hit) { return hit.where.Contains(event.GetPosition()); });
    if (row && (rows_[*row].kind == Row::Kind::message)) {
        for (const auto& [index, top] : drawn_) {
            if (index != *row) continue;
            const Cached& cached = layouts_[rows_[index].key];
            on_link |= !cached.text.link_at(event.GetX() - text_left(), event.GetY() - top - (cached.height - cached.text.height() - FromDIP(3))).empty();
        }
    }
    SetCursor(on_link ? wxCursor(wxCURSOR_HAND) : wxNullCursor);
    if (row == hovered_) return;
    hovered_ = row;
    if (row && rows_[*row].kind == Row::Kind::message) {
        const chat::RoomMessage& message = message_of(rows_[*row]);
        SetToolTip(wxString::Format("%s\nSaved on a majority of the replicas, slot %llu", from_utf8(full_time_text(message.time_ms)),
                                    static_cast<unsigned long long>(message.slot)));
    } else {
        UnsetToolTip();
    }
    Refresh();
}

void MessageCanvas::on_click(wxMouseEvent& event) {
    SetFocus();
    const std::vector<Hit> hits = hits_;
    for (const Hit& hit : hits) {
        if (!hit.where.Contains(event.GetPosition())) continue;
        if (hit.what == Hit::What::latest) return jump_to_latest();
        const Sending sending = room_->sending()[rows_[hit.row].place];
        if (hit.what == Hit::What::retry) return events_.retry(sending);
        if (hit.what == Hit::What::edit) return events_.edit_refused(sending);
        return events_.throw_away(sending);
    }
    const auto row = row_at(event.GetY());
    if (!row || rows_[*row].kind != Row::Kind::message) return;
    for (const auto& [index, top] : drawn_) {
        if (index != *row) continue;
        const Cached& cached = layouts_[rows_[index].key];
        const std::string link = cached.text.link_at(event.GetX() - text_left(), event.GetY() - top - (cached.height - cached.text.height() - FromDIP(3)));
        if (!link.empty() && is_safe_link(link)) wxLaunchDefaultBrowser(from_utf8(link));
    }
    current_ = rows_[*row].key;
    announce();
    Refresh();
}

void MessageCanvas::copy(std::size_t index) {
    const Row& row = rows_[index];
    if (row.kind != Row::Kind::message && row.kind != Row::Kind::sending) return;
    const std::string& text = row.kind == Row::Kind::message ? message_of(row).text : room_->sending()[row.place].text;
    if (!wxTheClipboard->Open()) return;
    wxTheClipboard->SetData(new wxTextDataObject(from_utf8(text)));   // the clipboard owns it
    wxTheClipboard->Close();
}

void MessageCanvas::on_menu(std::size_t index) {
    if (rows_[index].kind != Row::Kind::message && rows_[index].kind != Row::Kind::sending) return;
    current_ = rows_[index].key;
    Refresh();
    wxMenu menu;
    const auto copy_item = menu.Append(wxID_ANY, "Copy text\tCtrl+C");
    wxMenuItem* delete_item = nullptr;
    if (rows_[index].kind == Row::Kind::message && is_own(message_of(rows_[index])) && !message_of(rows_[index]).deleted) {
        delete_item = menu.Append(wxID_ANY, "Delete message\tDel");
    }
    const int chosen = GetPopupMenuSelectionFromUser(menu);
    if (chosen == copy_item->GetId()) copy(index);
    if (delete_item != nullptr && chosen == delete_item->GetId()) events_.remove(message_of(rows_[index]).number);
}

// ---- keys ----

void MessageCanvas::select_row(int step) {
    if (rows_.empty()) return;
    const auto is_message = [&](std::size_t i) { return rows_[i].kind == Row::Kind::message; };
    std::ptrdiff_t at = static_cast<std::ptrdiff_t>(rows_.size());
    if (current_ && row_of_key_.contains(*current_)) at = static_cast<std::ptrdiff_t>(row_of_key_[*current_]);
    do { at += step; } while (at >= 0 && at < static_cast<std::ptrdiff_t>(rows_.size()) && !is_message(static_cast<std::size_t>(at)));
    if (at < 0 || at >= static_cast<std::ptrdiff_t>(rows_.size())) return;
    const auto index = static_cast<std::size_t>(at);
    current_ = rows_[index].key;
    wxClientDC dc(this);
    settle(dc);
    int y = -above_;
    if (index < top_ || (index == top_ && above_ > 0)) {
        anchor_to_row(index, 0);
    } else {
        for (std::size_t i = top_; i <= index; ++i) y += height_of(dc, i);
        const int over = y - (GetClientSize().y - FromDIP(bottom_padding));
        if (over > 0) {
            at_latest_ = false;
            above_ += over;
        }
    }
    settle(dc);
    announce();
    Refresh();
}

void MessageCanvas::on_key(wxKeyEvent& event) {
    const bool plain = !event.HasAnyModifiers();
    const auto current = [&]() -> std::optional<std::size_t> {
        const auto row = current_ ? row_of_key_.find(*current_) : row_of_key_.end();
        return row == row_of_key_.end() ? std::nullopt : std::optional{row->second};
    }();
    switch (event.GetKeyCode()) {
        case WXK_UP: if (plain) return select_row(-1); break;
        case WXK_DOWN: if (plain) return select_row(+1); break;
        case WXK_PAGEUP: return scroll_pages(-1);
        case WXK_PAGEDOWN: return scroll_pages(+1);
        case WXK_HOME: anchor_to_row(0, 0); settle(); return Refresh();
        case WXK_END: return jump_to_latest();
        case WXK_DELETE:
            if (current && rows_[*current].kind == Row::Kind::message && is_own(message_of(rows_[*current]))) events_.remove(message_of(rows_[*current]).number);
            return;
        case WXK_MENU: case WXK_WINDOWS_MENU: if (current) on_menu(*current); return;
        case WXK_ESCAPE: current_.reset(); return events_.to_composer();
        default: break;
    }
    if (current && event.GetKeyCode() == 'C' && (plain || event.ControlDown())) return copy(*current);
    event.Skip();
}

// Sender, text, then time: what one wants to hear first comes first.
void MessageCanvas::announce() {
    const auto row = current_ ? row_of_key_.find(*current_) : row_of_key_.end();
    if (row == row_of_key_.end() || rows_[row->second].kind != Row::Kind::message) return;
    const chat::RoomMessage& message = message_of(rows_[row->second]);
    const std::string text = message.deleted ? "message deleted" : message.text;
    set_accessible(*this, AccessibleRole::list_item, message.author_name + ": " + text + ", " + clock_text(message.time_ms));
}

}  // namespace parley::gui
