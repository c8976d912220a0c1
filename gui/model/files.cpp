#include "gui/model/files.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "chat/state/shown_text.hpp"
#include "gui/model/words.hpp"

namespace parley::gui {

bool claims_picture(const chat::MessageFile& file) {
    constexpr std::array<std::string_view, 3> shown{"image/png", "image/jpeg", "image/gif"};
    return std::ranges::find(shown, file.type) != shown.end();
}

bool has_preview(const chat::MessageFile& file, const FileStanding* standing) {
    const bool is_here = standing != nullptr && !standing->path.empty();
    return claims_picture(file) && file.size > 0 && file.size <= (is_here ? preview_read_max : preview_fetched_max);
}

std::string standing_sentence(const chat::MessageFile& file, const FileStanding* standing) {
    if (standing != nullptr && standing->is_coming) return tr("Fetching: {0} of {1}", size_text(standing->bytes), size_text(file.size));
    if (standing != nullptr && !standing->problem.empty()) return tr("Not fetched: {0}", standing->problem);
    if (standing != nullptr && !standing->path.empty()) return fmt::format("{}  ·  {}", size_text(file.size), standing->path);
    return size_text(file.size) + (file.type.empty() ? "" : "  ·  " + file.type);
}

std::string carrying_sentence(const chat::MessageFile& file, const Carrying& carrying) {
    using Stage = Carrying::Stage;
    const std::string size = size_text(file.size);
    switch (carrying.stage) {
        case Stage::waiting: return tr("{0}  ·  waits to be sent", size);
        case Stage::reading: return tr("Reading: {0} of {1}", size_text(carrying.bytes), size);
        case Stage::sending: return tr("Sending: {0} of {1}", size_text(carrying.bytes), size);
        case Stage::spreading: return tr("{0}  ·  the replicas copy it to each other", size);
        case Stage::posting: break;
    }
    return tr("{0}  ·  being posted", size);
}

std::string message_text(const chat::RoomMessage& message) { return chat::shown_text(message, size_text); }

std::string ending_of(const std::string& name) {
    constexpr std::size_t letters_max = 4;
    const std::size_t dot = name.rfind('.');
    std::string ending = dot == std::string::npos || dot == 0 ? "" : name.substr(dot + 1);
    const bool is_plain = std::ranges::all_of(ending, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    if (ending.empty() || ending.size() > letters_max || !is_plain) return tr_in("in the place of an icon, at most four letters", "FILE");
    for (char& c : ending) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return ending;
}

}  // namespace parley::gui
