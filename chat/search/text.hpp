// What a text is to search: folded, and cut so that SQLite's tokenizer finds the words of scripts that write none. The
// same for what is indexed and for what is looked for. Pure functions; they depend on the Unicode tables alone.
#pragma once

#include <string>
#include <string_view>

namespace parley::chat {

// NFKC, case folding, and every Chinese, Japanese or Korean character a word of its own: "Tōkyō東京" becomes "tōkyō 東 京".
// Runs of blanks become one. Empty when the bytes are not UTF-8.
std::string searchable(std::string_view text);

// Of a searchable text: a letter or digit is in it, so that the tokenizer makes a word of it.
bool has_word(std::string_view searchable);
// Of a searchable text: one of the characters that became words of their own is in it.
bool has_ideograph(std::string_view searchable);

bool has_link(std::string_view text);

}  // namespace parley::chat
