// Text on a terminal: UTF-8, columns and wrapping. Bytes that are no UTF-8 and control characters become U+FFFD, so that
// nothing that was typed elsewhere can steer this terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::chat {

std::u32string decode_utf8(std::string_view text);
std::string encode_utf8(std::u32string_view text);

// Columns a character takes: 0 (combining), 1 or 2.
std::size_t columns(char32_t letter);
std::size_t columns(std::string_view text);

// At most `width` columns, padded with spaces to exactly that; cut off text ends in "…".
std::string fitted(std::string_view text, std::size_t width);

// Lines of at most `width` columns, broken at spaces where there are any and at every '\n'. At least one line.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace parley::chat
