#include "gui/model/words.hpp"

#include <array>

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

std::string decimal_text(double value, int digits) {
    std::string text = fmt::format("{:.{}f}", value, digits);
    // TRANSLATORS: what stands between the whole part of a number and its fraction
    if (const std::size_t point = text.find('.'); point != std::string::npos) text.replace(point, 1, tr_in("decimal sign", "."));
    return text;
}

std::string size_text(std::uint64_t bytes) {
    constexpr std::array<const char*, 4> units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) return tr_count("{0} byte", "{0} bytes", bytes);
    std::size_t unit = 0;
    std::uint64_t one = 1024;
    for (; bytes / one >= 1024 && unit + 1 < units.size(); ++unit) one *= 1024;
    // Cut and not rounded: 1023.96 KiB is no 1024.0.
    const double tenths = static_cast<double>(bytes / one) + static_cast<double>(bytes % one * 10 / one) / 10;
    return fmt::format("{} {}", decimal_text(tenths, 1), units.at(unit));
}

}  // namespace parley::gui
