// MessageCanvas: the messages of one room, drawn by itself and scrolled by pixels. What is on screen never moves by
// itself: the row at the upper edge is held while older messages come in above it and new ones below. Only at its end
// does the list follow what arrives. It knows the model's room and nothing of where that comes from.
#pragma once

#include <set>
#include <unordered_map>
#include <vector>

#include <wx/timer.h>
#include <wx/window.h>

#include "gui/model/room.hpp"
#include "gui/model/rows.hpp"
#include "gui/model/selection.hpp"
#include "gui/views/previews.hpp"
#include "gui/views/text_layout.hpp"

namespace parley::gui {

constexpr int canvas_bottom_padding = 10;
constexpr const char* edits_link = "edits:";   // no text of anybody has such a link
constexpr const char* unfold_link = "unfold:";
constexpr const char* fold_link = "fold:";
constexpr int scroll_units_per_row = 100;   // the scroll bar counts rows: heights above are not known

// What the reader does; the owner of the canvas decides what comes of it.
struct MessageCanvasEvents {
    std::function<void()> wants_older;
    std::function<void(std::uint64_t number)> saw;              // the last line of this message was on screen
    std::function<void(const Sending&)> retry, edit_refused, throw_away, give_up_file;
    std::function<void(std::uint64_t number, const chat::MessageFile& file)> look_at_file;   // it is on screen for the first time
    std::function<void(std::uint64_t number)> save_file, stop_file, show_folder, open_picture;
    std::function<void(std::uint64_t number)> remove, reply, edit, mark_unread;
    std::function<chat::ProfileRow(chat::UserId)> profile;     // how somebody wants to be shown
    std::function<void(std::uint64_t number)> show_readers, show_edits;
    std::function<bool()> looks_after;                          // one may delete what others wrote
    std::function<void(std::uint64_t number, bool is_shown)> unfold;   // of a blocked person
    std::function<void(std::uint64_t number, const std::string& emoji, bool on)> react;
    std::function<void(std::uint64_t number, bool on)> pin;
    std::function<void(std::uint64_t root)> show_thread;
    std::function<void()> to_composer;                          // a letter was typed here
    std::function<void(chat::ReadingPlace)> moved;
};

class MessageCanvas : public wxWindow {
public:
    MessageCanvas(wxWindow* parent, MessageCanvasEvents events);

    void set_palette(const Palette& palette);
    void set_own(chat::UserId own) { own_ = own; }
    // Another room, or none; it begins where its reader was, or at the line above what is new.
    void show(const Room* room);
    // The shown room has changed.
    void refresh_room();
    void jump_to_latest();
    void jump_to(std::uint64_t number);
    void scroll_pages(int pages);
    // The bytes of a picture in the shown room; none: there is none to be shown.
    void picture_came(std::uint64_t number, std::shared_ptr<const net::Bytes> bytes);
    [[nodiscard]] PictureDecoder& decoder() { return previews_.decoder(); }

    [[nodiscard]] bool is_at_latest() const { return at_latest_; }
    // Beside each message its number, by which /commands name it.
    void show_numbers(bool are_shown);
    [[nodiscard]] bool shows_numbers() const { return shows_numbers_; }

    // ---- text that was selected with the mouse ----
    [[nodiscard]] std::string selected_text() const;
    // False when nothing was selected.
    bool clear_selection();
    // For tests: where a place in a text is on this canvas; none while it is not on screen.
    [[nodiscard]] std::optional<wxPoint> point_of(TextPlace place);

    // For tests: the middle of what is clicked to do something with this message's file; from give_up on with the first one on its way, whatever
    // the number. None while it is not on screen.
    enum class FileAct { save, stop, folder, picture, give_up, retry, throw_away };
    [[nodiscard]] std::optional<wxPoint> point_of(std::uint64_t number, FileAct act) const;
    [[nodiscard]] bool has_picture(std::uint64_t number) const;

    // For tests and for the reader: the row at the upper edge and how far it is above.
    [[nodiscard]] chat::ReadingPlace place() const;

private:
    struct Cached {
        std::size_t fingerprint = 0;
        int width = 0;
        int height = 0;
        int body_top = 0;               // below the name, and what the message answers
        int text_top = 0;               // below its file
        int extras_top = 0;             // reactions and the thread, below the text
        TextLayout text;
    };
    struct Hit {
        enum class What { retry, edit, throw_away, latest, quoted, thread, reaction, save_file, stop_file, folder, picture, give_up_file };
        What what;
        std::size_t row;
        wxRect where;
        std::size_t place = 0;          // of the reaction
    };

    void paint();
    void draw_row(wxDC& dc, std::size_t index, int y);
    void draw_event(wxDC& dc, const Row& row, int y);
    void draw_message(wxDC& dc, std::size_t index, int y);
    void draw_sending(wxDC& dc, std::size_t index, int y);
    void draw_rule(wxDC& dc, const wxString& text, int y, const wxColour& line, const wxColour& letters);
    void draw_disc(wxDC& dc, const chat::RoomMessage& message, int y);
    [[nodiscard]] std::string shown_name(const chat::RoomMessage& message) const;
    void draw_gutter(wxDC& dc, const Row& row, int y);
    void draw_overlays(wxDC& dc);
    void draw_empty(wxDC& dc);
    int draw_actions(wxDC& dc, std::size_t index, int x, int y);
    void draw_quoted(wxDC& dc, std::size_t index, std::uint64_t number, int y);
    void draw_extras(wxDC& dc, std::size_t index, int y);
    void click_hit(const Hit& hit);

    // ---- files; message_canvas_files.cpp ----
    [[nodiscard]] const chat::MessageFile* file_of(const Row& row) const;
    [[nodiscard]] const FileStanding* standing_of(const Row& row) const;
    [[nodiscard]] bool shows_picture(const Row& row) const;
    [[nodiscard]] int card_pixels(const Row& row) const;
    [[nodiscard]] wxSize picture_most() const;
    bool look_at_file(const chat::RoomMessage& message);
    void draw_card(wxDC& dc, std::size_t index, int y);
    void draw_page(wxDC& dc, const std::string& name, wxRect card);
    void draw_card_words(wxDC& dc, const Row& row, wxRect card, int right);
    int draw_card_acts(wxDC& dc, std::size_t index, wxRect card);
    void draw_progress(wxDC& dc, const Row& row, wxRect card);
    void draw_picture(wxDC& dc, std::size_t index, int y, bool is_asked);
    bool click_file(const Hit& hit);
    [[nodiscard]] std::string link_at(wxPoint where) const;
    void pick_reaction(std::uint64_t number);

    const Cached& layout(wxDC& dc, std::size_t index);
    int height_of(wxDC& dc, std::size_t index);
    [[nodiscard]] int text_left() const;
    [[nodiscard]] int text_width() const;

    // Puts the anchor where the pixels fit, loads what is missing, tells what was seen.
    void settle(wxDC& dc);
    void settle();
    void scroll_by(int pixels);
    void anchor_to_row(std::size_t index, int pixels);
    void update_scrollbar();
    void report();
    void rebuild_rows();
    [[nodiscard]] std::optional<std::size_t> row_at(int y) const;
    [[nodiscard]] bool is_own(const chat::RoomMessage& message) const { return message.author == own_; }
    [[nodiscard]] const chat::RoomMessage& message_of(const Row& row) const { return room_->messages()[row.place]; }
    // It has no text to be read, selected or copied.
    [[nodiscard]] bool is_hidden(const chat::RoomMessage& message) const { return message.deleted || room_->is_folded(message); }

    void on_scrollbar(wxScrollWinEvent& event);
    void on_wheel(wxMouseEvent& event);
    void on_motion(wxMouseEvent& event);
    void on_press(wxMouseEvent& event, bool is_double);
    void on_release(wxMouseEvent& event);
    void click(wxPoint where);
    void on_menu(std::size_t index);
    void on_key(wxKeyEvent& event);
    void select_row(int step);
    void copy(std::size_t index);
    void copy_selected();
    void announce();

    // ---- selecting; message_canvas_selecting.cpp ----
    // A press becomes a selection when the mouse moves, and a click when it is let go where it was.
    struct Press {
        wxPoint where;
        TextPlace place;
        Selection::By by = Selection::By::letters;
        bool is_on_hit = false;         // on something that is clicked: nothing is selected from there
        bool is_drag = false;
    };
    void press_to_select(wxPoint where, bool is_double, bool goes_on);
    // True when this is no mere pointing.
    bool drag_to(wxPoint where);
    void drag_on();
    std::optional<Press> forget_press();
    // True when it was a click.
    bool end_press();
    [[nodiscard]] TextPlace place_at(wxPoint where, Selection::By by);
    [[nodiscard]] TextPlace place_in_row(wxDC& dc, std::size_t index, wxPoint within, Selection::By by);
    [[nodiscard]] TextPlace place_beside(std::size_t index) const;
    [[nodiscard]] bool is_on_text(wxPoint where) const;
    [[nodiscard]] Stretch selected_of(const Row& row, std::size_t size) const { return selection_.within(message_of_key(row.key), size); }

    MessageCanvasEvents events_;
    const Palette* palette_ = &Palette::light();
    Type type_;
    chat::UserId own_;
    const Room* room_ = nullptr;
    std::uint64_t revision_ = 0;
    std::vector<Row> rows_;
    std::unordered_map<std::uint64_t, std::size_t> row_of_key_;
    std::unordered_map<std::uint64_t, Cached> layouts_;

    bool at_latest_ = true;
    bool shows_numbers_ = false;
    std::size_t top_ = 0;               // the row at the upper edge
    int above_ = 0;                     // pixels of it that are above
    std::vector<std::pair<std::size_t, int>> drawn_;   // rows on screen and their upper edges
    std::vector<Hit> hits_;
    std::uint64_t newest_seen_ = 0;     // for the count beside "latest"
    std::optional<std::size_t> hovered_;
    std::optional<std::uint64_t> current_;             // key of the row the keyboard is at
    std::uint64_t reported_ = 0;
    std::set<std::uint64_t> looked_at_;                // messages whose files were asked about
    Previews previews_;

    Selection selection_;
    std::optional<Press> press_;
    wxPoint mouse_;                                    // where the last drag was, beyond the edges too
    std::int64_t double_clicked_ms_ = 0;               // a press soon after is a triple click
    wxTimer drag_timer_;                               // scrolls while the mouse is beyond an edge
};

}  // namespace parley::gui
