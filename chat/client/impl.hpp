// The inside of the Client: its parts, and the account they work for. Only client.cpp and account.cpp include it.
#pragma once

#include "chat/client/calls.hpp"
#include "chat/client/outbox.hpp"
#include "chat/client/replica_link.hpp"
#include "chat/client/watches.hpp"

namespace parley::chat {

class Client::Impl {
public:
    Impl(ClientPorts ports, ClientOptions options, ClientEvents events);

    void start();

    // ---- account.cpp ----
    void register_account(std::string name, std::string password, std::string invite, Deadline within, Reply<Answer> reply);
    void log_in(std::string name, std::string password, Deadline within, Reply<Answer> reply);
    void change_password(std::string old_password, std::string new_password, Deadline within, Reply<Answer> reply);
    void reset_password(std::string user, std::string password, Deadline within, Reply<Answer> reply);
    void log_out(bool everywhere, Deadline within, Reply<Answer> reply);

    // Asks and expects a T back.
    template <class T>
    void read(Question question, bool needs_login, Deadline within, Reply<T> reply);

    // ---- soft state ----
    void watch_presence(std::vector<UserId> users);
    void set_away(bool away);
    void typing(RoomId room);

    Outbox& outbox() { return outbox_; }
    Watches& watches() { return watches_; }
    [[nodiscard]] const ReplicaLink& link() const { return link_; }
    [[nodiscard]] const std::optional<Account>& account() const { return account_; }
    [[nodiscard]] std::uint64_t seen_slot() const { return seen_slot_; }

private:
    ReplicaLinkEvents link_events();
    OutboxEvents outbox_events();
    void online();
    void offline();
    void ended(const net::Error& error);
    void seen(std::uint64_t slot);
    void take(ServerMessage& message);
    void take(Welcome&) {}
    void take(Response& response);
    void take(PushMessages& push);
    void take(PushChanges& push);
    void take(PushRooms& push);
    void take(PushRead& push);
    void take(PushLoggedOut& push);
    void take(PushPresence& push);
    void take(PushTyping& push);
    void take(PushProfile& push);
    void take(PushDraft& push);
    void ask_presence();
    void tell_away();
    void take(Unsubscribed& push) { watches_.take(push); }

    // ---- account.cpp ----
    void logged_in(const std::string& name, const Token& token, const Answer& answer, UserId user, LoginId login, Reply<Answer>& reply);
    void account_answered(const std::string& name, const Token& token, net::Result<Payload> result, Reply<Answer>& reply);
    void login_ended();
    void forget_file();
    [[nodiscard]] Token fresh_token();

    ClientPorts ports_;
    ClientOptions options_;
    ClientEvents events_;
    std::optional<Account> account_;
    std::uint64_t seen_slot_ = 0;
    std::vector<UserId> watched_;             // whose presence is told
    bool is_away_ = false;
    std::map<RoomId, net::Instant> typed_;    // when it was told last
    std::optional<net::Error> store_error_;   // found before the start
    ReplicaLink link_;
    Calls calls_;
    Outbox outbox_;
    Watches watches_;
};

template <class T>
void Client::Impl::read(Question question, bool needs_login, Deadline within, Reply<T> reply) {
    if (needs_login && !account_) return reply(net::Error{net::ErrorKind::refused, "log in first"});
    auto answered = [reply = std::move(reply)](net::Result<Payload> result) mutable {
        if (!result) return reply(result.error());
        auto* wanted = std::get_if<T>(&*result);
        if (wanted == nullptr) return reply(net::Error{net::ErrorKind::malformed, "the replica answered something else"});
        reply(std::move(*wanted));
    };
    calls_.ask(std::move(question), needs_login, within, std::move(answered));
}

}  // namespace parley::chat
