#include "chat/cli/commands/leftovers.hpp"

#include <fmt/format.h>

#include "chat/cli/output.hpp"

namespace parley::chat {
namespace {

// Nothing, where the entry is no message.
const Target* target_of_message(const OutboxEntry& entry) {
    if (const auto* post = std::get_if<Post>(&entry.operation)) return &post->target;
    if (const auto* file = std::get_if<PostFile>(&entry.operation)) return &file->target;
    return nullptr;
}

// What became of a leftover, in words.
std::string outcome_of(const Target& target, const net::Result<Answer>& result) {
    if (!result) return fmt::format("could not be settled: {}", result.error().message);
    if (const auto* refused = std::get_if<Refused>(&result->result)) {
        return fmt::format("was refused: {}", sentence(refused->why));
    }
    const auto* posted = std::get_if<Posted>(&result->result);
    if (posted == nullptr) return "is done";
    return fmt::format("is {}", message_name(name_in(target, *posted), posted->number));
}

// Settles one entry of an earlier process.
void settle(Runtime& runtime, const OutboxEntry& entry, const net::Result<Answer>& result) {
    // Answered while an earlier one was waited for, and kept for nobody.
    if (!result && result.error().kind == net::ErrorKind::not_found) return;
    const bool is_open = !result && result.error().kind != net::ErrorKind::closed;
    if (is_open) {
        throw CommandFailed(exit_of(result.error()), result.error().message + ". An earlier message waits still, so this one was not taken: "
                                                                             "send it again later");
    }
    if (const Target* target = target_of_message(entry)) {
        note_line(fmt::format("parley: a message to {} left over by an interrupted command {}", to_text(*target), outcome_of(*target, result)));
    }
    runtime.client().confirm(entry.id);
}

}  // namespace

std::string name_in(const Target& target, const Posted& posted) {
    const bool is_conversation = std::holds_alternative<ByUserName>(target) || std::holds_alternative<ByPeople>(target);
    return is_conversation ? to_text(target) : posted.room_name;
}

net::Result<Answer> await_entry(Runtime& runtime, EntryId entry) {
    return runtime.try_wait<Answer>([&](auto reply) { runtime.client().await(entry, runtime.deadline(), std::move(reply)); });
}

// In order, so that nothing overtakes what was typed before it. The last leftover that says the very same is the command itself,
// interrupted and typed again.
std::optional<EntryId> settle_leftovers(Runtime& runtime, const std::function<bool(const OutboxEntry&)>& is_own) {
    const auto leftovers = runtime.client().leftovers();
    std::optional<EntryId> own;
    for (const OutboxEntry& entry : leftovers) {
        if (is_own(entry)) own = entry.id;
    }
    for (const OutboxEntry& entry : leftovers) {
        if (!own || entry.id != *own) settle(runtime, entry, await_entry(runtime, entry.id));
    }
    return own;
}

Answer posted_or_fail(Runtime& runtime, EntryId entry, const net::Result<Answer>& result) {
    if (!result) {
        if (result.error().kind == net::ErrorKind::timed_out) {
            throw CommandFailed(Exit::unreachable,
                                result.error().message + ". The message is kept and goes out with your next `parley send`; "
                                                         "repeating this command sends it once");
        }
        if (result.error().kind == net::ErrorKind::closed) runtime.client().confirm(entry);
        throw CommandFailed(exit_of(result.error()), result.error().message);
    }
    if (const auto* refused = std::get_if<Refused>(&result->result)) {
        runtime.client().confirm(entry);
        throw CommandFailed(Exit::refused, sentence(refused->why));
    }
    return *result;
}

}  // namespace parley::chat
