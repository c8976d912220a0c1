#include "gui/model/selection.hpp"

#include <algorithm>
#include <vector>

#include "gui/model/rich_text.hpp"
#include "gui/model/times.hpp"

namespace parley::gui {
namespace {

// A message, or a part of it, that is in the selection.
struct Piece {
    const chat::RoomMessage* message = nullptr;
    bool is_head = false;
    std::string text;
};

std::string selected_of(const chat::RoomMessage& message, const Selection& selection) {
    const std::string all = selectable_text(message);
    const Stretch part = selection.within(message.number, all.size());
    if (part.empty()) return "";
    if (!chat::is_written(message.kind)) return all;   // an event is taken whole
    return copied_text(rich_text_of(message.text), letter_edge_before(all, part.from), letter_edge_before(all, part.to));
}

std::vector<Piece> pieces_of(const Room& room, std::span<const Row> rows, const Selection& selection) {
    const auto is_before = [](const Row& row, std::uint64_t number) { return message_of_key(row.key) < number; };
    std::vector<Piece> pieces;
    for (auto row = std::lower_bound(rows.begin(), rows.end(), selection.from().message, is_before); row != rows.end(); ++row) {
        if (message_of_key(row->key) > selection.to().message) break;
        if (row->kind != Row::Kind::message && row->kind != Row::Kind::event) continue;
        const chat::RoomMessage& message = room.messages()[row->place];
        if (room.is_folded(message)) continue;
        std::string text = selected_of(message, selection);
        if (!text.empty()) pieces.push_back({&message, row->is_head, std::move(text)});
    }
    return pieces;
}

// Pieces one under the other, with who and when above each group and an empty line between two.
class Writer {
public:
    explicit Writer(bool has_days) : has_days_(has_days) {}

    void add(const Piece& piece) {
        const chat::RoomMessage& message = *piece.message;
        const bool is_event = !chat::is_written(message.kind);
        const bool is_other_day = has_days_ && day_of(message.time_ms) != day_;
        if (is_other_day) begin_part(day_text(message.time_ms, 0));
        day_ = day_of(message.time_ms);
        // The head of its group may not be in the selection.
        const bool is_head = piece.is_head || is_other_day || message.author != author_;
        const std::string time = clock_text(message.time_ms);
        if (is_event && !was_event_) begin_part(piece.text + ", " + time);
        if (is_event && was_event_) text_ += piece.text + ", " + time + "\n";
        if (!is_event && (is_head || was_event_)) begin_part(message.author_name + ", " + time);
        if (!is_event) text_ += piece.text + "\n";
        author_ = message.author;
        was_event_ = is_event;
    }
    [[nodiscard]] std::string text() const { return text_.substr(0, text_.size() - 1); }

private:
    void begin_part(const std::string& line) { text_ += (text_.empty() ? "" : "\n") + line + "\n"; }

    bool has_days_;
    bool was_event_ = false;
    std::int64_t day_ = -1;
    chat::UserId author_;
    std::string text_;
};

}  // namespace

void Selection::begin(TextPlace at, By by, const Room& room) {
    by_ = by;
    began_ = reached_ = taken_at(at, room);
}

void Selection::extend(TextPlace at, const Room& room) {
    if (!began_) return begin(at, By::letters, room);
    reached_ = taken_at(at, room);
}

TextPlace Selection::from() const { return began_ ? std::min(began_->from, reached_.from) : TextPlace{}; }
TextPlace Selection::to() const { return began_ ? std::max(began_->to, reached_.to) : TextPlace{}; }

Selection::Taken Selection::taken_at(TextPlace at, const Room& room) const {
    const chat::RoomMessage* message = room.find(at.message);
    if (by_ == By::letters || message == nullptr || room.is_folded(*message)) return {at, at};
    const std::string text = selectable_text(*message);
    const bool is_whole = by_ == By::messages || !chat::is_written(message->kind);
    const Stretch taken = is_whole ? Stretch{0, text.size()} : word_around(text, at.offset);
    return {{at.message, taken.from}, {at.message, taken.to}};
}

Stretch Selection::within(std::uint64_t message, std::size_t size) const {
    if (empty() || message < from().message || message > to().message) return {};
    const std::size_t first = message == from().message ? from().offset : 0;
    const std::size_t end = message == to().message ? to().offset : size;
    return {std::min(first, size), std::min(end, size)};
}

std::string selectable_text(const chat::RoomMessage& message) {
    if (message.deleted) return "";
    return chat::is_written(message.kind) ? selectable_text(rich_text_of(message.text)) : event_sentence(message);
}

std::string copied_text(const Room& room, std::span<const Row> rows, const Selection& selection) {
    if (selection.empty()) return "";
    const std::vector<Piece> pieces = pieces_of(room, rows, selection);
    if (pieces.empty()) return "";
    if (pieces.size() == 1) return pieces.front().text;
    Writer writer(day_of(pieces.front().message->time_ms) != day_of(pieces.back().message->time_ms));
    for (const Piece& piece : pieces) writer.add(piece);
    return writer.text();
}

}  // namespace parley::gui
