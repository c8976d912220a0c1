// ChatPage: the window of somebody who is logged in: rooms at the left, messages and composer in the middle, a pane at
// the right on demand. What people do here becomes commands; what the model says is shown.
#pragma once

#include <functional>
#include <map>

#include <wx/button.h>
#include <wx/panel.h>
#include <wx/splitter.h>
#include <wx/stattext.h>

#include "chat/client/slash_commands.hpp"
#include "gui/engine/commands.hpp"
#include "gui/model/model.hpp"
#include "gui/views/composer.hpp"
#include "gui/views/message_canvas.hpp"
#include "gui/views/picker.hpp"
#include "gui/views/reply_chips.hpp"
#include "gui/views/side_bar.hpp"
#include "gui/views/side_pane.hpp"

namespace parley::gui {

class AdminPage;
class LabPage;
class SettingsPage;

class ChatPage : public wxPanel {
public:
    static constexpr std::size_t text_bytes_max = 16 * 1024;   // of a message

    ChatPage(wxWindow* parent, Model& model, std::function<void(Command)> post, std::function<void()> show_menu);

    std::function<void()> on_read;       // the number of unread messages fell
    std::function<void(const Preferences&)> on_preferences;   // were chosen: to be applied and kept
    std::function<void()> on_page;       // a page in the place of the room came or went
    // Dialogues and another program, unless a test answers in their place: which files are to be sent; where one of this name is to go,
    // beginning in this folder (empty: nowhere); and the folder in which one lies, shown.
    std::function<std::vector<std::string>()> ask_which;
    std::function<std::string(const std::string& folder, const std::string& name)> ask_where;
    std::function<void(const wxString& folder)> launch_folder;

    void set_palette(const Palette& palette);
    void refresh(const Changed& changed);
    // Everything that was typed is handed over before the window goes.
    void flush();

    // ---- keys and menus ----
    void select(chat::RoomId room);
    void step(int step, bool unread_only);
    void switch_room();
    void new_conversation();
    void toggle_favourite();
    // Of what the shown room notifies.
    void notify_menu();
    void open_search();
    void search_everywhere();
    void toggle_members();
    void go_to_day();
    // Files of this computer go with what is being typed; chosen in a dialogue, or these.
    void choose_files();
    void attach(const std::vector<std::string>& paths);
    void next_pane();
    void read_aloud();
    void focus_composer() { composer_->focus(); }
    bool escape();
    void show_place(chat::RoomId room, std::uint64_t number);
    // Pages in the place of the room: one for administrators, one where the cluster has a lab. Choosing a room comes back.
    void show_administration(bool is_wanted);
    void show_lab(bool is_wanted);
    void show_settings(bool is_wanted);
    void show_room();
    [[nodiscard]] bool shows_administration() const;
    [[nodiscard]] bool shows_lab() const;
    [[nodiscard]] bool shows_settings() const;
    [[nodiscard]] bool shows_room() const { return !shows_administration() && !shows_lab() && !shows_settings(); }
    // The suggestion of this number, from 1, goes into what is being typed; false when there is none.
    bool take_reply(std::size_t number) { return shows_room() && chips_->take(number); }
    // In the side pane: who has read this message of the shown room.
    void show_readers(std::uint64_t number);
    // What it said before it was changed.
    void show_edits(std::uint64_t number);
    void toggle_pins();
    [[nodiscard]] int side_width() const { return splitter_->GetSashPosition(); }
    void set_side_width(int width) { splitter_->SetSashPosition(width); }
    [[nodiscard]] AdminPage* administration() { return admin_; }   // nullptr: it was never shown
    // Where one is reading; message 0: at the newest.
    [[nodiscard]] chat::ReadingPlace reading_place() const { return canvas_->place(); }
    [[nodiscard]] MessageCanvas& messages() { return *canvas_; }
    [[nodiscard]] ReplyChips& replies() { return *chips_; }
    [[nodiscard]] Composer& composer() { return *composer_; }

private:
    void refresh_header();
    void refresh_bar();
    void refresh_chips();
    void put_in_place_of_room(wxWindow* page);
    bool escape_page();
    void refresh_pages(const Changed& changed);
    void room_shown();
    void keep_text_of_gone_room();
    void show_notice();
    void keep_place();
    void go_on_to_place();
    void day_found();
    void send(const std::string& text, const Purpose& purpose);
    void edit_last();
    void find_day(const wxString& day);
    void open_members();

    // ---- /commands; chat_page_commands.cpp ----
    std::optional<std::string> enter_command(const std::string& line);
    [[nodiscard]] std::optional<std::string> why_not(const chat::SlashCommand& command) const;
    // A command is nobody else's: it is in no draft.
    void typed(const std::string& text);
    [[nodiscard]] bool has_files_under_way() const;
    void run(const chat::slash::Operate& c);
    void run(const chat::slash::Talk& c);
    void run(const chat::slash::People& c);
    void run(const chat::slash::Blocked& c);
    void run(const chat::slash::Rooms& c);
    void run(const chat::slash::Members& c);
    void run(const chat::slash::Reply& c);
    void run(const chat::slash::Thread& c);
    void run(const chat::slash::Pins& c);
    void run(const chat::slash::Search& c);
    void run(const chat::slash::Day& c);
    void run(const chat::slash::Numbers& c);
    void run(const chat::slash::SendFile& c);
    void run(const chat::slash::GetFile& c);
    void run(const chat::slash::Cancel& c);
    void run(const chat::slash::Help& c);
    void run(const chat::slash::Quit& c);

    void say(const std::string& sentence) { refresh(model_.apply(Notice{sentence})); }
    void attach_picture(const wxImage& picture);
    void attach_text(const std::string& text);
    void send_files(std::vector<Attachment> files, const std::string& text, const Purpose& purpose);
    void give_up_file(const Sending& sending);
    std::string ask_where_by_dialogue(const std::string& folder, const std::string& name);
    std::vector<std::string> ask_which_by_dialogue();
    void save_file(std::uint64_t number);
    void show_folder(std::uint64_t number);
    void open_picture(std::uint64_t number);
    void pictures_came();
    void take_files_from_everywhere();
    void show_thread(std::uint64_t root);
    void make_room(bool is_private);
    void browse_rooms();
    void find_person(bool to_invite, const std::string& pattern = {});
    void find_people();
    void room_menu(chat::RoomId room);
    void member_menu(const chat::UserRow& member);
    void set_level(const chat::RoomRow& row, const std::vector<std::pair<int, chat::Notify>>& ids, int chosen);
    void change_topic(const chat::RoomRow& row);
    void rename(const chat::RoomRow& row);
    // What was typed; none: it was left.
    std::optional<wxString> asked(const wxString& sentence, const wxString& title, const std::string& typed = {});
    bool confirmed(const std::string& question, const wxString& title, const wxString& yes);
    void talk_to(const std::string& name);
    void block(const std::string& name, bool on);
    void leave(chat::RoomId room);
    void remove(std::uint64_t number);
    MessageCanvasEvents canvas_events();
    ComposerEvents composer_events();
    [[nodiscard]] std::vector<ListItem> switcher_items(const std::string& letters) const;

    Model& model_;
    std::function<void(Command)> post_;
    std::function<void()> show_menu_;
    const Palette* palette_ = &Palette::light();
    std::optional<chat::RoomId> shown_;
    // A message to show as soon as the room's messages reach back to it.
    std::optional<std::pair<chat::RoomId, std::uint64_t>> wanted_place_;
    std::size_t pages_asked_ = 0;
    Picker* picker_ = nullptr;                       // while one is open
    std::function<void()> refresh_picker_;

    wxSplitterWindow* splitter_;
    SideBar* side_bar_;
    wxPanel* centre_;
    wxStaticText* title_;
    wxStaticText* subtitle_;
    wxButton* notify_;
    wxButton* pins_;
    wxButton* search_;
    wxButton* members_;
    wxPanel* rule_;
    wxPanel* bar_;
    wxStaticText* bar_text_;
    wxPanel* notice_;
    wxStaticText* notice_text_;
    std::map<chat::RoomId, std::vector<Attachment>> attached_;   // in rooms that are not shown now
    std::string save_folder_;                        // that was chosen last
    std::string text_of_gone_room_;                  // what was being typed there
    MessageCanvas* canvas_;
    ReplyChips* chips_;
    Composer* composer_;
    SidePane* pane_;
    AdminPage* admin_ = nullptr;                     // made when it is first shown
    LabPage* lab_ = nullptr;                         // the same
    SettingsPage* settings_ = nullptr;               // the same
};

}  // namespace parley::gui
