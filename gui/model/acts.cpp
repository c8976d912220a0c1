#include "gui/model/acts.hpp"

#include <charconv>

#include "gui/model/words.hpp"

namespace parley::gui {
namespace {

Act disabling(const std::string& name) {
    return {name, tr("Disable"), tr("Disable {0}? All log-ins of the account end, and nobody can log in to it. Messages stay.", name),
            tr("Disable {0}", name), tr("Disabling {0}", name), tr("{0} is disabled.", name), chat::DisableUser{name, true}};
}

Act enabling(const std::string& name) {
    return {name, tr("Enable"), "", "", tr("Enabling {0}", name), tr("{0} may log in again.", name), chat::DisableUser{name, false}};
}

Act archiving(const chat::RoomRow& room) {
    const std::string name = "#" + room.name;
    const chat::ArchiveRoom operation{chat::ByRoom{room.room}, !room.is_archived};
    if (room.is_archived) return {name, tr("Open again"), "", "", tr("Opening {0}", name), tr("{0} is open again.", name), operation};
    return {name, tr("Archive"), "", "", tr("Archiving {0}", name), tr("{0} is archived: it can be read, not written.", name), operation};
}

Act deleting(const chat::RoomRow& room) {
    const std::string name = "#" + room.name;
    const std::string question = tr_count("Delete {1} with {0} message, for everybody? This cannot be undone.", "Delete {1} with {0} messages, for everybody? This cannot be undone.",
                                          room.last, name);
    return {name, tr("Delete"), question, tr("Really delete {0}", name), tr("Deleting {0}", name), tr("{0} is deleted.", name), chat::DeleteRoom{chat::ByRoom{room.room}}};
}

// The log keeps "30 days", or what becomes of the texts of an account that goes, in the words of the state machine.
std::string retention_sentence(const std::string& who, const chat::AuditRow& entry) {
    const auto days = days_in(entry.detail.substr(0, entry.detail.find(' ')));
    if (!days) return tr("{0} set how long texts are kept in #{1}: {2}", who, entry.subject, entry.detail);
    if (*days == 0) return tr("{0} had texts in #{1} kept for ever", who, entry.subject);
    return tr_count("{1} had texts in #{2} kept for {0} day", "{1} had texts in #{2} kept for {0} days", *days, who, entry.subject);
}

std::string deletion_sentence(const std::string& who, const chat::AuditRow& entry) {
    if (entry.detail == "their own") return tr("{0} deleted their own account", entry.subject);
    if (entry.detail == "their own, with texts") return tr("{0} deleted their own account with its texts", entry.subject);
    return entry.detail.empty() ? tr("{0} deleted the account {1}", who, entry.subject) : tr("{0} deleted the account {1} with its texts", who, entry.subject);
}

std::string registration_set_sentence(const std::string& who, const chat::AuditRow& entry) {
    const auto policy = chat::registration_named(entry.subject);
    if (!policy) return tr("{0} set registration to {1}", who, entry.subject);
    switch (*policy) {
        case chat::Registration::open: return tr("{0} let everybody register", who);
        case chat::Registration::invite: return tr("{0} let register by invitation only", who);
        case chat::Registration::closed: return tr("{0} let nobody register any more", who);
    }
    return "";
}

}  // namespace

std::vector<Act> acts_for(const chat::UserRow& user, chat::UserId own) {
    if (user.user == own || user.is_deleted) return {};
    return {user.is_disabled ? enabling(user.name) : disabling(user.name)};
}

std::vector<Act> acts_for(const chat::RoomRow& room) { return {archiving(room), deleting(room)}; }

Act make_room(const std::string& name, bool is_private) {
    const std::string shown = "#" + name;
    return {shown, "", "", "", tr("Making {0}", shown), tr("{0} is there. You are its owner.", shown), chat::CreateRoom{name, is_private}};
}

Act keep_texts(const chat::RoomRow& room, std::uint32_t days) {
    const std::string name = "#" + room.name;
    Act act{name, "", "", "", tr("Changing for how long texts are kept in {0}", name), "", chat::SetRetention{chat::ByRoom{room.room}, days}};
    act.done = days == 0 ? tr("Texts in {0} are kept for ever.", name) : tr_count("Texts in {1} are kept for {0} day.", "Texts in {1} are kept for {0} days.", days, name);
    if (days == 0 || (room.retention_days > 0 && days >= room.retention_days)) return act;   // nothing more is erased than before
    act.question = tr_count("Erase what is older than {0} day in {1}, now and from now on? What is erased is gone for good.",
                            "Erase what is older than {0} days in {1}, now and from now on? What is erased is gone for good.", days, name);
    act.yes = tr("Really erase");
    return act;
}

Act let_register(chat::Registration policy) {
    Act act{"registration", "", "", "", tr("Changing who may register"), registration_sentence(policy), chat::SetRegistration{policy}};
    switch (policy) {
        case chat::Registration::open: act.label = tr("Everybody"); break;
        case chat::Registration::invite: act.label = tr("By invitation"); break;
        case chat::Registration::closed: act.label = tr_in("may register", "Nobody"); break;
    }
    return act;
}

std::optional<std::uint32_t> days_in(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string::npos) return std::nullopt;
    const std::string word = text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
    if (word == "off") return 0;
    std::uint32_t days = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), days);
    if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return days;
}

// ---- words ----

std::string role_text(std::string_view role) {
    for (const char* known : {N_("read-only"), N_("member"), N_("moderator"), N_("admin"), N_("owner")}) {
        if (role == known) return tr(known);
    }
    return std::string{role};
}

std::string members_text(std::uint64_t members) { return tr_count("{0} member", "{0} members", members); }

std::string registration_sentence(chat::Registration policy) {
    switch (policy) {
        case chat::Registration::open: return tr("Everybody who reaches a replica may register.");
        case chat::Registration::invite: return tr("Only who has an invitation may register.");
        case chat::Registration::closed: return tr("Nobody may register.");
    }
    return "";
}

std::string kept_sentence(std::uint32_t days) {
    return days == 0 ? tr("Texts are kept for ever.") : tr_count("Texts are kept for {0} day.", "Texts are kept for {0} days.", days);
}

std::string sentence_of(const chat::AuditRow& entry) {
    const std::string who = entry.by.empty() ? tr("Somebody") : entry.by;   // the account may be gone
    switch (entry.act) {
        case chat::AuditAct::registration_set: return registration_set_sentence(who, entry);
        case chat::AuditAct::user_disabled: return tr("{0} disabled {1}", who, entry.subject);
        case chat::AuditAct::user_enabled: return tr("{0} enabled {1}", who, entry.subject);
        case chat::AuditAct::password_reset: return tr("{0} gave {1} a new password", who, entry.subject);
        case chat::AuditAct::retention_set: return retention_sentence(who, entry);
        case chat::AuditAct::room_deleted: return tr("{0} deleted #{1}", who, entry.subject);
        case chat::AuditAct::administrator_made: return tr("{0} made {1} an administrator", who, entry.subject);
        case chat::AuditAct::administrator_unmade: return tr("{0} made {1} no administrator any more", who, entry.subject);
        case chat::AuditAct::account_deleted: return deletion_sentence(who, entry);
        case chat::AuditAct::name_freed: return tr("{0} freed the name {1}", who, entry.subject);
        case chat::AuditAct::restored: return tr("This cluster began with a snapshot: {0}", entry.subject);
    }
    return "";
}

}  // namespace parley::gui
