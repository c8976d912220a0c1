// Files in the state: intents, what makes a file whole, messages that carry it, quotas, and when it is gone (decision 0017).
#include <algorithm>
#include <numeric>
#include <random>

#include "chat/state/schema.hpp"
#include "chat/state/sqlite.hpp"
#include "consensus/core/membership.hpp"
#include "tests/unit/state/state_fixture.hpp"

namespace parley::chat::testing {
namespace {

constexpr std::uint64_t size = chunk_bytes + 5;
constexpr std::int64_t hour_ms = 3'600'000;

// Content number `seed` of this size.
BeginUpload content(std::uint64_t seed, std::uint64_t bytes = size) {
    BeginUpload upload{bytes, {}};
    for (std::uint64_t place = 0; place < chunks_of(bytes); ++place) upload.chunks.push_back(token(1'000 * seed + place));
    return upload;
}

std::vector<FileStage> stages(const Chat& chat) {
    std::vector<FileStage> found;
    for (const FileChanged& change : effects_of<FileChanged>(chat.effects)) found.push_back(change.stage);
    return found;
}

bool is_done(const Result& result) { return std::holds_alternative<Done>(result); }

class Files : public ::testing::Test {
protected:
    FileId begun(Chat::Person& person, const BeginUpload& upload) { return std::get<UploadBegun>(chat.as(person, upload)).file; }
    // Of a cluster that is as it was founded: who confirms is believed.
    FileId whole(Chat::Person& person, const BeginUpload& upload) {
        const FileId file = begun(person, upload);
        EXPECT_TRUE(is_done(chat.run(Unnumbered{ConfirmFile{file, 1, {1, 2}}})));
        return file;
    }
    PostFile post(FileId file, const std::string& text = {}) { return {by_name("general"), file, "tea.png", "image/png", text}; }
    std::uint64_t posted(Chat::Person& person, const PostFile& operation) { return std::get<Posted>(chat.as(person, operation)).number; }
    std::uint64_t count(const char* sql) { return Connection(chat.path, nullptr, Connection::Use::reader).number(sql); }
    std::uint64_t files() { return count("SELECT count(*) FROM files"); }
    std::uint64_t charged(const Chat::Person& person) {
        return count(("SELECT coalesce((SELECT bytes FROM file_quotas WHERE user = " + std::to_string(person.user.value) + "), 0)").c_str());
    }
    // So much active time goes by; a step of log time counts five seconds of it at most.
    void pass(std::int64_t active_ms) {
        const std::int64_t step = std::exchange(chat.step_ms, 5'000);
        for (std::int64_t gone = 0; gone < active_ms; gone += chat.step_ms) chat.apply({});
        chat.step_ms = step;
    }
    void configure(std::uint64_t id, const std::vector<std::uint64_t>& voters, consensus::FeatureLevel level = consensus::level_of_files) {
        consensus::Configuration next;
        next.id = id;
        next.level = level;
        for (const std::uint64_t voter : voters) next.voters.push_back({consensus::NodeId{voter}, "host:" + std::to_string(voter), std::to_string(voter)});
        chat.state->apply(std::vector{consensus::DecodedSlot{consensus::Slot{++chat.slot}, *consensus::value_of(next, 1).decoded()}});
        ASSERT_EQ(chat.state->configuration()->id, id);
    }

    static Limits limits() {
        Limits limits;
        limits.upload_ms_max = hour_ms;
        limits.uploads_per_user_max = 3;
        limits.file_bytes_per_user_max = 4 * size;
        limits.all_file_bytes_max = 5 * size;
        return limits;
    }

    Chat chat{limits()};
    Chat::Person ann = chat.enrol("Ann");
    Chat::Person bob = chat.enrol("Bob");
};

TEST_F(Files, AreUploadedConfirmedAndPosted) {
    const Result result = chat.as(ann, content(1));
    const auto begun = std::get<UploadBegun>(result);
    EXPECT_FALSE(begun.is_whole);
    EXPECT_EQ(stages(chat), std::vector{FileStage::begun});
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ConfirmFile{begun.file, 1, {1, 2}}})));
    EXPECT_EQ(stages(chat), std::vector{FileStage::whole});
    const std::uint64_t number = posted(ann, post(begun.file, "tea? @Bob"));
    EXPECT_TRUE(stages(chat).empty()) << "the message took the place of the upload";
    const MessageFile file{begun.file, size, "tea.png", "image/png"};
    EXPECT_EQ(effects_of<MessagePosted>(chat.effects).at(0).message.file, file);
    const auto messages = chat.messages(RoomId{1});
    EXPECT_EQ(messages.back().number, number);
    EXPECT_EQ(messages.back().kind, MessageKind::file);
    EXPECT_EQ(messages.back().text, "tea? @Bob");
    EXPECT_EQ(messages.back().file, file);
    EXPECT_EQ(chat.room(bob, by_name("general")).mentions, 1U);
    EXPECT_EQ(charged(ann), size);
}

TEST_F(Files, WithoutOneNothingIsAnotherInTheState) {
    Chat other{limits()};
    other.enrol("Ann");
    other.enrol("Bob");
    EXPECT_EQ(chat.state->digest(), other.state->digest());
    EXPECT_EQ(count("PRAGMA user_version"), state::state_format);
    begun(ann, content(1));
    EXPECT_EQ(count("PRAGMA user_version"), state::state_format_files);
    chat.as(ann, CancelUpload{FileId{1}});
    EXPECT_NE(chat.state->digest(), other.state->digest());
}

TEST_F(Files, ARefusedBeginningMakesNoTables) {
    expect_refusal(chat, ann, content(1, (std::uint64_t{1} << 30U) + 1), Refusal::file_too_large);
    expect_refusal(chat, ann, BeginUpload{size, {token(1)}}, Refusal::malformed);
    expect_refusal(chat, ann, BeginUpload{0, {token(1)}}, Refusal::malformed);
    expect_refusal(chat, ann, content(1, 5 * size), Refusal::quota_exceeded);
    EXPECT_EQ(count("PRAGMA user_version"), state::state_format);
}

TEST_F(Files, OfAGibibyteAreTaken) {
    Chat wide;
    auto eve = wide.enrol("Eve");
    const BeginUpload largest = content(1, std::uint64_t{1} << 30U);
    EXPECT_EQ(largest.chunks.size(), 1024U);
    EXPECT_LT(encoded(Numbered{eve.session, 1, 1, largest}).size(), std::size_t{64} << 10U) << "as much as a gateway takes";
    EXPECT_TRUE(std::holds_alternative<UploadBegun>(wide.as(eve, largest)));
}

TEST_F(Files, WithoutBytesAreWholeAtOnce) {
    const auto begun = std::get<UploadBegun>(chat.as(ann, BeginUpload{0, {}}));
    EXPECT_TRUE(begun.is_whole);
    EXPECT_EQ(stages(chat), (std::vector{FileStage::begun, FileStage::whole}));
    posted(ann, post(begun.file));
    EXPECT_EQ(chat.messages(RoomId{1}).back().file->size, 0U);
    EXPECT_EQ(chat.messages(RoomId{1}).back().text, "");
}

TEST_F(Files, OfTheSameBytesAreOne) {
    const FileId file = whole(ann, content(1));
    const auto again = std::get<UploadBegun>(chat.as(bob, content(1)));
    EXPECT_EQ(again.file, file);
    EXPECT_TRUE(again.is_whole) << "nothing has to be sent";
    posted(ann, post(file));
    posted(bob, post(file));
    EXPECT_EQ(files(), 1U);
    EXPECT_EQ(charged(ann) + charged(bob), 2 * size) << "each has what they posted";
    EXPECT_EQ(count("SELECT bytes FROM file_totals"), size) << "it takes room once";
}

TEST_F(Files, ArePostedOnlyByWhoUploadsThem) {
    const FileId file = whole(ann, content(1));
    expect_refusal(chat, bob, post(file), Refusal::no_such_upload);
    posted(ann, post(file));
    expect_refusal(chat, ann, post(file), Refusal::no_such_upload);
    EXPECT_TRUE(std::get<UploadBegun>(chat.as(ann, content(1))).is_whole) << "begun again it is posted again";
    posted(ann, post(file));
    expect_refusal(chat, ann, post(FileId{99}), Refusal::no_such_upload);
}

TEST_F(Files, ArePostedOnlyWhenWhole) {
    const FileId file = begun(ann, content(1));
    expect_refusal(chat, ann, post(file), Refusal::upload_unfinished);
    chat.run(Unnumbered{ConfirmFile{file, 1, {1, 2}}});
    posted(ann, post(file));
}

TEST_F(Files, ArePostedOnlyUnderAGoodNameAndTypeAndText) {
    const FileId file = whole(ann, content(1));
    for (const char* name : {"", "..", "a/b", "x\xE2\x80\xAEgnp.exe"}) {
        expect_refusal(chat, ann, PostFile{by_name("general"), file, name, "", ""}, Refusal::file_name_invalid);
    }
    expect_refusal(chat, ann, PostFile{by_name("general"), file, "a", "not a type", ""}, Refusal::malformed);
    expect_refusal(chat, ann, post(file, "\x01"), Refusal::text_invalid);
    expect_refusal(chat, ann, post(file, std::string(20'000, 'x')), Refusal::text_too_long);
    expect_refusal(chat, ann, PostFile{by_name("general"), file, "a", "", "", 77}, Refusal::no_such_message);
    EXPECT_EQ(files(), 1U) << "the upload is still there";
    posted(ann, post(file));
}

TEST_F(Files, AreRefusedWhereTextsAre) {
    chat.made_room(ann, "quiet");
    chat.as(bob, JoinRoom{by_name("quiet")});
    chat.as(ann, SetRole{by_name("quiet"), "Bob", Role::read_only});
    const FileId file = whole(bob, content(1));
    expect_refusal(chat, bob, PostFile{by_name("quiet"), file, "a", "", ""}, Refusal::read_only);
    expect_refusal(chat, bob, PostFile{by_name("nowhere"), file, "a", "", ""}, Refusal::no_such_room);
    chat.as(ann, BlockUser{"Bob"});
    expect_refusal(chat, bob, PostFile{by_user("Ann"), file, "a", "", ""}, Refusal::blocked);
    chat.as(ann, UnblockUser{"Bob"});
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.as(bob, PostFile{by_user("Ann"), file, "a", "", ""}))) << "the first message of a conversation";
}

TEST_F(Files, AreMessagesLikeOthers) {
    const FileId file = whole(ann, content(1));
    const std::uint64_t number = posted(ann, post(file, "tea"));
    EXPECT_TRUE(is_done(chat.as(bob, React{by_name("general"), number, "👍"})));
    EXPECT_TRUE(is_done(chat.as(ann, Pin{by_name("general"), number})));
    EXPECT_TRUE(is_done(chat.as(ann, EditMessage{by_name("general"), number, "coffee"})));
    EXPECT_TRUE(std::holds_alternative<Posted>(chat.as(bob, Post{by_name("general"), "yes", number})));
    const RoomMessage message = *chat.view->message(RoomId{1}, number, ann.user).value();
    EXPECT_EQ(message.text, "coffee");
    EXPECT_EQ(message.replies, 1U);
    EXPECT_TRUE(message.file.has_value());
    EXPECT_EQ(chat.view->senders(RoomId{1}, 0, bob.user).value().at(0).messages, 1U);
}

TEST_F(Files, GoWithTheLastMessageThatCarriesThem) {
    const FileId file = whole(ann, content(1));
    begun(bob, content(1));
    const std::uint64_t first = posted(ann, post(file));
    const std::uint64_t second = posted(bob, post(file));
    chat.as(ann, DeleteMessage{by_name("general"), first});
    EXPECT_TRUE(stages(chat).empty());
    EXPECT_EQ(charged(ann), 0U);
    EXPECT_FALSE(chat.view->message(RoomId{1}, first, ann.user).value()->file);
    EXPECT_TRUE(chat.view->message(RoomId{1}, second, ann.user).value()->file);
    chat.as(ann, DeleteMessage{by_name("general"), second});
    EXPECT_EQ(stages(chat), std::vector{FileStage::gone});
    EXPECT_EQ(files(), 0U);
    EXPECT_EQ(charged(bob), 0U);
    EXPECT_EQ(count("SELECT bytes FROM file_totals"), 0U);
    EXPECT_NE(begun(ann, content(1)), file) << "numbers are never used twice";
}

TEST_F(Files, ADeletedMessageLosesItsFileForWhoKeepsItToo) {
    const FileId file = whole(ann, content(1));
    posted(ann, post(file));
    RoomMessage kept = chat.messages(RoomId{1}).back();
    chat.as(ann, DeleteMessage{by_name("general"), kept.number});
    take_in(kept, effects_of<MessageChanged>(chat.effects).at(0).change, bob.user);
    EXPECT_EQ(kept, chat.messages(RoomId{1}).back());
}

TEST_F(Files, OfADeletedRoomGoWithItsMessages) {
    chat.made_room(ann, "brief");
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const FileId file = whole(ann, content(seed, 10));
        chat.as(ann, PostFile{by_name("brief"), file, "a", "", ""});
    }
    chat.as(ann, DeleteRoom{by_name("brief")});
    EXPECT_EQ(files(), 3U);
    chat.apply({});
    EXPECT_EQ(stages(chat), std::vector(3, FileStage::gone));
    EXPECT_EQ(files(), 0U);
    for (int i = 0; i < 3; ++i) chat.apply({});
    EXPECT_EQ(count("SELECT count(*) FROM doomed_rooms"), 0U);
    EXPECT_EQ(count("SELECT count(*) FROM messages WHERE kind = 15"), 0U);
}

TEST_F(Files, OfOldMessagesGoWithThem) {
    const FileId file = whole(ann, content(1));
    posted(ann, post(file, "old"));
    chat.as(ann, SetRetention{by_name("general"), 1});
    chat.log_time_ms += 25 * hour_ms;
    chat.apply({});
    EXPECT_EQ(stages(chat), std::vector{FileStage::gone});
    EXPECT_TRUE(chat.messages(RoomId{1}).back().deleted);
    EXPECT_EQ(charged(ann), 0U);
}

TEST_F(Files, AnUploadEndsInTimeAndIsYoungAgainWhenItIsBegunAgain) {
    const FileId file = begun(ann, content(1));
    pass(hour_ms - 60'000);
    EXPECT_EQ(begun(ann, content(1)), file);
    pass(hour_ms - 60'000);
    EXPECT_EQ(files(), 1U);
    pass(120'000);
    EXPECT_EQ(files(), 0U);
    EXPECT_EQ(charged(ann), 0U);
    expect_refusal(chat, ann, post(file), Refusal::no_such_upload);
    expect_refusal(chat, Unnumbered{ConfirmFile{file, 1, {1, 2}}}, Refusal::no_such_upload);
}

TEST_F(Files, AnOutageEndsNoUpload) {
    const FileId file = whole(ann, content(1));
    chat.log_time_ms += 100 * hour_ms;
    posted(ann, post(file));
}

TEST_F(Files, AnotherUploadKeepsTheFile) {
    const FileId file = begun(ann, content(1));
    pass(hour_ms / 2);
    EXPECT_EQ(begun(bob, content(1)), file);
    pass(hour_ms / 2 + 10'000);
    EXPECT_EQ(files(), 1U) << "Bob's goes on";
    EXPECT_EQ(charged(ann), 0U);
    chat.as(bob, CancelUpload{file});
    EXPECT_EQ(stages(chat), std::vector{FileStage::gone});
}

TEST_F(Files, ManyUploadsEndAFewWithEverySlot) {
    Limits many = limits();
    many.uploads_per_user_max = 1'000;
    Chat busy{many};
    auto eve = busy.enrol("Eve");
    for (std::uint64_t seed = 1; seed <= 100; ++seed) busy.as(eve, content(seed, 1));
    busy.step_ms = 5'000;
    std::vector<std::size_t> gone;
    for (int slot = 0; slot < 800; ++slot) {
        busy.apply({});
        if (!stages(busy).empty()) gone.push_back(stages(busy).size());
    }
    EXPECT_LE(*std::ranges::max_element(gone), 64U);
    EXPECT_EQ(std::accumulate(gone.begin(), gone.end(), std::size_t{0}), 100U);
}

TEST_F(Files, AnUploadIsGivenUpByItsOwnerOnly) {
    const FileId file = begun(ann, content(1));
    expect_refusal(chat, bob, CancelUpload{file}, Refusal::no_such_upload);
    EXPECT_TRUE(is_done(chat.as(ann, CancelUpload{file})));
    EXPECT_EQ(stages(chat), std::vector{FileStage::gone});
    expect_refusal(chat, ann, CancelUpload{file}, Refusal::no_such_upload);
}

TEST_F(Files, UploadsEndWithTheAccount) {
    begun(bob, content(1));
    posted(bob, post(whole(bob, content(2))));
    chat.as(bob, DeleteAccount{});
    EXPECT_EQ(stages(chat), std::vector{FileStage::gone});
    EXPECT_EQ(files(), 1U) << "what was posted stays";
    EXPECT_TRUE(chat.view->message(RoomId{1}, 3, ann.user).value()->file);
}

TEST_F(Files, CountAgainstTheirOwnersQuotaAndEverybodysRoom) {
    posted(ann, post(whole(ann, content(1))));
    posted(ann, post(whole(ann, content(2))));
    begun(ann, content(3));
    begun(ann, content(4));
    expect_refusal(chat, ann, content(5, 1), Refusal::quota_exceeded);
    EXPECT_TRUE(std::holds_alternative<UploadBegun>(chat.as(ann, content(3)))) << "begun again it counts once";
    begun(bob, content(5));
    expect_refusal(chat, bob, content(6, 1), Refusal::files_full);
    begun(bob, content(1));   // it is there already
    chat.as(ann, DeleteMessage{by_name("general"), 4});
    begun(bob, content(6, 1));
}

TEST_F(Files, OneUserUploadsAFewAtATime) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) begun(ann, content(seed, 1));
    expect_refusal(chat, ann, content(4, 1), Refusal::limit_reached);
    begun(bob, content(4, 1));
}

TEST_F(Files, AreWholeOnlyWithAQuorumOfTheVotersOfTheirSlot) {
    configure(2, {1, 2, 3});
    const FileId file = begun(ann, content(1));
    expect_refusal(chat, Unnumbered{ConfirmFile{file, 1, {1, 2, 3}}}, Refusal::members_changed);
    for (const std::vector<std::uint64_t>& few : {std::vector<std::uint64_t>{}, {1}, {1, 4}, {1, 1}, {4, 5, 6}}) {
        expect_refusal(chat, Unnumbered{ConfirmFile{file, 2, few}}, Refusal::too_few_holders);
    }
    configure(3, {1, 2, 3, 4});
    expect_refusal(chat, Unnumbered{ConfirmFile{file, 2, {1, 2}}}, Refusal::members_changed);
    expect_refusal(chat, Unnumbered{ConfirmFile{file, 3, {1, 2}}}, Refusal::too_few_holders);
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ConfirmFile{file, 3, {1, 2, 4}}})));
    EXPECT_EQ(stages(chat), std::vector{FileStage::whole});
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ConfirmFile{file, 1, {}}}))) << "it is whole already";
    EXPECT_TRUE(stages(chat).empty());
}

TEST_F(Files, NeedAQuorumOfTheExpectedVotersToo) {
    configure(2, {1, 2, 3});
    const FileId file = begun(ann, content(1));
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ExpectVoters{2, {1, 2, 3, 4}}})));
    expect_refusal(chat, Unnumbered{ConfirmFile{file, 2, {1, 2}}}, Refusal::too_few_holders);
    expect_refusal(chat, Unnumbered{ConfirmFile{file, 2, {1, 4, 5}}}, Refusal::too_few_holders);
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ConfirmFile{file, 2, {1, 2, 4}}})));
}

TEST_F(Files, ExpectedVotersAreForgottenWithTheNextConfigurationAndInTime) {
    configure(2, {1, 2, 3});
    const FileId first = begun(ann, content(1));
    const FileId second = begun(ann, content(2));
    chat.run(Unnumbered{ExpectVoters{2, {4, 5, 6}}});
    configure(3, {1, 2, 3});
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ConfirmFile{first, 3, {1, 2}}})));
    chat.run(Unnumbered{ExpectVoters{3, {4, 5, 6}}});
    expect_refusal(chat, Unnumbered{ConfirmFile{second, 3, {1, 2}}}, Refusal::too_few_holders);
    pass(chat.limits.expected_voters_ms);
    EXPECT_TRUE(is_done(chat.run(Unnumbered{ConfirmFile{second, 3, {1, 2}}})));
}

TEST_F(Files, ExpectedVotersAreExpectedSinceTheSlotWithoutABreak) {
    configure(2, {1, 2, 3});
    EXPECT_FALSE(chat.view->expected_voters().value());
    const auto since = [this] { return chat.view->expected_voters().value()->since; };
    chat.run(Unnumbered{ExpectVoters{2, {1, 2}}});
    const std::uint64_t first = chat.slot;
    EXPECT_EQ(since(), first);
    pass(30'000);
    chat.run(Unnumbered{ExpectVoters{2, {1, 2}}});
    EXPECT_EQ(since(), first) << "they were told again in time";
    EXPECT_EQ(chat.view->expected_voters().value()->left_ms, chat.limits.expected_voters_ms);
    chat.run(Unnumbered{ExpectVoters{2, {1, 3}}});
    chat.run(Unnumbered{ExpectVoters{2, {1, 2}}});
    EXPECT_EQ(since(), chat.slot) << "others were meanwhile";
    pass(chat.limits.expected_voters_ms);
    EXPECT_LE(chat.view->expected_voters().value()->left_ms, 0);
    chat.run(Unnumbered{ExpectVoters{2, {1, 2}}});
    EXPECT_EQ(since(), chat.slot) << "nobody was for a while";
}

TEST_F(Files, ExpectedVotersMustMakeSense) {
    configure(2, {1, 2, 3});
    expect_refusal(chat, Unnumbered{ExpectVoters{1, {1, 2}}}, Refusal::members_changed);
    expect_refusal(chat, Unnumbered{ExpectVoters{2, {}}}, Refusal::malformed);
    expect_refusal(chat, Unnumbered{ExpectVoters{2, {1, 1}}}, Refusal::malformed);
    expect_refusal(chat, Unnumbered{ExpectVoters{2, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}}, Refusal::malformed);
}

// A replica of an older version takes the bytes for none of a command, and so does everybody.
TEST_F(Files, BelowTheirLevelTheirCommandsAreNone) {
    configure(2, {1, 2, 3}, consensus::FeatureLevel{5});
    const std::uint64_t digest = chat.state->digest();
    const std::string before = chat.contents();
    chat.apply({encoded(Numbered{ann.session, ann.next, 1, content(1)}), encoded(Unnumbered{ConfirmFile{FileId{1}, 2, {1, 2}}}),
                encoded(Unnumbered{ExpectVoters{2, {1}}})});
    EXPECT_TRUE(chat.effects.empty()) << "nobody is answered";
    EXPECT_EQ(chat.contents(), before);
    EXPECT_NE(chat.state->digest(), digest) << "but the slot is";
    EXPECT_EQ(count("PRAGMA user_version"), state::state_format);
    EXPECT_GT(chat.posted(ann, by_name("general"), "next"), 0U) << "its number was not used";
    configure(3, {1, 2, 3});
    begun(ann, content(1));
}

TEST_F(Files, AreReadWithTheirChunksInPages) {
    EXPECT_TRUE(chat.view->files(FileId{}).value().empty());
    EXPECT_FALSE(chat.view->file(FileId{1}).value());
    EXPECT_FALSE(chat.view->has_upload(ann.user, FileId{1}).value());
    const FileId file = whole(ann, content(1));
    const FileRow row = *chat.view->file(file).value();
    EXPECT_EQ(row.size, size);
    EXPECT_EQ(row.chunks, content(1).chunks);
    EXPECT_TRUE(row.is_whole);
    EXPECT_TRUE(chat.view->has_upload(ann.user, file).value());
    EXPECT_FALSE(chat.view->has_upload(bob.user, file).value());
    posted(ann, post(file));
    EXPECT_FALSE(chat.view->has_upload(ann.user, file).value());
    for (std::uint64_t seed = 2; seed <= 70; ++seed) posted(ann, post(whole(ann, content(seed, 1))));
    const auto first = chat.view->files(FileId{}).value();
    const auto second = chat.view->files(first.back().file).value();
    EXPECT_EQ(first.size(), 64U);
    EXPECT_EQ(second.size(), 6U);
    EXPECT_TRUE(chat.view->files(second.back().file).value().empty());
}

TEST_F(Files, AreThereAfterARestart) {
    const FileId file = whole(ann, content(1));
    const FileId other = begun(ann, content(2));
    posted(ann, post(file));
    const std::uint64_t digest = chat.state->digest();
    chat.view.reset();
    chat.state.reset();
    chat.state = std::make_unique<ChatState>(chat.path, nullptr, chat.limits);
    chat.view = View::open(chat.path, nullptr).value();
    EXPECT_EQ(chat.state->digest(), digest);
    EXPECT_TRUE(chat.messages(RoomId{1}).back().file);
    chat.run(Unnumbered{ConfirmFile{other, 1, {1, 2}}});
    posted(ann, post(other));
    pass(hour_ms + 10'000);
    EXPECT_EQ(files(), 2U);
}

// Rows that must not be there, whatever happened.
constexpr const char* contradictions[] = {
    "SELECT count(*) FROM files f WHERE f.uses = 0 OR f.uses <> (SELECT count(*) FROM uploads u WHERE u.file = f.file) + "
    "(SELECT count(*) FROM attachments a WHERE a.file = f.file)",
    "SELECT count(*) FROM uploads WHERE file NOT IN (SELECT file FROM files)",
    "SELECT count(*) FROM uploads u JOIN users w ON w.user = u.user WHERE w.deleted",
    "SELECT count(*) FROM uploads u, progress p WHERE u.until_ms <= p.active_ms",
    "SELECT count(*) FROM attachments WHERE file NOT IN (SELECT file FROM files WHERE is_whole)",
    "SELECT count(*) FROM file_totals WHERE bytes <> (SELECT coalesce(sum(size), 0) FROM files)",
    "SELECT count(*) FROM file_totals WHERE next_file <= (SELECT coalesce(max(file), 0) FROM files)",
    "SELECT count(*) FROM users w WHERE coalesce((SELECT bytes FROM file_quotas q WHERE q.user = w.user), 0) <> "
    "(SELECT coalesce(sum(f.size), 0) FROM uploads u JOIN files f ON f.file = u.file WHERE u.user = w.user) + "
    "(SELECT coalesce(sum(f.size), 0) FROM attachments a JOIN files f ON f.file = a.file WHERE a.author = w.user)",
    "SELECT count(*) FROM attachments a LEFT JOIN messages m ON m.room = a.room AND m.number = a.number "
    "WHERE m.number IS NULL OR m.deleted OR m.kind <> 15 OR m.author <> a.author",
    "SELECT count(*) FROM messages m WHERE m.kind = 15 AND NOT m.deleted AND m.room NOT IN (SELECT room FROM doomed_rooms) "
    "AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.room = m.room AND a.number = m.number)",
};

// What somebody may do with few contents, so that files are shared, posted twice, given up and gone.
class FileHistory {
public:
    explicit FileHistory(std::uint64_t seed) : random_(seed) {
        Limits limits;
        limits.upload_ms_max = 120'000;
        limits.all_file_bytes_max = 6 * chunk_bytes;
        limits.file_bytes_per_user_max = 8 * chunk_bytes;
        chat = std::make_unique<Chat>(limits);
        for (const char* name : {"Ann", "Bob", "Cem", "Dot"}) people_.push_back(chat->enrol(name));
        for (const char* room : {"one", "two"}) make_room(room);
    }
    void step() {
        Chat::Person& person = people_[draw(people_.size())];
        const std::uint64_t kind = draw(100);
        if (kind < 30) return begin(person);
        if (kind < 55) return confirm();
        if (kind < 85) return post(person);
        if (kind < 93) return remove_message();
        if (kind < 96) return void(chat->as(person, CancelUpload{file()}));
        if (kind < 99) return grow_older(draw(40) == 0 ? 40 : draw(4));
        chat->as(people_.front(), DeleteRoom{by_name("two")});
        make_room("two");
    }
    std::uint64_t posts = 0;
    std::unique_ptr<Chat> chat;

private:
    std::uint64_t draw(std::uint64_t below) { return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random_); }
    FileId file() { return known_.empty() ? FileId{1} : known_[draw(known_.size())]; }
    void make_room(const char* name) {
        chat->made_room(people_.front(), name);
        for (std::size_t i = 1; i < people_.size(); ++i) chat->as(people_[i], JoinRoom{by_name(name)});
    }
    void begin(Chat::Person& person) {
        const Result result = chat->as(person, content(draw(5) + 1, 1 + draw(2) * chunk_bytes));
        if (const auto* begun = std::get_if<UploadBegun>(&result)) known_.push_back(begun->file);
        if (known_.size() > 6) known_.erase(known_.begin());
    }
    void confirm() { chat->run(Unnumbered{ConfirmFile{file(), 1, {1}}}); }
    void post(Chat::Person& person) {
        const PostFile operation{by_name(draw(2) == 0 ? "one" : "two"), file(), "a", "", ""};
        const Result result = chat->as(person, operation);
        if (std::holds_alternative<Posted>(result)) ++posts;
    }
    void remove_message() {
        const char* const name = draw(2) == 0 ? "one" : "two";
        chat->as(people_.front(), DeleteMessage{by_name(name), 1 + draw(chat->room(people_.front(), by_name(name)).last)});
    }
    void grow_older(std::uint64_t slots) {
        const std::int64_t step = std::exchange(chat->step_ms, 5'000);
        for (std::uint64_t i = 0; i < slots; ++i) chat->apply({});
        chat->step_ms = step;
    }

    std::mt19937_64 random_;
    std::vector<Chat::Person> people_;
    std::vector<FileId> known_;
};

TEST(FileHistories, LeaveNoContradictions) {
    std::uint64_t posts = 0;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        FileHistory history(seed);
        for (int step = 1; step <= 600; ++step) {
            history.step();
            if (step % 25 != 0) continue;
            Connection connection(history.chat->path, nullptr, Connection::Use::reader);
            for (const char* sql : contradictions) ASSERT_EQ(connection.number(sql), 0U) << "seed " << seed << " step " << step << ": " << sql;
        }
        posts += history.posts;
    }
    EXPECT_GT(posts, 200U);
}

}  // namespace
}  // namespace parley::chat::testing
