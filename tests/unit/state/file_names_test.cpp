// Names and types of files come from strangers and end on other people's disks.
#include "chat/state/names.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

constexpr std::size_t bytes_max = 255;

TEST(FileName, TakesWhatNamesOneVisibleFile) {
    for (const char* name : {"a", "report 2026.pdf", ".profile", "a*b?.txt", "-rf", "смета.ods", "写真.jpg", "👍.png", "archive.tar.gz", "..a", "C:d"}) {
        EXPECT_FALSE(judge_file_name(name, bytes_max)) << name;
    }
    EXPECT_FALSE(judge_file_name(std::string(255, 'a'), bytes_max));
}

TEST(FileName, RefusesWhatLeadsElsewhereOrHides) {
    for (const char* name : {"", ".", "..", "...", "/etc/passwd", "a/b", "..\\a", "a\\b", " a", "a ", "a  b", "a\nb", "a\tb", "a\x1b[31mb", "a\x7f",
                             "photo\xE2\x80\xAEgnp.exe",        // right-to-left override
                             "a\xE2\x80\x8B.txt",               // zero width space
                             "a\xEF\xBB\xBF.txt",               // byte order mark
                             "a\xC2\xA0" "b",                   // no-break space
                             "a\xE2\x80\xA8" "b",               // line separator
                             "a\xF0\x9F\x98",                   // cut off
                             "a\xC0\xAF" "b",                   // a slash, too long
                             "a\xED\xA0\x80"}) {                // half a surrogate pair
        EXPECT_EQ(judge_file_name(name, bytes_max), Refusal::file_name_invalid) << name;
    }
    EXPECT_EQ(judge_file_name(std::string(256, 'a'), bytes_max), Refusal::file_name_invalid);
    EXPECT_EQ(judge_file_name(std::string_view{"a\0b", 3}, bytes_max), Refusal::file_name_invalid);
}

TEST(FileName, PlainOneIsTheNearestThatPasses) {
    EXPECT_EQ(plain_file_name("report.pdf", bytes_max), "report.pdf");
    EXPECT_EQ(plain_file_name("draft .pdf", bytes_max), "draft .pdf") << "what passes stays as it is";
    EXPECT_EQ(plain_file_name("\xE2\x80\x8EWhatsApp\xC2\xA0image \n 1.jpg", bytes_max), "WhatsApp image 1.jpg");
    EXPECT_EQ(plain_file_name("../../etc/passwd", bytes_max), "....etcpasswd");
    EXPECT_EQ(plain_file_name("photo\xE2\x80\xAEgnp.exe", bytes_max), "photognp.exe");
    EXPECT_EQ(plain_file_name("a\xFF\xFE.txt", bytes_max), "a.txt");
    for (const char* nothing : {"", ".", "..", "///", "  ", "\x01\x02", "\xFF"}) EXPECT_EQ(plain_file_name(nothing, bytes_max), "file");
}

TEST(FileName, PlainOneKeepsItsEndingWhenItIsCut) {
    EXPECT_EQ(plain_file_name(std::string(300, 'a') + ".jpeg", bytes_max), std::string(250, 'a') + ".jpeg");
    EXPECT_EQ(plain_file_name("a." + std::string(300, 'b'), bytes_max), ("a." + std::string(300, 'b')).substr(0, 255));
    const std::string cut = plain_file_name(std::string(254, 'a') + "\xF0\x9F\x91\x8D", bytes_max);
    EXPECT_EQ(cut, std::string(254, 'a')) << "no half characters";
}

// Whatever comes in, what comes out passes.
TEST(FileName, PlainOneAlwaysPasses) {
    std::uint64_t state = 1;
    for (int round = 0; round < 20'000; ++round) {
        std::string name;
        for (int i = 0; i < round % 40; ++i) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            const char* const some = "a. /\\\xE2\x80\xAE\xF0\x9F\xC2\xA0";
            name += round % 2 == 0 ? static_cast<char>(state >> 56U) : some[(state >> 33U) % 13];
        }
        const std::string plain = plain_file_name(name, 20);
        ASSERT_FALSE(judge_file_name(plain, 20)) << plain;
        ASSERT_EQ(plain_file_name(plain, 20), plain);
    }
}

TEST(FileType, IsAMediaTypeOrNothing) {
    for (const char* type : {"", "image/png", "application/vnd.oasis.opendocument.text", "image/svg+xml", "text/x-c"}) EXPECT_TRUE(is_file_type(type)) << type;
    for (const char* type : {"png", "/", "image/", "/png", "image/png/x", "Image/PNG", "image/png; charset=x", "image/ png", "a/\xD0\xB1", "a/b\n"}) {
        EXPECT_FALSE(is_file_type(type)) << type;
    }
    EXPECT_FALSE(is_file_type("a/" + std::string(126, 'b')));
}

}  // namespace
}  // namespace parley::chat
