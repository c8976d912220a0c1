// Selection: text of the message list that was selected, from one place in a message to another in the same or a later
// one. It holds on to numbers of messages, so nothing that comes in above or below moves it; when a message in it
// changes, what is beyond its new text is not selected any more. What is copied of it is here too.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "gui/model/letters.hpp"
#include "gui/model/room.hpp"
#include "gui/model/rows.hpp"

namespace parley::gui {

// Between two letters of a message; bytes of what selectable_text says of it.
struct TextPlace {
    std::uint64_t message = 0;
    std::size_t offset = 0;
    friend auto operator<=>(const TextPlace&, const TextPlace&) = default;
};

class Selection {
public:
    // What is taken at once: by dragging letters, after a double click words, after a triple click messages.
    enum class By { letters, words, messages };

    void begin(TextPlace at, By by, const Room& room);
    // From where it began to here, both taken whole. Without a beginning it begins here.
    void extend(TextPlace at, const Room& room);
    void clear() { began_.reset(); }

    // A place counts as empty as long as nothing was taken from it on.
    [[nodiscard]] bool empty() const { return !began_ || from() == to(); }
    [[nodiscard]] TextPlace from() const;
    [[nodiscard]] TextPlace to() const;
    // What is selected of a message whose selectable text has so many bytes.
    [[nodiscard]] Stretch within(std::uint64_t message, std::size_t size) const;

private:
    struct Taken { TextPlace from, to; };
    [[nodiscard]] Taken taken_at(TextPlace at, const Room& room) const;

    By by_ = By::letters;
    std::optional<Taken> began_;
    Taken reached_;
};

// Of a message that was deleted: nothing; of an event: its sentence.
std::string selectable_text(const chat::RoomMessage& message);

// As plain text. Of one message: just what is selected of it. Of several: who wrote when stands above each group of
// messages as the rows show them, and the day above those of a day if there are two.
std::string copied_text(const Room& room, std::span<const Row> rows, const Selection& selection);

}  // namespace parley::gui
