#include "gui/model/admin.hpp"

#include <algorithm>

#include "chat/state/names.hpp"
#include "gui/model/words.hpp"

namespace parley::gui {

void Admin::forget() {
    const std::uint64_t last = last_act_;
    *this = {};
    last_act_ = last;
}

// ---- lists ----

// What was there stays on the screen while there is no newer answer; only the reason is new.
bool Admin::take(UsersListed& n) {
    if (n.pattern != pattern_) return false;
    if (n.refusal.empty()) users_ = std::move(n);
    else users_.refusal = std::move(n.refusal);
    return true;
}

bool Admin::take(AllRoomsListed& n) {
    if (n.refusal.empty()) rooms_ = std::move(n);
    else rooms_.refusal = std::move(n.refusal);
    return true;
}

bool Admin::take(AuditListed& n) {
    if (!n.refusal.empty()) {
        audit_.refusal = std::move(n.refusal);
        return true;
    }
    if (n.before == 0) {
        audit_ = std::move(n);
        return true;
    }
    if (audit_.entries.empty() || audit_.entries.back().entry != n.before) return false;   // of a list that is gone
    audit_.entries.insert(audit_.entries.end(), n.entries.begin(), n.entries.end());
    audit_.more = n.more;
    audit_.refusal.clear();
    return true;
}

bool Admin::take(RegistrationTold& n) {
    registration_ = n.policy;
    return true;
}

bool Admin::take(InvitationMade& n) {
    invitation_ = std::move(n);
    return true;
}

std::vector<chat::RoomRow> Admin::rooms_with(const std::string& letters) const {
    const std::string wanted = chat::fold_name(letters);
    std::vector<chat::RoomRow> found;
    for (const chat::RoomRow& room : rooms_.rooms) {
        if (chat::fold_name(room.name).find(wanted) != std::string::npos) found.push_back(room);
    }
    return found;
}

// ---- acts ----

ActId Admin::begin(const std::string& subject, const std::string& doing, const std::string& done, bool is_kept) {
    const ActId act{++last_act_};
    running_[act] = {subject, doing, done, is_kept};
    outcome_ = {};
    return act;
}

bool Admin::is_busy(const std::string& subject) const {
    return std::any_of(running_.begin(), running_.end(), [&](const auto& one) { return one.second.subject == subject; });
}

bool Admin::take(ActEnded& n) {
    const auto found = running_.find(n.act);
    if (found == running_.end()) return false;   // begun before somebody else logged in
    const Running act = std::move(found->second);
    running_.erase(found);
    switch (n.how) {
        case ActEnded::How::done: outcome_ = {n.act, act.done, false}; break;
        case ActEnded::How::refused: outcome_ = {n.act, tr("{0} was refused. {1}", act.doing, n.sentence), true}; break;
        case ActEnded::How::unknown: outcome_ = {n.act, tr("{0}: it is not known whether that was done ({1}).", act.doing, n.sentence), true}; break;
    }
    return true;
}

Admin::Outcome Admin::sentence(const ConnectionStatus& connection) const {
    const bool is_online = connection.state == ConnectionStatus::State::online;
    if (!running_.empty()) {
        const Running& newest = running_.rbegin()->second;
        if (is_online) return {{}, tr("{0}…", newest.doing), false};
        if (newest.is_kept) return {{}, tr("{0}: waits until a majority of the replicas can be reached; it is kept on this computer.", newest.doing), true};
        return {{}, tr("{0}: waits until a majority of the replicas can be reached.", newest.doing), true};
    }
    if (!outcome_.sentence.empty()) return outcome_;
    if (is_online) return {};
    return {{}, tr("The replicas cannot save anything now. What you do here waits, and nothing is lost."), true};
}

}  // namespace parley::gui
