// Determinism: the same slots give the same state, answers and effects, however they are grouped into transactions and
// however often the process starts again in between.
#include <random>

#include <fmt/format.h>

#include "chat/state/sqlite.hpp"
#include "tests/unit/state/random_commands.hpp"

namespace parley::chat::testing {
namespace {

Limits small_limits() {
    Limits limits;
    limits.sessions_per_login_max = 3;
    limits.logins_per_user_max = 3;
    limits.members_per_room_max = 6;
    limits.rooms_max = 5;
    limits.answers_kept_max = 4;
    limits.edits_per_message_max = 2;
    limits.emojis_per_message_max = 2;
    limits.pins_per_room_max = 2;
    limits.session_idle_ms_max = 60'000;
    limits.uploads_per_user_max = 3;
    limits.upload_ms_max = 200'000;
    limits.file_bytes_per_user_max = 4'000'000;
    limits.all_file_bytes_max = 3'000'000;
    limits.file_bytes_max = 2'000'000;
    limits.expected_voters_ms = 20'000;
    return limits;
}

struct Outcome {
    std::uint64_t digest = 0;
    std::vector<std::string> effects;
};

// Applies all slots, `group(rest)` of them a transaction, starting again where `restart()` says so.
template <class Group, class Restart>
Outcome apply_all(const std::vector<consensus::DecodedSlot>& slots, Group group, Restart restart) {
    ScratchFolder folder;
    const std::string path = folder.file("state.db");
    auto state = std::make_unique<ChatState>(path, nullptr, small_limits());
    Outcome outcome;
    std::span<const consensus::DecodedSlot> rest = slots;
    while (!rest.empty()) {
        const std::size_t size = std::min<std::size_t>(group(), rest.size());
        state->apply(rest.first(size));
        rest = rest.subspan(size);
        for (const Effect& effect : state->take_effects()) outcome.effects.push_back(printed(effect));
        if (!restart()) continue;
        state.reset();
        state = std::make_unique<ChatState>(path, nullptr, small_limits());
    }
    EXPECT_EQ(state->applied_through(), slots.back().slot);
    outcome.digest = state->digest();
    return outcome;
}

void expect_equal(const Outcome& left, const Outcome& right) {
    EXPECT_EQ(left.digest, right.digest);
    ASSERT_EQ(left.effects.size(), right.effects.size());
    for (std::size_t i = 0; i < left.effects.size(); ++i) ASSERT_EQ(left.effects[i], right.effects[i]) << "effect " << i;
}

TEST(Replay, GroupingAndRestartsChangeNothing) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const auto slots = RandomCommands(seed).slots(250);
        const Outcome one_by_one = apply_all(slots, [] { return 1U; }, [] { return false; });
        const Outcome at_once = apply_all(slots, [&] { return slots.size(); }, [] { return false; });
        std::mt19937_64 random(seed);
        const Outcome mixed = apply_all(slots, [&] { return random() % 20 + 1; }, [&] { return random() % 4 == 0; });
        const Outcome restarting = apply_all(slots, [] { return 1U; }, [] { return true; });
        expect_equal(one_by_one, at_once);
        expect_equal(one_by_one, mixed);
        expect_equal(one_by_one, restarting);
    }
}

// More posts than are put into the table at once, into rooms by turns, and changes of what still waits for that.
TEST(Replay, ALongTransactionHoldsWhatManyShortOnesDo) {
    std::vector<consensus::DecodedSlot> slots;
    std::uint64_t number = 0;
    const auto next = [&](std::variant<Unnumbered, Numbered> body) {
        slots.push_back(slot_of(slots.size() + 1, {encoded(std::move(body))}, static_cast<std::int64_t>(slots.size())));
    };
    const auto as_ann = [&](Operation operation) { next(Numbered{SessionId{2, 0}, number + 1, ++number, std::move(operation)}); };
    next(Unnumbered{Register{"Ann", "hash", token(1), "test"}});
    next(Unnumbered{OpenSession{token(1), 1}});
    as_ann(CreateRoom{"kitchen", false});
    for (std::uint64_t post = 1; post <= 1'300; ++post) {
        const Target room = by_name(post % 3 == 0 ? "kitchen" : "general");
        as_ann(Post{room, fmt::format("post {}", post), post % 97 == 0 ? 2U : 0U});
        if (post % 101 == 0) as_ann(EditMessage{by_name("general"), post / 2, "better"});
        if (post % 103 == 0) as_ann(DeleteMessage{by_name("general"), post / 2});
    }
    const Outcome one_by_one = apply_all(slots, [] { return 1U; }, [] { return false; });
    const Outcome at_once = apply_all(slots, [&] { return slots.size(); }, [] { return false; });
    expect_equal(one_by_one, at_once);
    EXPECT_GT(one_by_one.effects.size(), 2 * 1'300U);   // each is told of and answered
}

TEST(Replay, TheMixReachesEveryAnswer) {
    std::map<std::size_t, int> results;
    std::map<Refusal, int> refusals;
    for (std::uint64_t seed = 1; seed <= 24; ++seed) {
        ScratchFolder folder;
        ChatState state(folder.file("state.db"), nullptr, small_limits());
        const auto slots = RandomCommands(seed).slots(900);
        state.apply(slots);
        for (const auto& answered : effects_of<CommandAnswered>(state.take_effects())) {
            ++results[answered.answer.result.index()];
            if (const auto* refused = std::get_if<Refused>(&answered.answer.result)) ++refusals[refused->why];
        }
    }
    EXPECT_EQ(results.size(), std::variant_size_v<Result>);
    for (const Refusal why : {Refusal::name_taken, Refusal::unknown_login, Refusal::unknown_session, Refusal::session_gap,
                              Refusal::number_too_old, Refusal::no_such_room, Refusal::room_name_taken, Refusal::not_a_member,
                              Refusal::already_a_member, Refusal::not_allowed, Refusal::text_empty, Refusal::text_invalid,
                              Refusal::no_such_message, Refusal::limit_reached, Refusal::message_deleted, Refusal::reaction_invalid, Refusal::no_such_member, Refusal::last_owner,
                              Refusal::no_such_login, Refusal::malformed, Refusal::file_too_large, Refusal::file_name_invalid, Refusal::no_such_upload,
                              Refusal::upload_unfinished, Refusal::files_full, Refusal::members_changed, Refusal::too_few_holders}) {
        EXPECT_GT(refusals[why], 0) << sentence(why);
    }
}

TEST(Replay, DigestsDifferWhenOneCommandDoes) {
    auto slots = RandomCommands(5).slots(100);
    const Outcome before = apply_all(slots, [] { return 10U; }, [] { return false; });
    slots[0].batch.log_time_ms -= 1;
    const Outcome after = apply_all(slots, [] { return 10U; }, [] { return false; });
    EXPECT_NE(before.digest, after.digest);
}

// The same in every build, by every compiler and on every machine. A new value here means that replicas of the version
// before and of this one would come to different states.
TEST(Replay, DigestOfAFixedStoryIsGolden) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    auto bob = chat.enrol("Борис");
    chat.made_room(ann, "Kitchen", true);
    chat.as(ann, InviteToRoom{by_name("kitchen"), "борис"});
    chat.posted(bob, by_name("kitchen"), "tea?\n\xF0\x9F\x8D\xB5");
    chat.as(ann, React{by_name("kitchen"), 3, "👍"});
    chat.as(bob, DeleteMessage{by_name("kitchen"), 3});
    chat.as(ann, EditMessage{by_name("kitchen"), chat.posted(ann, by_name("kitchen"), "cofee"), "coffee"});
    chat.as(bob, Post{by_name("kitchen"), "yes", 4});
    chat.as(bob, React{by_name("kitchen"), 4, "☕"});
    chat.as(ann, Pin{by_name("kitchen"), 4});
    chat.as(ann, SetRole{by_name("kitchen"), "Борис", Role::moderator});
    chat.as(bob, SetTopic{by_name("kitchen"), "coffee"});
    chat.as(ann, BanUser{by_name("general"), "Борис"});
    chat.as(ann, UnbanUser{by_name("general"), "Борис"});
    chat.as(bob, JoinRoom{by_name("general")});
    chat.as(ann, MuteMember{by_name("general"), "Борис", 1000});
    chat.posted(ann, by_name("general"), "@Борис, @room");
    chat.as(bob, MarkUnread{by_name("general"), 2});
    chat.as(bob, SetNotify{by_name("general"), Notify::mentions});
    chat.run(Unnumbered{ChangePassword{token(1), 1, "another hash", 5}});
    chat.as(ann, MakeInvite{token(70), 2, 1000});
    chat.as(ann, SetRegistration{Registration::invite});
    chat.posted(ann, by_user("Борис"), "psst");
    chat.as(ann, BlockUser{"Борис"});
    chat.as(bob, MarkRead{by_user("Ann"), 0});
    chat.as(bob, LeaveRoom{by_name("general")});
    chat.as(ann, SetRetention{by_name("general"), 30});
    chat.run(Unnumbered{ResetPassword{token(1), "Борис", "a fresh hash", 6}});
    chat.as(ann, DisableUser{"Борис", true});
    EXPECT_EQ(chat.state->digest(), 11614509210116704453U);
}

// The same with files: they make tables, and another digest, from the first one on.
TEST(Replay, DigestOfAFixedStoryWithFilesIsGolden) {
    Chat chat;
    auto ann = chat.enrol("Ann");
    const auto begun = std::get<UploadBegun>(chat.as(ann, BeginUpload{3, {token(9)}}));
    chat.run(Unnumbered{ExpectVoters{1, {1, 2, 4}}});
    chat.run(Unnumbered{ConfirmFile{begun.file, 1, {1, 2}}});
    chat.as(ann, PostFile{by_name("general"), begun.file, "tea.png", "image/png", "tea?", 1});
    chat.as(ann, BeginUpload{chunk_bytes + 1, {token(9), token(10)}});
    EXPECT_EQ(chat.state->digest(), 8552665659566020391U);
}

// Invariants that must hold in the database after any history.
TEST(Replay, CountersAgreeWithTheRows) {
    for (std::uint64_t seed = 21; seed <= 26; ++seed) {
        ScratchFolder folder;
        ChatState state(folder.file("state.db"), nullptr, small_limits());
        const auto slots = RandomCommands(seed).slots(400);
        state.apply(slots);
        Connection connection(folder.file("state.db"), nullptr, Connection::Use::reader);
        const auto none = [&](const char* sql) { EXPECT_EQ(connection.number(sql), 0U) << sql; };
        none("SELECT count(*) FROM rooms r WHERE r.last <> (SELECT count(*) FROM messages m WHERE m.room = r.room)");
        none("SELECT count(*) FROM rooms r WHERE r.last <> coalesce((SELECT max(number) FROM messages m WHERE m.room = r.room), 0)");
        none("SELECT count(*) FROM rooms r WHERE r.changes <> (SELECT count(*) FROM changes c WHERE c.room = r.room)");
        none("SELECT count(*) FROM rooms r WHERE r.members <> (SELECT count(*) FROM members m WHERE m.room = r.room)");
        none("SELECT count(*) FROM invites WHERE uses_left = 0");
        none("SELECT count(*) FROM drafts d WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.room = d.room AND m.user = d.user)");
        none("SELECT count(*) FROM profiles p JOIN users u ON u.user = p.user WHERE u.deleted = 1");
        none("SELECT count(*) FROM erasures e JOIN users u ON u.user = e.user WHERE u.deleted = 0");
        none("SELECT count(*) FROM conversations WHERE room NOT IN (SELECT room FROM rooms WHERE name = '' AND folded IS NULL AND direct_low IS NULL)");
        none("SELECT count(*) FROM members m JOIN bans b ON b.room = m.room AND b.user = m.user");
        none("SELECT count(*) FROM members WHERE room NOT IN (SELECT room FROM rooms)");
        none("SELECT count(*) FROM rooms WHERE room IN (SELECT room FROM doomed_rooms)");
        none("SELECT count(*) FROM progress WHERE doomed_rooms <> (SELECT count(*) FROM doomed_rooms)");
        none("SELECT count(*) FROM progress WHERE named_rooms <> (SELECT count(*) FROM rooms WHERE folded IS NOT NULL)");
        none("SELECT count(*) FROM members m JOIN rooms r ON r.room = m.room WHERE m.read > r.last");
        none("SELECT count(*) FROM members m JOIN users u ON u.user = m.user WHERE u.deleted");
        none("SELECT count(*) FROM sessions s WHERE s.login NOT IN (SELECT login FROM logins)");
        none("SELECT count(*) FROM logins l JOIN users u ON u.user = l.user WHERE u.deleted");
        none("SELECT count(*) FROM messages m WHERE m.deleted AND m.text <> ''");
        none("SELECT count(*) FROM messages m WHERE m.edits <> (SELECT count(*) FROM edits e WHERE e.room = m.room AND e.number = m.number) "
             "AND NOT m.deleted");
        none("SELECT count(*) FROM threads t WHERE t.replies <> (SELECT count(*) FROM messages m WHERE m.room = t.room AND m.thread = t.root)");
        none("SELECT count(*) FROM messages m WHERE m.thread > 0 AND m.thread NOT IN (SELECT root FROM threads t WHERE t.room = m.room)");
        none("SELECT count(*) FROM reaction_counts c WHERE c.count = 0 OR c.count <> (SELECT count(*) FROM reactions r "
             "WHERE r.room = c.room AND r.number = c.number AND r.emoji = c.emoji)");
        none("SELECT count(*) FROM reactions r WHERE NOT EXISTS (SELECT 1 FROM reaction_counts c "
             "WHERE c.room = r.room AND c.number = r.number AND c.emoji = r.emoji)");
        for (const char* table : {"edits", "reactions", "reaction_counts", "pins", "mentions"}) {
            none(("SELECT count(*) FROM " + std::string{table} +
                  " x JOIN messages m ON m.room = x.room AND m.number = x.number WHERE m.deleted").c_str());
        }
        none("SELECT count(*) FROM (SELECT 1 FROM messages WHERE session_slot > 0 AND kind = 0 "
             "GROUP BY session_slot, session_place, session_number HAVING count(*) > 1)");
        none("SELECT count(*) FROM rooms r WHERE r.folded IS NOT NULL AND r.members > 0 "
             "AND NOT EXISTS (SELECT 1 FROM members m WHERE m.room = r.room AND m.role = 4)");
    }
}

}  // namespace
}  // namespace parley::chat::testing
