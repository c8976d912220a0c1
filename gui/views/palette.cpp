#include "gui/views/palette.hpp"

#include <array>

#include <wx/settings.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

wxColour rgb(unsigned long value) {
    return wxColour(static_cast<unsigned char>(value >> 16), static_cast<unsigned char>(value >> 8), static_cast<unsigned char>(value));
}

wxFont scaled(wxFont font, double factor) { return font.Scaled(static_cast<float>(factor)); }

}  // namespace

const Palette& Palette::light() {
    static const Palette palette{
        .is_dark = false,
        .sidebar = rgb(0xF1F3F6), .canvas = rgb(0xFFFFFF), .raised = rgb(0xFFFFFF), .hover = rgb(0xF6F7F9), .selected = rgb(0xDCE5F5), .current = rgb(0xEEF3FC),
        .divider = rgb(0xE1E4E9),
        .text = rgb(0x1C1F24), .secondary = rgb(0x5F6771), .faint = rgb(0x737B86), .link = rgb(0x1F5FBF), .on_accent = rgb(0xFFFFFF),
        .marked = rgb(0x2563C9), .on_marked = rgb(0xFFFFFF),
        .accent = rgb(0x2563C9), .mention = rgb(0x9A4A00), .error = rgb(0xC02626), .saved = rgb(0x2F7D4B), .unread_line = rgb(0xD04545),
        .code_surface = rgb(0xF2F4F7), .quote_bar = rgb(0xC9D0DA),
        .warning_surface = rgb(0xFFF4D6), .warning_text = rgb(0x5C4400),
        .series = {rgb(0x2563C9), rgb(0xC2630A), rgb(0x15896A), rgb(0x8A4FA8), rgb(0x6B6F76)}};
    return palette;
}

const Palette& Palette::dark() {
    static const Palette palette{
        .is_dark = true,
        .sidebar = rgb(0x1B1D21), .canvas = rgb(0x232529), .raised = rgb(0x2D3035), .hover = rgb(0x292C31), .selected = rgb(0x33415C), .current = rgb(0x2B3342),
        .divider = rgb(0x36393F),
        .text = rgb(0xE4E6EA), .secondary = rgb(0xA3A9B3), .faint = rgb(0x8D94A0), .link = rgb(0x83B0FF), .on_accent = rgb(0xFFFFFF),
        .marked = rgb(0x3D70CC), .on_marked = rgb(0xFFFFFF),
        .accent = rgb(0x4C82E8), .mention = rgb(0xF2B871), .error = rgb(0xFF8A8A), .saved = rgb(0x7CC796), .unread_line = rgb(0xEE7070),
        .code_surface = rgb(0x1B1D21), .quote_bar = rgb(0x4A4F58),
        .warning_surface = rgb(0x44390F), .warning_text = rgb(0xFFE29A),
        .series = {rgb(0x6EA2FF), rgb(0xF2A65A), rgb(0x5CCFA6), rgb(0xC99BE6), rgb(0xB5BAC3)}};
    return palette;
}

const Palette& Palette::of(const std::string& setting) {
    if (setting == "light") return light();
    if (setting == "dark") return dark();
    return wxSystemSettings::GetAppearance().IsDark() ? dark() : light();
}

wxColour colour_of_person(const std::string& name, bool is_dark) {
    static const std::array<unsigned long, 10> light_hues{0x3B6FB6, 0x8A4FA8, 0x2E7D6B, 0xB2503C, 0x5A62B8, 0x9C6412, 0x3F7D38, 0xB0447A, 0x386E8C, 0x7A5C45};
    std::uint32_t sum = 2166136261U;
    for (const char letter : name) sum = (sum ^ static_cast<unsigned char>(letter)) * 16777619U;
    const wxColour hue = rgb(light_hues[sum % light_hues.size()]);
    return is_dark ? hue.ChangeLightness(92) : hue;
}

wxColour colour_chosen(std::uint32_t rgb_value, bool is_dark) {
    wxColour hue = rgb(rgb_value);
    constexpr double luminance_max = 0.45;
    for (int step = 0; step < 12 && hue.GetLuminance() > luminance_max; ++step) hue = hue.ChangeLightness(90);
    return is_dark ? hue.ChangeLightness(92) : hue;
}

wxString initials_of(const std::string& name) {
    const wxString text = from_utf8(name);
    wxString initials;
    if (!text.empty()) initials += wxString(text[0]).Upper();
    const std::size_t space = text.find_first_of(" -_.");
    if (space != wxString::npos && space + 1 < text.size()) initials += wxString(text[space + 1]).Upper();
    return initials;
}

int type_height(const wxWindow& window, int dip) { return window.FromDIP(dip) * text_percent() / 100; }

Type::Type(const wxWindow& window)
    : body(window.GetFont()), bold(body.Bold()), italic(body.Italic()), bold_italic(body.Bold().Italic()), code(body), small(scaled(body, 0.86)),
      small_bold(scaled(body, 0.86).Bold()), title(scaled(body, 1.12).Bold()), large(scaled(body, 1.9).Bold()) {
    code = wxFont(wxFontInfo(body.GetFractionalPointSize() * 0.94).Family(wxFONTFAMILY_TELETYPE));
}

}  // namespace parley::gui
