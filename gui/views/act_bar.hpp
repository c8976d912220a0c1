// ActBar: at the foot of the administrator's page: what is under way, how it ended, and questions, answered in place. It
// never stands in the way of the rest of the window.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <wx/button.h>
#include <wx/panel.h>
#include <wx/stattext.h>
#include <wx/textctrl.h>
#include <wx/weakref.h>

#include "gui/views/palette.hpp"

namespace parley::gui {

class ActBar : public wxPanel {
public:
    struct Question {
        std::string text;
        std::string yes;                        // on the button
        std::optional<std::string> typed{};     // none: nothing is to be typed; else what is in the field at first
        bool is_destructive = false;
    };
    using Then = std::function<void(const std::string& typed)>;

    explicit ActBar(wxWindow* parent);
    void set_palette(const Palette& palette);

    // Empty: nothing. Held back while a question is open.
    void say(const std::string& sentence, bool is_bad);
    // Takes the place of a question that is open.
    void ask(Question question, Then then);
    [[nodiscard]] bool is_asking() const { return static_cast<bool>(then_); }
    // False when nothing was asked.
    bool cancel();

private:
    void answer();
    void close();
    void show_sentence();
    void set_text(const std::string& text, const wxColour& colour);
    void wrap();

    const Palette* palette_ = &Palette::light();
    std::string sentence_;
    bool is_bad_ = false;
    bool is_destructive_ = false;
    std::string shown_;
    int wrapped_at_ = 0;
    Then then_;
    wxWeakRef<wxWindow> before_;                // had the focus
    wxPanel* rule_;
    wxStaticText* text_;
    wxTextCtrl* field_;
    wxButton* yes_;
    wxButton* no_;
};

}  // namespace parley::gui
