// The tables of the replicated state and the version of their format. Everything in them is replicated: nothing local
// to one replica may ever be stored here, for the digest covers it all.
#pragma once

#include <string_view>
#include <vector>

#include "chat/state/sqlite.hpp"

namespace parley::chat::state {

inline constexpr std::uint32_t state_format = 3;        // 2: pages carry checksums; 3: running hashes
inline constexpr std::uint32_t state_format_files = 4;  // the same with the tables of consensus::level_of_people and level_of_files, which the first command that needs one makes
inline constexpr std::uint32_t state_application_id = 0x5061726C;   // "Parl"

// One table for the digest: its name and its key, in whose order it is scanned.
struct TableKey {
    std::string_view table;
    std::string_view key;
};
const std::vector<TableKey>& state_tables();
// Those of files, profiles, conversations, drafts and erasures: they are only there once one of them was needed.
const std::vector<TableKey>& file_tables();
bool has_file_tables(Connection& connection);
// Inside a transaction of the writer, locked down or not; it takes the file to its next format. Does nothing when they are there.
void make_file_tables(Connection& connection);

// Makes the tables in a new file; otherwise checks that the file is Parley's, of this format, and not damaged where
// that can be seen. Throws SqliteError with a sentence.
void prepare_schema(Connection& connection);
// The second half alone.
void judge_schema(Connection& connection);

}  // namespace parley::chat::state
