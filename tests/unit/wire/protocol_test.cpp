// The client protocol's frames: each kind comes back as it went, and bytes that make no sense are refused.
#include <gtest/gtest.h>

#include "chat/wire/protocol.hpp"

namespace parley::chat {
namespace {

template <class T, class Read>
net::Result<T> back(const net::SharedBytes& bytes, Read read) {
    net::FrameReader reader;
    reader.feed(*bytes);
    const auto frame = reader.next();
    EXPECT_TRUE(frame && *frame);
    return read(**frame);
}

const Sender sender{0xC1, 9};

std::vector<Question> questions() {
    return {AskRegister{"n", "p", {}, "d", "code"}, AskLogIn{"n", "p", {}, "d"}, Authenticate{}, AskSession{5},
            Submit{SessionId{1, 2}, 3, 2, Post{ByUserName{"bob"}, "hi"}}, AskWhoAmI{}, AskUsers{"a*", "b", 3}, AskMyRooms{},
            AskPublicRooms{"a", 4}, AskRoom{ByRoom{RoomId{4}}}, AskMembers{ByRoomName{"r"}, "x", 5}, AskHistory{ByRoomName{"r"}, 1, 2, 3},
            Subscribe{RoomId{1}, 2, 3}, Unsubscribe{RoomId{1}}, AskStatus{}, AskDigest{7}, Ping{}, AskThread{ByRoomName{"r"}, 1, 2, 3}, AskPins{ByRoomName{"r"}}, AskEdits{ByRoomName{"r"}, 4},
            AskBans{ByRoomName{"r"}, "x", 5}, AskUnread{}, AskChangePassword{"a", "b", 3}, AskLogins{}, AskBlocked{}, AskSearch{"tea from:ada", FoundAt{5, RoomId{1}, 2}, 10, -120}, WatchPresence{{UserId{1}, UserId{2}}}, TellAway{true},
            TellTyping{RoomId{3}}, AskAllRooms{"x", 5}, AskAudit{7, 5}, AskResetPassword{"ada", "secret", 9}, AskTransfer{"2"},
            AskMembership{consensus::ChangeKind::add, 7, "4", "host:7400", 5}, AskConfiguration{},
            AskImage{consensus::Slot{7}}, AskChunk{consensus::ImageId{consensus::Slot{7}, {1, 2}}, 3}, AskUpload{FileId{4}}, SendChunk{FileId{4}, 5, {std::byte{6}, std::byte{7}}},
            AskFile{ByRoomName{"r"}, 8}, AskFileChunk{ByRoomName{"r"}, 8, 9},
            AskProfiles{{UserId{1}}}, AskDrafts{}, AskReceipts{ByPeople{{"a", "b"}}, 3, "x", 5}, AskLastSeen{{UserId{1}}}, AskRegistration{}};
}

std::vector<ServerMessage> messages() {
    const RoomMessage message{RoomId{1}, 2, 3, 4, MessageKind::text, UserId{5}, "ann", "text", false, 1, 1, 1, 2, true, {{"👍", 2, true}}};
    RoomMessage with_file = message;
    with_file.kind = MessageKind::file;
    with_file.file = MessageFile{FileId{7}, 8, "tea.png", "image/png"};
    const MessageChange change{RoomId{1}, 2, 3, ChangeKind::reacted, UserId{5}, "ann", 6, "👍", 2, 7};
    const RoomRow room{RoomId{1}, "general", false, false, true, 9, 1, 8, 3, "topic", true, Role::moderator, 5, 6, Notify::mentions};
    StatusReport status;
    status.alias = "2";
    status.role = "leader";
    StatusReport with_files = status;
    with_files.cluster_level = consensus::level_of_files.value;
    with_files.chunks = 5;
    with_files.files = FilesReport{1, 2, 3, 4};
    return {Welcome{1, "1", "2", 3, 2, {"a:1", "b:2"}, false}, Response{1, 2, Failure{Failure::Kind::no_leader, "no", 250}},
            Response{1, 2, Answer{3, Posted{RoomId{1}, 2, "general"}}}, Response{1, 2, Identity{UserId{1}, "ann", LoginId{2}, true}},
            Response{1, 2, Subscribed{4, 5}}, Response{1, 2, UserPage{{UserRow{UserId{1}, "ann", true, false, Role::admin, 7}}, true}},
            Response{1, 2, RoomPage{{room}, false}}, Response{1, 2, MessagePage{room, {message}, true}}, Response{1, 2, status}, Response{1, 2, with_files},
            Response{1, 2, DigestReport{1, 2}}, Response{1, 2, Okay{}}, Response{1, 2, UnreadPage{{UnreadRow{room, {SenderRow{UserId{1}, "ann", 2}}}}, true}},
            Response{1, 2, LoginPage{{OwnLoginRow{LoginId{1}, "phone", 2, true}}}}, Response{1, 2, EditPage{{EditRow{1, 2, "before"}}}}, Response{1, 2, FoundPage{{RoomRow{}}, {message}, FoundAt{4, RoomId{1}, 1}, true}},
            Response{1, 2, PresencePage{{UserPresence{UserId{1}, Presence::away}}}}, Response{1, 2, AuditPage{{AuditRow{1, 2, "ada", AuditAct::room_deleted, "x", "y"}}, true}},
            Response{1, 2, ConfigurationReport{7, {3, {{consensus::NodeId{1}, "host:7400", "1"}}, {}}}}, Response{1, 2, ImageReport{7, {consensus::Slot{5}, 6, 3, 4096, {{1, 2}}}}},
            Response{1, 2, ImageChunk{{std::byte{1}, std::byte{2}}}}, Response{1, 2, UploadReport{true, {3, 4}}}, Response{1, 2, FileReport{{FileId{7}, 8, "tea.png", "image/png"}, {ChunkHash{}, ChunkHash{}}}},
            Response{1, 2, FileChunk{{std::byte{5}}}}, PushPresence{{UserPresence{UserId{1}, Presence::online}}}, PushTyping{RoomId{1}, UserId{2}, "ada"}, PushMessages{{message, with_file, message}}, Response{1, 2, Answer{3, UploadBegun{FileId{7}, true}}},
            Response{1, 2, ProfilePage{{ProfileRow{UserId{1}, "Ann B", 0x102030}}}}, Response{1, 2, DraftPage{{DraftRow{RoomId{1}, "so", 5}}}},
            Response{1, 2, ReceiptPage{{ReceiptRow{UserId{1}, "ann", 7}}, true}}, Response{1, 2, LastSeenPage{{LastSeen{UserId{1}, 8}}}},
            Response{1, 2, RegistrationReport{Registration::invite}}, PushProfile{{UserId{1}, "Ann B", no_colour}}, PushDraft{{RoomId{1}, "so", 5}},
            PushChanges{{change}}, PushRooms{}, PushRead{RoomId{1}, 2, true}, PushLoggedOut{}, Unsubscribed{RoomId{3}}};
}

TEST(Protocol, EveryQuestionComesBackAsItWent) {
    ASSERT_EQ(questions().size(), std::variant_size_v<Question>);
    for (const Question& question : questions()) {
        const ClientRequest request{7, 8, question};
        const auto got = back<ClientRequest>(frame_of(request, sender), client_request);
        ASSERT_TRUE(got) << question.index();
        EXPECT_EQ(net::encode(*got), net::encode(request)) << question.index();
    }
}

TEST(Protocol, EveryServerMessageComesBackAsItWent) {
    for (const ServerMessage& message : messages()) {
        const auto got = back<ServerMessage>(frame_of(message, sender), server_message);
        ASSERT_TRUE(got) << message.index();
        EXPECT_EQ(net::encode(*got), net::encode(message)) << message.index();
    }
}

TEST(Protocol, AResponseAloneIsFramedAsInTheVariant) {
    const Response response{1, 2, DigestReport{3, 4}};
    EXPECT_EQ(*frame_of(response, sender), *frame_of(ServerMessage{response}, sender));
}

TEST(Protocol, AFrameOfAnotherTypeIsRefused) {
    const net::SharedBytes hello = frame_of(ClientHello{1, "parley"}, sender);
    EXPECT_TRUE(back<ClientHello>(hello, client_hello));
    EXPECT_FALSE(back<ClientRequest>(hello, client_request));
    EXPECT_FALSE(back<ServerMessage>(hello, server_message));
}

TEST(Protocol, EveryTruncationIsRefusedAndNoFlipBreaksTheReader) {
    for (const ServerMessage& message : messages()) {
        const net::Bytes whole = net::encode(message);
        for (std::size_t i = 0; i < whole.size(); ++i) {
            EXPECT_FALSE(net::decode<ServerMessage>(net::ByteView{whole}.first(i)));
            net::Bytes flipped = whole;
            flipped[i] ^= std::byte{0x81};
            const auto got = net::decode<ServerMessage>(flipped);
            if (got) {
                EXPECT_EQ(net::encode(*got), flipped) << "one encoding for one value";
            }
        }
    }
}

TEST(Protocol, GoldenBytesOfASubmit) {
    const net::Bytes bytes = net::encode(ClientRequest{1, 2, Submit{SessionId{3, 4}, 5, 6, LogOut{true}}});
    const std::vector<unsigned> expected{1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,  // id, seen_slot
                                         4,                                                // Submit
                                         3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0,               // session
                                         5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,   // number, lowest unanswered
                                         0, 1,                                             // LogOut, everywhere
                                         0};                                               // fresh
    ASSERT_EQ(bytes.size(), expected.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) EXPECT_EQ(std::to_integer<unsigned>(bytes[i]), expected[i]) << i;
}

}  // namespace
}  // namespace parley::chat
