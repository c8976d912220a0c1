#include "gui/model/files.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "chat/state/shown_text.hpp"

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
    if (standing != nullptr && standing->is_coming) return fmt::format("Fetching: {} of {}", chat::shown_size(standing->bytes), chat::shown_size(file.size));
    if (standing != nullptr && !standing->problem.empty()) return "Not fetched: " + standing->problem;
    if (standing != nullptr && !standing->path.empty()) return fmt::format("{}  ·  {}", chat::shown_size(file.size), standing->path);
    return chat::shown_size(file.size) + (file.type.empty() ? "" : "  ·  " + file.type);
}

std::string carrying_sentence(const chat::MessageFile& file, const Carrying& carrying) {
    using Stage = Carrying::Stage;
    const std::string size = chat::shown_size(file.size);
    switch (carrying.stage) {
        case Stage::waiting: return size + "  ·  waits to be sent";
        case Stage::reading: return fmt::format("Reading: {} of {}", chat::shown_size(carrying.bytes), size);
        case Stage::sending: return fmt::format("Sending: {} of {}", chat::shown_size(carrying.bytes), size);
        case Stage::spreading: return size + "  ·  the replicas copy it to each other";
        case Stage::posting: break;
    }
    return size + "  ·  being posted";
}

std::string ending_of(const std::string& name) {
    constexpr std::size_t letters_max = 4;
    const std::size_t dot = name.rfind('.');
    std::string ending = dot == std::string::npos || dot == 0 ? "" : name.substr(dot + 1);
    const bool is_plain = std::ranges::all_of(ending, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    if (ending.empty() || ending.size() > letters_max || !is_plain) return "FILE";
    for (char& c : ending) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return ending;
}

}  // namespace parley::gui
