// Text between the model (UTF-8) and wxWidgets.
#pragma once

#include <string>

#include <wx/string.h>

namespace parley::gui {

inline wxString from_utf8(const std::string& text) { return wxString::FromUTF8(text.data(), text.size()); }
inline std::string to_utf8(const wxString& text) {
    const auto bytes = text.utf8_str();
    return std::string(bytes.data(), bytes.length());
}

}  // namespace parley::gui
