// Writing of JSON objects, by hand: a dozen lines against seconds of compile time in every command's file.
#include "chat/cli/json_line.hpp"

#include <fmt/format.h>

namespace parley::chat {

std::string json_quoted(std::string_view text) {
    std::string result = "\"";
    for (const char letter : text) {
        switch (letter) {
            case '"': result += "\\\""; break;
            case '\\': result += "\\\\"; break;
            case '\n': result += "\\n"; break;
            case '\t': result += "\\t"; break;
            case '\r': result += "\\r"; break;
            default:
                if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) {
                    result += fmt::format("\\u{:04x}", static_cast<unsigned>(letter));
                } else {
                    result += letter;
                }
        }
    }
    return result + '"';
}

JsonLine& JsonLine::raw(std::string_view key, std::string_view value) {
    if (!body_.empty()) body_ += ",";
    body_ += json_quoted(key);
    body_ += ":";
    body_ += value;
    return *this;
}

JsonLine& JsonLine::decimal(std::string_view key, double value) { return raw(key, fmt::format("{:.3f}", value)); }

JsonLine& JsonLine::texts(std::string_view key, const std::vector<std::string>& values) {
    std::string list;
    for (const std::string& value : values) list += (list.empty() ? "" : ",") + json_quoted(value);
    return raw(key, "[" + list + "]");
}

JsonLine& JsonLine::decimals(std::string_view key, const std::vector<double>& values) {
    std::string list;
    for (const double value : values) list += fmt::format("{}{:.3f}", list.empty() ? "" : ",", value);
    return raw(key, "[" + list + "]");
}

}  // namespace parley::chat
