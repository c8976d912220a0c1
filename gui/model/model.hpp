// Model: everything the window shows, made of the engine's notifications. It knows no window, no thread and no disk;
// what the window does with it beyond looking goes to the engine as commands.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gui/model/admin.hpp"
#include "gui/model/fault_lab.hpp"
#include "gui/model/language.hpp"
#include "gui/model/room.hpp"

namespace parley::gui {

// What a notification changed, so that only those parts of the window are drawn again.
struct Changed {
    bool account = false;
    bool connection = false;
    bool rooms = false;              // the list: names, counts, order
    bool selected = false;           // another room is shown
    bool messages = false;           // what is in the shown room
    bool members = false;
    bool found = false;              // people, public rooms or search hits
    bool notice = false;
    bool settings = false;
    bool replicas = false;
    bool people = false;             // who is there, who types
    bool day = false;                // where a day begins was found
    bool rights = false;             // whether one is an administrator
    bool admin = false;              // what the administrator's page lists
    bool act = false;                // something an administrator did has ended
    bool replies = false;            // what one might answer in the shown room
    bool reply_settings = false;
    bool draft = false;              // another device typed
    bool profiles = false;           // how people are shown
    bool pictures = false;           // one came
    bool lab = false;                // what is broken in the lab, or how something done there ended
    void operator|=(const Changed& other);
};

// A message worth telling somebody who looks elsewhere.
struct Alert {
    chat::RoomId room;
    std::uint64_t number = 0;
    std::string title;
    std::string text;
};

class Model {
public:
    Changed apply(Notification notification);

    // ---- account ----
    [[nodiscard]] bool is_logged_in() const { return account_name_.has_value(); }
    [[nodiscard]] bool knows_account() const { return knows_account_; }
    [[nodiscard]] const std::string& own_name() const;
    [[nodiscard]] chat::UserId own_id() const { return own_id_; }
    [[nodiscard]] const std::string& account_reason() const { return account_reason_; }
    [[nodiscard]] const FormRefused& form() const { return form_; }

    // ---- administration ----
    [[nodiscard]] bool is_administrator() const { return is_administrator_; }
    [[nodiscard]] Admin& admin() { return admin_; }
    [[nodiscard]] const Admin& admin() const { return admin_; }

    // ---- the local cluster's lab ----
    [[nodiscard]] FaultLab& lab() { return lab_; }
    [[nodiscard]] const FaultLab& lab() const { return lab_; }

    // ---- connection ----
    [[nodiscard]] const ConnectionStatus& connection() const { return connection_; }
    // The bar's sentence; none: all is well.
    [[nodiscard]] std::optional<std::string> connection_sentence() const;

    // ---- rooms ----
    [[nodiscard]] const std::vector<chat::RoomId>& rooms() const { return order_; }      // section after section
    enum class Section { favourites, rooms, people };
    [[nodiscard]] Section section_of(const Room& room) const;
    [[nodiscard]] bool is_favourite(chat::RoomId room) const { return favourites_.contains(room); }
    [[nodiscard]] Room* find(chat::RoomId room);
    [[nodiscard]] const Room* find(chat::RoomId room) const;
    [[nodiscard]] Room* selected();
    [[nodiscard]] const Room* selected() const;
    Changed select(chat::RoomId room);
    // Neighbours in the list; `unread_only` skips those without unread messages.
    [[nodiscard]] std::optional<chat::RoomId> neighbour(int step, bool unread_only) const;
    // The conversation with a person, or with several ("ann,@bob"); a provisional one if there is none yet.
    chat::RoomId conversation_with(const std::string& name);
    // Of all rooms together, as far as one wants to be told of them.
    [[nodiscard]] std::uint64_t unread() const;
    // Rooms and people whose name has these letters in this order, the best first.
    [[nodiscard]] std::vector<chat::RoomId> matching(const std::string& letters) const;
    [[nodiscard]] bool has_listed_rooms() const { return has_listed_rooms_; }

    // The reader saw this number of the shown room; true when it is news.
    bool saw(std::uint64_t number);

    // ---- answers ----
    [[nodiscard]] const PeopleFound& people() const { return people_; }
    [[nodiscard]] const PublicRoomsFound& public_rooms() const { return public_rooms_; }
    [[nodiscard]] const SearchFinished& search() const { return search_; }
    // All pages of the newest search in all rooms so far, and where it goes on.
    [[nodiscard]] const FoundEverywhere& everywhere() const { return everywhere_; }
    [[nodiscard]] const ThreadLoaded& thread() const { return thread_; }
    // As they are now, once they were asked for.
    [[nodiscard]] const PinsLoaded& pins() const { return pins_; }
    [[nodiscard]] const EditsTold& edits() const { return edits_; }
    [[nodiscard]] chat::Presence presence_of(chat::UserId user) const;
    // "ada is typing…" in the selected room; empty: nobody is.
    [[nodiscard]] std::string typing_sentence() const;
    [[nodiscard]] const DayFound& day() const { return day_; }
    [[nodiscard]] const ReplicasSeen& replicas() const { return replicas_; }
    [[nodiscard]] const std::string& notice() const { return notice_; }
    [[nodiscard]] std::string setting(const std::string& name) const;
    // Chosen for the next start.
    [[nodiscard]] const std::string& language() const { return language_; }
    [[nodiscard]] const Preferences& preferences() const { return preferences_.preferences; }
    // Why the file with them could not be used; empty: it could.
    [[nodiscard]] const std::string& preferences_problem() const { return preferences_.problem; }
    // For what others said last in the selected room; nullptr: nothing is suggested, or one has answered.
    [[nodiscard]] const RepliesSuggested* suggestions() const;
    [[nodiscard]] const ReplySettingsTold& reply_settings() const { return reply_settings_; }
    // How this one wants to be shown; without a name and a colour: nobody said.
    [[nodiscard]] const chat::ProfileRow& profile_of(chat::UserId user) const;
    [[nodiscard]] const std::vector<chat::UserRow>& blocked() const { return blocked_; }
    [[nodiscard]] bool is_blocked(chat::UserId user) const;
    // A message of a blocked person in the selected room is shown, or folded again.
    Changed unfold(std::uint64_t number, bool is_shown);
    // What is shown instead of the account's name: the name that was chosen, or that name itself.
    [[nodiscard]] std::string shown_name(chat::UserId user, const std::string& account) const;
    // "#general"; of a conversation with one person, how they want to be shown.
    [[nodiscard]] std::string title_of(const Room& room) const;
    [[nodiscard]] const ReadersTold& readers() const { return readers_; }
    [[nodiscard]] const std::string& downloads() const { return downloads_; }
    // What another device made of drafts. Taken once.
    std::vector<DraftMoved> take_moved_drafts() { return std::exchange(moved_drafts_, {}); }
    // Taken once.
    std::vector<PictureCame> take_pictures() { return std::exchange(pictures_, {}); }
    // Taken once; for the room that is shown none is made while `is_watching`.
    std::vector<Alert> take_alerts() { return std::exchange(alerts_, {}); }
    bool is_watching = false;

private:
    Changed take(AccountChanged& n);
    Changed take(FormRefused& n);
    Changed take(ConnectionStatus& n);
    Changed take(RoomsListed& n);
    Changed take(FavouritesTold& n);
    Changed take(DraftFound& n);
    Changed take(DraftMoved& n);
    Changed take(ProfilesTold& n);
    Changed take(BlockedTold& n);
    Changed take(ReadersTold& n);
    Changed take(PageLoaded& n);
    Changed take(PageFailed& n);
    Changed take(MessagesArrived& n);
    Changed take(MessagesChanged& n);
    Changed take(RoomReset& n);
    Changed take(SendingBegan& n);
    Changed take(SendingMoved& n);
    Changed take(FilePosted& n);
    Changed take(SendingDone& n);
    Changed take(SendingRefused& n);
    Changed take(SendingDropped& n);
    Changed take(FileStands& n);
    Changed take(PictureCame& n);
    Changed take(DownloadsTold& n);
    Changed take(ReadMoved& n);
    Changed take(MarkedUnread& n);
    Changed take(PresenceSeen& n);
    Changed take(TypingSeen& n);
    Changed take(DayFound& n);
    Changed take(MembersListed& n);
    Changed take(PeopleFound& n);
    Changed take(PublicRoomsFound& n);
    Changed take(SearchFinished& n);
    Changed take(FoundEverywhere& n);
    Changed take(ThreadLoaded& n);
    Changed take(PinsLoaded& n);
    Changed take(EditsTold& n);
    Changed take(RoomWanted& n);
    Changed take(Notice& n);
    Changed take(SettingRead& n);
    Changed take(PreferencesRead& n);
    Changed take(LanguageTold& n);
    Changed take(RepliesSuggested& n);
    Changed take(ReplySettingsTold& n);
    Changed take(ReplicasSeen& n);
    Changed take(RightsTold& n);
    Changed take(ActEnded& n);
    Changed take(UsersListed& n) { return {.admin = admin_.take(n)}; }
    Changed take(AllRoomsListed& n) { return {.admin = admin_.take(n)}; }
    Changed take(AuditListed& n) { return {.admin = admin_.take(n)}; }
    Changed take(RegistrationTold& n) { return {.admin = admin_.take(n)}; }
    Changed take(InvitationMade& n) { return {.admin = admin_.take(n)}; }
    Changed take(LabSeen& n) { return {.lab = lab_.take(n)}; }
    Changed take(LabObeyed& n) { return {.lab = lab_.take(n)}; }

    Changed in_room(chat::RoomId room, const std::function<void(Room&)>& work);
    Changed in_room_of(chat::EntryId entry, const std::function<void(Room&)>& work);
    bool keep_pins(const std::vector<chat::RoomMessage>& messages);
    void adopt_provisional(const chat::RoomRow& row);
    [[nodiscard]] bool is_of_others(const chat::RoomMessage& message) const;
    [[nodiscard]] bool speaks_to_me(const chat::RoomMessage& message) const;
    void note_alerts(const Room& room, const MessagesArrived& n);
    void sort_rooms();
    void fold_rooms();

    std::optional<std::string> account_name_;
    bool knows_account_ = false;
    chat::UserId own_id_;
    std::string account_reason_;
    FormRefused form_;
    bool is_administrator_ = false;
    Admin admin_;
    FaultLab lab_;
    ConnectionStatus connection_;
    std::map<chat::RoomId, Room> rooms_;
    std::vector<chat::RoomId> order_;
    Favourites favourites_;
    std::optional<chat::RoomId> selected_;
    std::optional<chat::RoomId> wanted_;      // to be shown as soon as it is listed
    std::uint64_t provisional_ = 0;
    bool has_listed_rooms_ = false;
    PeopleFound people_;
    PublicRoomsFound public_rooms_;
    SearchFinished search_;
    FoundEverywhere everywhere_;
    ThreadLoaded thread_;
    PinsLoaded pins_;
    EditsTold edits_;
    std::map<chat::UserId, chat::Presence> presence_;
    std::map<chat::RoomId, std::map<chat::UserId, std::string>> typing_;
    DayFound day_;
    ReplicasSeen replicas_;
    std::string notice_;
    std::map<std::string, std::string> settings_;
    PreferencesRead preferences_;
    std::string language_ = languages.front().code;
    RepliesSuggested suggestions_;
    ReplySettingsTold reply_settings_;
    std::vector<Alert> alerts_;
    std::map<chat::UserId, chat::ProfileRow> profiles_;
    std::vector<chat::UserRow> blocked_;
    ReadersTold readers_;
    std::vector<DraftMoved> moved_drafts_;
    std::string downloads_;
    std::vector<PictureCame> pictures_;
};

// Does the text speak to this name: @name, as a word of its own?
bool mentions(const std::string& text, const std::string& name);

}  // namespace parley::gui
