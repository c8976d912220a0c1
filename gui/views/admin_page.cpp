// The page and its lists; what is done to them is in admin_page_acts.cpp.
#include "gui/views/admin_page.hpp"

#include <wx/sizer.h>

#include "gui/views/accessible.hpp"
#include "gui/views/admin_lists.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

constexpr std::array<const char*, 5> tab_names{N_("Users"), N_("Rooms"), N_("Registration"), N_("Audit"), N_("Cluster")};

}  // namespace

AdminPage::AdminPage(wxWindow* parent, Model& model, std::function<void(Command)> post, std::function<void()> close)
    : wxPanel(parent), model_(model), post_(std::move(post)), timer_(this) {
    auto* all = new wxBoxSizer(wxVERTICAL);
    add_header(all, std::move(close));
    add_panes(all);
    bar_ = new ActBar(this);
    all->Add(bar_, wxSizerFlags().Expand());
    SetSizer(all);
    Bind(wxEVT_TIMER, [this](wxTimerEvent&) { post_(LookAtReplicas{}); });
    Bind(wxEVT_CHAR_HOOK, &AdminPage::on_key, this);
}

void AdminPage::add_header(wxSizer* sizer, std::function<void()> close) {
    header_.begin(this, _("Administration"));
    for (std::size_t i = 0; i < tab_count; ++i) {
        tabs_[i] = flat_button(this, _(tab_names[i]));
        tabs_[i]->Bind(wxEVT_BUTTON, [this, i](wxCommandEvent&) { show_tab(static_cast<Tab>(i)); });
        header_.add(tabs_[i], 16);
    }
    header_.go_to_end();
    header_.end(sizer, std::move(close));
}

void AdminPage::add_panes(wxSizer* sizer) {
    book_ = new wxSimplebook(this);
    set_accessible(*book_, AccessibleRole::panel, tr("Administration"));
    users_ = new ActPane(book_, tr("Users"), _("A part of the name"));
    users_->on_letters = [this] { load(); };
    users_->on_chosen = [this] { refresh_user(); };
    rooms_ = new ActPane(book_, tr("Rooms"), _("A part of the room's name"));
    rooms_->add({tr("New room…"), tr("New room"), false, [this] { new_room(false, "", ""); }});
    rooms_->add({tr("New private room…"), tr("New private room"), false, [this] { new_room(true, "", ""); }});
    rooms_->on_letters = [this] { refresh_shown(); };
    rooms_->on_chosen = [this] { refresh_room(); };
    registration_ = new RegistrationPane(book_, {[this](chat::Registration policy) { begin(let_register(policy)); },
                                                 [this](std::uint32_t uses, std::uint32_t days) { invite(uses, days); }});
    audit_ = new ListBox(book_, tr("Audit log"));
    audit_->on_chosen = [this](const ListItem& item) { audit_chosen(item); };
    cluster_ = new ClusterView(book_);
    for (wxWindow* pane : std::initializer_list<wxWindow*>{users_, rooms_, registration_, audit_, cluster_}) book_->AddPage(pane, "");
    sizer->Add(book_, wxSizerFlags(1).Expand());
}

void AdminPage::set_palette(const Palette& palette) {
    palette_ = &palette;
    SetBackgroundColour(palette.canvas);
    book_->SetBackgroundColour(palette.canvas);
    header_.set_palette(palette);
    users_->set_palette(palette);
    rooms_->set_palette(palette);
    registration_->set_palette(palette);
    audit_->set_palette(palette, palette.canvas);
    cluster_->set_palette(palette);
    bar_->set_palette(palette);
    refresh_tabs();
    Refresh();
}

// ---- tabs ----

void AdminPage::shown(bool is_shown) {
    if (!is_shown) return timer_.Stop();
    timer_.Start(ClusterView::ask_every_ms);
    post_(LookAtReplicas{});
    was_online_ = model_.connection().state == ConnectionStatus::State::online;
    show_tab(tab_);
}

void AdminPage::show_tab(Tab tab) {
    if (tab != tab_) put_away_ = model_.admin().outcome().act;   // it was about the other part
    tab_ = tab;
    book_->SetSelection(static_cast<std::size_t>(tab));
    refresh_tabs();
    refresh_shown();
    refresh_bar();
    load();
    focus();
}

void AdminPage::refresh_tabs() {
    const Type type(*this);
    for (std::size_t i = 0; i < tab_count; ++i) {
        const bool is_shown = i == static_cast<std::size_t>(tab_);
        tabs_[i]->SetFont(is_shown ? type.bold : type.body);
        tabs_[i]->SetBackgroundColour(palette_->canvas);
        tabs_[i]->SetForegroundColour(is_shown ? palette_->link : palette_->secondary);
        set_accessible(*tabs_[i], AccessibleRole::button, is_shown ? tr("{0}, shown", tr(tab_names[i])) : tr(tab_names[i]));
    }
    Layout();
}

void AdminPage::focus() {
    switch (tab_) {
        case Tab::users: return users_->focus();
        case Tab::rooms: return rooms_->focus();
        case Tab::registration: return registration_->focus();
        case Tab::audit: return audit_->SetFocus();
        case Tab::cluster: return tabs_[static_cast<std::size_t>(Tab::cluster)]->SetFocus();
    }
}

void AdminPage::on_key(wxKeyEvent& event) {
    const int key = event.GetKeyCode();
    const bool is_page = key == WXK_PAGEUP || key == WXK_PAGEDOWN;
    if (event.ControlDown() && is_page) {
        const std::size_t step = key == WXK_PAGEDOWN ? 1 : tab_count - 1;
        return show_tab(static_cast<Tab>((static_cast<std::size_t>(tab_) + step) % tab_count));
    }
    if (key == WXK_F5) return load();
    event.Skip();
}

// ---- lists ----

void AdminPage::load() {
    switch (tab_) {
        case Tab::users:
            model_.admin().want_users(users_->letters());
            return post_(ListUsers{users_->letters()});
        case Tab::rooms: return post_(ListAllRooms{});
        case Tab::registration: return post_(ReadRegistration{});
        case Tab::audit: return post_(ListAudit{});
        case Tab::cluster: return post_(LookAtReplicas{});
    }
}

void AdminPage::refresh(const Changed& changed) {
    if (changed.act) act_ended();
    if (changed.admin || (changed.people && tab_ == Tab::users) || (changed.replicas && tab_ == Tab::cluster)) refresh_shown();
    if (!changed.connection && !changed.act) return;
    refresh_bar();
    const bool is_online = model_.connection().state == ConnectionStatus::State::online;
    if (!std::exchange(was_online_, is_online) && is_online) load();
}

void AdminPage::refresh_shown() {
    switch (tab_) {
        case Tab::users:
            users_->set_items(items_of_users(model_));
            return refresh_user();
        case Tab::rooms:
            rooms_->set_items(items_of_rooms(model_, rooms_->letters()));
            return refresh_room();
        case Tab::registration: return registration_->refresh(model_);
        case Tab::audit: return audit_->set_items(items_of_audit(model_));
        case Tab::cluster: return cluster_->show(model_);
    }
}

void AdminPage::refresh_user() {
    Details details;
    for (const chat::UserRow& user : model_.admin().users().users) {
        if (user.user.value != users_->chosen()) continue;
        details.title = user.name;
        details.lines = lines_of(user, model_);
        const std::vector<Act> acts = acts_for(user, model_.own_id());
        if (!acts.empty()) details.offers.push_back({tr("New password…"), tr("New password for {0}", user.name), false, [this, name = user.name] { new_password(name, "", ""); }});
        for (const Act& act : acts) offer(details, act);
    }
    if (details.title.empty()) details.lines = tr("Choose somebody to see more.");
    users_->show(std::move(details));
}

void AdminPage::refresh_room() {
    Details details;
    for (const chat::RoomRow& room : model_.admin().rooms().rooms) {
        if (room.room.value != rooms_->chosen()) continue;
        details.title = "#" + room.name;
        details.lines = lines_of(room);
        details.offers.push_back({tr("Keep texts for…"), tr("For how long texts are kept in {0}", room.name), false, [this, room] { keep_texts_in(room, ""); }});
        for (const Act& act : acts_for(room)) offer(details, act);
    }
    if (details.title.empty()) details.lines = tr("Choose a room to see more.");
    rooms_->show(std::move(details));
}

void AdminPage::refresh_bar() {
    const Admin::Outcome said = model_.admin().sentence(model_.connection());
    const bool is_over = said.act != ActId{} && said.act == put_away_;
    bar_->say(is_over ? "" : said.sentence, said.is_bad);
}

void AdminPage::audit_chosen(const ListItem& item) {
    const AuditListed& listed = model_.admin().audit();
    if (item.id > listed.entries.size() && !listed.entries.empty()) post_(ListAudit{listed.entries.back().entry});
}

}  // namespace parley::gui
