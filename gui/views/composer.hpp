// Composer: where one types. Enter sends, Shift+Enter breaks the line; it grows to eight lines and then scrolls.
#pragma once

#include <functional>
#include <string>

#include <wx/panel.h>
#include <wx/stattext.h>
#include <wx/textctrl.h>
#include <wx/timer.h>

#include "gui/views/attachments.hpp"
#include "gui/views/completion_list.hpp"
#include "gui/views/palette.hpp"

namespace parley::gui {

// What the text will be: a message, an answer to one, or the new text of one.
struct Purpose {
    enum class Kind { message, reply, edit };
    Kind kind = Kind::message;
    std::uint64_t number = 0;
};

struct ComposerEvents {
    std::function<void(const std::string& text, const Purpose& purpose)> send;
    std::function<void(std::vector<Attachment> files, const std::string& text, const Purpose& purpose)> send_files;
    std::function<void()> choose_files;
    std::function<void(const std::string& text)> draft;      // what is there, a moment after it changed
    std::function<void()> typing;                            // somebody writes a message
    std::function<void(int pages)> scroll;                   // Page Up and Page Down belong to the messages
    std::function<void()> edit_last;                         // Arrow Up in an empty text
    std::function<void()> resized;
    std::function<std::vector<CompletionChoice>(const CompletionQuery&)> complete;
    // A /command was entered; a sentence: it is not done, stays there, and this is why.
    std::function<std::optional<std::string>(const std::string& line)> command;
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
    // A text that came back, to be said and never taken for a command.
    void give_back(const std::string& text);
    // All commands are offered.
    void offer_commands();
    // At the caret, apart from the word before it, to be changed and sent by whoever types.
    void insert(const std::string& text);
    // Another device has changed the draft; what was typed here meanwhile stays.
    void replace(const std::string& before, const std::string& draft);
    // The next text answers this message, or replaces it; `said` is shown above.
    void reply_to(std::uint64_t number, const std::string& said);
    void edit(std::uint64_t number, const std::string& text);
    // Back to a plain message; true if it was something else.
    bool cancel_purpose();
    // A list of suggestions that is open goes; true if one was.
    bool close_list();
    // Goes with what is typed; false when there are so many already.
    bool attach(Attachment attachment, std::size_t files_max);
    // Those of another room take their place.
    std::vector<Attachment> exchange_attached(std::vector<Attachment> files);
    [[nodiscard]] bool has_attached() const { return !attached_->empty(); }
    [[nodiscard]] wxTextCtrl& control() { return *text_; }
    // nullptr: nothing was offered yet.
    [[nodiscard]] CompletionList* completions() { return list_; }

private:
    void on_key(wxKeyEvent& event);
    void on_char(wxKeyEvent& event);
    void changed();
    void fit();
    void send();
    void run_command();
    void say(const std::string& problem);
    void refresh_hint();
    [[nodiscard]] bool is_command() const;
    void offer();
    [[nodiscard]] bool is_typed_whole(int key) const;
    void complete(const CompletionChoice& choice);
    void set_purpose(Purpose purpose, const wxString& said);

    ComposerEvents events_;
    const Palette* palette_ = &Palette::light();
    wxTextCtrl* text_;
    CompletionList* list_ = nullptr;    // made when there is something to offer
    wxStaticText* purpose_text_;
    Attachments* attached_;
    wxButton* choose_;
    wxStaticText* hint_;
    std::string receiver_;              // whom it goes to
    std::string problem_;               // with the command that stands there
    Purpose purpose_;
    wxString kept_;                     // the draft that an edit stands in front of
    wxTimer draft_timer_;
    bool is_changed_ = false;
    bool is_showing_ = false;
};

}  // namespace parley::gui
