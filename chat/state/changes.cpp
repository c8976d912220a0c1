// What a change makes of a message that somebody keeps.
#include <algorithm>

#include "chat/state/effects.hpp"

namespace parley::chat {
namespace {

void take_in_reaction(RoomMessage& message, const MessageChange& change, UserId own) {
    auto known = std::ranges::find(message.reactions, change.text, &Reaction::emoji);
    if (known == message.reactions.end()) {
        if (change.count == 0) return;
        known = message.reactions.insert(known, Reaction{change.text, 0, false});
    }
    known->count = change.count;
    if (change.user == own) known->mine = change.kind == ChangeKind::reacted;
    if (change.count == 0) message.reactions.erase(known);
}

void erase(RoomMessage& message) {
    message.deleted = true;
    message.edits = 0;
    message.text.clear();
    message.reactions.clear();
    message.pinned = false;
    message.file.reset();
}

}  // namespace

void take_in(RoomMessage& message, const MessageChange& change, UserId own) {
    if (message.deleted) return;   // nothing comes after that, but what is told again
    switch (change.kind) {
        case ChangeKind::deleted: return erase(message);
        case ChangeKind::edited:
            // An older change of a backlog may tell of a text that is gone meanwhile: its deletion follows.
            if (change.count < message.edits || change.text.empty()) return;
            message.text = change.text;
            message.edits = change.count;
            return;
        case ChangeKind::reacted:
        case ChangeKind::unreacted: return take_in_reaction(message, change, own);
        case ChangeKind::pinned: message.pinned = true; return;
        case ChangeKind::unpinned: message.pinned = false; return;
    }
}

}  // namespace parley::chat
