// Account, rooms and the connection; messages are in backend_messages.cpp.
#include "gui/engine/backend.hpp"

#include "gui/engine/preferences_file.hpp"

namespace parley::gui {
namespace {

constexpr net::Duration patience = std::chrono::seconds{15};
constexpr std::uint32_t list_rows = 100;

}  // namespace

Backend::Backend(BackendPorts ports, chat::ClientOptions options, net::Function<void(Notification)> notify)
    : ports_(std::move(ports)), notify_(std::move(notify)),
      suggester_(ports_.loop, ports_.local, std::move(ports_.replies), [this](Notification notification) { tell(std::move(notification)); }) {
    chat::ClientEvents events;
    events.connection = [this](const chat::ClientConnection& connection) {
        connection_changed();
        if (connection.state != chat::ClientConnection::State::online || !connection.authenticated) return;
        load_rooms();
        ask_rights();
        people_online();
        ask_blocked();
        suggester_.online(*client_);
    };
    events.profile_changed = [this](const chat::ProfileRow& profile) { tell(ProfilesTold{{profile}}); };
    events.draft_changed = [this](chat::RoomId room, const std::string& text) { drafts_->heard(room, text); };
    events.rooms_changed = [this] { load_rooms(); };
    events.read_moved = [this](chat::RoomId room, std::uint64_t number) { tell(ReadMoved{room, number}); };
    events.marked_unread = [this](chat::RoomId room, std::uint64_t number) { tell(MarkedUnread{room, number}); };
    events.presence = [this](const std::vector<chat::UserPresence>& users) { tell(PresenceSeen{users}); };
    events.typing = [this](chat::RoomId room, chat::UserId user, const std::string& name) { typing_seen(room, user, name); };
    events.room_lacking = [this](bool is_lacking) {
        lacks_room_ = is_lacking;
        connection_changed();
    };
    events.logged_out = [this] { logged_out(tr("This login has ended: log in again.")); };
    client_ = std::make_unique<chat::Client>(chat::ClientPorts{ports_.loop, ports_.dialer, ports_.secrets, &ports_.store},
                                             std::move(options), std::move(events));
    open_drafts();
    make_transfers();
}

Backend::~Backend() {
    for (const auto& [who, timer] : typing_timers_) ports_.loop.cancel(timer);
}

void Backend::start() {
    // What the window looks like comes before what it shows.
    for (const char* name : {"window", "side"}) {
        ReadSetting setting{name};
        run(setting);
    }
    read_preferences();
    if (client_->account()) {
        account_is(*client_->account());
        adopt_leftovers();
    } else {
        tell(AccountChanged{{}, {}, ""});
    }
    client_->start();
    connection_changed();
}

void Backend::run(Command command) {
    std::visit([this](auto& one) { run(one); }, command);
}

// The copy on this disk is a convenience: without it the window still works, so it is said once.
void Backend::local_failed(const net::Result<void>& result) {
    if (result || std::exchange(local_is_broken_, true)) return;
    tell(Notice{tr("Nothing can be kept on this computer: {0}", tr_known(result.error().message))});
}

void Backend::connection_changed() {
    using State = chat::ClientConnection::State;
    const chat::ClientConnection& connection = client_->connection();
    ConnectionStatus status;
    status.unsent = client_->unanswered();
    status.lacks_room_here = lacks_room_;
    if (connection.state == State::online && connection.replica) {
        const chat::Welcome& replica = *connection.replica;
        status.replica = replica.alias;
        status.leader = replica.leader_alias.value_or("");
        status.replicas = replica.replicas;
        status.reachable = replica.reachable;
        using Shown = ConnectionStatus::State;
        status.state = status.leader.empty() ? Shown::no_leader : replica.has_room ? Shown::online : Shown::no_room;
    } else if (connection.state == State::ended) {
        status.state = ConnectionStatus::State::ended;
    }
    if (connection.state != State::online) status.sentence = tr_known(connection.reason.message);
    if (status == told_) return;
    told_ = status;
    tell(status);
}

// ---- account ----

void Backend::run(Register& c) { client_->register_account(c.name, std::move(c.password), patience, form_reply(true)); }
void Backend::run(LogIn& c) { client_->log_in(c.name, std::move(c.password), patience, form_reply(false)); }

Backend::Answered Backend::form_reply(bool is_new) {
    return [this, is_new](net::Result<chat::Answer> result) {
        if (!result) return tell(FormRefused{tr_known(result.error().message), false});
        if (const auto* refused = std::get_if<chat::Refused>(&result->result)) {
            return tell(FormRefused{tr_known(chat::sentence(refused->why)), is_new && refused->why == chat::Refusal::name_taken});
        }
        rights_asked_ = false;
        account_is(*client_->account());
        read_preferences();
        load_rooms();
        ask_rights();
        people_online();
        ask_blocked();
        suggester_.online(*client_);
    };
}

void Backend::run(LogOut&) {
    is_leaving_ = true;
    client_->log_out(false, patience, [this](net::Result<chat::Answer> result) {
        is_leaving_ = false;
        if (good(result) && client_->account()) tell(Notice{tr("Logging out was refused: try again.")});
    });
}

void Backend::account_is(const chat::Account& account) {
    user_ = account.user;
    local_failed(ports_.local.belong_to(account.user));
    suggester_.belong_to(account.user);
    transfers_->belong_to(account.user);
    tell(AccountChanged{account.name, account.user, ""});
    tell_downloads(account.name);
    if (ports_.account_used) ports_.account_used(account.name);
    tell_favourites();
    tell_kept_blocked();
    show_stored();
}

void Backend::logged_out(const std::string& reason) {
    transfers_->forget(is_leaving_);
    leave_drafts();
    rooms_.clear();
    followed_from_.clear();
    caught_up_.clear();
    leftovers_adopted_ = false;
    members_.clear();
    users_.clear();
    rights_asked_ = false;
    watched_.clear();
    local_failed(ports_.local.belong_to(chat::UserId{}));   // what others wrote does not stay behind
    suggester_.belong_to(chat::UserId{});
    open_drafts();
    profiles_asked_.clear();
    tell(AccountChanged{{}, {}, reason});
}

void Backend::show_stored() {
    const auto stored = ports_.local.rooms();
    if (!stored || stored->empty()) return;
    RoomsListed listed;
    listed.is_from_store = true;
    for (const chat::StoredRoom& room : *stored) {
        listed.rooms.push_back(room.row);
        rooms_[room.row.room] = room.row;
    }
    tell(std::move(listed));
    for (const chat::StoredRoom& room : *stored) {
        if (!room.draft.empty() || room.place != chat::ReadingPlace{}) tell(DraftFound{room.row.room, room.draft, room.place});
    }
}

// ---- rooms ----

void Backend::load_rooms() {
    if (!client_->account()) return;
    if (loading_rooms_) {
        rooms_again_ = true;
        return;
    }
    loading_rooms_ = true;
    client_->my_rooms({}, [this](net::Result<chat::RoomPage> page) {
        loading_rooms_ = false;
        if (page && client_->account()) take_rooms(page->rooms);
        if (std::exchange(rooms_again_, false)) load_rooms();
    });
}

void Backend::take_rooms(const std::vector<chat::RoomRow>& rooms) {
    local_failed(ports_.local.save_rooms(rooms));
    std::map<chat::RoomId, chat::RoomRow> listed;
    for (const chat::RoomRow& row : rooms) listed[row.room] = row;
    std::erase_if(followed_from_, [&](const auto& followed) { return !listed.contains(followed.first); });
    rooms_ = std::move(listed);
    tell(RoomsListed{rooms, false});
    for (const chat::RoomRow& row : rooms) {
        if (!followed_from_.contains(row.room)) follow(row);
        if (!room_to_show_.empty() && row.name == room_to_show_) {
            tell(RoomWanted{row.room});
            room_to_show_.clear();
        }
    }
    take_up_drafts();
    for (const chat::RoomRow& row : rooms) {
        if (!drafts_met_.contains(row.room) && !drafts_->text(row.room).empty()) draft_moved(row.room);
    }
    watch_people();
    adopt_leftovers();
}

void Backend::follow(const chat::RoomRow& row) {
    constexpr std::uint64_t missed_max = 5000;   // more is not worth the way: the room starts anew from its end
    const auto stored = ports_.local.room(row.room);
    const bool has_stretch = stored && *stored && (*stored)->last > 0 && (*stored)->last <= row.last;
    const bool goes_on = has_stretch && row.last - (*stored)->last <= missed_max && row.changes - (*stored)->change <= missed_max;
    if (has_stretch && !goes_on) tell(RoomReset{row.room});
    const std::uint64_t after_message = goes_on ? (*stored)->last : row.last;
    const std::uint64_t after_change = goes_on ? (*stored)->change : row.changes;
    followed_from_[row.room] = after_change;
    caught_up_.erase(row.room);

    chat::SubscriptionEvents events;
    events.messages = [this, id = row.room](const std::vector<chat::RoomMessage>& messages) { messages_came(id, messages); };
    events.changes = [this, id = row.room](const std::vector<chat::MessageChange>& changes) { changes_came(id, changes); };
    events.caught_up = [this, id = row.room](const chat::Subscribed&) { caught_up_.insert(id); };
    events.ended = [this, id = row.room](const net::Error&) {
        followed_from_.erase(id);
        load_rooms();
    };
    client_->subscribe(row.room, after_message, after_change, std::move(events));
    if (!goes_on && row.last > 0) load_page(row.room, row.last + 1);
}

void Backend::operate(chat::Operation operation, std::optional<std::string> room_to_show) {
    client_->submit(std::move(operation), patience, [this, room_to_show](net::Result<chat::Answer> result) {
        if (!good(result)) return;
        if (const auto* refused = std::get_if<chat::Refused>(&result->result)) return tell(Notice{tr_known(chat::sentence(refused->why))});
        if (room_to_show) room_to_show_ = *room_to_show;
        load_rooms();
    });
    connection_changed();
}

void Backend::run(MakeRoom& c) { operate(chat::CreateRoom{c.name, c.is_private}, c.name); }
void Backend::run(EnterRoom& c) { operate(chat::JoinRoom{chat::ByRoomName{c.name}}, c.name); }
void Backend::run(QuitRoom& c) { operate(chat::LeaveRoom{chat::ByRoom{c.room}}, {}); }
void Backend::run(InvitePerson& c) { operate(chat::InviteToRoom{chat::ByRoom{c.room}, c.name}, {}); }

void Backend::run(LoadMembers& c) {
    client_->members({chat::ByRoom{c.room}, "", list_rows}, patience, [this, room = c.room](net::Result<chat::UserPage> page) {
        if (!page) return;
        members_.clear();
        for (const chat::UserRow& member : page->users) members_.push_back(member.user);
        know(members_);
        tell(MembersListed{room, std::move(page->users), page->more});
        watch_people();
    });
}

void Backend::run(FindPeople& c) {
    const std::string pattern = c.pattern.empty() ? "" : "*" + c.pattern + "*";
    client_->users({pattern, "", list_rows}, patience, [this, asked = c.pattern](net::Result<chat::UserPage> page) {
        if (good(page)) tell(PeopleFound{asked, std::move(page->users), page->more});
    });
}

void Backend::run(FindPublicRooms&) {
    client_->public_rooms({"", list_rows}, patience, [this](net::Result<chat::RoomPage> page) {
        if (good(page)) tell(PublicRoomsFound{std::move(page->rooms), page->more});
    });
}

// ---- presence and typing ----

// The other ones of direct conversations, and the members and users that are listed.
void Backend::watch_people() {
    std::set<chat::UserId> people(members_.begin(), members_.end());
    people.insert(users_.begin(), users_.end());
    for (const auto& [id, row] : rooms_) {
        if (row.is_direct && row.partner != chat::UserId{}) people.insert(row.partner);
    }
    std::vector<chat::UserId> wanted(people.begin(), people.end());
    if (wanted == watched_) return;
    watched_ = wanted;
    client_->watch_presence(std::move(wanted));
}

void Backend::typing_seen(chat::RoomId room, chat::UserId user, const std::string& name) {
    tell(TypingSeen{room, user, name, false});
    net::TimerId& timer = typing_timers_[{room, user}];
    ports_.loop.cancel(timer);
    timer = ports_.loop.after(chat::Client::typing_shown, [this, room, user, name] {
        typing_timers_.erase({room, user});
        tell(TypingSeen{room, user, name, true});
    });
}

void Backend::run(Typing& c) { client_->typing(c.room); }
void Backend::run(BeAway& c) {
    client_->set_away(c.away);
    suggester_.rest(c.away);
}
void Backend::run(LookAfter& c) {
    operate(std::move(c.operation), c.room_to_show.empty() ? std::nullopt : std::optional{c.room_to_show});
}

// ---- what is kept here ----

void Backend::run(SavePlace& c) { local_failed(ports_.local.save_place(c.room, c.place)); }
void Backend::run(SaveSetting& c) { local_failed(ports_.local.save_setting(c.name, c.value)); }

void Backend::run(ReadSetting& c) {
    const auto value = ports_.local.setting(c.name);
    tell(SettingRead{c.name, value ? *value : ""});
}

void Backend::run(SavePreferences& c) {
    if (ports_.disk == nullptr || !client_->account()) return;
    const auto written = write_preferences(*ports_.disk, ports_.folder, client_->account()->user, ports_.store.slot(), c.preferences);
    if (!written) tell(Notice{tr("What you chose is not kept: {0}", tr_known(written.error().message))});
}

void Backend::run(ChooseLanguage& c) {
    if (ports_.disk == nullptr) return;
    const auto written = write_language(*ports_.disk, ports_.store.slot(), c.language);
    if (!written) tell(Notice{tr("What you chose is not kept: {0}", tr_known(written.error().message))});
    tell(LanguageTold{read_language(*ports_.disk)});
}

// Nobody's: the defaults.
void Backend::read_preferences() {
    if (ports_.disk == nullptr || !client_->account()) return;
    tell(LanguageTold{read_language(*ports_.disk)});
    const auto read = gui::read_preferences(*ports_.disk, ports_.folder, client_->account()->user);
    if (read) return tell(PreferencesRead{*read, ""});
    tell(PreferencesRead{Preferences{}, tr("{0}. The usual settings are used until you change one.", tr_known(read.error().message))});
}

// ---- quick replies ----

void Backend::run(ReadReplySettings&) { suggester_.tell_settings(); }
void Backend::run(SetReplyMode& c) { suggester_.set_mode(c.mode); }
void Backend::run(LetRoomLeave& c) { suggester_.let_leave(c.room, c.may); }

void Backend::run(ForgetReplies&) {
    std::vector<std::pair<chat::RoomId, std::uint64_t>> newest;
    for (const auto& [id, row] : rooms_) newest.emplace_back(id, row.last);
    suggester_.forget(newest);
}

void Backend::run(LookAtReplicas&) {
    if (!ports_.ask_replicas) return;
    ports_.ask_replicas([this, alive = std::weak_ptr<int>(alive_)](ReplicasSeen seen) {
        if (alive.expired()) return;
        seen.time_ms = std::chrono::duration_cast<std::chrono::milliseconds>(ports_.loop.now().time_since_epoch()).count();
        tell(std::move(seen));
    });
}

// ---- the fault lab ----

void Backend::run(LookAtLab&) {
    if (!ports_.lab.look) return;
    ports_.lab.look([this, alive = std::weak_ptr<int>(alive_)](LabSeen seen) {
        if (!alive.expired()) tell(std::move(seen));
    });
}

void Backend::run(OrderLab& c) {
    if (!ports_.lab.order) return tell(LabObeyed{c.act, tr("there is no lab here")});
    ports_.lab.order(c.order, [this, act = c.act, alive = std::weak_ptr<int>(alive_)](const net::Result<std::string>& result) {
        if (alive.expired()) return;
        tell(LabObeyed{act, result ? "" : tr_known(result.error().message)});
        LookAtLab look;
        run(look);
    });
}

}  // namespace parley::gui
