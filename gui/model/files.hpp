// Files of messages as the window shows them: how one stands on this computer, how far one is on its way out, and which are shown as pictures.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "chat/state/effects.hpp"
#include "net/ports/bytes.hpp"

namespace parley::gui {

// The file of a message that is there.
struct FileStanding {
    bool is_coming = false;
    std::uint64_t bytes = 0;             // that are here, while it comes
    std::string problem;                 // a sentence why it did not come; empty: nothing went wrong
    std::string path;                    // where it is kept on this computer; empty: nowhere that is known
    friend bool operator==(const FileStanding&, const FileStanding&) = default;
};

// A file on its way out.
struct Carrying {
    enum class Stage : std::uint8_t { waiting, reading, sending, spreading, posting };
    Stage stage = Stage::waiting;
    std::uint64_t bytes = 0;             // done in this stage
    friend bool operator==(const Carrying&, const Carrying&) = default;
};

// What is fetched unasked, to be shown beneath its message, and what is read from this computer for it.
inline constexpr std::uint64_t preview_fetched_max = std::uint64_t{1} << 20U;
inline constexpr std::uint64_t preview_read_max = std::uint64_t{16} << 20U;

// By what its sender says; its bytes may say otherwise.
bool claims_picture(const chat::MessageFile& file);
bool has_preview(const chat::MessageFile& file, const FileStanding* standing);

// One line under the file's name.
std::string standing_sentence(const chat::MessageFile& file, const FileStanding* standing);
std::string carrying_sentence(const chat::MessageFile& file, const Carrying& carrying);
// A message in one text: its words, and before them its file in brackets.
std::string message_text(const chat::RoomMessage& message);
// What stands in the place of an icon: "PNG", "FILE"; at most four letters.
std::string ending_of(const std::string& name);

}  // namespace parley::gui
