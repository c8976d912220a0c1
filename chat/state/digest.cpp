// Rows are hashed with the type and length of each value, so that no two different tables look alike.
#include "chat/state/digest.hpp"

#include <array>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <xxhash.h>

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
        if (waiting_.size() - used_ < sizeof value) flush();
        for (std::size_t i = 0; i < sizeof value; ++i) {
            waiting_[used_++] = static_cast<unsigned char>(value & 0xFFU);
            value >>= 8U;
        }
    }
    void add(std::span<const std::byte> bytes) {
        add(bytes.size());
        if (bytes.size() > waiting_.size() - used_) flush();
        if (bytes.size() > waiting_.size()) {
            XXH3_64bits_update(state_.get(), bytes.data(), bytes.size());
        } else if (!bytes.empty()) {
            std::memcpy(waiting_.data() + used_, bytes.data(), bytes.size());
            used_ += bytes.size();
        }
    }
    [[nodiscard]] std::uint64_t result() {
        flush();
        return XXH3_64bits_digest(state_.get());
    }

private:
    void flush() {
        XXH3_64bits_update(state_.get(), waiting_.data(), used_);
        used_ = 0;
    }

    // Rows are many small values: they go to the hash in larger pieces.
    std::array<unsigned char, 1024> waiting_{};
    std::size_t used_ = 0;
    std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
};

enum class ValueType : std::uint64_t { row = 1, null = 2, integer = 3, bytes = 4, table = 5 };

void add_type(Hash& hash, ValueType type) { hash.add(static_cast<std::uint64_t>(type)); }

void add_row(Hash& hash, const Run& run) {
    add_type(hash, ValueType::row);
    const int columns = run.columns();
    for (int column = 0; column < columns; ++column) {
        if (run.is_integer(column)) {   // most are
            add_type(hash, ValueType::integer);
            hash.add(run.number(column));
        } else if (run.null(column)) {
            add_type(hash, ValueType::null);
        } else {
            add_type(hash, ValueType::bytes);
            hash.add(run.blob(column));
        }
    }
}

}  // namespace

Digest::Digest(Connection& connection) : connection_(connection) { prepare(state_tables()); }

void Digest::prepare(const std::vector<TableKey>& tables) {
    for (const TableKey& entry : tables) {
        scans_.emplace_back(connection_, fmt::format("SELECT * FROM {} ORDER BY {}", entry.table, entry.key));
    }
}

std::uint64_t Digest::compute() {
    if (!has_files_ && has_file_tables(connection_)) {
        prepare(file_tables());
        has_files_ = true;
    }
    Hash hash;
    for (Statement& scan : scans_) {
        add_type(hash, ValueType::table);
        Run run(scan);
        while (run.row()) add_row(hash, run);
    }
    return hash.result();
}

}  // namespace parley::chat::state
