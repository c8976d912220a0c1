// What texts are to quick replies: the terms by which messages are found and compared, the key under which replies count
// as the same, and which replies are worth suggesting. Pure functions of their arguments and the Unicode tables.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace parley::chat {

inline constexpr std::size_t reply_characters_max = 120;
inline constexpr std::size_t prompt_bytes_max = 400;

// The words of a text that went through searchable(), each once, in their order, at most `most`. Where a script writes no
// blanks, two neighbouring characters are a term ("東 京"), and one that stands alone is one by itself.
std::vector<std::string> terms_of(std::string_view searchable, std::size_t most);

// A message as it is kept to be found again: searchable, and cut to prompt_bytes_max at a character.
std::string prompt_of(std::string_view text);

// Replies with the same key are the same reply: "Yes!" and "yes". Signs alone ("👍") are their own key.
std::string reply_key(std::string_view text);

// One short line of plain text without a web address and without a long number: something that may fit again.
bool is_quick_reply(std::string_view text);

// So alike that showing both would waste one of three places.
bool nearly_equal(const std::string& one_key, const std::string& other_key);

// A text of a stranger as one line: control characters and what is no UTF-8 are gone, runs of blanks are one blank, at
// most `characters_max` characters.
std::string plain_line(std::string_view text, std::size_t characters_max);

}  // namespace parley::chat
