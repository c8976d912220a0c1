#include "gui/views/composer.hpp"

#include <algorithm>

#include <wx/dcbuffer.h>
#include <wx/sizer.h>

#include "chat/client/slash_commands.hpp"
#include "gui/model/slash.hpp"
#include "gui/views/accessible.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr int lines_max = 8;
constexpr int draft_pause_ms = 400;

bool is_only_space(const wxString& text) { return wxString(text).Trim().Trim(false).empty(); }

}  // namespace

Composer::Composer(wxWindow* parent, ComposerEvents events)
    : wxPanel(parent, wxID_ANY, wxDefaultPosition, wxDefaultSize, wxBORDER_NONE | wxTAB_TRAVERSAL | wxFULL_REPAINT_ON_RESIZE),
      events_(std::move(events)),
      text_(new wxTextCtrl(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxTE_MULTILINE | wxBORDER_NONE | wxTE_NO_VSCROLL)),
      purpose_text_(new wxStaticText(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxST_NO_AUTORESIZE | wxST_ELLIPSIZE_END)),
      attached_(new Attachments(this, [this] { fit(); })),
      choose_(new wxButton(this, wxID_ANY, "+", wxDefaultPosition, wxDefaultSize, wxBU_EXACTFIT | wxBORDER_NONE)),
      hint_(new wxStaticText(this, wxID_ANY, "", wxDefaultPosition, wxDefaultSize, wxST_NO_AUTORESIZE | wxST_ELLIPSIZE_END)),
      draft_timer_(this) {
    SetBackgroundStyle(wxBG_STYLE_PAINT);
    set_accessible(*text_, AccessibleRole::text_entry, tr("Message"));
    hint_->SetFont(GetFont().Scaled(0.82F));
    purpose_text_->SetFont(GetFont().Scaled(0.88F));
    purpose_text_->Hide();
    auto* inner = new wxBoxSizer(wxVERTICAL);
    inner->Add(purpose_text_, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT, FromDIP(22)));
    inner->Add(attached_, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT, FromDIP(20)));
    inner->AddSpacer(FromDIP(12));
    auto* line = new wxBoxSizer(wxHORIZONTAL);
    line->Add(text_, wxSizerFlags(1).Expand());
    line->Add(choose_, wxSizerFlags().CenterVertical());
    inner->Add(line, wxSizerFlags(1).Expand().Border(wxLEFT | wxRIGHT, FromDIP(32)));
    inner->AddSpacer(FromDIP(14));
    inner->Add(hint_, wxSizerFlags().Expand().Border(wxLEFT | wxRIGHT, FromDIP(22)));
    inner->AddSpacer(FromDIP(7));
    SetSizer(inner);
    choose_->SetToolTip(_("Attach files (Ctrl+U)"));
    set_accessible(*choose_, AccessibleRole::button, tr("Attach files"));
    choose_->Bind(wxEVT_BUTTON, [this](wxCommandEvent&) { events_.choose_files(); });
    text_->Bind(wxEVT_KEY_DOWN, &Composer::on_key, this);
    text_->Bind(wxEVT_CHAR, &Composer::on_char, this);
    text_->Bind(wxEVT_TEXT, [this](wxCommandEvent&) { changed(); });
    Bind(wxEVT_TIMER, [this](wxTimerEvent&) { flush(); });
    Bind(wxEVT_SIZE, [this](wxSizeEvent& event) {
        event.Skip();
        CallAfter([this] { fit(); });
    });
    const auto repaint = [this](wxFocusEvent& event) {
        if (!text_->HasFocus()) close_list();
        Refresh();
        event.Skip();
    };
    text_->Bind(wxEVT_SET_FOCUS, repaint);
    text_->Bind(wxEVT_KILL_FOCUS, repaint);
    Bind(wxEVT_PAINT, [this](wxPaintEvent&) {
        wxAutoBufferedPaintDC dc(this);
        dc.SetBackground(wxBrush(palette_->canvas));
        dc.Clear();
        wxRect frame = text_->GetRect().Union(choose_->GetRect());
        frame.Inflate(FromDIP(12), FromDIP(8));
        dc.SetPen(wxPen(text_->HasFocus() ? palette_->accent : palette_->divider, 1));
        dc.SetBrush(wxBrush(palette_->raised));
        dc.DrawRoundedRectangle(frame, FromDIP(8));
    });
    SetMinSize(wxSize(-1, FromDIP(80)));
}

void Composer::set_palette(const Palette& palette) {
    palette_ = &palette;
    if (list_ != nullptr) list_->set_palette(palette);
    SetBackgroundColour(palette.canvas);
    text_->SetBackgroundColour(palette.raised);
    text_->SetForegroundColour(palette.text);
    choose_->SetBackgroundColour(palette.raised);
    choose_->SetForegroundColour(palette.secondary);
    attached_->set_palette(palette);
    purpose_text_->SetForegroundColour(palette.secondary);
    purpose_text_->SetBackgroundColour(palette.canvas);
    hint_->SetBackgroundColour(palette.canvas);
    refresh_hint();
    Refresh();
}

void Composer::show(const std::string& draft, const std::string& receiver) {
    cancel_purpose();
    flush();
    is_showing_ = true;
    Show();
    text_->ChangeValue(from_utf8(draft));
    text_->SetInsertionPointEnd();
    receiver_ = receiver;
    problem_.clear();
    refresh_hint();
    is_changed_ = false;
    fit();
}

void Composer::hide_for_nobody() {
    cancel_purpose();
    flush();
    is_showing_ = false;
    text_->ChangeValue("");
    is_changed_ = false;
    Hide();
}

void Composer::set_purpose(Purpose purpose, const wxString& said) {
    purpose_ = purpose;
    purpose_text_->SetLabelText(said);
    purpose_text_->Show(purpose.kind != Purpose::Kind::message);
    fit();
    Layout();
    Refresh();
}

void Composer::reply_to(std::uint64_t number, const std::string& said) {
    cancel_purpose();
    set_purpose({Purpose::Kind::reply, number}, _("Answering {0}   ·   Esc: not so", said));
    focus();
}

void Composer::edit(std::uint64_t number, const std::string& text) {
    cancel_purpose();
    flush();
    kept_ = text_->GetValue();
    set_purpose({Purpose::Kind::edit, number}, _("Changing your message   ·   Enter saves, Esc leaves it as it was"));
    text_->ChangeValue(from_utf8(text));
    text_->SetInsertionPointEnd();
    fit();
    focus();
}

bool Composer::cancel_purpose() {
    if (purpose_.kind == Purpose::Kind::message) return false;
    if (purpose_.kind == Purpose::Kind::edit) {
        text_->ChangeValue(std::exchange(kept_, wxString{}));
        text_->SetInsertionPointEnd();
    }
    set_purpose({}, "");
    return true;
}

void Composer::insert(const std::string& text) {
    const long caret = text_->GetInsertionPoint();
    const wxString before = text_->GetValue().Left(static_cast<std::size_t>(caret));
    const bool touches = !before.empty() && !wxIsspace(before.Last());
    text_->WriteText((touches ? " " : "") + from_utf8(text_->IsEmpty() ? chat::slash_typed(text) : text));
    focus();
}

void Composer::replace(const std::string& before, const std::string& draft) {
    if (purpose_.kind == Purpose::Kind::edit) {
        if (to_utf8(kept_) == before) kept_ = from_utf8(draft);
        return;
    }
    if (is_changed_ || text() != before) return;
    text_->ChangeValue(from_utf8(draft));
    text_->SetInsertionPointEnd();
    fit();
}

std::string Composer::text() const { return to_utf8(text_->GetValue()); }

void Composer::changed() {
    is_changed_ = true;
    draft_timer_.StartOnce(draft_pause_ms);
    if (text_->HasFocus() && !text_->IsEmpty() && !is_command()) events_.typing();
    problem_.clear();
    refresh_hint();
    fit();
    offer();
}

// The text of a message that is being changed may begin with anything.
bool Composer::is_command() const { return purpose_.kind != Purpose::Kind::edit && chat::is_slash_command(text()); }

void Composer::say(const std::string& problem) {
    problem_ = problem;
    refresh_hint();
}

// Below the text: what is wrong with the command, what it does, or whom the text goes to.
void Composer::refresh_hint() {
    const std::string command = is_command() ? slash_hint(text()) : "";
    const wxString said = !problem_.empty() ? from_utf8(problem_) : !command.empty() ? from_utf8(command)
                          : receiver_.empty() ? wxString{} : _("Message to {0}   ·   Enter sends, Shift+Enter breaks the line", receiver_);
    hint_->SetForegroundColour(problem_.empty() ? palette_->faint : palette_->error);
    if (hint_->GetLabelText() != said) hint_->SetLabelText(said);
    const std::string name = receiver_.empty() ? tr("Message") : tr("Message to {0}", receiver_);
    set_accessible(*text_, AccessibleRole::text_entry, problem_.empty() ? name : problem_ + " " + name);
}

void Composer::flush() {
    draft_timer_.Stop();
    // A message that is being changed is no draft.
    if (std::exchange(is_changed_, false) && is_showing_ && purpose_.kind != Purpose::Kind::edit) events_.draft(text());
}

void Composer::fit() {
    const int line = std::max(text_->GetCharHeight(), 1);
    const int wanted = std::clamp(text_pixel_height(*text_), line, line * lines_max) + FromDIP(4);
    const int whole = wanted + FromDIP(33) + hint_->GetBestSize().y + (purpose_text_->IsShown() ? purpose_text_->GetBestSize().y : 0) + attached_->height();
    if (GetMinSize().y == whole) return;
    SetMinSize(wxSize(-1, whole));
    events_.resized();
}

void Composer::on_key(wxKeyEvent& event) {
    const int key = event.GetKeyCode();
    if (!event.HasAnyModifiers() && list_ != nullptr && !is_typed_whole(key) && list_->take_key(key)) return;
    if (!event.HasAnyModifiers() && (key == WXK_PAGEUP || key == WXK_PAGEDOWN)) return events_.scroll(key == WXK_PAGEUP ? -1 : +1);
    if (!event.HasAnyModifiers() && key == WXK_UP && text_->IsEmpty()) return events_.edit_last();
    event.Skip();
}

// Enter on a command whose last letter is there runs it: there is nothing to complete in its word, or in the name behind it.
bool Composer::is_typed_whole(int key) const {
    if ((key != WXK_RETURN && key != WXK_NUMPAD_ENTER) || !list_->IsShown() || !is_command()) return false;
    const CompletionChoice* chosen = list_->chosen();
    return chosen != nullptr && (" " + text() + " ").ends_with(" " + chosen->inserted);
}

// Not in on_key: an input method that composes takes the key between the two, and Enter then belongs to it.
void Composer::on_char(wxKeyEvent& event) {
    const bool is_enter = event.GetKeyCode() == WXK_RETURN || event.GetKeyCode() == WXK_NUMPAD_ENTER;
    if (!is_enter || event.ShiftDown() || event.ControlDown() || event.AltDown()) return event.Skip();
    send();
}

void Composer::offer() {
    const long caret = text_->GetInsertionPoint();
    const std::string before = to_utf8(text_->GetValue().Left(static_cast<std::size_t>(caret)));
    auto query = completion_at(before, before.size());
    if (query && query->mark == '/' && !is_command()) query.reset();
    const wxPoint corner = ClientToScreen(text_->GetPosition() - wxPoint(FromDIP(12), FromDIP(10)));
    std::vector<CompletionChoice> choices = query && is_showing_ ? events_.complete(*query) : std::vector<CompletionChoice>{};
    if (list_ == nullptr) {
        if (choices.empty()) return;
        list_ = new CompletionList(this);
        list_->set_palette(*palette_);
        list_->on_taken = [this](const CompletionChoice& choice) { complete(choice); };
    }
    list_->offer(std::move(choices), corner);
}

void Composer::complete(const CompletionChoice& choice) {
    const long caret = text_->GetInsertionPoint();
    const std::string before = to_utf8(text_->GetValue().Left(static_cast<std::size_t>(caret)));
    const auto query = completion_at(before, before.size());
    if (!query) return;
    const long from = static_cast<long>(from_utf8(before.substr(0, query->from)).length());
    text_->Replace(from, caret, from_utf8(choice.inserted));
    text_->SetInsertionPoint(from + static_cast<long>(from_utf8(choice.inserted).length()));
}

bool Composer::close_list() {
    if (list_ == nullptr || !list_->IsShown()) return false;
    list_->Hide();
    return true;
}

void Composer::run_command() {
    const std::string line = text();
    if (const auto problem = events_.command(line)) return say(*problem);
    text_->ChangeValue("");
    draft_timer_.Stop();
    is_changed_ = false;      // it was no draft
    problem_.clear();
    refresh_hint();
    close_list();
    fit();
}

void Composer::give_back(const std::string& text) { type(from_utf8(text_->IsEmpty() ? chat::slash_typed(text) : text)); }

void Composer::offer_commands() {
    focus();
    if (text_->IsEmpty()) type("/");
}

void Composer::send() {
    if (is_command()) return run_command();
    const wxString value = text_->GetValue();
    const bool has_files = has_attached() && purpose_.kind != Purpose::Kind::edit;
    if (is_only_space(value) && !has_files) return;
    const Purpose purpose = purpose_;
    text_->ChangeValue("");
    cancel_purpose();
    is_changed_ = true;
    flush();
    const std::string typed = to_utf8(wxString(value).Trim());
    const std::string text = purpose.kind == Purpose::Kind::edit ? typed : chat::slash_text(typed);
    if (has_files) events_.send_files(exchange_attached({}), text, purpose);
    else events_.send(text, purpose);
    fit();
}

bool Composer::attach(Attachment attachment, std::size_t files_max) {
    if (attached_->count() >= files_max) return false;
    attached_->add(std::move(attachment));
    return true;
}

std::vector<Attachment> Composer::exchange_attached(std::vector<Attachment> files) { return attached_->exchange(std::move(files)); }

}  // namespace parley::gui
