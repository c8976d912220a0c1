#include "chat/gateway/subscriptions.hpp"

#include <algorithm>

#include "net/ports/marks.hpp"

namespace parley::chat {
namespace {

std::size_t bytes_of(const RoomMessage& message) {
    constexpr std::size_t fixed_fields = 120;
    constexpr std::size_t reaction_bytes = 40;
    return fixed_fields + message.text.size() + message.author_name.size() + reaction_bytes * message.reactions.size();
}

std::size_t bytes_of(const MessageChange& change) {
    constexpr std::size_t fixed_fields = 64;
    return fixed_fields + change.text.size() + change.user_name.size();
}

template <class Iterator>
std::size_t fitting(Iterator from, Iterator to, std::size_t bytes_max) {
    std::size_t rows = 0;
    std::size_t bytes = 0;
    for (; from != to; ++from, ++rows) {
        bytes += bytes_of(*from);
        if (rows > 0 && bytes > bytes_max) break;
    }
    return rows;
}

std::size_t changes_that_fit(std::span<const MessageChange> changes, std::size_t bytes_max) {
    return fitting(changes.begin(), changes.end(), bytes_max);
}

}  // namespace

std::size_t rows_that_fit(std::span<const RoomMessage> messages, std::size_t bytes_max) {
    return fitting(messages.begin(), messages.end(), bytes_max);
}

std::size_t rows_that_fit_from_back(std::span<const RoomMessage> messages, std::size_t bytes_max) {
    return fitting(messages.rbegin(), messages.rend(), bytes_max);
}

Subscriptions::Subscriptions(net::Loop& loop, View& view, const GatewayOptions& options, Sender sender, SubscriptionPorts ports)
    : loop_(loop), view_(view), options_(options), sender_(sender), ports_(std::move(ports)) {}

void Subscriptions::begin(LinkId link, UserId user, RoomId room, std::uint64_t after_message, std::uint64_t after_change) {
    feeds_[{link, room}] = Feed{user, after_message, after_change, false, false};
    watchers_[room].insert(link);
    schedule({link, room});
}

void Subscriptions::end(LinkId link, RoomId room) {
    feeds_.erase({link, room});
    const auto found = watchers_.find(room);
    if (found == watchers_.end()) return;
    found->second.erase(link);
    if (found->second.empty()) watchers_.erase(found);
}

void Subscriptions::end_all(LinkId link) {
    std::vector<RoomId> rooms;
    for (auto feed = feeds_.lower_bound({link, RoomId{}}); feed != feeds_.end() && feed->first.first == link; ++feed) {
        rooms.push_back(feed->first.second);
    }
    for (const RoomId room : rooms) end(link, room);
}

std::size_t Subscriptions::count(LinkId link) const {
    const auto from = feeds_.lower_bound({link, RoomId{}});
    const auto to = feeds_.lower_bound({LinkId{link.value + 1}, RoomId{}});
    return static_cast<std::size_t>(std::distance(from, to));
}

std::set<LinkId> Subscriptions::watching(RoomId room) const {
    const auto found = watchers_.find(room);
    return found == watchers_.end() ? std::set<LinkId>{} : found->second;
}

bool Subscriptions::watches(LinkId link, RoomId room) const { return feeds_.contains({link, room}); }

void Subscriptions::schedule(const FeedKey& key) {
    loop_.post([this, key, alive = std::weak_ptr<int>(alive_)] {
        if (alive.lock()) send_pages(key);
    });
}

// One page a turn, so that a long backlog does not hold up everybody else.
void Subscriptions::send_pages(const FeedKey& key) {
    const auto found = feeds_.find(key);
    if (found == feeds_.end() || found->second.live) return;
    Feed& feed = found->second;
    if (!ports_.may_send(key.first)) {
        feed.stuck = true;
        return;
    }
    const net::Result<bool> all_messages = send_message_page(key, feed);
    const net::Result<bool> all_changes = send_change_page(key, feed);
    if (!all_messages || !all_changes) {
        feed.stuck = true;   // the View failed this read; the next tick tries again
        return;
    }
    if (*all_messages && *all_changes) {
        feed.live = true;
    } else {
        schedule(key);
    }
}

net::Result<bool> Subscriptions::send_message_page(const FeedKey& key, Feed& feed) {
    net::Result<std::vector<RoomMessage>> page = view_.messages(key.second, feed.message, 0, options_.page_rows_max, feed.user);
    if (!page) return page.error();
    if (page->empty()) return true;
    const bool all = page->size() < options_.page_rows_max;
    CHECK(page->front().number == feed.message + 1, "a page of a room with a gap before it");
    // An off-by-one at the edge between what the client has and what it lacks.
    if (net::planted("subscription_skips_boundary") && page->size() > 1 && feed.message > 0) page->erase(page->begin());
    const std::size_t rows = rows_that_fit(*page, options_.page_bytes_max);
    const bool whole = rows == page->size();
    page->resize(rows);
    feed.message = page->back().number;
    for (net::SharedBytes& frame : frames_of(*page)) ports_.send(key.first, std::move(frame));
    return all && whole;
}

net::Result<bool> Subscriptions::send_change_page(const FeedKey& key, Feed& feed) {
    net::Result<std::vector<MessageChange>> page = view_.changes(key.second, feed.change, options_.page_rows_max);
    if (!page) return page.error();
    if (page->empty()) return true;
    const bool all_rows = page->size() < options_.page_rows_max;
    const std::size_t rows = changes_that_fit(*page, options_.page_bytes_max);
    const bool all = all_rows && rows == page->size();
    page->resize(rows);
    CHECK(page->front().change == feed.change + 1, "changes of a room with a gap before them");
    feed.change = page->back().change;
    ports_.send(key.first, frame_of(ServerMessage{PushChanges{*std::move(page)}}, sender_));
    return all;
}

void Subscriptions::posted(const RoomMessage& message) {
    if (watchers_.contains(message.room)) news_[message.room].messages.push_back(message);
}

void Subscriptions::changed(const MessageChange& change) {
    if (watchers_.contains(change.room)) news_[change.room].changes.push_back(change);
}

void Subscriptions::flush() {
    while (!news_.empty()) flush(news_.begin()->first);
}

void Subscriptions::flush(RoomId room) {
    const auto found = news_.find(room);
    if (found == news_.end()) return;
    const News news = std::move(found->second);
    news_.erase(found);
    const auto watchers = watchers_.find(room);
    if (watchers == watchers_.end()) return;
    const std::vector<net::SharedBytes> frames = frames_of(news.messages);
    const std::vector<net::SharedBytes> changes = frames_of(news.changes);
    const std::vector<LinkId> links(watchers->second.begin(), watchers->second.end());
    for (const LinkId link : links) {
        const auto feed = feeds_.find({link, room});
        if (feed == feeds_.end() || !feed->second.live) continue;   // its pages will bring this
        if (!ports_.may_send(link)) {
            feed->second.live = false;
            feed->second.stuck = true;
            continue;
        }
        send_messages(link, feed->second, news.messages, frames);
        send_changes(link, feed->second, news.changes, changes);
    }
}

void Subscriptions::send_messages(LinkId link, Feed& feed, const std::vector<RoomMessage>& messages,
                                  const std::vector<net::SharedBytes>& whole) {
    if (messages.empty() || messages.back().number <= feed.message) return;
    const std::uint64_t first = messages.front().number;
    CHECK(first <= feed.message + 1, "a message was applied before the one that comes before it in its room");
    // Where the pages ended inside this batch, only what is above them is news.
    const std::size_t skipped = feed.message >= first ? static_cast<std::size_t>(feed.message - first + 1) : 0;
    feed.message = messages.back().number;
    if (skipped == 0) {
        for (const net::SharedBytes& frame : whole) ports_.send(link, frame);
        return;
    }
    for (net::SharedBytes& frame : frames_of(std::span{messages}.subspan(skipped))) ports_.send(link, std::move(frame));
}

void Subscriptions::send_changes(LinkId link, Feed& feed, const std::vector<MessageChange>& changes,
                                 const std::vector<net::SharedBytes>& whole) {
    if (changes.empty() || changes.back().change <= feed.change) return;
    const std::uint64_t first = changes.front().change;
    CHECK(first <= feed.change + 1, "a change was applied before the one that comes before it in its room");
    const std::size_t skipped = feed.change >= first ? static_cast<std::size_t>(feed.change - first + 1) : 0;
    feed.change = changes.back().change;
    if (skipped == 0) {
        for (const net::SharedBytes& frame : whole) ports_.send(link, frame);
        return;
    }
    for (net::SharedBytes& frame : frames_of(std::span{changes}.subspan(skipped))) ports_.send(link, std::move(frame));
}

std::vector<net::SharedBytes> Subscriptions::frames_of(std::span<const RoomMessage> messages) const {
    std::vector<net::SharedBytes> frames;
    while (!messages.empty()) {
        const std::size_t rows = rows_that_fit(messages, options_.page_bytes_max);
        const auto part = messages.first(rows);
        frames.push_back(frame_of(ServerMessage{PushMessages{{part.begin(), part.end()}}}, sender_));
        messages = messages.subspan(rows);
    }
    return frames;
}

std::vector<net::SharedBytes> Subscriptions::frames_of(std::span<const MessageChange> changes) const {
    std::vector<net::SharedBytes> frames;
    while (!changes.empty()) {
        const std::size_t rows = changes_that_fit(changes, options_.page_bytes_max);
        const auto part = changes.first(rows);
        frames.push_back(frame_of(ServerMessage{PushChanges{{part.begin(), part.end()}}}, sender_));
        changes = changes.subspan(rows);
    }
    return frames;
}

void Subscriptions::drained(LinkId link) {
    for (auto feed = feeds_.lower_bound({link, RoomId{}}); feed != feeds_.end() && feed->first.first == link; ++feed) {
        if (!std::exchange(feed->second.stuck, false)) continue;
        schedule(feed->first);
    }
}

void Subscriptions::tick() {
    for (auto& [key, feed] : feeds_) {
        if (!feed.stuck || !ports_.may_send(key.first)) continue;
        feed.stuck = false;
        schedule(key);
    }
}

}  // namespace parley::chat
