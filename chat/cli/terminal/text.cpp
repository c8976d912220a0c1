// UTF-8 and columns.
#include "chat/cli/terminal/text.hpp"

#include <algorithm>

#include <wchar.h>

namespace parley::chat {
namespace {

constexpr char32_t replacement = 0xFFFD;

bool is_control(char32_t letter) { return (letter < 0x20 && letter != U'\n') || (letter >= 0x7F && letter < 0xA0); }

// Marks that turn the direction of text, which would let one line pretend to be another.
bool is_direction_mark(char32_t letter) {
    return (letter >= 0x202A && letter <= 0x202E) || (letter >= 0x2066 && letter <= 0x2069);
}

// Length of the sequence that this byte begins; 0: it begins none.
std::size_t sequence_length(unsigned char byte) {
    if (byte < 0x80) return 1;
    if (byte >= 0xC2 && byte < 0xE0) return 2;
    if (byte >= 0xE0 && byte < 0xF0) return 3;
    if (byte >= 0xF0 && byte < 0xF5) return 4;
    return 0;
}

char32_t decode_one(std::string_view text, std::size_t& at) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = sequence_length(first);
    ++at;
    if (length == 0) return replacement;
    static constexpr unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    char32_t letter = first & masks[length];
    for (std::size_t i = 1; i < length; ++i) {
        if (at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U) return replacement;
        letter = (letter << 6U) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
    }
    return letter;
}

char byte_of(char32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); }

void encode_one(char32_t letter, std::string& out) {
    if (letter < 0x80) {
        out += byte_of(letter);
    } else if (letter < 0x800) {
        out += byte_of(0xC0U | (letter >> 6U));
        out += byte_of(0x80U | (letter & 0x3FU));
    } else if (letter < 0x10000) {
        out += byte_of(0xE0U | (letter >> 12U));
        out += byte_of(0x80U | ((letter >> 6U) & 0x3FU));
        out += byte_of(0x80U | (letter & 0x3FU));
    } else {
        out += byte_of(0xF0U | (letter >> 18U));
        out += byte_of(0x80U | ((letter >> 12U) & 0x3FU));
        out += byte_of(0x80U | ((letter >> 6U) & 0x3FU));
        out += byte_of(0x80U | (letter & 0x3FU));
    }
}

std::size_t columns_of(const std::u32string& text) {
    std::size_t sum = 0;
    for (const char32_t letter : text) sum += columns(letter);
    return sum;
}

// The longest beginning that fits, at least one character, preferably up to a space.
std::size_t break_at(const std::u32string& text, std::size_t begin, std::size_t width) {
    std::size_t used = 0;
    std::size_t space = 0;
    for (std::size_t i = begin; i < text.size(); ++i) {
        used += columns(text[i]);
        if (used > width) return space > begin ? space : std::max(i, begin + 1);
        if (text[i] == U' ') space = i + 1;
    }
    return text.size();
}

}  // namespace

std::u32string decode_utf8(std::string_view text) {
    std::u32string result;
    for (std::size_t at = 0; at < text.size();) {
        char32_t letter = decode_one(text, at);
        if (letter == U'\t') letter = U' ';
        result += is_control(letter) || is_direction_mark(letter) ? replacement : letter;
    }
    return result;
}

std::string encode_utf8(std::u32string_view text) {
    std::string result;
    for (const char32_t letter : text) encode_one(letter, result);
    return result;
}

std::size_t columns(char32_t letter) {
    const int width = ::wcwidth(static_cast<wchar_t>(letter));
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

std::size_t columns(std::string_view text) { return columns_of(decode_utf8(text)); }

std::string fitted(std::string_view text, std::size_t width) {
    std::u32string letters = decode_utf8(text);
    std::replace(letters.begin(), letters.end(), U'\n', U' ');
    std::size_t used = columns_of(letters);
    if (used > width) {
        while (!letters.empty() && used + 1 > width) {
            used -= columns(letters.back());
            letters.pop_back();
        }
        if (width > 0) {
            letters += U'…';
            ++used;
        }
    }
    return encode_utf8(letters) + std::string(width - std::min(used, width), ' ');
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    const std::u32string letters = decode_utf8(text);
    for (std::size_t begin = 0; begin <= letters.size();) {
        const std::size_t end = std::min(letters.find(U'\n', begin), letters.size());
        const std::u32string line = letters.substr(begin, end - begin);
        std::size_t at = 0;
        do {
            const std::size_t next = break_at(line, at, std::max<std::size_t>(width, 1));
            std::string part = encode_utf8(std::u32string_view{line}.substr(at, next - at));
            while (next < line.size() && part.ends_with(' ')) part.pop_back();
            lines.push_back(std::move(part));
            at = next;
        } while (at < line.size());
        begin = end + 1;
    }
    return lines;
}

}  // namespace parley::chat
