#include "chat/client/replies/pairs.hpp"

#include <algorithm>

#include "chat/client/replies/reply_text.hpp"

namespace parley::chat {
namespace {

constexpr std::int64_t answered_within_ms = 24 * 60 * 60 * std::int64_t{1000};

bool is_text(const RoomMessage& message) { return message.kind == MessageKind::text && !message.deleted; }

const RoomMessage* message_numbered(const std::vector<RoomMessage>& messages, std::uint64_t number) {
    const auto found = std::ranges::lower_bound(messages, number, {}, &RoomMessage::number);
    return found != messages.end() && found->number == number ? &*found : nullptr;
}

}  // namespace

std::vector<ReplyPair> pairs_of(const std::vector<RoomMessage>& messages, UserId me) {
    std::vector<ReplyPair> pairs;
    const RoomMessage* open = nullptr;   // of others, and not answered
    for (const RoomMessage& message : messages) {
        if (!is_text(message)) continue;
        if (message.author != me) {
            open = &message;
            continue;
        }
        const RoomMessage* prompt = std::exchange(open, nullptr);
        if (message.reply_to > 0) prompt = message_numbered(messages, message.reply_to);
        if (prompt == nullptr || prompt->author == me || !is_text(*prompt)) continue;
        if (message.time_ms - prompt->time_ms > answered_within_ms || !is_quick_reply(message.text)) continue;
        std::string words = prompt_of(prompt->text);
        if (!words.empty()) pairs.push_back({message.room, prompt->number, message.number, message.time_ms, std::move(words), message.text});
    }
    return pairs;
}

std::optional<RoomMessage> last_of_others(const std::vector<RoomMessage>& messages, UserId me) {
    const auto found = std::find_if(messages.rbegin(), messages.rend(), [&](const RoomMessage& message) { return is_text(message) && message.author != me; });
    if (found == messages.rend()) return std::nullopt;
    return *found;
}

}  // namespace parley::chat
