// Pages in the place of the room, the administrator's, the fault lab's and the settings, and the way back.
#include "gui/views/admin_page.hpp"
#include "gui/views/chat_page.hpp"
#include "gui/views/lab_page.hpp"
#include "gui/views/settings_page.hpp"

namespace parley::gui {

bool ChatPage::shows_administration() const { return admin_ != nullptr && admin_->IsShown(); }
bool ChatPage::shows_lab() const { return lab_ != nullptr && lab_->IsShown(); }
bool ChatPage::shows_settings() const { return settings_ != nullptr && settings_->IsShown(); }

void ChatPage::show_administration(bool is_wanted) {
    if (is_wanted == shows_administration() || (is_wanted && !model_.is_administrator())) return;
    if (!is_wanted) return show_room();
    if (admin_ == nullptr) {
        admin_ = new AdminPage(splitter_, model_, post_, [this] { show_room(); });
        admin_->set_palette(*palette_);
    }
    put_in_place_of_room(admin_);
    admin_->shown(true);
}

void ChatPage::show_lab(bool is_wanted) {
    if (is_wanted == shows_lab() || (is_wanted && !model_.lab().is_there())) return;
    if (!is_wanted) return show_room();
    if (lab_ == nullptr) {
        lab_ = new LabPage(splitter_, model_, post_, [this] { show_room(); });
        lab_->set_palette(*palette_);
    }
    put_in_place_of_room(lab_);
    lab_->shown(true);
}

void ChatPage::show_settings(bool is_wanted) {
    if (is_wanted == shows_settings()) return;
    if (!is_wanted) return show_room();
    if (settings_ == nullptr) {
        settings_ = new SettingsPage(splitter_, model_, post_, [this](const Preferences& chosen) { on_preferences(chosen); }, [this] { show_room(); });
        settings_->set_palette(*palette_);
    }
    put_in_place_of_room(settings_);
    settings_->shown(true);
}

void ChatPage::show_room() {
    if (shows_room()) return;
    put_in_place_of_room(nullptr);
    composer_->focus();
}

// nullptr: the room itself.
void ChatPage::put_in_place_of_room(wxWindow* page) {
    wxWindow* from = splitter_->GetWindow2();   // a page that was just made counts as shown
    wxWindow* to = page == nullptr ? static_cast<wxWindow*>(centre_) : page;
    if (from == centre_) flush();
    if (from == admin_) admin_->shown(false);
    if (from == lab_) lab_->shown(false);
    if (from == settings_) settings_->shown(false);
    splitter_->ReplaceWindow(from, to);
    from->Hide();
    to->Show();
    splitter_->UpdateSize();
    side_bar_->mark_chosen(page == nullptr);
    side_bar_->refresh(model_);
    if (on_page) on_page();
}

bool ChatPage::escape_page() {
    if (shows_room()) return false;
    const bool was_asking = (shows_administration() && admin_->escape()) || (shows_settings() && settings_->escape());
    if (!was_asking) show_room();
    return true;
}

void ChatPage::refresh_pages(const Changed& changed) {
    if (shows_administration()) {
        if (!model_.is_administrator()) return show_room();
        admin_->refresh(changed);
    }
    if (shows_settings()) settings_->refresh(changed);
    if (!shows_lab()) return;
    if (model_.lab().is_there()) return lab_->refresh(changed);
    show_room();
    refresh(model_.apply(Notice{tr("The cluster that runs here has no lab any more.")}));
}

}  // namespace parley::gui
