// RowCache: rows whose counters change with every post, kept in memory and written once per transaction. A row in it
// exists in the database; what is dirty is only newer. Dropping a clean cache therefore never changes anything.
#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::chat::state {

template <class Key, class Row, class Hash>
class RowCache {
public:
    // The row, read with `load(key) -> std::optional<Row>` on first use; null when there is none. Valid until erased.
    template <class Load>
    const Row* find(const Key& key, Load load) {
        const auto known = entries_.find(key);
        if (known != entries_.end()) return &known->second.row;
        std::optional<Row> row = load(key);
        return row ? &adopt(key, std::move(*row)) : nullptr;
    }

    // A row that is in the database as given.
    Row& adopt(const Key& key, Row row) { return entries_.insert_or_assign(key, Entry{std::move(row), false}).first->second.row; }

    // For a row that find() gave: the way to change it.
    Row& change(const Key& key) {
        Entry& entry = entries_.at(key);
        if (!entry.dirty) dirty_.push_back(key);
        entry.dirty = true;
        return entry.row;
    }

    void forget(const Key& key) { entries_.erase(key); }

    // Calls `write(key, row)` for each changed row.
    template <class Write>
    void flush(Write write) {
        for (const Key& key : dirty_) {
            const auto found = entries_.find(key);
            if (found == entries_.end() || !found->second.dirty) continue;
            write(key, found->second.row);
            found->second.dirty = false;
        }
        dirty_.clear();
    }

    // Between transactions, when everything is clean.
    void trim(std::size_t rows_max) {
        if (entries_.size() > rows_max) entries_.clear();
    }

private:
    struct Entry {
        Row row;
        bool dirty = false;
    };
    std::unordered_map<Key, Entry, Hash> entries_;
    std::vector<Key> dirty_;
};

}  // namespace parley::chat::state
