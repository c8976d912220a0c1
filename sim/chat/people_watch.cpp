#include "sim/chat/people_watch.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace parley::sim {
namespace {

// Oldest first; empty where it cannot be read, which the audit of rooms tells.
std::vector<chat::AuditRow> audit_log(chat::View& view) {
    std::vector<chat::AuditRow> entries;
    for (std::uint64_t before = 0;;) {
        const auto page = view.audit(before, 500);
        if (!page || page->empty()) break;
        entries.insert(entries.end(), page->begin(), page->end());
        before = entries.back().entry;
    }
    std::ranges::reverse(entries);
    return entries;
}

std::string text_of(const chat::ProfileRow& profile) { return fmt::format("{} {:x}", profile.name, profile.colour); }

}  // namespace

std::set<std::string> changed_administrators(chat::View& view) {
    std::set<std::string> changed;
    for (const chat::AuditRow& entry : audit_log(view)) {
        if (entry.act == chat::AuditAct::administrator_made || entry.act == chat::AuditAct::administrator_unmade) changed.insert(entry.subject);
    }
    return changed;
}

void PeopleWatch::said(const std::set<std::string>& people, const std::string& text, const chat::Posted& posted) {
    Conversation& conversation = conversations_.try_emplace(people, Conversation{posted.room, {}}).first->second;
    if (conversation.room != posted.room) {
        judge_.fail(Oracle::exactly_once, fmt::format("\"{}\" went to room {}, and the conversation of the same people is room {}", text,
                                                      posted.room.value, conversation.room.value));
    }
    const auto [place, is_new] = conversation.texts.emplace(posted.number, text);
    if (is_new || place->second == text) return;
    judge_.fail(Oracle::exactly_once, fmt::format("\"{}\" and \"{}\" are both message {} of room {}", text, place->second, posted.number, posted.room.value));
}

std::uint64_t PeopleWatch::asked(const std::string& key, const std::string& wanted) {
    wishes_[key] = Wish{++requests_, wanted, std::nullopt};
    return requests_;
}

void PeopleWatch::answered(const std::string& key, std::uint64_t request, bool done) {
    Wish& wish = wishes_[key];
    if (wish.request == request && done) wish.is_so = wish.wanted;
}

std::optional<std::string> PeopleWatch::known(const std::string& key) const {
    const auto found = wishes_.find(key);
    return found == wishes_.end() ? std::nullopt : found->second.is_so;
}

void PeopleWatch::audit(chat::View& view, const std::string& where) const {
    const auto users = view.users("", "", 1000);
    if (!users) return;   // the audit of rooms tells
    audit_conversations(view, where);
    audit_wishes(view, where, *users);
    audit_administrators(view, where, *users);
}

void PeopleWatch::audit_conversations(chat::View& view, const std::string& where) const {
    for (const auto& [people, conversation] : conversations_) {
        const auto members = view.members(conversation.room, "", 100);
        std::set<std::string> names;
        for (const chat::UserRow& member : members ? *members : std::vector<chat::UserRow>{}) names.insert(member.name);
        if (names != people) judge_.fail(Oracle::equality, fmt::format("room {} on {} is not of those who talk there", conversation.room.value, where));
        for (const auto& [number, text] : conversation.texts) {
            const auto message = view.message(conversation.room, number, chat::UserId{});
            const bool is_there = message && *message && (*message)->text == text;
            if (!is_there) judge_.fail(Oracle::acknowledged, fmt::format("\"{}\" was acknowledged as message {} of room {} and is not there on {}", text, number, conversation.room.value, where));
        }
    }
}

void PeopleWatch::audit_wishes(chat::View& view, const std::string& where, const std::vector<chat::UserRow>& users) const {
    const auto compare = [&](const std::string& key, const std::string& found) {
        const auto wanted = known(key);
        if (!wanted || *wanted == found) return;
        judge_.fail(Oracle::acknowledged, fmt::format("{} on {} is \"{}\", and \"{}\" was acknowledged last", key, where, found, *wanted));
    };
    for (const chat::UserRow& user : users) {
        const auto profiles = view.profiles({user.user});
        const auto drafts = view.drafts(user.user);
        if (!profiles || !drafts) return;
        compare(profile_key(user.user), text_of(profiles->empty() ? chat::ProfileRow{} : profiles->front()));
        std::map<std::string, std::string> found;
        for (const chat::DraftRow& draft : *drafts) found[draft_key(user.user, draft.room)] = draft.text;
        const std::string beginning = fmt::format("draft {} ", user.user.value);
        for (auto wish = wishes_.lower_bound(beginning); wish != wishes_.end() && wish->first.starts_with(beginning); ++wish) {
            compare(wish->first, found[wish->first]);
        }
    }
}

// The first account is one; the audit log says what happened since.
void PeopleWatch::audit_administrators(chat::View& view, const std::string& where, const std::vector<chat::UserRow>& users) const {
    if (users.empty()) return;
    std::set<std::string> wanted{std::ranges::min_element(users, {}, &chat::UserRow::user)->name};
    for (const chat::AuditRow& entry : audit_log(view)) {
        if (entry.act == chat::AuditAct::administrator_made) wanted.insert(entry.subject);
        if (entry.act == chat::AuditAct::administrator_unmade) wanted.erase(entry.subject);
    }
    std::set<std::string> found;
    for (const chat::UserRow& user : users) {
        if (user.is_admin) found.insert(user.name);
    }
    if (found == wanted && !found.empty()) return;
    judge_.fail(Oracle::equality, fmt::format("{} has {} administrators, by its audit log {}", where, found.size(), wanted.size()));
}

}  // namespace parley::sim
