// What is dropped on the window: files go with what is being typed, text goes into it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <wx/window.h>

namespace parley::gui {

struct DropEvents {
    std::function<void(const std::vector<std::string>& paths)> files;
    std::function<void(const std::string& text)> text;      // may be empty: then none is taken
};
void take_drops(wxWindow& window, DropEvents events);

// What the clipboard has that is no text to be typed: files of a file manager, a picture, or a text that is longer than a message may be. False when
// it has none of them.
struct PasteEvents {
    std::function<void(const std::vector<std::string>& paths)> files;
    std::function<void(const wxImage& picture)> picture;
    std::function<void(const std::string& text)> long_text;
    std::size_t text_bytes_max = 0;
};
bool paste_files(const PasteEvents& events);

}  // namespace parley::gui
