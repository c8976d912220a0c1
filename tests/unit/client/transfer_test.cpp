// A file's way from one client to another: through restarts of replicas and clients, and never with a byte that is not the file's.
#include <algorithm>

#include <gtest/gtest.h>

#include "chat/client/download.hpp"
#include "chat/client/upload.hpp"
#include "tests/unit/gateway/cluster.hpp"

namespace parley::chat::testing {
namespace {

constexpr std::size_t size_of_three = 2 * chunk_bytes + 5'000;

net::Bytes content(std::uint8_t seed, std::size_t size) {
    net::Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>((i / 251 + i * 7 + seed) & 0xFFU);
    return bytes;
}

class Transfer : public ::testing::Test {
protected:
    Transfer() {
        cluster.level = consensus::level_of_files;
        ann.enter();
    }
    // What came of it, once it is known.
    struct Bringing {
        std::unique_ptr<Upload> upload;
        std::optional<net::Result<FileId>> result;
        std::vector<UploadProgress> progress;
        std::map<std::uint32_t, int> reads;
    };
    std::unique_ptr<Bringing> bring(Person& person, const net::Bytes& bytes) {
        auto bringing = std::make_unique<Bringing>();
        UploadSource source{bytes.size(), [bytes, told = bringing.get()](std::uint32_t place) -> net::Result<net::Bytes> {
            ++told->reads[place];
            const net::ByteView part = net::ByteView{bytes}.subspan(place * chunk_bytes, bytes_of_chunk(bytes.size(), place));
            return net::Bytes{part.begin(), part.end()};
        }};
        UploadEvents events{[told = bringing.get()](const UploadProgress& progress) { told->progress.push_back(progress); },
                            [told = bringing.get()](net::Result<FileId> result) { told->result = std::move(result); }};
        bringing->upload = std::make_unique<Upload>(*person.loop, *person.client, std::move(source), UploadOptions{}, std::move(events));
        bringing->upload->start();
        return bringing;
    }
    bool is_done(const Bringing& bringing) {
        return cluster.run_until([&] { return bringing.result.has_value(); });
    }
    struct Fetching {
        std::unique_ptr<Download> download;
        std::optional<net::Result<FileReport>> result;
        std::vector<DownloadProgress> progress;
        std::map<std::uint32_t, net::Bytes> chunks;
        std::set<std::uint32_t> fetched;
        bool is_full = false;
    };
    void fetch(Person& person, std::uint64_t number, Fetching& fetching) {
        DownloadSink sink;
        sink.open = [](const FileReport&) -> net::Result<void> { return {}; };
        sink.has = [&fetching](std::uint32_t place, const ChunkHash& name) -> net::Result<bool> {
            const auto found = fetching.chunks.find(place);
            return found != fetching.chunks.end() && hash_of_chunk(found->second) == name;
        };
        sink.put = [&fetching](std::uint32_t place, net::ByteView bytes) -> net::Result<void> {
            if (fetching.is_full) return net::Error{net::ErrorKind::full, "no room"};
            fetching.fetched.insert(place);
            fetching.chunks[place] = {bytes.begin(), bytes.end()};
            return {};
        };
        DownloadEvents events{[&fetching](const DownloadProgress& progress) { fetching.progress.push_back(progress); },
                              [&fetching](net::Result<FileReport> result) { fetching.result = std::move(result); }};
        fetching.result.reset();
        fetching.download = std::make_unique<Download>(*person.loop, *person.client, AskFile{Target{ByRoomName{"general"}}, number}, std::move(sink), std::move(events));
        fetching.download->start();
    }
    static net::Bytes together(const Fetching& fetching) {
        net::Bytes all;
        for (const auto& [place, bytes] : fetching.chunks) all.insert(all.end(), bytes.begin(), bytes.end());
        return all;
    }
    std::uint64_t post(Person& person, FileId file) {
        const net::Result<Answer> answer = person.submit_now(PostFile{Target{ByRoomName{"general"}}, file, "tea.png", "image/png", "", 0});
        EXPECT_TRUE(answer && std::holds_alternative<Posted>(answer->result));
        return answer && std::holds_alternative<Posted>(answer->result) ? std::get<Posted>(answer->result).number : 0;
    }

    Cluster cluster{3};
    Person ann{cluster, "ann", 1};
};

TEST_F(Transfer, BringsAFileAndAnotherFetchesIt) {
    const net::Bytes bytes = content(1, size_of_three);
    const auto bringing = bring(ann, bytes);
    ASSERT_TRUE(is_done(*bringing));
    ASSERT_TRUE(*bringing->result) << bringing->result->error().message;
    EXPECT_TRUE(std::ranges::is_sorted(bringing->progress, {}, [](const UploadProgress& each) { return std::pair{each.stage, each.bytes}; }));
    EXPECT_EQ(bringing->progress.back().bytes, size_of_three);
    const std::uint64_t number = post(ann, **bringing->result);
    Person bob(cluster, "bob", 2);
    bob.enter();
    Fetching fetching;
    fetch(bob, number, fetching);
    ASSERT_TRUE(cluster.run_until([&] { return fetching.result.has_value(); }));
    ASSERT_TRUE(*fetching.result) << fetching.result->error().message;
    EXPECT_EQ((*fetching.result)->file.name, "tea.png");
    EXPECT_EQ(together(fetching), bytes);
    EXPECT_EQ(fetching.progress.back().bytes, size_of_three);
}

TEST_F(Transfer, AnEmptyFileNeedsNoChunk) {
    const auto bringing = bring(ann, {});
    ASSERT_TRUE(is_done(*bringing));
    ASSERT_TRUE(*bringing->result);
    Fetching fetching;
    fetch(ann, post(ann, **bringing->result), fetching);
    ASSERT_TRUE(cluster.run_until([&] { return fetching.result.has_value(); }));
    EXPECT_TRUE(*fetching.result);
    EXPECT_TRUE(fetching.chunks.empty());
}

TEST_F(Transfer, WhatIsThereAlreadyIsNotSentAgain) {
    const net::Bytes bytes = content(1, size_of_three);
    const auto first = bring(ann, bytes);
    ASSERT_TRUE(is_done(*first));
    const auto again = bring(ann, bytes);
    ASSERT_TRUE(is_done(*again));
    EXPECT_EQ(**again->result, **first->result);
    for (const auto& [place, reads] : again->reads) EXPECT_EQ(reads, 1) << "to name it, and no more: " << place;
}

TEST_F(Transfer, GoesOnInANewProcessWithWhatIsMissing) {
    const net::Bytes bytes = content(1, size_of_three);
    auto bringing = bring(ann, bytes);
    ASSERT_TRUE(cluster.run_until([&] { return !bringing->progress.empty() && bringing->progress.back().stage == UploadProgress::Stage::sending && bringing->progress.back().bytes > 0; }));
    bringing->upload.reset();
    ann.kill(sim::CrashKind::process_kill);
    ann.options.servers = {ann.cluster.replicas[0]->address(), ann.cluster.replicas[1]->address(), ann.cluster.replicas[2]->address()};
    ann.start();
    bringing = bring(ann, bytes);
    ASSERT_TRUE(is_done(*bringing));
    EXPECT_TRUE(*bringing->result);
}

TEST_F(Transfer, StandsTheLossOfItsReplica) {
    const net::Bytes bytes = content(3, size_of_three);
    const auto bringing = bring(ann, bytes);
    ASSERT_TRUE(cluster.run_until([&] { return !bringing->progress.empty() && bringing->progress.back().stage == UploadProgress::Stage::sending; }));
    const std::string address = ann.client->connection().address;
    const auto its = std::ranges::find_if(cluster.replicas, [&](const auto& replica) { return replica->address() == address; });
    ASSERT_NE(its, cluster.replicas.end());
    (*its)->kill();
    ASSERT_TRUE(is_done(*bringing));
    ASSERT_TRUE(*bringing->result) << bringing->result->error().message;
    Fetching fetching;
    fetch(ann, post(ann, **bringing->result), fetching);
    ASSERT_TRUE(cluster.run_until([&] { return fetching.result.has_value(); }));
    EXPECT_EQ(together(fetching), bytes);
}

TEST_F(Transfer, ADownloadGoesOnWhereItWas) {
    const net::Bytes bytes = content(1, size_of_three);
    const auto bringing = bring(ann, bytes);
    ASSERT_TRUE(is_done(*bringing));
    const std::uint64_t number = post(ann, **bringing->result);
    Fetching fetching;
    fetching.chunks[0] = {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(chunk_bytes)};
    fetching.chunks[1] = net::Bytes(chunk_bytes);   // of a file that was damaged
    fetch(ann, number, fetching);
    ASSERT_TRUE(cluster.run_until([&] { return fetching.result.has_value(); }));
    EXPECT_TRUE(*fetching.result);
    EXPECT_EQ(fetching.fetched, (std::set<std::uint32_t>{1, 2}));
    EXPECT_EQ(together(fetching), bytes);
    fetching.chunks.clear();
    fetching.is_full = true;
    fetch(ann, number, fetching);
    ASSERT_TRUE(cluster.run_until([&] { return fetching.result.has_value(); }));
    ASSERT_FALSE(*fetching.result);
    EXPECT_EQ(fetching.result->error().message, "no room");
}

TEST_F(Transfer, AFileThatChangesMeanwhileIsNotSent) {
    int reads = 0;
    std::optional<net::Result<FileId>> result;
    UploadSource source{5'000, [&](std::uint32_t) -> net::Result<net::Bytes> { return content(static_cast<std::uint8_t>(++reads), 5'000); }};
    Upload upload(*ann.loop, *ann.client, std::move(source), {}, {{}, [&](net::Result<FileId> done) { result = std::move(done); }});
    upload.start();
    ASSERT_TRUE(cluster.run_until([&] { return result.has_value(); }));
    ASSERT_FALSE(*result);
    EXPECT_EQ(result->error().kind, net::ErrorKind::malformed);
    UploadSource shorter{5'000, [&](std::uint32_t) -> net::Result<net::Bytes> { return net::Bytes(4'999); }};
    result.reset();
    Upload cut(*ann.loop, *ann.client, std::move(shorter), {}, {{}, [&](net::Result<FileId> done) { result = std::move(done); }});
    cut.start();
    ASSERT_TRUE(cluster.run_until([&] { return result.has_value(); }));
    EXPECT_FALSE(*result);
}

TEST_F(Transfer, WhatIsGivenUpIsGoneFromTheCluster) {
    cluster.replicas[1]->kill();
    cluster.replicas[2]->kill();   // it cannot come to a quorum
    const auto bringing = bring(ann, content(1, 5'000));
    ASSERT_TRUE(cluster.run_until([&] { return !bringing->progress.empty() && bringing->progress.back().stage == UploadProgress::Stage::spreading; }));
    bringing->upload->cancel();
    ASSERT_TRUE(cluster.run_until([&] { return ann.client->unanswered() == 0; }));
    EXPECT_FALSE(cluster.replicas[0]->view->file(FileId{1}).value());
    EXPECT_FALSE(bringing->result);
}

TEST_F(Transfer, AnOlderClusterIsAskedNothingThatItDoesNotKnow) {
    cluster.level = consensus::FeatureLevel{5};
    const std::size_t before = cluster.log.size();
    const auto bringing = bring(ann, content(1, 5'000));
    ASSERT_TRUE(is_done(*bringing));
    ASSERT_FALSE(*bringing->result);
    EXPECT_EQ(bringing->result->error().kind, net::ErrorKind::refused);
    EXPECT_EQ(cluster.log.size(), before);
    Fetching fetching;
    fetch(ann, 1, fetching);
    ASSERT_TRUE(cluster.run_until([&] { return fetching.result.has_value(); }));
    EXPECT_FALSE(*fetching.result);
}

TEST_F(Transfer, MoreThanTheQuotaIsRefusedInASentence) {
    Cluster small(1, 1, Cluster::test_options(), [] {
        Limits limits;
        limits.file_bytes_per_user_max = 4'000;
        return limits;
    }());
    small.level = consensus::level_of_files;
    Person eve(small, "eve", 3);
    eve.enter();
    const auto bringing = bring(eve, content(1, 5'000));
    ASSERT_TRUE(small.run_until([&] { return bringing->result.has_value(); }));
    ASSERT_FALSE(*bringing->result);
    EXPECT_EQ(bringing->result->error().message, sentence(Refusal::quota_exceeded));
}

}  // namespace
}  // namespace parley::chat::testing
