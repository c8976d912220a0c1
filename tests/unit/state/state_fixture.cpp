// Helpers of the state's tests.
#include "tests/unit/state/state_fixture.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "chat/state/schema.hpp"
#include "chat/state/sqlite.hpp"

namespace parley::chat::testing {

ScratchFolder::ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-state-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
}
ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

TokenHash token(std::uint64_t seed) {
    TokenHash hash{};
    for (std::size_t i = 0; i < 8; ++i) hash.at(i) = static_cast<std::byte>((seed >> (8 * i)) & 0xFFU);
    hash.back() = std::byte{0x7A};
    return hash;
}

net::Bytes encoded(std::variant<Unnumbered, Numbered> body, std::uint64_t request) {
    return net::encode(Command{Origin{7, 1, request}, std::move(body)});
}

consensus::DecodedSlot slot_of(std::uint64_t slot, std::vector<net::Bytes> commands, std::int64_t log_time_ms) {
    return {consensus::Slot{slot}, consensus::Batch{consensus::BatchKind::commands, log_time_ms, std::move(commands)}};
}

namespace {

struct Print {
    std::string operator()(const DigestTaken& e) const { return fmt::format("digest {} {}", e.slot, e.digest); }
    std::string operator()(const CommandAnswered& e) const {
        std::string bytes;
        for (const std::byte byte : net::encode(e.answer)) bytes += fmt::format("{:02x}", std::to_integer<int>(byte));
        return fmt::format("answered {} {}", e.origin.request, bytes);
    }
    std::string operator()(const MessagePosted& e) const {
        const RoomMessage& m = e.message;
        const std::string file = m.file ? fmt::format(" with {} {} {} {}", m.file->file.value, m.file->size, m.file->name, m.file->type) : "";
        return fmt::format("posted {}/{} slot {} at {} kind {} by {} {} '{}' {} to {} in {}{}", m.room.value, m.number, m.slot, m.time_ms,
                           static_cast<int>(m.kind), m.author.value, m.author_name, m.text, m.deleted, m.reply_to, m.thread, file);
    }
    std::string operator()(const MessageChanged& e) const {
        const MessageChange& c = e.change;
        return fmt::format("changed {}/{} change {} kind {} by {} {} at {} '{}' {}", c.room.value, c.number, c.change,
                           static_cast<int>(c.kind), c.user.value, c.user_name, c.time_ms, c.text, c.count);
    }
    std::string operator()(const MembershipChanged& e) const { return fmt::format("member {} {} {}", e.room.value, e.user.value, e.is_member); }
    std::string operator()(const RoomChanged& e) const { return fmt::format("room {}", e.room.value); }
    std::string operator()(const ReadMarked& e) const { return fmt::format("read {} {} {} {}", e.room.value, e.user.value, e.number, e.back); }
    std::string operator()(const LoginEnded& e) const { return fmt::format("ended {} {}", e.login.value, e.user.value); }
    std::string operator()(const FileChanged& e) const { return fmt::format("file {} {}", e.file.value, static_cast<int>(e.stage)); }
    std::string operator()(const AdministratorChanged& e) const { return fmt::format("administrator {} {}", e.user.value, e.is_admin); }
    std::string operator()(const ProfileChanged& e) const { return fmt::format("profile {}", e.user.value); }
    std::string operator()(const DraftChanged& e) const { return fmt::format("draft {} {} '{}'", e.room.value, e.user.value, e.text); }
};

}  // namespace

std::string printed(const Effect& effect) { return std::visit(Print{}, effect); }

std::vector<std::string> printed(const std::vector<Effect>& effects) {
    std::vector<std::string> lines;
    for (const Effect& effect : effects) lines.push_back(printed(effect));
    return lines;
}

Chat::Chat(Limits given) : limits(given), state(std::make_unique<ChatState>(path, nullptr, limits)) {
    auto opened = View::open(path, nullptr);
    if (!opened) throw std::runtime_error(opened.error().message);
    view = std::move(*opened);
}

void Chat::apply(std::vector<net::Bytes> commands) {
    log_time_ms += step_ms;
    const std::vector<consensus::DecodedSlot> slots{slot_of(++slot, std::move(commands), log_time_ms)};
    state->apply(slots);
    effects = state->take_effects();
}

Answer Chat::answer(std::variant<Unnumbered, Numbered> body) {
    apply({encoded(std::move(body))});
    const auto answers = effects_of<CommandAnswered>(effects);
    if (answers.size() != 1) throw std::runtime_error("one command, one answer");
    return answers[0].answer;
}

Result Chat::run(std::variant<Unnumbered, Numbered> body) { return answer(std::move(body)).result; }

Chat::Person Chat::enrol(const std::string& name) {
    const std::uint64_t seed = next_token++;
    const auto made = std::get<Registered>(run(Unnumbered{Register{name, "hash of " + name, token(seed), "test"}}));
    return {name, made.user, made.login, open_session(seed, 1), 1};
}

SessionId Chat::open_session(std::uint64_t token_seed, std::uint64_t nonce) {
    return std::get<SessionOpened>(run(Unnumbered{OpenSession{token(token_seed), nonce}})).session;
}

Result Chat::as(Person& person, Operation operation) {
    const std::uint64_t number = person.next++;
    return run(Numbered{person.session, number, number, std::move(operation)});
}

Refusal Chat::refused(Person& person, Operation operation) {
    const Result result = as(person, std::move(operation));
    const auto* refusal = std::get_if<Refused>(&result);
    if (refusal == nullptr) throw std::runtime_error("it was not refused");
    return refusal->why;
}

std::uint64_t Chat::posted(Person& person, Target target, const std::string& text) {
    return std::get<Posted>(as(person, Post{std::move(target), text})).number;
}

RoomId Chat::made_room(Person& person, const std::string& name, bool is_private) {
    return std::get<RoomMade>(as(person, CreateRoom{name, is_private})).room;
}

RoomRow Chat::room(const Person& person, const Target& target) { return view->resolve(person.user, target).value(); }
std::vector<RoomMessage> Chat::messages(RoomId room) { return view->messages(room, 0, 0, 1'000).value(); }

std::string Chat::contents() {
    Connection connection(path, nullptr, Connection::Use::reader);
    std::string all;
    std::vector<state::TableKey> tables = state::state_tables();
    if (state::has_file_tables(connection)) tables.insert(tables.end(), state::file_tables().begin(), state::file_tables().end());
    for (const state::TableKey& entry : tables) {
        if (entry.table == "progress" || entry.table == "sessions") continue;
        Statement scan(connection, fmt::format("SELECT * FROM {} ORDER BY {}", entry.table, entry.key));
        Run rows(scan);
        while (rows.row()) {
            all += entry.table;
            for (int column = 0; column < rows.columns(); ++column) all += '|' + rows.text(column);
            all += '\n';
        }
    }
    return all;
}

void expect_refusal(Chat& chat, Chat::Person& person, Operation operation, Refusal why) {
    const std::string before = chat.contents();
    EXPECT_EQ(chat.refused(person, std::move(operation)), why);
    EXPECT_EQ(chat.contents(), before);
    EXPECT_EQ(chat.effects.size(), 1U) << "only the answer";
}

void expect_refusal(Chat& chat, Unnumbered command, Refusal why) {
    const std::string before = chat.contents();
    const Result result = chat.run(std::move(command));
    ASSERT_TRUE(std::holds_alternative<Refused>(result));
    EXPECT_EQ(std::get<Refused>(result).why, why);
    EXPECT_EQ(chat.contents(), before);
}

}  // namespace parley::chat::testing
