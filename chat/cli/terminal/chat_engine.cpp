// ClientConnection, log-in, rooms, messages, read markers.
#include "chat/cli/terminal/chat_engine.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "chat/cli/addresses.hpp"
#include "chat/cli/local_cluster.hpp"
#include "chat/state/names.hpp"

namespace parley::chat {
namespace {

constexpr std::uint32_t page_rows = 100;
constexpr net::Duration mark_pause = std::chrono::milliseconds{500};   // markers go through the log: not one a message

}  // namespace

ChatEngine::ChatEngine(Runtime& runtime, net::Function<void()> changed) : runtime_(runtime), changed_(std::move(changed)) {}

ChatEngine::~ChatEngine() {
    runtime_.loop().cancel(away_timer_);
    for (const auto& [who, timer] : typing_timers_) runtime_.loop().cancel(timer);
}

void ChatEngine::start() {
    form.cluster = "Messages go to the cluster at " + short_list(runtime_.cluster().servers);
    model.status.connection = "connecting…";
    ClientEvents events;
    events.connection = [this](const ClientConnection& connection) { connection_changed(connection); };
    events.rooms_changed = [this] { load_rooms(); };
    events.read_moved = [this](RoomId room, std::uint64_t number) {
        model.mark_read(room, number);
        changed_();
    };
    events.marked_unread = [this](RoomId room, std::uint64_t number) {
        model.mark_unread(room, number);
        marked_[room] = number;
        changed_();
    };
    events.presence = [this](const std::vector<UserPresence>& users) {
        model.set_presence(users);
        changed_();
    };
    events.typing = [this](RoomId room, UserId user, const std::string& name) { typing_seen(room, user, name); };
    events.logged_out = [this] {
        needs_login_ = true;
        open_drafts();   // what this account has begun is nobody else's
        form.refused("this login has ended; log in again");
        changed_();
    };
    events.profile_changed = [this](const ProfileRow& profile) {
        take_profile(profile);
        changed_();
    };
    events.draft_changed = [this](RoomId room, const std::string& text) { drafts_->heard(room, text); };
    Client& client = runtime_.open_client(std::move(events));
    open_drafts();
    needs_login_ = !client.account().has_value();
    take_identity();
    model.status.user = model.own_name;
    refresh_status();
    away_later();
}

void ChatEngine::open_drafts() {
    drafts_ = std::make_unique<Drafts>(runtime_.loop(), runtime_.client(), [this](RoomId room) {
        const RoomPane* pane = model.selected();
        is_draft_changed_ = is_draft_changed_ || (pane != nullptr && pane->row.room == room);
        changed_();
    });
}

void ChatEngine::connection_changed(const ClientConnection& connection) {
    if (connection.state == ClientConnection::State::ended) ended_ = connection.reason;
    if (connection.state == ClientConnection::State::online && connection.authenticated) {
        load_rooms();
        drafts_->start([this] {
            std::vector<RoomMessage> shown;
            for (const RoomId room : model.order()) {
                for (const ScrollItem& item : model.pane(room).items) {
                    if (item.message) shown.push_back(*item.message);
                }
            }
            name_authors(shown);
        });
    }
    refresh_status();
    changed_();
}

void ChatEngine::refresh_status() {
    const ClientConnection& connection = runtime_.client().connection();
    ChatStatus& status = model.status;
    status.unsent = runtime_.client().unanswered();
    status.is_online = connection.state == ClientConnection::State::online && connection.replica.has_value();
    if (status.is_online) {
        const Welcome& replica = *connection.replica;
        const bool has_leader = replica.leader_alias && !replica.leader_alias->empty();
        status.is_online = has_leader && replica.has_room;
        const std::string leader = has_leader ? "leader " + *replica.leader_alias : std::string{"no leader, waiting…"};
        status.connection = fmt::format("{}/{} {}", replica.reachable, replica.replicas, replica.has_room ? leader : "disks full, waiting…");
    } else if (connection.state == ClientConnection::State::ended) {
        status.connection = connection.reason.message;
    } else {
        status.connection = "reconnecting…";
    }
}

void ChatEngine::take_identity() {
    const auto& account = runtime_.client().account();
    if (!account) return;
    model.own_name = account->name;
    model.own_user = account->user;
}

// ---- log-in ----

void ChatEngine::submit_form() {
    if (form.is_busy) return;
    form.is_busy = true;
    form.message = form.is_new_account() ? "making the account…" : "logging in…";
    const auto reply = [this](net::Result<Answer> result) {
        if (!result) {
            form.refused(result.error().message);
        } else if (const auto* refused = std::get_if<Refused>(&result->result)) {
            log_in_refused(refused->why);
        } else {
            logged_in(*result);
        }
        changed_();
    };
    if (form.is_new_account()) {
        runtime_.client().register_account(form.name(), form.password(), runtime_.deadline(), reply);
    } else {
        runtime_.client().log_in(form.name(), form.password(), runtime_.deadline(), reply);
    }
}

void ChatEngine::log_in_refused(Refusal why) {
    if (why == Refusal::name_taken && form.is_new_account()) return form.name_is_taken();
    form.refused(sentence(why));
}

void ChatEngine::logged_in(const Answer& answer) {
    needs_login_ = false;
    take_identity();
    model.status.user = model.own_name;
    form = LoginForm{};
    model.select_named("general");
    const auto* registered = std::get_if<Registered>(&answer.result);
    if (registered != nullptr && registered->is_admin) {
        welcome_administrator();
    } else if (registered != nullptr) {
        model.note("Welcome to Parley. Type and press Enter; /help shows what else there is.");
    }
    load_rooms();
}

void ChatEngine::welcome_administrator() {
    // Which process leads, so that one can see what happens when it dies.
    const ClientConnection& connection = runtime_.client().connection();
    const std::string leader = connection.replica && connection.replica->leader_alias ? *connection.replica->leader_alias : "";
    auto told = std::make_shared<bool>(false);
    for (const std::string& server : runtime_.cluster().servers) {
        runtime_.asker().ask(server, AskStatus{}, std::chrono::seconds{2}, [this, leader, told](net::Result<Asker::Reply> reply) {
            const auto* report = reply ? std::get_if<StatusReport>(&reply->payload) : nullptr;
            if (*told || report == nullptr || (!leader.empty() && report->alias != leader)) return;
            *told = true;
            say_welcome(fmt::format("kill -9 {} ends replica {}: go on typing.", report->process, report->alias));
        });
    }
}

void ChatEngine::say_welcome(const std::string& kill_line) {
    const auto local = read_local_cluster();
    const std::string data = local ? local->data : "the data folders of the replicas";
    model.note("Welcome, you are the administrator. Open a second terminal and ./dev run to talk to yourself.");
    model.note("Nothing is lost when a replica dies: " + kill_line);
    model.note("/quit or Ctrl-C leaves; the cluster stops with the program that started it. /help shows more.");
    model.note(fmt::format("Messages are in {}, each replica's log is parleyd.log in its folder there.", data));
    changed_();
}

// ---- rooms and messages ----

void ChatEngine::load_rooms() {
    if (needs_login_) return;
    if (loading_rooms_) {
        rooms_again_ = true;
        return;
    }
    loading_rooms_ = true;
    runtime_.client().my_rooms({}, [this](net::Result<RoomPage> page) {
        loading_rooms_ = false;
        if (page) take_rooms(page->rooms);
        if (std::exchange(rooms_again_, false)) load_rooms();
        changed_();
    });
}

void ChatEngine::take_rooms(const std::vector<RoomRow>& rooms) {
    for (const RoomRow& room : model.set_rooms(rooms)) follow(room);
    watch_partners(rooms);
    if (!std::exchange(leftovers_adopted_, true)) adopt_leftovers();
    seen();
}

void ChatEngine::follow(const RoomRow& room) {
    SubscriptionEvents events;
    events.messages = [this, id = room.room](const std::vector<RoomMessage>& messages) {
        model.add_messages(id, messages);
        name_authors(messages);
        seen();
        changed_();
    };
    events.changes = [this, id = room.room](const std::vector<MessageChange>& changes) {
        for (const MessageChange& change : changes) model.take_change(id, change);
        changed_();
    };
    events.ended = [this](const net::Error&) { load_rooms(); };
    runtime_.client().subscribe(room.room, room.last, room.changes, std::move(events));
}

void ChatEngine::name_authors(const std::vector<RoomMessage>& messages) {
    if (!drafts_->is_known()) return;   // below that level nobody has a shown name
    std::vector<UserId> unknown;
    for (const RoomMessage& message : messages) {
        if (message.author != UserId{} && named_.insert(message.author).second) unknown.push_back(message.author);
    }
    if (unknown.empty()) return;
    runtime_.client().profiles(unknown, {}, [this](net::Result<ProfilePage> page) {
        if (!page) return;
        for (const ProfileRow& profile : page->profiles) take_profile(profile);
        changed_();
    });
}

void ChatEngine::take_profile(const ProfileRow& profile) {
    if (profile.name.empty()) {
        model.shown_names.erase(profile.user);
    } else {
        model.shown_names[profile.user] = profile.name;
    }
}

// ---- presence and typing ----

void ChatEngine::watch_partners(const std::vector<RoomRow>& rooms) {
    std::vector<UserId> partners;
    for (const RoomRow& room : rooms) {
        if (room.is_direct && room.partner != UserId{}) partners.push_back(room.partner);
    }
    if (partners == watched_) return;
    watched_ = partners;
    runtime_.client().watch_presence(std::move(partners));
}

// Until the message comes, or nothing more for a while.
void ChatEngine::typing_seen(RoomId room, UserId user, const std::string& name) {
    model.add_typing(room, user, name);
    net::TimerId& timer = typing_timers_[{room, user}];
    runtime_.loop().cancel(timer);
    timer = runtime_.loop().after(Client::typing_shown, [this, room, user] {
        typing_timers_.erase({room, user});
        model.end_typing(room, user);
        changed_();
    });
    changed_();
}

// A command is for this program and no text for anybody.
void ChatEngine::typed(const std::string& text) {
    const RoomPane* pane = model.selected();
    if (pane != nullptr && !is_slash_command(text)) drafts_->typed(pane->row.room, text);
}

std::string ChatEngine::draft() const {
    const RoomPane* pane = model.selected();
    return pane == nullptr ? std::string{} : drafts_->text(pane->row.room);
}

void ChatEngine::keep_drafts() { drafts_->flush(); }

void ChatEngine::active(bool writes) {
    const RoomPane* pane = model.selected();
    if (writes && pane != nullptr && !needs_login_) runtime_.client().typing(pane->row.room);
    if (std::exchange(is_away_, false)) runtime_.client().set_away(false);
    away_later();
}

void ChatEngine::away_later() {
    constexpr net::Duration away_after = std::chrono::minutes{5};
    runtime_.loop().cancel(away_timer_);
    away_timer_ = runtime_.loop().after(away_after, [this] {
        is_away_ = true;
        runtime_.client().set_away(true);
    });
}

void ChatEngine::load_older() {
    RoomPane* pane = model.selected();
    if (pane == nullptr || pane->is_loading || pane->has_all_older) return;
    const std::uint64_t before = pane->first_number();
    if (before <= 1) {
        pane->has_all_older = true;
        return;
    }
    pane->is_loading = true;
    runtime_.client().history({ByRoom{pane->row.room}, 0, before, page_rows}, runtime_.deadline(),
                              [this, room = pane->row.room](net::Result<MessagePage> page) {
                                  if (page) {
                                      const bool more = !page->messages.empty() && page->messages.front().number > 1;
                                      model.add_older(room, page->messages, more);
                                      name_authors(page->messages);
                                  } else if (RoomPane* failed = model.find(room)) {
                                      failed->is_loading = false;
                                  }
                                  changed_();
                              });
}

void ChatEngine::seen() {
    RoomPane* pane = model.selected();
    if (pane == nullptr) return;
    if (!pane->has_all_older && std::none_of(pane->items.begin(), pane->items.end(), [](const ScrollItem& item) {
            return item.message.has_value();
        })) {
        load_older();
    }
    if (pane->scrolled > 0 || pane->unread() == 0 || marking_) return;
    marking_ = true;
    runtime_.loop().after(mark_pause, [this] {
        marking_ = false;
        mark_read();
    });
}

void ChatEngine::mark_read() {
    RoomPane* pane = model.selected();
    if (needs_login_ || pane == nullptr || pane->scrolled > 0 || pane->unread() == 0) return;
    const std::uint64_t number = pane->row.last;
    if (marked_[pane->row.room] >= number) return;
    marked_[pane->row.room] = number;
    model.mark_read(pane->row.room, number);
    runtime_.client().submit(MarkRead{ByRoom{pane->row.room}, number}, Deadline{}, [](net::Result<Answer>) {});
    changed_();
}

// ---- sending ----

void ChatEngine::enter(const std::string& line) {
    if (line.empty()) return;
    if (is_slash_command(line)) return run_command(line);
    const RoomPane* pane = model.selected();
    if (pane == nullptr) return model.note(slash_template(SlashRefused::Why::no_room));
    drafts_->done(pane->row.room);
    send_text(ByRoom{pane->row.room}, pane->row.room, slash_text(line));
}

void ChatEngine::send_text(const Target& target, std::optional<RoomId> room, const std::string& text, std::uint64_t reply_to) {
    struct Sending {
        EntryId entry;
        bool is_over = false;
    };
    auto sending = std::make_shared<Sending>();
    Client::SubmitOptions options;
    options.note = "chat";
    sending->entry = runtime_.client().submit(Post{target, text, reply_to}, std::move(options), [this, sending, text](net::Result<Answer> result) {
        sending->is_over = true;
        sent(sending->entry, text, result);
    });
    if (room && !sending->is_over) model.add_pending(*room, sending->entry, text);
    if (RoomPane* pane = model.selected()) pane->scrolled = 0;
    refresh_status();
    changed_();
}

void ChatEngine::sent(EntryId entry, const std::string& text, const net::Result<Answer>& result) {
    const auto* posted = result ? std::get_if<Posted>(&result->result) : nullptr;
    if (posted != nullptr) {
        model.settle_pending(entry, posted->number);
    } else {
        model.drop_pending(entry);
        const auto* refused = result ? std::get_if<Refused>(&result->result) : nullptr;
        const std::string why = refused != nullptr ? sentence(refused->why) : (result ? "" : result.error().message);
        model.note(fmt::format("not sent: \"{}\": {}", text.substr(0, 60), why));
    }
    refresh_status();
    changed_();
}

// What a killed program left behind is on its way again: shown as such until it is acknowledged.
void ChatEngine::adopt_leftovers() {
    Client& client = runtime_.client();
    for (const OutboxEntry& entry : client.leftovers()) {
        if (std::holds_alternative<KeepDraft>(entry.operation)) continue;   // the Drafts wait for these
        const auto* post = std::get_if<Post>(&entry.operation);
        std::optional<RoomId> room;
        for (const RoomId id : model.order()) {
            const RoomRow& row = model.pane(id).row;
            const auto* by_room = post == nullptr ? nullptr : std::get_if<ByRoom>(&post->target);
            const auto* by_name = post == nullptr ? nullptr : std::get_if<ByRoomName>(&post->target);
            const auto* by_user = post == nullptr ? nullptr : std::get_if<ByUserName>(&post->target);
            const auto* by_people = post == nullptr ? nullptr : std::get_if<ByPeople>(&post->target);
            if ((by_room && by_room->room == id) || (by_name && by_name->name == row.name && !row.is_direct) ||
                (by_user && by_user->name == row.name && row.is_direct) ||
                (by_people && conversation_name(by_people->names) == row.name && row.is_direct)) {
                room = id;
            }
        }
        if (room) model.add_pending(*room, entry.id, post->text);
        client.await(entry.id, {}, [this, id = entry.id, text = post == nullptr ? "" : post->text](net::Result<Answer> result) {
            if (!text.empty()) sent(id, text, result);
            runtime_.client().confirm(id);
            refresh_status();
            changed_();
        });
    }
}

}  // namespace parley::chat
