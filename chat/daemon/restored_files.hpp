// RestoredFiles: the bytes of files for a new cluster. A snapshot holds their names and not their bytes (decision 0017), so these are copied from a
// data folder of the old cluster, or a copy of its `files`. What is not there is known to be missing: whoever has such a file can send it
// again, and then every message that carries it has it back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parley::chat {

struct RestoredFiles {
    std::uint64_t files = 0;            // which the state says are whole
    std::uint64_t bytes = 0;            // of those that came along
    std::vector<std::string> lacking;   // "general/57 tea.png": messages whose file did not come along
};

// Into the data folders of all replicas of a new cluster, which hold equal states and have not run. `from`: the folder that holds `files`; empty: there
// is none. Each chunk is compared with its name. Throws std::runtime_error with a sentence.
RestoredFiles restore_files(const std::string& from, const std::vector<std::string>& replicas);

}  // namespace parley::chat
