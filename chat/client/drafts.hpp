// Drafts: what is typed and not sent, in step on all devices of a person. A text goes through the log some seconds after it was begun
// or changed, never per key; the last one counts. Does nothing where the cluster's feature level knows of no drafts.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "chat/client/client.hpp"

namespace parley::chat {

class Drafts {
public:
    // `changed`: another device wrote, in a room where nothing is to be written here, or on its way. The client must outlive this.
    // What an earlier process wrote and the client has in its outbox goes on.
    Drafts(net::Loop& loop, Client& client, net::Function<void(RoomId)> changed, net::Duration pause = std::chrono::seconds{3});
    ~Drafts();
    Drafts(const Drafts&) = delete;
    Drafts& operator=(const Drafts&) = delete;

    // Asks for what is kept; again after each reconnect, for what was missed. `known`: the cluster's level has them, called before the drafts are there.
    void start(net::Function<void()> known = {});
    // The cluster's level is one that has drafts, and all else that came with them.
    [[nodiscard]] bool is_known() const { return is_known_; }
    // Empty: none.
    [[nodiscard]] std::string text(RoomId room) const;
    // This is what stands there now.
    void typed(RoomId room, const std::string& text);
    // It was sent, or let go: no other device is to show it any more.
    void done(RoomId room);
    // Everything that waits is given to the client, which keeps it until it is acknowledged.
    void flush();
    // ClientEvents::draft_changed.
    void heard(RoomId room, const std::string& text);

private:
    // Writes of one room that are not answered: whatever is heard of it meanwhile may be older than they are.
    struct Written {
        std::string text;                     // of the last one
        std::size_t unanswered = 0;
        bool is_in_doubt = false;             // something else was heard
    };

    void adopt_leftovers();
    void ask();
    void take(const DraftPage& page);
    void write(RoomId room);
    Reply<Answer> under_way(RoomId room, const std::string& text);
    void answered(RoomId room, const std::string& text, const net::Result<Answer>& answer);

    net::Loop& loop_;
    Client& client_;
    net::Function<void(RoomId)> changed_;
    net::Duration pause_;
    bool is_known_ = false;                   // the cluster's level knows drafts
    std::map<RoomId, std::string> texts_;     // as they are here
    std::map<RoomId, std::string> kept_;      // as the cluster has them, as far as it is known here
    std::map<RoomId, Written> written_;
    std::map<RoomId, net::TimerId> waiting_;  // typed, and written in a while
    std::set<RoomId> held_;                   // to be written as soon as it is known that the cluster has drafts
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace parley::chat
