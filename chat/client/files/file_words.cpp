#include "chat/client/files/file_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "chat/state/names.hpp"

namespace parley::chat {
namespace {

using std::string_view;

constexpr std::array<std::pair<string_view, string_view>, 37> types{{
    {"7z", "application/x-7z-compressed"}, {"avif", "image/avif"}, {"bmp", "image/bmp"}, {"bz2", "application/x-bzip2"}, {"csv", "text/csv"},
    {"doc", "application/msword"}, {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}, {"flac", "audio/flac"},
    {"gif", "image/gif"}, {"gz", "application/gzip"}, {"htm", "text/html"}, {"html", "text/html"}, {"jpeg", "image/jpeg"}, {"jpg", "image/jpeg"},
    {"json", "application/json"}, {"log", "text/plain"}, {"md", "text/markdown"}, {"mkv", "video/x-matroska"}, {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"}, {"mp4", "video/mp4"}, {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"}, {"odt", "application/vnd.oasis.opendocument.text"}, {"ogg", "audio/ogg"},
    {"pdf", "application/pdf"}, {"png", "image/png"}, {"ps", "application/postscript"}, {"svg", "image/svg+xml"}, {"tar", "application/x-tar"},
    {"txt", "text/plain"}, {"wav", "audio/wav"}, {"webm", "video/webm"}, {"webp", "image/webp"}, {"xml", "application/xml"},
    {"xz", "application/x-xz"}, {"zip", "application/zip"},
}};

// The dot before the ending; the end where there is none.
std::size_t ending_at(string_view name) {
    const std::size_t dot = name.rfind('.');
    return dot == string_view::npos || dot == 0 ? name.size() : dot;
}

}  // namespace

std::string name_on_disk(string_view name) {
    constexpr std::size_t bytes_max = 200;   // most disks take 255
    std::string plain = plain_file_name(name, bytes_max);
    if (plain.front() == '.' || plain.front() == '-') plain.front() = '_';
    return plain;
}

std::string numbered_name(const std::string& name, unsigned number) {
    const std::size_t dot = ending_at(name);
    return name.substr(0, dot) + " (" + std::to_string(number) + ")" + name.substr(dot);
}

std::string type_of_file(string_view name) {
    std::string ending{name.substr(std::min(name.size(), ending_at(name) + 1))};
    for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const auto found = std::ranges::find(types, ending, &std::pair<string_view, string_view>::first);
    return found == types.end() ? "" : std::string{found->second};
}

}  // namespace parley::chat
