// What the rows look like.
#include <algorithm>

#include <wx/dcbuffer.h>

#include "gui/model/times.hpp"
#include "gui/model/transcript.hpp"
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
constexpr int quote_height = 22;      // of the line that says what a message answers
constexpr int extras_height = 30;     // of reactions and the thread's link

std::size_t mix(std::size_t seed, std::size_t value) { return seed ^ (value + 0x9E3779B9U + (seed << 6U) + (seed >> 2U)); }

std::int64_t now_ms() { return wxGetUTCTimeMillis().GetValue(); }

// Under the title of a room, above its first message.
std::string beginning_of(const chat::RoomRow& row) {
    if (!row.is_direct) return tr("This is where the room begins.");
    return row.partner == chat::UserId{} ? tr("Only you read this.") : tr("Only the two of you read this.");
}

}  // namespace

int MessageCanvas::text_left() const { return FromDIP(margin + disc + gap); }
int MessageCanvas::text_width() const { return std::min(GetClientSize().x - text_left() - FromDIP(right_margin), FromDIP(860)); }

const MessageCanvas::Cached& MessageCanvas::layout(wxDC& dc, std::size_t index) {
    const Row& row = rows_[index];
    const Sending* sending = row.kind == Row::Kind::sending ? &room_->sending()[row.place] : nullptr;
    const chat::RoomMessage* message = sending != nullptr ? nullptr : &message_of(row);
    const bool is_deleted = message != nullptr && message->deleted;
    const bool is_blocked = message != nullptr && room_->is_of_blocked(*message);
    const bool is_folded = message != nullptr && room_->is_folded(*message);
    const std::string text = sending != nullptr ? sending->text : message->text;
    const bool has_extras = message != nullptr && !is_folded && (!message->reactions.empty() || message->replies > 0);
    std::size_t fingerprint = mix(std::hash<std::string>{}(text), row.is_head ? 1 : 2);
    fingerprint = mix(fingerprint, sending != nullptr ? std::hash<std::string>{}(sending->refusal) : is_deleted ? 3 : 4);
    fingerprint = mix(fingerprint, static_cast<std::size_t>(card_pixels(row)));
    fingerprint = mix(fingerprint, (has_extras ? 8U : 0U) + (message == nullptr ? 0U : message->edits * 16U));
    fingerprint = mix(fingerprint, is_folded ? 5 : is_blocked ? 6 : 7);
    Cached& cached = layouts_[row.key];
    const int width = text_width();
    if (cached.height > 0 && cached.fingerprint == fingerprint && cached.width == width) return cached;

    RichText rich;
    if (is_deleted) {
        rich.blocks.push_back({Block::Kind::paragraph, 0, "", {Span{.text = tr("This message was deleted"), .is_italic = true, .link = {}}}});
    } else if (is_folded) {
        rich.blocks.push_back({Block::Kind::paragraph, 0, "", {Span{.text = folded_sentence() + "  ", .is_italic = true, .link = {}}, Span{.text = tr("Show"), .link = unfold_link}}});
    } else if (!text.empty()) {
        rich = rich_text_of(text);
        const bool is_edited = message != nullptr && message->edits > 0 && !rich.blocks.empty();
        if (is_edited) rich.blocks.back().spans.push_back(Span{.text = "  " + tr("(edited)"), .is_faint = true, .link = edits_link});
    }
    if (is_blocked && !is_folded) {
        if (rich.blocks.empty()) rich.blocks.push_back({Block::Kind::paragraph, 0, "", {}});
        rich.blocks.back().spans.push_back(Span{.text = "  " + tr("Hide"), .is_faint = true, .link = fold_link});
    }
    cached.text = TextLayout(dc, type_, rich, width);
    cached.fingerprint = fingerprint;
    cached.width = width;
    cached.text_top = 0;
    if (row.is_head) {
        dc.SetFont(type_.bold);
        cached.text_top += FromDIP(group_gap) + dc.GetCharHeight() + 3;
    }
    const std::uint64_t reply_to = sending != nullptr ? sending->reply_to : message->reply_to;
    if (reply_to > 0 && !is_deleted && !is_folded) cached.text_top += type_height(*this, quote_height);
    cached.body_top = cached.text_top;
    cached.text_top += card_pixels(row);
    cached.extras_top = cached.text_top + (rich.blocks.empty() ? 0 : cached.text.height());
    cached.height = cached.extras_top + FromDIP(line_gap);
    if (has_extras) cached.height += type_height(*this, extras_height);
    if (sending != nullptr && sending->is_refused()) cached.height += type_height(*this, 24);
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
    const wxString text = room_ == nullptr ? _("Choose a room, or make one with +") : room_->is_loading() ? _("Loading…") : _("Nothing here yet. Say hello!");
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
            dc.DrawText(from_utf8(room_->row().is_direct ? tr("You and {0}", room_->title()) : room_->title()), FromDIP(margin), y + type_height(*this, 14));
            dc.SetFont(type_.body);
            dc.SetTextForeground(palette_->secondary);
            dc.DrawText(from_utf8(beginning_of(room_->row())), FromDIP(margin), y + type_height(*this, 38));
            return;
        }
        case Row::Kind::day:
            return draw_rule(dc, from_utf8(day_text(row.time_ms, now_ms())), y + type_height(*this, 19), palette_->divider, palette_->secondary);
        case Row::Kind::unread: return draw_rule(dc, _("New messages"), y + type_height(*this, 14), palette_->unread_line, palette_->unread_line);
        case Row::Kind::event: return draw_event(dc, row, y);
        case Row::Kind::message: return draw_message(dc, index, y);
        case Row::Kind::sending: return draw_sending(dc, index, y);
    }
}

void MessageCanvas::draw_event(wxDC& dc, const Row& row, int y) {
    const std::string sentence = event_sentence(message_of(row));
    const wxString said = from_utf8(sentence);
    dc.SetFont(type_.small);
    const wxSize size = dc.GetTextExtent(said);
    const bool is_marked = !selected_of(row, sentence.size()).empty();
    if (is_marked) {
        dc.SetPen(*wxTRANSPARENT_PEN);
        dc.SetBrush(wxBrush(palette_->marked));
        dc.DrawRectangle(text_left(), y + FromDIP(5), size.x, size.y + FromDIP(2));
    }
    dc.SetTextForeground(is_marked ? palette_->on_marked : palette_->secondary);
    dc.DrawText(said, text_left(), y + FromDIP(6));
    dc.SetTextForeground(palette_->secondary);
    dc.DrawText(from_utf8("  ·  " + clock_text(row.time_ms)), text_left() + size.x, y + FromDIP(6));
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

std::string MessageCanvas::shown_name(const chat::RoomMessage& message) const {
    const std::string chosen = events_.profile(message.author).name;
    return chosen.empty() ? message.author_name : chosen;
}

void MessageCanvas::draw_disc(wxDC& dc, const chat::RoomMessage& message, int y) {
    const std::uint32_t chosen = events_.profile(message.author).colour;
    const wxColour colour = chosen < chat::no_colour ? colour_chosen(chosen, palette_->is_dark) : colour_of_person(message.author_name, palette_->is_dark);
    dc.SetPen(*wxTRANSPARENT_PEN);
    dc.SetBrush(wxBrush(colour));
    const int size = FromDIP(disc);
    const int x = FromDIP(margin);
    dc.DrawEllipse(x, y, size, size);
    dc.SetFont(type_.small_bold);
    dc.SetTextForeground(*wxWHITE);
    const wxString initials = initials_of(shown_name(message));
    const wxSize letters = dc.GetTextExtent(initials);
    dc.DrawText(initials, x + (size - letters.x) / 2, y + (size - letters.y) / 2);
}

void MessageCanvas::draw_message(wxDC& dc, std::size_t index, int y) {
    const Row& row = rows_[index];
    const chat::RoomMessage& message = message_of(row);
    const Cached& cached = layout(dc, index);
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
    const int text_y = y + cached.text_top;
    const int body_y = y + cached.body_top;
    if (row.is_head) {
        draw_disc(dc, message, y + FromDIP(group_gap));
        dc.SetFont(type_.bold);
        dc.SetTextForeground(palette_->text);
        const std::string shown = shown_name(message);
        const wxString name = from_utf8(shown);
        const wxSize size = dc.GetTextExtent(name);
        const int line = y + FromDIP(group_gap) - 1;
        dc.DrawText(name, text_left(), line);
        dc.SetFont(type_.small);
        dc.SetTextForeground(palette_->faint);
        const std::string aside = (shown == message.author_name ? "" : "@" + message.author_name + "  ·  ") + clock_text(message.time_ms) + (shows_numbers_ ? "  ·  " + std::to_string(message.number) : "") + (message.pinned ? "  ·  " + tr("pinned") : "");
        dc.DrawText(from_utf8(aside), text_left() + size.x + FromDIP(8), line + size.y - dc.GetCharHeight() - 1);
    } else if (shows_numbers_ || hovered_ == index) {
        draw_gutter(dc, row, y);
    }
    const Stretch selected = is_hidden(message) ? Stretch{} : selected_of(row, cached.text.size());
    cached.text.draw(dc, type_, *palette_, text_left(), text_y, is_hidden(message) ? palette_->faint : palette_->text, selected);
    if (is_hidden(message)) return;
    if (message.reply_to > 0) draw_quoted(dc, index, message.reply_to, body_y - type_height(*this, quote_height));
    if (message.file) draw_card(dc, index, body_y);
    draw_extras(dc, index, y + cached.extras_top);
    if (!is_own(message)) return;
    // A tick: it is on a quorum.
    const int x = text_left() + text_width() + FromDIP(10);
    const int middle = body_y + FromDIP(9);
    dc.SetPen(wxPen(palette_->saved, FromDIP(2)));
    dc.DrawLine(x, middle, x + FromDIP(3), middle + FromDIP(4));
    dc.DrawLine(x + FromDIP(3), middle + FromDIP(4), x + FromDIP(9), middle - FromDIP(4));
}

// The message it answers, in one line.
void MessageCanvas::draw_quoted(wxDC& dc, std::size_t index, std::uint64_t number, int y) {
    const chat::RoomMessage* quoted = room_->find(number);
    std::string said = tr("an earlier message");
    if (quoted != nullptr) said = shown_name(*quoted) + ": " + (quoted->deleted ? tr_in("message", "deleted") : said_in(*room_, *quoted));
    dc.SetFont(type_.small);
    wxString line = from_utf8(said).Left(300);
    line.Replace("\n", " ");
    line = wxControl::Ellipsize(line, dc, wxELLIPSIZE_END, text_width() - FromDIP(20));
    dc.SetPen(*wxTRANSPARENT_PEN);
    dc.SetBrush(wxBrush(palette_->quote_bar));
    const int height = dc.GetCharHeight();
    dc.DrawRoundedRectangle(text_left(), y + FromDIP(2), FromDIP(3), height + FromDIP(2), 1);
    dc.SetTextForeground(palette_->secondary);
    dc.DrawText(line, text_left() + FromDIP(10), y + FromDIP(3));
    if (quoted != nullptr) hits_.push_back({Hit::What::quoted, index, wxRect(text_left(), y, text_width(), height + FromDIP(6)), 0});
}

void MessageCanvas::draw_extras(wxDC& dc, std::size_t index, int y) {
    const chat::RoomMessage& message = message_of(rows_[index]);
    int x = text_left();
    dc.SetFont(type_.small);
    for (std::size_t place = 0; place < message.reactions.size(); ++place) {
        const chat::Reaction& reaction = message.reactions[place];
        const wxString text = from_utf8(reaction.emoji + " " + std::to_string(reaction.count));
        const wxSize size = dc.GetTextExtent(text);
        const wxRect where(x, y + FromDIP(4), size.x + FromDIP(16), type_height(*this, 22));
        dc.SetPen(wxPen(reaction.mine ? palette_->accent : palette_->divider, 1));
        dc.SetBrush(wxBrush(reaction.mine ? palette_->selected : palette_->hover));
        dc.DrawRoundedRectangle(where, where.height / 2.0);
        dc.SetTextForeground(palette_->text);
        dc.DrawText(text, where.x + FromDIP(8), where.y + (where.height - size.y) / 2);
        hits_.push_back({Hit::What::reaction, index, where, place});
        x += where.width + FromDIP(6);
    }
    if (message.replies == 0) return;
    const wxString text = from_utf8(tr_count("{0} reply", "{0} replies", message.replies));
    dc.SetFont(type_.small_bold);
    dc.SetTextForeground(palette_->link);
    const wxSize size = dc.GetTextExtent(text);
    dc.DrawText(text, x + FromDIP(2), y + type_height(*this, 15) - size.y / 2);
    hits_.push_back({Hit::What::thread, index, wxRect(x, y + FromDIP(4), size.x + FromDIP(8), type_height(*this, 22)), 0});
}

// Left of the text: when it was said, or its number.
void MessageCanvas::draw_gutter(wxDC& dc, const Row& row, int y) {
    dc.SetFont(type_.small);
    dc.SetTextForeground(palette_->faint);
    const wxString said = from_utf8(shows_numbers_ ? std::to_string(message_of(row).number) : clock_text(row.time_ms));
    dc.DrawText(said, text_left() - FromDIP(gap) - dc.GetTextExtent(said).x + FromDIP(2), y + FromDIP(3));
}

void MessageCanvas::show_numbers(bool are_shown) {
    shows_numbers_ = are_shown;
    Refresh();
}

void MessageCanvas::draw_sending(wxDC& dc, std::size_t index, int y) {
    const Row& row = rows_[index];
    const Sending& sending = room_->sending()[row.place];
    const Cached& cached = layout(dc, index);
    const int text_y = y + cached.text_top;
    if (row.is_head) {
        dc.SetFont(type_.bold);
        dc.SetTextForeground(palette_->secondary);
        dc.DrawText(_("You"), text_left(), y + FromDIP(group_gap) - 1);
    }
    const int body_y = y + cached.body_top;
    if (sending.reply_to > 0) draw_quoted(dc, index, sending.reply_to, body_y - type_height(*this, quote_height));
    if (sending.file) draw_card(dc, index, body_y);
    cached.text.draw(dc, type_, *palette_, text_left(), text_y, palette_->faint);
    const int x = text_left() + text_width() + FromDIP(9);
    if (sending.is_refused()) {
        dc.SetFont(type_.bold);
        dc.SetTextForeground(palette_->error);
        dc.DrawText("!", x + FromDIP(4), body_y);
        draw_actions(dc, index, text_left(), y + cached.extras_top + FromDIP(2));
        return;
    }
    // A clock: on its way.
    const int size = FromDIP(11);
    dc.SetBrush(*wxTRANSPARENT_BRUSH);
    dc.SetPen(wxPen(palette_->faint, 1));
    dc.DrawEllipse(x, body_y + FromDIP(3), size, size);
    dc.DrawLine(x + size / 2, body_y + FromDIP(3) + size / 2, x + size / 2, body_y + FromDIP(5));
    dc.DrawLine(x + size / 2, body_y + FromDIP(3) + size / 2, x + size - FromDIP(3), body_y + FromDIP(3) + size / 2);
}

int MessageCanvas::draw_actions(wxDC& dc, std::size_t index, int x, int y) {
    const Sending& sending = room_->sending()[rows_[index].place];
    dc.SetFont(type_.small);
    std::vector<std::pair<wxString, Hit::What>> actions{{_("Retry"), Hit::What::retry}};
    if (!sending.text.empty()) actions.emplace_back(_("Edit"), Hit::What::edit);
    actions.emplace_back(_("Delete"), Hit::What::throw_away);
    // The reason may name a long path; what can be done about it stays in sight.
    int room = text_width() - FromDIP(12);
    for (const auto& [label, what] : actions) room -= dc.GetTextExtent(label).x + FromDIP(14);
    dc.SetTextForeground(palette_->error);
    const wxString why = wxControl::Ellipsize(_("Not sent: {0}", sending.refusal), dc, wxELLIPSIZE_MIDDLE, std::max(room, FromDIP(60)));
    dc.DrawText(why, x, y);
    x += dc.GetTextExtent(why).x + FromDIP(12);
    dc.SetTextForeground(palette_->link);
    for (const auto& [label, what] : actions) {
        const wxSize size = dc.GetTextExtent(label);
        dc.DrawText(label, x, y);
        hits_.push_back({what, index, wxRect(x - 3, y - 2, size.x + 6, size.y + 4), 0});
        x += size.x + FromDIP(14);
    }
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
    const wxString label = fresh == 0 ? _("Jump to latest  ↓") : _("Jump to latest ({0})  ↓", fresh);
    dc.SetFont(type_.small_bold);
    const int y = GetClientSize().y - dc.GetCharHeight() - FromDIP(24);
    hits_.push_back({Hit::What::latest, 0, pill(label, GetClientSize().x / 2, y, palette_->accent, palette_->on_accent), 0});
}

}  // namespace parley::gui
