#include "sim/chat/room_model.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace parley::sim {
namespace {

using chat::MessageKind;
using chat::Role;
using chat::UserId;

using Wrong = std::optional<std::string>;

std::optional<Role> role_called(std::string_view name) {
    for (const Role role : {Role::read_only, Role::member, Role::moderator, Role::admin, Role::owner}) {
        if (chat::role_name(role) == name) return role;
    }
    return std::nullopt;
}

}  // namespace

bool RoomModel::is_admin(UserId user) const {
    return std::ranges::any_of(people_, [user](const auto& one) { return one.second.user == user && (one.second.is_admin || one.second.was_changed); });
}

bool RoomModel::is_always_admin(UserId user) const {
    return std::ranges::any_of(people_, [user](const auto& one) { return one.second.user == user && one.second.is_admin && !one.second.was_changed; });
}

Role RoomModel::power_of(UserId user) const {
    if (is_admin(user)) return Role::owner;
    const auto member = members_.find(user);
    return member == members_.end() ? Role::read_only : member->second.role;
}

Wrong RoomModel::act(const chat::RoomMessage& message, const std::string& other, Role least) {
    const auto known = people_.find(other);
    if (known == people_.end()) return fmt::format("message {} tells of \"{}\", whom nobody knows", message.number, other);
    const UserId whom = known->second.user;
    const Role power = power_of(message.author);
    const bool may = is_admin(message.author) ||
                     (!is_always_admin(whom) && (power == Role::owner || known->second.was_changed || power_of(whom) < power));
    const bool is_here = members_.contains(message.author) || is_admin(message.author);
    if (power >= least && may && is_here) return std::nullopt;
    return fmt::format("message {}: {} does to {} what is not theirs to do", message.number, message.author_name, other);
}

Wrong RoomModel::begin(UserId user, std::uint64_t number) {
    if (bans_.contains(user)) return fmt::format("message {}: somebody who is banned came in", number);
    const Role role = members_.empty() ? Role::owner : Role::member;
    if (!members_.emplace(user, Member{role, number - 1, false}).second) {
        return fmt::format("message {}: somebody came in twice", number);
    }
    return std::nullopt;
}

Wrong RoomModel::end(UserId user) {
    const auto member = members_.find(user);
    if (member == members_.end()) return "somebody left who was not there";
    members_.erase(member);
    const bool has_owner = std::ranges::any_of(members_, [](const auto& one) { return one.second.role == Role::owner; });
    if (has_owner || members_.empty()) return std::nullopt;
    // A room keeps an owner: whoever comes next by role, and then by time.
    const auto heir = std::ranges::max_element(members_, [](const auto& one, const auto& other) {
        if (one.second.role != other.second.role) return one.second.role < other.second.role;
        if (one.second.since != other.second.since) return one.second.since > other.second.since;
        return other.first < one.first;
    });
    heir->second.role = Role::owner;
    return std::nullopt;
}

Wrong RoomModel::take_text(const chat::RoomMessage& message) {
    const auto member = members_.find(message.author);
    if (member == members_.end()) return fmt::format("message {} is by somebody who was not there", message.number);
    if (is_archived_) return fmt::format("message {} was written in a room that is archived", message.number);
    if (member->second.muted) return fmt::format("message {} is by somebody who was muted", message.number);
    if (power_of(message.author) == Role::read_only) return fmt::format("message {} is by somebody who may only read", message.number);
    if (message.thread != 0) ++replies_[message.thread];
    note_mentions(message);
    return std::nullopt;
}

// People are spoken to at the end of a text: "… @person2".
void RoomModel::note_mentions(const chat::RoomMessage& message) {
    const std::size_t sign = message.text.rfind(" @");
    if (message.deleted || sign == std::string::npos) return;
    const std::string name = message.text.substr(sign + 2);
    if (name == "room") return mentions_.push_back({message.number, message.author, std::nullopt});
    const auto known = people_.find(name);
    if (known == people_.end() || !members_.contains(known->second.user)) return;
    mentions_.push_back({message.number, message.author, known->second.user});
}

Wrong RoomModel::take_role(const chat::RoomMessage& message) {
    const std::size_t space = message.text.rfind(' ');
    const auto role = role_called(message.text.substr(0, space));
    if (space == std::string::npos || !role) return fmt::format("message {} tells of no role: {}", message.number, message.text);
    const std::string name = message.text.substr(space + 1);
    if (auto wrong = act(message, name, Role::admin)) return wrong;
    const auto member = members_.find(people_[name].user);
    if (member == members_.end()) return fmt::format("message {} gives a role to {}, who is not there", message.number, name);
    member->second.role = *role;
    return std::nullopt;
}

Wrong RoomModel::take_care(const chat::RoomMessage& message) {
    const bool is_topic = message.kind == MessageKind::topic_changed;
    const bool is_here = members_.contains(message.author) || is_admin(message.author);
    if (!is_here || power_of(message.author) < (is_topic ? Role::moderator : Role::admin)) {
        return fmt::format("message {}: {} does to the room what is not theirs to do", message.number, message.author_name);
    }
    if (is_topic) {
        if (is_archived_) return fmt::format("message {}: a topic for a room that is archived", message.number);
        topic_ = message.text;
        return std::nullopt;
    }
    const bool archives = message.kind == MessageKind::archived;
    if (archives == is_archived_) return fmt::format("message {}: the room was that already", message.number);
    is_archived_ = archives;
    return std::nullopt;
}

Wrong RoomModel::take(const chat::RoomMessage& message) {
    const auto other = [&] { return people_[message.text].user; };
    switch (message.kind) {
        case MessageKind::text:
        case MessageKind::file: return take_text(message);
        case MessageKind::created:
            members_[message.author] = Member{Role::owner, 0, false};
            return std::nullopt;
        case MessageKind::joined: return begin(message.author, message.number);
        case MessageKind::left: return end(message.author);
        case MessageKind::removed:
            if (auto wrong = act(message, message.text, Role::moderator)) return wrong;
            return end(other());
        case MessageKind::banned:
            if (auto wrong = act(message, message.text, Role::moderator)) return wrong;
            if (!bans_.insert(other()).second) return fmt::format("message {}: somebody is banned twice", message.number);
            return members_.contains(other()) ? end(other()) : std::nullopt;
        case MessageKind::unbanned:
            if (auto wrong = act(message, message.text, Role::moderator)) return wrong;
            if (bans_.erase(other()) == 0) return fmt::format("message {}: nobody was banned", message.number);
            return std::nullopt;
        case MessageKind::muted:
        case MessageKind::unmuted: {
            if (auto wrong = act(message, message.text, Role::moderator)) return wrong;
            const auto member = members_.find(other());
            if (member == members_.end()) return fmt::format("message {} is about somebody who is not there", message.number);
            member->second.muted = message.kind == MessageKind::muted;
            return std::nullopt;
        }
        case MessageKind::role_changed: return take_role(message);
        case MessageKind::topic_changed:
        case MessageKind::archived:
        case MessageKind::unarchived: return take_care(message);
        case MessageKind::invited:
        case MessageKind::renamed: break;
    }
    return fmt::format("message {} is of a kind that nobody brought about", message.number);
}

std::uint64_t RoomModel::mentions(UserId user, std::uint64_t read) const {
    const auto member = members_.find(user);
    if (member == members_.end()) return 0;
    return static_cast<std::uint64_t>(std::ranges::count_if(mentions_, [&](const Mention& one) {
        return one.number > std::max(read, member->second.since) && one.author != user && one.whom.value_or(user) == user;
    }));
}

std::uint64_t RoomModel::replies(std::uint64_t root) const {
    const auto found = replies_.find(root);
    return found == replies_.end() ? 0 : found->second;
}

}  // namespace parley::sim
