#include "chat/gateway/reads.hpp"

#include <algorithm>

#include "chat/gateway/subscriptions.hpp"

namespace parley::chat {
namespace {

// A user is in at most this many rooms at once as far as one answer goes.
constexpr std::uint32_t my_rooms_max = 4096;

// Takes one row more than wanted, to know whether there is more.
template <class Row>
bool cut_to(std::vector<Row>& rows, std::uint32_t wanted) {
    if (rows.size() <= wanted) return false;
    rows.resize(wanted);
    return true;
}

}  // namespace

Failure failure_of(const net::Error& error) {
    if (error.kind == net::ErrorKind::not_found) return Failure{Failure::Kind::not_found, error.message, 0};
    if (error.kind == net::ErrorKind::refused) return Failure{Failure::Kind::not_allowed, error.message, 0};
    return Failure{Failure::Kind::internal, error.message, 0};
}

std::uint32_t Reads::rows(std::uint32_t asked) const { return std::clamp(asked, 1U, options_.page_rows_max); }

net::Result<RoomRow> Reads::readable(const LoginRow& asking, const Target& target) {
    net::Result<RoomRow> room = view_.resolve(asking.user, target);
    if (!room || room->is_member || (!room->is_private && !room->is_direct)) return room;
    return net::Error{net::ErrorKind::not_found, "there is no such room, or you are not in it"};
}

Payload Reads::answer(const LoginRow& asking, const AskWhoAmI&) {
    return Identity{asking.user, asking.user_name, asking.login, asking.is_admin};
}

Payload Reads::answer(const LoginRow&, const AskUsers& question) {
    const std::uint32_t wanted = rows(question.limit);
    net::Result<std::vector<UserRow>> users = view_.users(question.pattern, question.after_name, wanted + 1);
    if (!users) return failure_of(users.error());
    const bool more = cut_to(*users, wanted);
    return UserPage{*std::move(users), more};
}

Payload Reads::answer(const LoginRow& asking, const AskMyRooms&) {
    net::Result<std::vector<RoomRow>> rooms = view_.rooms_of(asking.user, my_rooms_max + 1);
    if (!rooms) return failure_of(rooms.error());
    const bool more = cut_to(*rooms, my_rooms_max);
    return RoomPage{*std::move(rooms), more};
}

Payload Reads::answer(const LoginRow& asking, const AskPublicRooms& question) {
    const std::uint32_t wanted = rows(question.limit);
    net::Result<std::vector<RoomRow>> rooms = view_.public_rooms(asking.user, question.after_name, wanted + 1);
    if (!rooms) return failure_of(rooms.error());
    const bool more = cut_to(*rooms, wanted);
    return RoomPage{*std::move(rooms), more};
}

Payload Reads::answer(const LoginRow& asking, const AskRoom& question) {
    net::Result<RoomRow> room = readable(asking, question.target);
    if (!room) return failure_of(room.error());
    return RoomPage{{*std::move(room)}, false};
}

Payload Reads::answer(const LoginRow& asking, const AskMembers& question) {
    const net::Result<RoomRow> room = readable(asking, question.target);
    if (!room) return failure_of(room.error());
    const std::uint32_t wanted = rows(question.limit);
    net::Result<std::vector<UserRow>> members = view_.members(room->room, question.after_name, wanted + 1);
    if (!members) return failure_of(members.error());
    const bool more = cut_to(*members, wanted);
    return UserPage{*std::move(members), more};
}

Payload Reads::answer(const LoginRow& asking, const AskHistory& question) {
    MessagePage page;
    net::Result<RoomRow> room = readable(asking, question.target);
    if (!room) return failure_of(room.error());
    page.room = *std::move(room);
    const bool backwards = question.before > 0 && question.since_ms <= 0;
    std::uint64_t after = question.after;
    if (question.since_ms > 0) {
        const net::Result<std::uint64_t> first = view_.number_at(page.room.room, question.since_ms);
        if (!first) return failure_of(first.error());
        after = *first - 1;
    }
    net::Result<std::vector<RoomMessage>> messages = view_.messages(page.room.room, after, backwards ? question.before : 0,
                                                                      rows(question.limit), asking.user);
    if (!messages) return failure_of(messages.error());
    page.messages = *std::move(messages);
    cut(page, backwards);
    return page;
}

Payload Reads::answer(const LoginRow& asking, const AskThread& question) {
    net::Result<RoomRow> room = readable(asking, question.target);
    if (!room) return failure_of(room.error());
    net::Result<std::optional<RoomMessage>> named = view_.message(room->room, question.number, asking.user);
    if (!named) return failure_of(named.error());
    if (!*named) return Failure{Failure::Kind::not_found, sentence(Refusal::no_such_message), 0};
    const std::uint64_t root = (*named)->thread != 0 ? (*named)->thread : question.number;
    MessagePage page;
    page.room = *std::move(room);
    if (question.after == 0) {
        net::Result<std::optional<RoomMessage>> first = view_.message(page.room.room, root, asking.user);
        if (!first) return failure_of(first.error());
        if (*first) page.messages.push_back(**std::move(first));
    }
    const std::uint32_t wanted = rows(question.limit);
    net::Result<std::vector<RoomMessage>> replies = view_.replies(page.room.room, root, question.after, wanted + 1, asking.user);
    if (!replies) return failure_of(replies.error());
    page.more = cut_to(*replies, wanted);
    page.messages.insert(page.messages.end(), replies->begin(), replies->end());
    const std::size_t kept = rows_that_fit(page.messages, options_.page_bytes_max);
    page.more = page.more || kept < page.messages.size();
    page.messages.resize(kept);
    return page;
}

Payload Reads::answer(const LoginRow& asking, const AskPins& question) {
    net::Result<RoomRow> room = readable(asking, question.target);
    if (!room) return failure_of(room.error());
    net::Result<std::vector<RoomMessage>> pinned = view_.pinned(room->room, asking.user);
    if (!pinned) return failure_of(pinned.error());
    return MessagePage{*std::move(room), *std::move(pinned), false};
}

Payload Reads::answer(const LoginRow& asking, const AskEdits& question) {
    const net::Result<RoomRow> room = readable(asking, question.target);
    if (!room) return failure_of(room.error());
    net::Result<std::vector<EditRow>> edits = view_.edits(room->room, question.number);
    if (!edits) return failure_of(edits.error());
    return EditPage{*std::move(edits)};
}

Payload Reads::answer(const LoginRow& asking, const AskBans& question) {
    const net::Result<RoomRow> room = readable(asking, question.target);
    if (!room) return failure_of(room.error());
    if (room->is_direct || (room->role < Role::moderator && !asking.is_admin)) {
        return Failure{Failure::Kind::not_allowed, sentence(Refusal::not_allowed), 0};
    }
    const std::uint32_t wanted = rows(question.limit);
    net::Result<std::vector<UserRow>> banned = view_.banned(room->room, question.after_name, wanted + 1);
    if (!banned) return failure_of(banned.error());
    const bool more = cut_to(*banned, wanted);
    return UserPage{*std::move(banned), more};
}

Payload Reads::answer(const LoginRow& asking, const AskUnread&) {
    constexpr std::size_t rooms_max = 100;   // each costs a look at up to a thousand messages
    net::Result<std::vector<RoomRow>> rooms = view_.rooms_of(asking.user, my_rooms_max);
    if (!rooms) return failure_of(rooms.error());
    UnreadPage page;
    for (RoomRow& room : *rooms) {
        if (room.last == room.read) continue;
        if (page.rooms.size() == rooms_max) {
            page.more = true;
            break;
        }
        net::Result<std::vector<SenderRow>> senders = view_.senders(room.room, room.read, asking.user);
        if (!senders) return failure_of(senders.error());
        page.rooms.push_back({std::move(room), *std::move(senders)});
    }
    return page;
}

Payload Reads::answer(const LoginRow& asking, const AskLogins&) {
    net::Result<std::vector<OwnLoginRow>> logins = view_.logins_of(asking.user, asking.login);
    if (!logins) return failure_of(logins.error());
    return LoginPage{*std::move(logins)};
}

Payload Reads::answer(const LoginRow& asking, const AskBlocked&) {
    net::Result<std::vector<UserRow>> blocked = view_.blocked_by(asking.user);
    if (!blocked) return failure_of(blocked.error());
    return UserPage{*std::move(blocked), false};
}

Payload Reads::answer(const LoginRow& asking, const AskAllRooms& question) {
    if (!asking.is_admin) return Failure{Failure::Kind::not_allowed, sentence(Refusal::not_allowed), 0};
    const std::uint32_t wanted = rows(question.limit);
    net::Result<std::vector<RoomRow>> rooms = view_.named_rooms(asking.user, question.after_name, wanted + 1);
    if (!rooms) return failure_of(rooms.error());
    const bool more = cut_to(*rooms, wanted);
    return RoomPage{*std::move(rooms), more};
}

Payload Reads::answer(const LoginRow& asking, const AskAudit& question) {
    if (!asking.is_admin) return Failure{Failure::Kind::not_allowed, sentence(Refusal::not_allowed), 0};
    const std::uint32_t wanted = rows(question.limit);
    net::Result<std::vector<AuditRow>> entries = view_.audit(question.before, wanted + 1);
    if (!entries) return failure_of(entries.error());
    const bool more = cut_to(*entries, wanted);
    return AuditPage{*std::move(entries), more};
}

Payload Reads::answer(const LoginRow&, const AskProfiles& question) {
    constexpr std::size_t users_max = 1'000;
    if (question.users.size() > users_max) return Failure{Failure::Kind::refused, "these are too many people to ask about at once", 0};
    net::Result<std::vector<ProfileRow>> profiles = view_.profiles(question.users);
    if (!profiles) return failure_of(profiles.error());
    return ProfilePage{*std::move(profiles)};
}

Payload Reads::answer(const LoginRow& asking, const AskDrafts&) {
    net::Result<std::vector<DraftRow>> drafts = view_.drafts(asking.user);
    if (!drafts) return failure_of(drafts.error());
    return DraftPage{*std::move(drafts)};
}

// Who has read what is for those who are in the room.
Payload Reads::answer(const LoginRow& asking, const AskReceipts& question) {
    const net::Result<RoomRow> room = readable(asking, question.target);
    if (!room) return failure_of(room.error());
    if (!room->is_member) return Failure{Failure::Kind::not_allowed, sentence(Refusal::not_a_member), 0};
    if (question.number == 0 || question.number > room->last) return Failure{Failure::Kind::not_found, sentence(Refusal::no_such_message), 0};
    const std::uint32_t wanted = rows(question.limit);
    net::Result<std::vector<ReceiptRow>> readers = view_.receipts(room->room, question.number, question.after_name, wanted + 1);
    if (!readers) return failure_of(readers.error());
    const bool more = cut_to(*readers, wanted);
    return ReceiptPage{*std::move(readers), more};
}

Payload Reads::answer(const LoginRow&, const AskRegistration&) {
    const net::Result<Registration> policy = view_.registration();
    if (!policy) return failure_of(policy.error());
    return RegistrationReport{*policy};
}

// Keeps the page below the limit of bytes: from the side that was asked for.
void Reads::cut(MessagePage& page, bool backwards) const {
    if (backwards) {
        const std::size_t kept = rows_that_fit_from_back(page.messages, options_.page_bytes_max);
        page.messages.erase(page.messages.begin(), page.messages.end() - static_cast<std::ptrdiff_t>(kept));
        page.more = !page.messages.empty() && page.messages.front().number > 1;
    } else {
        page.messages.resize(rows_that_fit(page.messages, options_.page_bytes_max));
        page.more = !page.messages.empty() && page.messages.back().number < page.room.last;
    }
}

}  // namespace parley::chat
