#include "gui/model/acts.hpp"

#include <charconv>

#include <fmt/format.h>

namespace parley::gui {
namespace {

Act disabling(const std::string& name) {
    return {name, "Disable", fmt::format("Disable {}? All log-ins of the account end, and nobody can log in to it. Messages stay.", name),
            "Disable " + name, "Disabling " + name, name + " is disabled.", chat::DisableUser{name, true}};
}

Act enabling(const std::string& name) {
    return {name, "Enable", "", "", "Enabling " + name, name + " may log in again.", chat::DisableUser{name, false}};
}

Act archiving(const chat::RoomRow& room) {
    const std::string name = "#" + room.name;
    const chat::ArchiveRoom operation{chat::ByRoom{room.room}, !room.is_archived};
    if (room.is_archived) return {name, "Open again", "", "", "Opening " + name, name + " is open again.", operation};
    return {name, "Archive", "", "", "Archiving " + name, name + " is archived: it can be read, not written.", operation};
}

Act deleting(const chat::RoomRow& room) {
    const std::string name = "#" + room.name;
    return {name, "Delete", fmt::format("Delete {} with {}, for everybody? This cannot be undone.", name, counted(room.last, "message", "messages")),
            "Really delete " + name, "Deleting " + name, name + " is deleted.", chat::DeleteRoom{chat::ByRoom{room.room}}};
}

}  // namespace

std::vector<Act> acts_for(const chat::UserRow& user, chat::UserId own) {
    if (user.user == own || user.is_deleted) return {};
    return {user.is_disabled ? enabling(user.name) : disabling(user.name)};
}

std::vector<Act> acts_for(const chat::RoomRow& room) { return {archiving(room), deleting(room)}; }

Act make_room(const std::string& name, bool is_private) {
    const std::string shown = "#" + name;
    return {shown, "", "", "", "Making " + shown, fmt::format("{} is there. You are its owner.", shown), chat::CreateRoom{name, is_private}};
}

Act keep_texts(const chat::RoomRow& room, std::uint32_t days) {
    const std::string name = "#" + room.name;
    const std::string span = counted(days, "day", "days");
    Act act{name, "", "", "", "Changing for how long texts are kept in " + name, "", chat::SetRetention{chat::ByRoom{room.room}, days}};
    act.done = days == 0 ? fmt::format("Texts in {} are kept for ever.", name) : fmt::format("Texts in {} are kept for {}.", name, span);
    if (days == 0 || (room.retention_days > 0 && days >= room.retention_days)) return act;   // nothing more is erased than before
    act.question = fmt::format("Erase what is older than {} in {}, now and from now on? What is erased is gone for good.", span, name);
    act.yes = "Really erase";
    return act;
}

Act let_register(chat::Registration policy) {
    Act act{"registration", "", "", "", "Changing who may register", registration_sentence(policy), chat::SetRegistration{policy}};
    switch (policy) {
        case chat::Registration::open: act.label = "Everybody"; break;
        case chat::Registration::invite: act.label = "By invitation"; break;
        case chat::Registration::closed: act.label = "Nobody"; break;
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

std::string counted(std::uint64_t number, const char* one, const char* many) { return fmt::format("{} {}", number, number == 1 ? one : many); }

std::string registration_sentence(chat::Registration policy) {
    switch (policy) {
        case chat::Registration::open: return "Everybody who reaches a replica may register.";
        case chat::Registration::invite: return "Only who has an invitation may register.";
        case chat::Registration::closed: return "Nobody may register.";
    }
    return "";
}

std::string kept_sentence(std::uint32_t days) {
    return days == 0 ? "Texts are kept for ever." : fmt::format("Texts are kept for {}.", counted(days, "day", "days"));
}

std::string sentence_of(const chat::AuditRow& entry) {
    switch (entry.act) {
        case chat::AuditAct::registration_set: return "set registration to " + entry.subject;
        case chat::AuditAct::user_disabled: return "disabled " + entry.subject;
        case chat::AuditAct::user_enabled: return "enabled " + entry.subject;
        case chat::AuditAct::password_reset: return "gave " + entry.subject + " a new password";
        case chat::AuditAct::retention_set:
            return fmt::format("set how long texts are kept in #{}: {}", entry.subject, entry.detail == "0 days" ? "for ever" : entry.detail);
        case chat::AuditAct::room_deleted: return "deleted #" + entry.subject;
        case chat::AuditAct::administrator_made: return "made " + entry.subject + " an administrator";
        case chat::AuditAct::administrator_unmade: return "made " + entry.subject + " no administrator any more";
        case chat::AuditAct::account_deleted: return "deleted the account " + entry.subject + (entry.detail.empty() ? "" : " (" + entry.detail + ")");
        case chat::AuditAct::name_freed: return "freed the name " + entry.subject;
        case chat::AuditAct::restored: return "this cluster began with a snapshot: " + entry.subject;
    }
    return "";
}

}  // namespace parley::gui
