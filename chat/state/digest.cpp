// Rows are hashed with the type and length of each value, so that no two different tables look alike.
#include "chat/state/digest.hpp"

#include <array>
#include <memory>

#include <fmt/format.h>
#include <xxhash.h>

#include "chat/state/schema.hpp"
#include "net/ports/check.hpp"

namespace parley::chat::state {
namespace {

class Hash {
public:
    Hash() : state_(XXH3_createState(), &XXH3_freeState) {
        CHECK(state_ != nullptr, "no memory for a hash");
        XXH3_64bits_reset(state_.get());
    }
    // Little-endian, whatever the machine.
    void add(std::uint64_t value) {
        std::array<unsigned char, 8> bytes{};
        for (unsigned char& byte : bytes) {
            byte = static_cast<unsigned char>(value & 0xFFU);
            value >>= 8U;
        }
        XXH3_64bits_update(state_.get(), bytes.data(), bytes.size());
    }
    void add(std::span<const std::byte> bytes) {
        add(bytes.size());
        if (!bytes.empty()) XXH3_64bits_update(state_.get(), bytes.data(), bytes.size());
    }
    [[nodiscard]] std::uint64_t result() const { return XXH3_64bits_digest(state_.get()); }

private:
    std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
};

enum class ValueType : std::uint64_t { row = 1, null = 2, integer = 3, bytes = 4, table = 5 };

void add_type(Hash& hash, ValueType type) { hash.add(static_cast<std::uint64_t>(type)); }

void add_row(Hash& hash, const Run& run) {
    add_type(hash, ValueType::row);
    for (int column = 0; column < run.columns(); ++column) {
        if (run.null(column)) {
            add_type(hash, ValueType::null);
        } else if (run.is_integer(column)) {
            add_type(hash, ValueType::integer);
            hash.add(run.number(column));
        } else {
            add_type(hash, ValueType::bytes);
            hash.add(run.blob(column));
        }
    }
}

}  // namespace

Digest::Digest(Connection& connection) {
    for (const TableKey& entry : state_tables()) {
        scans_.emplace_back(connection, fmt::format("SELECT * FROM {} ORDER BY {}", entry.table, entry.key));
    }
}

std::uint64_t Digest::compute() {
    Hash hash;
    for (Statement& scan : scans_) {
        add_type(hash, ValueType::table);
        Run run(scan);
        while (run.row()) add_row(hash, run);
    }
    return hash.result();
}

}  // namespace parley::chat::state
