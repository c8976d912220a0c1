// Who a text speaks to: @name and @room. A pure function, the same in apply, where it decides, and in clients, which mark it.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace parley::chat {

// The word that speaks to everybody in a room.
inline constexpr std::string_view everybody_name = "room";

// What each @ in the text may mean, in the order of the text: the folded word behind it, and, longest first, what is left
// of it without the punctuation at its end ("@ada." may be a user "ada." and is more likely "ada"). An @ within a word, as
// in an address, means nothing. At most `words_max` words are looked at.
std::vector<std::vector<std::string>> mentioned_words(std::string_view text, std::size_t words_max = 50);

// Whether the text speaks to who has this name, or to everybody.
bool speaks_to(std::string_view text, std::string_view name);

}  // namespace parley::chat
