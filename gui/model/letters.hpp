// Letters and words in UTF-8 text, as a person sees them: an é of two code points, a flag or a family is one letter. For
// selecting, where nothing may begin or end in the middle of one.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace parley::gui {

// Bytes from..to, without `to`.
struct Stretch {
    std::size_t from = 0;
    std::size_t to = 0;
    [[nodiscard]] bool empty() const { return from >= to; }
    friend bool operator==(const Stretch&, const Stretch&) = default;
};

// Where letters begin, in order, and the end of the text: one number more than there are letters.
std::vector<std::size_t> letter_edges(std::string_view text);

// The nearest edge of a letter at or before this byte; the end of the text for what is beyond it.
std::size_t letter_edge_before(std::string_view text, std::size_t offset);

// What a double click there takes: a word, the blanks between two, or else a single sign. At the end of the text: what
// stands last. A line break is never taken with what is beside it.
Stretch word_around(std::string_view text, std::size_t offset);

}  // namespace parley::gui
