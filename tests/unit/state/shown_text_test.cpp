#include "chat/state/shown_text.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

TEST(ShownSize, IsRoundedDown) {
    EXPECT_EQ(shown_size(0), "0 bytes");
    EXPECT_EQ(shown_size(1), "1 byte");
    EXPECT_EQ(shown_size(1023), "1023 bytes");
    EXPECT_EQ(shown_size(1024), "1.0 KiB");
    EXPECT_EQ(shown_size((1U << 20U) - 1), "1023.9 KiB");
    EXPECT_EQ(shown_size(1'600'000), "1.5 MiB");
    EXPECT_EQ(shown_size(std::uint64_t{1} << 30U), "1.0 GiB");
    EXPECT_EQ(shown_size(UINT64_MAX), "16777215.9 TiB");
}

TEST(ShownText, NamesTheFileFirst) {
    RoomMessage message;
    message.text = "tea?";
    EXPECT_EQ(shown_text(message), "tea?");
    message.kind = MessageKind::file;
    message.file = MessageFile{FileId{1}, 1'600'000, "tea.png", "image/png"};
    EXPECT_EQ(shown_text(message), "[tea.png, 1.5 MiB, image/png] tea?");
    message.text.clear();
    message.file->type.clear();
    EXPECT_EQ(shown_text(message), "[tea.png, 1.5 MiB]");
    message.file.reset();
    EXPECT_EQ(shown_text(message), "") << "it was deleted";
}

}  // namespace
}  // namespace parley::chat
