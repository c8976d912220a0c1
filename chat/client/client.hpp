// Client: one person's end of Parley as an actor on a Loop. It knows several replicas, stays with one, reconnects by
// itself, sends every operation exactly once (docs/protocol.md Q8) and resumes subscriptions without gap or repeat.
// No thread, no socket and no clock of its own; it runs in the simulator unchanged. Callbacks come on the Loop; they
// may call any member, but must not destroy the client.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/client/store.hpp"
#include "chat/wire/protocol.hpp"
#include "net/ports/link.hpp"
#include "net/ports/loop.hpp"
#include "net/ports/secrets.hpp"

namespace parley::chat {

struct ClientOptions {
    std::vector<std::string> servers;                                   // "host:port"; one at random is tried first
    std::string program = "parley";                                     // for the replica's log
    std::string device = "parley";                                      // how the login is listed to its user
    // Reads see everything that was acknowledged, by anybody, before they were asked; they need a quorum. Otherwise they are
    // as new as what this client has seen itself, and any replica answers alone.
    bool linearizable_reads = false;
    bool follow_members = true;                                         // learn further addresses from the replica
    // When every address shows a certificate that is not trusted, or another cluster, all calls end at once instead of being tried again.
    bool end_when_untrusted = true;
    // A store without room on its disk ends the client. Otherwise what it cannot keep is not sent, and tried again every second (ClientEvents::room_lacking).
    bool end_when_full = true;
    std::uint32_t window = 64;                                          // operations in flight; 64 at most (Q8)
    std::uint32_t outbox_entries_max = 10'000;
    net::Duration backoff_min = std::chrono::milliseconds{50};
    net::Duration backoff_max = std::chrono::seconds{3};
    net::Duration silence_ping = std::chrono::seconds{2};               // nothing heard: ask
    net::Duration silence_max = std::chrono::seconds{4};                // still nothing: try another replica
    net::Duration leaderless_max = std::chrono::seconds{3};             // a replica without a leader: try another one
};

struct ClientPorts {
    net::Loop& loop;
    net::Dialer& dialer;
    net::Secrets& secrets;
    ClientStore* store = nullptr;         // nullptr: for reads that need no login (status, digest); cannot submit
};

// How the client stands towards the cluster.
struct ClientConnection {
    enum class State {
        offline,        // between two attempts; `reason` says why the last one failed
        connecting,
        online,         // speaking with `address`, logged in if there is an account
        ended,          // not trusted (see end_when_untrusted), or the store failed (see end_when_full): nothing is tried any more
    };
    State state = State::offline;
    std::string address;
    std::optional<Welcome> replica;        // while online: alias, leader, replicas, reachable
    bool authenticated = false;
    net::Error reason;
};

struct ClientEvents {
    net::Function<void(const ClientConnection&)> connection;                  // it changed
    net::Function<void()> rooms_changed;                                // ask my_rooms() again
    net::Function<void(RoomId, std::uint64_t)> read_moved;              // the own marker, moved by any device
    net::Function<void(RoomId, std::uint64_t)> marked_unread;           // the own marker went back to this, on any device
    net::Function<void(const std::vector<UserPresence>&)> presence;     // of those who are watched: how they are now
    net::Function<void(RoomId, UserId, const std::string& name)> typing;   // good for typing_shown
    net::Function<void(const ProfileRow&)> profile_changed;             // of anybody, once profiles() was asked
    net::Function<void(RoomId, const std::string& text)> draft_changed; // written on another device, once drafts() was asked; empty: gone
    net::Function<void(bool)> room_lacking;                             // the disk has no room for what is to be sent; false: it has again
    net::Function<void()> logged_out;                                   // the login ended, here or elsewhere; the account is forgotten
};

// The error of a call: `timed_out` (no quorum, or not reachable in time), `refused` / `not_found` (a Failure, with its
// sentence), `untrusted`, `wrong_peer`, `full` (too much queued), `closed` (see Client::submit), `io_failed` (own disk).
template <class T>
using Reply = net::Function<void(net::Result<T>)>;

// none: waits as long as it takes.
using Deadline = std::optional<net::Duration>;

struct SubscriptionEvents {
    // Each message once, in order, without a gap; in batches. The same for changes (deletions, edits, reactions, pins):
    // take_in() of chat/state/effects.hpp carries one over into a message that is kept.
    net::Function<void(const std::vector<RoomMessage>&)> messages;
    net::Function<void(const std::vector<MessageChange>&)> changes;
    // The backlog was delivered up to here; called again after each reconnect.
    net::Function<void(const Subscribed&)> caught_up;
    // No longer a member, or refused; no further event.
    net::Function<void(const net::Error&)> ended;
};

class Client {
public:
    // Takes over the account and the outbox it finds in the store. Nothing is sent before start().
    Client(ClientPorts ports, ClientOptions options, ClientEvents events);
    // Calls that were not answered are dropped without a callback; the outbox stays on disk.
    ~Client();

    void start();

    // ---- account ----
    [[nodiscard]] const std::optional<Account>& account() const;
    // Result: Answer with Registered / LoggedIn, or Refused. When done the account is stored and this client speaks for
    // it. An account that was there before is replaced; its unsent operations end as `refused`.
    // `invite`: the code of an invitation, empty for none.
    void register_account(std::string name, std::string password, Deadline within, Reply<Answer> reply, std::string invite = {});
    void log_in(std::string name, std::string password, Deadline within, Reply<Answer> reply);
    // For administrators: gives somebody a new password; every login of that account ends.
    void reset_password(std::string user, std::string password, Deadline within, Reply<Answer> reply);
    // Result: Answer with Done, or Refused (wrong_password). Every other login of the account ends.
    void change_password(std::string old_password, std::string new_password, Deadline within, Reply<Answer> reply);
    // Ends the login (everywhere: all logins of the user) after all operations before it, and forgets the account.
    void log_out(bool everywhere, Deadline within, Reply<Answer> reply);

    // ---- operations ----
    struct SubmitOptions {
        Deadline within;                   // the callback's; the operation itself stays in the outbox
        std::string note;                  // kept with the entry, for whoever finds it after a crash
        bool keep_until_confirmed = false; // the entry outlives its answer until confirm()
        std::optional<KeptUpload> upload{};   // whose message this is: kept as posted by this entry, in the transaction that keeps the entry
    };
    // Durable on this client's disk before anything is sent, then sent again until it is answered, in order, under the
    // same number. The answer may be Refused. Errors: `timed_out` (the entry stays and goes on), `refused` (no account,
    // too large, not sent before another account took over), `full`, and `closed`: the session ended while the operation
    // was on its way, so it is not known whether it took effect; it is not sent again.
    EntryId submit(Operation operation, SubmitOptions options, Reply<Answer> reply);
    EntryId submit(Operation operation, Deadline within, Reply<Answer> reply);

    // Entries of an earlier process, by id, as they are now: unsent, sent (both are under way once online), answered or
    // unknown (waiting for confirm()).
    [[nodiscard]] std::vector<OutboxEntry> leftovers() const;
    // Calls back once that entry is answered (at once if it is) or its outcome is unknown (Error `closed`).
    void await(EntryId entry, Deadline within, Reply<Answer> reply);
    // The outcome was reported to the user: the entry is removed, durably.
    void confirm(EntryId entry);
    // Operations not answered yet.
    [[nodiscard]] std::size_t unanswered() const;

    // ---- reads: see ClientOptions::linearizable_reads ----
    void whoami(Deadline within, Reply<Identity> reply);
    void users(AskUsers question, Deadline within, Reply<UserPage> reply);
    void my_rooms(Deadline within, Reply<RoomPage> reply);
    void public_rooms(AskPublicRooms question, Deadline within, Reply<RoomPage> reply);
    void room(Target target, Deadline within, Reply<RoomRow> reply);
    void members(AskMembers question, Deadline within, Reply<UserPage> reply);
    void history(AskHistory question, Deadline within, Reply<MessagePage> reply);
    void thread(AskThread question, Deadline within, Reply<MessagePage> reply);
    void pins(Target target, Deadline within, Reply<MessagePage> reply);
    void logins(Deadline within, Reply<LoginPage> reply);
    void blocked(Deadline within, Reply<UserPage> reply);
    void unread(Deadline within, Reply<UnreadPage> reply);
    // For administrators.
    void all_rooms(AskAllRooms question, Deadline within, Reply<RoomPage> reply);
    void audit(AskAudit question, Deadline within, Reply<AuditPage> reply);
    void bans(AskBans question, Deadline within, Reply<UserPage> reply);
    // Messages in all rooms one may read, newest first (see AskSearch); waits as long as the replica looks.
    void search(AskSearch question, Deadline within, Reply<FoundPage> reply);
    // ---- files: see Upload and Download, which put these together ----
    void upload(FileId file, Deadline within, Reply<UploadReport> reply);
    void send_chunk(SendChunk chunk, Deadline within, Reply<Okay> reply);
    void file(AskFile question, Deadline within, Reply<FileReport> reply);
    void file_chunk(AskFileChunk question, Deadline within, Reply<FileChunk> reply);
    void edits(Target target, std::uint64_t number, Deadline within, Reply<EditPage> reply);
    // ---- only where the cluster is at consensus::level_of_people, which status() tells ----
    void profiles(std::vector<UserId> users, Deadline within, Reply<ProfilePage> reply);
    void drafts(Deadline within, Reply<DraftPage> reply);
    void receipts(AskReceipts question, Deadline within, Reply<ReceiptPage> reply);
    void last_seen(std::vector<UserId> users, Deadline within, Reply<LastSeenPage> reply);
    void registration(Deadline within, Reply<RegistrationReport> reply);
    // How these people are now; and from here on events.presence tells what changes, after reconnects everything. Replaces
    // whom was watched before.
    void watch_presence(std::vector<UserId> users);
    // Nobody sits at this device, or somebody does again.
    void set_away(bool away);
    // Somebody types here: told to the room when it was not within the last seconds. Only while online.
    void typing(RoomId room);
    // How others show that somebody types, after it was told last.
    static constexpr net::Duration typing_shown = std::chrono::seconds{6};
    void presence(std::vector<UserId> users, Deadline within, Reply<PresencePage> reply);
    // Of the replica this client is connected to; need no login.
    void status(Deadline within, Reply<StatusReport> reply);
    void digest(std::uint64_t slot, Deadline within, Reply<DigestReport> reply);

    // ---- subscriptions: one per room; a second one replaces the first ----
    void subscribe(RoomId room, std::uint64_t after_message, std::uint64_t after_change, SubscriptionEvents events);
    void unsubscribe(RoomId room);

    [[nodiscard]] const ClientConnection& connection() const;
    // The newest slot this client has seen.
    [[nodiscard]] std::uint64_t seen_slot() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace parley::chat
