#include "gui/model/words.hpp"

#include "chat/state/shown_text.hpp"

namespace parley::gui {
namespace {

Translator& translator() {
    static Translator one;
    return one;
}

std::optional<std::string> translated(std::string_view context, std::string_view english) {
    return translator().text ? translator().text(context, english) : std::nullopt;
}

std::string_view plain(fmt::string_view text) { return {text.data(), text.size()}; }

std::string fill(const std::optional<std::string>& translation, fmt::string_view english, fmt::format_args values) {
    if (!translation) return fmt::vformat(english, values);
    try {
        return fmt::vformat(*translation, values);
    } catch (const fmt::format_error&) {   // a catalogue of another version
        return fmt::vformat(english, values);
    }
}

}  // namespace

void set_translator(Translator translator) { gui::translator() = std::move(translator); }

std::string tr(const char* english) { return translated("", english).value_or(english); }
std::string tr_known(const std::string& english) { return english.empty() ? english : translated("", english).value_or(english); }
std::string tr_in(const char* context, const char* english) { return translated(context, english).value_or(english); }

std::string filled(fmt::string_view english, fmt::format_args values) { return fill(translated("", plain(english)), english, values); }

std::string filled(fmt::string_view one, fmt::string_view many, std::uint64_t number, fmt::format_args values) {
    const auto translation = translator().counted ? translator().counted(plain(one), plain(many), number) : std::nullopt;
    return fill(translation, number == 1 ? one : many, values);
}

std::string with_decimal_sign(std::string number) {
    // TRANSLATORS: what stands between the whole part of a number and its fraction
    if (const std::size_t point = number.find('.'); point != std::string::npos) number.replace(point, 1, tr_in("decimal sign", "."));
    return number;
}

std::string decimal_text(double value, int digits) { return with_decimal_sign(fmt::format("{:.{}f}", value, digits)); }

std::string size_text(std::uint64_t bytes) {
    return bytes < 1024 ? tr_count("{0} byte", "{0} bytes", bytes) : with_decimal_sign(chat::shown_size(bytes));
}

}  // namespace parley::gui
