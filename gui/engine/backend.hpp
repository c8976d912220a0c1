// Backend: the client library and the local store behind the window, as an actor on a Loop. It turns commands into
// operations and questions, and what comes of them into notifications. No thread and no window in here: the Engine runs
// it, tests run it on a clock of their own.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "chat/client/client.hpp"
#include "chat/client/drafts.hpp"
#include "chat/client/local_store.hpp"
#include "gui/engine/commands.hpp"
#include "gui/engine/suggester.hpp"
#include "gui/engine/transfers.hpp"
#include "gui/model/notifications.hpp"
#include "gui/model/words.hpp"

namespace parley::gui {

// Asks one replica how it is; the composition root has the means.
using AskReplicas = net::Function<void(net::Function<void(ReplicasSeen)>)>;
// The link by which people elsewhere find this cluster and register with the code.
using InvitationLink = net::Function<std::string(const std::string& code)>;
// The lab of the local cluster; only where the window's cluster is that one.
struct LabPort {
    net::Function<void(net::Function<void(LabSeen)>)> look;
    net::Function<void(const chat::LabOrder&, net::Function<void(net::Result<std::string>)>)> order;
};

struct BackendPorts {
    net::Loop& loop;
    net::Dialer& dialer;
    net::Secrets& secrets;
    chat::ClientStore& store;
    chat::LocalStore& local;
    AskReplicas ask_replicas;             // may be empty
    InvitationLink invitation_link{};     // may be empty: then the code alone is given out
    LabPort lab{};                        // may be empty: there is none then
    ReplyPorts replies{};                 // may be empty: nothing is suggested
    net::Disk* disk = nullptr;            // with the profile's folder for this cluster, for settings; none: they are not kept
    std::string folder{};
    std::string downloads{};              // the folder that has one folder for each user's files
    net::Function<void(const std::string& account)> account_used{};   // may be empty: somebody is logged in here
};

class Backend {
public:
    Backend(BackendPorts ports, chat::ClientOptions options, net::Function<void(Notification)> notify);
    ~Backend();

    void start();
    void run(Command command);
    // The window closes: what was typed goes to the outbox now, on the loop's next turn.
    void flush();

private:
    using Answered = chat::Reply<chat::Answer>;

    // ---- account ----
    void run(Register& c);
    void run(LogIn& c);
    void run(LogOut& c);
    Answered form_reply(bool is_new);
    void account_is(const chat::Account& account);
    void logged_out(const std::string& reason);
    void show_stored();

    // ---- rooms ----
    void run(MakeFavourite& c);
    net::Result<Favourites> read_favourites();
    void tell_favourites();
    void run(MakeRoom& c);
    void run(EnterRoom& c);
    void run(QuitRoom& c);
    void run(InvitePerson& c);
    void run(LoadMembers& c);
    void run(FindPeople& c);
    void run(FindPublicRooms& c);
    void load_rooms();
    void take_rooms(const std::vector<chat::RoomRow>& rooms);
    void follow(const chat::RoomRow& row);
    void operate(chat::Operation operation, std::optional<std::string> room_to_show);

    // ---- messages ----
    void run(OpenRoom& c);
    void run(LoadOlder& c);
    void run(MarkReadTo& c);
    void run(MarkUnreadFrom& c);
    void run(FindDay& c);
    void run(DeleteOwn& c);
    void run(EditOwn& c);
    void run(ReactTo& c);
    void run(PinTo& c);
    void run(LoadThread& c);
    void run(LoadPins& c);
    void run(LoadEdits& c);
    void run(SearchInRoom& c);
    void run(SearchEverywhere& c);
    void load_page(chat::RoomId room, std::uint64_t before);
    void page_came(chat::RoomId room, const chat::MessagePage& page);
    void count_replies(chat::RoomId room, const std::vector<chat::RoomMessage>& messages);
    void messages_came(chat::RoomId room, const std::vector<chat::RoomMessage>& messages);
    void changes_came(chat::RoomId room, const std::vector<chat::MessageChange>& changes);

    // ---- sending ----
    void run(SendText& c);
    void run(ThrowAway& c);
    void adopt_leftovers();
    // Kept until somebody saw how it ended.
    chat::EntryId submit_kept(chat::Operation operation, std::optional<chat::KeptUpload> upload = {});
    void begin(chat::EntryId entry, const chat::Operation& operation, std::optional<chat::RoomId> room);
    void sent(chat::EntryId entry, const net::Result<chat::Answer>& result);
    [[nodiscard]] std::optional<chat::RoomId> room_of(const chat::Target& target) const;

    // ---- files ----
    void run(SendFile& c) { transfers_->send(std::move(c)); }
    void run(GiveUpFile& c);
    void run(RetryFile& c);
    void run(LookAtFile& c) { transfers_->look(c); }
    void run(OpenPicture& c) { transfers_->open(c); }
    void run(FetchFile& c) { transfers_->fetch(c); }
    void run(StopFetching& c) { transfers_->stop(c.room, c.number); }
    void make_transfers();
    void adopt_uploads();
    void tell_downloads(const std::string& account);

    // ---- administration ----
    void run(ListUsers& c);
    void run(ListAllRooms& c);
    void run(ListAudit& c);
    void run(ReadRegistration& c);
    void run(Administer& c);
    void run(GivePassword& c);
    void run(MakeInvitation& c);
    void ask_rights();
    void more_users(const std::shared_ptr<UsersListed>& listed, const std::string& after_name);
    void more_rooms(const std::shared_ptr<AllRoomsListed>& listed, const std::string& after_name);
    void find_registration(std::uint64_t before, std::uint32_t pages);
    void act_ended(ActId act, const net::Result<chat::Answer>& result);

    // ---- the rest ----
    void run(Typing& c);
    void run(BeAway& c);
    void run(LookAfter& c);
    void watch_people();
    void typing_seen(chat::RoomId room, chat::UserId user, const std::string& name);
    void people_online();
    void know(const std::vector<chat::UserId>& users);
    void ask_profiles(std::vector<chat::UserId> unknown);
    void know_authors(const std::vector<chat::RoomMessage>& messages);
    void run(BlockPerson& c);
    void run(AskWhoIsBlocked&) { ask_blocked(); }
    void tell_kept_blocked();
    void ask_blocked();
    void run(LoadReaders& c);
    void run(SaveDraft& c);
    void open_drafts();
    void leave_drafts();
    void take_up_drafts();
    void draft_moved(chat::RoomId room);
    void run(SavePlace& c);
    void run(SaveSetting& c);
    void run(ReadSetting& c);
    void run(SavePreferences& c);
    void run(ChooseLanguage& c);
    void read_preferences();
    void run(ReadReplySettings& c);
    void run(SetReplyMode& c);
    void run(LetRoomLeave& c);
    void run(ForgetReplies& c);
    void run(LookAtReplicas& c);
    void run(LookAtLab& c);
    void run(OrderLab& c);

    void connection_changed();
    void tell(Notification notification) { notify_(std::move(notification)); }
    // A result that is an error becomes a notice; true when there is a value.
    template <class T>
    bool good(const net::Result<T>& result) {
        if (!result) tell(Notice{tr_known(result.error().message)});
        return result.has_value();
    }
    void local_failed(const net::Result<void>& result);

    BackendPorts ports_;
    net::Function<void(Notification)> notify_;
    Suggester suggester_;
    std::unique_ptr<chat::Client> client_;
    std::unique_ptr<chat::Drafts> drafts_;                  // stands on the client
    std::set<chat::RoomId> drafts_met_;                     // what stood here and what stood elsewhere were compared
    // Of a login that was ended elsewhere, in memory alone, until somebody logs in here.
    struct LeftDrafts { chat::UserId user; std::map<chat::RoomId, std::string> texts; };
    LeftDrafts left_drafts_;
    chat::UserId user_;                                     // who is logged in, or was last
    bool is_leaving_ = false;                               // the log-out was asked for here
    std::set<chat::UserId> profiles_asked_;
    std::unique_ptr<Transfers> transfers_;                  // stands on the client
    std::map<chat::RoomId, chat::RoomRow> rooms_;
    std::map<chat::RoomId, std::uint64_t> followed_from_;   // the change number each subscription began at
    std::set<chat::RoomId> caught_up_;
    std::set<chat::RoomId> loading_;
    bool loading_rooms_ = false;
    bool rooms_again_ = false;
    bool leftovers_adopted_ = false;
    bool local_is_broken_ = false;
    bool lacks_room_ = false;                               // for what is to be sent, on this computer
    std::string room_to_show_;                              // by name, once it is listed
    std::map<chat::RoomId, std::uint64_t> marks_;           // to be sent when the pause is over
    bool marking_ = false;
    std::vector<chat::UserId> members_;                     // of the room whose members were listed last
    std::vector<chat::UserId> users_;                       // that an administrator listed last
    bool rights_asked_ = false;
    std::vector<chat::UserId> watched_;
    std::map<std::pair<chat::RoomId, chat::UserId>, net::TimerId> typing_timers_;
    ConnectionStatus told_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::gui
