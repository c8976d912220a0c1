#include "chat/state/mentions.hpp"

#include <algorithm>

#include "chat/state/names.hpp"

namespace parley::chat {
namespace {

// A name is at most 64 bytes; behind that no word is one.
constexpr std::size_t word_bytes_max = 96;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t'; }

bool is_word_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

bool is_ascii_punctuation(char c) { return static_cast<unsigned char>(c) < 0x80 && !is_word_byte(c); }

std::vector<std::string> readings(std::string_view word) {
    std::vector<std::string> all;
    if (word.size() > word_bytes_max) return all;
    while (!word.empty()) {
        std::string folded = fold_name(word);
        if (folded.empty()) return all;
        all.push_back(std::move(folded));
        if (!is_ascii_punctuation(word.back())) return all;
        word.remove_suffix(1);
    }
    return all;
}

}  // namespace

std::vector<std::vector<std::string>> mentioned_words(std::string_view text, std::size_t words_max) {
    std::vector<std::vector<std::string>> words;
    for (std::size_t at = text.find('@'); at != std::string_view::npos && words.size() < words_max; at = text.find('@', at + 1)) {
        if (at > 0 && is_word_byte(text[at - 1])) continue;
        const auto* const end = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at) + 1, text.end(), is_space);
        auto found = readings(text.substr(at + 1, static_cast<std::size_t>(end - text.begin()) - at - 1));
        if (!found.empty()) words.push_back(std::move(found));
    }
    return words;
}

bool speaks_to(std::string_view text, std::string_view name) {
    const std::string folded = fold_name(name);
    for (const auto& word : mentioned_words(text)) {
        for (const std::string& reading : word) {
            if (reading == folded || reading == everybody_name) return true;
        }
    }
    return false;
}

}  // namespace parley::chat
