// What administrators ask and do, of the Backend. Lists are read page by page to their end, or to a limit that is told.
#include "chat/client/invitation_code.hpp"
#include "gui/engine/backend.hpp"

namespace parley::gui {
namespace {

constexpr net::Duration patience = std::chrono::seconds{15};
constexpr std::uint32_t page_rows = 100;
constexpr std::size_t users_max = 500;        // one types a part of the name to see others
constexpr std::size_t rooms_max = 5'000;
constexpr std::uint32_t audit_pages_max = 50;

}  // namespace

// Once a login: nobody becomes or ceases to be an administrator.
void Backend::ask_rights() {
    if (!client_->account() || std::exchange(rights_asked_, true)) return;
    client_->whoami({}, [this](net::Result<chat::Identity> identity) {
        if (identity) return tell(RightsTold{identity->is_admin});
        rights_asked_ = false;
    });
}

// ---- lists ----

void Backend::run(ListUsers& c) { more_users(std::make_shared<UsersListed>(UsersListed{c.pattern, {}, false, ""}), ""); }

void Backend::more_users(const std::shared_ptr<UsersListed>& listed, const std::string& after_name) {
    const std::string pattern = listed->pattern.empty() ? "" : "*" + listed->pattern + "*";
    client_->users({pattern, after_name, page_rows}, patience, [this, listed](net::Result<chat::UserPage> page) {
        if (!page) {
            listed->refusal = tr_known(page.error().message);
            return tell(std::move(*listed));
        }
        listed->users.insert(listed->users.end(), page->users.begin(), page->users.end());
        listed->more = page->more && !page->users.empty();
        if (listed->more && listed->users.size() < users_max) return more_users(listed, page->users.back().name);
        users_.clear();
        for (const chat::UserRow& user : listed->users) users_.push_back(user.user);
        tell(std::move(*listed));
        watch_people();
    });
}

void Backend::run(ListAllRooms&) { more_rooms(std::make_shared<AllRoomsListed>(), ""); }

void Backend::more_rooms(const std::shared_ptr<AllRoomsListed>& listed, const std::string& after_name) {
    client_->all_rooms({after_name, page_rows}, patience, [this, listed](net::Result<chat::RoomPage> page) {
        if (!page) {
            listed->refusal = tr_known(page.error().message);
            return tell(std::move(*listed));
        }
        listed->rooms.insert(listed->rooms.end(), page->rooms.begin(), page->rooms.end());
        listed->more = page->more && !page->rooms.empty();
        if (listed->more && listed->rooms.size() < rooms_max) return more_rooms(listed, page->rooms.back().name);
        tell(std::move(*listed));
    });
}

void Backend::run(ListAudit& c) {
    client_->audit({c.before, page_rows}, patience, [this, before = c.before](net::Result<chat::AuditPage> page) {
        if (!page) return tell(AuditListed{before, {}, false, tr_known(page.error().message)});
        tell(AuditListed{before, std::move(page->entries), page->more, ""});
    });
}

// No question asks for it: the newest entry of the audit log that set it says it, and without one everybody may.
void Backend::run(ReadRegistration&) { find_registration(0, 0); }

void Backend::find_registration(std::uint64_t before, std::uint32_t pages) {
    client_->audit({before, page_rows}, patience, [this, pages](net::Result<chat::AuditPage> page) {
        if (!page) return;
        for (const chat::AuditRow& entry : page->entries) {
            const auto policy = entry.act == chat::AuditAct::registration_set ? chat::registration_named(entry.subject) : std::nullopt;
            if (policy) return tell(RegistrationTold{*policy});
        }
        if (!page->more || page->entries.empty()) return tell(RegistrationTold{chat::Registration::open});
        if (pages < audit_pages_max) find_registration(page->entries.back().entry, pages + 1);
    });
}

// ---- acts ----

void Backend::act_ended(ActId act, const net::Result<chat::Answer>& result) {
    using How = ActEnded::How;
    if (!result) {
        const bool is_unknown = result.error().kind == net::ErrorKind::timed_out || result.error().kind == net::ErrorKind::closed;
        return tell(ActEnded{act, is_unknown ? How::unknown : How::refused, tr_known(result.error().message)});
    }
    if (const auto* refused = std::get_if<chat::Refused>(&result->result)) return tell(ActEnded{act, How::refused, tr_known(chat::sentence(refused->why))});
    tell(ActEnded{act, How::done, ""});
}

void Backend::run(Administer& c) {
    client_->submit(std::move(c.operation), chat::Deadline{}, [this, act = c.act](net::Result<chat::Answer> result) {
        act_ended(act, result);
        connection_changed();
    });
    connection_changed();
}

void Backend::run(GivePassword& c) {
    client_->reset_password(c.user, std::move(c.password), patience, [this, act = c.act](net::Result<chat::Answer> result) { act_ended(act, result); });
}

void Backend::run(MakeInvitation& c) {
    const std::string code = chat::fresh_invitation_code(ports_.secrets);
    client_->submit(chat::invitation_with(code, c.uses, c.days), chat::Deadline{}, [this, c, code](net::Result<chat::Answer> result) {
        const bool is_made = result && std::holds_alternative<chat::Done>(result->result);
        if (is_made) tell(InvitationMade{ports_.invitation_link ? ports_.invitation_link(code) : code, c.uses, c.days});
        act_ended(c.act, result);
        connection_changed();
    });
    connection_changed();
}

}  // namespace parley::gui
