#include "gui/model/rows.hpp"

#include "gui/model/acts.hpp"
#include "gui/model/times.hpp"
#include "gui/model/words.hpp"

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

// Its text is the role's name and whom it was given to: "moderator bob".
std::string role_sentence(const chat::RoomMessage& message) {
    const std::size_t space = message.text.find(' ');
    if (space == std::string::npos) return tr("{0} gave a role: {1}", message.author_name, message.text);
    return tr("{0} gave {1} a role: {2}", message.author_name, message.text.substr(space + 1), role_text(message.text.substr(0, space)));
}

}  // namespace

std::vector<Row> rows_of(const Room& room) { return RowBuilder(room).build(); }

std::string event_sentence(const chat::RoomMessage& message) {
    switch (message.kind) {
        case chat::MessageKind::joined: return tr("{0} joined", message.author_name);
        case chat::MessageKind::left: return tr("{0} left", message.author_name);
        case chat::MessageKind::invited: return tr("{0} brought {1} in", message.author_name, message.text);
        case chat::MessageKind::created: return tr("{0} made this room", message.author_name);
        case chat::MessageKind::removed: return tr("{0} removed {1}", message.author_name, message.text);
        case chat::MessageKind::banned: return tr("{0} banned {1}", message.author_name, message.text);
        case chat::MessageKind::unbanned: return tr("{0} lifted the ban on {1}", message.author_name, message.text);
        case chat::MessageKind::muted: return tr("{0} muted {1}", message.author_name, message.text);
        case chat::MessageKind::unmuted: return tr("{0} let {1} write again", message.author_name, message.text);
        case chat::MessageKind::role_changed: return role_sentence(message);
        case chat::MessageKind::topic_changed:
            return message.text.empty() ? tr("{0} removed the topic", message.author_name)
                                        : tr("{0} set the topic: {1}", message.author_name, message.text);
        case chat::MessageKind::renamed: return tr("{0} named the room {1}", message.author_name, message.text);
        case chat::MessageKind::archived: return tr("{0} archived the room", message.author_name);
        case chat::MessageKind::unarchived: return tr("{0} opened the room again", message.author_name);
        case chat::MessageKind::text:
        case chat::MessageKind::file: break;
    }
    return message.text;
}

}  // namespace parley::gui
