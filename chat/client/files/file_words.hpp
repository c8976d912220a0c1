// What files are called on this machine, and what they are by their names. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace parley::chat {

// Somebody else's name, made harmless for a folder of one's own: the same where it already is. Never empty, never hidden, never an option to
// a program, never with a slash; short enough for a number and an ending behind it.
std::string name_on_disk(std::string_view name);
// "tea.png" and 2: "tea (2).png".
std::string numbered_name(const std::string& name, unsigned number);
// "image/png" for "tea.PNG"; empty where the ending says nothing.
std::string type_of_file(std::string_view name);

}  // namespace parley::chat
