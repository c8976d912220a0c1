// SidePane: at the right, on demand: the members of the room, what a search in it found, or a thread.
#pragma once

#include <functional>

#include <wx/button.h>
#include <wx/panel.h>
#include <wx/srchctrl.h>
#include <wx/stattext.h>

#include "gui/model/model.hpp"
#include "gui/views/list_box.hpp"

namespace parley::gui {

struct SidePaneEvents {
    std::function<void(const std::string& name)> write_to;      // a member was chosen
    std::function<void(const chat::UserRow& member)> member_menu;
    std::function<void(const std::string& text)> search;
    std::function<void(std::uint64_t number)> jump;
    std::function<void(const std::string& text, chat::FoundAt before)> search_everywhere;
    std::function<void(chat::RoomId room, std::uint64_t number)> jump_to_room;
    std::function<void()> closed;
};

class SidePane : public wxPanel {
public:
    enum class Shows { nothing, members, search, everywhere, thread, readers, pins, edits };

    SidePane(wxWindow* parent, SidePaneEvents events);
    void set_palette(const Palette& palette);
    void open(Shows what, const Model& model);
    // In all rooms, as if it had been typed there and entered.
    void look_for(const std::string& text);
    void open_thread(std::uint64_t root, const Model& model);
    void open_readers(std::uint64_t number, const Model& model);
    void open_edits(std::uint64_t number, const Model& model);
    [[nodiscard]] Shows shows() const { return shows_; }
    void refresh(const Model& model);

private:
    SidePaneEvents events_;
    const Palette* palette_ = &Palette::light();
    void show_messages(const Model& model, const std::vector<chat::RoomMessage>& messages);
    void show_everywhere(const Model& model);
    void show_readers(const Model& model);
    void show_pins(const Model& model, const Room& room);
    void show_edits(const Model& model, const Room& room);
    void show_members(const Model& model, const Room& room);
    void chosen(std::uint64_t id);

    Shows shows_ = Shows::nothing;
    std::uint64_t root_ = 0;
    wxStaticText* title_;
    wxButton* close_;
    wxTextCtrl* field_;
    ListBox* list_;
    wxTextCtrl* texts_;                // in its place, where texts are shown as a whole
    std::vector<std::string> names_;
    std::vector<chat::UserRow> members_;
    std::vector<std::pair<chat::RoomId, std::uint64_t>> places_;   // of what was found everywhere
    chat::FoundAt next_;
};

}  // namespace parley::gui
