// Where the rows are: the anchor and scrolling. What they look like is in message_canvas_draw.cpp, mouse and keys in
// message_canvas_input.cpp, selecting in message_canvas_selecting.cpp.
#include "gui/views/message_canvas.hpp"

#include <algorithm>

#include <wx/dcbuffer.h>
#include <wx/dcclient.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr std::size_t older_wanted_below = 12;   // rows above the screen
constexpr std::size_t layouts_max = 4000;

}  // namespace

MessageCanvas::MessageCanvas(wxWindow* parent, MessageCanvasEvents events)
    : wxWindow(parent, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxVSCROLL | wxWANTS_CHARS | wxFULL_REPAINT_ON_RESIZE | wxBORDER_NONE),
      events_(std::move(events)),
      type_(*this),
      previews_([this] { Refresh(); }),
      drag_timer_(this) {
    SetBackgroundStyle(wxBG_STYLE_PAINT);
    SetName("Messages");   // for programs
    set_accessible(*this, AccessibleRole::list, tr("Messages"));
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
    Bind(wxEVT_LEFT_DOWN, [this](wxMouseEvent& event) { on_press(event, false); });
    Bind(wxEVT_LEFT_DCLICK, [this](wxMouseEvent& event) { on_press(event, true); });
    Bind(wxEVT_LEFT_UP, &MessageCanvas::on_release, this);
    Bind(wxEVT_MOUSE_CAPTURE_LOST, [this](wxMouseCaptureLostEvent&) { forget_press(); });
    Bind(wxEVT_TIMER, [this](wxTimerEvent&) { drag_on(); });
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
    layouts_.clear();   // letters may have another size now
    SetBackgroundColour(palette.canvas);
    Refresh();
}

// ---- the room ----

void MessageCanvas::show(const Room* room) {
    room_ = room;
    layouts_.clear();
    looked_at_.clear();
    previews_.clear();
    current_.reset();
    hovered_.reset();
    forget_press();
    selection_.clear();
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
    // What is on the screen until the next picture are rows that are not these any more: nothing of it can be pointed at.
    drawn_.clear();
    hits_.clear();
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
    const int room_below = GetClientSize().y - FromDIP(canvas_bottom_padding);
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
        case Row::Kind::start: return type_height(*this, 64);
        case Row::Kind::day: return type_height(*this, 38);
        case Row::Kind::unread: return type_height(*this, 28);
        case Row::Kind::event: return type_height(*this, 28);
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
    const int range = static_cast<int>(std::min<std::size_t>(rows_.size(), 10'000'000)) * scroll_units_per_row;
    if (range > 0 && drawn_.empty()) return;   // the next picture tells
    int shown = static_cast<int>(drawn_.size()) * scroll_units_per_row;
    if (shown >= range || range == 0) {
        if (GetScrollThumb(wxVERTICAL) != 0 || GetScrollRange(wxVERTICAL) != 0) SetScrollbar(wxVERTICAL, 0, 0, 0);
        return;
    }
    shown = std::max(shown - scroll_units_per_row, scroll_units_per_row);
    const int height = drawn_.size() > 1 ? std::max(drawn_[1].second - drawn_[0].second, 1) : 1;
    const int place = static_cast<int>(top_) * scroll_units_per_row + std::max(above_, 0) * scroll_units_per_row / height;
    const int position = at_latest_ ? range - shown : std::min(place, range - shown);
    // GTK draws the whole canvas again for a second with each call, to fade its bar out, also with one that says nothing new: that never ended.
    const bool is_known = GetScrollPos(wxVERTICAL) == position && GetScrollThumb(wxVERTICAL) == shown && GetScrollRange(wxVERTICAL) == range;
    if (!is_known) SetScrollbar(wxVERTICAL, position, shown, range);
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

}  // namespace parley::gui
