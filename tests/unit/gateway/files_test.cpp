// Files through a gateway, chunk by chunk: who may bring which, who is given which, and what a client that lies gets.
#include <algorithm>

#include "tests/unit/gateway/raw_client.hpp"

namespace parley::chat::testing {
namespace {

constexpr const char* first = "replica-1";
constexpr std::size_t rest = 3'000;

Target room(const std::string& name) { return Target{ByRoomName{name}}; }

// Of several chunks; all differ with the seed.
class Content {
public:
    explicit Content(std::uint8_t seed, std::size_t size = chunk_bytes + rest) : bytes_(size) {
        for (std::size_t i = 0; i < size; ++i) bytes_[i] = static_cast<std::byte>((i / 251 + i * 7 + seed) & 0xFFU);
    }
    [[nodiscard]] net::Bytes chunk(std::uint32_t place) const {
        const net::ByteView part = net::ByteView{bytes_}.subspan(place * chunk_bytes, bytes_of_chunk(bytes_.size(), place));
        return {part.begin(), part.end()};
    }
    [[nodiscard]] BeginUpload upload() const {
        BeginUpload upload{bytes_.size(), {}};
        for (std::uint32_t place = 0; place < chunks_of(bytes_.size()); ++place) upload.chunks.push_back(hash_of_chunk(chunk(place)));
        return upload;
    }

private:
    net::Bytes bytes_;
};

class GatewayFilesTest : public ::testing::Test {
protected:
    GatewayFilesTest() {
        cluster.level = consensus::level_of_files;
        ann.enrol("ann");
    }
    static FileId begin(RawClient& client, const Content& content) {
        const Answer answer = client.submit(content.upload());
        const auto* begun = std::get_if<UploadBegun>(&answer.result);
        EXPECT_NE(begun, nullptr);
        return begun != nullptr ? begun->file : FileId{};
    }
    static UploadReport upload_of(RawClient& client, FileId file) {
        const Payload answer = client.answer(AskUpload{file});
        const auto* report = std::get_if<UploadReport>(&answer);
        EXPECT_NE(report, nullptr) << answer.index();
        return report != nullptr ? *report : UploadReport{};
    }
    static bool send(RawClient& client, FileId file, const Content& content, std::uint32_t place) {
        return std::holds_alternative<Okay>(client.answer(SendChunk{file, place, content.chunk(place)}));
    }
    // Until it is on a quorum.
    FileId bring(RawClient& client, const Content& content) {
        const FileId file = begin(client, content);
        for (const std::uint32_t place : upload_of(client, file).missing) EXPECT_TRUE(send(client, file, content, place));
        for (int i = 0; i < 100 && !upload_of(client, file).is_whole; ++i) cluster.clock.run_for(50ms);
        EXPECT_TRUE(upload_of(client, file).is_whole);
        return file;
    }
    // The number of the message.
    std::uint64_t post(RawClient& client, const std::string& where, const Content& content) {
        const Answer answer = client.submit(PostFile{room(where), bring(client, content), "tea.png", "image/png", "look", 0});
        const auto* posted = std::get_if<Posted>(&answer.result);
        EXPECT_NE(posted, nullptr);
        return posted != nullptr ? posted->number : 0;
    }
    // Asks again while the replica fetches it.
    Payload fetch(RawClient& client, const AskFileChunk& question) {
        Payload answer = client.answer(question);
        for (int i = 0; i < 20 && std::holds_alternative<Failure>(answer) && std::get<Failure>(answer).retry_after_ms > 0; ++i) {
            cluster.clock.run_for(net::Duration{std::chrono::milliseconds{std::get<Failure>(answer).retry_after_ms}});
            answer = client.answer(question);
        }
        return answer;
    }
    [[nodiscard]] std::size_t chunks_on(std::uint64_t node) { return cluster.replicas[node - 1]->chunks->chunks().size(); }

    Cluster cluster{3};
    RawClient ann{cluster, first};
};

TEST_F(GatewayFilesTest, AFileGoesInAndComesOutOfAnyReplica) {
    const Content content(1);
    const FileId file = begin(ann, content);
    EXPECT_EQ(upload_of(ann, file).missing, (std::vector<std::uint32_t>{0, 1}));
    EXPECT_TRUE(send(ann, file, content, 1));
    EXPECT_EQ(upload_of(ann, file).missing, (std::vector<std::uint32_t>{0}));
    EXPECT_EQ(chunks_on(2), 0U);
    const std::uint64_t number = post(ann, "general", content);
    RawClient bob(cluster, "replica-3");
    bob.enrol("bob");
    const Payload answer = bob.answer(AskFile{room("general"), number}, cluster.log.size());
    const auto* report = std::get_if<FileReport>(&answer);
    ASSERT_NE(report, nullptr);
    EXPECT_EQ(report->file, (MessageFile{file, chunk_bytes + rest, "tea.png", "image/png"}));
    EXPECT_EQ(report->chunks, content.upload().chunks);
    for (const std::uint32_t place : {0U, 1U}) {
        const Payload chunk = fetch(bob, AskFileChunk{room("general"), number, place});
        ASSERT_TRUE(std::holds_alternative<FileChunk>(chunk)) << place;
        EXPECT_EQ(std::get<FileChunk>(chunk).bytes, content.chunk(place));
    }
    EXPECT_EQ(failed(bob.answer(AskFileChunk{room("general"), number, 2})), Failure::Kind::not_found);
}

TEST_F(GatewayFilesTest, AreRefusedWhereTheClusterDoesNotKnowThem) {
    cluster.level = consensus::FeatureLevel{5};
    for (const Question& question : std::vector<Question>{AskUpload{FileId{1}}, SendChunk{FileId{1}, 0, {std::byte{1}}}, AskFile{room("general"), 1}, AskFileChunk{room("general"), 1, 0}}) {
        EXPECT_EQ(failed(ann.answer(question)), Failure::Kind::refused) << question.index();
        RawClient nobody(cluster, first);
        EXPECT_EQ(failed(nobody.answer(question)), Failure::Kind::unauthenticated) << question.index();
    }
}

TEST_F(GatewayFilesTest, NoChunkIsTakenThatTheStateDoesNotSpeakOf) {
    const Content content(1);
    const Content other(2);
    RawClient eve(cluster, first);
    eve.enrol("eve");
    const FileId file = begin(ann, content);
    EXPECT_EQ(failed(eve.answer(SendChunk{file, 0, content.chunk(0)})), Failure::Kind::not_found) << "another user's";
    EXPECT_EQ(failed(eve.answer(AskUpload{file})), Failure::Kind::not_found);
    EXPECT_EQ(failed(ann.answer(SendChunk{FileId{99}, 0, content.chunk(0)})), Failure::Kind::not_found);
    EXPECT_EQ(failed(ann.answer(SendChunk{file, 2, content.chunk(0)})), Failure::Kind::malformed);
    EXPECT_EQ(failed(ann.answer(SendChunk{file, 0, content.chunk(1)})), Failure::Kind::malformed) << "another length";
    EXPECT_EQ(failed(ann.answer(SendChunk{file, 0, {}})), Failure::Kind::malformed);
    EXPECT_EQ(failed(ann.answer(SendChunk{file, 0, other.chunk(0)})), Failure::Kind::malformed) << "another content";
    EXPECT_EQ(chunks_on(1), 0U);
    EXPECT_TRUE(send(ann, file, content, 0));
    ann.submit(CancelUpload{file});
    EXPECT_EQ(failed(ann.answer(SendChunk{file, 1, content.chunk(1)})), Failure::Kind::not_found) << "it was given up";
}

TEST_F(GatewayFilesTest, OnlyWhoMayReadTheMessageIsGivenItsFile) {
    ann.submit(CreateRoom{"secret", true});
    const Content content(1, rest);
    const std::uint64_t number = post(ann, "secret", content);
    RawClient eve(cluster, first);
    eve.enrol("eve");
    EXPECT_EQ(failed(eve.answer(AskFile{room("secret"), number})), Failure::Kind::not_found);
    EXPECT_EQ(failed(eve.answer(AskFileChunk{room("secret"), number, 0})), Failure::Kind::not_found);
    EXPECT_TRUE(std::holds_alternative<FileChunk>(ann.answer(AskFileChunk{room("secret"), number, 0})));
    EXPECT_EQ(failed(ann.answer(AskFileChunk{room("secret"), 1, 0})), Failure::Kind::not_found) << "that message has none";
    EXPECT_EQ(failed(ann.answer(AskFileChunk{room("secret"), 99, 0})), Failure::Kind::not_found);
    ann.submit(DeleteMessage{room("secret"), number});
    EXPECT_EQ(failed(ann.answer(AskFileChunk{room("secret"), number, 0})), Failure::Kind::not_found) << "the file went with the message";
}

TEST_F(GatewayFilesTest, ALinkHasAFewChunksOnTheirWayAndNoMore) {
    const Content content(1, 6 * chunk_bytes);
    const FileId file = begin(ann, content);
    cluster.replicas[0]->worker->held = true;
    std::vector<std::uint64_t> ids;
    for (std::uint32_t place = 0; place < 6; ++place) ids.push_back(ann.ask(SendChunk{file, place, content.chunk(place)}));
    cluster.clock.run_for(100ms);
    // Three fit beside each other into what the requests of a link may take; what is fetched ends with the fourth.
    for (std::size_t i = 0; i < 3; ++i) EXPECT_FALSE(ann.answer_to(ids[i])) << i;
    for (std::size_t i = 3; i < 6; ++i) {
        ASSERT_TRUE(ann.answer_to(ids[i])) << i;
        EXPECT_EQ(failed(*ann.answer_to(ids[i])), Failure::Kind::overloaded);
    }
    cluster.replicas[0]->worker->held = false;
    cluster.replicas[0]->worker->release();
    EXPECT_TRUE(cluster.run_until([&] { return std::ranges::all_of(ids, [&](std::uint64_t id) { return ann.answer_to(id).has_value(); }); }));
    EXPECT_EQ(upload_of(ann, file).missing, (std::vector<std::uint32_t>{3, 4, 5}));
    EXPECT_TRUE(send(ann, file, content, 4));
}

TEST_F(GatewayFilesTest, ALinkThatEndsWhileItsChunksAreWrittenHarmsNobody) {
    const Content content(1, rest);
    const FileId file = begin(ann, content);
    RawClient second(cluster, first);
    ASSERT_TRUE(std::holds_alternative<Identity>(second.answer(Authenticate{ann.token})));
    cluster.replicas[0]->worker->held = true;
    second.ask(SendChunk{file, 0, content.chunk(0)});
    cluster.clock.run_for(100ms);
    second.wire->cut();
    cluster.clock.run_for(100ms);
    cluster.replicas[0]->worker->held = false;
    cluster.replicas[0]->worker->release();
    cluster.clock.run_for(100ms);
    EXPECT_TRUE(upload_of(ann, file).missing.empty()) << "what came counts, whoever brought it";
}

// A chunk that waited for a slot would be kept in memory for as long.
TEST_F(GatewayFilesTest, AChunkWaitsForNothing) {
    const Content content(1, rest);
    const FileId file = begin(ann, content);
    const std::uint64_t id = ann.ask(SendChunk{file, 0, content.chunk(0)}, cluster.log.size() + 10);
    cluster.clock.run_for(50ms);
    ASSERT_TRUE(ann.answer_to(id));
    EXPECT_EQ(failed(*ann.answer_to(id)), Failure::Kind::overloaded);
    const std::uint64_t fresh = ann.ask(SendChunk{file, 0, content.chunk(0)}, 0, true);
    cluster.set_leader(false);
    cluster.clock.run_for(100ms);
    EXPECT_TRUE(ann.answer_to(fresh)) << "there is nothing to be fresh about";
}

TEST_F(GatewayFilesTest, NothingElseMayBeSoLong) {
    std::vector<UserId> users(40'000, UserId{1});
    EXPECT_EQ(failed(ann.answer(WatchPresence{std::move(users)})), Failure::Kind::malformed);
    EXPECT_FALSE(ann.closed);
    BeginUpload longest{std::uint64_t{1} << 30U, {}};
    longest.chunks.resize(1024);
    EXPECT_TRUE(std::holds_alternative<UploadBegun>(ann.submit(longest).result)) << "the list of the largest file's chunks is not";
}

TEST_F(GatewayFilesTest, WithoutRoomNoChunkIsTaken) {
    const Content content(1, rest);
    const FileId file = begin(ann, content);
    cluster.replicas[0]->has_room = false;
    const Payload refused = ann.answer(SendChunk{file, 0, content.chunk(0)});
    ASSERT_EQ(failed(refused), Failure::Kind::overloaded);
    EXPECT_EQ(std::get<Failure>(refused).retry_after_ms, 1000U);
    EXPECT_EQ(chunks_on(1), 0U);
    cluster.replicas[0]->gateway->room_changed(Room::nowhere);
    EXPECT_EQ(failed(ann.answer(SendChunk{file, 0, content.chunk(0)})), Failure::Kind::overloaded);
    cluster.replicas[0]->gateway->room_changed(Room::ample);
    cluster.replicas[0]->has_room = true;
    EXPECT_TRUE(send(ann, file, content, 0));
}

TEST_F(GatewayFilesTest, WhoseReplicaDiesGoesOnAtAnother) {
    const Content content(1, 3 * chunk_bytes);
    const FileId file = begin(ann, content);
    EXPECT_TRUE(send(ann, file, content, 0));
    const std::uint64_t slot = cluster.log.size();
    cluster.replicas[0]->kill();
    RawClient again(cluster, "replica-2");
    ASSERT_TRUE(std::holds_alternative<Identity>(again.answer(Authenticate{ann.token}, slot)));
    again.session = ann.session;
    again.next_number = ann.next_number;
    EXPECT_EQ(upload_of(again, file).missing.size(), 3U) << "the first chunk was on the one that died";
    EXPECT_EQ(bring(again, content), file) << "a renewed intent of the same file";
}

TEST_F(GatewayFilesTest, AChunkThatIsNotHereIsFetchedForWhoAsks) {
    const Content content(1, rest);
    const std::uint64_t number = post(ann, "general", content);
    ASSERT_TRUE(cluster.run_until([&] { return chunks_on(1) == 1 && chunks_on(2) == 1 && chunks_on(3) == 1; }));
    cluster.replicas[0]->chunks->remove(content.upload().chunks);
    const Payload elsewhere = ann.answer(AskFileChunk{room("general"), number, 0});
    EXPECT_EQ(failed(elsewhere), Failure::Kind::overloaded);
    EXPECT_GT(std::get<Failure>(elsewhere).retry_after_ms, 0U);
    EXPECT_TRUE(std::holds_alternative<FileChunk>(fetch(ann, AskFileChunk{room("general"), number, 0})));
}

TEST_F(GatewayFilesTest, EveryFlipAndTruncationOfAChunkIsAnsweredOrClosed) {
    const Content content(1, 40);
    const FileId file = begin(ann, content);
    const net::Bytes whole = net::encode(ClientRequest{9, 0, SendChunk{file, 0, content.chunk(0)}});
    for (std::size_t i = 0; i < whole.size(); ++i) {
        RawClient client(cluster, first);
        client.answer(Authenticate{ann.token});
        net::Bytes flipped = whole;
        flipped[i] ^= std::byte{0x40};
        const std::size_t before = client.heard.size();
        client.send(net::encode_frame({static_cast<std::uint16_t>(FrameType::client_request), 0, 0}, flipped));
        EXPECT_TRUE(cluster.run_until([&] { return client.closed || client.heard.size() > before; })) << i;
        RawClient cut(cluster, first);
        cut.send(net::encode_frame({static_cast<std::uint16_t>(FrameType::client_request), 0, 0}, net::ByteView{whole}.first(i)));
        EXPECT_TRUE(cluster.run_until([&] { return cut.closed; })) << i;
    }
    for (const ChunkHash& chunk : cluster.replicas[0]->chunks->chunks()) EXPECT_EQ(chunk, content.upload().chunks[0]);
}

}  // namespace
}  // namespace parley::chat::testing
