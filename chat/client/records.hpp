// How the client's own files describe themselves: the account, one outbox entry, one upload.
#pragma once

#include "chat/client/store.hpp"

namespace parley::chat {

constexpr OutboxEntry::State greatest(OutboxEntry::State) { return OutboxEntry::State::unknown; }

template <class A> void serialize(A& a, Account& r, unsigned) {
    a & make_nvp("name", r.name) & make_nvp("user", r.user) & make_nvp("login", r.login) & make_nvp("token", r.token) &
        make_nvp("seen_slot", r.seen_slot) & make_nvp("servers", r.servers);
}
template <class A> void serialize(A& a, EntryId& r, unsigned) { a & make_nvp("value", r.value); }
template <class A> void serialize(A& a, OutboxEntry& r, unsigned) {
    a & make_nvp("id", r.id) & make_nvp("login", r.login) & make_nvp("operation", r.operation) & make_nvp("note", r.note) &
        make_nvp("state", r.state) & make_nvp("number", r.number) & make_nvp("answer", r.answer) & make_nvp("confirm", r.confirm);
}
template <class A> void serialize(A& a, UploadId& r, unsigned) { a & make_nvp("value", r.value); }
template <class A> void serialize(A& a, KeptUpload& r, unsigned) {
    a & make_nvp("id", r.id) & make_nvp("user", r.user) & make_nvp("post", r.post) & make_nvp("path", r.path) & make_nvp("size", r.size) &
        make_nvp("modified_ns", r.modified_ns) & make_nvp("refusal", r.refusal) & make_nvp("posted", r.posted);
}
template <class A> void serialize(A& a, StoredSession& r, unsigned) {
    a & make_nvp("login", r.login) & make_nvp("nonce", r.nonce) & make_nvp("session", r.session) &
        make_nvp("next_number", r.next_number) & make_nvp("lowest_unanswered", r.lowest_unanswered);
}

// A file of ours: a format number before its contents.
struct AccountFile { std::uint32_t format = 1; Account account; };
template <class A> void serialize(A& a, AccountFile& r, unsigned) { a & make_nvp("format", r.format) & make_nvp("account", r.account); }

}  // namespace parley::chat
