#include "chat/search/source.hpp"

#include <fmt/format.h>

#include "chat/search/query.hpp"
#include "chat/search/text.hpp"
#include "chat/state/effects.hpp"

namespace parley::chat {
namespace {

// In the order of read().
std::string text_query(std::string_view rest) {
    return fmt::format("SELECT room, number, slot, time_ms, author, text, kind IN ({0}, {1}) AND deleted = 0, kind = {1} AND deleted = 0 FROM messages "
                       "WHERE room = ?1 {2}",
                       static_cast<int>(MessageKind::text), static_cast<int>(MessageKind::file), rest);
}

}  // namespace

SearchSource::SearchSource(const std::string& native_path, const char* vfs)
    : connection_(native_path, vfs, Connection::Use::reader),
      rooms_(connection_, "SELECT room, last, changes FROM rooms ORDER BY room"),
      room_(connection_, "SELECT room, last, changes FROM rooms WHERE room = ?1"),
      text_(connection_, text_query("AND number = ?2")),
      texts_(connection_, text_query("AND number > ?2 ORDER BY number LIMIT ?3")),
      newest_(connection_, text_query("AND number > ?2 AND slot <= ?3 ORDER BY number DESC LIMIT ?4")),
      changes_(connection_, fmt::format("SELECT change, number, kind IN ({}, {}) FROM changes WHERE room = ?1 AND change > ?2 ORDER BY change LIMIT ?3",
                                        static_cast<int>(ChangeKind::deleted), static_cast<int>(ChangeKind::edited))) {}

std::vector<SourceRoom> SearchSource::rooms() {
    Run run(rooms_);
    std::vector<SourceRoom> rows;
    while (run.row()) rows.push_back({RoomId{run.number(0)}, run.number(1), run.number(2)});
    return rows;
}

std::optional<SourceRoom> SearchSource::room(RoomId room) {
    Run run(room_, room.value);
    if (!run.row()) return std::nullopt;
    return SourceRoom{RoomId{run.number(0)}, run.number(1), run.number(2)};
}

std::vector<SourceText> SearchSource::read(Run& run) {
    std::vector<SourceText> rows;
    while (run.row()) {
        rows.push_back({RoomId{run.number(0)}, run.number(1), run.number(2), run.integer(3), UserId{run.number(4)}, run.text(5), run.flag(6), run.flag(7)});
        if (rows.back().has_file) rows.back().text = name_of_file(rows.back().room, rows.back().number) + "\n" + rows.back().text;
    }
    return rows;
}

std::string SearchSource::name_of_file(RoomId room, std::uint64_t number) {
    if (!file_) file_.emplace(connection_, "SELECT name FROM attachments WHERE room = ?1 AND number = ?2");
    Run run(*file_, room.value, number);
    return run.row() ? run.text(0) : "";
}

std::uint32_t what_has(const SourceText& text) { return (has_link(text.text) ? Has::link : 0U) | (text.has_file ? Has::file : 0U); }

std::optional<SourceText> SearchSource::text(RoomId room, std::uint64_t number) {
    Run run(text_, room.value, number);
    std::vector<SourceText> rows = read(run);
    return rows.empty() ? std::nullopt : std::optional{std::move(rows.front())};
}

std::vector<SourceText> SearchSource::texts(RoomId room, std::uint64_t after, std::uint32_t limit) {
    Run run(texts_, room.value, after, limit);
    return read(run);
}

std::vector<SourceText> SearchSource::newest(RoomId room, std::uint64_t after, std::uint64_t slot, std::uint32_t limit) {
    Run run(newest_, room.value, after, slot, limit);
    return read(run);
}

std::vector<SearchSource::Changed> SearchSource::changes(RoomId room, std::uint64_t after, std::uint32_t limit) {
    Run run(changes_, room.value, after, limit);
    std::vector<Changed> rows;
    while (run.row()) rows.push_back({run.number(0), run.number(1), run.flag(2)});
    return rows;
}

}  // namespace parley::chat
