// Messages and read markers. A post costs the same in a room of any size: one row, and counters kept in memory.
#include <algorithm>

#include "chat/state/context.hpp"
#include "chat/state/mentions.hpp"
#include "chat/state/names.hpp"
#include "net/ports/check.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {
namespace {

std::string conversation_label(Context& context, UserId user, const std::vector<UserId>& people) {
    std::vector<std::string> others;
    for (const UserId other : people) {
        if (other != user) others.push_back(context.store.user(other)->shown_name());
    }
    return "@" + conversation_name(std::move(others));
}

// The part of a message's id before the slash, as the author writes it: `general`, `@bob` or `@bob,@eve`.
std::string room_label(Context& context, UserId user, const RoomRecord& room) {
    if (!room.people.empty()) return conversation_label(context, user, room.people);
    if (!room.direct) return room.name;
    const UserId other = room.direct->first == user ? room.direct->second : room.direct->first;
    const UserRecord* record = context.store.user(other);
    CHECK(record != nullptr, "a direct conversation with nobody");
    return "@" + record->shown_name();
}

// Nobody reads what is written to an account that is gone.
bool partner_is_gone(Context& context, const RoomRecord& room) {
    const auto is_gone = [&context](UserId user) { return context.store.user(user)->is_deleted; };
    if (!room.people.empty()) return std::ranges::count_if(room.people, is_gone) + 1 >= std::ssize(room.people);
    if (!room.direct) return false;
    const UserRecord* first = context.store.user(room.direct->first);
    const UserRecord* second = context.store.user(room.direct->second);
    CHECK(first != nullptr && second != nullptr, "a direct conversation with nobody");
    return first->is_deleted || second->is_deleted;
}

std::variant<Refusal, RoomId> room_to_post_in(Context& context, const Caller& caller, const Target& target) {
    auto found = find_own_room(context, caller.user, target);
    if (const auto* id = std::get_if<RoomId>(&found)) {
        if (partner_is_gone(context, *context.store.room(*id))) return Refusal::no_such_user;
        return found;
    }
    if (std::get<Refusal>(found) != Refusal::no_such_room) return found;
    if (const auto* by_people = std::get_if<ByPeople>(&target)) {
        const auto people = find_people(context, caller.user, *by_people);
        CHECK(std::holds_alternative<std::vector<UserId>>(people), "people who were found are gone");
        return begin_conversation(context, caller.user, std::get<std::vector<UserId>>(people));
    }
    const auto* by_user = std::get_if<ByUserName>(&target);
    if (by_user == nullptr) return found;
    // The user is there and the conversation is not: this is its first message.
    const auto other = context.store.user_named(fold_name(by_user->name));
    CHECK(other.has_value(), "a user that was found is gone");
    if (are_apart(context, caller.user, *other)) return Refusal::blocked;
    return make_direct_room(context, caller.user, *other);
}

// The thread that an answer to message `number` belongs to.
std::variant<Refusal, std::uint64_t> thread_of_reply(Context& context, RoomId room, std::uint64_t number) {
    const auto head = context.store.messages().head(room, number);
    if (!head || !is_written(head->kind)) return Refusal::no_such_message;
    if (head->deleted) return Refusal::message_deleted;
    return head->thread != 0 ? head->thread : number;
}

struct Place {
    RoomId room;
    std::uint64_t thread = 0;
};

std::variant<Refusal, Place> place_of_post(Context& context, const Caller& caller, const Target& target, std::uint64_t reply_to) {
    // A conversation that this would begin has no message to answer.
    const bool is_reply = reply_to != 0;
    const auto found = is_reply ? find_own_room(context, caller.user, target) : room_to_post_in(context, caller, target);
    if (const auto* why = std::get_if<Refusal>(&found)) return *why;
    const RoomId id = std::get<RoomId>(found);
    if (const auto why = why_not_write(context, caller.user, id)) return *why;
    if (!is_reply) return Place{id};
    if (partner_is_gone(context, *context.store.room(id))) return Refusal::no_such_user;
    const auto begun = thread_of_reply(context, id, reply_to);
    if (const auto* why = std::get_if<Refusal>(&begun)) return *why;
    return Place{id, std::get<std::uint64_t>(begun)};
}

Posted posted(Context& context, const Caller& caller, RoomId room, std::uint64_t number) {
    return Posted{room, number, room_label(context, caller.user, *context.store.room(room))};
}

}  // namespace

std::uint64_t append_message(Context& context, const Caller& author, RoomId room_id, MessageKind kind, std::string text,
                             std::uint64_t reply_to, std::uint64_t thread, std::optional<MessageFile> file) {
    CHECK(context.store.room(room_id) != nullptr, "a message to no room");
    RoomRecord& room = context.store.change_room(room_id);
    const UserRecord* user = context.store.user(author.user);
    CHECK(user != nullptr, "a message from nobody");
    if (net::planted("room_numbers_skip") && room.last % 16 == 15) ++room.last;
    const std::uint64_t number = ++room.last;
    const MemberKey key{room_id, author.user};
    if (const MemberRecord* member = context.store.member(key); member != nullptr && member->read + 1 == number) {
        context.store.change_member(key).read = net::planted("unread_counts_wrong") ? number - 1 : number;
    }
    RoomMessage message{room_id, number, context.slot, context.time_ms, kind, author.user, user->shown_name(), std::move(text)};
    message.reply_to = reply_to;
    message.thread = thread;
    message.file = std::move(file);
    context.store.messages().add(message, author.session, author.number);
    context.effects.push_back(MessagePosted{std::move(message)});
    return number;
}

Result execute(Context& context, const Caller& caller, const Post& operation) {
    if (const auto why = judge_text(operation.text, context.limits.text_bytes_max)) return Refused{*why};
    const auto found = place_of_post(context, caller, operation.target, operation.reply_to);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const auto& [room, thread] = std::get<Place>(found);
    const std::uint64_t number = append_message(context, caller, room, MessageKind::text, operation.text, operation.reply_to, thread);
    keep_mentions(context, caller.user, room, number, operation.text);
    return posted(context, caller, room, number);
}

Result execute(Context& context, const Caller& caller, const PostFile& operation) {
    const auto why_not_text = operation.text.empty() ? std::nullopt : judge_text(operation.text, context.limits.text_bytes_max);
    if (why_not_text) return Refused{*why_not_text};
    const auto judged = file_to_post(context, caller, operation);
    if (const auto* why = std::get_if<Refusal>(&judged)) return Refused{*why};
    const auto found = place_of_post(context, caller, operation.target, operation.reply_to);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const auto& [room, thread] = std::get<Place>(found);
    const MessageFile& file = std::get<MessageFile>(judged);
    const std::uint64_t number = append_message(context, caller, room, MessageKind::file, operation.text, operation.reply_to, thread, file);
    attach(context, caller, room, number, file);
    keep_mentions(context, caller.user, room, number, operation.text);
    return posted(context, caller, room, number);
}

Result execute(Context& context, const Caller& caller, const MarkRead& operation) {
    const auto found = find_own_room(context, caller.user, operation.target);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    const std::uint64_t last = context.store.room(id)->last;
    const std::uint64_t wanted = operation.number == 0 ? last : std::min(operation.number, last);
    const MemberKey key{id, caller.user};
    const bool goes_back = wanted <= context.store.member(key)->read;
    if (goes_back && !net::planted("read_marker_goes_back")) return Done{};
    context.store.change_member(key).read = wanted;
    context.effects.push_back(ReadMarked{id, caller.user, wanted});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const MarkUnread& operation) {
    const auto found = find_own_room(context, caller.user, operation.target);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const RoomId id = std::get<RoomId>(found);
    const std::uint64_t last = context.store.room(id)->last;
    const std::uint64_t number = operation.number == 0 ? last : operation.number;
    if (number == 0 || number > last) return Refused{Refusal::no_such_message};
    const MemberKey key{id, caller.user};
    if (context.store.member(key)->read < number) return Done{};
    context.store.change_member(key).read = number - 1;
    context.effects.push_back(ReadMarked{id, caller.user, number - 1, true});
    return Done{};
}

Result execute(Context& context, const Caller& caller, const SetNotify& operation) {
    const auto found = find_own_room(context, caller.user, operation.target);
    if (const auto* why = std::get_if<Refusal>(&found)) return Refused{*why};
    const MemberKey key{std::get<RoomId>(found), caller.user};
    if (context.store.member(key)->notify == operation.level) return Done{};
    context.store.change_member(key).notify = operation.level;
    context.effects.push_back(MembershipChanged{key.room, key.user, true});
    return Done{};
}

void keep_mentions(Context& context, UserId author, RoomId room, std::uint64_t number, const std::string& text) {
    if (text.find('@') == std::string::npos || context.store.room(room)->direct) return;
    for (const auto& word : mentioned_words(text)) {
        for (const std::string& reading : word) {
            if (reading == everybody_name) {
                context.store.messages().add_mention(room, number, std::nullopt, author);
                break;
            }
            const auto user = context.store.user_named(reading);
            if (!user || context.store.member(MemberKey{room, *user}) == nullptr) continue;
            context.store.messages().add_mention(room, number, user, author);
            break;
        }
    }
}

}  // namespace parley::chat::state
