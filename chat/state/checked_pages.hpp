// Checked pages: an SQLite VFS that keeps a checksum of each page of a database in the page's last eight bytes and looks
// at it whenever a page is read (docs/state.md Q6). SQLite itself does not see a flipped bit in a text. The checksum
// covers the page's number, so a page that was written to a wrong place is seen, too.
// SQLite's log has checksums of its own; only what cannot be read of it is counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

struct sqlite3;

namespace parley::chat {

inline constexpr std::size_t page_size = 4096;
inline constexpr std::size_t page_checksum_size = 8;

// The VFS of that name (nullptr: SQLite's default) with checked pages; the name of what is used to open a database.
const char* with_checked_pages(const char* vfs);

// A new database gets room for checksums; of one that was made without, no page is looked at or touched. After SQLite has read
// page 1 and before any other page: it knows which of the two it is, also while that page lies in its log.
void settle_checksums(sqlite3* handle);
bool has_checked_pages(sqlite3* handle);

// How often the disk refused to read the database or SQLite's log since they were opened. SQLite's checks report a page that
// could not be read as if it were damaged; whoever asks them asks this, too.
std::uint64_t failed_reads(sqlite3* handle);

// `number` counts from 1, as SQLite's do; `page` is a whole one.
void seal_page(std::uint64_t number, std::span<std::byte, page_size> page);
bool is_sealed(std::uint64_t number, std::span<const std::byte, page_size> page);

}  // namespace parley::chat
