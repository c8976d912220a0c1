// The digest of the replicated state: XXH3 over every row of every table in the order of its key.
#pragma once

#include <cstdint>
#include <vector>

#include "chat/state/schema.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat::state {

// Holds one prepared scan a table; of those that are made later, from then on.
class Digest {
public:
    explicit Digest(Connection& connection);
    // Of what the connection sees now, inside its own transaction or of the newest committed state.
    std::uint64_t compute();

private:
    void prepare(const std::vector<TableKey>& tables);

    Connection& connection_;
    bool has_files_ = false;
    std::vector<Statement> scans_;
};

}  // namespace parley::chat::state
