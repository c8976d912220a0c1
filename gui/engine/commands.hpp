// Commands: what the window asks of the engine. Answers come as notifications, in their own time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "chat/cli/lab_words.hpp"
#include "chat/client/local_store.hpp"
#include "chat/client/store.hpp"
#include "chat/state/commands.hpp"
#include "chat/wire/questions.hpp"
#include "gui/model/notifications.hpp"

namespace parley::gui {

struct Register { std::string name; std::string password; };
struct LogIn { std::string name; std::string password; };
struct LogOut {};

// The newest messages there are, from the store at once, then from a replica if the store has none.
struct OpenRoom { chat::RoomId room; };
struct LoadOlder { chat::RoomId room; std::uint64_t before = 0; };
struct LoadMembers { chat::RoomId room; };

struct SendText {
    chat::Target target;
    std::optional<chat::RoomId> room;   // where it is shown until it is numbered
    std::string text;
    std::uint64_t reply_to = 0;         // the message it answers; 0: none
};
// A file of this computer, or one that is nowhere else yet (a picture that was pasted); `text` is said with it.
struct SendFile {
    chat::Target target;
    std::optional<chat::RoomId> room;
    std::string path;
    std::shared_ptr<const net::Bytes> bytes{};   // then `name` says how they are called, and there is no path
    std::string name{};
    std::string text{};
    std::uint64_t reply_to = 0;
};
// Of a file on its way out, or refused.
struct GiveUpFile { chat::EntryId entry; };
struct RetryFile { chat::EntryId entry; };
// A message with this file is on the screen: FileStands if something is known, PictureCame where it is to be shown as one.
struct LookAtFile { chat::RoomId room; std::uint64_t number = 0; chat::MessageFile file; };
// The same picture for a window of its own; always ends as PictureCame.
struct OpenPicture { chat::RoomId room; std::uint64_t number = 0; chat::MessageFile file; };
// Into this folder under this name, or "NAME (2)" where something else has it; goes on where an earlier attempt stopped.
struct FetchFile { chat::RoomId room; std::uint64_t number = 0; std::string folder; std::string name; };
struct StopFetching { chat::RoomId room; std::uint64_t number = 0; };
// Of a refused text.
struct ThrowAway { chat::EntryId entry; };
struct DeleteOwn { chat::RoomId room; std::uint64_t number = 0; };
struct EditOwn { chat::RoomId room; std::uint64_t number = 0; std::string text; };
struct ReactTo { chat::RoomId room; std::uint64_t number = 0; std::string emoji; bool on = true; };
struct LoadThread { chat::RoomId room; std::uint64_t root = 0; };
struct LoadPins { chat::RoomId room; };
// The texts that a message had before; ends as EditsTold, or a Notice.
struct LoadEdits { chat::RoomId room; std::uint64_t number = 0; };
struct PinTo { chat::RoomId room; std::uint64_t number = 0; bool on = true; };
struct MarkReadTo { chat::RoomId room; std::uint64_t number = 0; };

// Everything and all before `number` read, the rest not.
struct MarkUnreadFrom { chat::RoomId room; std::uint64_t number = 0; };
// Somebody types in the room; nobody sits here, or somebody does again.
struct Typing { chat::RoomId room; };
struct BeAway { bool away = false; };
// What is done at once or refused with a Notice: looking after a room, and what /commands ask for. `room_to_show`: the room of this name, once it is listed.
struct LookAfter { chat::Operation operation; std::string room_to_show{}; };
// The first message of that day, to be shown.
struct FindDay { chat::RoomId room; std::int64_t since_ms = 0; };

// At the top of the list, on this computer. Ends as FavouritesTold, or a Notice.
struct MakeFavourite { chat::RoomId room; bool on = true; };
struct MakeRoom { std::string name; bool is_private = false; };
struct EnterRoom { std::string name; };
struct QuitRoom { chat::RoomId room; };
struct InvitePerson { chat::RoomId room; std::string name; };
struct FindPeople { std::string pattern; };
struct FindPublicRooms {};
// Whom one does not want to hear from. Ends as BlockedTold, or a Notice.
struct BlockPerson { std::string name; bool on = true; };
struct AskWhoIsBlocked {};

// Who has read this message; ends as ReadersTold, or a Notice.
struct LoadReaders { chat::RoomId room; std::uint64_t number = 0; };
// Kept here, and for one's other devices.
struct SaveDraft { chat::RoomId room; std::string text; };
struct SavePlace { chat::RoomId room; chat::ReadingPlace place; };
// In all rooms, by a replica; `before`: only what is older, {} for the newest.
struct SearchEverywhere { std::string text; chat::FoundAt before; std::int32_t zone_minutes = 0; };
struct SearchInRoom { chat::RoomId room; std::string text; };
struct SaveSetting { std::string name; std::string value; };
struct ReadSetting { std::string name; };
// What this user chose, kept in a file of the user's own. Silent, or a Notice when it cannot be kept.
struct SavePreferences { Preferences preferences; };
// For the next start of any window of this profile; one of `languages` (gui/model/language.hpp). Ends with LanguageTold.
struct ChooseLanguage { std::string language; };
struct LookAtReplicas {};

// ---- quick replies; each ends as ReplySettingsTold ----
struct ReadReplySettings {};
struct SetReplyMode { chat::ReplyMode mode = chat::ReplyMode::off; };
struct LetRoomLeave { chat::RoomId room; bool may = false; };
struct ForgetReplies {};

// ---- the fault lab of a local cluster ----
struct LookAtLab {};
// Ends as LabObeyed.
struct OrderLab { ActId act; chat::LabOrder order; };

// ---- for administrators ----
struct ListUsers { std::string pattern; };
struct ListAllRooms {};
struct ListAudit { std::uint64_t before = 0; };   // 0: the newest
struct ReadRegistration {};
// Ends as ActEnded, whenever a replica has answered; until then it is in the outbox.
struct Administer { ActId act; chat::Operation operation; };
// Ends as ActEnded within seconds; it is kept nowhere.
struct GivePassword { ActId act; std::string user; std::string password; };
// Ends as ActEnded, and InvitationMade before it when it was done.
struct MakeInvitation { ActId act; std::uint32_t uses = 1; std::uint32_t days = 7; };

using Command = std::variant<Register, LogIn, LogOut, OpenRoom, LoadOlder, LoadMembers, SendText, SendFile, GiveUpFile, RetryFile, LookAtFile, OpenPicture, FetchFile, StopFetching, ThrowAway, DeleteOwn, EditOwn, ReactTo,
                             PinTo, LoadThread, LoadPins, LoadEdits, MarkReadTo, MarkUnreadFrom, Typing, BeAway, LookAfter, FindDay,
                             MakeFavourite, MakeRoom, EnterRoom, QuitRoom, InvitePerson, FindPeople, FindPublicRooms, BlockPerson, AskWhoIsBlocked, LoadReaders, SaveDraft, SavePlace,
                             SearchInRoom, SearchEverywhere, SaveSetting, ReadSetting, SavePreferences, ChooseLanguage, LookAtReplicas,
                             ReadReplySettings, SetReplyMode, LetRoomLeave, ForgetReplies,
                             ListUsers, ListAllRooms, ListAudit, ReadRegistration, Administer, GivePassword, MakeInvitation,
                             LookAtLab, OrderLab>;

}  // namespace parley::gui
