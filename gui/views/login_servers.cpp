#include "gui/views/login_servers.hpp"

namespace parley::gui {
namespace {

constexpr int look_again_ms = 10'000;

}  // namespace

LoginServers::LoginServers(wxWindow* parent, std::unique_ptr<ServerBook> book, Events events)
    : book_(std::move(book)), events_(std::move(events)), pane_(new ServerPane(parent, {[this](const chat::UsedServer& server) { events_.go_to(book_->ground(server), server); },
                                                                                       [this](const chat::UsedServer& server) {
                                                                                           const auto forgotten = book_->forget(server);
                                                                                           if (!forgotten) events_.failed(forgotten.error().message);
                                                                                           look();
                                                                                       }})),
      timer_(this) {
    Bind(wxEVT_TIMER, [this](wxTimerEvent&) { look(); });
    pane_->Hide();
}

// The book's thread may call this one's CallAfter until it has ended.
LoginServers::~LoginServers() { book_.reset(); }

void LoginServers::watch(bool is_shown) {
    if (std::exchange(is_shown_, is_shown) == is_shown && is_shown == timer_.IsRunning()) return;
    if (!is_shown) return timer_.Stop();
    timer_.Start(look_again_ms);
    look();
}

void LoginServers::look() {
    list_.set(book_->servers());
    show();
    book_->look(list_.servers(), [this](const chat::UsedServer& server, bool is_reachable) {
        CallAfter([this, server, is_reachable] {
            list_.answered(server, is_reachable);
            show();
        });
    });
}

void LoginServers::show() {
    pane_->show(list_, list_.place_of(book_->profile(), book_->addresses()));
    pane_->GetParent()->Layout();
}

}  // namespace parley::gui
