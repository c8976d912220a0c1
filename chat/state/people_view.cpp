// The queries behind PeopleView.
#include "chat/state/people_view.hpp"

#include <set>

#include "chat/state/names.hpp"
#include "chat/state/people_store.hpp"
#include "chat/state/schema.hpp"
#include "net/archive/archive.hpp"

namespace parley::chat {

struct PeopleView::Queries {
    explicit Queries(Connection& connection)
        : profile(connection, "SELECT name, colour FROM profiles WHERE user = ?1"),
          drafts(connection, "SELECT room, text, time_ms FROM drafts WHERE user = ?1 ORDER BY room"),
          find(connection, "SELECT room FROM conversations WHERE people = ?1"),
          people(connection, "SELECT people FROM conversations WHERE room = ?1") {}
    Statement profile;
    Statement drafts;
    Statement find;
    Statement people;
};

PeopleView::PeopleView(Connection& connection)
    : connection_(connection),
      find_user_(connection, "SELECT user FROM users WHERE folded = ?1 AND deleted = 0"),
      read_name_(connection, "SELECT CASE WHEN deleted THEN 'deleted user' ELSE name END FROM users WHERE user = ?1"),
      find_direct_(connection, "SELECT room FROM rooms WHERE direct_low = ?1 AND direct_high = ?2") {}
PeopleView::~PeopleView() = default;

PeopleView::Queries* PeopleView::queries() {
    if (!queries_ && state::has_file_tables(connection_)) queries_ = std::make_unique<Queries>(connection_);
    return queries_.get();
}

std::vector<ProfileRow> PeopleView::profiles(const std::vector<UserId>& users) {
    std::vector<ProfileRow> rows;
    Queries* const there = queries();
    if (there == nullptr) return rows;
    for (const UserId user : users) {
        Run run(there->profile, user.value);
        if (run.row()) rows.push_back({user, run.text(0), run.small(1)});
    }
    return rows;
}

std::vector<DraftRow> PeopleView::drafts(UserId user) {
    std::vector<DraftRow> rows;
    Queries* const there = queries();
    if (there == nullptr) return rows;
    Run run(there->drafts, user.value);
    while (run.row()) rows.push_back({RoomId{run.number(0)}, run.text(1), run.integer(2)});
    return rows;
}

std::optional<UserId> PeopleView::user_named(const std::string& name) {
    const std::string folded = fold_name(name);
    Run run(find_user_, folded);
    return run.row() ? std::optional{UserId{run.number(0)}} : std::nullopt;
}

std::optional<std::string> PeopleView::name_of(UserId user) {
    Run run(read_name_, user.value);
    return run.row() ? std::optional{run.text(0)} : std::nullopt;
}

std::optional<RoomId> PeopleView::conversation(UserId asking, const std::vector<std::string>& names) {
    constexpr std::size_t names_max = 64;   // far more than a conversation has
    if (names.size() > names_max) return std::nullopt;
    std::set<UserId> people{asking};
    for (const std::string& name : names) {
        const auto user = user_named(name);
        if (!user) return std::nullopt;
        people.insert(*user);
    }
    if (people.size() <= 2) {
        Run run(find_direct_, people.begin()->value, people.rbegin()->value);
        return run.row() ? std::optional{RoomId{run.number(0)}} : std::nullopt;
    }
    Queries* const there = queries();
    if (there == nullptr) return std::nullopt;
    const net::Bytes bytes = state::bytes_of_people({people.begin(), people.end()});
    Run run(there->find, std::span<const std::byte>{bytes});
    return run.row() ? std::optional{RoomId{run.number(0)}} : std::nullopt;
}

// Every other room has a name, or is a direct conversation.
void PeopleView::complete(RoomRow& room, UserId asking) {
    if (room.is_direct || !room.name.empty()) return;
    Queries* const there = queries();
    if (there == nullptr) return;
    std::vector<UserId> people;
    {
        Run run(there->people, room.room.value);
        if (!run.row()) return;
        auto decoded = net::decode<std::vector<UserId>>(run.blob(0));
        if (!decoded) throw SqliteError(11, "SQLite: the people of a conversation do not decode");
        people = *std::move(decoded);
    }
    std::vector<std::string> others;
    for (const UserId user : people) {
        if (user != asking) others.push_back(name_of(user).value_or(std::string{deleted_user_name}));
    }
    room.is_direct = true;
    room.name = conversation_name(std::move(others));
}

}  // namespace parley::chat
