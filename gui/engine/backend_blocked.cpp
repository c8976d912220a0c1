// Whom this user has blocked, of the Backend: as the replicas tell it, and kept here, so that a window that opens without one shows nothing that it
// would fold a moment later.
#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "gui/engine/backend.hpp"

namespace parley::gui {
namespace {

constexpr net::Duration patience = std::chrono::seconds{15};
constexpr const char* kept_as = "blocked";

// "ID NAME" a line, under the id of whose list it is.
std::string text_of(chat::UserId owner, const std::vector<chat::UserRow>& people) {
    std::string text = fmt::format("{}\n", owner.value);
    for (const chat::UserRow& one : people) text += fmt::format("{} {}\n", one.user.value, one.name);
    return text;
}

std::vector<chat::UserRow> people_in(const std::string& text, chat::UserId owner) {
    std::vector<chat::UserRow> people;
    std::istringstream lines(text);
    std::string line;
    if (!std::getline(lines, line) || line != std::to_string(owner.value)) return people;
    while (std::getline(lines, line)) {
        chat::UserRow one;
        const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), one.user.value);
        if (error != std::errc{} || stop == line.data() + line.size()) continue;
        one.name = line.substr(static_cast<std::size_t>(stop - line.data()) + 1);
        people.push_back(std::move(one));
    }
    return people;
}

}  // namespace

void Backend::tell_kept_blocked() {
    const auto kept = ports_.local.setting(kept_as);
    tell(BlockedTold{kept ? people_in(*kept, user_) : std::vector<chat::UserRow>{}});
}

void Backend::ask_blocked() {
    if (!client_->account()) return;
    client_->blocked({}, [this, asker = user_](net::Result<chat::UserPage> page) {
        if (!page || !client_->account() || asker != user_) return;
        local_failed(ports_.local.save_setting(kept_as, text_of(user_, page->users)));
        tell(BlockedTold{std::move(page->users)});
    });
}

void Backend::run(BlockPerson& c) {
    const chat::Operation operation = c.on ? chat::Operation{chat::BlockUser{c.name}} : chat::Operation{chat::UnblockUser{c.name}};
    client_->submit(operation, patience, [this](net::Result<chat::Answer> result) {
        if (!good(result)) return;
        if (const auto* refused = std::get_if<chat::Refused>(&result->result)) return tell(Notice{tr_known(chat::sentence(refused->why))});
        ask_blocked();
    });
    connection_changed();
}

}  // namespace parley::gui
