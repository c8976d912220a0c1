#include "sim/chat/person.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "net/ports/check.hpp"
#include "net/ports/probe.hpp"
#include "sim/chance.hpp"
#include "sim/disk/vfs.hpp"

namespace parley::sim {
namespace {

using std::chrono::milliseconds;

constexpr const char* profile_folder = "profile";

const chat::Refused* refusal_of(const net::Result<chat::Answer>& answer) {
    return answer ? std::get_if<chat::Refused>(&answer->result) : nullptr;
}

}  // namespace

std::unique_ptr<Person> Person::start(const PersonSetting& setting, Machine& machine, Owner owner) {
    std::unique_ptr<Person> person{new Person(setting, machine, owner)};
    return person->open(machine) ? std::move(person) : nullptr;
}

Person::Person(const PersonSetting& setting, Machine& machine, Owner owner)
    : setting_(setting),
      machine_(machine.id()),
      loop_(setting.queue, owner, machine.clock()),
      secrets_(setting.queue),
      dialer_(setting.network.dialer(owner)) {}

bool Person::open(Machine& machine) {
    auto store = chat::ClientStore::open(machine.disk(), profile_folder, vfs_name);
    if (!store) {
        setting_.judge.fail(Oracle::recovery, fmt::format("the client on machine {} does not open its store: {}", machine_.value,
                                                          store.error().message));
        return false;
    }
    store_ = std::move(*store);
    chat::ClientOptions options;
    options.servers = setting_.replicas;
    options.window = static_cast<std::uint32_t>(setting_.options.window);
    options.linearizable_reads = setting_.options.read_ms != 0;
    chat::ClientEvents events;
    events.connection = [](const chat::ClientConnection&) {};
    events.rooms_changed = [] {};
    events.read_moved = [this](chat::RoomId room, std::uint64_t number) {
        // Not by a mark of this device, nor by reading on: somebody else with the same account did it.
        if (setting_.account.marks.contains({room, number}) && setting_.memory.marked[room] < number) net::probe<"marker_moved_by_another_device">();
    };
    events.presence = [this](const std::vector<chat::UserPresence>& users) { told_of(users); };
    events.logged_out = [this] {
        setting_.judge.fail(Oracle::exactly_once, fmt::format("the client on machine {} was logged out by nobody", machine_.value));
    };
    client_ = std::make_unique<chat::Client>(chat::ClientPorts{loop_, *dialer_, secrets_, store_.get()}, std::move(options),
                                             std::move(events));
    take_up_leftovers();
    client_->start();
    if (client_->account()) setting_.account.user = client_->account()->user;
    get_account();
    ask_for_digest();
    return true;
}

void Person::take_up_leftovers() {
    std::set<std::string> found;
    for (const chat::OutboxEntry& entry : client_->leftovers()) {
        if (entry.note.empty()) continue;   // entering a room: asked again anyway
        found.insert(entry.note);
        client_->await(entry.id, std::nullopt, [this, text = entry.note, id = entry.id](net::Result<chat::Answer> answer) {
            settled(text, id, answer);
        });
    }
    for (const std::string& text : setting_.memory.open) {
        if (found.contains(text)) continue;
        setting_.judge.fail(Oracle::acknowledged, fmt::format("\"{}\" was given to the client on machine {} and is not in its outbox",
                                                              text.substr(0, text.find('.')), machine_.value));
    }
}

void Person::later(net::Task task) { loop_.after(milliseconds{between(loop_.chance(), 20, 200)}, std::move(task)); }

void Person::get_account() {
    if (client_->account()) {
        enter(0);
        return;
    }
    client_->register_account(fmt::format("person{}", setting_.person), "a long password", std::nullopt,
                              [this](net::Result<chat::Answer> answer) { account_answered(answer, false); });
}

void Person::account_answered(const net::Result<chat::Answer>& answer, bool was_log_in) {
    const chat::Refused* refused = refusal_of(answer);
    if (answer && refused == nullptr) {
        if (client_->account()) setting_.account.user = client_->account()->user;
        enter(0);
        return;
    }
    if (refused != nullptr && refused->why == chat::Refusal::name_taken && !was_log_in) {
        // An earlier process of ours made it and died before it knew.
        client_->log_in(fmt::format("person{}", setting_.person), setting_.memory.password, std::nullopt,
                        [this](net::Result<chat::Answer> next) { account_answered(next, true); });
        return;
    }
    later([this] { get_account(); });
}

void Person::enter(std::size_t room) {
    if (room == setting_.rooms.size()) {
        wait_to_write();
        mark_something();
        change_something();
        look_after_arena();
        search_something();
        change_password();
        order_retention();
        handle_files();
        deal_with_people();
        watch_the_others();
        return;
    }
    if (room % static_cast<std::size_t>(setting_.options.clients) != setting_.number) {
        join(room);
        return;
    }
    client_->submit(chat::CreateRoom{setting_.rooms[room], false}, std::nullopt, [this, room](net::Result<chat::Answer>) {
        join(room);   // made now or before
    });
}

void Person::join(std::size_t room) {
    client_->submit(chat::JoinRoom{chat::ByRoomName{setting_.rooms[room]}}, std::nullopt,
                    [this, room](net::Result<chat::Answer> answer) {
                        const chat::Refused* refused = refusal_of(answer);
                        const bool inside = refused != nullptr && refused->why == chat::Refusal::already_a_member;
                        if (answer && (refused == nullptr || inside)) {
                            look_up(room);
                        } else {
                            later([this, room] { join(room); });   // its maker has not come yet
                        }
                    });
}

void Person::look_up(std::size_t room) {
    client_->room(chat::ByRoomName{setting_.rooms[room]}, std::nullopt, [this, room](net::Result<chat::RoomRow> row) {
        if (!row) {
            later([this, room] { look_up(room); });
            return;
        }
        rooms_.push_back(row->room);
        watch(row->room);
        enter(room + 1);
    });
}

void Person::watch(chat::RoomId room) {
    chat::SubscriptionEvents events;
    events.messages = [this, room](const std::vector<chat::RoomMessage>& messages) {
        for (const chat::RoomMessage& message : messages) {
            std::uint64_t& seen = setting_.memory.seen[room];
            setting_.oracle.delivered(machine_, message, seen + 1);
            seen = message.number;
            setting_.memory.kept[room].insert_or_assign(message.number, message);
        }
    };
    events.changes = [this, room](const std::vector<chat::MessageChange>& changes) { take_changes(room, changes); };
    events.caught_up = [](const chat::Subscribed&) {};
    events.ended = [this, room](const net::Error& why) {
        setting_.judge.fail(Oracle::delivery, fmt::format("machine {} lost its subscription of room {}: {}", machine_.value, room.value,
                                                          why.message));
    };
    client_->subscribe(room, setting_.memory.seen[room], setting_.memory.changes[room], std::move(events));
}

void Person::wait_to_write() {
    if (waiting_) return;
    waiting_ = true;
    loop_.after(std::chrono::microseconds{between(loop_.chance(), 0, 2000 * setting_.options.think_ms)}, [this] {
        waiting_ = false;
        write_next();
    });
}

std::string Person::text_of(std::uint64_t number) const { return fmt::format("p{}/{}", setting_.number, number); }

std::string Person::somebody() { return fmt::format("person{}", loop_.chance() % setting_.accounts.size()); }

// Behind the dots, which end what names the text.
std::string Person::some_mention() {
    if (loop_.chance() % 8 != 0) return {};
    if (loop_.chance() % 4 == 0) return ". @room";
    return fmt::format(". @{}", somebody());
}

void Person::write_next() {
    PersonMemory& memory = setting_.memory;
    const bool has_more = memory.last == 0 || memory.written < memory.last;
    // Where links are slow, what is asked for files would leave no room for a text.
    const bool is_silent = setting_.options.files_ms > 0 && memory.open.empty();
    const bool has_room = is_silent || static_cast<std::int64_t>(client_->unanswered()) < setting_.options.window;
    if (has_more && has_room && !rooms_.empty()) {
        std::string text = text_of(memory.written + 1);
        text.resize(text.size() + static_cast<std::size_t>(between(loop_.chance(), 0, setting_.options.payload_max)), '.');
        const chat::RoomId room = rooms_[loop_.chance() % rooms_.size()];
        const std::uint64_t reply_to = something_to_answer(room);
        text += some_mention();
        // Noted before: should submit() never return, the text may be in the outbox and may be sent one day.
        setting_.oracle.written(text, room);
        ++memory.written;
        const auto entry = std::make_shared<chat::EntryId>();
        *entry = client_->submit(chat::Post{chat::ByRoom{room}, text, reply_to}, {std::nullopt, text, true},
                                 [this, text, entry](net::Result<chat::Answer> answer) { settled(text, *entry, answer); });
        if (entry->value != 0) memory.open.insert(text);
    }
    wait_to_write();
}

void Person::settled(const std::string& text, chat::EntryId entry, const net::Result<chat::Answer>& answer) {
    const chat::Posted* posted = answer ? std::get_if<chat::Posted>(&answer->result) : nullptr;
    if (posted != nullptr) {
        setting_.oracle.acknowledged(text, posted->room, posted->number, answer->slot);
        std::uint64_t& told = setting_.memory.told[posted->room];
        told = std::max(told, posted->number);
        setting_.memory.own[{posted->room, posted->number}] = answer->slot;
        setting_.memory.own_texts[{posted->room, posted->number}] = text.substr(0, text.find('.'));
        if (posted->number < 12 || posted->number % 4 == 0) look_at_marks(posted->room);
    } else if (answer && refusal_of(answer) != nullptr && refusal_of(answer)->why == chat::Refusal::message_deleted) {
        setting_.oracle.withdrawn(text);   // what it answers was deleted meanwhile
    } else if (answer) {
        setting_.oracle.refused(text, refusal_of(answer) != nullptr ? refusal_of(answer)->why : chat::Refusal::malformed);
    } else {
        if (setting_.options.session_idle_ms > 0) net::probe<"session_expired_before_an_answer">();
        setting_.oracle.unknown(text, answer.error().message, setting_.options.session_idle_ms > 0);
    }
    setting_.memory.open.erase(text);
    if (entry.value != 0) client_->confirm(entry);
}

void Person::ask_for_digest() {
    loop_.after(milliseconds{between(loop_.chance(), 200, 1500)}, [this] {
        // Mostly where somebody asked before, perhaps of another replica: a new digest is a reading of the whole database on each.
        const std::uint64_t slot = loop_.chance() % 4 == 0 ? 0 : setting_.newest_digest_slot;
        client_->digest(slot, milliseconds{3000}, [this](net::Result<chat::DigestReport> report) {
            if (report) {
                // Where states go wrong on purpose, digests of different replicas do differ until the next boundary.
                const bool may_be_wrong = setting_.options.wrong_result_every_ms != 0;
                if (!may_be_wrong) setting_.equality.state_at(machine_, consensus::Slot{report->slot}, report->digest);
                setting_.newest_digest_slot = std::max(setting_.newest_digest_slot, report->slot);
            }
            ask_for_digest();
        });
    });
}

void Person::mark_something() {
    loop_.after(milliseconds{between(loop_.chance(), 100, 1500)}, [this] {
        mark_something();
        if (setting_.memory.last != 0) return;   // winding down
        const chat::RoomId room = rooms_[loop_.chance() % rooms_.size()];
        const std::uint64_t seen = setting_.memory.seen[room];
        if (seen == 0) return;
        // Lower ones too: a marker never goes back.
        const auto number = static_cast<std::uint64_t>(between(loop_.chance(), 1, static_cast<std::int64_t>(seen)));
        setting_.account.marks.try_emplace({room, number});
        client_->submit(chat::MarkRead{chat::ByRoom{room}, number}, std::nullopt, [this, room, number](net::Result<chat::Answer> answer) {
            if (!answer || refusal_of(answer) != nullptr) return;
            std::uint64_t& marked = setting_.memory.marked[room];
            marked = std::max(marked, number);
            std::optional<std::uint64_t>& first = setting_.account.marks[{room, number}];
            first = std::min(first.value_or(answer->slot), answer->slot);
            look_at_marks(room);
        });
    });
}

void Person::look_at_marks(chat::RoomId room) {
    const std::uint64_t marked = setting_.memory.marked[room];
    const std::uint64_t newest = std::max(setting_.memory.told[room], setting_.memory.seen[room]);
    const std::uint64_t known = setting_.options.read_ms == 0 ? 0 : setting_.oracle.last_of(room);
    client_->room(chat::ByRoom{room}, milliseconds{5000}, [this, room, marked, newest, known](net::Result<chat::RoomRow> row) {
        if (!row) return;
        if (row->last < known) {
            setting_.judge.fail(Oracle::real_time, fmt::format("person {} reads room {} up to message {}, and somebody had seen {} before",
                                                               setting_.number, room.value, row->last, known));
        }
        if (row->read >= marked && row->last >= newest && row->read <= row->last && !is_own_unread(room, row->read)) return;
        setting_.judge.fail(Oracle::acknowledged,
                            fmt::format("person {} reads room {} as read to {} of {}, and was told of {} and {} before",
                                        setting_.number, room.value, row->read, row->last, marked, newest));
    });
}

// A message of one's own behind everything read is read. Where the marker was set by hand, that holds for what was written
// after it.
bool Person::is_own_unread(chat::RoomId room, std::uint64_t read) const {
    const PersonMemory& memory = setting_.memory;
    const auto own = memory.own.find({room, read + 1});
    if (own == memory.own.end()) return false;
    const auto mark = setting_.account.marks.find({room, read});
    return mark == setting_.account.marks.end() || (mark->second && *mark->second < own->second);
}

bool Person::idle(std::string& missing) const {
    const PersonMemory& memory = setting_.memory;
    if (rooms_.size() < setting_.rooms.size()) {
        missing = fmt::format("person {} is in {} of {} rooms", setting_.number, rooms_.size(), setting_.rooms.size());
        return false;
    }
    if (memory.last == 0 || memory.written < memory.last || !memory.open.empty()) {
        missing = fmt::format("person {} waits for {} answers", setting_.number, memory.open.size());
        return false;
    }
    for (const chat::RoomId room : rooms_) {
        const auto seen = memory.seen.find(room);
        if (seen != memory.seen.end() && seen->second >= setting_.oracle.last_of(room)) continue;
        missing = fmt::format("person {} has not read room {} to its end", setting_.number, room.value);
        return false;
    }
    if (upload_ || download_ || posting_ > 0) {
        missing = fmt::format("person {} waits for a file", setting_.number);
        return false;
    }
    if (!sees_everybody(missing)) return false;
    if (!last_look_done_) {
        missing = fmt::format("person {} has not looked how far the changes have come", setting_.number);
        return false;
    }
    for (const chat::RoomId room : rooms_) {
        const auto changes = memory.changes.find(room);
        if ((changes == memory.changes.end() ? 0 : changes->second) >= setting_.oracle.last_change_of(room)) continue;
        missing = fmt::format("person {} has not heard of every change in room {}", setting_.number, room.value);
        return false;
    }
    return true;
}

}  // namespace parley::sim
