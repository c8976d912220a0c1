// What people type into the search: any text is understood or refused with a sentence, and what comes of it is an expression
// that SQLite's FTS5 takes, whatever was typed.
#include <cstdint>
#include <string>

#include <sqlite3.h>

#include "chat/search/query.hpp"
#include "net/ports/check.hpp"

namespace {

using namespace parley;

// One empty table as the index has it; the expression is compiled when the statement is stepped.
class Table {
public:
    Table() {
        CHECK(sqlite3_open(":memory:", &database_) == SQLITE_OK, "no database");
        run("CREATE VIRTUAL TABLE texts USING fts5 (text, columnsize = 0, tokenize = 'unicode61 remove_diacritics 2')");
        run("INSERT INTO texts VALUES ('some words of a text that is there')");
        CHECK(sqlite3_prepare_v2(database_, "SELECT rowid FROM texts WHERE texts MATCH ?1", -1, &look_, nullptr) == SQLITE_OK, "no statement");
    }
    void expect_taken(const std::string& expression) {
        sqlite3_bind_text(look_, 1, expression.data(), static_cast<int>(expression.size()), SQLITE_STATIC);
        const int code = sqlite3_step(look_);
        CHECK(code == SQLITE_ROW || code == SQLITE_DONE, "FTS5 does not take what the query became");
        sqlite3_reset(look_);
    }

private:
    void run(const char* sql) { CHECK(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, "no table"); }
    sqlite3* database_ = nullptr;
    sqlite3_stmt* look_ = nullptr;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static Table table;
    if (size == 0) return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::int32_t zone_minutes = (data[0] - 128) * 7;
    const auto query = chat::parse_search(text, zone_minutes);
    if (!query) {
        CHECK(!query.error().message.empty(), "refused without a word");
        return 0;
    }
    if (!query->match.empty()) table.expect_taken(query->match);
    return 0;
}
