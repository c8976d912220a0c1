// Words: what the window says, in the language of whoever reads it. The sources hold the English, from which po/ is made;
// a Translator that is set once, before there is a window, knows another language. Without one everything is English.
// No sentence is put together from pieces: what varies has a numbered place, which another language may move.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace parley::gui {

// Nothing: it is not translated and stays English. Asked by the window's thread and by the engine's.
struct Translator {
    std::function<std::optional<std::string>(std::string_view context, std::string_view english)> text;
    std::function<std::optional<std::string>(std::string_view one, std::string_view many, std::uint64_t number)> counted;
};
// Before another thread begins; an empty one: English again.
void set_translator(Translator translator);

// A text that is translated where it is shown, marked where it is written.
constexpr const char* N_(const char* english) { return english; }

std::string tr(const char* english);
// As it is when it is not known: a sentence of the client library.
std::string tr_known(const std::string& english);
// The context tells apart what is one word in English and two elsewhere.
std::string tr_in(const char* context, const char* english);

// Behind the templates. A translation whose places do not fit gives the English.
std::string filled(fmt::string_view english, fmt::format_args values);
std::string filled(fmt::string_view one, fmt::string_view many, std::uint64_t number, fmt::format_args values);

template <class... Values>
std::string tr(fmt::format_string<const Values&...> english, const Values&... values) {
    return filled(english, fmt::make_format_args(values...));
}
// {0} is the number; other values follow.
template <class... Values>
std::string tr_count(fmt::format_string<const std::uint64_t&, const Values&...> one, fmt::format_string<const std::uint64_t&, const Values&...> many, std::uint64_t number,
                     const Values&... values) {
    return filled(one, many, number, fmt::make_format_args(number, values...));
}

std::string decimal_text(double value, int digits);      // "0.8", with the sign of the language
std::string size_text(std::uint64_t bytes);              // "1.2 MiB"

}  // namespace parley::gui
