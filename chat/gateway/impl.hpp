// The inside of the Gateway: its links and what each request waits for. Only the files of the gateway
// include it.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "chat/gateway/gateway.hpp"
#include "chat/gateway/log_in_guard.hpp"
#include "chat/gateway/passwords.hpp"
#include "chat/gateway/presence.hpp"
#include "chat/gateway/proposals.hpp"
#include "chat/gateway/reads.hpp"
#include "chat/gateway/standing.hpp"
#include "chat/gateway/subscriptions.hpp"

namespace parley::chat {

// One connected client.
struct ClientLink {
    std::unique_ptr<net::Link> link;
    std::string network;                   // where it comes from
    std::optional<LoginRow> login;         // set by Authenticate
    TokenHash token{};
    std::set<SessionId> sessions;          // known to belong to the login
    std::uint32_t in_flight = 0;
    std::size_t bytes_in_flight = 0;
    Allowance refusals;                    // of requests that came too fast
    std::uint32_t chunks = 0;              // of these: chunks of files, on their way to or from the disk
    bool closing = false;
    bool is_away = false;
    std::set<UserId> watched;              // whose presence it is told
    bool is_told_profiles = false;
    bool is_told_drafts = false;
    std::optional<net::Instant> typed_at;
    std::optional<net::Instant> busy_since;   // when its queue was last seen to become non-empty
};

class Gateway::Impl : public std::enable_shared_from_this<Gateway::Impl> {
public:
    Impl(GatewayPorts ports, GatewayIdentity identity, GatewayOptions options, GatewayEvents events);
    ~Impl();

    void start();
    void accept(std::unique_ptr<net::Link> link, const net::FrameView& hello);
    void applied(consensus::Slot through, std::span<const Effect> effects);
    void withhold(bool withheld);
    void room_changed(Room room);
    void status_changed(const consensus::ReplicaStatus& status, std::uint32_t reachable);
    void members_changed(std::vector<consensus::Member> members, std::size_t voters);
    bool soft_received(std::uint64_t node, net::ByteView bytes);
    void peer_lost(std::uint64_t node);
    void commands_refused() { proposals_.refused(); }
    [[nodiscard]] std::uint32_t clients() const { return static_cast<std::uint32_t>(links_.size()); }
    [[nodiscard]] std::uint64_t refused_links() const { return refused_links_; }
    [[nodiscard]] std::size_t waiting() const { return proposals_.waiting(); }
    [[nodiscard]] std::uint64_t refused_log_ins() const { return refused_log_ins_; }
    [[nodiscard]] std::uint64_t refused_requests() const { return refused_requests_; }

private:
    struct Deferred {
        Asker asker;
        Question question;
        net::Instant deadline;
    };

    // ---- links.cpp ----
    void on_frame(LinkId id, const net::FrameView& frame);
    void send(LinkId id, net::SharedBytes frame);
    void respond(const Asker& asker, Payload payload);
    void fail(const Asker& asker, Failure::Kind kind, std::string message, std::uint32_t retry_after_ms = 0);
    void close_soon(LinkId id);
    void close(LinkId id);
    void sweep();
    void refuse(LinkId id);
    ClientLink* find(LinkId id);
    void broadcast_welcome();
    void tick();
    void check_stalled(LinkId id, ClientLink& client);

    // ---- questions.cpp: one function for each question; `asker` has an open request ----
    void handle(const Asker& asker, ClientRequest request);
    void handle(const Asker& asker, std::uint64_t seen_slot, Question question);
    void find_read_slot(const Asker& asker, std::uint64_t seen_slot, Question question);
    void defer(const Asker& asker, std::uint64_t until_slot, Question question);
    void ask(const Asker& asker, AskRegister question);
    void ask(const Asker& asker, AskLogIn question);
    void ask(const Asker& asker, AskChangePassword question);
    void ask(const Asker& asker, AskResetPassword question);
    void ask(const Asker& asker, const Authenticate& question);
    void ask(const Asker& asker, const AskSession& question);
    void ask(const Asker& asker, Submit question);
    void ask(const Asker& asker, const Subscribe& question);
    void ask(const Asker& asker, const Unsubscribe& question);
    void ask(const Asker& asker, const AskStatus& question);
    void ask(const Asker& asker, const AskDigest& question);
    void ask(const Asker& asker, const AskTransfer& question);
    void ask(const Asker& asker, const AskMembership& question);
    void ask(const Asker& asker, const AskConfiguration& question);
    void ask(const Asker& asker, const AskImage& question);
    void ask(const Asker& asker, const AskChunk& question);
    [[nodiscard]] bool is_replica(const Asker& asker, consensus::NodeId node);
    void ask(const Asker& asker, const Ping& question);
    void ask(const Asker& asker, const AskSearch& question);
    bool is_operator(const Asker& asker);
    template <class Read>
    void ask(const Asker& asker, const Read& question);
    bool may_propose(const Asker& asker);
    bool has_leader(const Asker& asker);
    bool has_room(const Asker& asker);
    template <class Command>
    void propose(const Asker& asker, const Command& command);
    void change_password(const Asker& asker, AskChangePassword question, const PasswordRow& row);
    void log_in(const Asker& asker, const AskLogIn& question, const std::optional<PasswordRow>& row);
    // ---- limits.cpp; where they say no, the asker is told ----
    bool may_ask(const Asker& asker);
    bool may_register(const Asker& asker);
    std::optional<LogInGuard::Try> may_try(const Asker& asker, const std::string& account);
    void sweep_limits();
    void verify(const Asker& asker, const LogInGuard::Try& attempt, std::string password, std::string stored, net::Function<void(bool)> done);
    // This replica's trouble is no word on what was asked: the client asks again, or another replica.
    void unreadable(const Asker& asker, const net::Error& error);
    // Below its feature level a command must not come into the log: older replicas take it for something else.
    [[nodiscard]] bool is_known(const Operation& operation);
    bool owns_session(const Asker& asker, ClientLink& client, const Submit& question);
    void submit(const Asker& asker, Submit question);

    // ---- files.cpp ----
    void ask(const Asker& asker, const AskUpload& question);
    void ask(const Asker& asker, SendChunk question);
    void ask(const Asker& asker, const AskFile& question);
    void ask(const Asker& asker, const AskFileChunk& question);
    // These tell the asker when there is nothing.
    bool has_files(const Asker& asker);
    bool takes_chunk(const Asker& asker);
    std::optional<FileRow> own_upload(const Asker& asker, FileId file);
    std::optional<MessageFile> readable_file(const Asker& asker, const Target& target, std::uint64_t number);
    std::optional<FileRow> chunks_of_file(const Asker& asker, const MessageFile& file);
    void chunk_put(const Asker& asker, const net::Result<void>& result);
    void chunk_read(const Asker& asker, const ChunkHash& chunk, net::Result<net::Bytes> result);
    // None: its link is gone. From here on another one may be on its way.
    bool chunk_done(const Asker& asker);

    // ---- soft_state.cpp ----
    void ask(const Asker& asker, WatchPresence question);
    void ask(const Asker& asker, const TellAway& question);
    void ask(const Asker& asker, const TellTyping& question);
    void ask(const Asker& asker, const AskLastSeen& question);
    // ---- people.cpp ----
    void ask(const Asker& asker, const AskProfiles& question);
    void ask(const Asker& asker, const AskDrafts& question);
    void take(const AdministratorChanged& effect);
    void take(const ProfileChanged& effect);
    void take(const DraftChanged& effect);
    void presence_changed(UserId user);
    void presence_changes_later(UserId user);
    void forget_watches(LinkId link, const ClientLink& client);
    void tick_presence();
    void tell_presence();
    void spread_typing(const TypingNotice& notice);

    // ---- effects (gateway.cpp) ----
    void take(const DigestTaken& effect);
    void take(const CommandAnswered& effect);
    void take(const MessagePosted& effect);
    void take(const MessageChanged& effect);
    void take(const MembershipChanged& effect);
    void take(const RoomChanged& effect);
    void take(const ReadMarked& effect);
    void take(const LoginEnded& effect);
    void take(const FileChanged&) {}   // nobody is told: clients ask
    void finish_effects();
    void tell_rooms_changed();
    void release_deferred();
    void expire_deferred();

    GatewayPorts ports_;
    GatewayIdentity identity_;
    GatewayOptions options_;
    GatewayEvents events_;
    Sender sender_;
    Standing standing_;
    Passwords passwords_;
    LogInGuard guard_;
    Allowances<LoginId> of_logins_;                     // requests
    Allowances<std::string> of_networks_;
    Allowances<std::string> registered_;
    std::size_t bytes_in_flight_ = 0;
    Proposals proposals_;
    Reads reads_;
    PresenceBoard presence_;
    std::map<UserId, std::set<LinkId>> presence_watchers_;
    net::Instant presence_sent_{};
    bool presence_unsent_ = false;
    Subscriptions subscriptions_;

    std::map<LinkId, ClientLink> links_;
    std::map<UserId, std::set<LinkId>> links_of_user_;
    std::vector<LinkId> closing_;                       // at the end of this turn
    std::vector<std::unique_ptr<net::Link>> closed_;    // destroyed outside their own events
    bool sweeping_ = false;
    std::uint64_t last_link_ = 0;
    std::uint64_t refused_links_ = 0;
    std::uint64_t refused_log_ins_ = 0;
    std::uint64_t refused_requests_ = 0;

    std::uint64_t applied_ = 0;
    bool withheld_ = false;
    Room room_ = Room::ample;
    std::multimap<std::uint64_t, Deferred> deferred_;   // by the slot they wait for; in order of arrival
    std::map<std::uint64_t, Deferred> slotless_;        // linearizable reads whose slot is asked for, in order
    std::uint64_t last_read_ = 0;
    std::map<std::uint64_t, std::uint64_t> digests_;    // by slot, the newest few
    std::set<UserId> rooms_changed_;                    // whose rooms are others or look different
    std::set<RoomId> looks_changed_;                    // rooms that look different to all who watch them
    std::vector<LoginId> ended_logins_;
    net::TimerId timer_;
};

}  // namespace parley::chat
