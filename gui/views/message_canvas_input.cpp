// Mouse and keys of the message list.
#include <algorithm>

#include <wx/clipbrd.h>
#include <wx/dcclient.h>
#include <wx/menu.h>
#include <wx/utils.h>

#include "gui/model/times.hpp"
#include "gui/model/transcript.hpp"
#include "gui/views/accessible.hpp"
#include "gui/views/message_canvas.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

void to_clipboard(const std::string& text) {
    if (!wxTheClipboard->Open()) return;
    wxTheClipboard->SetData(new wxTextDataObject(from_utf8(text)));   // the clipboard owns it
    wxTheClipboard->Close();
}

}  // namespace

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
    const std::size_t row = std::min(static_cast<std::size_t>(std::max(place, 0) / scroll_units_per_row), rows_.size() - 1);
    anchor_to_row(row, (place % scroll_units_per_row) * height_of(dc, row) / scroll_units_per_row);
    settle(dc);
    Refresh();
}

void MessageCanvas::on_wheel(wxMouseEvent& event) {
    if (event.GetWheelAxis() != wxMOUSE_WHEEL_VERTICAL || event.GetWheelDelta() == 0) return event.Skip();
    scroll_by(-event.GetWheelRotation() * FromDIP(72) / event.GetWheelDelta());
}

std::string MessageCanvas::link_at(wxPoint where) const {
    const auto row = row_at(where.y);
    if (!row || rows_[*row].kind != Row::Kind::message) return "";
    for (const auto& [index, top] : drawn_) {
        const auto cached = layouts_.find(rows_[index].key);
        if (index == *row && cached != layouts_.end()) return cached->second.text.link_at(where.x - text_left(), where.y - top - cached->second.text_top);
    }
    return "";
}

void MessageCanvas::on_motion(wxMouseEvent& event) {
    const wxPoint where = event.GetPosition();
    if (press_ && !event.LeftIsDown()) forget_press();
    if (press_ && drag_to(where)) return;
    const auto row = row_at(where.y);
    const bool on_hit = std::any_of(hits_.begin(), hits_.end(), [&](const Hit& hit) { return hit.where.Contains(where); });
    const bool is_hand = on_hit || !link_at(where).empty();
    SetCursor(is_hand ? wxCursor(wxCURSOR_HAND) : is_on_text(where) ? wxCursor(wxCURSOR_IBEAM) : wxNullCursor);
    if (row == hovered_) return;
    hovered_ = row;
    if (row && rows_[*row].kind == Row::Kind::message) {
        const chat::RoomMessage& message = message_of(rows_[*row]);
        SetToolTip(_("{0}\nSaved on a majority of the replicas, slot {1}", full_time_text(message.time_ms), message.slot));
    } else {
        UnsetToolTip();
    }
    Refresh();
}

void MessageCanvas::click_hit(const Hit& hit) {
    if (hit.what == Hit::What::latest) return jump_to_latest();
    if (click_file(hit)) return;
    const Row& row = rows_[hit.row];
    if (row.kind == Row::Kind::message) {
        const chat::RoomMessage& message = message_of(row);
        if (hit.what == Hit::What::quoted) return jump_to(message.reply_to);
        if (hit.what == Hit::What::thread) return events_.show_thread(message.number);
        if (hit.what != Hit::What::reaction || hit.place >= message.reactions.size()) return;
        const chat::Reaction reaction = message.reactions[hit.place];
        return events_.react(message.number, reaction.emoji, !reaction.mine);
    }
    const Sending sending = room_->sending()[row.place];
    if (hit.what == Hit::What::retry) return events_.retry(sending);
    if (hit.what == Hit::What::edit) return events_.edit_refused(sending);
    if (hit.what == Hit::What::throw_away) events_.throw_away(sending);
}

void MessageCanvas::on_press(wxMouseEvent& event, bool is_double) {
    SetFocus();
    press_to_select(event.GetPosition(), is_double, event.ShiftDown());
}

void MessageCanvas::on_release(wxMouseEvent& event) {
    if (end_press()) click(event.GetPosition());
}

void MessageCanvas::click(wxPoint where) {
    const auto hit = std::find_if(hits_.begin(), hits_.end(), [&](const Hit& one) { return one.where.Contains(where); });
    if (hit != hits_.end()) {
        const Hit clicked = *hit;   // what comes of it may draw anew
        return click_hit(clicked);
    }
    const auto row = row_at(where.y);
    if (!row || rows_[*row].kind != Row::Kind::message) return;
    const std::string link = link_at(where);
    if (link == unfold_link || link == fold_link) return events_.unfold(message_of(rows_[*row]).number, link == unfold_link);
    if (link == edits_link) return events_.show_edits(message_of(rows_[*row]).number);
    if (!link.empty() && is_safe_link(link)) wxLaunchDefaultBrowser(from_utf8(link));
    current_ = rows_[*row].key;
    announce();
    Refresh();
}

void MessageCanvas::copy(std::size_t index) {
    const Row& row = rows_[index];
    if (row.kind != Row::Kind::message && row.kind != Row::Kind::sending) return;
    to_clipboard(row.kind == Row::Kind::message ? said_in(*room_, message_of(row)) : room_->sending()[row.place].text);
}

void MessageCanvas::copy_selected() { to_clipboard(selected_text()); }

void MessageCanvas::pick_reaction(std::uint64_t number) {
    const chat::RoomMessage* message = room_->find(number);
    if (message == nullptr || message->deleted) return;
    wxMenu menu;
    std::vector<std::pair<int, std::string>> items;
    for (const char* emoji : {"👍", "❤️", "😂", "🎉", "👀", "✅", "🙏", "🚀"}) items.emplace_back(menu.Append(wxID_ANY, from_utf8(emoji))->GetId(), emoji);
    const int chosen = GetPopupMenuSelectionFromUser(menu);
    for (const auto& [id, emoji] : items) {
        if (id == chosen) return events_.react(number, emoji, true);
    }
}

void MessageCanvas::on_menu(std::size_t index) {
    if (rows_[index].kind == Row::Kind::sending) {
        wxMenu menu;
        const int copy_text = menu.Append(wxID_ANY, _("Copy text"))->GetId();
        if (GetPopupMenuSelectionFromUser(menu) == copy_text && index < rows_.size()) copy(index);
        return;
    }
    if (rows_[index].kind != Row::Kind::message) return;
    current_ = rows_[index].key;
    Refresh();
    const chat::RoomMessage message = message_of(rows_[index]);
    wxMenu menu;
    const auto add = [&](bool wanted, const wxString& label) { return wanted ? menu.Append(wxID_ANY, label)->GetId() : int{wxID_NONE}; };
    const bool is_there = !is_hidden(message);
    const int unfold = add(room_->is_of_blocked(message), room_->is_folded(message) ? _("Show") : _("Hide"));
    const int copy_marked = add(!selection_.empty(), _("Copy selected text") + "\tCtrl+C");
    const int reply = add(is_there, _("Reply") + "\tR");
    const int react = add(is_there, _("React…") + "\t+");
    const int thread = add(message.thread > 0 || message.replies > 0, _("Show thread") + "\tT");
    const int pin = add(is_there, (message.pinned ? _("Unpin") : _("Pin")) + "\tP");
    const int copy_text = add(is_there, selection_.empty() ? _("Copy text") + "\tCtrl+C" : _("Copy text"));
    const FileStanding* standing = message.file ? room_->file(message.number) : nullptr;
    const bool is_coming = standing != nullptr && standing->is_coming;
    const int save = add(is_there && message.file && !is_coming, _("Save file…") + "\tS");
    const int stop = add(is_there && is_coming, _("Stop fetching"));
    const int folder = add(is_there && standing != nullptr && !standing->path.empty(), _("Show folder"));
    const int readers = add(is_there, _("Seen by…") + "\tV");
    const int edits = add(is_there && message.edits > 0, _("What it said before") + "\tH");
    const int edit = add(is_there && is_own(message), _("Edit") + "\tE");
    const int unread = add(true, _("Mark unread from here") + "\tU");
    const int remove = add(is_there && (is_own(message) || events_.looks_after()), _("Delete…") + "\tDel");
    if (menu.GetMenuItemCount() == 0) return;
    const int chosen = GetPopupMenuSelectionFromUser(menu);
    if (chosen == wxID_NONE) return;
    if (chosen == unfold) return events_.unfold(message.number, room_->is_folded(message));
    if (chosen == copy_marked) return copy_selected();
    if (chosen == reply) return events_.reply(message.number);
    if (chosen == react) return pick_reaction(message.number);
    if (chosen == thread) return events_.show_thread(message.thread > 0 ? message.thread : message.number);
    if (chosen == pin) return events_.pin(message.number, !message.pinned);
    if (chosen == copy_text && row_of_key_.contains(key_of_message(message.number))) return copy(row_of_key_[key_of_message(message.number)]);
    if (chosen == edits) return events_.show_edits(message.number);
    if (chosen == readers) return events_.show_readers(message.number);
    if (chosen == save) return events_.save_file(message.number);
    if (chosen == stop) return events_.stop_file(message.number);
    if (chosen == folder) return events_.show_folder(message.number);
    if (chosen == edit) return events_.edit(message.number);
    if (chosen == unread) return events_.mark_unread(message.number);
    if (chosen == remove) events_.remove(message.number);
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
        const int over = y - (GetClientSize().y - FromDIP(canvas_bottom_padding));
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
        case WXK_MENU: case WXK_WINDOWS_MENU: if (current) on_menu(*current); return;
        case WXK_ESCAPE:
            if (clear_selection()) return;
            current_.reset();
            return events_.to_composer();
        case 'C':
            if (selection_.empty() || (!plain && !event.ControlDown())) break;
            return copy_selected();
        default: break;
    }
    if (!current || rows_[*current].kind != Row::Kind::message) return event.Skip();
    const chat::RoomMessage message = message_of(rows_[*current]);
    const int key = event.GetKeyCode();
    if (key == 'C' && (plain || event.ControlDown())) return copy(*current);
    if (event.ControlDown() || event.AltDown() || message.deleted) return event.Skip();
    if (key == WXK_RETURN && room_->is_of_blocked(message)) {
        events_.unfold(message.number, room_->is_folded(message));
        return announce();   // is heard at once
    }
    if (room_->is_folded(message)) return event.Skip();
    if (key == 'S' && message.file) return events_.save_file(message.number);
    if (key == WXK_RETURN && message.file && has_picture(message.number)) return events_.open_picture(message.number);
    if (key == 'U') return events_.mark_unread(message.number);
    if (key == 'P') return events_.pin(message.number, !message.pinned);
    if (key == 'H' && message.edits > 0) return events_.show_edits(message.number);
    if (key == 'V') return events_.show_readers(message.number);
    if (key == 'R') return events_.reply(message.number);
    if (key == 'T' && (message.thread > 0 || message.replies > 0)) return events_.show_thread(message.thread > 0 ? message.thread : message.number);
    if (key == '+' || key == WXK_NUMPAD_ADD || (key == '=' && event.ShiftDown())) return pick_reaction(message.number);
    if (key == 'E' && is_own(message)) return events_.edit(message.number);
    if (key == WXK_DELETE && (is_own(message) || events_.looks_after())) return events_.remove(message.number);
    event.Skip();
}

// Sender, text, then time: what one wants to hear first comes first.
void MessageCanvas::announce() {
    const auto row = current_ ? row_of_key_.find(*current_) : row_of_key_.end();
    if (row == row_of_key_.end() || rows_[row->second].kind != Row::Kind::message) return;
    const chat::RoomMessage& message = message_of(rows_[row->second]);
    const std::string text = message.deleted ? tr("message deleted") : said_in(*room_, message);
    std::string said = shown_name(message) + ": " + text + ", " + clock_text(message.time_ms);
    const bool is_folded = room_->is_folded(message);
    if (is_folded) said += ", " + tr("Enter shows it");
    if (const FileStanding* standing = message.file && !is_hidden(message) ? room_->file(message.number) : nullptr) said += ", " + standing_sentence(*message.file, standing);
    if (is_folded) return set_accessible(*this, AccessibleRole::list_item, said);
    if (message.replies > 0) said += ", " + tr_count("{0} reply", "{0} replies", message.replies);
    for (const chat::Reaction& reaction : message.reactions) said += ", " + reaction.emoji + " " + std::to_string(reaction.count);
    set_accessible(*this, AccessibleRole::list_item, said);
}

}  // namespace parley::gui
