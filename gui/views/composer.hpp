// Composer: where one types. Enter sends, Shift+Enter breaks the line; it grows to eight lines and then scrolls.
#pragma once

#include <functional>
#include <string>

#include <wx/panel.h>
#include <wx/stattext.h>
#include <wx/textctrl.h>
#include <wx/timer.h>

#include "gui/views/palette.hpp"

namespace parley::gui {

struct ComposerEvents {
    std::function<void(const std::string& text)> send;
    std::function<void(const std::string& text)> draft;      // what is there, a moment after it changed
    std::function<void(int pages)> scroll;                   // Page Up and Page Down belong to the messages
    std::function<void()> to_messages;                       // Arrow Up in an empty text
    std::function<void()> resized;
};

class Composer : public wxPanel {
public:
    Composer(wxWindow* parent, ComposerEvents events);

    void set_palette(const Palette& palette);
    // For another room: its draft, and whom it goes to.
    void show(const std::string& draft, const std::string& receiver);
    void hide_for_nobody();
    [[nodiscard]] std::string text() const;
    // The draft is told at once if it was changed.
    void flush();
    void focus() { text_->SetFocus(); }
    void type(const wxString& letters) { text_->WriteText(letters); }
    [[nodiscard]] wxTextCtrl& control() { return *text_; }

private:
    void on_key(wxKeyEvent& event);
    void on_char(wxKeyEvent& event);
    void changed();
    void fit();
    void send();

    ComposerEvents events_;
    const Palette* palette_ = &Palette::light();
    wxTextCtrl* text_;
    wxStaticText* hint_;
    wxTimer draft_timer_;
    bool is_changed_ = false;
    bool is_showing_ = false;
};

}  // namespace parley::gui
