#include "gui/model/transcript.hpp"

#include "gui/model/files.hpp"
#include "gui/model/rows.hpp"
#include "gui/model/times.hpp"
#include "gui/model/words.hpp"

namespace parley::gui {

std::string folded_sentence() { return tr("Message of a blocked person."); }

std::string said_in(const Room& room, const chat::RoomMessage& message) {
    if (message.deleted) return tr("(deleted)");
    return room.is_folded(message) ? folded_sentence() : message_text(message);
}

std::string transcript_of(const Room& room, std::size_t limit) {
    const auto& messages = room.messages();
    const std::size_t first = messages.size() > limit ? messages.size() - limit : 0;
    std::string text;
    std::int64_t day = -1;
    for (std::size_t i = first; i < messages.size(); ++i) {
        const chat::RoomMessage& message = messages[i];
        if (day_of(message.time_ms) != day) text += (text.empty() ? "" : "\n") + day_text(message.time_ms, 0) + "\n";
        day = day_of(message.time_ms);
        const std::string said = !chat::is_written(message.kind) ? event_sentence(message)
                                 : message.author_name + ": " + said_in(room, message);
        text += clock_text(message.time_ms) + "  " + said + "\n";
    }
    return text;
}

}  // namespace parley::gui
