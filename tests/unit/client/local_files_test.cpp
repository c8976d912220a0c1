// Files of this machine: what may be sent, and that a fetched one neither escapes its folder nor takes anything's place, and goes on where it stopped.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "chat/client/files/file_words.hpp"
#include "chat/client/files/kept_file.hpp"
#include "chat/client/files/local_file.hpp"
#include "net/asio/temporary_folder.hpp"

namespace parley::chat {
namespace {

namespace fs = std::filesystem;

net::Bytes content(std::size_t size) {
    net::Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>((i / 253 + i * 11) & 0xFFU);
    return bytes;
}

net::Bytes part_of(const net::Bytes& bytes, std::uint32_t place) {
    const net::ByteView part = net::ByteView{bytes}.subspan(place * chunk_bytes, bytes_of_chunk(bytes.size(), place));
    return {part.begin(), part.end()};
}

FileReport report_of(const net::Bytes& bytes, const std::string& name) {
    FileReport report{MessageFile{FileId{1}, bytes.size(), name, ""}, {}};
    for (std::uint32_t place = 0; place < chunks_of(bytes.size()); ++place) report.chunks.push_back(hash_of_chunk(part_of(bytes, place)));
    return report;
}

std::string text_of(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

class LocalFiles : public ::testing::Test {
protected:
    fs::path in(const std::string& name) const { return fs::path{folder.path()} / name; }
    void write(const std::string& name, const std::string& text) const { std::ofstream{in(name), std::ios::binary} << text; }
    std::string why_not(const std::string& path) const {
        const auto file = LocalFile::open(path);
        return file ? "it may be sent" : file.error().message;
    }
    // Everything, as a download does it.
    std::string keep(const net::Bytes& bytes, const KeptPlace& place) const {
        const FileReport report = report_of(bytes, place.name);
        auto kept = KeptFile::open(report, place);
        if (!kept) return kept.error().message;
        for (std::uint32_t i = 0; i < report.chunks.size(); ++i) {
            const bool is_there = (*kept)->has(i, report.chunks[i]).value();
            EXPECT_TRUE(is_there || (*kept)->put(i, part_of(bytes, i)));
        }
        const auto path = (*kept)->finish();
        return path ? *path : path.error().message;
    }
    std::size_t entries() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator{folder.path()}, {})); }

    net::TemporaryFolder folder{"local-files"};
};

TEST(FileWords, HostileNamesAreHarmlessOnDisk) {
    EXPECT_EQ(name_on_disk("tea.png"), "tea.png");
    EXPECT_EQ(name_on_disk("Überraschung (2).txt"), "Überraschung (2).txt");
    for (const char* name : {"../../etc/passwd", "..", ".", "", "/", ".bashrc", "-rf", "a\nb", "\x1b[2J.txt", "\\\\server\\share", "   "}) {
        const std::string plain = name_on_disk(name);
        EXPECT_FALSE(plain.empty()) << name;
        EXPECT_EQ(plain.find('/'), std::string::npos) << name;
        EXPECT_NE(plain.front(), '.') << name;
        EXPECT_NE(plain.front(), '-') << name;
        for (const char c : plain) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << name;
    }
    const std::string cut = name_on_disk(std::string(5'000, 'x') + ".png");
    EXPECT_LE(cut.size(), 200U);
    EXPECT_TRUE(cut.ends_with(".png"));
}

TEST(FileWords, NumbersAndTypesGoByTheEnding) {
    EXPECT_EQ(numbered_name("tea.png", 2), "tea (2).png");
    EXPECT_EQ(numbered_name("README", 3), "README (3)");
    EXPECT_EQ(type_of_file("tea.PNG"), "image/png");
    EXPECT_EQ(type_of_file("tea.tar.gz"), "application/gzip");
    EXPECT_EQ(type_of_file("README"), "");
    EXPECT_EQ(type_of_file(".png"), "");
    EXPECT_EQ(type_of_file("tea."), "");
}

TEST_F(LocalFiles, OnlyOrdinaryFilesAreSent) {
    EXPECT_NE(why_not(in("nothing")).find("No such file"), std::string::npos);
    EXPECT_NE(why_not(folder.path()).find("is a folder"), std::string::npos);
    ASSERT_EQ(::mkfifo(in("pipe").c_str(), 0600), 0);
    EXPECT_NE(why_not(in("pipe")).find("no ordinary file"), std::string::npos) << "and it must not wait for a writer";
    EXPECT_NE(why_not("/dev/null").find("no ordinary file"), std::string::npos);
}

TEST_F(LocalFiles, AFileIsReadInChunks) {
    const net::Bytes bytes = content(chunk_bytes + 10);
    write("a.png", std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));   // NOLINT: bytes are bytes
    const auto file = LocalFile::open(in("a.png"));
    ASSERT_TRUE(file);
    EXPECT_EQ(file->name(), "a.png");
    EXPECT_EQ(file->type(), "image/png");
    EXPECT_EQ(file->size(), bytes.size());
    UploadSource source = file->source();
    EXPECT_EQ(source.read(0).value(), part_of(bytes, 0));
    EXPECT_EQ(source.read(1).value(), part_of(bytes, 1));
    fs::resize_file(in("a.png"), 5);
    EXPECT_EQ(source.read(1).value().size(), 0U) << "the upload sees that it is short";
}

TEST_F(LocalFiles, AFetchedFileAppearsWhenItIsWhole) {
    const net::Bytes bytes = content(2 * chunk_bytes + 7);
    const FileReport report = report_of(bytes, "a");
    {
        const auto kept = KeptFile::open(report, {folder.path(), "a", false});
        ASSERT_TRUE(kept);
        EXPECT_FALSE((*kept)->has(0, report.chunks[0]).value());
        ASSERT_TRUE((*kept)->put(2, part_of(bytes, 2)));
        EXPECT_FALSE(fs::exists(in("a")));
        EXPECT_NE(KeptFile::open(report, {folder.path(), "a", false}).error().message.find("another process"), std::string::npos);
    }
    // Another process goes on.
    const auto kept = KeptFile::open(report, {folder.path(), "a", false});
    ASSERT_TRUE(kept);
    EXPECT_TRUE((*kept)->has(2, report.chunks[2]).value());
    EXPECT_FALSE((*kept)->has(0, report.chunks[0]).value());
    ASSERT_TRUE((*kept)->put(0, part_of(bytes, 0)));
    ASSERT_TRUE((*kept)->put(1, part_of(bytes, 1)));
    EXPECT_EQ((*kept)->finish().value(), in("a"));
    const std::string text = text_of(in("a"));
    EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span{text}), bytes));
    EXPECT_EQ(entries(), 1U) << "nothing is left of the attempt";
}

TEST_F(LocalFiles, NothingIsOverwritten) {
    const net::Bytes bytes = content(500);
    write("tea.png", "mine");
    EXPECT_NE(keep(bytes, {folder.path(), "tea.png", false}).find("another name"), std::string::npos);
    EXPECT_EQ(keep(bytes, {folder.path(), "tea.png", true}), in("tea (2).png"));
    EXPECT_EQ(text_of(in("tea.png")), "mine");
    fs::create_symlink("/nonexistent/target", in("link"));
    EXPECT_NE(keep(bytes, {folder.path(), "link", false}).find("another name"), std::string::npos);
    EXPECT_EQ(keep(bytes, {folder.path(), "link", true}), in("link (2)"));
}

TEST_F(LocalFiles, WhatIsThereAlreadyIsNotFetchedAgain) {
    const net::Bytes bytes = content(500);
    ASSERT_EQ(keep(bytes, {folder.path(), "a", false}), in("a"));
    const auto again = KeptFile::open(report_of(bytes, "a"), {folder.path(), "a", false});
    ASSERT_TRUE(again);
    EXPECT_TRUE((*again)->was_there());
    EXPECT_EQ((*again)->finish().value(), in("a"));
    EXPECT_EQ(entries(), 1U);
}

TEST_F(LocalFiles, TheHiddenNameIsNobodyElses) {
    const net::Bytes bytes = content(500);
    ASSERT_EQ(keep(bytes, {in("first"), "a", false}), in("first/a"));
    // Where the bytes would gather lies a link to something that is not ours.
    write("victim", "precious");
    const FileReport report = report_of(bytes, "a");
    std::string part;
    {
        const auto kept = KeptFile::open(report, {in("second"), "a", false});
        ASSERT_TRUE(kept);
        part = fs::directory_iterator{in("second")}->path();
    }
    fs::remove(part);
    fs::create_symlink(in("victim"), part);
    EXPECT_FALSE(KeptFile::open(report, {in("second"), "a", false}));
    EXPECT_EQ(text_of(in("victim")), "precious");
}

TEST_F(LocalFiles, AnEmptyFileIsAFile) {
    EXPECT_EQ(keep({}, {folder.path(), "empty", false}), in("empty"));
    EXPECT_EQ(fs::file_size(in("empty")), 0U);
    const auto file = LocalFile::open(in("empty"));
    ASSERT_TRUE(file);
    EXPECT_EQ(file->size(), 0U);
}

}  // namespace
}  // namespace parley::chat
