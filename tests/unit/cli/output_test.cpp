// What is printed: JSON that parses, text that cannot steer a terminal, columns.
#include "chat/cli/output.hpp"

#include <gtest/gtest.h>

#include "chat/cli/exit.hpp"

namespace parley::chat {
namespace {

TEST(JsonLine, KeepsTheOrderAndEscapes) {
    JsonLine line;
    line.text("a", "q\" b\\ n\n t\t e\x1b").number("b", std::uint64_t{18446744073709551615U}).flag("c", true).null("d")
        .texts("e", {"x", "y"}).decimals("f", {1.5, 2}).decimal("g", 0.25);
    EXPECT_EQ(line.str(),
              "{\"a\":\"q\\\" b\\\\ n\\n t\\t e\\u001b\",\"b\":18446744073709551615,\"c\":true,\"d\":null,\"e\":[\"x\",\"y\"],"
              "\"f\":[1.500,2.000],\"g\":0.250}");
    EXPECT_EQ(JsonLine{}.str(), "{}");
}

RoomMessage message_of(MessageKind kind, const std::string& text) {
    RoomMessage message;
    message.number = 57;
    message.slot = 100;
    message.time_ms = 5;
    message.kind = kind;
    message.author_name = "ada";
    message.text = text;
    return message;
}

TEST(MessageJson, HasTheKeysScriptsRelyOn) {
    EXPECT_EQ(message_json("general", message_of(MessageKind::text, "hi")).str(),
              "{\"message\":\"general/57\",\"room\":\"general\",\"number\":57,\"slot\":100,\"time_ms\":5,\"kind\":\"text\","
              "\"from\":\"ada\",\"text\":\"hi\",\"deleted\":false,\"edits\":0,\"reply_to\":0,\"thread\":0,\"replies\":0,"
              "\"pinned\":false,\"reactions\":[]}");
    RoomMessage busy = message_of(MessageKind::text, "hi");
    busy.reactions = {{"👍", 2, true}};
    EXPECT_NE(message_json("general", busy).str().find("\"reactions\":[{\"emoji\":\"👍\",\"count\":2,\"mine\":true}]"), std::string::npos);
}

TEST(ChangeJson, SaysWhatHappenedToWhichMessage) {
    const MessageChange deleted{RoomId{1}, 4, 57, ChangeKind::deleted, UserId{1}, "ada", 5, {}, 0, 9};
    EXPECT_EQ(change_json("general", deleted).str(),
              "{\"change\":\"deleted\",\"of\":\"general/57\",\"room\":\"general\",\"number\":57,\"by\":\"ada\",\"time_ms\":5,"
              "\"deleted\":\"general/57\",\"deleted_number\":57}");
    MessageChange edited = deleted;
    edited.kind = ChangeKind::edited;
    edited.text = "new";
    EXPECT_NE(change_json("general", edited).str().find("\"text\":\"new\""), std::string::npos);
    EXPECT_TRUE(one_line("general", edited).ends_with("-- ada changed it to: new"));
    edited.kind = ChangeKind::reacted;
    edited.text = "👍";
    edited.count = 3;
    EXPECT_TRUE(one_line("general", edited).ends_with("-- ada reacted 👍 (3)"));
}

TEST(OneLine, ShowsWhatBelongsToAMessage) {
    RoomMessage message = message_of(MessageKind::text, "hi");
    message.edits = 1;
    message.reply_to = 3;
    message.replies = 2;
    message.pinned = true;
    message.reactions = {{"👍", 2, false}};
    EXPECT_TRUE(one_line("general", message).ends_with("ada (to 3): hi  (edited)  👍 2  ↳ 2  (pinned)")) << one_line("general", message);
}

TEST(OneLine, ShowsTheFileOfAMessage) {
    RoomMessage message = message_of(MessageKind::file, "tea?");
    message.file = MessageFile{FileId{3}, 1'600'000, "tea.png", "image/png"};
    EXPECT_TRUE(one_line("general", message).ends_with("ada: [tea.png, 1.5 MiB, image/png] tea?")) << one_line("general", message);
    const std::string json = message_json("general", message).str();
    EXPECT_NE(json.find("\"kind\":\"file\""), std::string::npos);
    EXPECT_NE(json.find("\"file\":{\"file\":3,\"name\":\"tea.png\",\"size\":1600000,\"type\":\"image/png\"}"), std::string::npos) << json;
}

TEST(OneLine, ShowsNameTimeAuthorAndText) {
    const std::string line = one_line("general", message_of(MessageKind::text, "one\ntwo"));
    EXPECT_TRUE(line.starts_with("general/57  ")) << line;
    EXPECT_TRUE(line.ends_with("ada: one\n    two")) << line;
}

TEST(OneLine, ShowsDeletedAndSystemMessages) {
    RoomMessage deleted = message_of(MessageKind::text, "");
    deleted.deleted = true;
    EXPECT_TRUE(one_line("general", deleted).ends_with("ada: (deleted)"));
    EXPECT_TRUE(one_line("general", message_of(MessageKind::joined, "")).ends_with("-- ada joined the room"));
    EXPECT_TRUE(one_line("general", message_of(MessageKind::invited, "bob")).ends_with("-- ada brought bob into the room"));
}

TEST(SystemText, SaysWhatHappenedInTheRoom) {
    EXPECT_EQ(system_text(message_of(MessageKind::role_changed, "read-only Bob Smith")), "ada made Bob Smith read-only");
    EXPECT_EQ(system_text(message_of(MessageKind::topic_changed, "")), "ada removed the topic");
    EXPECT_EQ(system_text(message_of(MessageKind::banned, "bob")), "ada banned bob from the room");
    for (std::uint8_t kind = 0; kind <= static_cast<std::uint8_t>(greatest(MessageKind{})); ++kind) {
        const RoomMessage message = message_of(static_cast<MessageKind>(kind), "x");
        EXPECT_EQ(system_text(message).starts_with("ada "), !is_written(message.kind)) << int{kind};
    }
}

TEST(UnreadLine, SaysHowManyAndFromWhom) {
    UnreadRow row;
    row.room.name = "general";
    row.room.last = 12;
    row.room.read = 2;
    row.senders = {{UserId{1}, "ada", 7}, {UserId{2}, "bob", 3}};
    EXPECT_EQ(unread_line(row), "general  10 unread  from ada 7, bob 3");
    row.room.mentions = 2;
    row.room.is_direct = true;
    EXPECT_EQ(unread_line(row), "@general  10 unread, 2 of them to you  from ada 7, bob 3");
    EXPECT_EQ(unread_json(row).str(), "{\"room\":\"@general\",\"unread\":10,\"read\":2,\"last\":12,\"mentions\":2,"
                                      "\"senders\":[{\"name\":\"ada\",\"messages\":7},{\"name\":\"bob\",\"messages\":3}]}");
}

TEST(Harmless, RemovesWhatSteersATerminal) {
    EXPECT_EQ(harmless("a\x1b[2Jb"), "a\xEF\xBF\xBD[2Jb");
    EXPECT_EQ(harmless("a\xC2\x9b" "b"), "a\xEF\xBF\xBD" "b");
    EXPECT_EQ(harmless("a\x7f"), "a\xEF\xBF\xBD");
    EXPECT_EQ(harmless("grün\n\t🙂"), "grün\n\t🙂");
}

TEST(Table, AlignsColumnsByCharacters) { EXPECT_EQ(table({{"ä", "x"}, {"bbb", "y"}}), "ä    x\nbbb  y"); }

TEST(ExitCode, TellsUnreachableFromRefused) {
    EXPECT_EQ(exit_of({net::ErrorKind::timed_out, ""}), Exit::unreachable);
    EXPECT_EQ(exit_of({net::ErrorKind::unreachable, ""}), Exit::unreachable);
    EXPECT_EQ(exit_of({net::ErrorKind::untrusted, ""}), Exit::refused);
    EXPECT_EQ(exit_of({net::ErrorKind::refused, ""}), Exit::refused);
}

}  // namespace
}  // namespace parley::chat
