// SideBar: who one is, the rooms and people with what is unread, and how the cluster is.
#pragma once

#include <functional>

#include <wx/button.h>
#include <wx/panel.h>
#include <wx/stattext.h>

#include "gui/model/model.hpp"
#include "gui/views/list_box.hpp"

namespace parley::gui {

struct SideBarEvents {
    std::function<void(chat::RoomId)> choose;
    std::function<void(chat::RoomId)> room_menu;
    std::function<void()> add, menu;
};

class SideBar : public wxPanel {
public:
    SideBar(wxWindow* parent, SideBarEvents events);
    void set_palette(const Palette& palette);
    void refresh(const Model& model);
    // Not while something else than a room is shown: then every room can be chosen, also the one from before.
    void mark_chosen(bool is_marked) { is_marked_ = is_marked; }
    [[nodiscard]] ListBox& list() { return *list_; }

private:
    SideBarEvents events_;
    const Palette* palette_ = &Palette::light();
    bool is_marked_ = true;
    wxStaticText* name_;
    wxButton* add_;
    wxButton* menu_;
    ListBox* list_;
    wxStaticText* status_;
};

}  // namespace parley::gui
