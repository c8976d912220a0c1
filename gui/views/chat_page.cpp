#include "gui/views/chat_page.hpp"

#include <wx/clipbrd.h>
#include <wx/datetime.h>
#include <wx/msgdlg.h>
#include <wx/sizer.h>
#include <wx/textdlg.h>

#include "gui/model/times.hpp"
#include "gui/views/accessible.hpp"
#include "gui/views/admin_page.hpp"
#include "gui/views/lab_page.hpp"
#include "gui/views/reader.hpp"
#include "gui/views/settings_page.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

void to_clipboard(const std::string& text) {
    if (!wxTheClipboard->Open()) return;
    wxTheClipboard->SetData(new wxTextDataObject(from_utf8(text)));   // the clipboard owns it
    wxTheClipboard->Flush();
    wxTheClipboard->Close();
}

wxString level_label(chat::Notify level) {
    switch (level) {
        case chat::Notify::everything: return _("Notify: all");
        case chat::Notify::mentions: return _("Notify: mentions");
        case chat::Notify::nothing: return _("Notify: nothing");
    }
    return "";
}

// A line between its halves instead of the desktop's grip.
class Splitter : public wxSplitterWindow {
public:
    explicit Splitter(wxWindow* parent)
        : wxSplitterWindow(parent, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxSP_LIVE_UPDATE | wxSP_NOBORDER | wxSP_THIN_SASH) {}
    void DrawSash(wxDC& dc) override {
        if (!IsSplit() || !IsShownOnScreen()) return;   // before that the colour would go to the screen itself
        dc.SetPen(*wxTRANSPARENT_PEN);
        dc.SetBrush(wxBrush(GetWindow1()->GetBackgroundColour()));
        dc.DrawRectangle(GetSashPosition(), 0, GetSashSize(), GetClientSize().y);
        dc.SetBrush(wxBrush(GetBackgroundColour()));
        dc.DrawRectangle(GetSashPosition() + GetSashSize() - 1, 0, 1, GetClientSize().y);
    }
};

}  // namespace

ChatPage::ChatPage(wxWindow* parent, Model& model, std::function<void(Command)> post, std::function<void()> show_menu)
    : wxPanel(parent), model_(model), post_(std::move(post)), show_menu_(std::move(show_menu)) {
    splitter_ = new Splitter(this);
    splitter_->SetMinimumPaneSize(FromDIP(180));
    side_bar_ = new SideBar(splitter_, {[this](chat::RoomId room) { select(room); }, [this](chat::RoomId room) { room_menu(room); },
                                        [this] { new_conversation(); }, [this] { show_menu_(); }});
    centre_ = new wxPanel(splitter_);
    title_ = new wxStaticText(centre_, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxST_ELLIPSIZE_END);
    title_->SetFont(Type(*this).title);
    subtitle_ = new wxStaticText(centre_, wxID_ANY, "");
    subtitle_->SetFont(Type(*this).small);
    search_ = new wxButton(centre_, wxID_ANY, _("Search"), wxDefaultPosition, wxDefaultSize, wxBU_EXACTFIT | wxBORDER_NONE);
    search_->SetToolTip(_("Search in this room (Ctrl+F)"));
    members_ = new wxButton(centre_, wxID_ANY, _("Members"), wxDefaultPosition, wxDefaultSize, wxBU_EXACTFIT | wxBORDER_NONE);
    members_->SetToolTip(_("Show who is in this room"));
    notify_ = new wxButton(centre_, wxID_ANY, level_label(chat::Notify::everything), wxDefaultPosition, wxDefaultSize, wxBU_EXACTFIT | wxBORDER_NONE);
    notify_->SetToolTip(_("Of what this room notifies (Ctrl+Shift+N)"));
    pins_ = new wxButton(centre_, wxID_ANY, _("Pinned"), wxDefaultPosition, wxDefaultSize, wxBU_EXACTFIT | wxBORDER_NONE);
    pins_->SetToolTip(_("What is pinned in this room (Ctrl+Shift+P)"));
    rule_ = new wxPanel(centre_, wxID_ANY, wxDefaultPosition, wxSize(-1, 1));
    rule_->SetMinSize(wxSize(-1, 1));
    rule_->SetCanFocus(false);
    bar_ = new wxPanel(centre_);
    bar_text_ = new wxStaticText(bar_, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxST_ELLIPSIZE_END);
    notice_ = new wxPanel(centre_);
    notice_text_ = new wxStaticText(notice_, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxST_ELLIPSIZE_END);
    canvas_ = new MessageCanvas(centre_, canvas_events());
    chips_ = new ReplyChips(centre_);
    chips_->on_taken = [this](const std::string& text) { composer_->insert(text); };
    composer_ = new Composer(centre_, composer_events());
    pane_ = new SidePane(centre_, {[this](const std::string& name) { talk_to(name); },
                                   [this](const chat::UserRow& member) { member_menu(member); },
                                   [this](const std::string& text) {
                                       if (shown_) post_(SearchInRoom{*shown_, text});
                                   },
                                   [this](std::uint64_t number) {
                                       if (shown_) show_place(*shown_, number);
                                   },
                                   [this](const std::string& text, chat::FoundAt before) {
                                       post_(SearchEverywhere{text, before, local_zone_minutes()});
                                   },
                                   [this](chat::RoomId room, std::uint64_t number) { show_place(room, number); },
                                   [this] {
                                       pane_->open(SidePane::Shows::nothing, model_);
                                       centre_->Layout();
                                   }});

    auto* header = new wxBoxSizer(wxHORIZONTAL);
    header->Add(title_, wxSizerFlags().CenterVertical().Border(wxLEFT, FromDIP(20)));
    header->Add(subtitle_, wxSizerFlags(1).CenterVertical().Border(wxLEFT, FromDIP(12)));
    header->Add(notify_, wxSizerFlags().CenterVertical().Border(wxRIGHT, FromDIP(14)));
    header->Add(pins_, wxSizerFlags().CenterVertical().Border(wxRIGHT, FromDIP(14)));
    header->Add(search_, wxSizerFlags().CenterVertical().Border(wxRIGHT, FromDIP(14)));
    header->Add(members_, wxSizerFlags().CenterVertical().Border(wxRIGHT, FromDIP(18)));
    header->SetMinSize(wxSize(-1, FromDIP(50)));
    const auto fill_bar = [this](wxPanel* panel, wxStaticText* text) {
        auto* inner = new wxBoxSizer(wxHORIZONTAL);
        inner->AddSpacer(FromDIP(20));
        inner->Add(text, wxSizerFlags(1).CenterVertical().Border(wxTOP | wxBOTTOM, FromDIP(7)));
        inner->AddSpacer(FromDIP(20));
        panel->SetSizer(inner);
        panel->Hide();
    };
    fill_bar(bar_, bar_text_);
    fill_bar(notice_, notice_text_);
    for (wxWindow* part : std::initializer_list<wxWindow*>{notice_, notice_text_}) {
        part->Bind(wxEVT_LEFT_UP, [this](wxMouseEvent&) {
            if (!text_of_gone_room_.empty()) to_clipboard(std::exchange(text_of_gone_room_, {}));
            notice_->Hide();
            centre_->Layout();
        });
    }
    auto* talk = new wxBoxSizer(wxVERTICAL);
    talk->Add(canvas_, wxSizerFlags(1).Expand());
    talk->Add(chips_, wxSizerFlags().Expand());
    talk->Add(composer_, wxSizerFlags().Expand());
    auto* middle = new wxBoxSizer(wxHORIZONTAL);
    middle->Add(talk, wxSizerFlags(1).Expand());
    middle->Add(pane_, wxSizerFlags().Expand());
    auto* column = new wxBoxSizer(wxVERTICAL);
    column->Add(header, wxSizerFlags().Expand());
    column->Add(rule_, wxSizerFlags().Expand());
    column->Add(bar_, wxSizerFlags().Expand());
    column->Add(notice_, wxSizerFlags().Expand());
    column->Add(middle, wxSizerFlags(1).Expand());
    centre_->SetSizer(column);
    pane_->Hide();

    splitter_->SplitVertically(side_bar_, centre_, FromDIP(248));
    auto* all = new wxBoxSizer(wxVERTICAL);
    all->Add(splitter_, wxSizerFlags(1).Expand());
    SetSizer(all);
    pins_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { toggle_pins(); });
    notify_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { notify_menu(); });
    search_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { open_search(); });
    members_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { toggle_members(); });
    take_files_from_everywhere();
}

void ChatPage::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.canvas);
    splitter_->SetBackgroundColour(palette.divider);
    centre_->SetBackgroundColour(palette.canvas);
    title_->SetForegroundColour(palette.text);
    subtitle_->SetForegroundColour(palette.secondary);
    for (wxButton* button : {notify_, pins_, search_, members_}) {
        button->SetBackgroundColour(palette.canvas);
        button->SetForegroundColour(palette.secondary);
    }
    rule_->SetBackgroundColour(palette.divider);
    for (wxWindow* part : std::initializer_list<wxWindow*>{bar_, notice_}) part->SetBackgroundColour(palette.warning_surface);
    for (wxWindow* part : std::initializer_list<wxWindow*>{bar_text_, notice_text_}) part->SetForegroundColour(palette.warning_text);
    side_bar_->set_palette(palette);
    canvas_->set_palette(palette);
    chips_->set_palette(palette);
    composer_->set_palette(palette);
    pane_->set_palette(palette);
    if (admin_ != nullptr) admin_->set_palette(palette);
    if (lab_ != nullptr) lab_->set_palette(palette);
    if (settings_ != nullptr) settings_->set_palette(palette);
    Refresh();
}

// ---- what the parts do ----

MessageCanvasEvents ChatPage::canvas_events() {
    MessageCanvasEvents events;
    events.wants_older = [this] {
        Room* room = model_.selected();
        if (room == nullptr || !room->want_older()) return;
        if (room->messages().empty()) return post_(OpenRoom{room->id()});
        post_(LoadOlder{room->id(), room->first()});
    };
    events.saw = [this](std::uint64_t number) {
        const Room* room = model_.selected();
        if (room == nullptr || !model_.is_watching || !model_.saw(number)) return;
        post_(MarkReadTo{room->id(), number});
        side_bar_->refresh(model_);
        if (on_read) on_read();
    };
    events.retry = [this](const Sending& sending) {
        if (sending.file) return post_(RetryFile{sending.entry});
        post_(ThrowAway{sending.entry});
        send(sending.text, {sending.reply_to > 0 ? Purpose::Kind::reply : Purpose::Kind::message, sending.reply_to});
    };
    events.edit_refused = [this](const Sending& sending) {
        if (sending.file) post_(GiveUpFile{sending.entry});
        else post_(ThrowAway{sending.entry});
        composer_->give_back(sending.text);
        composer_->focus();
    };
    events.throw_away = [this](const Sending& sending) {
        if (sending.file) post_(GiveUpFile{sending.entry});
        else post_(ThrowAway{sending.entry});
    };
    events.give_up_file = [this](const Sending& sending) { give_up_file(sending); };
    events.look_at_file = [this](std::uint64_t number, const chat::MessageFile& file) {
        if (shown_) post_(LookAtFile{*shown_, number, file});
    };
    events.save_file = [this](std::uint64_t number) { save_file(number); };
    events.stop_file = [this](std::uint64_t number) {
        if (shown_) post_(StopFetching{*shown_, number});
    };
    events.show_folder = [this](std::uint64_t number) { show_folder(number); };
    events.open_picture = [this](std::uint64_t number) { open_picture(number); };
    events.remove = [this](std::uint64_t number) { remove(number); };
    events.mark_unread = [this](std::uint64_t number) {
        if (shown_) post_(MarkUnreadFrom{*shown_, number});
    };
    events.profile = [this](chat::UserId user) { return model_.profile_of(user); };
    events.unfold = [this](std::uint64_t number, bool is_shown) { refresh(model_.unfold(number, is_shown)); };
    events.show_edits = [this](std::uint64_t number) { show_edits(number); };
    events.show_readers = [this](std::uint64_t number) { show_readers(number); };
    events.looks_after = [this] {
        const Room* room = model_.selected();
        return room != nullptr && !room->row().is_direct && room->row().role >= chat::Role::moderator;
    };
    events.reply = [this](std::uint64_t number) {
        const chat::RoomMessage* message = model_.selected() == nullptr ? nullptr : model_.selected()->find(number);
        if (message != nullptr) composer_->reply_to(number, message->author_name + ": " + message->text.substr(0, message->text.find('\n')));
    };
    events.edit = [this](std::uint64_t number) {
        const chat::RoomMessage* message = model_.selected() == nullptr ? nullptr : model_.selected()->find(number);
        if (message != nullptr) composer_->edit(number, message->text);
    };
    events.react = [this](std::uint64_t number, const std::string& emoji, bool on) {
        if (shown_) post_(ReactTo{*shown_, number, emoji, on});
    };
    events.pin = [this](std::uint64_t number, bool on) {
        if (shown_) post_(PinTo{*shown_, number, on});
    };
    events.show_thread = [this](std::uint64_t root) { show_thread(root); };
    events.to_composer = [this] { composer_->focus(); };
    return events;
}

ComposerEvents ChatPage::composer_events() {
    ComposerEvents events;
    events.send = [this](const std::string& text, const Purpose& purpose) { send(text, purpose); };
    events.send_files = [this](std::vector<Attachment> files, const std::string& text, const Purpose& purpose) { send_files(std::move(files), text, purpose); };
    events.choose_files = [this] { choose_files(); };
    events.draft = [this](const std::string& text) { typed(text); };
    events.command = [this](const std::string& line) { return enter_command(line); };
    events.typing = [this] {
        const Room* room = model_.selected();
        if (room != nullptr && !room->is_provisional()) post_(Typing{room->id()});
    };
    events.scroll = [this](int pages) { canvas_->scroll_pages(pages); };
    events.edit_last = [this] { edit_last(); };
    events.resized = [this] { centre_->Layout(); };
    events.complete = [this](const CompletionQuery& query) { return completions(query, model_); };
    return events;
}

void ChatPage::send(const std::string& text, const Purpose& purpose) {
    const Room* room = model_.selected();
    if (room == nullptr) return;
    if (text.size() > text_bytes_max) {
        composer_->give_back(text);
        wxMessageBox(_("This text has {0} bytes; {1} is the limit. Send it in parts.", text.size(), text_bytes_max), _("Too long"),
                     wxOK | wxICON_INFORMATION, this);
        return;
    }
    if (purpose.kind == Purpose::Kind::edit) return post_(EditOwn{room->id(), purpose.number, text});
    const std::uint64_t reply_to = purpose.kind == Purpose::Kind::reply ? purpose.number : 0;
    post_(SendText{room->target(), room->is_provisional() ? std::nullopt : std::optional{room->id()}, text, reply_to});
    canvas_->jump_to_latest();
}

void ChatPage::edit_last() {
    const Room* room = model_.selected();
    if (room == nullptr) return;
    for (auto message = room->messages().rbegin(); message != room->messages().rend(); ++message) {
        if (message->author != model_.own_id() || message->kind != chat::MessageKind::text || message->deleted) continue;
        return composer_->edit(message->number, message->text);
    }
    canvas_->SetFocus();
}

void ChatPage::show_thread(std::uint64_t root) {
    if (!shown_) return;
    pane_->open_thread(root, model_);
    post_(LoadThread{*shown_, root});
    centre_->Layout();
}

void ChatPage::show_readers(std::uint64_t number) {
    if (!shown_) return;
    pane_->open_readers(number, model_);
    post_(LoadReaders{*shown_, number});
    centre_->Layout();
}

void ChatPage::show_edits(std::uint64_t number) {
    if (!shown_) return;
    pane_->open_edits(number, model_);
    post_(LoadEdits{*shown_, number});
    centre_->Layout();
}

void ChatPage::toggle_pins() {
    show_room();
    const Room* room = model_.selected();
    if (room == nullptr || room->is_provisional()) return;
    const bool is_open = pane_->shows() == SidePane::Shows::pins;
    if (!is_open) post_(LoadPins{room->id()});
    pane_->open(is_open ? SidePane::Shows::nothing : SidePane::Shows::pins, model_);
    centre_->Layout();
}

void ChatPage::remove(std::uint64_t number) {
    const Room* room = model_.selected();
    if (room == nullptr) return;
    wxMessageDialog question(this, _("Delete this message for everybody?"), _("Delete message"), wxYES_NO | wxNO_DEFAULT | wxICON_QUESTION);
    question.SetYesNoLabels(_("Delete"), _("Keep"));
    if (question.ShowModal() == wxID_YES) post_(DeleteOwn{room->id(), number});
}

void ChatPage::keep_place() {
    Room* room = shown_ ? model_.find(*shown_) : nullptr;
    if (room == nullptr || room->is_provisional() || room->place == canvas_->place()) return;
    room->place = canvas_->place();
    post_(SavePlace{room->id(), room->place});
}

void ChatPage::flush() {
    composer_->flush();
    keep_place();
}

// ---- what the model says ----

void ChatPage::refresh(const Changed& changed) {
    canvas_->set_own(model_.own_id());
    if (changed.rooms || changed.connection || changed.account) side_bar_->refresh(model_);
    if (changed.selected) room_shown();
    if (changed.messages && !changed.selected) canvas_->refresh_room();
    if (changed.messages || changed.selected || changed.replies || changed.rooms) refresh_chips();
    if (changed.messages) go_on_to_place();
    if (changed.pictures) pictures_came();
    if (changed.draft) {
        for (const DraftMoved& moved : model_.take_moved_drafts()) {
            if (shown_ == moved.room) composer_->replace(moved.before, moved.text);
        }
    }
    if (changed.profiles) {
        canvas_->Refresh();
        pane_->refresh(model_);
        side_bar_->refresh(model_);
        refresh_header();
    }
    if (changed.people && !changed.rooms) side_bar_->refresh(model_);
    if (changed.people && pane_->shows() == SidePane::Shows::members) pane_->refresh(model_);
    if (changed.day && shown_ == model_.day().room) day_found();
    if (changed.rooms || changed.members || changed.people) refresh_header();
    if (changed.members || changed.found || (changed.messages && pane_->shows() == SidePane::Shows::thread)) pane_->refresh(model_);
    if (changed.found && refresh_picker_) refresh_picker_();
    if (changed.connection) refresh_bar();
    refresh_pages(changed);
    if (changed.notice) show_notice();
}

void ChatPage::show_notice() {
    const bool has_text = !text_of_gone_room_.empty();
    notice_text_->SetLabelText(from_utf8(has_text ? model_.notice() + " " + tr("A click copies what you were writing there.") : model_.notice()));
    for (wxWindow* part : std::initializer_list<wxWindow*>{notice_, notice_text_}) {
        part->SetToolTip(has_text ? from_utf8(text_of_gone_room_) : _("Click to close"));
    }
    set_accessible(*notice_, AccessibleRole::panel, model_.notice());
    notice_->Show(!model_.notice().empty());
    centre_->Layout();
}

// The draft went with its room; the text is not lost before it was offered once.
void ChatPage::keep_text_of_gone_room() {
    text_of_gone_room_.clear();
    const bool is_gone = shown_ && !Room::is_provisional_id(*shown_) && model_.find(*shown_) == nullptr && model_.is_logged_in();
    const std::string text = is_gone ? composer_->text() : "";
    if (text.find_first_not_of(" \n\t") != std::string::npos) text_of_gone_room_ = text;
}

void ChatPage::room_shown() {
    Room* room = model_.selected();
    // A first message made the conversation: what is being typed meanwhile goes on in it.
    const bool moved_over = shown_ && Room::is_provisional_id(*shown_) && model_.find(*shown_) == nullptr;
    if (moved_over && room != nullptr && room->row().is_direct && room->draft.empty()) {
        const std::string text = composer_->text();
        (chat::is_slash_command(text) ? room->half_typed : room->draft) = text;
    }
    keep_text_of_gone_room();
    composer_->flush();   // belongs to the room that was shown before
    const auto shown_before = std::exchange(shown_, room == nullptr ? std::nullopt : std::optional{room->id()});
    std::vector<Attachment> attached;
    if (moved_over) attached = composer_->exchange_attached({});
    else if (shown_) attached = std::exchange(attached_[*shown_], {});
    std::vector<Attachment> before = composer_->exchange_attached(std::move(attached));
    if (shown_before && shown_before != shown_) attached_[*shown_before] = std::move(before);
    canvas_->show(room);
    refresh_header();
    notice_->Hide();
    // Members are of every room, and so is what was found in all; what was found in one, or a thread, is not.
    if (pane_->shows() != SidePane::Shows::everywhere) {
        pane_->open(pane_->shows() == SidePane::Shows::members ? SidePane::Shows::members : SidePane::Shows::nothing, model_);
    }
    if (room == nullptr) {
        composer_->hide_for_nobody();
    } else {
        composer_->show(room->half_typed.empty() ? room->draft : room->half_typed, model_.title_of(*room));
        if (shows_room()) composer_->focus();
        if (!room->is_provisional()) {
            post_(OpenRoom{room->id()});
            post_(LoadMembers{room->id()});
        }
    }
    centre_->Layout();
}

void ChatPage::refresh_header() {
    const Room* room = model_.selected();
    title_->SetLabelText(from_utf8(room == nullptr ? "" : model_.title_of(*room)));
    std::string detail;
    if (room != nullptr && !room->row().is_direct) {
        detail = members_text(room->row().members);
        if (room->row().is_private) detail += " · " + tr("private");
    } else if (room != nullptr) {
        detail = tr("direct messages");
    }
    if (room != nullptr && room->row().is_archived) detail += " · " + tr("archived");
    if (room != nullptr && !room->row().topic.empty()) detail += " · " + room->row().topic;
    const std::string typing = model_.typing_sentence();
    subtitle_->SetLabelText(from_utf8(typing.empty() ? detail : typing));
    pins_->Show(room != nullptr && !room->is_provisional());
    notify_->Show(room != nullptr && !room->is_provisional());
    if (room != nullptr) notify_->SetLabel(level_label(room->row().notify));
    search_->Show(room != nullptr);
    members_->Show(room != nullptr && !room->row().is_direct);
    centre_->Layout();
}

void ChatPage::refresh_bar() {
    const auto sentence = model_.connection_sentence();
    if (sentence) bar_text_->SetLabelText(from_utf8(*sentence));
    if (bar_->IsShown() == sentence.has_value()) return;
    bar_->Show(sentence.has_value());
    centre_->Layout();
}

void ChatPage::refresh_chips() {
    if (chips_->show(model_.suggestions())) centre_->Layout();
}

// ---- panes ----

void ChatPage::open_search() {
    show_room();
    if (model_.selected() == nullptr) return;
    pane_->open(SidePane::Shows::search, model_);
    centre_->Layout();
}

void ChatPage::search_everywhere() {
    show_room();
    pane_->open(SidePane::Shows::everywhere, model_);
    centre_->Layout();
}

void ChatPage::toggle_members() {
    show_room();
    if (pane_->shows() != SidePane::Shows::members) return open_members();
    pane_->open(SidePane::Shows::nothing, model_);
    centre_->Layout();
}

void ChatPage::open_members() {
    if (shown_) post_(LoadMembers{*shown_});
    pane_->open(SidePane::Shows::members, model_);
    centre_->Layout();
}

void ChatPage::go_to_day() {
    show_room();
    const Room* room = model_.selected();
    if (room == nullptr || room->is_provisional()) return;
    const auto answer = asked(_("Show the messages from this day on, for example 2026-11-21:"), _("Go to a day"));
    if (answer) find_day(*answer);
}

void ChatPage::find_day(const wxString& typed) {
    const Room* room = model_.selected();
    if (room == nullptr) return;
    wxDateTime day;
    wxString::const_iterator end;
    const wxString text = wxString(typed).Trim().Trim(false);
    if (!day.ParseFormat(text, "%Y-%m-%d", &end) || end != text.end()) return refresh(model_.apply(Notice{tr("That is no day: write it like 2026-11-21.")}));
    post_(FindDay{room->id(), static_cast<std::int64_t>(day.ResetTime().GetTicks()) * 1000});
}

void ChatPage::day_found() {
    if (model_.day().number > 0) return show_place(model_.day().room, model_.day().number);
    refresh(model_.apply(Notice{tr("Nothing was said here since that day.")}));
}

bool ChatPage::escape() {
    if (escape_page()) return true;
    if (canvas_->HasFocus() && canvas_->clear_selection()) return true;
    if (composer_->close_list() || composer_->cancel_purpose() || canvas_->clear_selection()) return true;
    if (pane_->shows() != SidePane::Shows::nothing) {
        pane_->open(SidePane::Shows::nothing, model_);
        centre_->Layout();
        composer_->focus();
        return true;
    }
    if (canvas_->is_at_latest()) return false;
    canvas_->jump_to_latest();
    return true;
}

void ChatPage::read_aloud() {
    show_room();
    const Room* room = model_.selected();
    if (room != nullptr) read_room(this, *room, *palette_);
}

void ChatPage::next_pane() {
    if (!shows_room() && !side_bar_->list().HasFocus()) return side_bar_->list().SetFocus();
    if (shows_administration()) return admin_->focus();
    if (shows_lab()) return lab_->focus();
    if (shows_settings()) return settings_->focus();
    if (side_bar_->list().HasFocus()) return canvas_->SetFocus();
    if (canvas_->HasFocus()) return composer_->focus();
    side_bar_->list().SetFocus();
}

}  // namespace parley::gui
