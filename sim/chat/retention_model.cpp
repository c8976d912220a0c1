#include "sim/chat/retention_model.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "net/ports/probe.hpp"

namespace parley::sim {
namespace {

constexpr std::int64_t day_ms = std::int64_t{24} * 3600 * 1000;
// It is looked for old texts once a minute, some of them in each slot.
constexpr std::int64_t looked_for_within_ms = 61'000;
constexpr std::uint64_t slots_of_a_look = 60;

}  // namespace

std::size_t RetentionModel::ordered(chat::RoomId room, std::uint32_t days) {
    orders_[room].push_back({days, std::nullopt});
    return orders_[room].size() - 1;
}

void RetentionModel::answered(chat::RoomId room, std::size_t order, std::uint64_t slot) { orders_[room][order].slot = slot; }
void RetentionModel::refused(chat::RoomId room, std::size_t order) { orders_[room][order].is_refused = true; }

std::vector<RetentionModel::Order> RetentionModel::in_force(chat::RoomId room, std::uint64_t slot) const {
    std::vector<Order> found{Order{0, 0}};
    const auto orders = orders_.find(room);
    if (orders == orders_.end()) return found;
    for (const Order& order : orders->second) {
        if (order.is_refused) continue;
        if (order.slot && *order.slot > slot) break;   // none of the later ones had come
        if (order.slot && *order.slot < slot) found.clear();   // in its own slot it comes before or behind what is looked at
        found.push_back(order);
    }
    return found;
}

std::optional<std::string> RetentionModel::compare(chat::RoomId room, std::uint32_t days, const std::vector<chat::RoomMessage>& messages,
                                                   const std::vector<chat::MessageChange>& changes) const {
    for (const chat::MessageChange& change : changes) {
        if (change.kind != chat::ChangeKind::deleted || change.user != chat::UserId{}) continue;
        if (auto wrong = too_early(room, messages, change)) return wrong;
    }
    const std::vector<Order> orders = in_force(room, ~std::uint64_t{0});
    if (std::ranges::none_of(orders, [days](const Order& order) { return order.days == days; })) {
        return fmt::format("its texts are kept for {} days (0: for ever), and nobody ordered that last", days);
    }
    return orders.size() == 1 && orders.front().days > 0 ? too_late(orders.front(), messages) : std::nullopt;
}

std::optional<std::string> RetentionModel::too_early(chat::RoomId room, const std::vector<chat::RoomMessage>& messages, const chat::MessageChange& change) const {
    if (change.number == 0 || change.number > messages.size()) return fmt::format("message {} was let go of and is not there", change.number);
    net::probe<"text_let_go_of_for_its_age">();
    const std::int64_t age_ms = change.time_ms - messages[change.number - 1].time_ms;
    const auto allows = [age_ms](const Order& order) { return order.days > 0 && age_ms > order.days * day_ms; };
    if (std::ranges::any_of(in_force(room, change.slot), allows)) return std::nullopt;
    return fmt::format("message {} was let go of in slot {}, {} ms old, and no order was in force that says so", change.number, change.slot, age_ms);
}

std::optional<std::string> RetentionModel::too_late(const Order& order, const std::vector<chat::RoomMessage>& messages) {
    if (messages.empty()) return std::nullopt;
    const std::uint64_t newest = messages.back().slot;
    std::int64_t time_ms = 0;   // so late was it when there was still time for a whole look
    for (const chat::RoomMessage& message : messages) {
        if (message.slot > *order.slot && message.slot + slots_of_a_look <= newest) time_ms = std::max(time_ms, message.time_ms);
    }
    for (const chat::RoomMessage& message : messages) {
        const bool is_kept = chat::is_written(message.kind) && !message.deleted;
        if (!is_kept || message.time_ms + order.days * day_ms + looked_for_within_ms >= time_ms) continue;
        return fmt::format("message {} is {} ms old and kept, though texts are let go of after {} days", message.number, time_ms - message.time_ms, order.days);
    }
    return std::nullopt;
}

}  // namespace parley::sim
