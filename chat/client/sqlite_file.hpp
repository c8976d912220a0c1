// SqliteFile: what every SQLite file of the client does alike: errors become results that name the file, and each change is one
// transaction, of which the caller says how firmly it is to be kept.
#pragma once

#include <string>

#include <fmt/format.h>

#include "chat/state/sqlite.hpp"
#include "net/ports/result.hpp"

namespace parley::chat {

struct SqliteFile {
    // Throws SqliteError.
    SqliteFile(const std::string& native_path, const char* vfs) : path(native_path), connection(path, vfs, Connection::Use::writer) {}

    template <class Work>
    auto guarded(Work work) -> net::Result<decltype(work())> {
        try {
            return work();
        } catch (const SqliteError& error) {
            return net::Error{error.as_error().kind, fmt::format("{}: {}", path, error.what())};
        }
    }

    // What is nowhere else is on the disk when this returns; what can be had again may be lost to a power cut.
    enum class Kept { as_copy, durably };
    template <class Work>
    net::Result<void> change(Kept kept, Work work) {
        const net::Result<bool> done = guarded([&] {
            connection.execute(kept == Kept::durably ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            Transaction transaction(connection, Transaction::Kind::write);
            work();
            transaction.commit();
            return true;
        });
        if (!done) return done.error();
        return {};
    }

    std::string path;
    Connection connection;
};

}  // namespace parley::chat
