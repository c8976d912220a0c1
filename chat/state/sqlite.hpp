// Connection and Statement: SQLite as the state machine and its readers use it, every setting pinned (docs/state.md Q1).
// An error of SQLite leaves here as SqliteError; the writer turns it into StateFailure, a View into a net::Error.
// Never holds SQL of its own beyond the settings, and never retries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "net/ports/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace parley::chat {

class SqliteError : public std::runtime_error {
public:
    SqliteError(int code, const std::string& sentence) : std::runtime_error(sentence), code_(code) {}
    [[nodiscard]] int code() const { return code_; }
    // The bytes in the file are not what SQLite wrote.
    [[nodiscard]] bool damaged() const;
    [[nodiscard]] net::Error as_error() const;

private:
    int code_;
};

class Connection;

// A prepared statement: bind in order, step until false, and it is ready for the next use when `done()` was called or
// the Run that owns the use ended.
class Statement {
public:
    Statement(Connection& connection, std::string_view sql);
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) = delete;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

private:
    friend class Run;
    sqlite3* connection_;
    sqlite3_stmt* statement_;
};

// One use of a Statement. Arguments are bound ?1, ?2, … in the order given; texts and blobs must outlive the Run. Unsigned
// numbers beyond SQLite's range become its greatest.
class Run {
public:
    template <class... Arguments>
    explicit Run(Statement& statement, const Arguments&... arguments) : statement_(statement) {
        (bind(arguments), ...);
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run();

    // True when there is a row; false at the end. Throws SqliteError for everything else.
    bool row();
    // For a statement that gives no rows.
    void done();

    // Columns of the row, left to right from 0.
    [[nodiscard]] std::uint64_t number(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::uint32_t small(int column) const { return static_cast<std::uint32_t>(number(column)); }
    [[nodiscard]] bool flag(int column) const { return integer(column) != 0; }
    [[nodiscard]] bool null(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::span<const std::byte> blob(int column) const;   // valid until the next row()
    [[nodiscard]] int columns() const;
    [[nodiscard]] bool is_integer(int column) const;

private:
    void bind(std::uint64_t value);
    void bind(std::int64_t value);
    void bind(std::uint32_t value) { bind(std::uint64_t{value}); }
    void bind(bool value) { bind(std::uint64_t{value ? 1U : 0U}); }
    void bind(std::string_view text);
    void bind(const std::string& text) { bind(std::string_view{text}); }
    void bind(std::span<const std::byte> blob);
    void bind(std::nullptr_t);
    void check(int code) const;

    Statement& statement_;
    int bound_ = 0;
};

class Connection {
public:
    enum class Use { writer, reader };

    // Opens the file (a writer makes it when missing) with the settings of its use.
    Connection(const std::string& native_path, const char* vfs, Use use);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    // Statements without arguments whose rows nobody wants.
    void execute(const char* sql);
    // The first column of the only row, as a number or as text.
    std::uint64_t number(const char* sql);
    std::string text(const char* sql);

    // From here on only plain reads and writes of rows are prepared: no schema changes, no settings, no function that
    // depends on anything but its arguments. A use of one is an error when the statement is prepared.
    void lock_down();
    // The one way around it: for tables that are made by a command, as a part of what it does.
    void change_schema(const char* sql);

    // Frames in the write-ahead log after the newest commit of this connection.
    [[nodiscard]] int wal_frames() const { return wal_frames_; }
    // Copies the log into the database file, syncs that and makes the log void, without waiting for anybody. True: the file holds
    // all commits, come what may. False: a reader was in the way, and some of the log may have been copied though it
    // stays in use.
    bool checkpoint();

    [[nodiscard]] sqlite3* handle() const { return handle_; }

private:
    void pin_settings(Use use);
    void void_log();

    sqlite3* handle_ = nullptr;
    int wal_frames_ = 0;
    bool locked_ = false;
};

// Between begin and commit; without commit() the destructor rolls back.
class Transaction {
public:
    enum class Kind { read, write };
    Transaction(Connection& connection, Kind kind);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

private:
    Connection& connection_;
    bool open_ = true;
};

}  // namespace parley::chat
