// Who is there: everybody watches everybody. What they are told while links break may be wrong; when all is well again it has to be right.
#include <algorithm>

#include <fmt/core.h>

#include "sim/chance.hpp"
#include "sim/chat/person.hpp"

namespace parley::sim {

using std::chrono::milliseconds;

void Person::watch_the_others() {
    if (setting_.options.presence_ms == 0) return;
    loop_.after(milliseconds{between(loop_.chance(), 100, 1500)}, [this] {
        watch_the_others();
        std::vector<chat::UserId> others;
        for (const AccountMemory& account : setting_.accounts) {
            if (account.user && account.user != setting_.account.user) others.push_back(*account.user);
        }
        if (others.size() <= watched_.size()) return;
        watched_ = others;
        client_->watch_presence(std::move(others));
    });
}

void Person::told_of(const std::vector<chat::UserPresence>& users) {
    for (const chat::UserPresence& user : users) {
        if (std::ranges::find(watched_, user.user) == watched_.end()) {
            setting_.judge.fail(Oracle::bounds, fmt::format("person {} is told whether user {} is there, and watches somebody else", setting_.number, user.user.value));
        }
        presence_[user.user] = user.presence;
    }
}

bool Person::sees(chat::UserId user, chat::Presence presence) const {
    const auto known = presence_.find(user);
    return std::ranges::find(watched_, user) == watched_.end() || (known != presence_.end() && known->second == presence);
}

bool Person::sees_everybody(std::string& missing) const {
    for (const AccountMemory& account : setting_.accounts) {
        if (setting_.options.presence_ms == 0 || !account.user || account.user == setting_.account.user) continue;
        const bool watches = std::ranges::find(watched_, *account.user) != watched_.end();
        if (watches && sees(*account.user, chat::Presence::online)) continue;
        missing = fmt::format("person {} is not told that user {} is there", setting_.number, account.user->value);
        return false;
    }
    return true;
}

}  // namespace parley::sim
