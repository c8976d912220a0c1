#include "gui/model/letters.hpp"

#include <algorithm>

#include <utf8proc.h>

namespace parley::gui {
namespace {

using CodePoint = utf8proc_int32_t;

constexpr CodePoint no_letter = 0xFFFD;

// The code point at `at`, which moves behind it; bytes that are none count as one sign each.
CodePoint next_point(std::string_view text, std::size_t& at) {
    CodePoint point = no_letter;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const utf8proc_ssize_t length = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &point);
    at += length > 0 ? static_cast<std::size_t>(length) : 1;
    return length > 0 ? point : no_letter;
}

enum class Sort { word, blank, line_break, sign };

Sort sort_of(std::string_view letter) {
    std::size_t at = 0;
    const CodePoint point = next_point(letter, at);
    if (point == '\n') return Sort::line_break;
    const utf8proc_category_t category = utf8proc_category(point);
    const bool is_blank = category == UTF8PROC_CATEGORY_ZS || point == '\t';
    // Letters, marks and numbers are neighbours in the table; what joins words, as _ does, is behind them.
    const bool is_word = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_PC;
    return is_blank ? Sort::blank : is_word ? Sort::word : Sort::sign;
}

bool is_apostrophe(std::string_view letter) { return letter == "'" || letter == "\u2019"; }

// The letters of a text, each with its sort.
class Letters {
public:
    explicit Letters(std::string_view text) : text_(text), edges_(letter_edges(text)) {}

    [[nodiscard]] std::size_t count() const { return edges_.size() - 1; }
    [[nodiscard]] Stretch stretch(std::size_t first, std::size_t end) const { return {edges_[first], edges_[end]}; }
    [[nodiscard]] std::size_t holding(std::size_t offset) const {
        const auto behind = std::upper_bound(edges_.begin(), edges_.end(), offset);
        const auto found = static_cast<std::size_t>(behind - edges_.begin()) - 1;
        return std::min(found, count() - 1);
    }
    // An apostrophe between letters belongs to their word.
    [[nodiscard]] Sort sort(std::size_t index) const {
        const bool is_inside = index > 0 && index + 1 < count();
        if (is_inside && is_apostrophe(letter(index)) && sort_of(letter(index - 1)) == Sort::word && sort_of(letter(index + 1)) == Sort::word) return Sort::word;
        return sort_of(letter(index));
    }

private:
    [[nodiscard]] std::string_view letter(std::size_t index) const { return text_.substr(edges_[index], edges_[index + 1] - edges_[index]); }

    std::string_view text_;
    std::vector<std::size_t> edges_;
};

}  // namespace

std::vector<std::size_t> letter_edges(std::string_view text) {
    std::vector<std::size_t> edges{0};
    CodePoint before = 0;
    utf8proc_int32_t state = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const CodePoint point = next_point(text, at);
        if (begin > 0 && utf8proc_grapheme_break_stateful(before, point, &state)) edges.push_back(begin);
        before = point;
    }
    if (!text.empty()) edges.push_back(text.size());
    return edges;
}

std::size_t letter_edge_before(std::string_view text, std::size_t offset) {
    if (offset >= text.size()) return text.size();
    const std::vector<std::size_t> edges = letter_edges(text);
    return *(std::upper_bound(edges.begin(), edges.end(), offset) - 1);
}

Stretch word_around(std::string_view text, std::size_t offset) {
    const Letters letters(text);
    if (letters.count() == 0) return {};
    std::size_t first = letters.holding(offset);
    // Behind the last letter of a line one means that letter.
    if (letters.sort(first) == Sort::line_break && first > 0 && letters.sort(first - 1) != Sort::line_break) --first;
    const Sort sort = letters.sort(first);
    std::size_t end = first + 1;
    if (sort == Sort::sign || sort == Sort::line_break) return letters.stretch(first, end);
    while (first > 0 && letters.sort(first - 1) == sort) --first;
    while (end < letters.count() && letters.sort(end) == sort) ++end;
    return letters.stretch(first, end);
}

}  // namespace parley::gui
