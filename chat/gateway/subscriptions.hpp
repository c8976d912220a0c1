// Subscriptions: who watches which room, and how far each has been served. Every watcher gets the messages and changes
// of its room with contiguous numbers: first the backlog from the View, page by page, then what is applied. A watcher
// that reads slowly falls back to pages until it caught up, so that nothing piles up for it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "chat/gateway/proposals.hpp"

namespace parley::chat {

// How subscriptions reach their links.
struct SubscriptionPorts {
    net::Function<void(LinkId, net::SharedBytes)> send;
    net::Function<bool(LinkId)> may_send;              // the link's queue is short enough for more
};

class Subscriptions {
public:
    Subscriptions(net::Loop& loop, View& view, const GatewayOptions& options, Sender sender, SubscriptionPorts ports);

    // `position` is checked against the room by the caller. The backlog begins in the next turn of the Loop.
    void begin(LinkId link, UserId user, RoomId room, std::uint64_t after_message, std::uint64_t after_change);
    void end(LinkId link, RoomId room);
    void end_all(LinkId link);
    [[nodiscard]] std::size_t count(LinkId link) const;
    [[nodiscard]] std::set<LinkId> watching(RoomId room) const;
    [[nodiscard]] bool watches(LinkId link, RoomId room) const;

    // Messages and changes as they are applied; gathered until flush(), so that one frame serves all watchers.
    void posted(const RoomMessage& message);
    void changed(const MessageChange& change);
    void flush(RoomId room);
    void flush();

    // The link's queue is empty: go on with what was held back.
    void drained(LinkId link);
    // Goes on with everything that was held back and may be sent again.
    void tick();

private:
    struct Feed {
        UserId user;                   // who watches
        std::uint64_t message = 0;     // everything up to here was sent
        std::uint64_t change = 0;
        bool live = false;             // the backlog is sent; what is applied goes straight on
        bool stuck = false;            // waits for the link's queue
    };
    using FeedKey = std::pair<LinkId, RoomId>;
    struct News {
        std::vector<RoomMessage> messages;
        std::vector<MessageChange> changes;
    };

    void schedule(const FeedKey& key);
    void send_pages(const FeedKey& key);
    // Whether all there is was sent.
    net::Result<bool> send_message_page(const FeedKey& key, Feed& feed);
    net::Result<bool> send_change_page(const FeedKey& key, Feed& feed);
    void send_messages(LinkId link, Feed& feed, const std::vector<RoomMessage>& messages, const std::vector<net::SharedBytes>& whole);
    void send_changes(LinkId link, Feed& feed, const std::vector<MessageChange>& changes, const std::vector<net::SharedBytes>& whole);
    std::vector<net::SharedBytes> frames_of(std::span<const RoomMessage> messages) const;
    std::vector<net::SharedBytes> frames_of(std::span<const MessageChange> changes) const;

    net::Loop& loop_;
    View& view_;
    const GatewayOptions& options_;
    Sender sender_;
    SubscriptionPorts ports_;
    std::map<FeedKey, Feed> feeds_;
    std::map<RoomId, std::set<LinkId>> watchers_;
    std::map<RoomId, News> news_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

// How many of the rows, from the front, fit into this many bytes; at least one.
std::size_t rows_that_fit(std::span<const RoomMessage> messages, std::size_t bytes_max);
std::size_t rows_that_fit_from_back(std::span<const RoomMessage> messages, std::size_t bytes_max);

}  // namespace parley::chat
