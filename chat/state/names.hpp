// Rules for what people type: names of users and rooms, and texts. The same on the client, in the gateway and in apply,
// where they decide; pure functions of their arguments and of the Unicode tables of utf8proc.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/state/commands.hpp"

namespace parley::chat {

// How an account that is gone is shown; nobody can take it as a name.
inline constexpr std::string_view deleted_user_name = "deleted user";
// The public room that is made with the first account.
inline constexpr std::string_view first_room_name = "general";

// The key under which a name is unique: NFKC and case folding until nothing changes any more, without invisible
// characters. Empty when the bytes are not UTF-8.
std::string fold_name(std::string_view name);

// What a folded name looks like: Cyrillic and Greek letters that a reader takes for Latin ones become those.
std::string name_skeleton(std::string_view folded);

// None: the name may be used. Otherwise name_invalid, or name_confusing when it mixes look-alike alphabets.
std::optional<Refusal> judge_user_name(std::string_view name, std::size_t bytes_max);
// A conversation of these people as somebody among them calls it, "@" apart: "ann,@bob", whatever order the others' names come in.
std::string conversation_name(std::vector<std::string> others);
// The names in what follows the "@" of "@ann,@bob"; of a direct conversation it is one.
std::vector<std::string> names_in_conversation(std::string_view name);
// None, or room_name_invalid.
std::optional<Refusal> judge_room_name(std::string_view name, std::size_t bytes_max);

// None, or text_empty, text_too_long, text_invalid (not UTF-8, or control characters other than line break and tab).
std::optional<Refusal> judge_text(std::string_view text, std::size_t bytes_max);

// None, or reaction_invalid: not exactly one visible character as a reader counts them, or longer than 32 bytes.
std::optional<Refusal> judge_emoji(std::string_view emoji);

// None, or file_name_invalid: 1 to bytes_max bytes of visible characters and single plain spaces, no slash of either kind, not only dots.
// Where it is saved it names one file in the folder it is given, and reads as what it is.
std::optional<Refusal> judge_file_name(std::string_view name, std::size_t bytes_max);
// The nearest name that passes: without what may not be in it, cut at its end but before what stands behind its last dot; "file" when
// nothing is left.
std::string plain_file_name(std::string_view name, std::size_t bytes_max);
// Empty, or like "image/png".
bool is_file_type(std::string_view type);

// Valid UTF-8 without control characters, at most bytes_max: for names of devices.
bool is_plain_line(std::string_view text, std::size_t bytes_max);

}  // namespace parley::chat
