// Exactly once (docs/state.md Q8): every row of the table of what may arrive, and how sessions end.
#include "chat/state/sqlite.hpp"
#include "net/ports/marks.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

Numbered post(const Chat::Person& person, std::uint64_t number, std::uint64_t lowest, const std::string& text) {
    return {person.session, number, lowest, Post{by_name("general"), text}};
}

Refusal refusal_of(const Result& result) {
    const auto* refused = std::get_if<Refused>(&result);
    if (refused == nullptr) throw std::runtime_error("it was not refused");
    return refused->why;
}

std::size_t count_of(Chat& chat, const std::string& text) {
    std::size_t count = 0;
    for (const RoomMessage& message : chat.messages(RoomId{1})) count += message.text == text ? 1U : 0U;
    return count;
}

TEST(Session, NextNumberIsExecuted) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.run(post(ann, 1, 1, "one"))));
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.run(post(ann, 2, 1, "two"))));
}

TEST(Session, RepeatGetsTheFirstAnswerAndHasNoEffect) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    const Answer first = chat.answer(post(ann, 1, 1, "one"));
    chat.run(post(ann, 2, 1, "two"));
    const std::string before = chat.contents();
    const Answer again = chat.answer(post(ann, 1, 1, "one"));
    EXPECT_EQ(net::encode(again), net::encode(first)) << "the slot of the first time too";
    EXPECT_EQ(chat.effects.size(), 1U);
    EXPECT_EQ(chat.contents(), before);
    EXPECT_EQ(count_of(chat, "one"), 1U);
}

TEST(Session, RepeatOfARefusalIsTheSameRefusal) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    const Numbered join{ann.session, 1, 1, JoinRoom{by_name("later")}};
    EXPECT_EQ(refusal_of(chat.run(join)), Refusal::no_such_room);
    chat.run(Numbered{ann.session, 2, 1, CreateRoom{"later"}});
    EXPECT_EQ(refusal_of(chat.run(join)), Refusal::no_such_room) << "the answer of then, not of now";
}

TEST(Session, RepeatInsideOneSlotIsARepeatToo) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    chat.apply({encoded(post(ann, 1, 1, "one"), 1), encoded(post(ann, 1, 1, "one"), 2)});
    EXPECT_EQ(effects_of<MessagePosted>(chat.effects).size(), 1U);
    EXPECT_EQ(effects_of<CommandAnswered>(chat.effects).size(), 2U);
}

TEST(Session, GapIsRefusedAndNotRecorded) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    EXPECT_EQ(refusal_of(chat.run(post(ann, 2, 1, "two"))), Refusal::session_gap);
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.run(post(ann, 1, 1, "one"))));
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.run(post(ann, 2, 1, "two"))));
}

TEST(Session, AnswersBelowTheLowestUnansweredAreForgotten) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    chat.run(post(ann, 1, 1, "one"));
    chat.run(post(ann, 2, 1, "two"));
    chat.run(post(ann, 3, 2, "three"));
    EXPECT_EQ(refusal_of(chat.run(post(ann, 1, 1, "one"))), Refusal::number_too_old);
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.run(post(ann, 2, 2, "two"))));
    chat.run(post(ann, 4, 1'000'000, "four"));
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.run(post(ann, 4, 4, "four")))) << "its own answer is always kept";
    EXPECT_EQ(count_of(chat, "one"), 1U);
}

TEST(Session, KeepsAtMostTheLimitOfAnswers) {
    Limits limits;
    limits.answers_kept_max = 4;
    Chat chat(limits);
    auto ann = chat.enrol("Ann");
    for (std::uint64_t number = 1; number <= 6; ++number) chat.run(post(ann, number, 1, "text"));
    EXPECT_EQ(refusal_of(chat.run(post(ann, 2, 1, "text"))), Refusal::number_too_old);
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.run(post(ann, 3, 1, "text"))));
    EXPECT_EQ(count_of(chat, "text"), 6U);
}

TEST(Session, NumberZeroIsMalformed) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    EXPECT_EQ(refusal_of(chat.run(post(ann, 0, 0, "zero"))), Refusal::malformed);
}

TEST(Session, UnknownOnesAreNeverCreated) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    ann.session = SessionId{999, 0};
    EXPECT_EQ(refusal_of(chat.run(post(ann, 1, 1, "x"))), Refusal::unknown_session);
    EXPECT_EQ(refusal_of(chat.run(post(ann, 1, 1, "x"))), Refusal::unknown_session);
}

TEST(Session, OpeningIsIdempotentByTokenAndNonce) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    EXPECT_EQ(chat.open_session(1, 1), ann.session);
    const SessionId other = chat.open_session(1, 2);
    EXPECT_NE(other, ann.session);
    const Answer first = chat.answer(Unnumbered{OpenSession{token(1), 2}});
    EXPECT_EQ(first.slot, other.slot);
    EXPECT_EQ(refusal_of(chat.run(Unnumbered{OpenSession{token(77), 1}})), Refusal::unknown_login);
}

TEST(Session, TwoOpenedInOneSlotDiffer) {
    Chat chat;
    chat.enrol("Ann");
    chat.apply({encoded(Unnumbered{OpenSession{token(1), 8}}, 1), encoded(Unnumbered{OpenSession{token(1), 9}}, 2)});
    const auto answers = effects_of<CommandAnswered>(chat.effects);
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_NE(std::get<SessionOpened>(answers[0].answer.result).session, std::get<SessionOpened>(answers[1].answer.result).session);
}

TEST(Session, ALoginWithTooManyGivesUpTheLongestUnused) {
    Limits limits;
    limits.sessions_per_login_max = 2;
    Chat chat(limits);
    auto ann = chat.enrol("Ann");
    const SessionId second = chat.open_session(1, 2);
    chat.as(ann, MarkRead{by_name("general"), 0});     // the first one is used later than the second
    const SessionId third = chat.open_session(1, 3);
    EXPECT_EQ(refusal_of(chat.run(Numbered{second, 1, 1, MarkRead{by_name("general"), 0}})), Refusal::unknown_session);
    EXPECT_TRUE(std::holds_alternative<Done>(chat.as(ann, MarkRead{by_name("general"), 0})));
    EXPECT_TRUE(std::holds_alternative<Done>(chat.run(Numbered{third, 1, 1, MarkRead{by_name("general"), 0}})));
}

TEST(Session, ExpiresByActiveLogTimeAsABarrier) {
    Limits limits;
    limits.session_idle_ms_max = 60'000;
    Chat chat(limits);
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Bob");
    chat.step_ms = 4'000;   // Ann's session is 2 s old
    for (int i = 0; i < 13; ++i) chat.as(bob, MarkRead{by_name("general"), 0});
    chat.step_ms = 6'000;   // which counts as 5 s only
    chat.as(bob, MarkRead{by_name("general"), 0});
    chat.step_ms = 1'000;
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.run(post(ann, 1, 1, "just in time")))) << "exactly at the limit";
    chat.step_ms = 5'000;
    for (int i = 0; i < 12; ++i) chat.as(bob, MarkRead{by_name("general"), 0});
    EXPECT_EQ(refusal_of(chat.run(post(ann, 2, 1, "too late"))), Refusal::unknown_session);
    EXPECT_EQ(refusal_of(chat.run(post(ann, 1, 1, "just in time"))), Refusal::unknown_session) << "repeats too";
    EXPECT_NE(chat.open_session(1, 1), ann.session) << "the same nonce opens a new one";
}

TEST(Session, AnOutageExpiresNobody) {
    Limits limits;
    limits.session_idle_ms_max = 60'000;
    Chat chat(limits);
    auto ann = chat.enrol("Ann");
    chat.log_time_ms += std::int64_t{30} * 24 * 3600 * 1000;
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.run(post(ann, 1, 1, "back again"))));
}

TEST(Session, IdleOnesAreSweptFromTheDatabase) {
    Limits limits;
    limits.session_idle_ms_max = 60'000;
    Chat chat(limits);
    chat.enrol("Ann");
    chat.step_ms = 5'000;
    for (int i = 0; i < 800; ++i) chat.apply({});
    Connection connection(chat.path, nullptr, Connection::Use::reader);
    EXPECT_EQ(connection.number("SELECT count(*) FROM sessions"), 0U);
    EXPECT_EQ(refusal_of(chat.run(Numbered{SessionId{2, 0}, 1, 1, MarkRead{by_name("general"), 0}})), Refusal::unknown_session);
}

TEST(LogTime, NeverGoesBack) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    const std::int64_t before = chat.log_time_ms;
    chat.log_time_ms -= 100'000;
    chat.posted(ann, by_name("general"), "in the past?");
    EXPECT_EQ(chat.messages(RoomId{1}).back().time_ms, before);
}

#ifdef PARLEY_PLANTED
struct Planted {
    explicit Planted(const char* name) { net::select_planted(name); }
    ~Planted() { net::select_planted({}); }
    Planted(const Planted&) = delete;
    Planted& operator=(const Planted&) = delete;
};

TEST(PlantedBug, ForgottenAnswersRepeatAPost) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    const Planted bug("session_answers_forgotten");
    chat.run(post(ann, 1, 1, "once"));
    chat.run(post(ann, 1, 1, "once"));
    EXPECT_EQ(count_of(chat, "once"), 2U);
}

TEST(PlantedBug, SkippedNumberCheckLosesAPost) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    const Planted bug("apply_skips_number_check");
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.run(post(ann, 2, 1, "two"))));
    EXPECT_EQ(refusal_of(chat.run(post(ann, 1, 1, "one"))), Refusal::number_too_old);
}

TEST(PlantedBug, RoomCountersLostOnRestartStopTheReplica) {
    const Planted bug("room_counters_not_flushed");
    Chat chat;
    auto ann = chat.enrol("Ann");
    chat.posted(ann, by_name("general"), "one");
    chat.state.reset();
    chat.state = std::make_unique<ChatState>(chat.path, nullptr, chat.limits);
    EXPECT_THROW(chat.posted(ann, by_name("general"), "two"), StateFailure);
}

TEST(PlantedBug, OwnMessagesCountAsUnread) {
    const Planted bug("unread_counts_wrong");
    Chat chat;
    auto ann = chat.enrol("Ann");
    chat.posted(ann, by_name("general"), "one");
    EXPECT_GT(chat.room(ann, by_name("general")).last, chat.room(ann, by_name("general")).read);
}

TEST(PlantedBug, ReadMarkerGoesBack) {
    const Planted bug("read_marker_goes_back");
    Chat chat;
    auto ann = chat.enrol("Ann");
    chat.posted(ann, by_name("general"), "two");
    chat.as(ann, MarkRead{by_name("general"), 1});
    EXPECT_EQ(chat.room(ann, by_name("general")).read, 1U);
}
#endif

}  // namespace
}  // namespace parley::chat::testing
