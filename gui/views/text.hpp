// Text between the model (UTF-8) and wxWidgets, and the window's own words (gui/model/words.hpp) as wxWidgets takes them.
#pragma once

#include <string>

#include <wx/string.h>

#include "gui/model/words.hpp"

namespace parley::gui {

inline wxString from_utf8(const std::string& text) { return wxString::FromUTF8(text.data(), text.size()); }
inline std::string to_utf8(const wxString& text) {
    const auto bytes = text.utf8_str();
    return std::string(bytes.data(), bytes.length());
}

// In the reader's language. The macro of this name that wxWidgets has is off (WXINTL_NO_GETTEXT_MACRO): it fills no places, and takes
// the sources' UTF-8 for the encoding of the locale.
inline wxString _(const char* english) { return from_utf8(tr(english)); }
template <class... Values>
wxString _(fmt::format_string<const Values&...> english, const Values&... values) {
    return from_utf8(tr(english, values...));
}

}  // namespace parley::gui
