#include "sim/chat/changes_model.hpp"

#include <fmt/core.h>

namespace parley::sim {

using chat::ChangeKind;

std::optional<std::string> ChangesModel::take(const chat::MessageChange& change) {
    if (change.change != taken_ + 1) return fmt::format("change {} comes behind change {}", change.change, taken_);
    ++taken_;
    Standing& standing = messages_[change.number];
    if (standing.deleted) return fmt::format("change {} is about message {}, which was deleted", change.change, change.number);
    switch (change.kind) {
        case ChangeKind::deleted: standing = Standing{true, false, 0, {}, {}}; break;
        case ChangeKind::edited:
            // An older change of a backlog tells how the text stands now.
            if (change.count < standing.edits || change.count == 0) {
                return fmt::format("change {} is edit {} of message {}, behind {}", change.change, change.count, change.number, standing.edits);
            }
            standing.edits = change.count;
            standing.text = change.text;
            break;
        case ChangeKind::reacted:
        case ChangeKind::unreacted:
            standing.counts[change.text] = change.count;
            if (change.count == 0) standing.counts.erase(change.text);
            break;
        case ChangeKind::pinned: standing.pinned = true; break;
        case ChangeKind::unpinned: standing.pinned = false; break;
    }
    return std::nullopt;
}

std::optional<std::string> ChangesModel::compare(const chat::RoomMessage& message) const {
    const auto found = messages_.find(message.number);
    const Standing standing = found == messages_.end() ? Standing{} : found->second;
    const auto differs = [&message](const char* what) { return fmt::format("message {}: by its changes {}", message.number, what); };
    if (message.deleted != standing.deleted) return differs(standing.deleted ? "it is deleted" : "it is not deleted");
    if (message.pinned != standing.pinned) return differs(standing.pinned ? "it is pinned" : "it is not pinned");
    if (message.edits != standing.edits) return fmt::format("message {} tells of {} edits, its changes of {}", message.number, message.edits, standing.edits);
    if (standing.edits > 0 && message.text != standing.text) return differs("it has another text");
    std::map<std::string, std::uint64_t> counts;
    for (const chat::Reaction& reaction : message.reactions) counts[reaction.emoji] = reaction.count;
    if (counts != standing.counts) return differs("it has other reactions");
    return std::nullopt;
}

}  // namespace parley::sim
