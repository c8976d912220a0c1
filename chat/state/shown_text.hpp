// A message of a person as one piece of text, for whoever shows no more than that: its file in brackets, then what was written.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "chat/state/effects.hpp"

namespace parley::chat {

// "17 bytes", "1.5 MiB"; never more than was there.
std::string shown_size(std::uint64_t bytes);

// How a size is said in the reader's language.
using SizeWords = std::function<std::string(std::uint64_t bytes)>;

// "tea.png, 1.5 MiB, image/png".
std::string shown_file(const MessageFile& file, const SizeWords& size_words = shown_size);
// Empty for a deleted message.
std::string shown_text(const RoomMessage& message, const SizeWords& size_words = shown_size);

}  // namespace parley::chat
