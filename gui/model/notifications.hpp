// Notifications: what the engine tells the window, in order. Whole values, no references: they cross a thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chat/cli/lab_words.hpp"
#include "chat/client/local_store.hpp"
#include "chat/client/replies/reply_store.hpp"
#include "chat/client/store.hpp"
#include "chat/wire/server_messages.hpp"
#include "gui/model/favourites.hpp"
#include "gui/model/files.hpp"
#include "gui/model/preferences.hpp"

namespace parley::gui {

// Who this window speaks for; no name: nobody, and `reason` says why somebody stopped (empty at first).
struct AccountChanged {
    std::optional<std::string> name;
    chat::UserId user;
    std::string reason;
};
// The log-in form's answer when it was no.
struct FormRefused {
    std::string sentence;
    bool name_is_taken = false;
};

struct ConnectionStatus {
    enum class State { connecting, online, no_leader, no_room, ended };
    State state = State::connecting;
    std::string sentence;              // why it ended, or what went wrong last
    std::string replica;               // alias of the one we speak with
    std::string leader;                // empty: none
    std::uint32_t replicas = 0;
    std::uint32_t reachable = 0;
    std::size_t unsent = 0;
    bool lacks_room_here = false;      // this computer's disk is full: nothing is sent
    friend bool operator==(const ConnectionStatus&, const ConnectionStatus&) = default;
};

struct RoomsListed {
    std::vector<chat::RoomRow> rooms;
    bool is_from_store = false;        // as they were when last seen, before any replica answered
};
// All of them; some may be gone.
struct FavouritesTold { Favourites rooms; };
struct DraftFound {
    chat::RoomId room;
    std::string text;
    chat::ReadingPlace place;
};

// Another device typed, or sent, what was being typed. Only good for a window in which the draft is still as it was `before`: if it is not, the
// window's own is on its way to the engine.
struct DraftMoved {
    chat::RoomId room;
    std::string before;
    std::string text;
};

// Contiguous messages of a room, older than or joined to what is shown. `reaches_start`: nothing is older.
struct PageLoaded {
    chat::RoomId room;
    std::vector<chat::RoomMessage> messages;
    bool reaches_start = false;
};
struct PageFailed {
    chat::RoomId room;
    std::string sentence;
};
struct MessagesArrived {
    chat::RoomId room;
    std::vector<chat::RoomMessage> messages;
    bool is_backlog = false;           // missed while away: nothing to ring a bell for
};
// How these look from now on.
struct MessagesChanged {
    chat::RoomId room;
    std::vector<chat::RoomMessage> messages;
};
// What is kept of the room is out of touch with its newest messages: it starts anew.
struct RoomReset { chat::RoomId room; };

// Typed here and on its way. No room: a first message to somebody, `person` says whom ("ann", or "ann,@bob" for several).
struct SendingBegan {
    chat::EntryId entry;
    std::optional<chat::RoomId> room;
    std::string person;
    std::string text;
    std::int64_t time_ms = 0;
    std::uint64_t reply_to = 0;
    std::optional<chat::MessageFile> file{};   // without an id as long as it is on its way to the replicas
};
// How far its file is.
struct SendingMoved {
    chat::EntryId entry;
    Carrying carrying;
};
// Its file is safe on the replicas under this id; from here on its message is on its way, as another entry.
struct FilePosted {
    chat::EntryId upload;
    chat::EntryId entry;
    chat::FileId file;
};
struct SendingDone {
    chat::EntryId entry;
    chat::RoomId room;
    std::uint64_t number = 0;
};
struct SendingRefused {
    chat::EntryId entry;
    std::string sentence;
};
// The row of a refused text goes: it was sent again or thrown away.
struct SendingDropped { chat::EntryId entry; };

// How the file of this message stands on this computer from now on.
struct FileStands {
    chat::RoomId room;
    std::uint64_t number = 0;
    FileStanding standing;
};
// The bytes of a picture that was to be shown; none: it cannot be had, or is none.
struct PictureCame {
    chat::RoomId room;
    std::uint64_t number = 0;
    std::shared_ptr<const net::Bytes> bytes;
    bool is_opened = false;            // in a window of its own
    std::string name;
};
// Where files are kept unless somebody chooses another place.
struct DownloadsTold { std::string folder; };

struct ReadMoved {
    chat::RoomId room;
    std::uint64_t number = 0;
};
// The marker went back to this, on any device.
struct MarkedUnread {
    chat::RoomId room;
    std::uint64_t number = 0;
};
struct PresenceSeen { std::vector<chat::UserPresence> users; };
// Somebody types, or has not for a while.
struct TypingSeen {
    chat::RoomId room;
    chat::UserId user;
    std::string name;
    bool is_over = false;
};
// Where a day begins in a room.
struct DayFound {
    chat::RoomId room;
    std::uint64_t number = 0;          // 0: nothing was said since
};
struct MembersListed {
    chat::RoomId room;
    std::vector<chat::UserRow> members;
    bool more = false;
};
// How these people want to be shown; without a name and a colour: as everybody.
struct ProfilesTold { std::vector<chat::ProfileRow> profiles; };
// Whom this user has blocked.
struct BlockedTold { std::vector<chat::UserRow> people; };
struct ReadersTold {
    chat::RoomId room;
    std::uint64_t number = 0;
    std::vector<chat::ReceiptRow> readers;
    bool more = false;
};
struct PeopleFound {
    std::string pattern;
    std::vector<chat::UserRow> people;
    bool more = false;
};
struct PublicRoomsFound {
    std::vector<chat::RoomRow> rooms;
    bool more = false;
};
struct SearchFinished {
    chat::RoomId room;
    std::string text;
    std::vector<chat::RoomMessage> messages;
};
// Of all rooms; `before` as it was asked.
struct FoundEverywhere {
    std::string text;
    chat::FoundAt before;
    chat::FoundPage page;
    std::string refusal;               // not empty: it was not looked for, and why
};
struct ThreadLoaded {
    chat::RoomId room;
    std::uint64_t root = 0;
    std::vector<chat::RoomMessage> messages;   // the first one, then its replies
    bool more = false;
};
// All that is pinned in the room, ascending.
struct PinsLoaded {
    chat::RoomId room;
    std::vector<chat::RoomMessage> messages;
};
// What the message said before, oldest first.
struct EditsTold {
    chat::RoomId room;
    std::uint64_t number = 0;
    std::vector<chat::EditRow> edits;
};
// Show this room: it was made, joined, or first written to from here.
struct RoomWanted { chat::RoomId room; };
// Something asked for was not done.
struct Notice { std::string sentence; };
struct SettingRead {
    std::string name;
    std::string value;
};
// What this user chose; with a problem the file could not be used, and these are the defaults.
struct PreferencesRead {
    Preferences preferences;
    std::string problem;
};
// Which one the window speaks from its next start on; "system": that of the desktop.
struct LanguageTold { std::string language; };
// What one might answer to message `to` of the room; no texts: nothing.
struct RepliesSuggested {
    chat::RoomId room;
    std::uint64_t to = 0;
    std::string service;               // the host they come from; empty: this computer
    std::vector<std::string> texts;
    std::string problem;               // a sentence
};
struct ReplySettingsTold {
    bool is_there = false;             // no: nothing can be kept for them, and `problem` says why
    chat::ReplyMode mode = chat::ReplyMode::off;
    std::string service;               // the host that the configuration names; empty: none
    std::vector<chat::RoomId> rooms;   // that may be shown to it
    std::uint64_t pairs = 0;           // what was learned
    std::string problem;
};
// The lab of the local cluster, if this window's cluster is that one and has one.
struct LabSeen {
    bool is_there = false;
    std::vector<std::string> servers;  // of replica 1, 2, …
    chat::LabState state;
};
struct ReplicasSeen {
    struct Replica {
        std::string address;
        std::optional<chat::StatusReport> report;   // none: `sentence` says why
        std::int64_t round_trip_us = 0;
        std::string sentence;
    };
    std::vector<Replica> replicas;
    std::int64_t time_ms = 0;          // since some moment before; only good for differences
};

// ---- for administrators ----

// Whether this account is one.
struct RightsTold { bool is_administrator = false; };
// What an administrator asked for under a number of the window's choosing, and how it ended.
struct ActId {
    std::uint64_t value = 0;
    friend auto operator<=>(const ActId&, const ActId&) = default;
};
struct ActEnded {
    enum class How { done, refused, unknown };   // unknown: no answer came, so it may have been done
    ActId act;
    How how = How::done;
    std::string sentence;              // why not
};
// How an order to the lab ended; no refusal: it was done.
struct LabObeyed {
    ActId act;
    std::string refusal;
};
// Lists; with a `refusal` they are not what there is, and it says why.
struct UsersListed {
    std::string pattern;
    std::vector<chat::UserRow> users;
    bool more = false;
    std::string refusal;
};
struct AllRoomsListed {
    std::vector<chat::RoomRow> rooms;
    bool more = false;
    std::string refusal;
};
// Newest first; `before` as it was asked.
struct AuditListed {
    std::uint64_t before = 0;
    std::vector<chat::AuditRow> entries;
    bool more = false;
    std::string refusal;
};
struct RegistrationTold { chat::Registration policy = chat::Registration::open; };
struct InvitationMade {
    std::string link;
    std::uint32_t uses = 0;
    std::uint32_t days = 0;
};

using Notification =
    std::variant<AccountChanged, FormRefused, ConnectionStatus, RoomsListed, FavouritesTold, DraftFound, DraftMoved, PageLoaded, PageFailed, MessagesArrived,
                 MessagesChanged, RoomReset, SendingBegan, SendingMoved, FilePosted, SendingDone, SendingRefused, SendingDropped, FileStands, PictureCame, DownloadsTold, ReadMoved, MarkedUnread, PresenceSeen, TypingSeen, DayFound, MembersListed, ProfilesTold, BlockedTold, ReadersTold,
                 PeopleFound, PublicRoomsFound, SearchFinished, FoundEverywhere, ThreadLoaded, PinsLoaded, EditsTold, RoomWanted, Notice, SettingRead, PreferencesRead, LanguageTold, RepliesSuggested, ReplySettingsTold, ReplicasSeen,
                 RightsTold, ActEnded, UsersListed, AllRoomsListed, AuditListed, RegistrationTold, InvitationMade, LabSeen, LabObeyed>;

}  // namespace parley::gui
