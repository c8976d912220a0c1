// What is to be erased goes a little with every slot, on all replicas at the same one. Where nobody writes, the leader makes the slots.
#include "chat/server/impl.hpp"
#include "net/ports/marks.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {
namespace {

constexpr net::Duration look_every = std::chrono::seconds{1};
constexpr net::Duration next_slot_after = std::chrono::milliseconds{10};

}  // namespace

// What has grown old is so by log time, from which this replica's clock may differ: a leader that is ahead would make slots in vain.
bool Server::Impl::has_to_erase() const { return state_->has_to_erase(loop_.wall_now().ms - driver_.status().clock_offset_ms); }

void Server::Impl::watch_erasing() {
    const bool is_owed = has_to_erase();
    if (is_owed && driver_.status().leading && !failed_ && !net::planted("nobody_erases_at_rest")) make_a_slot_to_erase_with();
    erasing_timer_ = loop_.after(is_owed ? next_slot_after : look_every, [this] { watch_erasing(); });
}

// Bytes that are no command keep their place in the log and change nothing.
void Server::Impl::make_a_slot_to_erase_with() {
    if (!erasing_pace_.is_time(driver_.status().ballot, state_->executed_through(), loop_.now())) return;
    net::probe<"slot_to_erase_with">();
    driver_.propose({net::Bytes{}});
}

}  // namespace parley::chat
