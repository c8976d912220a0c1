// Cards: what the file of a message looks like, there or on its way, and what one does with it.
#include <algorithm>

#include "gui/views/message_canvas.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int card_width = 460;
constexpr int card_height = 54;
constexpr int card_gap = 5;          // to the text below it
constexpr int picture_width = 360;
constexpr int picture_height = 160;
constexpr int picture_gap = 6;
constexpr int page = 34;             // the sheet with the ending on it
constexpr int padding = 10;

}  // namespace

const chat::MessageFile* MessageCanvas::file_of(const Row& row) const {
    if (row.kind == Row::Kind::sending) {
        const Sending& sending = room_->sending()[row.place];
        return sending.file ? &*sending.file : nullptr;
    }
    if (row.kind != Row::Kind::message) return nullptr;
    const chat::RoomMessage& message = message_of(row);
    return message.file && !is_hidden(message) ? &*message.file : nullptr;
}

const FileStanding* MessageCanvas::standing_of(const Row& row) const { return row.kind == Row::Kind::message ? room_->file(message_of(row).number) : nullptr; }

bool MessageCanvas::shows_picture(const Row& row) const {
    const chat::MessageFile* file = file_of(row);
    return file != nullptr && row.kind == Row::Kind::message && has_preview(*file, standing_of(row));
}

int MessageCanvas::card_pixels(const Row& row) const {
    if (file_of(row) == nullptr) return 0;
    return type_height(*this, card_height) + FromDIP(card_gap) + (shows_picture(row) ? FromDIP(picture_height + picture_gap) : 0);
}

wxSize MessageCanvas::picture_most() const { return {std::min(FromDIP(picture_width), std::max(text_width(), 1)), FromDIP(picture_height)}; }

void MessageCanvas::picture_came(std::uint64_t number, std::shared_ptr<const net::Bytes> bytes) { previews_.came(number, std::move(bytes), picture_most()); }

// Once per message, how its file stands here; true when that was now.
bool MessageCanvas::look_at_file(const chat::RoomMessage& message) {
    if (!looked_at_.insert(message.number).second) return false;
    events_.look_at_file(message.number, *message.file);
    return true;
}

void MessageCanvas::draw_card(wxDC& dc, std::size_t index, int y) {
    const Row& row = rows_[index];
    const bool is_asked = row.kind == Row::Kind::message && look_at_file(message_of(row));
    if (shows_picture(row)) {
        draw_picture(dc, index, y, is_asked);
        y += FromDIP(picture_height + picture_gap);
    }
    const wxRect where(text_left(), y, std::min(text_width(), FromDIP(card_width)), type_height(*this, card_height) - FromDIP(4));
    dc.SetPen(wxPen(palette_->divider, 1));
    dc.SetBrush(wxBrush(palette_->raised));
    dc.DrawRoundedRectangle(where, FromDIP(6));
    draw_page(dc, file_of(row)->name, where);
    const int right = draw_card_acts(dc, index, where);
    draw_card_words(dc, row, where, right);
    draw_progress(dc, row, where);
}

void MessageCanvas::draw_page(wxDC& dc, const std::string& name, wxRect card) {
    const int size = FromDIP(page);
    const wxRect sheet(card.x + FromDIP(padding), card.y + (card.height - size) / 2, size, size);
    dc.SetPen(*wxTRANSPARENT_PEN);
    dc.SetBrush(wxBrush(palette_->code_surface));
    dc.DrawRoundedRectangle(sheet, FromDIP(4));
    dc.SetFont(type_.small_bold.Scaled(0.85F));
    dc.SetTextForeground(palette_->secondary);
    const wxString letters = from_utf8(ending_of(name));
    const wxSize extent = dc.GetTextExtent(letters);
    dc.DrawText(letters, sheet.x + (size - extent.x) / 2, sheet.y + (size - extent.y) / 2);
}

void MessageCanvas::draw_card_words(wxDC& dc, const Row& row, wxRect card, int right) {
    const chat::MessageFile& file = *file_of(row);
    const FileStanding* standing = standing_of(row);
    std::string said = standing_sentence(file, standing);
    bool is_problem = standing != nullptr && !standing->problem.empty();
    if (row.kind == Row::Kind::sending) {
        const Sending& sending = room_->sending()[row.place];
        said = sending.is_refused() ? size_text(file.size) : carrying_sentence(file, sending.carrying.value_or(Carrying{Carrying::Stage::posting, 0}));
        is_problem = false;
    }
    const int left = card.x + FromDIP(page + 2 * padding);
    const int width = std::max(right - FromDIP(padding) - left, 1);
    dc.SetFont(type_.bold);
    const wxString name = wxControl::Ellipsize(from_utf8(file.name), dc, wxELLIPSIZE_MIDDLE, width);
    const int name_height = dc.GetCharHeight();
    dc.SetFont(type_.small);
    const wxString detail = wxControl::Ellipsize(from_utf8(said), dc, wxELLIPSIZE_MIDDLE, width);
    const int top = card.y + (card.height - name_height - dc.GetCharHeight() - FromDIP(2)) / 2;
    dc.SetTextForeground(is_problem ? palette_->error : palette_->secondary);
    dc.DrawText(detail, left, top + name_height + FromDIP(2));
    dc.SetFont(type_.bold);
    dc.SetTextForeground(row.kind == Row::Kind::sending ? palette_->secondary : palette_->text);
    dc.DrawText(name, left, top);
}

// The words at the right that can be clicked; gives where they begin.
int MessageCanvas::draw_card_acts(wxDC& dc, std::size_t index, wxRect card) {
    const Row& row = rows_[index];
    int right = card.GetRight() - FromDIP(padding);
    dc.SetFont(type_.small_bold);
    const auto act = [&](const wxString& label, Hit::What what) {
        const wxSize size = dc.GetTextExtent(label);
        const wxPoint at(right - size.x, card.y + (card.height - size.y) / 2);
        dc.SetTextForeground(palette_->link);
        dc.DrawText(label, at);
        hits_.push_back({what, index, wxRect(at - wxPoint(FromDIP(5), FromDIP(5)), size + wxSize(FromDIP(10), FromDIP(10))), 0});
        right = at.x - FromDIP(14);
    };
    if (row.kind == Row::Kind::sending) {
        const Sending& sending = room_->sending()[row.place];
        if (sending.carrying && !sending.is_refused() && sending.carrying->stage != Carrying::Stage::posting) act(_("Cancel"), Hit::What::give_up_file);
        return right;
    }
    const FileStanding* standing = standing_of(row);
    if (standing != nullptr && standing->is_coming) {
        act(_("Cancel"), Hit::What::stop_file);
    } else if (standing != nullptr && !standing->path.empty()) {
        act(_("Show folder"), Hit::What::folder);
    } else {
        act(standing != nullptr && !standing->problem.empty() ? _("Again…") : _("Save…"), Hit::What::save_file);
    }
    return right;
}

void MessageCanvas::draw_progress(wxDC& dc, const Row& row, wxRect card) {
    std::uint64_t done = 0;
    const std::uint64_t all = file_of(row)->size;
    const FileStanding* standing = standing_of(row);
    if (row.kind == Row::Kind::sending) {
        const Sending& sending = room_->sending()[row.place];
        if (!sending.carrying || sending.is_refused()) return;
        done = sending.carrying->bytes;
    } else if (standing != nullptr && standing->is_coming) {
        done = standing->bytes;
    } else {
        return;
    }
    if (all == 0) return;
    const int height = FromDIP(3);
    wxRect bar(card.x + FromDIP(padding), card.GetBottom() - FromDIP(6), card.width - 2 * FromDIP(padding), height);
    dc.SetPen(*wxTRANSPARENT_PEN);
    dc.SetBrush(wxBrush(palette_->divider));
    dc.DrawRectangle(bar);
    bar.width = static_cast<int>(static_cast<double>(bar.width) * static_cast<double>(std::min(done, all)) / static_cast<double>(all));
    dc.SetBrush(wxBrush(palette_->accent));
    dc.DrawRectangle(bar);
}

// Its place is as large from the beginning: what is on screen does not move when it comes.
void MessageCanvas::draw_picture(wxDC& dc, std::size_t index, int y, bool is_asked) {
    const chat::RoomMessage& message = message_of(rows_[index]);
    const Previews::Preview* preview = previews_.look(message.number);
    if (preview == nullptr && !is_asked) events_.look_at_file(message.number, *message.file);   // it was forgotten meanwhile
    if (preview != nullptr && preview->state == Previews::Preview::State::there) {
        const wxRect where(text_left(), y, preview->bitmap.GetWidth(), preview->bitmap.GetHeight());
        dc.DrawBitmap(preview->bitmap, where.x, where.y, true);
        hits_.push_back({Hit::What::picture, index, where, 0});
        return;
    }
    const wxRect place(text_left(), y, picture_most().x, FromDIP(picture_height));
    dc.SetPen(*wxTRANSPARENT_PEN);
    dc.SetBrush(wxBrush(palette_->code_surface));
    dc.DrawRoundedRectangle(place, FromDIP(6));
    const bool is_none = preview != nullptr && preview->state == Previews::Preview::State::none;
    const wxString said = is_none ? _("This picture cannot be shown here") : _("Loading…");
    dc.SetFont(type_.small);
    dc.SetTextForeground(palette_->faint);
    const wxSize size = dc.GetTextExtent(said);
    dc.DrawText(said, place.x + (place.width - size.x) / 2, place.y + (place.height - size.y) / 2);
}

std::optional<wxPoint> MessageCanvas::point_of(std::uint64_t number, FileAct act) const {
    using What = Hit::What;
    const What what = act == FileAct::save ? What::save_file : act == FileAct::stop ? What::stop_file : act == FileAct::folder ? What::folder
                      : act == FileAct::picture ? What::picture : act == FileAct::retry ? What::retry : act == FileAct::throw_away ? What::throw_away
                                                : What::give_up_file;
    for (const Hit& hit : hits_) {
        const Row& row = rows_[hit.row];
        const bool is_it = hit.what == what && (act >= FileAct::give_up ? row.kind == Row::Kind::sending : row.kind == Row::Kind::message && message_of(row).number == number);
        if (is_it) return hit.where.GetPosition() + hit.where.GetSize() / 2;
    }
    return std::nullopt;
}

bool MessageCanvas::has_picture(std::uint64_t number) const {
    const Previews::Preview* preview = previews_.find(number);
    return preview != nullptr && preview->state == Previews::Preview::State::there;
}

bool MessageCanvas::click_file(const Hit& hit) {
    const Row& row = rows_[hit.row];
    if (hit.what == Hit::What::give_up_file) {
        events_.give_up_file(Sending{room_->sending()[row.place]});
        return true;
    }
    const bool is_of_file = hit.what == Hit::What::save_file || hit.what == Hit::What::stop_file || hit.what == Hit::What::folder || hit.what == Hit::What::picture;
    if (!is_of_file) return false;
    const std::uint64_t number = message_of(row).number;
    if (hit.what == Hit::What::save_file) events_.save_file(number);
    if (hit.what == Hit::What::stop_file) events_.stop_file(number);
    if (hit.what == Hit::What::folder) events_.show_folder(number);
    if (hit.what == Hit::What::picture) events_.open_picture(number);
    return true;
}

}  // namespace parley::gui
