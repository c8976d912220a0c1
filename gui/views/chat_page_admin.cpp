// The administrator's page in the place of the room, and back.
#include "gui/views/admin_page.hpp"
#include "gui/views/chat_page.hpp"

namespace parley::gui {

bool ChatPage::shows_administration() const { return admin_ != nullptr && admin_->IsShown(); }

void ChatPage::show_administration(bool is_wanted) {
    if (is_wanted == shows_administration() || (is_wanted && !model_.is_administrator())) return;
    if (admin_ == nullptr) {
        admin_ = new AdminPage(splitter_, model_, post_, [this] { show_administration(false); });
        admin_->set_palette(*palette_);
    }
    if (is_wanted) flush();
    wxWindow* from = is_wanted ? static_cast<wxWindow*>(centre_) : admin_;
    wxWindow* to = is_wanted ? static_cast<wxWindow*>(admin_) : centre_;
    splitter_->ReplaceWindow(from, to);
    from->Hide();
    to->Show();
    splitter_->UpdateSize();
    side_bar_->mark_chosen(!is_wanted);
    side_bar_->refresh(model_);
    admin_->shown(is_wanted);
    if (!is_wanted) composer_->focus();
    if (on_page) on_page();
}

void ChatPage::refresh_administration(const Changed& changed) {
    if (!shows_administration()) return;
    if (!model_.is_administrator()) return show_administration(false);
    admin_->refresh(changed);
}

}  // namespace parley::gui
