#include "chat/client/replies/reply_text.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <utf8proc.h>

#include "chat/search/text.hpp"

namespace parley::chat {
namespace {

struct Character {
    utf8proc_int32_t point = 0;
    std::size_t size = 0;      // 0: no UTF-8
};

Character first_of(std::string_view text) {
    const auto byte = static_cast<unsigned char>(text.front());
    if (byte < 0x80) return {byte, 1};
    Character character;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
    const auto size = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &character.point);
    if (size > 0) character.size = static_cast<std::size_t>(size);
    return character;
}

// What SQLite's tokenizer makes words of, and the marks within them.
bool is_of_a_word(utf8proc_int32_t point) {
    if (point < 0x80) return (point >= '0' && point <= '9') || (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
    const utf8proc_category_t category = utf8proc_category(point);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) || category == UTF8PROC_CATEGORY_CO;
}

bool is_control(utf8proc_int32_t point) {
    const utf8proc_category_t category = utf8proc_category(point);
    // Format characters turn the direction of a line around, or are not seen at all; the joiners within words and emoji are wanted.
    if (category == UTF8PROC_CATEGORY_CF) return point != 0x200C && point != 0x200D;
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CS || category == UTF8PROC_CATEGORY_CO ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

struct Word {
    std::string text;
    bool stands_alone = false;   // of a script that writes no blanks: one character
    bool joins = false;          // nothing but a blank is between it and the one before
};

std::vector<Word> words_of(std::string_view searchable) {
    std::vector<Word> words;
    bool within = false;
    bool joins = false;
    while (!searchable.empty()) {
        const Character character = first_of(searchable);
        const std::size_t size = std::max<std::size_t>(character.size, 1);
        if (character.size > 0 && is_of_a_word(character.point)) {
            if (!within) words.push_back({{}, false, joins});
            words.back().text += searchable.substr(0, size);
            within = true;
            joins = true;
        } else {
            if (character.point != ' ') joins = false;
            within = false;
        }
        searchable.remove_prefix(size);
    }
    for (Word& word : words) word.stands_alone = static_cast<unsigned char>(word.text.front()) >= 0xE1 && has_ideograph(word.text);
    return words;
}

std::size_t distance(const std::string& one, const std::string& other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < other.size(); ++j) {
            const std::size_t replaced = diagonal + (one[i] == other[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

bool has_long_number(std::string_view text) {
    constexpr int digits_max = 4;
    int digits = 0;
    for (const char c : text) {
        digits = c >= '0' && c <= '9' ? digits + 1 : 0;
        if (digits > digits_max) return true;
    }
    return false;
}

}  // namespace

std::vector<std::string> terms_of(std::string_view searchable, std::size_t most) {
    const std::vector<Word> words = words_of(searchable);
    std::vector<std::string> terms;
    const auto add = [&](std::string term) {
        if (std::find(terms.begin(), terms.end(), term) == terms.end()) terms.push_back(std::move(term));
    };
    for (std::size_t i = 0; i < words.size() && terms.size() < most; ++i) {
        if (!words[i].stands_alone) {
            add(words[i].text);
            continue;
        }
        const bool after = i > 0 && words[i - 1].stands_alone && words[i].joins;
        const bool before = i + 1 < words.size() && words[i + 1].stands_alone && words[i + 1].joins;
        if (after) add(words[i - 1].text + " " + words[i].text);
        if (!after && !before) add(words[i].text);
    }
    return terms;
}

std::string prompt_of(std::string_view text) {
    std::string prompt = searchable(text);
    if (prompt.size() <= prompt_bytes_max) return prompt;
    std::size_t end = prompt_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(prompt[end]) & 0xC0U) == 0x80U) --end;
    prompt.resize(end);
    return prompt;
}

std::string reply_key(std::string_view text) {
    const std::string folded = searchable(text);
    std::string key;
    for (const Word& word : words_of(folded)) key += (key.empty() ? "" : " ") + word.text;
    return key.empty() ? folded : key;
}

bool is_quick_reply(std::string_view text) {
    if (text.empty() || has_link(text) || has_long_number(text)) return false;
    return plain_line(text, reply_characters_max) == text;
}

bool nearly_equal(const std::string& one_key, const std::string& other_key) {
    if (one_key == other_key) return true;
    constexpr std::size_t terms_max = 64;
    const std::vector<std::string> one = terms_of(one_key, terms_max);
    const std::vector<std::string> other = terms_of(other_key, terms_max);
    const auto common = std::count_if(one.begin(), one.end(), [&](const std::string& term) { return std::find(other.begin(), other.end(), term) != other.end(); });
    const std::size_t all = one.size() + other.size() - static_cast<std::size_t>(common);
    if (all > 0 && static_cast<double>(common) >= 0.6 * static_cast<double>(all)) return true;
    // A letter more or less in a long enough text is a slip of the finger.
    const std::size_t length = std::max(one_key.size(), other_key.size());
    return length >= 8 && distance(one_key, other_key) * 5 <= length;
}

std::string plain_line(std::string_view text, std::size_t characters_max) {
    std::string line;
    bool wants_blank = false;
    std::size_t characters = 0;
    while (!text.empty() && characters < characters_max) {
        const Character character = first_of(text);
        const std::string_view bytes = text.substr(0, std::max<std::size_t>(character.size, 1));
        text.remove_prefix(bytes.size());
        const bool is_blank = character.size > 0 && (character.point == ' ' || character.point == '\n' || character.point == '\t' ||
                                                     character.point == '\r' || utf8proc_category(character.point) == UTF8PROC_CATEGORY_ZS);
        if (is_blank) {
            wants_blank = !line.empty();
            continue;
        }
        if (character.size == 0 || is_control(character.point)) continue;
        if (wants_blank) {
            line += ' ';
            if (++characters == characters_max) break;
        }
        wants_blank = false;
        line += bytes;
        ++characters;
    }
    while (line.ends_with(' ')) line.pop_back();
    return line;
}

}  // namespace parley::chat
