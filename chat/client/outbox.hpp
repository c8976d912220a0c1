// Outbox: operations from the caller's hand to their answer. Number and contents are on this client's disk before the
// first byte leaves, an answer is there before the server may forget it, and what was sent once is only ever sent again
// under the same session and number (docs/protocol.md Q8).
#pragma once

#include <map>
#include <memory>
#include <set>

#include "chat/client/calls.hpp"
#include "chat/client/replica_link.hpp"

namespace parley::chat {

struct OutboxEvents {
    net::Function<void(const net::Error&)> store_failed;
    net::Function<void(bool)> room_lacking;
    net::Function<std::uint64_t()> seen_slot;
};

class Outbox {
public:
    Outbox(const ClientPorts& ports, const ClientOptions& options, ReplicaLink& link, Calls& calls, OutboxEvents events);
    ~Outbox();

    // Reads what an earlier process left.
    net::Result<void> load();
    // On whose behalf; entries of another login end.
    void set_login(std::optional<LoginId> login);

    EntryId submit(Operation operation, Client::SubmitOptions options, Reply<Answer> reply);
    [[nodiscard]] std::vector<OutboxEntry> leftovers() const;
    void await(EntryId id, Deadline within, Reply<Answer> reply);
    void confirm(EntryId id);
    [[nodiscard]] std::size_t unanswered() const;

    void online();
    void offline();
    // True when it was the answer to one of these.
    bool answered(const Response& response);
    // Nothing is sent any more; all that wait are told.
    void end(const net::Error& error);

private:
    struct Item {
        OutboxEntry entry;
        std::uint64_t request = 0;       // on its way on this link under this id
        std::uint32_t sends = 0;         // under its number, by an earlier process too
        bool dirty = true;               // differs from what is on disk
        net::TimerId deadline;
        Reply<Answer> reply;
    };
    using State = OutboxEntry::State;

    void schedule_flush();
    void flush();
    void open_session();
    void session_answered(std::uint64_t nonce, net::Result<Payload> result);
    void give_numbers();
    [[nodiscard]] std::vector<StoreChange> changes();
    bool save();
    void not_saved(const net::Error& error);
    void send_all();
    void send(Item& item);
    void retry_after(net::Duration delay);
    void take_answer(EntryId id, const Answer& answer);
    void take_failure(EntryId id, const Failure& failure);
    void session_ended();
    void leave_session();
    void take_back(std::uint64_t number);
    void session_opened(const SessionId& opened);
    [[nodiscard]] bool session_ready() const;
    [[nodiscard]] bool may_number() const;
    void settle(EntryId id, State state, net::Result<Answer> result);
    void set_reply(Item& item, Deadline within, Reply<Answer> reply);
    void tell(Item& item, net::Result<Answer> result);
    [[nodiscard]] bool may_send() const;
    [[nodiscard]] std::uint64_t lowest_unanswered() const;

    ClientPorts ports_;
    const ClientOptions& options_;
    ReplicaLink& link_;
    Calls& calls_;
    OutboxEvents events_;
    std::optional<LoginId> login_;
    std::optional<StoredSession> session_;
    // An earlier process began it. A copy of the folder would go on with the same numbers: what is new gets none under it.
    bool inherited_ = false;
    bool session_dirty_ = false;
    bool session_dropped_ = false;       // the one on disk is gone
    bool asking_session_ = false;
    bool session_checked_ = false;       // still there a short while ago
    net::Instant session_used_;
    bool lacks_room_ = false;            // the newest save found none on the disk
    bool ended_ = false;
    std::map<EntryId, Item> items_;
    std::map<std::uint64_t, EntryId> requests_;
    std::map<std::uint64_t, EntryId> numbered_;   // sent and not answered, by number
    std::set<EntryId> unsent_;
    std::set<EntryId> dropped_;          // to be removed from the disk
    std::vector<KeptUpload> posted_uploads_;   // to be kept with their entries
    EntryId last_loaded_;
    std::uint64_t last_id_ = 0;
    bool flushing_ = false;
    net::TimerId retry_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

// What is told when it is not known whether an operation took effect.
net::Error outcome_unknown();

}  // namespace parley::chat
