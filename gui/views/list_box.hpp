// ListBox: a short list drawn by itself: rooms, people, hits. Headings cannot be chosen; a count stands at the right.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <wx/vlbox.h>

#include "gui/model/notifications.hpp"
#include "gui/views/palette.hpp"

namespace parley::gui {

struct ListItem {
    enum class Kind { heading, entry };
    Kind kind = Kind::entry;
    wxString text;
    wxString detail;               // a second line
    bool says_detail = false;      // to screen readers, too
    wxString symbol;               // before the text; ignored where there is a disc
    std::string disc;              // the account with a disc before the text; empty: none
    std::uint32_t colour = chat::no_colour;   // of the disc; none: the account's own
    std::string initials{};        // whose letter is in it; empty: the account's
    std::uint64_t count = 0;       // of what is unread
    bool is_bold = false;
    bool is_dim = false;
    bool is_locked = false;        // a lock in the place of the symbol
    chat::Notify tells = chat::Notify::everything;   // a mark at the right for less
    bool is_favourite = false;     // is heard; it is seen by its heading
    enum class Dot { none, hollow, half, full };
    Dot dot = Dot::none;           // at the disc: whether somebody is there
    std::uint64_t id = 0;          // from 1
};

ListItem::Dot dot_of(chat::Presence presence);

class ListBox : public wxVListBox {
public:
    ListBox(wxWindow* parent, const std::string& name);

    void set_palette(const Palette& palette, const wxColour& surface);
    void set_items(std::vector<ListItem> items);
    // Said in the middle of an empty list.
    void say_when_empty(const wxString& sentence);
    // The chosen one is shown as such; nothing is called.
    void select(std::uint64_t id);
    // Up or down to the next entry, around the headings.
    void move(int step);
    [[nodiscard]] const ListItem* selected() const;
    [[nodiscard]] bool empty() const { return items_.empty(); }

    std::function<void(const ListItem&)> on_chosen;     // clicked, or Enter
    std::function<void(const ListItem&, bool is_double)> on_clicked;
    std::function<void(const ListItem&)> on_menu;

private:
    void OnDrawItem(wxDC& dc, const wxRect& rect, std::size_t index) const override;
    void OnDrawBackground(wxDC& dc, const wxRect& rect, std::size_t index) const override;
    [[nodiscard]] wxCoord OnMeasureItem(std::size_t index) const override;
    [[nodiscard]] int draw_front(wxDC& dc, const wxRect& rect, const ListItem& item) const;
    void draw_dot(wxDC& dc, int x, int y, ListItem::Dot dot) const;
    [[nodiscard]] int draw_lock(wxDC& dc, int x, int middle) const;
    [[nodiscard]] int draw_count(wxDC& dc, const wxRect& rect, std::uint64_t count) const;
    [[nodiscard]] int draw_quiet(wxDC& dc, int right, int middle, chat::Notify tells) const;
    void paint_empty();
    void move_to_end(bool is_first);
    void choose();
    void announce();

    std::string name_;
    const Palette* palette_ = &Palette::light();
    wxColour surface_;
    Type type_;
    std::vector<ListItem> items_;
    wxString when_empty_;
};

}  // namespace parley::gui
