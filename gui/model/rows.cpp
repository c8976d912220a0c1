#include "gui/model/rows.hpp"

#include <fmt/format.h>

#include "gui/model/times.hpp"

namespace parley::gui {
namespace {

constexpr std::int64_t group_ms = 5 * 60 * 1000;
constexpr std::uint64_t sending_bit = std::uint64_t{1} << 63;

class RowBuilder {
public:
    explicit RowBuilder(const Room& room) : room_(room) {}

    std::vector<Row> build() {
        rows_.reserve(room_.messages().size() + room_.sending().size() + 16);
        if (room_.reaches_start() || room_.is_provisional()) rows_.push_back({Row::Kind::start, 0, false, 0, 1});
        for (std::size_t place = 0; place < room_.messages().size(); ++place) add(place);
        for (std::size_t place = 0; place < room_.sending().size(); ++place) add_sending(place);
        return std::move(rows_);
    }

private:
    void add(std::size_t place) {
        const chat::RoomMessage& message = room_.messages()[place];
        const std::uint64_t key = key_of_message(message.number);
        if (day_of(message.time_ms) != day_) {
            day_ = day_of(message.time_ms);
            rows_.push_back({Row::Kind::day, place, false, message.time_ms, key + 1});
            grouped_author_ = {};
        }
        if (message.number == room_.unread_line()) {
            rows_.push_back({Row::Kind::unread, place, false, message.time_ms, key + 2});
            grouped_author_ = {};
        }
        if (!chat::is_written(message.kind)) {
            rows_.push_back({Row::Kind::event, place, false, message.time_ms, key});
            grouped_author_ = {};
            return;
        }
        const bool continues = message.author == grouped_author_ && message.time_ms - grouped_ms_ < group_ms;
        rows_.push_back({Row::Kind::message, place, !continues, message.time_ms, key});
        if (!continues) grouped_ms_ = message.time_ms;
        grouped_author_ = message.author;
    }

    void add_sending(std::size_t place) {
        const Sending& sending = room_.sending()[place];
        if (room_.is_shown_as_message(sending)) return;
        const bool is_head = rows_.empty() || rows_.back().kind != Row::Kind::sending;
        rows_.push_back({Row::Kind::sending, place, is_head, sending.time_ms, sending_bit | sending.entry.value});
    }

    const Room& room_;
    std::vector<Row> rows_;
    std::int64_t day_ = -1;
    chat::UserId grouped_author_;
    std::int64_t grouped_ms_ = 0;
};

}  // namespace

std::vector<Row> rows_of(const Room& room) { return RowBuilder(room).build(); }

std::string event_sentence(const chat::RoomMessage& message) {
    switch (message.kind) {
        case chat::MessageKind::joined: return fmt::format("{} joined", message.author_name);
        case chat::MessageKind::left: return fmt::format("{} left", message.author_name);
        case chat::MessageKind::invited: return fmt::format("{} brought {} in", message.author_name, message.text);
        case chat::MessageKind::created: return fmt::format("{} made this room", message.author_name);
        case chat::MessageKind::removed: return fmt::format("{} removed {}", message.author_name, message.text);
        case chat::MessageKind::banned: return fmt::format("{} banned {}", message.author_name, message.text);
        case chat::MessageKind::unbanned: return fmt::format("{} lifted the ban on {}", message.author_name, message.text);
        case chat::MessageKind::muted: return fmt::format("{} muted {}", message.author_name, message.text);
        case chat::MessageKind::unmuted: return fmt::format("{} let {} write again", message.author_name, message.text);
        case chat::MessageKind::role_changed: return fmt::format("{} gave a role: {}", message.author_name, message.text);
        case chat::MessageKind::topic_changed:
            return message.text.empty() ? fmt::format("{} removed the topic", message.author_name)
                                        : fmt::format("{} set the topic: {}", message.author_name, message.text);
        case chat::MessageKind::renamed: return fmt::format("{} named the room {}", message.author_name, message.text);
        case chat::MessageKind::archived: return fmt::format("{} archived the room", message.author_name);
        case chat::MessageKind::unarchived: return fmt::format("{} opened the room again", message.author_name);
        case chat::MessageKind::text:
        case chat::MessageKind::file: break;
    }
    return message.text;
}

}  // namespace parley::gui
