#include "gui/views/picture_frame.hpp"

#include <wx/dcbuffer.h>
#include <wx/display.h>
#include <wx/frame.h>

#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int edge = 120;   // of the screen that stays free

class PictureFrame : public wxFrame {
public:
    PictureFrame(wxWindow* parent, const Palette& palette, const std::string& name, const Pixels& pixels)
        : wxFrame(parent, wxID_ANY, from_utf8(name), wxDefaultPosition, wxDefaultSize, wxDEFAULT_FRAME_STYLE | wxFRAME_FLOAT_ON_PARENT), bitmap_(image_of(pixels)) {
        SetClientSize(std::max(pixels.width, FromDIP(240)), std::max(pixels.height, FromDIP(160)));
        auto* inner = new wxWindow(this, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxWANTS_CHARS | wxFULL_REPAINT_ON_RESIZE);
        inner->SetBackgroundStyle(wxBG_STYLE_PAINT);
        set_accessible(*inner, AccessibleRole::panel, tr("Picture {0}", name));
        inner->Bind(wxEVT_PAINT, [this, inner, surface = palette.canvas](wxPaintEvent&) {
            wxAutoBufferedPaintDC dc(inner);
            dc.SetBackground(wxBrush(surface));
            dc.Clear();
            const wxSize room = inner->GetClientSize();
            dc.DrawBitmap(bitmap_, (room.x - bitmap_.GetWidth()) / 2, (room.y - bitmap_.GetHeight()) / 2, true);
        });
        inner->Bind(wxEVT_LEFT_UP, [this](wxMouseEvent&) { Close(); });
        Bind(wxEVT_CHAR_HOOK, [this](wxKeyEvent& event) {
            const int key = event.GetKeyCode();
            if (key != WXK_ESCAPE && key != WXK_RETURN && key != WXK_SPACE) return event.Skip();
            Close();
        });
        CentreOnParent();
        inner->SetFocus();
    }

private:
    wxBitmap bitmap_;
};

}  // namespace

void show_picture(wxWindow* parent, const Palette& palette, const std::string& name, const Pixels& pixels) {
    (new PictureFrame(parent, palette, name, pixels))->Show();   // destroys itself
}

wxSize picture_room(const wxWindow& window) {
    const wxRect screen = wxDisplay(&window).GetClientArea();
    const int margin = window.FromDIP(edge);
    return {std::max(screen.width - margin, margin), std::max(screen.height - margin, margin)};
}

}  // namespace parley::gui
