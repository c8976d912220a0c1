// What a client says to a gateway. Every request carries an id of the client's choosing; one Response comes back for
// each. Layout and limits are written down in docs/wire.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>

#include "chat/state/commands.hpp"
#include "chat/wire/presence.hpp"
#include "consensus/core/membership.hpp"
#include "consensus/snapshot/messages.hpp"

namespace parley::chat {

// First frame from a client. Answered by Welcome (or by a closed link).
struct ClientHello {
    std::uint16_t protocol = 1;
    std::string program;                 // "parley 0.1", for the log
};

// A login's secret: 256 random bits made by the client. Only its SHA-256 is kept on the servers.
using Token = std::array<std::byte, 32>;

// ---- before a login; repeating one with the same token hash is harmless ----
// invite: the code of an invitation, empty for none.
struct AskRegister { std::string name; std::string password; TokenHash token{}; std::string device; std::string invite{}; };
struct AskLogIn { std::string name; std::string password; TokenHash token{}; std::string device; };
// Makes this link speak for a login. Everything below needs it first, unless it says otherwise.
struct Authenticate { Token token{}; };

// Repeating one with the same nonce is harmless. Ends all other logins of the account. Needs a login.
struct AskChangePassword { std::string old_password; std::string new_password; std::uint64_t nonce = 0; };

// ---- sessions ----
struct AskSession { std::uint64_t nonce = 0; };
struct Submit { SessionId session; std::uint64_t number = 0; std::uint64_t lowest_unanswered = 0; Operation operation; };

// ---- reads ----
struct AskWhoAmI {};
struct AskUsers { std::string pattern; std::string after_name; std::uint32_t limit = 100; };
struct AskMyRooms {};
struct AskPublicRooms { std::string after_name; std::uint32_t limit = 100; };
struct AskRoom { Target target; };
struct AskMembers { Target target; std::string after_name; std::uint32_t limit = 100; };
// since_ms > 0: the first ones that are not older than this, whatever `after` says.
struct AskHistory { Target target; std::uint64_t after = 0; std::uint64_t before = 0; std::uint32_t limit = 50; std::int64_t since_ms = 0; };
// The thread that message `number` began or is in: its first message (with `after` 0), then its replies numbered above `after`.
struct AskThread { Target target; std::uint64_t number = 0; std::uint64_t after = 0; std::uint32_t limit = 50; };
struct AskPins { Target target; };
struct AskUnread {};                                                  // where unread messages wait, and from whom
struct AskLogins {};                                                  // one's own, on all devices
struct AskBlocked {};                                                 // whom one has blocked
struct AskBans { Target target; std::string after_name; std::uint32_t limit = 100; };   // for who looks after the room
struct AskEdits { Target target; std::uint64_t number = 0; };        // the texts that this message had before
// A place in what a search finds: newest first is by slot, then room, then number. {} is before everything.
struct FoundAt {
    std::uint64_t slot = 0;
    RoomId room;
    std::uint64_t number = 0;
    friend auto operator<=>(const FoundAt&, const FoundAt&) = default;
};
// Words, "phrases", begin*, from: in: before: after: has:link, in all rooms one may read. `before`: only what is older, {} for
// the newest; days are those of `zone_minutes` east of Greenwich.
struct AskSearch { std::string text; FoundAt before; std::uint32_t limit = 50; std::int32_t zone_minutes = 0; };
// From now on every message numbered above `after_message`, and every change above `after_change`, is pushed in order.
struct Subscribe { RoomId room; std::uint64_t after_message = 0; std::uint64_t after_change = 0; };
struct Unsubscribe { RoomId room; };

// ---- for administrators ----
struct AskAllRooms { std::string after_name; std::uint32_t limit = 100; };      // private ones too; no direct conversations
struct AskAudit { std::uint64_t before = 0; std::uint32_t limit = 100; };       // newest first; 0: the newest
// Repeating one with the same nonce is harmless. Ends all logins of that account.
struct AskResetPassword { std::string user; std::string password; std::uint64_t nonce = 0; };

// ---- soft state: said again after a reconnect ----
// Replaces whom this link watched; answered by how they are, and PushPresence tells what changes.
struct WatchPresence { std::vector<UserId> users; };
struct TellAway { bool away = false; };      // nobody sits at this device
struct TellTyping { RoomId room; };          // in a room this link subscribed to; more than one a second are ignored

// ---- needing no login ----
struct Ping {};                          // is the other end alive? Answered by Okay
struct AskStatus {};
// slot 0: propose Verify and answer with this replica's digest at the slot it got. Otherwise: the digest kept for that
// slot (the last 16 are), waiting until it is applied. Needs an operator certificate (any link with --tls off).
struct AskDigest { std::uint64_t slot = 0; };

// To the leader, from operators: change the members. A learner that is about to make its data folder asks for `join` itself, with
// its own certificate. Answered by Okay when that has begun; it has happened when the configuration says so. `alias` and `address`
// are for `add`, `address` for `move` too, `joining` is the number that a joining process drew for itself.
struct AskMembership { consensus::ChangeKind kind = consensus::ChangeKind::add; std::uint64_t node = 0; std::string alias; std::string address; std::uint64_t joining = 0; std::uint32_t priority = consensus::default_priority; };
struct AskConfiguration {};   // as this replica knows it; from operators and replicas

// An image of the state of slot `next` or a later one, answered by ImageReport once it is made; then its chunks, each answered by
// ImageChunk. From operators.
struct AskImage { consensus::Slot next; };
struct AskChunk { consensus::ImageId image; std::uint32_t chunk = 0; };

// ---- files: only where the cluster is at consensus::level_of_files, which StatusReport tells ----
// How far an upload of one's own is on this replica, answered by UploadReport. When nothing is missing any more the replica sees to it that the
// file lies on enough others, until it is whole: so this is asked again until then.
struct AskUpload { FileId file; };
// One of its chunks: Okay once it is durable on this replica. A few at a time on one link.
struct SendChunk { FileId file; std::uint32_t place = 0; net::Bytes bytes; };
// What the file of a message consists of, answered by FileReport; and one of its chunks, answered by FileChunk.
struct AskFile { Target target; std::uint64_t number = 0; };
struct AskFileChunk { Target target; std::uint64_t number = 0; std::uint32_t place = 0; };

// ---- from consensus::level_of_people on ----
// How these people are shown; from here on PushProfile tells this link when somebody is shown otherwise.
struct AskProfiles { std::vector<UserId> users; };
// One's own; from here on PushDraft tells this link of what other devices write.
struct AskDrafts {};
// Who has read this message, in a room one is in.
struct AskReceipts { Target target; std::uint64_t number = 0; std::string after_name; std::uint32_t limit = 100; };
// When somebody who is not there was seen last, as far as this replica knows since its start.
struct AskLastSeen { std::vector<UserId> users; };
struct AskRegistration {};               // who may register

// To the leader: let the replica of this alias lead. Answered by Okay when that has begun. Needs an operator certificate.
struct AskTransfer { std::string alias; };

using Question = std::variant<AskRegister, AskLogIn, Authenticate, AskSession, Submit, AskWhoAmI, AskUsers, AskMyRooms,
                              AskPublicRooms, AskRoom, AskMembers, AskHistory, Subscribe, Unsubscribe, AskStatus,
                              AskDigest, Ping, AskThread, AskPins, AskEdits, AskBans, AskUnread,
                              AskChangePassword, AskLogins, AskBlocked, AskSearch, WatchPresence, TellAway, TellTyping,
                              AskAllRooms, AskAudit, AskResetPassword, AskTransfer, AskMembership, AskConfiguration, AskImage, AskChunk,
                              AskUpload, SendChunk, AskFile, AskFileChunk,
                              AskProfiles, AskDrafts, AskReceipts, AskLastSeen, AskRegistration>;

// `seen_slot`: the newest slot this client has seen; a read waits until the replica has applied it.
// `fresh`: a read sees everything that anybody's request was answered with before this one was made (linearizable); it
// needs a quorum. Means nothing to questions that are no reads.
struct ClientRequest { std::uint64_t id = 0; std::uint64_t seen_slot = 0; Question question; bool fresh = false; };

template <class A> void serialize(A& a, ClientHello& q, unsigned) { a & make_nvp("protocol", q.protocol) & make_nvp("program", q.program); }
template <class A> void serialize(A& a, AskRegister& q, unsigned) { a & make_nvp("name", q.name) & make_nvp("password", q.password) & make_nvp("token", q.token) & make_nvp("device", q.device) & make_nvp("invite", q.invite); }
template <class A> void serialize(A& a, AskLogIn& q, unsigned) { a & make_nvp("name", q.name) & make_nvp("password", q.password) & make_nvp("token", q.token) & make_nvp("device", q.device); }
template <class A> void serialize(A& a, Authenticate& q, unsigned) { a & make_nvp("token", q.token); }
template <class A> void serialize(A& a, AskSession& q, unsigned) { a & make_nvp("nonce", q.nonce); }
template <class A> void serialize(A& a, Submit& q, unsigned) { a & make_nvp("session", q.session) & make_nvp("number", q.number) & make_nvp("lowest_unanswered", q.lowest_unanswered) & make_nvp("operation", q.operation); }
template <class A> void serialize(A&, AskWhoAmI&, unsigned) {}
template <class A> void serialize(A& a, AskUsers& q, unsigned) { a & make_nvp("pattern", q.pattern) & make_nvp("after_name", q.after_name) & make_nvp("limit", q.limit); }
template <class A> void serialize(A&, AskMyRooms&, unsigned) {}
template <class A> void serialize(A& a, AskPublicRooms& q, unsigned) { a & make_nvp("after_name", q.after_name) & make_nvp("limit", q.limit); }
template <class A> void serialize(A& a, AskRoom& q, unsigned) { a & make_nvp("target", q.target); }
template <class A> void serialize(A& a, AskMembers& q, unsigned) { a & make_nvp("target", q.target) & make_nvp("after_name", q.after_name) & make_nvp("limit", q.limit); }
template <class A> void serialize(A& a, AskHistory& q, unsigned) { a & make_nvp("target", q.target) & make_nvp("after", q.after) & make_nvp("before", q.before) & make_nvp("limit", q.limit) & make_nvp("since_ms", q.since_ms); }
template <class A> void serialize(A& a, Subscribe& q, unsigned) { a & make_nvp("room", q.room) & make_nvp("after_message", q.after_message) & make_nvp("after_change", q.after_change); }
template <class A> void serialize(A& a, Unsubscribe& q, unsigned) { a & make_nvp("room", q.room); }
template <class A> void serialize(A&, AskStatus&, unsigned) {}
template <class A> void serialize(A& a, AskDigest& q, unsigned) { a & make_nvp("slot", q.slot); }
template <class A> void serialize(A&, Ping&, unsigned) {}
template <class A> void serialize(A& a, AskTransfer& q, unsigned) { a & make_nvp("alias", q.alias); }
template <class A> void serialize(A& a, AskMembership& q, unsigned) {
    a & make_nvp("kind", q.kind) & make_nvp("node", q.node) & make_nvp("alias", q.alias) & make_nvp("address", q.address) & make_nvp("joining", q.joining);
    if (q.kind == consensus::ChangeKind::prefer) a & make_nvp("priority", q.priority);   // the others are as older versions write them
}
template <class A> void serialize(A&, AskConfiguration&, unsigned) {}
template <class A> void serialize(A& a, AskImage& q, unsigned) { a & make_nvp("next", q.next); }
template <class A> void serialize(A& a, AskChunk& q, unsigned) { a & make_nvp("image", q.image) & make_nvp("chunk", q.chunk); }
template <class A> void serialize(A& a, AskUpload& q, unsigned) { a & make_nvp("file", q.file); }
template <class A> void serialize(A& a, SendChunk& q, unsigned) { a & make_nvp("file", q.file) & make_nvp("place", q.place) & make_nvp("bytes", q.bytes); }
template <class A> void serialize(A& a, AskFile& q, unsigned) { a & make_nvp("target", q.target) & make_nvp("number", q.number); }
template <class A> void serialize(A& a, AskFileChunk& q, unsigned) { a & make_nvp("target", q.target) & make_nvp("number", q.number) & make_nvp("place", q.place); }
template <class A> void serialize(A& a, AskThread& q, unsigned) { a & make_nvp("target", q.target) & make_nvp("number", q.number) & make_nvp("after", q.after) & make_nvp("limit", q.limit); }
template <class A> void serialize(A& a, AskPins& q, unsigned) { a & make_nvp("target", q.target); }
template <class A> void serialize(A&, AskUnread&, unsigned) {}
template <class A> void serialize(A& a, AskChangePassword& q, unsigned) { a & make_nvp("old_password", q.old_password) & make_nvp("new_password", q.new_password) & make_nvp("nonce", q.nonce); }
template <class A> void serialize(A&, AskLogins&, unsigned) {}
template <class A> void serialize(A&, AskBlocked&, unsigned) {}
template <class A> void serialize(A& a, AskBans& q, unsigned) { a & make_nvp("target", q.target) & make_nvp("after_name", q.after_name) & make_nvp("limit", q.limit); }
template <class A> void serialize(A& a, AskEdits& q, unsigned) { a & make_nvp("target", q.target) & make_nvp("number", q.number); }
template <class A> void serialize(A& a, FoundAt& f, unsigned) { a & make_nvp("slot", f.slot) & make_nvp("room", f.room) & make_nvp("number", f.number); }
template <class A> void serialize(A& a, AskSearch& q, unsigned) { a & make_nvp("text", q.text) & make_nvp("before", q.before) & make_nvp("limit", q.limit) & make_nvp("zone_minutes", q.zone_minutes); }
template <class A> void serialize(A& a, AskAllRooms& q, unsigned) { a & make_nvp("after_name", q.after_name) & make_nvp("limit", q.limit); }
template <class A> void serialize(A& a, AskAudit& q, unsigned) { a & make_nvp("before", q.before) & make_nvp("limit", q.limit); }
template <class A> void serialize(A& a, AskResetPassword& q, unsigned) { a & make_nvp("user", q.user) & make_nvp("password", q.password) & make_nvp("nonce", q.nonce); }
template <class A> void serialize(A& a, WatchPresence& q, unsigned) { a & make_nvp("users", q.users); }
template <class A> void serialize(A& a, TellAway& q, unsigned) { a & make_nvp("away", q.away); }
template <class A> void serialize(A& a, TellTyping& q, unsigned) { a & make_nvp("room", q.room); }
template <class A> void serialize(A& a, AskProfiles& q, unsigned) { a & make_nvp("users", q.users); }
template <class A> void serialize(A&, AskDrafts&, unsigned) {}
template <class A> void serialize(A& a, AskReceipts& q, unsigned) { a & make_nvp("target", q.target) & make_nvp("number", q.number) & make_nvp("after_name", q.after_name) & make_nvp("limit", q.limit); }
template <class A> void serialize(A& a, AskLastSeen& q, unsigned) { a & make_nvp("users", q.users); }
template <class A> void serialize(A&, AskRegistration&, unsigned) {}
template <class A> void serialize(A& a, ClientRequest& q, unsigned) { a & make_nvp("id", q.id) & make_nvp("seen_slot", q.seen_slot) & make_nvp("question", q.question) & make_nvp("fresh", q.fresh); }

}  // namespace parley::chat
