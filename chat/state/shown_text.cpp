#include "chat/state/shown_text.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace parley::chat {

std::string shown_size(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 4> units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) return bytes == 1 ? "1 byte" : fmt::format("{} bytes", bytes);
    std::size_t unit = 0;
    std::uint64_t one = 1024;
    for (; bytes / one >= 1024 && unit + 1 < units.size(); ++unit) one *= 1024;
    const std::uint64_t tenths = bytes % one * 10 / one;
    return fmt::format("{}.{} {}", bytes / one, tenths, units.at(unit));
}

std::string shown_file(const MessageFile& file, const SizeWords& size_words) {
    const std::string type = file.type.empty() ? "" : ", " + file.type;
    return fmt::format("{}, {}{}", file.name, size_words(file.size), type);
}

std::string shown_text(const RoomMessage& message, const SizeWords& size_words) {
    if (!message.file) return message.text;
    const std::string file = "[" + shown_file(*message.file, size_words) + "]";
    return message.text.empty() ? file : file + " " + message.text;
}

}  // namespace parley::chat
