#include "gui/views/reader.hpp"

#include <wx/dialog.h>
#include <wx/sizer.h>
#include <wx/textctrl.h>

#include "gui/model/transcript.hpp"
#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr std::size_t messages_shown = 500;

}  // namespace

void read_room(wxWindow* parent, const Room& room, const Palette& palette) {
    wxDialog dialog(parent, wxID_ANY, from_utf8(room.title()), wxDefaultPosition, parent->FromDIP(wxSize(680, 560)), wxDEFAULT_DIALOG_STYLE | wxRESIZE_BORDER);
    auto* text = new wxTextCtrl(&dialog, wxID_ANY, from_utf8(transcript_of(room, messages_shown)), wxDefaultPosition, wxDefaultSize,
                                wxTE_MULTILINE | wxTE_READONLY | wxBORDER_NONE);
    text->SetBackgroundColour(palette.canvas);
    text->SetForegroundColour(palette.text);
    set_accessible(*text, AccessibleRole::text_entry, tr("Messages in {0}", room.title()));
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->Add(text, wxSizerFlags(1).Expand().Border(wxALL, dialog.FromDIP(12)));
    dialog.SetSizer(all);
    dialog.SetBackgroundColour(palette.canvas);
    dialog.SetEscapeId(wxID_CANCEL);
    dialog.Bind(wxEVT_CHAR_HOOK, [&](wxKeyEvent& event) {
        if (event.GetKeyCode() == WXK_ESCAPE || event.GetKeyCode() == WXK_F7) return dialog.EndModal(wxID_CANCEL);
        event.Skip();
    });
    text->SetInsertionPointEnd();
    text->SetFocus();
    dialog.ShowModal();
}

}  // namespace parley::gui
