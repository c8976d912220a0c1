// What is to be erased goes a little with every slot, on all replicas at the same one. Where nobody writes, the leader makes the slots.
#include "chat/server/impl.hpp"
#include "net/ports/probe.hpp"

namespace parley::chat {
namespace {

constexpr net::Duration look_every = std::chrono::seconds{1};
constexpr net::Duration next_slot_after = std::chrono::milliseconds{10};

}  // namespace

void Server::Impl::watch_erasing() {
    const bool is_owed = state_->has_to_erase(loop_.wall_now().ms);
    if (is_owed && driver_.status().leading && !failed_) make_a_slot_to_erase_with();
    erasing_timer_ = loop_.after(is_owed ? next_slot_after : look_every, [this] { watch_erasing(); });
}

// Bytes that are no command keep their place in the log and change nothing. The next ones wait for these, so that without a quorum they
// do not pile up; a leader of another time does not wait for what the last one lost.
void Server::Impl::make_a_slot_to_erase_with() {
    const Erasing now{driver_.status().ballot, state_->executed_through()};
    if (now == erasing_) return;
    erasing_ = now;
    net::probe<"slot_to_erase_with">();
    driver_.propose({net::Bytes{}});
}

}  // namespace parley::chat
