// What people do with people: they talk in conversations of several, say how they are shown, begin texts that they do not send yet, and
// make each other administrators. What each was told must be so on every replica.
#include <algorithm>

#include <fmt/core.h>

#include "net/ports/probe.hpp"
#include "sim/chance.hpp"
#include "sim/chat/person.hpp"

namespace parley::sim {
namespace {

bool is_done(const net::Result<chat::Answer>& answer) { return answer && std::holds_alternative<chat::Done>(answer->result); }

}  // namespace

void Person::deal_with_people() {
    if (setting_.options.people_ms == 0) return;
    loop_.after(std::chrono::microseconds{between(loop_.chance(), 0, 2000 * setting_.options.people_ms)}, [this] {
        deal_with_people();
        if (setting_.memory.last != 0 || !client_->account()) return;   // winding down
        if (!knows_people_) return look_at_level();
        // What only the last word counts of is said by one device of each person.
        const bool is_first_device = setting_.number % static_cast<std::size_t>(setting_.options.devices) == 0;
        switch (loop_.chance() % 8) {
            case 0: return is_first_device ? show_as_something() : talk();
            case 1:
            case 2: return is_first_device ? begin_text() : talk();
            case 3: return make_administrator();
            case 4: return look_who_read();
            default: return talk();
        }
    });
}

// An older replica would not know what it is asked, and the session would end with it. The level never falls.
void Person::look_at_level() {
    client_->status(std::chrono::milliseconds{2000}, [this](const net::Result<chat::StatusReport>& status) {
        knows_people_ = knows_people_ || (status && consensus::FeatureLevel{status->cluster_level} >= consensus::level_of_people);
    });
}

// Of three others at most; it may be one of oneself and another, or a soliloquy.
void Person::talk() {
    const std::string own = fmt::format("person{}", setting_.person);
    chat::ByPeople target;
    std::set<std::string> people{own};
    const std::uint64_t others = 1 + loop_.chance() % 3;
    const std::uint64_t first = loop_.chance();
    for (std::uint64_t i = 0; i < others; ++i) {
        target.names.push_back(fmt::format("person{}", (first + i) % setting_.accounts.size()));
        people.insert(target.names.back());
    }
    const std::string text = fmt::format("c{}/{}", setting_.number, ++setting_.memory.talked);
    client_->submit(chat::Post{target, text, 0}, std::nullopt, [this, people, text](net::Result<chat::Answer> answer) {
        const auto* posted = answer ? std::get_if<chat::Posted>(&answer->result) : nullptr;
        if (posted == nullptr) return;   // somebody has no account yet
        if (people.size() > 2) net::probe<"talked_with_several">();
        setting_.people.said(people, text, *posted);
    });
}

void Person::show_as_something() {
    const chat::UserId own = client_->account()->user;
    const std::uint64_t choice = loop_.chance() % 4;
    const chat::ProfileRow profile{own, choice == 0 ? "" : fmt::format("Shown {}", choice), choice == 3 ? chat::no_colour : 0x1000 + static_cast<std::uint32_t>(choice)};
    const std::string key = PeopleWatch::profile_key(own);
    const std::uint64_t request = setting_.people.asked(key, fmt::format("{} {:x}", profile.name, profile.colour));
    client_->submit(chat::SetProfile{profile.name, profile.colour}, std::nullopt, [this, key, request](const net::Result<chat::Answer>& answer) {
        setting_.people.answered(key, request, is_done(answer));
    });
}

void Person::begin_text() {
    const chat::RoomId room = rooms_[loop_.chance() % rooms_.size()];
    const std::string text = loop_.chance() % 3 == 0 ? "" : fmt::format("about to say {}", loop_.chance() % 1000);
    const std::string key = PeopleWatch::draft_key(client_->account()->user, room);
    const std::uint64_t request = setting_.people.asked(key, text);
    client_->submit(chat::KeepDraft{chat::ByRoom{room}, text}, std::nullopt, [this, room, key, request](const net::Result<chat::Answer>& answer) {
        setting_.people.answered(key, request, is_done(answer));
        if (is_done(answer)) look_at_draft(room, key);
    });
}

void Person::look_at_draft(chat::RoomId room, const std::string& key) {
    const auto wanted = setting_.people.known(key);
    client_->drafts(std::chrono::milliseconds{5000}, [this, room, key, wanted](net::Result<chat::DraftPage> page) {
        if (!page || !wanted || setting_.people.known(key) != wanted) return;   // another one is on its way
        const auto draft = std::ranges::find(page->drafts, room, &chat::DraftRow::room);
        const std::string found = draft == page->drafts.end() ? "" : draft->text;
        if (found == *wanted) return;
        setting_.judge.fail(Oracle::acknowledged, fmt::format("person {} finds the draft \"{}\", and \"{}\" was acknowledged", setting_.number, found, *wanted));
    });
}

// Refused to all who are none themselves, and where nobody would remain.
void Person::make_administrator() {
    client_->submit(chat::SetAdministrator{somebody(), loop_.chance() % 2 == 0}, std::nullopt, [](net::Result<chat::Answer> answer) {
        const auto* refused = answer ? std::get_if<chat::Refused>(&answer->result) : nullptr;
        if (refused != nullptr && refused->why == chat::Refusal::last_administrator) net::probe<"last_administrator_stayed">();
    });
}

// Whoever marked a message as read is among those who read it.
void Person::look_who_read() {
    const chat::RoomId room = rooms_[loop_.chance() % rooms_.size()];
    const std::uint64_t marked = setting_.memory.marked[room];
    if (marked == 0) return;
    client_->receipts({chat::ByRoom{room}, marked, "", 100}, std::chrono::milliseconds{5000}, [this, room, marked](net::Result<chat::ReceiptPage> page) {
        if (!page || page->more) return;
        const chat::UserId own = client_->account()->user;
        if (std::ranges::find(page->readers, own, &chat::ReceiptRow::user) != page->readers.end()) return;
        setting_.judge.fail(Oracle::acknowledged, fmt::format("person {} marked message {} of room {} as read and is not among those who read it",
                                                              setting_.number, marked, room.value));
    });
}

}  // namespace parley::sim
