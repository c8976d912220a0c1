// What somebody looks for, taken apart: words, "phrases", prefix*, from: in: before: after: has:link has:file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/ports/result.hpp"

namespace parley::chat {

// What a message has beside words: bits.
struct Has {
    static constexpr std::uint32_t link = 1;
    static constexpr std::uint32_t file = 2;
};

struct SearchQuery {
    // SQLite FTS5's expression for all words and phrases; empty when there are none.
    std::string match;
    // Searchable texts that must stand in the message just so: what the tokenizer makes no words of (an emoji), and
    // Chinese, Japanese and Korean, where it only knows characters.
    std::vector<std::string> literals;
    std::string from;                          // a name without @; "me" is the asking user; empty: anybody
    std::string in;                            // a room, or @name; empty: everywhere
    std::optional<std::int64_t> before_ms;     // earlier than this
    std::optional<std::int64_t> after_ms;      // not earlier than this
    std::uint32_t has = 0;                     // all of these, see Has
};

// Days are those of the asking person, `zone_minutes` east of Greenwich. `refused` with a sentence for what makes no sense.
net::Result<SearchQuery> parse_search(const std::string& text, std::int32_t zone_minutes);

// Midnight at the beginning of "2026-11-21"; none: that is no day.
std::optional<std::int64_t> day_ms(const std::string& day, std::int32_t zone_minutes);

}  // namespace parley::chat
