// Which ports are free on this machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace parley::chat {

// Can all of base..base+count-1 be bound on that host now?
bool is_block_free(const std::string& host, std::uint16_t base, std::uint32_t count);

// The first free block at base, base + 10, base + 20, …; none up to port 65535.
std::optional<std::uint16_t> free_block(const std::string& host, std::uint16_t base, std::uint32_t count);

}  // namespace parley::chat
