// What an earlier process of this profile left in the outbox: it goes before anything new, and the user is told what became of it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "chat/cli/runtime.hpp"

namespace parley::chat {

// The room as it is printed: "@bob", "general".
std::string name_in(const Target& target, const Posted& posted);

// Waits for every leftover but the last one that is the caller's own, and says on standard error what became of each message. Throws
// CommandFailed when one of them cannot be settled in time.
std::optional<EntryId> settle_leftovers(Runtime& runtime, const std::function<bool(const OutboxEntry&)>& is_own);

// Waits for an entry that is there.
net::Result<Answer> await_entry(Runtime& runtime, EntryId entry);

// The answer to a message that was given to the outbox to be kept until it is confirmed. A refusal or a failure is thrown, with what the user can do.
Answer posted_or_fail(Runtime& runtime, EntryId entry, const net::Result<Answer>& result);

}  // namespace parley::chat
