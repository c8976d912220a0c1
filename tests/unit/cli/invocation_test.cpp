// The command line: every command, every option, and for every mistake a sentence with exit code 2.
#include "chat/cli/invocation.hpp"

#include <gtest/gtest.h>

namespace parley::chat {
namespace {

using Words = std::vector<std::string>;

Invocation understood(const Words& words, const std::string& profile = "") {
    auto result = parse_arguments(words, profile);
    if (const auto* stop = std::get_if<Stop>(&result)) throw std::runtime_error("not understood: " + stop->text);
    return std::get<Invocation>(result);
}

template <class Command>
Command command_of(const Words& words) {
    return std::get<Command>(understood(words).command);
}

// The sentence of a mistake; fails the test if there is none or the code is not 2.
std::string mistake_of(const Words& words) {
    const auto result = parse_arguments(words, "");
    const auto* stop = std::get_if<Stop>(&result);
    if (stop == nullptr) {
        ADD_FAILURE() << "was accepted";
        return "";
    }
    EXPECT_EQ(stop->code, 2);
    return stop->text;
}

TEST(CommandLine, HelpAndVersionAreNoMistakes) {
    const auto help = std::get<Stop>(parse_arguments({"--help"}, ""));
    EXPECT_EQ(help.code, 0);
    for (const char* command : {"up", "status", "verify", "register", "send", "tail", "chat"}) {
        EXPECT_NE(help.text.find(command), std::string::npos) << command;
    }
    const auto version = std::get<Stop>(parse_arguments({"--version"}, ""));
    EXPECT_EQ(version.code, 0);
    EXPECT_TRUE(version.text.starts_with("parley "));
}

TEST(CommandLine, WithoutACommandSaysWhatToDo) { EXPECT_NE(mistake_of({}).find("parley --help"), std::string::npos); }
TEST(CommandLine, UnknownCommandIsAMistake) { EXPECT_NE(mistake_of({"frobnicate"}).find("frobnicate"), std::string::npos); }
TEST(CommandLine, UnknownOptionIsAMistake) { EXPECT_NE(mistake_of({"status", "--frob"}).find("--frob"), std::string::npos); }

TEST(CommandLine, GlobalOptionsStandBeforeOrBehindTheCommand) {
    for (const Words& words : {Words{"--servers", "a:1,b:2", "--json", "--timeout", "2.5", "--profile", "work", "--ca", "x.pem", "--tls", "on", "status"},
                               Words{"status", "--servers", "a:1,b:2", "--json", "--timeout", "2.5", "--profile", "work", "--ca", "x.pem", "--tls", "on"}}) {
        const auto options = understood(words).options;
        EXPECT_EQ(options.servers, (Words{"a:1", "b:2"}));
        EXPECT_TRUE(options.json);
        EXPECT_EQ(options.timeout, std::chrono::milliseconds{2500});
        EXPECT_EQ(options.profile, "work");
        EXPECT_EQ(options.ca, "x.pem");
        EXPECT_EQ(options.tls, true);
    }
}

TEST(CommandLine, ProfileComesFromTheEnvironmentUnlessNamed) {
    EXPECT_EQ(understood({"status"}).options.profile, "default");
    EXPECT_EQ(understood({"status"}, "second").options.profile, "second");
    EXPECT_EQ(understood({"status", "--profile", "third"}, "second").options.profile, "third");
}

TEST(CommandLine, ProfileCannotLeaveItsFolder) {
    for (const char* name : {"../x", "a/b", ".hidden", ".", ".."}) {
        EXPECT_NE(mistake_of({"--profile", name, "status"}).find("profile"), std::string::npos) << name;
    }
}

TEST(CommandLine, BadGlobalValuesAreMistakes) {
    EXPECT_NE(mistake_of({"--servers", "nowhere", "status"}).find("HOST:PORT"), std::string::npos);
    EXPECT_NE(mistake_of({"--tls", "maybe", "status"}).find("on or off"), std::string::npos);
    EXPECT_NE(mistake_of({"--timeout", "0", "status"}).find("seconds"), std::string::npos);
    EXPECT_NE(mistake_of({"--timeout", "-3", "status"}).find("seconds"), std::string::npos);
    mistake_of({"--timeout", "soon", "status"});
}

TEST(CommandLine, Up) {
    const auto plain = command_of<UpCommand>({"up"});
    EXPECT_FALSE(plain.replicas);
    EXPECT_FALSE(plain.base_port);
    EXPECT_EQ(plain.data, "./.parley");
    EXPECT_EQ(plain.listen, "127.0.0.1");
    EXPECT_FALSE(plain.with_parent);
    const auto full = command_of<UpCommand>({"up", "--replicas", "5", "--data", "/d", "--base-port", "9000", "--listen", "0.0.0.0", "--with-parent"});
    EXPECT_EQ(full.replicas, 5U);
    EXPECT_EQ(full.data, "/d");
    EXPECT_EQ(full.base_port, 9000);
    EXPECT_EQ(full.listen, "0.0.0.0");
    EXPECT_TRUE(full.with_parent);
    EXPECT_NE(mistake_of({"up", "--replicas", "4"}).find("3 or 5"), std::string::npos);
    mistake_of({"up", "--base-port", "70000"});
    mistake_of({"up", "extra"});
}

TEST(CommandLine, Accounts) {
    const auto made = command_of<RegisterCommand>({"register", "ada", "--password-file", "/p"});
    EXPECT_EQ(made.name, "ada");
    EXPECT_EQ(made.password.file, "/p");
    EXPECT_TRUE(command_of<LogInCommand>({"login", "ada", "--password-stdin"}).password.standard_input);
    EXPECT_FALSE(command_of<LogOutCommand>({"logout"}).everywhere);
    EXPECT_TRUE(command_of<LogOutCommand>({"logout", "--all"}).everywhere);
    command_of<WhoAmICommand>({"whoami"});
    EXPECT_EQ(command_of<UsersCommand>({"users", "a*"}).pattern, "a*");
    EXPECT_EQ(command_of<UsersCommand>({"users"}).pattern, "");
    EXPECT_TRUE(command_of<DeleteAccountCommand>({"delete-account", "--yes"}).yes);
    EXPECT_FALSE(command_of<DeleteAccountCommand>({"delete-account", "--yes"}).with_texts);
    EXPECT_TRUE(command_of<DeleteAccountCommand>({"delete-account", "--erase-texts"}).with_texts);
    EXPECT_NE(mistake_of({"register"}).find("parley register NAME"), std::string::npos);
    EXPECT_NE(mistake_of({"login"}).find("parley login NAME"), std::string::npos);
    EXPECT_NE(mistake_of({"login", "ada", "--password-stdin", "--password-file", "p"}).find("not both"), std::string::npos);
}

TEST(CommandLine, NoPasswordIsTakenAsAnArgument) {
    mistake_of({"login", "ada", "--password", "secret"});
    mistake_of({"login", "ada", "secret"});
}

TEST(CommandLine, Rooms) {
    const auto room = command_of<RoomCreateCommand>({"room", "create", "#den", "--private"});
    EXPECT_EQ(room.name, "den");
    EXPECT_TRUE(room.is_private);
    command_of<RoomListCommand>({"room", "list"});
    EXPECT_EQ(to_text(command_of<RoomJoinCommand>({"room", "join", "den"}).room), "den");
    EXPECT_EQ(to_text(command_of<RoomLeaveCommand>({"room", "leave", "#den"}).room), "den");
    EXPECT_EQ(to_text(command_of<RoomMembersCommand>({"room", "members", "den"}).room), "den");
    EXPECT_EQ(command_of<RoomInviteCommand>({"room", "invite", "den", "@bob"}).user, "bob");
    EXPECT_NE(mistake_of({"room", "join"}).find("parley room join general"), std::string::npos);
    EXPECT_NE(mistake_of({"room", "join", "@ada"}).find("name one room"), std::string::npos);
    EXPECT_NE(mistake_of({"room", "invite", "den"}).find("parley room invite"), std::string::npos);
    mistake_of({"room"});
    mistake_of({"room", "create", "@ada"});
}

TEST(CommandLine, Send) {
    const auto send = command_of<SendCommand>({"send", "general", "hello there"});
    EXPECT_EQ(to_text(send.target), "general");
    EXPECT_EQ(send.text, "hello there");
    EXPECT_EQ(command_of<SendCommand>({"send", "@ada", "-"}).text, "-");
    EXPECT_EQ(to_text(command_of<SendCommand>({"send", "#general", "x"}).target), "general");
}

TEST(CommandLine, SendSaysWhatIsMissing) {
    EXPECT_NE(mistake_of({"send"}).find("#general"), std::string::npos);
    EXPECT_NE(mistake_of({"send", "general"}).find("needs a text"), std::string::npos);
    EXPECT_NE(mistake_of({"send", "general", "two", "words"}).find("'two words'"), std::string::npos);
}

TEST(CommandLine, TextsAreTakenAsTheyAre) {
    for (const char* text : {"status", "[a,b]", "{}", "%%", "", " ", "a=b", "🙂"}) {
        EXPECT_EQ(command_of<SendCommand>({"send", "general", text}).text, text);
    }
    EXPECT_EQ(command_of<SendCommand>({"send", "general", "--", "-5 degrees"}).text, "-5 degrees");
}

TEST(CommandLine, HistoryAndTail) {
    const auto history = command_of<HistoryCommand>({"history", "@ada", "--before", "9", "--limit", "3"});
    EXPECT_EQ(to_text(history.target), "@ada");
    EXPECT_EQ(history.before, 9U);
    EXPECT_EQ(history.limit, 3U);
    EXPECT_EQ(command_of<HistoryCommand>({"history", "general", "--after", "4"}).after, 4U);
    EXPECT_NE(mistake_of({"history"}).find("parley history general"), std::string::npos);
    EXPECT_NE(mistake_of({"history", "x", "--before", "1", "--after", "2"}).find("one of --before"), std::string::npos);
    mistake_of({"history", "x", "--limit", "0"});
    EXPECT_TRUE(command_of<TailCommand>({"tail"}).targets.empty());
    const auto tail = command_of<TailCommand>({"tail", "general", "@ada", "--from", "1"});
    EXPECT_EQ(tail.targets.size(), 2U);
    EXPECT_EQ(tail.from, 1U);
    EXPECT_FALSE(command_of<TailCommand>({"tail", "general"}).from);
}

TEST(CommandLine, ReadUnreadDelete) {
    EXPECT_EQ(command_of<ReadCommand>({"read", "general", "7"}).number, 7U);
    EXPECT_EQ(command_of<ReadCommand>({"read", "general"}).number, 0U);
    mistake_of({"read", "general", "x"});
    mistake_of({"read"});
    command_of<UnreadCommand>({"unread"});
    const auto deletion = command_of<OperationCommand>({"delete", "general/57"});
    EXPECT_EQ(std::get<DeleteMessage>(deletion.operation).number, 57U);
    EXPECT_EQ(deletion.sentence, "general/57 is deleted");
    EXPECT_NE(mistake_of({"delete", "general"}).find("general/57"), std::string::npos);
    command_of<ChatCommand>({"chat"});
}

TEST(CommandLine, MarkUnreadAndNotify) {
    EXPECT_EQ(std::get<MarkUnread>(command_of<OperationCommand>({"mark-unread", "general/5"}).operation).number, 5U);
    EXPECT_EQ(std::get<SetNotify>(command_of<OperationCommand>({"notify", "@ada", "none"}).operation).level, Notify::nothing);
    EXPECT_NE(mistake_of({"notify", "general", "loud"}).find("mentions"), std::string::npos);
    mistake_of({"mark-unread", "general"});
}

TEST(CommandLine, AccountsAndAccess) {
    EXPECT_EQ(command_of<PasswordCommand>({"passwd", "--password-file", "old", "--new-password-file", "new"}).new_file, "new");
    command_of<SessionsCommand>({"sessions"});
    EXPECT_EQ(std::get<EndLogin>(command_of<OperationCommand>({"sessions", "end", "3"}).operation).login, LoginId{3});
    EXPECT_NE(mistake_of({"sessions", "3"}).find("sessions end 3"), std::string::npos);
    EXPECT_EQ(command_of<InviteCommand>({"invite", "--uses", "5", "--days", "2"}).uses, 5U);
    mistake_of({"invite", "--days", "91"});
    mistake_of({"invite", "--uses", "0"});
    EXPECT_EQ(std::get<BlockUser>(command_of<OperationCommand>({"block", "@ada"}).operation).user, "ada");
    EXPECT_EQ(std::get<UnblockUser>(command_of<OperationCommand>({"unblock", "ada"}).operation).user, "ada");
    command_of<BlockedCommand>({"blocked"});
    EXPECT_EQ(std::get<SetRegistration>(command_of<OperationCommand>({"admin", "registration", "invite"}).operation).policy, Registration::invite);
    EXPECT_NE(mistake_of({"admin", "registration", "maybe"}).find("closed"), std::string::npos);
}

TEST(CommandLine, AnInvitationSaysWhereToRegister) {
    const auto parsed = parse_arguments({"register", "ada", "--invite", "parley://10.0.0.1:7400,10.0.0.2:7400/ab:cd/0123"}, "");
    const auto& invocation = std::get<Invocation>(parsed);
    EXPECT_EQ(std::get<RegisterCommand>(invocation.command).invite, "0123");
    EXPECT_EQ(invocation.options.servers, (std::vector<std::string>{"10.0.0.1:7400", "10.0.0.2:7400"}));
    EXPECT_EQ(invocation.options.ca_fingerprint, "ab:cd");
    EXPECT_NE(mistake_of({"register", "ada", "--invite", "http://x"}).find("parley://"), std::string::npos);
}

TEST(CommandLine, LookingAfterARoom) {
    const auto kick = command_of<OperationCommand>({"room", "kick", "general", "@ada"});
    EXPECT_EQ(std::get<KickMember>(kick.operation).user, "ada");
    EXPECT_EQ(kick.subject, "general");
    EXPECT_EQ(std::get<BanUser>(command_of<OperationCommand>({"room", "ban", "general", "ada"}).operation).user, "ada");
    EXPECT_EQ(std::get<UnbanUser>(command_of<OperationCommand>({"room", "unban", "general", "ada"}).operation).user, "ada");
    EXPECT_EQ(std::get<MuteMember>(command_of<OperationCommand>({"room", "mute", "general", "ada", "--minutes", "5"}).operation).for_ms, 300'000U);
    EXPECT_EQ(std::get<MuteMember>(command_of<OperationCommand>({"room", "mute", "general", "ada"}).operation).for_ms, UINT64_MAX);
    EXPECT_EQ(std::get<MuteMember>(command_of<OperationCommand>({"room", "unmute", "general", "ada"}).operation).for_ms, 0U);
    EXPECT_EQ(std::get<SetRole>(command_of<OperationCommand>({"room", "role", "general", "ada", "read-only"}).operation).role, Role::read_only);
    EXPECT_EQ(std::get<SetTopic>(command_of<OperationCommand>({"room", "topic", "general", ""}).operation).topic, "");
    EXPECT_EQ(std::get<RenameRoom>(command_of<OperationCommand>({"room", "rename", "general", "#lobby"}).operation).name, "lobby");
    EXPECT_TRUE(std::get<ArchiveRoom>(command_of<OperationCommand>({"room", "archive", "general"}).operation).archived);
    EXPECT_FALSE(std::get<ArchiveRoom>(command_of<OperationCommand>({"room", "unarchive", "general"}).operation).archived);
    EXPECT_TRUE(command_of<RoomDeleteCommand>({"room", "delete", "general", "--yes"}).yes);
    EXPECT_EQ(to_text(command_of<RoomBansCommand>({"room", "bans", "general"}).room), "general");
    EXPECT_NE(mistake_of({"room", "role", "general", "ada", "king"}).find("moderator"), std::string::npos);
    EXPECT_NE(mistake_of({"room", "kick", "general"}).find("parley room kick general ada"), std::string::npos);
    mistake_of({"room", "kick", "@ada", "bob"});
    mistake_of({"room", "topic", "general"});
}

TEST(CommandLine, WhatIsDoneToAMessage) {
    const auto edit = command_of<OperationCommand>({"edit", "@ada/3", "new text"});
    EXPECT_EQ(std::get<EditMessage>(edit.operation).text, "new text");
    EXPECT_EQ(edit.subject, "@ada/3");
    EXPECT_EQ(std::get<React>(command_of<OperationCommand>({"react", "general/5", "👍"}).operation).emoji, "👍");
    EXPECT_EQ(std::get<Unreact>(command_of<OperationCommand>({"unreact", "general/5", "👍"}).operation).number, 5U);
    EXPECT_EQ(std::get<Pin>(command_of<OperationCommand>({"pin", "general/5"}).operation).number, 5U);
    EXPECT_EQ(std::get<Unpin>(command_of<OperationCommand>({"unpin", "general/5"}).operation).number, 5U);
    const auto reply = command_of<SendCommand>({"reply", "general/5", "me too"});
    EXPECT_EQ(reply.reply_to, 5U);
    EXPECT_EQ(to_text(reply.target), "general");
    EXPECT_EQ(command_of<ThreadCommand>({"thread", "general/5", "--after", "9"}).after, 9U);
    EXPECT_EQ(to_text(command_of<PinsCommand>({"pins", "general"}).target), "general");
    EXPECT_EQ(command_of<EditsCommand>({"edits", "general/5"}).message.number, 5U);
    EXPECT_NE(mistake_of({"react", "general/5"}).find("parley react general/57"), std::string::npos);
    EXPECT_NE(mistake_of({"reply", "general", "x"}).find("ROOM/NUMBER"), std::string::npos);
    mistake_of({"edit", "general/5"});
    mistake_of({"thread"});
}

TEST(CommandLine, Search) {
    const auto search = command_of<SearchCommand>({"search", "tea", "from:ada", "\"two words\"", "--limit", "7"});
    EXPECT_EQ(search.text, "tea from:ada \"two words\"");
    EXPECT_EQ(search.limit, 7U);
    EXPECT_NE(mistake_of({"search"}).find("parley search"), std::string::npos);
    EXPECT_NE(mistake_of({"search", "x", "--limit", "0"}).find("--limit"), std::string::npos);
}

TEST(CommandLine, Administration) {
    const auto operation = [](const Words& words) { return command_of<OperationCommand>(words); };
    EXPECT_TRUE(std::get<DisableUser>(operation({"admin", "disable", "@bob"}).operation).disabled);
    EXPECT_EQ(std::get<DisableUser>(operation({"admin", "enable", "bob"}).operation).user, "bob");
    EXPECT_FALSE(std::get<DisableUser>(operation({"admin", "enable", "bob"}).operation).disabled);
    EXPECT_TRUE(std::get<SetAdministrator>(operation({"admin", "role", "@bob", "admin"}).operation).is_admin);
    EXPECT_FALSE(std::get<SetAdministrator>(operation({"admin", "role", "bob", "user"}).operation).is_admin);
    EXPECT_NE(mistake_of({"admin", "role", "bob", "king"}).find("parley admin role ada admin"), std::string::npos);
    EXPECT_EQ(std::get<FreeName>(operation({"admin", "free-name", "bob"}).operation).name, "bob");
    const auto deleting = command_of<AdminDeleteCommand>({"admin", "delete", "@bob", "--erase-texts", "--yes"});
    EXPECT_EQ(deleting.user, "bob");
    EXPECT_TRUE(deleting.with_texts && deleting.yes);
    (void)command_of<AdminRegistrationCommand>({"admin", "registration"});
    EXPECT_EQ(command_of<AdminResetCommand>({"admin", "reset-password", "bob", "--password-file", "f"}).password.file, "f");
    EXPECT_EQ(command_of<AdminUsersCommand>({"admin", "users", "a*"}).pattern, "a*");
    EXPECT_EQ(command_of<AdminAuditCommand>({"admin", "audit", "--limit", "3"}).limit, 3U);
    (void)command_of<AdminRoomsCommand>({"admin", "rooms"});
    EXPECT_NE(mistake_of({"admin", "disable"}).find("parley admin disable"), std::string::npos);
    EXPECT_NE(mistake_of({"admin", "audit", "--limit", "0"}).find("--limit"), std::string::npos);
}

TEST(CommandLine, Retention) {
    const auto days = [](const std::string& word) {
        return std::get<SetRetention>(command_of<OperationCommand>({"room", "retention", "general", word}).operation).days;
    };
    EXPECT_EQ(days("90"), 90U);
    EXPECT_EQ(days("off"), 0U);
    for (const char* wrong : {"0", "36501"}) EXPECT_NE(mistake_of({"room", "retention", "general", wrong}).find("retention"), std::string::npos);
    EXPECT_NE(mistake_of({"room", "retention", "general"}).find("retention"), std::string::npos);
}

TEST(CommandLine, Leases) {
    EXPECT_TRUE(command_of<LeaseCommand>({"cluster", "lease", "on"}).on);
    EXPECT_FALSE(command_of<LeaseCommand>({"cluster", "lease", "off"}).on);
    for (const Words& wrong : {Words{"cluster", "lease"}, {"cluster", "lease", "maybe"}, {"cluster", "lease", "on", "off"}}) {
        EXPECT_NE(mistake_of(wrong).find("say on or off"), std::string::npos);
    }
}

TEST(CommandLine, Priorities) {
    const auto set = command_of<PriorityCommand>({"cluster", "priority", "2", "80"});
    EXPECT_EQ(set.replica, "2");
    EXPECT_EQ(set.value, 80U);
    EXPECT_EQ(command_of<PriorityCommand>({"cluster", "priority", "2", "0"}).value, 0U);
    EXPECT_EQ(command_of<PriorityCommand>({"cluster", "priority", "2"}).value, std::nullopt);
    for (const char* wrong : {"101", "-1", "4x", "", "high", "99999999999"}) {
        EXPECT_NE(mistake_of({"cluster", "priority", "2", wrong}).find("a number from 0 to 100"), std::string::npos) << wrong;
    }
    for (const Words& wrong : {Words{"cluster", "priority"}, {"cluster", "priority", "2", "80", "90"}}) {
        EXPECT_NE(mistake_of(wrong).find("parley cluster priority 2 80"), std::string::npos);
    }
}

TEST(CommandLine, QuickReplies) {
    EXPECT_EQ(to_text(command_of<RepliesCommand>({"replies", "@ada"}).target), "@ada");
    EXPECT_EQ(to_text(command_of<RepliesCommand>({"replies", "#mode"}).target), "mode") << "a room called like a verb";
    EXPECT_EQ(command_of<RepliesModeCommand>({"replies", "mode"}).mode, "");
    EXPECT_EQ(command_of<RepliesModeCommand>({"replies", "mode", "openai"}).mode, "openai");
    EXPECT_TRUE(command_of<RepliesAllowCommand>({"replies", "allow", "general"}).may);
    EXPECT_FALSE(command_of<RepliesAllowCommand>({"replies", "deny", "@ada"}).may);
    (void)command_of<RepliesForgetCommand>({"replies", "forget"});
    const auto measure = command_of<RepliesMeasureCommand>({"replies", "measure", "--seed", "7", "--pairs", "100"});
    EXPECT_EQ(measure.seed, 7U);
    EXPECT_EQ(measure.people, 20U);
    EXPECT_EQ(measure.pairs, 100U);
    EXPECT_NE(mistake_of({"replies"}).find("parley replies general"), std::string::npos);
    EXPECT_NE(mistake_of({"replies", "ada", "bob"}).find("one room"), std::string::npos);
    EXPECT_NE(mistake_of({"replies", "mode", "on"}).find("off, local or openai"), std::string::npos);
    EXPECT_NE(mistake_of({"replies", "allow"}).find("parley replies allow"), std::string::npos);
    EXPECT_NE(mistake_of({"replies", "measure", "general"}).find("corpus"), std::string::npos);
    EXPECT_NE(mistake_of({"replies", "measure", "--pairs", "1"}).find("--pairs"), std::string::npos);
}

TEST(CommandLine, HistorySinceADayAndExport) {
    EXPECT_EQ(command_of<HistoryCommand>({"history", "general", "--since", "2026-11-21"}).since, "2026-11-21");
    EXPECT_NE(mistake_of({"history", "general", "--since", "2026-11-21", "--after", "3"}).find("one of"), std::string::npos);
    EXPECT_EQ(to_text(command_of<ExportCommand>({"export", "general"}).target), "general");
    EXPECT_NE(mistake_of({"export"}).find("parley export"), std::string::npos);
}

TEST(Invocation, SaysHowOneIsShown) {
    const auto shown = command_of<ProfileCommand>({"profile"});
    EXPECT_FALSE(shown.name || shown.colour);
    const auto changed = command_of<ProfileCommand>({"profile", "--name", "", "--colour", "#3366Ff"});
    EXPECT_EQ(changed.name, "");
    EXPECT_EQ(changed.colour, 0x3366FFU);
    EXPECT_EQ(command_of<ProfileCommand>({"profile", "--colour", "none"}).colour, no_colour);
    for (const char* word : {"#12345", "blue", "#12345g", "#1234567"}) EXPECT_NE(mistake_of({"profile", "--colour", word}).find("#336699"), std::string::npos);
}

TEST(Invocation, KeepsDrafts) {
    EXPECT_FALSE(command_of<DraftCommand>({"draft"}).target);
    EXPECT_FALSE(command_of<DraftCommand>({"draft", "general"}).text);
    EXPECT_EQ(command_of<DraftCommand>({"draft", "general", "dear all"}).text, "dear all");
    EXPECT_EQ(command_of<DraftCommand>({"draft", "general", "--clear"}).text, "");
    EXPECT_NE(mistake_of({"draft", "general", "dear all", "--clear"}).find("--clear"), std::string::npos);
}

TEST(Invocation, AsksWhoReadAndForWhatIsOnesOwn) {
    EXPECT_EQ(command_of<ReceiptsCommand>({"receipts", "general/57"}).message.number, 57U);
    EXPECT_EQ(command_of<MyDataCommand>({"my-data", "mine"}).folder, "mine");
    EXPECT_TRUE(command_of<ExportCommand>({"export", "general", "--html"}).html);
    EXPECT_FALSE(command_of<ExportCommand>({"export", "general"}).html);
}

TEST(FileCommands, NameATargetAndAFile) {
    const auto send = command_of<FileSendCommand>({"file", "send", "general", "tea.png", "--text", "look"});
    EXPECT_EQ(to_text(send.target), "general");
    EXPECT_EQ(send.path, "tea.png");
    EXPECT_EQ(send.text, "look");
    EXPECT_EQ(to_text(command_of<FileSendCommand>({"file", "send", "@ada", "./a b"}).target), "@ada");
    const auto get = command_of<FileGetCommand>({"file", "get", "general/57", "-o", "out"});
    EXPECT_EQ(get.message.number, 57U);
    EXPECT_EQ(get.output, "out");
    EXPECT_EQ(command_of<FileGetCommand>({"file", "get", "@ada/3"}).output, "");
}

TEST(FileCommands, AreListedInPages) {
    const auto list = command_of<FileListCommand>({"file", "list", "general", "--before", "57", "--limit", "3"});
    EXPECT_EQ(to_text(list.target), "general");
    EXPECT_EQ(list.before, 57U);
    EXPECT_EQ(list.limit, 3U);
    EXPECT_EQ(command_of<FileListCommand>({"file", "list", "@ada"}).limit, 50U);
}

TEST(FileCommands, MistakesSayHowItIsDone) {
    EXPECT_NE(mistake_of({"file", "send", "general"}).find("parley file send general tea.png"), std::string::npos);
    EXPECT_NE(mistake_of({"file", "send", "general", "a", "b"}).find("parley file send"), std::string::npos);
    EXPECT_NE(mistake_of({"file", "get"}).find("parley file get general/57"), std::string::npos);
    EXPECT_NE(mistake_of({"file", "list"}).find("parley file list general"), std::string::npos);
    EXPECT_NE(mistake_of({"file", "list", "general", "--limit", "0"}).find("--limit"), std::string::npos);
    mistake_of({"file", "get", "general"});
    mistake_of({"file"});
}

}  // namespace
}  // namespace parley::chat
