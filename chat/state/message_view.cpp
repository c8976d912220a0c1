// The queries behind MessageView.
#include "chat/state/message_view.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace parley::chat {
namespace {

// In the order of read_message().
std::string message_query(std::string_view rest) {
    return fmt::format(
        "SELECT m.room, m.number, m.slot, m.time_ms, m.kind, m.author, "
        "CASE WHEN u.deleted THEN 'deleted user' ELSE u.name END, m.text, m.deleted, "
        "CASE WHEN m.deleted THEN 0 ELSE m.edits END, m.reply_to, m.thread, coalesce(t.replies, 0), p.number IS NOT NULL "
        "FROM messages m LEFT JOIN users u ON u.user = m.author LEFT JOIN threads t ON t.room = m.room AND t.root = m.number "
        "LEFT JOIN pins p ON p.room = m.room AND p.number = m.number WHERE m.room = ?1 {}",
        rest);
}

RoomMessage read_message(const Run& run) {
    return {RoomId{run.number(0)}, run.number(1), run.number(2), run.integer(3), static_cast<MessageKind>(run.small(4)),
            UserId{run.number(5)}, run.text(6),   run.text(7),   run.flag(8),    run.small(9),
            run.number(10),        run.number(11), run.number(12), run.flag(13), {}};
}

}  // namespace

MessageView::MessageView(Connection& connection)
    : connection_(connection),
      after_(connection, message_query("AND m.number > ?2 ORDER BY m.number LIMIT ?3")),
      before_(connection, message_query("AND m.number < ?2 ORDER BY m.number DESC LIMIT ?3")),
      one_(connection, message_query("AND m.number = ?2")),
      replies_(connection, message_query("AND m.thread = ?2 AND m.thread > 0 AND m.number > ?3 ORDER BY m.number LIMIT ?4")),
      pinned_(connection, message_query("AND m.number IN (SELECT number FROM pins WHERE room = ?1) ORDER BY m.number LIMIT ?2")),
      reactions_(connection, "SELECT c.emoji, c.count, EXISTS (SELECT 1 FROM reactions r WHERE r.room = c.room AND "
                             "r.number = c.number AND r.emoji = c.emoji AND r.user = ?3) FROM reaction_counts c "
                             "WHERE c.room = ?1 AND c.number = ?2 ORDER BY c.first"),
      senders_(connection, "SELECT m.author, CASE WHEN u.deleted THEN 'deleted user' ELSE u.name END, count(*) FROM "
                           "(SELECT author FROM messages WHERE room = ?1 AND number > ?2 AND kind IN (0, 15) AND deleted = 0 AND author <> ?3 "
                           "ORDER BY number DESC LIMIT ?4) m JOIN users u ON u.user = m.author GROUP BY m.author ORDER BY count(*) DESC, m.author"),
      edits_(connection, "SELECT edit, replaced_ms, text FROM edits WHERE room = ?1 AND number = ?2 ORDER BY edit LIMIT ?3"),
      changes_(connection, "SELECT c.room, c.change, c.number, c.kind, c.user, "
                           "CASE WHEN u.deleted THEN 'deleted user' ELSE u.name END, c.time_ms, "
                           "CASE WHEN c.kind = 1 THEN m.text ELSE c.emoji END, "
                           "CASE WHEN c.kind = 1 THEN m.edits ELSE coalesce(r.count, 0) END, c.slot "
                           "FROM changes c LEFT JOIN users u ON u.user = c.user "
                           "LEFT JOIN messages m ON m.room = c.room AND m.number = c.number "
                           "LEFT JOIN reaction_counts r ON r.room = c.room AND r.number = c.number AND r.emoji = c.emoji "
                           "WHERE c.room = ?1 AND c.change > ?2 ORDER BY c.change LIMIT ?3") {
    static_assert(static_cast<int>(ChangeKind::edited) == 1);
    static_assert(static_cast<int>(MessageKind::text) == 0 && static_cast<int>(MessageKind::file) == 15);
}

// Where a message has a file there are tables for it.
std::optional<MessageFile> MessageView::file_of(const RoomMessage& message) {
    if (!file_) file_.emplace(connection_, "SELECT f.file, f.size, a.name, a.type FROM attachments a JOIN files f ON f.file = a.file "
                                           "WHERE a.room = ?1 AND a.number = ?2");
    Run run(*file_, message.room.value, message.number);
    if (!run.row()) return std::nullopt;
    return MessageFile{FileId{run.number(0)}, run.number(1), run.text(2), run.text(3)};
}

std::vector<RoomMessage> MessageView::with_reactions(Run& run, UserId asking) {
    std::vector<RoomMessage> rows;
    while (run.row()) {
        RoomMessage& message = rows.emplace_back(read_message(run));
        Run reactions(reactions_, message.room.value, message.number, asking.value);
        if (message.kind == MessageKind::file) message.file = file_of(message);
        while (reactions.row()) message.reactions.push_back(Reaction{reactions.text(0), reactions.small(1), reactions.flag(2)});
    }
    return rows;
}

std::vector<RoomMessage> MessageView::after(RoomId room, std::uint64_t number, std::uint32_t limit, UserId asking) {
    Run run(after_, room.value, number, limit);
    return with_reactions(run, asking);
}

std::vector<RoomMessage> MessageView::before(RoomId room, std::uint64_t number, std::uint32_t limit, UserId asking) {
    Run run(before_, room.value, number, limit);
    std::vector<RoomMessage> rows = with_reactions(run, asking);
    std::ranges::reverse(rows);
    return rows;
}

std::optional<RoomMessage> MessageView::one(RoomId room, std::uint64_t number, UserId asking) {
    Run run(one_, room.value, number);
    std::vector<RoomMessage> rows = with_reactions(run, asking);
    return rows.empty() ? std::nullopt : std::optional{std::move(rows.front())};
}

std::vector<RoomMessage> MessageView::replies(RoomId room, std::uint64_t root, std::uint64_t after, std::uint32_t limit, UserId asking) {
    Run run(replies_, room.value, root, after, limit);
    return with_reactions(run, asking);
}

std::vector<RoomMessage> MessageView::pinned(RoomId room, std::uint32_t limit, UserId asking) {
    Run run(pinned_, room.value, limit);
    return with_reactions(run, asking);
}

std::vector<SenderRow> MessageView::senders(RoomId room, std::uint64_t after, UserId asking) {
    constexpr std::uint32_t newest_max = 1'000;
    Run run(senders_, room.value, after, asking.value, newest_max);
    std::vector<SenderRow> rows;
    while (run.row()) rows.push_back(SenderRow{UserId{run.number(0)}, run.text(1), run.number(2)});
    return rows;
}

std::vector<EditRow> MessageView::edits(RoomId room, std::uint64_t number, std::uint32_t limit) {
    Run run(edits_, room.value, number, limit);
    std::vector<EditRow> rows;
    while (run.row()) rows.push_back(EditRow{run.small(0), run.integer(1), run.text(2)});
    return rows;
}

std::vector<MessageChange> MessageView::changes(RoomId room, std::uint64_t after, std::uint32_t limit) {
    Run run(changes_, room.value, after, limit);
    std::vector<MessageChange> rows;
    while (run.row()) {
        rows.push_back(MessageChange{RoomId{run.number(0)}, run.number(1), run.number(2), static_cast<ChangeKind>(run.small(3)),
                                     UserId{run.number(4)}, run.text(5), run.integer(6), run.text(7), run.small(8), run.number(9)});
    }
    return rows;
}

}  // namespace parley::chat
