// What a gateway says to a client: answers to requests, and what it pushes by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chat/state/view.hpp"
#include "chat/wire/questions.hpp"

namespace parley::chat {

// The gateway as it sees itself; sent after the hello and whenever it changes.
struct Welcome {
    std::uint64_t node = 0;
    std::string alias;
    std::optional<std::string> leader_alias;      // none: no live leader for 2 s
    std::uint32_t replicas = 0;
    std::uint32_t reachable = 0;                  // this one included
    std::vector<std::string> addresses;           // of all replicas
    bool has_room = true;                         // false: the disks of too many replicas are full, and nothing new is taken
    friend bool operator==(const Welcome&, const Welcome&) = default;
};

// Why a request was not done; `retry_after_ms` > 0: the same request may be sent again then, here or elsewhere.
struct Failure {
    enum class Kind : std::uint8_t { refused, not_found, not_allowed, unauthenticated, overloaded, no_leader, malformed, internal };
    Kind kind = Kind::internal;
    std::string message;
    std::uint32_t retry_after_ms = 0;
};
constexpr Failure::Kind greatest(Failure::Kind) { return Failure::Kind::internal; }

// The room's newest numbers when the subscription began: what comes up to them is backlog.
struct Subscribed { std::uint64_t last_message = 0; std::uint64_t last_change = 0; };
struct Identity { UserId user; std::string name; LoginId login; bool is_admin = false; };
struct UserPage { std::vector<UserRow> users; bool more = false; };
struct RoomPage { std::vector<RoomRow> rooms; bool more = false; };
// Ascending by number. `more`: there are further ones in the direction that was asked.
struct MessagePage { RoomRow room; std::vector<RoomMessage> messages; bool more = false; };
struct EditPage { std::vector<EditRow> edits; };       // oldest first; the text as it is now is in the message
struct LoginPage { std::vector<OwnLoginRow> logins; };
// A room with unread messages; `senders`: of the newest thousand of them, the busiest first.
struct UnreadRow { RoomRow room; std::vector<SenderRow> senders; };
struct UnreadPage { std::vector<UnreadRow> rooms; bool more = false; };
// Newest first; `rooms`: of these messages, each once. More behind `next`; then a page may even be empty.
struct FoundPage { std::vector<RoomRow> rooms; std::vector<RoomMessage> messages; FoundAt next; bool more = false; };
struct AuditPage { std::vector<AuditRow> entries; bool more = false; };
struct PresencePage { std::vector<UserPresence> users; };
// The whole files that a replica knows of, and what of them it lacks: parts, and their bytes.
struct FilesReport { std::uint64_t files = 0; std::uint64_t bytes = 0; std::uint64_t chunks_missing = 0; std::uint64_t bytes_missing = 0; };
struct StatusReport {
    std::uint64_t node = 0; std::string alias; std::string address; std::uint64_t process = 0; std::string version;
    std::string role; std::uint64_t ballot_round = 0; std::string ballot_alias; std::string leader_alias;
    std::uint64_t chosen_through = 0; std::uint64_t applied_through = 0; std::int64_t clock_offset_ms = 0;
    std::uint32_t clients = 0; std::uint32_t replicas = 0; std::uint32_t reachable = 0;
    std::uint64_t log_syncs = 0; std::uint64_t log_bytes = 0; std::uint64_t refused_links = 0;
    std::uint32_t known_level = 0; std::uint32_t cluster_level = 0;   // feature levels: what the replica's program knows, what the cluster uses
    bool leases = false; std::int64_t lease_left_ms = 0;              // are they on; of this replica's own, 0 when it holds none
    bool has_room = true; std::uint64_t free_bytes = 0;               // on the disk of its data folder
    std::uint32_t priority = consensus::default_priority;             // whether it should lead rather than others
    std::uint64_t chunks = 0; std::optional<FilesReport> files;       // parts of files on its disk; none: it has not looked through the files yet
};
struct DigestReport { std::uint64_t slot = 0; std::uint64_t digest = 0; };
// As the replica that was asked knows it: chosen, and newest of all the one with the highest id.
struct ConfigurationReport { std::uint64_t cluster = 0; consensus::Configuration configuration; };
struct ImageReport { std::uint64_t cluster = 0; consensus::Manifest manifest; };
struct ImageChunk { net::Bytes bytes; };
// Whole: it lies on a quorum, and may be posted. Else the places of the chunks that are not on this replica, ascending.
struct UploadReport { bool is_whole = false; std::vector<std::uint32_t> missing; };
struct FileReport { MessageFile file; std::vector<ChunkHash> chunks; };
struct FileChunk { net::Bytes bytes; };
struct ProfilePage { std::vector<ProfileRow> profiles; };   // of those who have one
struct DraftPage { std::vector<DraftRow> drafts; };
struct ReceiptPage { std::vector<ReceiptRow> readers; bool more = false; };
// Ago: since somebody was there last.
struct LastSeen { UserId user; std::uint64_t ago_ms = 0; };
struct LastSeenPage { std::vector<LastSeen> users; };       // of those who are not there now and were since the replica's start
struct RegistrationReport { Registration policy = Registration::closed; };
struct Okay {};
using Payload = std::variant<Failure, Answer, Identity, Subscribed, UserPage, RoomPage, MessagePage, StatusReport, DigestReport, Okay, EditPage, UnreadPage, LoginPage, FoundPage, PresencePage, AuditPage, ConfigurationReport, ImageReport, ImageChunk, UploadReport, FileReport, FileChunk,
                             ProfilePage, DraftPage, ReceiptPage, LastSeenPage, RegistrationReport>;
// `seen_slot`: the replica's state when it answered; the client carries it to its next requests.
struct Response { std::uint64_t id = 0; std::uint64_t seen_slot = 0; Payload payload; };

struct PushMessages { std::vector<RoomMessage> messages; };   // of one subscribed room, contiguous
struct PushChanges { std::vector<MessageChange> changes; };   // of one subscribed room, contiguous
struct PushRooms {};                                          // the caller's rooms, or how one looks, changed: ask again
struct PushRead { RoomId room; std::uint64_t number = 0; bool back = false; };   // the caller's own marker moved (another device)
struct PushLoggedOut {};                                      // this login ended; the link is about to close
struct Unsubscribed { RoomId room; };                         // no longer a member
struct PushPresence { std::vector<UserPresence> users; };       // of those who are watched: how they are now
struct PushTyping { RoomId room; UserId user; std::string name; };   // in a subscribed room; good for a few seconds
struct PushProfile { ProfileRow profile; };                   // to who asked for profiles: so it is now; without a name and a colour, no more
struct PushDraft { DraftRow draft; };                         // to who asked for drafts, written on another device; empty: gone
using ServerMessage = std::variant<Welcome, Response, PushMessages, PushChanges, PushRooms, PushRead, PushLoggedOut, Unsubscribed, PushPresence, PushTyping, PushProfile, PushDraft>;

template <class A> void serialize(A& a, Welcome& m, unsigned) { a & make_nvp("node", m.node) & make_nvp("alias", m.alias) & make_nvp("leader_alias", m.leader_alias) & make_nvp("replicas", m.replicas) & make_nvp("reachable", m.reachable) & make_nvp("addresses", m.addresses) & make_nvp("has_room", m.has_room); }
template <class A> void serialize(A& a, Failure& m, unsigned) { a & make_nvp("kind", m.kind) & make_nvp("message", m.message) & make_nvp("retry_after_ms", m.retry_after_ms); }
template <class A> void serialize(A& a, Subscribed& m, unsigned) { a & make_nvp("last_message", m.last_message) & make_nvp("last_change", m.last_change); }
template <class A> void serialize(A& a, Identity& m, unsigned) { a & make_nvp("user", m.user) & make_nvp("name", m.name) & make_nvp("login", m.login) & make_nvp("is_admin", m.is_admin); }
template <class A> void serialize(A& a, UserPage& m, unsigned) { a & make_nvp("users", m.users) & make_nvp("more", m.more); }
template <class A> void serialize(A& a, RoomPage& m, unsigned) { a & make_nvp("rooms", m.rooms) & make_nvp("more", m.more); }
template <class A> void serialize(A& a, MessagePage& m, unsigned) { a & make_nvp("room", m.room) & make_nvp("messages", m.messages) & make_nvp("more", m.more); }
template <class A> void serialize(A& a, EditPage& m, unsigned) { a & make_nvp("edits", m.edits); }
template <class A> void serialize(A& a, UnreadRow& m, unsigned) { a & make_nvp("room", m.room) & make_nvp("senders", m.senders); }
template <class A> void serialize(A& a, UnreadPage& m, unsigned) { a & make_nvp("rooms", m.rooms) & make_nvp("more", m.more); }
template <class A> void serialize(A& a, LoginPage& m, unsigned) { a & make_nvp("logins", m.logins); }
template <class A> void serialize(A& a, FoundPage& m, unsigned) { a & make_nvp("rooms", m.rooms) & make_nvp("messages", m.messages) & make_nvp("next", m.next) & make_nvp("more", m.more); }
template <class A> void serialize(A& a, AuditPage& m, unsigned) { a & make_nvp("entries", m.entries) & make_nvp("more", m.more); }
template <class A> void serialize(A& a, PresencePage& m, unsigned) { a & make_nvp("users", m.users); }
template <class A> void serialize(A& a, PushPresence& m, unsigned) { a & make_nvp("users", m.users); }
template <class A> void serialize(A& a, PushTyping& m, unsigned) { a & make_nvp("room", m.room) & make_nvp("user", m.user) & make_nvp("name", m.name); }
template <class A> void serialize(A& a, FilesReport& m, unsigned) { a & make_nvp("files", m.files) & make_nvp("bytes", m.bytes) & make_nvp("chunks_missing", m.chunks_missing) & make_nvp("bytes_missing", m.bytes_missing); }
template <class A> void serialize(A& a, StatusReport& m, unsigned) {
    a & make_nvp("node", m.node) & make_nvp("alias", m.alias) & make_nvp("address", m.address) & make_nvp("process", m.process) & make_nvp("version", m.version) &
        make_nvp("role", m.role) & make_nvp("ballot_round", m.ballot_round) & make_nvp("ballot_alias", m.ballot_alias) & make_nvp("leader_alias", m.leader_alias) &
        make_nvp("chosen_through", m.chosen_through) & make_nvp("applied_through", m.applied_through) & make_nvp("clock_offset_ms", m.clock_offset_ms) &
        make_nvp("clients", m.clients) & make_nvp("replicas", m.replicas) & make_nvp("reachable", m.reachable) &
        make_nvp("log_syncs", m.log_syncs) & make_nvp("log_bytes", m.log_bytes) & make_nvp("refused_links", m.refused_links) &
        make_nvp("known_level", m.known_level) & make_nvp("cluster_level", m.cluster_level) &
        make_nvp("leases", m.leases) & make_nvp("lease_left_ms", m.lease_left_ms) &
        make_nvp("has_room", m.has_room) & make_nvp("free_bytes", m.free_bytes);
    // Below that level everybody has the default, and commands of an older version read what is there.
    if (consensus::FeatureLevel{m.cluster_level} >= consensus::level_of_priorities) a & make_nvp("priority", m.priority);
    if (consensus::FeatureLevel{m.cluster_level} >= consensus::level_of_files) a & make_nvp("chunks", m.chunks) & make_nvp("files", m.files);
}
template <class A> void serialize(A& a, DigestReport& m, unsigned) { a & make_nvp("slot", m.slot) & make_nvp("digest", m.digest); }
template <class A> void serialize(A& a, ConfigurationReport& m, unsigned) { a & make_nvp("cluster", m.cluster) & make_nvp("configuration", m.configuration); }
template <class A> void serialize(A& a, ImageReport& m, unsigned) { a & make_nvp("cluster", m.cluster) & make_nvp("manifest", m.manifest); }
template <class A> void serialize(A& a, ImageChunk& m, unsigned) { a & make_nvp("bytes", m.bytes); }
template <class A> void serialize(A& a, UploadReport& m, unsigned) { a & make_nvp("is_whole", m.is_whole) & make_nvp("missing", m.missing); }
template <class A> void serialize(A& a, FileReport& m, unsigned) { a & make_nvp("file", m.file) & make_nvp("chunks", m.chunks); }
template <class A> void serialize(A& a, FileChunk& m, unsigned) { a & make_nvp("bytes", m.bytes); }
template <class A> void serialize(A& a, ProfilePage& m, unsigned) { a & make_nvp("profiles", m.profiles); }
template <class A> void serialize(A& a, DraftPage& m, unsigned) { a & make_nvp("drafts", m.drafts); }
template <class A> void serialize(A& a, ReceiptPage& m, unsigned) { a & make_nvp("readers", m.readers) & make_nvp("more", m.more); }
template <class A> void serialize(A& a, LastSeen& m, unsigned) { a & make_nvp("user", m.user) & make_nvp("ago_ms", m.ago_ms); }
template <class A> void serialize(A& a, LastSeenPage& m, unsigned) { a & make_nvp("users", m.users); }
template <class A> void serialize(A& a, RegistrationReport& m, unsigned) { a & make_nvp("policy", m.policy); }
template <class A> void serialize(A& a, PushProfile& m, unsigned) { a & make_nvp("profile", m.profile); }
template <class A> void serialize(A& a, PushDraft& m, unsigned) { a & make_nvp("draft", m.draft); }
template <class A> void serialize(A&, Okay&, unsigned) {}
template <class A> void serialize(A& a, Response& m, unsigned) { a & make_nvp("id", m.id) & make_nvp("seen_slot", m.seen_slot) & make_nvp("payload", m.payload); }
template <class A> void serialize(A& a, PushMessages& m, unsigned) { a & make_nvp("messages", m.messages); }
template <class A> void serialize(A& a, PushChanges& m, unsigned) { a & make_nvp("changes", m.changes); }
template <class A> void serialize(A&, PushRooms&, unsigned) {}
template <class A> void serialize(A& a, PushRead& m, unsigned) { a & make_nvp("room", m.room) & make_nvp("number", m.number) & make_nvp("back", m.back); }
template <class A> void serialize(A&, PushLoggedOut&, unsigned) {}
template <class A> void serialize(A& a, Unsubscribed& m, unsigned) { a & make_nvp("room", m.room); }

}  // namespace parley::chat
