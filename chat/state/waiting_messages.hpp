// WaitingMessages: new rows of the table of messages that SQLite does not have yet. A busy replica puts hundreds of them into one
// transaction; one statement takes them all, in the order of the table, instead of one statement each. To SQLite they are a
// virtual table that this statement reads (https://www.sqlite.org/vtab.html). Knows no rules of the chat.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat/state/commands.hpp"
#include "chat/state/effects.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat::state {

class WaitingMessages {
public:
    explicit WaitingMessages(Connection& connection);
    WaitingMessages(const WaitingMessages&) = delete;
    WaitingMessages& operator=(const WaitingMessages&) = delete;

    void add(const RoomMessage& message, SessionId session, std::uint64_t session_number);
    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    // All of them are rows of the table from here on, in the transaction that is open.
    void insert();

    struct Row {
        std::uint64_t room = 0;
        std::uint64_t number = 0;
        std::uint64_t slot = 0;
        std::int64_t time_ms = 0;
        std::uint64_t kind = 0;
        std::uint64_t author = 0;
        std::size_t text_at = 0;     // in the texts of all
        std::size_t text_size = 0;
        std::uint64_t deleted = 0;
        std::uint64_t edits = 0;
        std::uint64_t reply_to = 0;
        std::uint64_t thread = 0;
        SessionId session;
        std::uint64_t session_number = 0;
    };
    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
    [[nodiscard]] std::string_view text(const Row& row) const { return std::string_view{texts_}.substr(row.text_at, row.text_size); }

private:
    // The name "waiting_messages" on this connection.
    static Connection& with_table(Connection& connection, WaitingMessages& rows);

    std::vector<Row> rows_;
    std::string texts_;
    // Not ABORT, the default, for which SQLite would note down how to take back a part of the rows: an error here is the end of the
    // whole transaction.
    Statement insert_;
};

}  // namespace parley::chat::state
