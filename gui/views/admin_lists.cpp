#include "gui/views/admin_lists.hpp"

#include <fmt/format.h>

#include "gui/model/times.hpp"
#include "gui/views/text.hpp"

namespace parley::gui {
namespace {

ListItem heading(const std::string& text) { return {.kind = ListItem::Kind::heading, .text = from_utf8(text), .detail = {}, .symbol = {}, .disc = {}}; }

// Why a list is not what there is comes first.
std::vector<ListItem> begun(const std::string& refusal) {
    std::vector<ListItem> items;
    if (!refusal.empty()) items.push_back(heading(tr("Not up to date: {0}", refusal)));
    return items;
}

std::string presence_words(chat::Presence presence) {
    switch (presence) {
        case chat::Presence::offline: return tr("not connected");
        case chat::Presence::away: return tr("away");
        case chat::Presence::online: return tr("online");
    }
    return "";
}

std::string standing_of_user(const chat::UserRow& user) {
    if (user.is_disabled) return user.is_admin ? tr("administrator · disabled") : tr_in("account", "disabled");
    return user.is_admin ? tr("administrator") : tr_in("account", "active");
}

std::string kind_of_room(const chat::RoomRow& room) {
    const std::string kind = room.is_private ? tr("private") : tr("public");
    return room.is_archived ? tr("{0} · archived", kind) : kind;
}

std::string messages_text(std::uint64_t messages) { return tr_count("{0} message", "{0} messages", messages); }

}  // namespace

std::vector<ListItem> items_of_users(const Model& model) {
    const UsersListed& listed = model.admin().users();
    std::vector<ListItem> items = begun(listed.refusal);
    for (const chat::UserRow& user : listed.users) {
        const chat::Presence presence = model.presence_of(user.user);
        items.push_back({.text = from_utf8(user.name), .detail = from_utf8(standing_of_user(user) + " · " + presence_words(presence)), .symbol = {},
                         .disc = user.name, .is_dim = user.is_disabled, .dot = dot_of(presence), .id = user.user.value});
    }
    if (listed.more) items.push_back(heading(tr("The first {0}: type a part of the name to see others.", listed.users.size())));
    if (listed.users.empty() && !listed.pattern.empty()) items.push_back(heading(tr("Nobody has this in the name.")));
    return items;
}

std::vector<ListItem> items_of_rooms(const Model& model, const std::string& letters) {
    const AllRoomsListed& listed = model.admin().rooms();
    std::vector<ListItem> items = begun(listed.refusal);
    for (const chat::RoomRow& room : model.admin().rooms_with(letters)) {
        const std::string detail = fmt::format("{} · {} · {}", kind_of_room(room), members_text(room.members), messages_text(room.last));
        items.push_back({.text = from_utf8(room.name), .detail = from_utf8(detail), .symbol = "#", .disc = {}, .is_dim = room.is_archived,
                         .is_locked = room.is_private, .id = room.room.value});
    }
    if (listed.more) items.push_back(heading(tr("There are more than these {0}; the command line lists them all.", listed.rooms.size())));
    if (items.empty() && !letters.empty()) items.push_back(heading(tr("No room has this in its name.")));
    return items;
}

std::vector<ListItem> items_of_audit(const Model& model) {
    const AuditListed& listed = model.admin().audit();
    std::vector<ListItem> items = begun(listed.refusal);
    std::uint64_t id = 0;
    for (const chat::AuditRow& entry : listed.entries) {
        items.push_back({.text = from_utf8(sentence_of(entry)), .detail = from_utf8(full_time_text(entry.time_ms)), .symbol = {}, .disc = {}, .id = ++id});
    }
    if (listed.more) items.push_back({.text = _("Show older ones…"), .detail = {}, .symbol = {}, .disc = {}, .is_bold = true, .id = ++id});
    if (items.empty()) items.push_back(heading(tr("No administrator has done anything yet.")));
    return items;
}

std::string lines_of(const chat::UserRow& user, const Model& model) {
    const std::string who = user.is_admin ? tr("Administrator") : tr("Member");
    const std::string may = user.is_disabled ? tr("Disabled: nobody can log in to it") : tr_in("account", "Active");
    const std::string there = tr("Now {0}", presence_words(model.presence_of(user.user)));
    const std::string own = user.user == model.own_id() ? "\n\n" + tr("This is you. One's own password is changed with `parley passwd`.") : "";
    return fmt::format("{}\n{}\n{}{}", who, may, there, own);
}

std::string lines_of(const chat::RoomRow& room) {
    const std::string kind = room.is_private ? tr("Private: only who is brought in sees it") : tr("Public: everybody can find and join it");
    return fmt::format("{}{}{}\n{}\n{}\n{}", room.topic.empty() ? "" : room.topic + "\n\n", kind, room.is_archived ? "\n" + tr("Archived: it is only read") : "",
                       members_text(room.members), messages_text(room.last), kept_sentence(room.retention_days));
}

}  // namespace parley::gui
