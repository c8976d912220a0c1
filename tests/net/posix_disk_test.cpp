// PosixDisk on a real folder: durability calls, paths that try to leave it, locks, a full and a broken disk.
#include "net/asio/posix_disk.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "net/asio/asio_loop.hpp"

namespace parley::net {
namespace {

Bytes bytes_of(const std::string& text) {
    const auto view = std::as_bytes(std::span{text});
    return {view.begin(), view.end()};
}

std::string text_at(File& file, std::uint64_t offset, std::size_t size) {
    Bytes bytes(size);
    const auto got = file.read(offset, bytes);
    EXPECT_TRUE(got.has_value());
    std::string text;
    for (std::size_t i = 0; i < *got; ++i) text += std::to_integer<char>(bytes[i]);
    return text;
}

class PosixDiskTest : public testing::TestWithParam<bool> {
protected:
    PosixDiskTest() {
        std::string pattern = testing::TempDir() + "parley-disk-XXXXXX";
        root = ::mkdtemp(pattern.data());
        disk = std::make_unique<PosixDisk>(loop, root, PosixDiskOptions{GetParam()});
    }
    ~PosixDiskTest() override {
        disk.reset();
        std::filesystem::remove_all(root);
    }
    std::shared_ptr<File> make(const std::string& path) { return disk->open(path, OpenMode::create_new).value(); }
    Result<void> write_and_sync(const std::shared_ptr<File>& file, std::uint64_t offset, const std::vector<SharedBytes>& buffers) {
        Result<void> result = Error{};
        disk->write_and_sync(file, offset, buffers, [&](Result<void> answer) {
            result = std::move(answer);
            loop.stop();
        });
        loop.run();
        return result;
    }

    AsioLoop loop;
    std::string root;
    std::unique_ptr<PosixDisk> disk;
};
INSTANTIATE_TEST_SUITE_P(SyncOn, PosixDiskTest, testing::Bool(),
                         [](const auto& run) { return run.param ? "callers_thread" : "own_thread"; });

// Whole blocks, an end that is none, memory that begins anywhere, and a place that is no block's beginning: always the same bytes.
TEST_P(PosixDiskTest, PastTheCacheTheBytesAreTheSame) {
    Bytes content(3 * 4'096 + 100);
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::byte>(i * 7 + i / 256);
    int number = 0;
    for (const std::size_t size : {std::size_t{1}, std::size_t{4'096}, std::size_t{2 * 4'096}, 3 * std::size_t{4'096} + 99}) {
        for (const std::size_t from : {std::size_t{0}, std::size_t{1}}) {
            for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{4'096}, std::uint64_t{10}}) {
                const auto file = disk->open("chunk" + std::to_string(++number), OpenMode::create_uncached).value();
                const ByteView bytes = ByteView{content}.subspan(from, size);
                ASSERT_TRUE(file->write(offset, bytes));
                ASSERT_TRUE(file->sync());
                EXPECT_EQ(file->size().value(), offset + size);
                Bytes back(size);
                EXPECT_EQ(file->read(offset, back).value(), size);
                EXPECT_TRUE(std::ranges::equal(back, bytes)) << size << " bytes at " << offset << " from " << from;
                ASSERT_TRUE(write_and_sync(file, offset + size, {share(Bytes(5, std::byte{9}))}));
                EXPECT_EQ(file->size().value(), offset + size + 5);
            }
        }
    }
    EXPECT_EQ(disk->open("chunk1", OpenMode::create_uncached).error().kind, ErrorKind::exists);
}

TEST_P(PosixDiskTest, ReadsBackWhatWasWritten) {
    const auto file = make("log");
    ASSERT_TRUE(file->write(4, bytes_of("four")).has_value());
    EXPECT_EQ(file->size().value(), 8U);
    EXPECT_EQ(text_at(*file, 4, 100), "four");       // fewer at the end of the file
    EXPECT_EQ(text_at(*file, 0, 4), std::string(4, '\0'));
    EXPECT_EQ(text_at(*file, 100, 4), "");
    ASSERT_TRUE(file->truncate(6).has_value());
    EXPECT_EQ(text_at(*file, 4, 100), "fo");
    ASSERT_TRUE(file->sync().has_value());
    ASSERT_TRUE(file->drop_cache().has_value());
    EXPECT_EQ(text_at(*file, 4, 2), "fo");
}

TEST_P(PosixDiskTest, OpenModesMeanWhatTheySay) {
    EXPECT_EQ(disk->open("log", OpenMode::read_write).error().kind, ErrorKind::not_found);
    EXPECT_EQ(disk->open("log", OpenMode::read_only).error().kind, ErrorKind::not_found);
    make("log");
    EXPECT_EQ(disk->open("log", OpenMode::create_new).error().kind, ErrorKind::exists);
    const auto reader = disk->open("log", OpenMode::read_only).value();
    EXPECT_FALSE(reader->write(0, bytes_of("x")).has_value());
}

TEST_P(PosixDiskTest, NamesAreMadeMovedListedAndRemoved) {
    ASSERT_TRUE(disk->make_directory("a/b/c").has_value());
    ASSERT_TRUE(disk->make_directory("a/b/c").has_value());
    make("a/b/two");
    make("a/b/one");
    ASSERT_TRUE(disk->sync_directory("a/b").has_value());
    ASSERT_TRUE(disk->sync_directory("").has_value());
    EXPECT_EQ(disk->list("a/b").value(), (std::vector<std::string>{"c", "one", "two"}));
    ASSERT_TRUE(disk->rename("a/b/one", "three").has_value());
    EXPECT_TRUE(disk->exists("three"));
    EXPECT_FALSE(disk->exists("a/b/one"));
    ASSERT_TRUE(disk->remove("a/b/two").has_value());
    ASSERT_TRUE(disk->remove("a/b/c").has_value());
    EXPECT_TRUE(disk->list("a/b").value().empty());
    EXPECT_EQ(disk->remove("a/b/two").error().kind, ErrorKind::not_found);
    EXPECT_EQ(disk->list("none").error().kind, ErrorKind::not_found);
    EXPECT_EQ(disk->make_directory("three").error().kind, ErrorKind::not_found);   // a file has that name
    EXPECT_EQ(disk->native_path("a/b"), root + "/a/b");
    EXPECT_EQ(disk->counters().directory_syncs.load(), 2U);
}

TEST_P(PosixDiskTest, RefusesPathsThatLeadOut) {
    std::filesystem::create_directory_symlink("/tmp", root + "/out");
    std::filesystem::create_symlink("/etc/hostname", root + "/hostname");
    ASSERT_TRUE(disk->make_directory("in").has_value());
    make("file");
    for (const std::string path : {"../x", "in/../../x", "/etc/hostname", "out/x", "hostname", ".."}) {
        SCOPED_TRACE(path);
        EXPECT_EQ(disk->open(path, OpenMode::read_only).error().kind, ErrorKind::refused);
        EXPECT_FALSE(disk->exists(path));
    }
    for (const std::string path : {"../x", "in/../../x", "/tmp/x", "out/x", "..", "in/..", ""}) {
        SCOPED_TRACE(path);
        EXPECT_EQ(disk->open(path, OpenMode::create_new).has_value(), false);
        EXPECT_EQ(disk->rename("file", path).error().kind, ErrorKind::refused);
        EXPECT_EQ(disk->remove(path).error().kind, ErrorKind::refused);
        EXPECT_EQ(disk->make_directory(path).error().kind, ErrorKind::refused);
    }
    EXPECT_TRUE(disk->exists("file"));
    EXPECT_FALSE(std::filesystem::exists("/tmp/x"));
    EXPECT_TRUE(disk->open("in/../file", OpenMode::read_only).has_value());   // out of "in", not out of the root
}

TEST_P(PosixDiskTest, WritesManyBuffersOneBehindTheOtherAndSyncsOnce) {
    const auto file = make("log");
    std::vector<SharedBytes> buffers;
    std::string all;
    for (int i = 0; i < 300; ++i) {
        const std::string part(static_cast<std::size_t>(i), static_cast<char>('a' + i % 26));   // one of them empty
        all += part;
        buffers.push_back(share(bytes_of(part)));
    }
    ASSERT_TRUE(write_and_sync(file, 10, buffers).has_value());
    EXPECT_EQ(text_at(*file, 10, all.size() + 1), all);
    EXPECT_EQ(disk->counters().syncs.load(), 1U);
    EXPECT_EQ(disk->counters().bytes_written.load(), all.size());
}

TEST_P(PosixDiskTest, WritesToOneFileEndInTheOrderGiven) {
    const auto file = make("log");
    std::vector<int> order;
    for (int i = 0; i < 200; ++i) {
        disk->write_and_sync(file, static_cast<std::uint64_t>(i % 3), {share(bytes_of(std::to_string(i)))}, [&, i](const Result<void>& result) {
            EXPECT_TRUE(result.has_value());
            order.push_back(i);
            if (i == 199) loop.stop();
        });
    }
    EXPECT_TRUE(order.empty());   // answers come on the Loop, never inside the call
    loop.run();
    ASSERT_EQ(order.size(), 200U);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
    EXPECT_EQ(text_at(*file, 1, 3), "199");
    EXPECT_LE(disk->counters().syncs.load(), 200U);
}

TEST_P(PosixDiskTest, AFullDiskIsSaidAndStaysAFailure) {
    // A limit on the file's size is the full disk that needs no privileges.
    std::signal(SIGXFSZ, SIG_IGN);
    const auto file = make("log");
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = 1000;
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto direct = file->write(900, bytes_of(std::string(200, 'x')));   // 100 fit: a short write, then the error
    const auto later = write_and_sync(file, 1000, {share(bytes_of("y"))});
    ::setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(direct.error().kind, ErrorKind::full);
    EXPECT_EQ(later.error().kind, ErrorKind::full);
    EXPECT_EQ(file->size().value(), 1000U);
    // The same pages are never tried again: the file stays failed although there is room now.
    EXPECT_EQ(write_and_sync(file, 0, {share(bytes_of("z"))}).error().kind, ErrorKind::full);
}

TEST_P(PosixDiskTest, OneHolderOfAFolderAtATime) {
    auto held = disk->lock("");
    ASSERT_TRUE(held.has_value());
    PosixDisk second(loop, root, PosixDiskOptions{GetParam()});
    const auto refused = second.lock("");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::refused);
    EXPECT_NE(refused.error().message.find(std::to_string(::getpid())), std::string::npos) << refused.error().message;
    held->reset();
    EXPECT_TRUE(second.lock("").has_value());
}

TEST_P(PosixDiskTest, ALockEndsWithItsProcess) {
    const pid_t child = ::fork();
    if (child == 0) {
        // exec would keep it too: only death may end it.
        auto held = disk->lock("");
        ::_exit(held.has_value() && !disk->lock("").has_value() ? 7 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 7);
    EXPECT_TRUE(disk->lock("").has_value());
}

TEST(PosixDisk, ARootThatIsNotThereIsASentence) {
    AsioLoop loop;
    try {
        const PosixDisk disk(loop, "/nonexistent/folder");
        FAIL() << "opened a folder that does not exist";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("/nonexistent/folder"), std::string::npos);
    }
}

TEST(PosixDisk, AnErrorOfTheDeviceIsAnAnswer) {
    // /dev/full: every write fails with ENOSPC, as the device itself says it.
    AsioLoop loop;
    PosixDisk disk(loop, "/dev", PosixDiskOptions{true});
    const auto file = disk.open("full", OpenMode::read_write);
    if (!file) GTEST_SKIP() << "no /dev/full here";
    const std::string text = "x";
    EXPECT_EQ((*file)->write(0, std::as_bytes(std::span{text})).error().kind, ErrorKind::full);
}

}  // namespace
}  // namespace parley::net
