// The statements behind PeopleStore. Each one is prepared once, as soon as there are tables.
#include "chat/state/people_store.hpp"

#include "chat/state/schema.hpp"
#include "net/archive/archive.hpp"

namespace parley::chat::state {

struct PeopleStore::Statements {
    explicit Statements(Connection& used) : connection(used) {}

    Connection& connection;
    Statement read_profile{connection, "SELECT name, colour FROM profiles WHERE user = ?1"};
    Statement put_profile{connection, "INSERT OR REPLACE INTO profiles VALUES (?1, ?2, ?3)"};
    Statement drop_profile{connection, "DELETE FROM profiles WHERE user = ?1"};

    Statement read_people{connection, "SELECT people FROM conversations WHERE room = ?1"};
    Statement find_people{connection, "SELECT room FROM conversations WHERE people = ?1"};
    Statement count_begun{connection, "SELECT count(*) FROM conversations WHERE by_user = ?1"};
    Statement insert_conversation{connection, "INSERT INTO conversations VALUES (?1, ?2, ?3)"};

    Statement read_draft{connection, "SELECT text FROM drafts WHERE user = ?1 AND room = ?2"};
    Statement count_drafts{connection, "SELECT count(*) FROM drafts WHERE user = ?1"};
    Statement put_draft{connection, "INSERT OR REPLACE INTO drafts VALUES (?1, ?2, ?3, ?4)"};
    Statement drop_draft{connection, "DELETE FROM drafts WHERE user = ?1 AND room = ?2"};

    Statement first_erasure{connection, "SELECT user, room, number FROM erasures ORDER BY user LIMIT 1"};
    Statement put_erasure{connection, "INSERT OR REPLACE INTO erasures VALUES (?1, ?2, ?3)"};
    Statement drop_erasure{connection, "DELETE FROM erasures WHERE user = ?1"};
};

PeopleStore::PeopleStore(Connection& connection) : connection_(connection) {
    if (has_file_tables(connection)) statements_ = std::make_unique<Statements>(connection);
}
PeopleStore::~PeopleStore() = default;

// Another store may have made them meanwhile.
void PeopleStore::make() {
    if (statements_) return;
    make_file_tables(connection_);
    statements_ = std::make_unique<Statements>(connection_);
}

net::Bytes bytes_of_people(const std::vector<UserId>& people) { return net::encode(people); }

ProfileRecord PeopleStore::profile(UserId user) {
    if (!statements_) return {};
    Run run(statements_->read_profile, user.value);
    return run.row() ? ProfileRecord{run.text(0), run.small(1)} : ProfileRecord{};
}

void PeopleStore::set_profile(UserId user, const ProfileRecord& record) {
    if (record != ProfileRecord{}) {
        make();
        Run(statements_->put_profile, user.value, record.name, record.colour).done();
    } else if (statements_) {
        Run(statements_->drop_profile, user.value).done();
    }
}

std::vector<UserId> PeopleStore::people_of(RoomId room) {
    if (!statements_) return {};
    Run run(statements_->read_people, room.value);
    if (!run.row()) return {};
    auto people = net::decode<std::vector<UserId>>(run.blob(0));
    if (!people) throw SqliteError(11, "SQLite: the people of a conversation do not decode");
    return *std::move(people);
}

std::optional<RoomId> PeopleStore::conversation_of(const std::vector<UserId>& people) {
    if (!statements_) return std::nullopt;
    const net::Bytes bytes = bytes_of_people(people);
    Run run(statements_->find_people, std::span<const std::byte>{bytes});
    return run.row() ? std::optional{RoomId{run.number(0)}} : std::nullopt;
}

std::uint32_t PeopleStore::conversations_begun_by(UserId user) {
    if (!statements_) return 0;
    Run run(statements_->count_begun, user.value);
    return run.row() ? run.small(0) : 0;
}

void PeopleStore::add_conversation(RoomId room, const std::vector<UserId>& people, UserId by) {
    make();
    const net::Bytes bytes = bytes_of_people(people);
    Run(statements_->insert_conversation, room.value, std::span<const std::byte>{bytes}, by.value).done();
}

std::optional<std::string> PeopleStore::draft(MemberKey key) {
    if (!statements_) return std::nullopt;
    Run run(statements_->read_draft, key.user.value, key.room.value);
    return run.row() ? std::optional{run.text(0)} : std::nullopt;
}

std::uint32_t PeopleStore::drafts_of(UserId user) {
    if (!statements_) return 0;
    Run run(statements_->count_drafts, user.value);
    return run.row() ? run.small(0) : 0;
}

void PeopleStore::keep_draft(MemberKey key, const std::string& text, std::int64_t time_ms) {
    make();
    Run(statements_->put_draft, key.user.value, key.room.value, text, time_ms).done();
}

void PeopleStore::drop_draft(MemberKey key) {
    if (statements_) Run(statements_->drop_draft, key.user.value, key.room.value).done();
}

std::optional<ErasureRecord> PeopleStore::next_erasure() {
    if (!statements_ || !may_have_erasures_) return std::nullopt;
    Run run(statements_->first_erasure);
    may_have_erasures_ = run.row();
    if (!may_have_erasures_) return std::nullopt;
    return ErasureRecord{UserId{run.number(0)}, RoomId{run.number(1)}, run.number(2)};
}

void PeopleStore::add_erasure(UserId user) {
    make();
    move_erasure({user, {}, 0});
    may_have_erasures_ = true;
}

void PeopleStore::move_erasure(const ErasureRecord& record) {
    Run(statements_->put_erasure, record.user.value, record.room.value, record.number).done();
}

void PeopleStore::end_erasure(UserId user) { Run(statements_->drop_erasure, user.value).done(); }

}  // namespace parley::chat::state
