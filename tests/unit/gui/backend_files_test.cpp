// Files of the window against real gateways: what is sent arrives byte by byte through breaks, what is refused says why, and what is fetched
// is where somebody wanted it.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "chat/files/content.hpp"
#include "net/asio/temporary_folder.hpp"
#include "tests/unit/gui/desk.hpp"

namespace parley::gui::testing {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

std::string content(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>((i / 257 + i * 13) & 0xFFU);
    return text;
}

std::string text_of(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

class BackendFiles : public ::testing::Test {
protected:
    void enter() {
        cluster.level = consensus::level_of_files;
        ann.downloads = bob.downloads = (folder / "downloads").string();
        for (Desk* desk : {&ann, &bob}) {
            desk->stop(sim::CrashKind::process_kill);
            desk->start();
            desk->enter();
        }
    }
    // As by kill -9, or by a power cut, and started again.
    static void restart(Desk& desk, sim::CrashKind kind = sim::CrashKind::process_kill) {
        desk.stop(kind);
        desk.start();
    }
    // Long enough under way that something of it is with a replica.
    bool is_half_sent() {
        return ann.until([&] { return !ann.model.selected()->sending().empty() && only(ann).carrying && only(ann).carrying->stage == Carrying::Stage::sending && only(ann).carrying->bytes > 0; });
    }
    // With a file or another, and not deleted.
    static std::size_t files_in(Desk& desk) {
        return static_cast<std::size_t>(std::ranges::count_if(desk.model.selected()->messages(), [](const auto& message) { return message.file && !message.deleted; }));
    }
    std::string fetched(std::uint64_t number) {
        fetch(number);
        EXPECT_TRUE(bob.until([&] { return standing(bob, number) != nullptr && !standing(bob, number)->path.empty(); }));
        return text_of(standing(bob, number)->path);
    }
    void send_picture(net::Bytes bytes) {
        SendFile wanted{ann.model.selected()->target(), ann.model.selected()->id(), ""};
        wanted.bytes = std::make_shared<const net::Bytes>(std::move(bytes));
        wanted.name = "picture.png";
        ann.backend->run(std::move(wanted));
    }
    std::string local_file(const std::string& name, const std::string& text) {
        const fs::path path = folder / name;
        std::ofstream{path, std::ios::binary} << text;
        return path.string();
    }
    void send(const std::string& path, const std::string& text = "") {
        SendFile wanted{ann.model.selected()->target(), ann.model.selected()->id(), path};
        wanted.text = text;
        ann.backend->run(std::move(wanted));
    }
    static const chat::RoomMessage* file_in(Desk& desk) {
        for (const auto& message : desk.model.selected()->messages()) {
            if (message.file && !message.deleted) return &message;
        }
        return nullptr;
    }
    static const Sending& only(Desk& desk) { return desk.model.selected()->sending().at(0); }
    // The first message with a file, as bob sees it.
    std::uint64_t arrived() {
        EXPECT_TRUE(bob.until([&] { return file_in(bob) != nullptr; }));
        return file_in(bob) == nullptr ? 0 : file_in(bob)->number;
    }
    const FileStanding* standing(Desk& desk, std::uint64_t number) { return desk.model.selected()->file(number); }
    void fetch(std::uint64_t number, const std::string& name = "") {
        bob.backend->run(FetchFile{bob.model.selected()->id(), number, (folder / "got").string(), name});
    }

    net::TemporaryFolder temporary{"gui-files"};
    const fs::path folder{temporary.path()};
    static constexpr std::size_t file_bytes_max = 8 * chat::chunk_bytes;
    static chat::Limits limits() {
        chat::Limits limits;
        limits.file_bytes_max = file_bytes_max;
        return limits;
    }

    Cluster cluster{3, 1, Cluster::test_options(), limits()};
    Desk ann{cluster, "ann", 1};
    Desk bob{cluster, "bob", 2};
};

TEST_F(BackendFiles, OneIsSentWithItsTextAndSavedByAnother) {
    enter();
    const std::string text = content(2 * chat::chunk_bytes + 77);
    send(local_file("tea.png", text), "the new kettle");
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->sending().empty(); }));
    EXPECT_EQ(only(ann).file->name, "tea.png");
    EXPECT_EQ(only(ann).file->size, text.size());
    const std::uint64_t number = arrived();
    EXPECT_EQ(file_in(bob)->text, "the new kettle");
    EXPECT_EQ(file_in(bob)->file->type, "image/png");
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().empty(); }));
    fetch(number);
    ASSERT_TRUE(bob.until([&] { return standing(bob, number) != nullptr && !standing(bob, number)->path.empty(); }));
    EXPECT_EQ(standing(bob, number)->path, (folder / "got/tea.png").string());
    EXPECT_EQ(text_of(standing(bob, number)->path), text);

    bob.stop(sim::CrashKind::process_kill);
    bob.start();
    bob.backend->run(LookAtFile{bob.model.selected()->id(), number, {chat::FileId{1}, text.size(), "tea.png", "image/png"}});
    ASSERT_NE(standing(bob, number), nullptr) << "where it is, is remembered";
    EXPECT_EQ(standing(bob, number)->path, (folder / "got/tea.png").string());
}

TEST_F(BackendFiles, OneGoesOnWhenReplicasComeBack) {
    enter();
    send(local_file("tea.bin", content(4 * chat::chunk_bytes)));
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->sending().empty() && only(ann).carrying && only(ann).carrying->stage == Carrying::Stage::sending; }));
    for (auto& replica : cluster.replicas) replica->kill();
    cluster.network.cut_all();
    cluster.clock.run_for(20s);
    ASSERT_EQ(ann.model.selected()->sending().size(), 1U);
    EXPECT_FALSE(only(ann).is_refused());
    for (auto& replica : cluster.replicas) replica->open();
    EXPECT_NE(arrived(), 0U);
}

TEST_F(BackendFiles, OneThatCannotBeReadIsRefusedInWordsAndItsTextStays) {
    enter();
    send((folder / "nothing.txt").string(), "as I said");
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->sending().empty() && only(ann).is_refused(); }));
    EXPECT_NE(only(ann).refusal.find("No such file"), std::string::npos);
    EXPECT_EQ(only(ann).text, "as I said");
    local_file("nothing.txt", "now it is there");
    ann.backend->run(RetryFile{only(ann).entry});
    EXPECT_NE(arrived(), 0U);
    EXPECT_EQ(file_in(bob)->text, "as I said");
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().empty(); }));
}

TEST_F(BackendFiles, WhatTheClusterDoesNotTakeSaysWhyAndCanBeThrownAway) {
    enter();
    send(local_file("vast.bin", content(file_bytes_max + 1)));
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->sending().empty() && only(ann).is_refused(); }));
    EXPECT_EQ(only(ann).refusal, chat::sentence(chat::Refusal::file_too_large));
    ann.backend->run(GiveUpFile{only(ann).entry});
    EXPECT_TRUE(ann.model.selected()->sending().empty());
}

TEST_F(BackendFiles, OneInARoomThatIsClosedIsRefusedAfterItCameThrough) {
    enter();
    ann.backend->run(MakeRoom{"workshop", false});
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->row().name == "workshop"; }));
    ann.backend->run(LookAfter{chat::ArchiveRoom{chat::ByRoom{ann.model.selected()->id()}, true}});
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->row().is_archived; }));
    send(local_file("tea.txt", "tea"));
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->sending().empty() && only(ann).is_refused(); }));
    EXPECT_EQ(only(ann).refusal, chat::sentence(chat::Refusal::room_archived));
    ann.backend->run(LookAfter{chat::ArchiveRoom{chat::ByRoom{ann.model.selected()->id()}, false}});
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->row().is_archived; }));
    ann.backend->run(RetryFile{only(ann).entry});
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().empty() && file_in(ann) != nullptr; }));
}

TEST_F(BackendFiles, OneThatIsGivenUpIsNotPosted) {
    enter();
    send(local_file("tea.bin", content(6 * chat::chunk_bytes)));
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->sending().empty() && only(ann).carrying && only(ann).carrying->stage == Carrying::Stage::sending; }));
    ann.backend->run(GiveUpFile{only(ann).entry});
    EXPECT_TRUE(ann.model.selected()->sending().empty());
    cluster.clock.run_for(20s);
    EXPECT_EQ(file_in(bob), nullptr);
}

TEST_F(BackendFiles, OneThatWasOnItsWayWhenTheWindowEndedGoesOnAndArrivesOnce) {
    enter();
    const std::string text = content(6 * chat::chunk_bytes + 5);
    send(local_file("tea.bin", text), "the new kettle");
    ASSERT_TRUE(is_half_sent());
    restart(ann);
    ASSERT_EQ(ann.model.selected()->sending().size(), 1U) << "it is shown before any replica answered";
    EXPECT_EQ(only(ann).text, "the new kettle");
    EXPECT_EQ(only(ann).file->name, "tea.bin");
    EXPECT_EQ(only(ann).file->size, text.size());
    EXPECT_TRUE(only(ann).carrying.has_value());
    const std::uint64_t number = arrived();
    EXPECT_EQ(file_in(bob)->text, "the new kettle");
    EXPECT_EQ(fetched(number), text);
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().empty(); }));
    restart(ann);
    cluster.clock.run_for(20s);
    EXPECT_TRUE(ann.model.selected()->sending().empty());
    EXPECT_EQ(files_in(bob), 1U);
}

// Every instant from its being sent to its message's being confirmed.
TEST_F(BackendFiles, WheneverTheWindowEndsItArrivesOnce) {
    enter();
    const std::string text = content(chat::chunk_bytes + 9);
    const std::string path = local_file("tea.bin", text);
    std::size_t sent = 0;
    for (auto pause = 0ms; pause < 600ms; pause += 10ms) {
        send(path, "once");
        cluster.clock.run_for(pause);
        restart(ann, pause % 20ms == 0ms ? sim::CrashKind::process_kill : sim::CrashKind::power_cut);
        ASSERT_TRUE(bob.until([&] { return files_in(bob) == sent + 1; })) << pause.count();
        ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().empty(); })) << pause.count();
        cluster.clock.run_for(3s);
        ASSERT_EQ(files_in(bob), ++sent) << pause.count();
    }
    EXPECT_TRUE(ann.store->uploads()->empty());
}

TEST_F(BackendFiles, APastedPictureGoesOnFromWhatWasKeptOfIt) {
    enter();
    const net::Bytes bytes(4 * chat::chunk_bytes + 5, std::byte{7});
    send_picture(bytes);
    ASSERT_TRUE(is_half_sent());
    restart(ann, sim::CrashKind::power_cut);
    ASSERT_EQ(ann.model.selected()->sending().size(), 1U);
    EXPECT_EQ(only(ann).file->size, bytes.size());
    const std::uint64_t number = arrived();
    EXPECT_EQ(fetched(number), std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().empty(); }));
    EXPECT_FALSE(ann.disk->exists(ann.store->folder() + "/upload-1"));
}

TEST_F(BackendFiles, OneThatChangedMeanwhileIsSaidAndRetriedAsItIsNow) {
    enter();
    const std::string path = local_file("tea.bin", content(6 * chat::chunk_bytes));
    send(path, "as I said");
    ASSERT_TRUE(is_half_sent());
    ann.stop(sim::CrashKind::process_kill);
    local_file("tea.bin", "another tea");
    ann.start();
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->sending().empty() && only(ann).is_refused(); }));
    EXPECT_EQ(only(ann).refusal, "the file changed after it was sent");
    restart(ann);
    ASSERT_TRUE(only(ann).is_refused()) << "it waits for what its sender decides";
    EXPECT_EQ(only(ann).text, "as I said");
    ann.backend->run(RetryFile{only(ann).entry});
    EXPECT_EQ(fetched(arrived()), "another tea");
    EXPECT_EQ(file_in(bob)->text, "as I said");
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().empty(); }));
}

TEST_F(BackendFiles, OneThatIsGoneIsSaidAndTheOthersGoOn) {
    enter();
    const std::string gone = local_file("gone.bin", content(6 * chat::chunk_bytes));
    send(gone, "lost");
    send(local_file("here.bin", content(6 * chat::chunk_bytes)));
    ASSERT_TRUE(is_half_sent());
    ann.stop(sim::CrashKind::process_kill);
    fs::remove(gone);
    ann.start();
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().size() == 1 && only(ann).is_refused(); }));
    EXPECT_NE(only(ann).refusal.find("No such file"), std::string::npos);
    arrived();
    EXPECT_EQ(file_in(bob)->file->name, "here.bin");
    ann.backend->run(GiveUpFile{only(ann).entry});
    EXPECT_TRUE(ann.model.selected()->sending().empty());
    restart(ann);
    cluster.clock.run_for(5s);
    EXPECT_TRUE(ann.model.selected()->sending().empty());
    EXPECT_EQ(files_in(bob), 1U);
}

TEST_F(BackendFiles, OneThatWasRefusedByTheClusterCanBeRetriedByTheNextWindow) {
    enter();
    ann.backend->run(MakeRoom{"workshop", false});
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->row().name == "workshop"; }));
    ann.backend->run(LookAfter{chat::ArchiveRoom{chat::ByRoom{ann.model.selected()->id()}, true}});
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->row().is_archived; }));
    const chat::RoomId room = ann.model.selected()->id();
    send_picture(net::Bytes(5000, std::byte{7}));
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->sending().empty() && only(ann).is_refused(); }));
    restart(ann);
    ann.changed |= ann.model.select(room);
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->sending().empty() && only(ann).is_refused(); }));
    EXPECT_EQ(only(ann).file->size, 5000U);
    ann.backend->run(LookAfter{chat::ArchiveRoom{chat::ByRoom{room}, false}});
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->row().is_archived; }));
    ann.backend->run(RetryFile{only(ann).entry});
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().empty() && file_in(ann) != nullptr; }));
    EXPECT_EQ(files_in(ann), 1U);
}

TEST_F(BackendFiles, WhoLogsOutLeavesNoneBehind) {
    enter();
    send_picture(net::Bytes(4 * chat::chunk_bytes, std::byte{7}));
    ASSERT_TRUE(is_half_sent());
    ann.backend->run(LogOut{});
    ASSERT_TRUE(ann.until([&] { return !ann.model.is_logged_in(); }));
    EXPECT_TRUE(ann.store->uploads()->empty());
    EXPECT_FALSE(ann.disk->exists(ann.store->folder() + "/upload-1"));
}

TEST_F(BackendFiles, ManyAtOnceAllArrive) {
    enter();
    for (int i = 0; i < 5; ++i) send(local_file("tea " + std::to_string(i) + ".txt", content(static_cast<std::size_t>(i) * 1000)));
    ASSERT_TRUE(bob.until([&] {
        return std::ranges::count_if(bob.model.selected()->messages(), [](const auto& message) { return message.file.has_value(); }) == 5;
    }));
    ASSERT_TRUE(ann.until([&] { return ann.model.selected()->sending().empty(); }));
}

TEST_F(BackendFiles, AFirstWordToSomebodyMayBeAFile) {
    enter();
    const chat::RoomId room = ann.model.conversation_with("bob");
    ann.changed |= ann.model.select(room);
    ann.backend->run(SendFile{ann.model.selected()->target(), std::nullopt, local_file("tea.txt", "tea")});
    ASSERT_TRUE(bob.until([&] { return bob.model.rooms().size() == 2; }));
    ASSERT_TRUE(ann.until([&] { return !ann.model.selected()->is_provisional() && ann.model.selected()->sending().empty(); }));
}

TEST_F(BackendFiles, APastedPictureNeedsNoFile) {
    enter();
    SendFile wanted{ann.model.selected()->target(), ann.model.selected()->id(), ""};
    wanted.bytes = std::make_shared<const net::Bytes>(5000, std::byte{7});
    wanted.name = "picture.png";
    ann.backend->run(std::move(wanted));
    const std::uint64_t number = arrived();
    EXPECT_EQ(file_in(bob)->file->size, 5000U);

    bob.backend->run(LookAtFile{bob.model.selected()->id(), number, *file_in(bob)->file});
    std::vector<PictureCame> pictures;
    ASSERT_TRUE(bob.until([&] { return !(pictures = bob.model.take_pictures()).empty(); }));
    ASSERT_NE(pictures.front().bytes, nullptr);
    EXPECT_EQ(*pictures.front().bytes, net::Bytes(5000, std::byte{7}));
    EXPECT_EQ(standing(bob, number), nullptr) << "it is shown, and kept nowhere";
}

TEST_F(BackendFiles, FetchingCanBeStoppedAndGoesOnWhereItWas) {
    enter();
    const std::string text = content(5 * chat::chunk_bytes);
    send(local_file("tea.bin", text));
    const std::uint64_t number = arrived();
    fetch(number);
    ASSERT_TRUE(bob.until([&] { return standing(bob, number) != nullptr && standing(bob, number)->bytes > 0; }));
    EXPECT_TRUE(standing(bob, number)->is_coming);
    bob.backend->run(StopFetching{bob.model.selected()->id(), number});
    EXPECT_EQ(*standing(bob, number), FileStanding{});
    EXPECT_FALSE(fs::exists(folder / "got/tea.bin"));
    fetch(number);
    ASSERT_TRUE(bob.until([&] { return !standing(bob, number)->path.empty(); }));
    EXPECT_EQ(text_of(standing(bob, number)->path), text);
}

TEST_F(BackendFiles, NothingTakesTheirPlaceAndWhatCannotBeWrittenIsSaid) {
    enter();
    send(local_file("tea.txt", "tea"));
    const std::uint64_t number = arrived();
    fs::create_directories(folder / "got");
    local_file("got/tea.txt", "mine");
    fetch(number);
    ASSERT_TRUE(bob.until([&] { return standing(bob, number) != nullptr && !standing(bob, number)->path.empty(); }));
    EXPECT_EQ(standing(bob, number)->path, (folder / "got/tea (2).txt").string());
    EXPECT_EQ(text_of((folder / "got/tea.txt").string()), "mine");
    bob.backend->run(FetchFile{bob.model.selected()->id(), number, (folder / "got/tea.txt").string(), ""});
    ASSERT_TRUE(bob.until([&] { return !standing(bob, number)->problem.empty(); }));
    EXPECT_EQ(standing(bob, number)->problem.find("cannot make the folder"), 0U) << standing(bob, number)->problem;
}

TEST_F(BackendFiles, WhereFilesGoIsToldForEachUser) {
    enter();
    EXPECT_EQ(ann.model.downloads(), (folder / "downloads/ann").string());
    EXPECT_EQ(bob.model.downloads(), (folder / "downloads/bob").string());
}

}  // namespace
}  // namespace parley::gui::testing
