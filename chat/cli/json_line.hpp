// JsonLine: one object on one line, keys in the order they were added. For what the programs print; nothing is parsed
// here. Text must be UTF-8; control characters are escaped.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::chat {

std::string json_quoted(std::string_view text);

class JsonLine {
public:
    JsonLine& text(std::string_view key, std::string_view value) { return raw(key, json_quoted(value)); }
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    JsonLine& number(std::string_view key, T value) {
        return raw(key, std::to_string(value));
    }
    JsonLine& decimal(std::string_view key, double value);   // three digits after the point
    JsonLine& flag(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
    JsonLine& null(std::string_view key) { return raw(key, "null"); }
    JsonLine& texts(std::string_view key, const std::vector<std::string>& values);
    JsonLine& decimals(std::string_view key, const std::vector<double>& values);
    // `value` is JSON already.
    JsonLine& raw(std::string_view key, std::string_view value);

    [[nodiscard]] std::string str() const { return "{" + body_ + "}"; }

private:
    std::string body_;
};

}  // namespace parley::chat
