// The statements behind MessageStore. Each one is prepared once.
#include "chat/state/message_store.hpp"

#include "chat/state/waiting_messages.hpp"
#include "net/ports/marks.hpp"

namespace parley::chat::state {

struct MessageStore::Impl {
    explicit Impl(Connection& used) : connection(used) {}

    Connection& connection;
    Statement read_head{connection, "SELECT author, kind, deleted, edits, thread FROM messages WHERE room = ?1 AND number = ?2"};
    Statement read_oldest{connection, "SELECT number, time_ms, kind, deleted FROM messages WHERE room = ?1 AND number > ?2 ORDER BY number LIMIT ?3"};
    Statement read_behind{connection, "SELECT room, number, author, kind, deleted FROM messages WHERE (room, number) > (?1, ?2) ORDER BY room, number LIMIT ?3"};
    Statement read_text{connection, "SELECT text FROM messages WHERE room = ?1 AND number = ?2"};
    WaitingMessages waiting{connection};
    Statement count_reply{connection, "INSERT INTO threads VALUES (?1, ?2, 1) "
                                      "ON CONFLICT (room, root) DO UPDATE SET replies = replies + 1"};
    Statement keep_text{connection, "INSERT INTO edits SELECT room, number, ?3, ?4, text FROM messages WHERE room = ?1 AND number = ?2"};
    Statement replace{connection, "UPDATE messages SET text = ?3, edits = ?4 WHERE room = ?1 AND number = ?2"};
    Statement erase_text{connection, "UPDATE messages SET text = '', deleted = 1 WHERE room = ?1 AND number = ?2"};
    Statement erase_edits{connection, "DELETE FROM edits WHERE room = ?1 AND number = ?2"};
    Statement erase_reactions{connection, "DELETE FROM reactions WHERE room = ?1 AND number = ?2"};
    Statement erase_counts{connection, "DELETE FROM reaction_counts WHERE room = ?1 AND number = ?2"};

    Statement find_reaction{connection, "SELECT 1 FROM reactions WHERE room = ?1 AND number = ?2 AND emoji = ?3 AND user = ?4"};
    Statement read_count{connection, "SELECT count FROM reaction_counts WHERE room = ?1 AND number = ?2 AND emoji = ?3"};
    Statement count_emojis{connection, "SELECT count(*) FROM reaction_counts WHERE room = ?1 AND number = ?2"};
    Statement insert_reaction{connection, "INSERT INTO reactions VALUES (?1, ?2, ?3, ?4)"};
    Statement count_reaction{connection, "INSERT INTO reaction_counts VALUES (?1, ?2, ?3, ?4, 1) "
                                         "ON CONFLICT (room, number, emoji) DO UPDATE SET count = count + 1"};
    Statement delete_reaction{connection, "DELETE FROM reactions WHERE room = ?1 AND number = ?2 AND emoji = ?3 AND user = ?4"};
    Statement uncount_reaction{connection, "UPDATE reaction_counts SET count = count - 1 WHERE room = ?1 AND number = ?2 AND emoji = ?3"};
    Statement drop_empty_count{connection, "DELETE FROM reaction_counts WHERE room = ?1 AND number = ?2 AND emoji = ?3 AND count = 0"};

    Statement insert_mention{connection, "INSERT INTO mentions VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"};
    Statement delete_mentions{connection, "DELETE FROM mentions WHERE room = ?1 AND number = ?2"};
    Statement delete_old_mentions{connection, "DELETE FROM mentions WHERE room = ?1 AND number <= ?2"};

    Statement find_pin{connection, "SELECT 1 FROM pins WHERE room = ?1 AND number = ?2"};
    Statement count_pins{connection, "SELECT count(*) FROM pins WHERE room = ?1"};
    Statement insert_pin{connection, "INSERT INTO pins VALUES (?1, ?2, ?3, ?4)"};
    Statement delete_pin{connection, "DELETE FROM pins WHERE room = ?1 AND number = ?2"};

    Statement last_of_oldest{connection, "SELECT max(number) FROM (SELECT number FROM messages WHERE room = ?1 ORDER BY number LIMIT ?2)"};
    Statement last_of_oldest_changes{connection, "SELECT max(change) FROM (SELECT change FROM changes WHERE room = ?1 ORDER BY change LIMIT ?2)"};
    Statement delete_changes{connection, "DELETE FROM changes WHERE room = ?1 AND change <= ?2"};
    Statement delete_messages{connection, "DELETE FROM messages WHERE room = ?1 AND number <= ?2"};
    Statement delete_edits{connection, "DELETE FROM edits WHERE room = ?1 AND number <= ?2"};
    Statement delete_reactions{connection, "DELETE FROM reactions WHERE room = ?1 AND number <= ?2"};
    Statement delete_counts{connection, "DELETE FROM reaction_counts WHERE room = ?1 AND number <= ?2"};
    Statement delete_pins{connection, "DELETE FROM pins WHERE room = ?1 AND number <= ?2"};
    Statement delete_threads{connection, "DELETE FROM threads WHERE room = ?1 AND root <= ?2"};

    Statement insert_change{connection, "INSERT INTO changes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
};

namespace {

// More are put in at once, so that no single turn of the Loop has all of a transaction's to do.
constexpr std::size_t waiting_max = 512;

std::uint32_t one_count(Run& run) { return run.row() ? run.small(0) : 0; }

}  // namespace

MessageStore::MessageStore(Connection& connection) : impl_(std::make_unique<Impl>(connection)) {}
MessageStore::~MessageStore() = default;

void MessageStore::flush() { impl_->waiting.insert(); }

std::optional<MessageStore::Head> MessageStore::head(RoomId room, std::uint64_t number) {
    flush();
    Run run(impl_->read_head, room.value, number);
    if (!run.row()) return std::nullopt;
    return Head{UserId{run.number(0)}, static_cast<MessageKind>(run.small(1)), run.flag(2), run.small(3), run.number(4)};
}

std::string MessageStore::text(RoomId room, std::uint64_t number) {
    flush();
    Run run(impl_->read_text, room.value, number);
    return run.row() ? run.text(0) : std::string{};
}

void MessageStore::add(const RoomMessage& message, SessionId session, std::uint64_t session_number) {
    impl_->waiting.add(message, session, session_number);
    if (impl_->waiting.size() >= waiting_max) flush();
    const bool forgotten = message.number % 8 == 0 && net::planted("reply_not_counted");
    if (message.thread != 0 && !forgotten) Run(impl_->count_reply, message.room.value, message.thread).done();
}

void MessageStore::replace_text(RoomId room, std::uint64_t number, std::uint32_t edit, const std::string& text, std::int64_t time_ms) {
    flush();
    Run(impl_->keep_text, room.value, number, edit, time_ms).done();
    Run(impl_->replace, room.value, number, text, edit).done();
}

void MessageStore::erase(RoomId room, std::uint64_t number) {
    flush();
    for (Statement* statement : {&impl_->erase_text, &impl_->erase_edits, &impl_->erase_reactions, &impl_->erase_counts,
                                 &impl_->delete_pin, &impl_->delete_mentions}) {
        if (statement == &impl_->erase_counts && net::planted("delete_keeps_reactions")) continue;
        Run(*statement, room.value, number).done();
    }
}

bool MessageStore::has_reaction(RoomId room, std::uint64_t number, const std::string& emoji, UserId user) {
    Run run(impl_->find_reaction, room.value, number, emoji, user.value);
    return run.row();
}

std::uint32_t MessageStore::reaction_count(RoomId room, std::uint64_t number, const std::string& emoji) {
    Run run(impl_->read_count, room.value, number, emoji);
    return one_count(run);
}

std::uint32_t MessageStore::emojis(RoomId room, std::uint64_t number) {
    Run run(impl_->count_emojis, room.value, number);
    return one_count(run);
}

void MessageStore::add_reaction(RoomId room, std::uint64_t number, const std::string& emoji, UserId user, std::uint64_t change) {
    Run(impl_->insert_reaction, room.value, number, emoji, user.value).done();
    Run(impl_->count_reaction, room.value, number, emoji, change).done();
}

void MessageStore::remove_reaction(RoomId room, std::uint64_t number, const std::string& emoji, UserId user) {
    Run(impl_->delete_reaction, room.value, number, emoji, user.value).done();
    if (!net::planted("unreact_keeps_count")) Run(impl_->uncount_reaction, room.value, number, emoji).done();
    Run(impl_->drop_empty_count, room.value, number, emoji).done();
}

void MessageStore::add_mention(RoomId room, std::uint64_t number, std::optional<UserId> user, UserId author) {
    // Users are counted from 1, so 0 can stand for all.
    Run(impl_->insert_mention, room.value, user ? user->value : std::uint64_t{0}, number, author.value).done();
}

void MessageStore::remove_mentions(RoomId room, std::uint64_t number) { Run(impl_->delete_mentions, room.value, number).done(); }

bool MessageStore::is_pinned(RoomId room, std::uint64_t number) {
    Run run(impl_->find_pin, room.value, number);
    return run.row();
}

std::uint32_t MessageStore::pins(RoomId room) {
    Run run(impl_->count_pins, room.value);
    return one_count(run);
}

void MessageStore::add_pin(RoomId room, std::uint64_t number, UserId user, std::int64_t time_ms) {
    Run(impl_->insert_pin, room.value, number, user.value, time_ms).done();
}

void MessageStore::remove_pin(RoomId room, std::uint64_t number) { Run(impl_->delete_pin, room.value, number).done(); }

void MessageStore::add_change(const MessageChange& change) {
    // The text of an edit is in its message and nowhere else, so that deleting the message erases it.
    const bool has_emoji = change.kind == ChangeKind::reacted || change.kind == ChangeKind::unreacted;
    Run(impl_->insert_change, change.room.value, change.change, change.number, static_cast<std::uint32_t>(change.kind),
        change.user.value, change.time_ms, has_emoji ? change.text : std::string{}, change.slot)
        .done();
}

std::vector<MessageStore::Aged> MessageStore::oldest(RoomId room, std::uint64_t after, std::uint32_t limit) {
    flush();
    Run run(impl_->read_oldest, room.value, after, limit);
    std::vector<Aged> rows;
    while (run.row()) rows.push_back({run.number(0), run.integer(1), is_written(static_cast<MessageKind>(run.small(2))) && !run.flag(3)});
    return rows;
}

std::vector<MessageStore::Place> MessageStore::behind(RoomId room, std::uint64_t number, std::uint32_t limit) {
    flush();
    Run run(impl_->read_behind, room.value, number, limit);
    std::vector<Place> rows;
    while (run.row()) {
        const bool is_text = is_written(static_cast<MessageKind>(run.small(3))) && !run.flag(4);
        rows.push_back({RoomId{run.number(0)}, run.number(1), UserId{run.number(2)}, is_text});
    }
    return rows;
}

bool MessageStore::erase_oldest(RoomId room) {
    flush();
    constexpr std::uint32_t rows_max = 256;
    const auto last = [&](Statement& statement) {
        Run run(statement, room.value, rows_max);
        return run.row() ? run.number(0) : 0;
    };
    const std::uint64_t message = last(impl_->last_of_oldest);
    const std::uint64_t change = last(impl_->last_of_oldest_changes);
    if (message == 0 && change == 0) return false;
    Run(impl_->delete_changes, room.value, change).done();
    for (Statement* statement : {&impl_->delete_messages, &impl_->delete_edits, &impl_->delete_reactions, &impl_->delete_counts,
                                 &impl_->delete_pins, &impl_->delete_threads, &impl_->delete_old_mentions}) {
        Run(*statement, room.value, message).done();
    }
    return true;
}

}  // namespace parley::chat::state
