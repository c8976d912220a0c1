// The state behind the screen.
#include "chat/cli/terminal/chat_model.hpp"

#include <algorithm>

#include "chat/state/mentions.hpp"

namespace parley::chat {
namespace {

constexpr std::size_t items_max = 5000;   // per room; older ones are read again when asked for

}  // namespace

std::uint64_t RoomPane::first_number() const {
    for (const ScrollItem& item : items) {
        if (item.message) return item.message->number;
    }
    return row.last + 1;
}

std::vector<RoomRow> ChatModel::set_rooms(const std::vector<RoomRow>& rooms) {
    std::vector<RoomRow> added;
    std::map<RoomId, RoomPane> kept;
    order_.clear();
    for (const RoomRow& row : rooms) {
        order_.push_back(row.room);
        const auto known = panes_.find(row.room);
        if (known == panes_.end()) {
            added.push_back(row);
            kept[row.room].row = row;
        } else {
            // What was pushed may be newer than this page.
            const std::uint64_t last = std::max(known->second.row.last, row.last);
            const std::uint64_t read = std::max(known->second.row.read, row.read);
            known->second.row = row;
            known->second.row.last = last;
            known->second.row.read = read;
            kept[row.room] = std::move(known->second);
        }
    }
    panes_ = std::move(kept);
    std::stable_partition(order_.begin(), order_.end(), [this](RoomId room) { return !panes_.at(room).row.is_direct; });
    if (selected_ && !panes_.contains(*selected_)) selected_.reset();
    if (!wanted_.empty()) select_named(std::string{wanted_});
    if (!selected_ && !order_.empty()) select(first_room());
    return added;
}

void ChatModel::set_presence(const std::vector<UserPresence>& users) {
    for (const UserPresence& one : users) presence_[one.user] = one.presence;
}

Presence ChatModel::presence_of(UserId user) const {
    const auto known = presence_.find(user);
    return known == presence_.end() ? Presence::offline : known->second;
}

void ChatModel::add_typing(RoomId room, UserId user, const std::string& name) { typing_[room][user] = name; }

void ChatModel::end_typing(RoomId room, UserId user) {
    const auto typing = typing_.find(room);
    if (typing != typing_.end()) typing->second.erase(user);
}

std::string ChatModel::typing_text() const {
    const auto typing = selected_ ? typing_.find(*selected_) : typing_.end();
    if (typing == typing_.end() || typing->second.empty()) return "";
    if (typing->second.size() > 2) return "several people are typing…";
    std::string names;
    for (const auto& [user, name] : typing->second) names += (names.empty() ? "" : " and ") + name;
    return names + (typing->second.size() == 1 ? " is typing…" : " are typing…");
}

RoomId ChatModel::first_room() const {
    const auto general = std::find_if(order_.begin(), order_.end(), [this](RoomId room) { return panes_.at(room).row.name == "general"; });
    return general == order_.end() ? order_.front() : *general;
}

void ChatModel::add_messages(RoomId room, const std::vector<RoomMessage>& messages) {
    RoomPane* pane = find(room);
    if (pane == nullptr) return;
    for (const RoomMessage& message : messages) {
        end_typing(room, message.author);   // this is what was typed
        count_reply(*pane, message);
        pane->items.push_back({message, {}});
        ++pane->undrawn;
        pane->row.last = std::max(pane->row.last, message.number);
        if (message.author_name == own_name && pane->row.read + 1 == message.number) pane->row.read = message.number;
        if (message.author_name != own_name && speaks_to(message.text, own_name)) ++pane->row.mentions;
        forget_seen_pending(*pane, message);
    }
    while (pane->items.size() > items_max) {
        pane->items.pop_front();
        pane->has_all_older = false;
    }
}

void ChatModel::forget_seen_pending(RoomPane& pane, const RoomMessage& message) {
    if (message.author_name != own_name || message.kind != MessageKind::text) return;
    const auto seen = std::find_if(pane.pending.begin(), pane.pending.end(), [&](const PendingText& pending) {
        return pending.number == message.number || (pending.number == 0 && pending.text == message.text);
    });
    if (seen != pane.pending.end()) pane.pending.erase(seen);
}

void ChatModel::add_older(RoomId room, const std::vector<RoomMessage>& messages, bool more) {
    RoomPane* pane = find(room);
    if (pane == nullptr) return;
    pane->is_loading = false;
    const std::uint64_t first = pane->first_number();
    for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
        if (message->number < first) pane->items.push_front({*message, {}});
    }
    if (!more || messages.empty()) pane->has_all_older = true;
}

void ChatModel::take_change(RoomId room, const MessageChange& change) {
    RoomPane* pane = find(room);
    if (pane == nullptr) return;
    for (ScrollItem& item : pane->items) {
        if (item.message && item.message->number == change.number) take_in(*item.message, change, own_user);
    }
}

void ChatModel::count_reply(RoomPane& pane, const RoomMessage& reply) {
    if (reply.thread == 0) return;
    for (ScrollItem& item : pane.items) {
        if (item.message && item.message->number == reply.thread) ++item.message->replies;
    }
}

void ChatModel::mark_read(RoomId room, std::uint64_t number) {
    RoomPane* pane = find(room);
    if (pane == nullptr) return;
    pane->row.read = std::max(pane->row.read, number);
    if (pane->unread() == 0) pane->row.mentions = 0;
}

void ChatModel::mark_unread(RoomId room, std::uint64_t number) {
    if (RoomPane* pane = find(room)) pane->row.read = std::min(pane->row.read, number);
}

void ChatModel::add_pending(RoomId room, EntryId entry, const std::string& text) {
    if (RoomPane* pane = find(room)) pane->pending.push_back({entry, text, 0});
}

void ChatModel::settle_pending(EntryId entry, std::uint64_t number) {
    for (auto& known : panes_) {
        RoomPane& pane = known.second;
        for (PendingText& pending : pane.pending) {
            if (pending.entry == entry) pending.number = number;
        }
        std::erase_if(pane.pending, [&](const PendingText& pending) {
            return pending.entry == entry && pane.row.last >= number && pane.first_number() <= number;
        });
    }
}

void ChatModel::drop_pending(EntryId entry) {
    for (auto& [room, pane] : panes_) {
        std::erase_if(pane.pending, [&](const PendingText& pending) { return pending.entry == entry; });
    }
}

void ChatModel::note(const std::string& text) {
    if (RoomPane* pane = selected()) {
        pane->items.push_back({std::nullopt, text});
        pane->scrolled = 0;
    } else {
        notes_.push_back(text);
    }
}

void ChatModel::select(RoomId room) {
    if (!panes_.contains(room)) return;
    selected_ = room;
    wanted_.clear();
    for (std::string& text : notes_) panes_.at(room).items.push_back({std::nullopt, std::move(text)});
    notes_.clear();
}

void ChatModel::select_named(const std::string& name) {
    wanted_ = name;
    for (const RoomId room : order_) {
        if (panes_.at(room).row.name != name) continue;
        select(room);
        return;
    }
}

void ChatModel::select_next(int step) {
    if (order_.empty()) return;
    const auto at = selected_ ? std::find(order_.begin(), order_.end(), *selected_) : order_.end();
    const auto size = static_cast<std::ptrdiff_t>(order_.size());
    const std::ptrdiff_t place = at == order_.end() ? 0 : ((at - order_.begin()) + step + size) % size;
    select(order_[static_cast<std::size_t>(place)]);
}

RoomPane* ChatModel::selected() { return selected_ ? find(*selected_) : nullptr; }

const RoomPane* ChatModel::selected() const { return selected_ ? &panes_.at(*selected_) : nullptr; }

RoomPane* ChatModel::find(RoomId room) {
    const auto pane = panes_.find(room);
    return pane == panes_.end() ? nullptr : &pane->second;
}

}  // namespace parley::chat
