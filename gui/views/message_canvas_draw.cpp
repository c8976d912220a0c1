// What the rows look like.
#include <algorithm>

#include <wx/dcbuffer.h>

#include "gui/model/times.hpp"
#include "gui/views/message_canvas.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int margin = 20;
constexpr int disc = 34;
constexpr int gap = 12;
constexpr int right_margin = 34;      // of the tick
constexpr int group_gap = 11;
constexpr int line_gap = 3;

std::size_t mix(std::size_t seed, std::size_t value) { return seed ^ (value + 0x9E3779B9U + (seed << 6U) + (seed >> 2U)); }

std::int64_t now_ms() { return wxGetUTCTimeMillis().GetValue(); }

}  // namespace

int MessageCanvas::text_left() const { return FromDIP(margin + disc + gap); }
int MessageCanvas::text_width() const { return std::min(GetClientSize().x - text_left() - FromDIP(right_margin), FromDIP(860)); }

const MessageCanvas::Cached& MessageCanvas::layout(wxDC& dc, std::size_t index) {
    const Row& row = rows_[index];
    const bool is_sending = row.kind == Row::Kind::sending;
    const Sending* sending = is_sending ? &room_->sending()[row.place] : nullptr;
    const chat::RoomMessage* message = is_sending ? nullptr : &message_of(row);
    const std::string& text = is_sending ? sending->text : message->text;
    std::size_t fingerprint = mix(std::hash<std::string>{}(text), row.is_head ? 1 : 2);
    fingerprint = mix(fingerprint, is_sending ? std::hash<std::string>{}(sending->refusal) : message->deleted ? 3 : 4);
    Cached& cached = layouts_[row.key];
    const int width = text_width();
    if (cached.height > 0 && cached.fingerprint == fingerprint && cached.width == width) return cached;

    RichText rich;
    if (message != nullptr && message->deleted) {
        rich.blocks.push_back({Block::Kind::paragraph, 0, "", {Span{.text = "This message was deleted", .is_italic = true, .link = {}}}});
    } else {
        rich = rich_text_of(text);
    }
    cached.text = TextLayout(dc, type_, rich, width);
    cached.fingerprint = fingerprint;
    cached.width = width;
    cached.height = cached.text.height() + FromDIP(line_gap);
    if (row.is_head) {
        dc.SetFont(type_.bold);
        cached.height += FromDIP(group_gap) + dc.GetCharHeight() + 3;
    }
    if (is_sending && sending->is_refused()) cached.height += FromDIP(24);
    return cached;
}

void MessageCanvas::paint() {
    wxAutoBufferedPaintDC dc(this);
    dc.SetBackground(wxBrush(palette_->canvas));
    dc.Clear();
    drawn_.clear();
    hits_.clear();
    if (room_ == nullptr || rows_.empty()) return draw_empty(dc);
    settle(dc);
    int y = -above_;
    for (std::size_t index = top_; index < rows_.size() && y < GetClientSize().y; ++index) {
        drawn_.emplace_back(index, y);
        draw_row(dc, index, y);
        y += height_of(dc, index);
    }
    draw_overlays(dc);
    CallAfter([this] {
        update_scrollbar();
        report();
    });
}

void MessageCanvas::draw_empty(wxDC& dc) {
    const wxString text = room_ == nullptr ? "Choose a room, or make one with +" : room_->is_loading() ? "Loading…" : "Nothing here yet. Say hello!";
    dc.SetFont(type_.body);
    dc.SetTextForeground(palette_->secondary);
    const wxSize size = dc.GetTextExtent(text);
    dc.DrawText(text, (GetClientSize().x - size.x) / 2, (GetClientSize().y - size.y) / 2);
    if (room_ != nullptr && events_.wants_older) CallAfter([this] { events_.wants_older(); });
}

void MessageCanvas::draw_row(wxDC& dc, std::size_t index, int y) {
    const Row& row = rows_[index];
    switch (row.kind) {
        case Row::Kind::start: {
            dc.SetFont(type_.title);
            dc.SetTextForeground(palette_->text);
            dc.DrawText(from_utf8(room_->row().is_direct ? "You and " + room_->row().name : room_->title()), FromDIP(margin), y + FromDIP(14));
            dc.SetFont(type_.body);
            dc.SetTextForeground(palette_->secondary);
            dc.DrawText(room_->row().is_direct ? "Only the two of you read this." : "This is where the room begins.", FromDIP(margin), y + FromDIP(38));
            return;
        }
        case Row::Kind::day:
            return draw_rule(dc, from_utf8(day_text(row.time_ms, now_ms())), y + FromDIP(19), palette_->divider, palette_->secondary);
        case Row::Kind::unread: return draw_rule(dc, "New messages", y + FromDIP(14), palette_->unread_line, palette_->unread_line);
        case Row::Kind::event: {
            dc.SetFont(type_.small);
            dc.SetTextForeground(palette_->secondary);
            const wxString text = from_utf8(event_sentence(message_of(row)) + "  ·  " + clock_text(row.time_ms));
            dc.DrawText(text, text_left(), y + FromDIP(6));
            return;
        }
        case Row::Kind::message: return draw_message(dc, index, y);
        case Row::Kind::sending: return draw_sending(dc, index, y);
    }
}

void MessageCanvas::draw_rule(wxDC& dc, const wxString& text, int y, const wxColour& line, const wxColour& letters) {
    dc.SetFont(type_.small_bold);
    const wxSize size = dc.GetTextExtent(text);
    const int width = GetClientSize().x;
    const int left = (width - size.x) / 2;
    dc.SetPen(wxPen(line, 1));
    dc.DrawLine(FromDIP(margin), y, left - FromDIP(10), y);
    dc.DrawLine(left + size.x + FromDIP(10), y, width - FromDIP(margin), y);
    dc.SetTextForeground(letters);
    dc.DrawText(text, left, y - size.y / 2);
}

void MessageCanvas::draw_disc(wxDC& dc, const std::string& name, int y) {
    dc.SetPen(*wxTRANSPARENT_PEN);
    dc.SetBrush(wxBrush(colour_of_person(name, palette_->is_dark)));
    const int size = FromDIP(disc);
    const int x = FromDIP(margin);
    dc.DrawEllipse(x, y, size, size);
    dc.SetFont(type_.small_bold);
    dc.SetTextForeground(*wxWHITE);
    const wxString initials = initials_of(name);
    const wxSize letters = dc.GetTextExtent(initials);
    dc.DrawText(initials, x + (size - letters.x) / 2, y + (size - letters.y) / 2);
}

void MessageCanvas::draw_message(wxDC& dc, std::size_t index, int y) {
    const Row& row = rows_[index];
    const chat::RoomMessage& message = message_of(row);
    const Cached cached = layout(dc, index);
    const bool is_current = current_ == row.key;
    if (is_current || hovered_ == index) {
        dc.SetPen(*wxTRANSPARENT_PEN);
        dc.SetBrush(wxBrush(is_current && HasFocus() ? palette_->current : palette_->hover));
        const int skip = row.is_head ? FromDIP(group_gap) - FromDIP(5) : 0;
        dc.DrawRectangle(0, y + skip, GetClientSize().x, cached.height - skip);
        if (is_current && HasFocus()) {
            dc.SetBrush(wxBrush(palette_->accent));
            dc.DrawRectangle(0, y + skip, FromDIP(3), cached.height - skip);
        }
    }
    int text_y = y;
    if (row.is_head) {
        draw_disc(dc, message.author_name, y + FromDIP(group_gap));
        dc.SetFont(type_.bold);
        dc.SetTextForeground(palette_->text);
        const wxString name = from_utf8(message.author_name);
        const wxSize size = dc.GetTextExtent(name);
        const int line = y + FromDIP(group_gap) - 1;
        dc.DrawText(name, text_left(), line);
        dc.SetFont(type_.small);
        dc.SetTextForeground(palette_->faint);
        dc.DrawText(from_utf8(clock_text(message.time_ms)), text_left() + size.x + FromDIP(8), line + size.y - dc.GetCharHeight() - 1);
        text_y += FromDIP(group_gap) + size.y + 3;
    } else if (hovered_ == index) {
        draw_gutter_time(dc, row, y);
    }
    cached.text.draw(dc, type_, *palette_, text_left(), text_y, message.deleted ? palette_->faint : palette_->text);
    if (!is_own(message) || message.deleted) return;
    // A tick: it is on a quorum.
    const int x = text_left() + text_width() + FromDIP(10);
    const int middle = text_y + FromDIP(9);
    dc.SetPen(wxPen(palette_->saved, FromDIP(2)));
    dc.DrawLine(x, middle, x + FromDIP(3), middle + FromDIP(4));
    dc.DrawLine(x + FromDIP(3), middle + FromDIP(4), x + FromDIP(9), middle - FromDIP(4));
}

void MessageCanvas::draw_gutter_time(wxDC& dc, const Row& row, int y) {
    dc.SetFont(type_.small);
    dc.SetTextForeground(palette_->faint);
    const wxString time = from_utf8(clock_text(row.time_ms));
    dc.DrawText(time, text_left() - FromDIP(gap) - dc.GetTextExtent(time).x + FromDIP(2), y + FromDIP(3));
}

void MessageCanvas::draw_sending(wxDC& dc, std::size_t index, int y) {
    const Row& row = rows_[index];
    const Sending& sending = room_->sending()[row.place];
    const Cached cached = layout(dc, index);
    int text_y = y;
    if (row.is_head) {
        dc.SetFont(type_.bold);
        dc.SetTextForeground(palette_->secondary);
        dc.DrawText("You", text_left(), y + FromDIP(group_gap) - 1);
        text_y += FromDIP(group_gap) + dc.GetCharHeight() + 3;
    }
    cached.text.draw(dc, type_, *palette_, text_left(), text_y, palette_->faint);
    const int x = text_left() + text_width() + FromDIP(9);
    if (sending.is_refused()) {
        dc.SetFont(type_.bold);
        dc.SetTextForeground(palette_->error);
        dc.DrawText("!", x + FromDIP(4), text_y);
        draw_actions(dc, index, text_left(), text_y + cached.text.height() + FromDIP(2));
        return;
    }
    // A clock: on its way.
    const int size = FromDIP(11);
    dc.SetBrush(*wxTRANSPARENT_BRUSH);
    dc.SetPen(wxPen(palette_->faint, 1));
    dc.DrawEllipse(x, text_y + FromDIP(3), size, size);
    dc.DrawLine(x + size / 2, text_y + FromDIP(3) + size / 2, x + size / 2, text_y + FromDIP(5));
    dc.DrawLine(x + size / 2, text_y + FromDIP(3) + size / 2, x + size - FromDIP(3), text_y + FromDIP(3) + size / 2);
}

int MessageCanvas::draw_actions(wxDC& dc, std::size_t index, int x, int y) {
    const Sending& sending = room_->sending()[rows_[index].place];
    dc.SetFont(type_.small);
    dc.SetTextForeground(palette_->error);
    const wxString why = from_utf8("Not sent: " + sending.refusal);
    dc.DrawText(why, x, y);
    x += dc.GetTextExtent(why).x + FromDIP(12);
    dc.SetTextForeground(palette_->link);
    const auto action = [&](const wxString& label, Hit::What what) {
        const wxSize size = dc.GetTextExtent(label);
        dc.DrawText(label, x, y);
        hits_.push_back({what, index, wxRect(x - 3, y - 2, size.x + 6, size.y + 4)});
        x += size.x + FromDIP(14);
    };
    action("Retry", Hit::What::retry);
    action("Edit", Hit::What::edit);
    action("Delete", Hit::What::throw_away);
    return x;
}

void MessageCanvas::draw_overlays(wxDC& dc) {
    if (at_latest_) return;
    const auto pill = [&](const wxString& text, int middle_x, int y, const wxColour& surface, const wxColour& letters) {
        dc.SetFont(type_.small_bold);
        const wxSize size = dc.GetTextExtent(text);
        const wxRect where(middle_x - size.x / 2 - FromDIP(12), y, size.x + FromDIP(24), size.y + FromDIP(10));
        dc.SetPen(wxPen(palette_->divider, 1));
        dc.SetBrush(wxBrush(surface));
        dc.DrawRoundedRectangle(where, where.height / 2.0);
        dc.SetTextForeground(letters);
        dc.DrawText(text, where.x + FromDIP(12), where.y + FromDIP(5));
        return where;
    };
    // The day one is in.
    if (rows_[top_].kind != Row::Kind::day && rows_[top_].time_ms > 0) {
        pill(from_utf8(day_text(rows_[top_].time_ms, now_ms())), GetClientSize().x / 2, FromDIP(8), palette_->raised, palette_->secondary);
    }
    const std::uint64_t fresh = room_->last() > newest_seen_ ? room_->last() - newest_seen_ : 0;
    const wxString label = fresh == 0 ? wxString(L"Jump to latest  \u2193") : wxString::Format(L"Jump to latest (%llu)  \u2193", static_cast<unsigned long long>(fresh));
    dc.SetFont(type_.small_bold);
    const int y = GetClientSize().y - dc.GetCharHeight() - FromDIP(24);
    hits_.push_back({Hit::What::latest, 0, pill(label, GetClientSize().x / 2, y, palette_->accent, palette_->on_accent)});
}

}  // namespace parley::gui
