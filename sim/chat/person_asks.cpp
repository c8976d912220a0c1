// What people ask for beside their rooms: searches, which must show what they wrote, and a new password, which must be
// the only one from then on.
#include <algorithm>

#include <fmt/core.h>

#include "sim/chance.hpp"
#include "sim/chat/person.hpp"

namespace parley::sim {
namespace {

using std::chrono::milliseconds;

std::string brief(const std::string& text) { return text.substr(0, text.find('.')); }

const chat::Refused* refusal_of(const net::Result<chat::Answer>& answer) {
    return answer ? std::get_if<chat::Refused>(&answer->result) : nullptr;
}

bool is_wrong_password(const net::Result<chat::Answer>& answer) {
    const chat::Refused* refused = refusal_of(answer);
    return refused != nullptr && refused->why == chat::Refusal::wrong_password;
}

}  // namespace

void Person::search_something() {
    if (setting_.options.search_ms == 0) return;
    loop_.after(std::chrono::microseconds{between(loop_.chance(), 0, 2000 * setting_.options.search_ms)}, [this] {
        search_something();
        const auto& texts = setting_.memory.own_texts;
        if (!texts.empty()) search_for(*std::next(texts.begin(), static_cast<std::ptrdiff_t>(loop_.chance() % texts.size())));
    });
}

// A text as a phrase: nobody wrote another that begins so, and edits keep the beginning.
void Person::search_for(const PersonMemory::OwnText& own) {
    const std::string& text = own.second;
    client_->search(chat::AskSearch{fmt::format("\"{}\"", text), {}, 50, 0}, milliseconds{5000}, [this, text, place = own.first](net::Result<chat::FoundPage> page) {
        if (!page || page->more) return;   // not looked through to its end
        const auto is_it = [&text](const chat::RoomMessage& message) { return brief(message.text) == text; };
        if (!std::ranges::all_of(page->messages, is_it) || page->messages.size() > 1) {
            setting_.judge.fail(Oracle::exactly_once, fmt::format("person {} searches for \"{}\" and is shown {} messages", setting_.number, text, page->messages.size()));
        }
        if (!page->messages.empty() || setting_.account.erased.contains(place) || setting_.options.retention_ms != 0) return;
        setting_.judge.fail(Oracle::acknowledged, fmt::format("person {} searches for \"{}\", which was acknowledged, and is shown nothing", setting_.number, text));
    });
}

void Person::change_password() {
    if (setting_.options.password_ms == 0 || setting_.options.devices > 1) return;   // a new password ends the logins of all other devices
    loop_.after(std::chrono::microseconds{between(loop_.chance(), 0, 2000 * setting_.options.password_ms)}, [this] {
        change_password();
        if (setting_.memory.last == 0 && client_->account() && !std::exchange(changes_password_, true)) change_password_now();
    });
}

void Person::change_password_now() {
    PersonMemory& memory = setting_.memory;
    const std::string fresh = fmt::format("password number {}", ++memory.passwords);
    if (loop_.chance() % 3 == 0) {
        client_->change_password("another password", fresh, milliseconds{5000}, [this](net::Result<chat::Answer> answer) {
            changes_password_ = false;
            if (!answer || refusal_of(answer) != nullptr) return;
            setting_.judge.fail(Oracle::exactly_once, fmt::format("person {} changed a password without knowing it", setting_.number));
        });
        return;
    }
    const bool is_certain = memory.is_password_certain;
    memory.is_password_certain = false;   // until it is known what came of it
    client_->change_password(memory.password, fresh, milliseconds{5000}, [this, fresh, is_certain](net::Result<chat::Answer> answer) {
        changes_password_ = false;
        if (!answer) return;
        PersonMemory& now = setting_.memory;
        if (refusal_of(answer) == nullptr) now.password = fresh;
        now.is_password_certain = is_certain;
        if (!is_certain || !is_wrong_password(answer)) return;
        setting_.judge.fail(Oracle::acknowledged, fmt::format("person {} is told that \"{}\" is not the password", setting_.number, now.password));
    });
}

}  // namespace parley::sim
