// Selecting text with the mouse. A place is found by walking down from the upper edge, so only rows on screen are laid out.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include <wx/clipbrd.h>
#include <wx/dataobj.h>
#include <wx/dcclient.h>
#include <wx/settings.h>
#include <wx/time.h>

#include "gui/views/message_canvas.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int scroll_every_ms = 30;
constexpr int scroll_pixels_most = 60;   // at once
constexpr int triple_click_ms = 500;     // where the desktop does not say
constexpr int drag_begins_after = 3;     // pixels: less than a narrow letter

int setting_or(wxSystemMetric metric, int otherwise) {
    const int value = wxSystemSettings::GetMetric(metric);
    return value > 0 ? value : otherwise;
}

bool is_near(wxPoint one, wxPoint other, int distance) { return std::abs(one.x - other.x) < distance && std::abs(one.y - other.y) < distance; }

// What a press of the middle button inserts elsewhere, as everywhere on X11.
void to_primary(const std::string& text) {
    wxTheClipboard->UsePrimarySelection(true);
    if (wxTheClipboard->Open()) {
        wxTheClipboard->SetData(new wxTextDataObject(from_utf8(text)));   // the clipboard owns it
        wxTheClipboard->Close();
    }
    wxTheClipboard->UsePrimarySelection(false);
}

}  // namespace

std::string MessageCanvas::selected_text() const { return room_ == nullptr ? "" : copied_text(*room_, rows_, selection_); }

bool MessageCanvas::clear_selection() {
    const bool had_some = !selection_.empty();
    selection_.clear();
    if (had_some) Refresh();
    return had_some;
}

// ---- press, drag, release ----

void MessageCanvas::press_to_select(wxPoint where, bool is_double, bool goes_on) {
    forget_press();
    if (room_ == nullptr || rows_.empty()) return;
    using By = Selection::By;
    const std::int64_t now = wxGetUTCTimeMillis().GetValue();
    const bool is_triple = !is_double && now - double_clicked_ms_ < setting_or(wxSYS_DCLICK_MSEC, triple_click_ms) && is_near(where, mouse_, FromDIP(4));
    if (is_double) double_clicked_ms_ = now;
    mouse_ = where;
    const bool is_on_hit = std::any_of(hits_.begin(), hits_.end(), [&](const Hit& hit) { return hit.where.Contains(where); });
    const By by = is_triple ? By::messages : is_double ? By::words : By::letters;
    press_ = Press{where, place_at(where, by), by, is_on_hit, false};
    CaptureMouse();
    if (is_on_hit || (!goes_on && press_->by == By::letters)) return;
    press_->is_drag = true;
    if (goes_on) selection_.extend(press_->place, *room_);
    else selection_.begin(press_->place, press_->by, *room_);
    Refresh();
}

bool MessageCanvas::drag_to(wxPoint where) {
    mouse_ = where;
    if (press_->is_on_hit) return true;
    if (!press_->is_drag) {
        if (is_near(where, press_->where, FromDIP(drag_begins_after))) return false;
        press_->is_drag = true;
        selection_.begin(press_->place, press_->by, *room_);
        hovered_.reset();
        UnsetToolTip();
    }
    SetCursor(wxCursor(wxCURSOR_IBEAM));
    selection_.extend(place_at(where, press_->by), *room_);
    const bool is_beyond = where.y < 0 || where.y >= GetClientSize().y;
    if (is_beyond && !drag_timer_.IsRunning()) drag_timer_.Start(scroll_every_ms);
    if (!is_beyond) drag_timer_.Stop();
    Refresh();
    return true;
}

// The further beyond the edge, the faster.
void MessageCanvas::drag_on() {
    if (!press_) return drag_timer_.Stop();
    const int beyond = mouse_.y < 0 ? mouse_.y : mouse_.y - GetClientSize().y + 1;
    scroll_by(std::clamp(beyond, -FromDIP(scroll_pixels_most), FromDIP(scroll_pixels_most)));
    selection_.extend(place_at(mouse_, press_->by), *room_);
    Refresh();
}

std::optional<MessageCanvas::Press> MessageCanvas::forget_press() {
    drag_timer_.Stop();
    if (HasCapture()) ReleaseMouse();
    return std::exchange(press_, std::nullopt);
}

bool MessageCanvas::end_press() {
    const std::optional<Press> press = forget_press();
    if (!press || room_ == nullptr) return false;
    if (press->is_on_hit) return is_near(mouse_, press->where, FromDIP(16));
    if (!press->is_drag) {
        // The place stays: with Shift one goes on from it.
        selection_.begin(press->place, Selection::By::letters, *room_);
        Refresh();
        return true;
    }
    if (const std::string text = selected_text(); !text.empty()) to_primary(text);
    return false;
}

// ---- where a point is in the texts ----

TextPlace MessageCanvas::place_at(wxPoint where, Selection::By by) {
    wxClientDC dc(this);
    settle(dc);
    const int height = GetClientSize().y;
    where.y = std::clamp(where.y, 0, std::max(height - 1, 0));
    int top = -above_;
    for (std::size_t index = top_; index < rows_.size() && top < height; ++index) {
        const int bottom = top + height_of(dc, index);
        if (where.y < bottom) return place_in_row(dc, index, {where.x, where.y - top}, by);
        top = bottom;
    }
    return place_beside(rows_.size());
}

TextPlace MessageCanvas::place_in_row(wxDC& dc, std::size_t index, wxPoint within, Selection::By by) {
    const Row& row = rows_[index];
    if (row.kind == Row::Kind::message) {
        if (is_hidden(message_of(row))) return {message_of_key(row.key), 0};
        const Cached& cached = layout(dc, index);
        const auto edge = by == Selection::By::letters ? TextLayout::Edge::nearest : TextLayout::Edge::before;
        return {message_of_key(row.key), cached.text.offset_at(dc, type_, within - wxPoint(text_left(), cached.text_top), edge)};
    }
    if (row.kind == Row::Kind::event) {
        const bool is_upper = within.y < height_of(dc, index) / 2;   // an event is taken whole or not at all
        return {message_of_key(row.key), is_upper ? 0 : event_sentence(message_of(row)).size()};
    }
    return place_beside(index);
}

// What cannot be selected counts to the beginning of the next message, or to the end of the last.
TextPlace MessageCanvas::place_beside(std::size_t index) const {
    const auto has_text = [](const Row& row) { return row.kind == Row::Kind::message || row.kind == Row::Kind::event; };
    for (std::size_t next = index; next < rows_.size(); ++next) {
        if (has_text(rows_[next])) return {message_of_key(rows_[next].key), 0};
    }
    for (std::size_t before = std::min(index, rows_.size()); before > 0; --before) {
        const Row& row = rows_[before - 1];
        if (has_text(row)) return {message_of_key(row.key), selectable_text(message_of(row)).size()};
    }
    return {};
}

bool MessageCanvas::is_on_text(wxPoint where) const {
    for (const auto& [index, top] : drawn_) {
        const Row& row = rows_[index];
        const auto cached = layouts_.find(row.key);
        if (row.kind != Row::Kind::message || cached == layouts_.end() || is_hidden(message_of(row))) continue;
        if (cached->second.text.is_on_text(where.x - text_left(), where.y - top - cached->second.text_top)) return true;
    }
    return false;
}

std::optional<wxPoint> MessageCanvas::point_of(TextPlace place) {
    wxClientDC dc(this);
    for (const auto& [index, top] : drawn_) {
        const Row& row = rows_[index];
        if (row.kind != Row::Kind::message || message_of_key(row.key) != place.message) continue;
        const Cached& cached = layout(dc, index);
        return cached.text.point_of(dc, type_, place.offset) + wxPoint(text_left(), top + cached.text_top);
    }
    return std::nullopt;
}

}  // namespace parley::gui
