// The sentence for each refusal: what happened, and what to do about it; and the names of roles, levels and policies.
#include "chat/state/effects.hpp"

namespace parley::chat {

std::string_view role_name(Role role) {
    switch (role) {
        case Role::read_only: return "read-only";
        case Role::member: return "member";
        case Role::moderator: return "moderator";
        case Role::admin: return "admin";
        case Role::owner: return "owner";
    }
    return "member";
}

std::string_view registration_name(Registration policy) {
    switch (policy) {
        case Registration::open: return "open";
        case Registration::invite: return "invite";
        case Registration::closed: return "closed";
    }
    return "closed";
}

std::optional<Registration> registration_named(std::string_view name) {
    for (const Registration policy : {Registration::open, Registration::invite, Registration::closed}) {
        if (name == registration_name(policy)) return policy;
    }
    return std::nullopt;
}

std::string_view notify_name(Notify level) {
    switch (level) {
        case Notify::everything: return "all";
        case Notify::mentions: return "mentions";
        case Notify::nothing: return "none";
    }
    return "all";
}

std::string sentence(Refusal refusal) {
    switch (refusal) {
        case Refusal::name_taken: return "This name is taken: choose another one, or log in if it is yours.";
        case Refusal::name_invalid:
            return "This name cannot be used: take 1 to 64 bytes of visible characters without / * ?, not beginning "
                   "with @ # or -.";
        case Refusal::name_confusing:
            return "This name looks like another one or mixes alphabets that look alike: choose a plainer one.";
        case Refusal::no_such_user: return "There is no user of this name: look at `parley users`.";
        case Refusal::wrong_password: return "Name or password is wrong: try again.";
        case Refusal::password_changed: return "The password was changed meanwhile: log in with the new one.";
        case Refusal::unknown_login: return "This device is logged out: log in again.";
        case Refusal::unknown_session: return "This session has ended: open a new one.";
        case Refusal::session_gap: return "An earlier request of this session is missing: send it first.";
        case Refusal::number_too_old: return "This request was done long ago and its answer is forgotten: look at the history.";
        case Refusal::no_such_room: return "There is no such room, or you are not in it: look at `parley room list`.";
        case Refusal::room_name_taken: return "A room of this name exists, or one that looks like it: choose another name.";
        case Refusal::room_name_invalid:
            return "This room name cannot be used: take 1 to 64 bytes of visible characters of one alphabet without / * ?, "
                   "not beginning with @ # or -.";
        case Refusal::not_a_member: return "You are not in this room: join it first.";
        case Refusal::already_a_member: return "Already in this room: there is nothing to do.";
        case Refusal::not_allowed: return "This is not allowed to you here: ask the room's owner or an administrator.";
        case Refusal::text_empty: return "The text is empty: write something.";
        case Refusal::text_too_long: return "The text is too long: the limit is 16 KiB, send it in parts.";
        case Refusal::text_invalid:
            return "The text is not UTF-8 or has control characters: only line breaks and tabs are allowed.";
        case Refusal::no_such_message: return "There is no message of this number in the room: look at the history.";
        case Refusal::limit_reached: return "A limit of this server is reached: remove what is not needed, or ask an administrator.";
        case Refusal::last_owner: return "You are the room's only owner: make another member owner first.";
        case Refusal::message_deleted: return "This message is deleted: nothing more can be done with it.";
        case Refusal::reaction_invalid: return "A reaction is one character, for example 👍: give exactly one.";
        case Refusal::banned: return "This user is banned from the room: who looks after it can lift that.";
        case Refusal::muted: return "You are muted in this room for a while: you can read, and write again later.";
        case Refusal::read_only: return "You may only read in this room: ask its owner for the right to write.";
        case Refusal::room_archived: return "This room is archived and can only be read: its owner can open it again.";
        case Refusal::no_such_member: return "This user is not in the room: look at `parley room members`.";
        case Refusal::registration_closed: return "Nobody can register here: ask an administrator for an account.";
        case Refusal::invite_needed: return "Registering here needs an invitation: ask a member for a link (`parley invite`).";
        case Refusal::invite_invalid: return "This invitation is used up, too old or not known: ask for another one.";
        case Refusal::no_such_login: return "You have no log-in of this number: look at `parley sessions`.";
        case Refusal::blocked: return "One of you has blocked the other: no direct messages go between you.";
        case Refusal::account_disabled: return "This account is disabled: an administrator can enable it again.";
        case Refusal::file_too_large: return "This file is too large: the limit is 1 GiB, send it in parts.";
        case Refusal::file_name_invalid:
            return "This file name cannot be used: take 1 to 255 bytes of visible characters without slashes, and not only dots.";
        case Refusal::no_such_upload: return "You have no such upload, or it is too old: begin it again.";
        case Refusal::upload_unfinished: return "This file is not safe on enough replicas yet: finish its upload first.";
        case Refusal::quota_exceeded: return "Your files would take more room than you may use: delete messages with files you do not need.";
        case Refusal::files_full: return "The files of this server take all the room they may: ask an administrator.";
        case Refusal::members_changed: return "The replicas of this cluster have changed meanwhile: ask them again.";
        case Refusal::too_few_holders: return "Too few replicas hold this file: send it to more of them.";
        case Refusal::last_administrator: return "The last administrator stays: make somebody else one first.";
        case Refusal::account_stands: return "This account is not deleted: its name is in use.";
        case Refusal::too_many_people: return "A conversation is for nine people at most: make a room for more.";
        case Refusal::malformed: return "The server did not understand this request: update the program that sent it.";
    }
    return "The request was refused.";
}

}  // namespace parley::chat
