// What a line that begins with a slash means, where it was typed.
#include <set>

#include <gtest/gtest.h>

#include "chat/client/slash_commands.hpp"

namespace parley::chat::testing {
namespace {

using Why = SlashRefused::Why;

SlashPlace in_room() {
    SlashPlace place;
    place.room = RoomId{7};
    place.last = 60;
    return place;
}

template <class Command>
Command meant(const std::string& line, const SlashPlace& place = in_room()) {
    const auto parsed = parse_slash(line, place);
    if (const auto* refused = std::get_if<SlashRefused>(&parsed)) {
        ADD_FAILURE() << line << ": " << sentence(*refused);
        return Command{};
    }
    return std::get<Command>(std::get<SlashCommand>(parsed));
}

template <class Done>
Done done(const std::string& line) { return std::get<Done>(meant<slash::Operate>(line).operation); }

std::string refusal(const std::string& line, const SlashPlace& place = in_room()) {
    const auto parsed = parse_slash(line, place);
    const auto* refused = std::get_if<SlashRefused>(&parsed);
    return refused == nullptr ? "" : sentence(*refused);
}

TEST(SlashCommands, OneSlashIsACommandAndTwoAreAText) {
    EXPECT_TRUE(is_slash_command("/help"));
    EXPECT_TRUE(is_slash_command("/"));
    EXPECT_FALSE(is_slash_command("//help"));
    EXPECT_FALSE(is_slash_command("a /help"));
    EXPECT_EQ(slash_text("//etc/passwd"), "/etc/passwd");
    EXPECT_EQ(slash_text("and/or"), "and/or");
    for (const char* text : {"/etc", "//", "plain", ""}) {
        EXPECT_FALSE(is_slash_command(slash_typed(text)));
        EXPECT_EQ(slash_text(slash_typed(text)), text);
    }
}

TEST(SlashCommands, RoomsAndPeople) {
    EXPECT_EQ(std::get<ByRoomName>(done<JoinRoom>("/join #tea party").room).name, "tea party");
    EXPECT_EQ(meant<slash::Operate>("/join #tea").show, "tea");
    EXPECT_TRUE(done<CreateRoom>("/create private #tea").is_private);
    EXPECT_EQ(done<CreateRoom>("/create private #tea").name, "tea");
    EXPECT_EQ(done<CreateRoom>("/create private").name, "private") << "a room may be called so";
    EXPECT_FALSE(done<CreateRoom>("/create private").is_private);
    EXPECT_EQ(std::get<ByRoom>(done<LeaveRoom>("/leave  ").room).room, RoomId{7});
    EXPECT_EQ(done<InviteToRoom>("/invite @bob").user, "bob");
    const auto talk = meant<slash::Talk>("/msg @ann,@bob hello\nboth");
    EXPECT_EQ(talk.names, (std::vector<std::string>{"ann", "bob"}));
    EXPECT_EQ(talk.text, "hello\nboth");
    EXPECT_EQ(meant<slash::Talk>("/msg bob").text, "");
    EXPECT_EQ(meant<slash::People>("/users a*").pattern, "a*");
    EXPECT_EQ(done<BlockUser>("/block @bob").user, "bob");
    EXPECT_EQ(done<UnblockUser>("/unblock bob").user, "bob");
    EXPECT_NO_FATAL_FAILURE(meant<slash::Blocked>("/blocked"));
    EXPECT_NO_FATAL_FAILURE(meant<slash::Quit>("/exit"));
}

TEST(SlashCommands, LookingAfterARoom) {
    EXPECT_EQ(done<KickMember>("/kick @bob").user, "bob");
    EXPECT_EQ(done<MuteMember>("/mute bob 5").for_ms, 300'000U);
    EXPECT_EQ(done<MuteMember>("/mute bob").for_ms, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(done<MuteMember>("/unmute bob").for_ms, 0U);
    EXPECT_EQ(done<SetRole>("/role bob read-only").role, Role::read_only);
    EXPECT_EQ(done<SetTopic>("/topic tea and cake").topic, "tea and cake");
    EXPECT_EQ(done<SetTopic>("/topic").topic, "");
    EXPECT_EQ(done<RenameRoom>("/rename #tea").name, "tea");
    EXPECT_TRUE(done<ArchiveRoom>("/archive").archived);
    EXPECT_FALSE(done<ArchiveRoom>("/unarchive").archived);
    EXPECT_EQ(done<SetNotify>("/notify none").level, Notify::nothing);
}

TEST(SlashCommands, MessagesByTheirNumber) {
    EXPECT_EQ(meant<slash::Reply>("/reply 57  so it is").text, "so it is");
    EXPECT_EQ(meant<slash::Reply>("/reply 57 so").number, 57U);
    EXPECT_EQ(done<EditMessage>("/edit 57 /etc\nis a folder").text, "/etc\nis a folder");
    EXPECT_EQ(done<DeleteMessage>("/delete 3").number, 3U);
    EXPECT_EQ(done<React>("/react 57 👍").emoji, "👍");
    EXPECT_EQ(done<MarkUnread>("/unread 57").number, 57U);
    EXPECT_EQ(meant<slash::GetFile>("/get 57").number, 57U);
    EXPECT_EQ(meant<slash::Day>("/day 2026-02-28").day, "2026-02-28");
    EXPECT_EQ(meant<slash::SendFile>("/file ~/a list.txt").path, "~/a list.txt");
}

TEST(SlashCommands, WhatIsWrongIsSaidWithWhatWouldBeRight) {
    EXPECT_EQ(refusal("/dance"), "There is no command /dance. To say a text that begins with a slash, type // there.");
    EXPECT_EQ(refusal("/"), "There is no command /. To say a text that begins with a slash, type // there.");
    EXPECT_EQ(refusal("/mute bob soon"), "Write it like this: /mute NAME [MINUTES]");
    EXPECT_EQ(refusal("/leave general"), "Nothing stands behind /leave.");
    for (const char* line : {"/kick", "/kick @", "/kick bob and ann", "/mute bob 0", "/mute bob -1", "/mute bob 99999999999", "/role bob king", "/role bob", "/notify loud", "/reply", "/reply 57",
                             "/reply x y", "/delete 0", "/delete 1 2", "/delete -1", "/react 57", "/day 2026-02-30", "/day", "/search", "/join", "/join #", "/create", "/file", "/get tea", "/msg", "/rename", "/block", "/unblock @"}) {
        EXPECT_TRUE(refusal(line).starts_with("Write it like this: ")) << line << ": " << refusal(line);
    }
    EXPECT_EQ(refusal("/pin 61"), sentence(Refusal::no_such_message));
    EXPECT_EQ(refusal("/react 61 👍"), sentence(Refusal::no_such_message));
}

TEST(SlashCommands, WhereTheyMakeNoSenseThatIsSaid) {
    SlashPlace nowhere;
    EXPECT_EQ(refusal("/leave", nowhere), "You are in no room yet: /join general, or /create NAME");
    EXPECT_EQ(refusal("/join tea", nowhere), "");
    EXPECT_EQ(refusal("/search tea", nowhere), "");
    SlashPlace direct = in_room();
    direct.is_direct = true;
    direct.role = Role::member;
    for (const char* line : {"/leave", "/kick bob", "/topic tea", "/archive", "/invite bob"}) {
        EXPECT_EQ(refusal(line, direct), slash_template(Why::only_in_rooms)) << line;
    }
    EXPECT_EQ(refusal("/pin 5", direct), "") << "in a conversation nobody has a role";
    direct.is_begun = false;
    EXPECT_EQ(refusal("/reply 5 tea", direct), slash_template(Why::not_begun));
    SlashPlace member = in_room();
    member.role = Role::member;
    for (const char* line : {"/kick bob", "/ban bob", "/mute bob", "/topic tea", "/pin 5", "/rename tea", "/role bob admin"}) EXPECT_EQ(refusal(line, member), sentence(Refusal::not_allowed)) << line;
    EXPECT_EQ(refusal("/edit 5 tea", member), "");
    member.role = Role::moderator;
    EXPECT_EQ(refusal("/kick bob", member), "");
    EXPECT_EQ(refusal("/archive", member), sentence(Refusal::not_allowed));
}

TEST(SlashCommands, EachIsListedOnceWithWhatItDoes) {
    std::set<std::string> words;
    for (const SlashWord& word : slash_words()) {
        EXPECT_TRUE(words.insert(word.word).second) << word.word;
        EXPECT_NE(std::string{word.does}, "") << word.word;
        EXPECT_NE(refusal("/" + std::string{word.word}).substr(0, 8), "There is") << word.word;
    }
    EXPECT_GT(words.size(), 30U);
}

}  // namespace
}  // namespace parley::chat::testing
