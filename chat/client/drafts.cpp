#include "chat/client/drafts.hpp"

#include <utility>

#include "consensus/core/types.hpp"

namespace parley::chat {
namespace {

std::string found(const std::map<RoomId, std::string>& texts, RoomId room) {
    const auto place = texts.find(room);
    return place == texts.end() ? std::string{} : place->second;
}

void put(std::map<RoomId, std::string>& texts, RoomId room, const std::string& text) {
    if (text.empty()) {
        texts.erase(room);
    } else {
        texts[room] = text;
    }
}

}  // namespace

Drafts::Drafts(net::Loop& loop, Client& client, net::Function<void(RoomId)> changed, net::Duration pause)
    : loop_(loop), client_(client), changed_(std::move(changed)), pause_(pause) {
    adopt_leftovers();
}

Drafts::~Drafts() {
    for (const auto& [room, timer] : waiting_) loop_.cancel(timer);
}

// What an earlier process wrote is on its way still: what the cluster says of that room until then is older.
void Drafts::adopt_leftovers() {
    for (const OutboxEntry& entry : client_.leftovers()) {
        const auto* draft = std::get_if<KeepDraft>(&entry.operation);
        const auto* target = draft == nullptr ? nullptr : std::get_if<ByRoom>(&draft->target);
        const bool is_under_way = entry.state == OutboxEntry::State::unsent || entry.state == OutboxEntry::State::sent;
        if (target == nullptr || !is_under_way) continue;
        put(texts_, target->room, draft->text);
        client_.await(entry.id, Deadline{}, under_way(target->room, draft->text));
    }
}

void Drafts::start(net::Function<void()> known) {
    client_.status({}, [this, alive = std::weak_ptr<int>(alive_), known = std::move(known)](net::Result<StatusReport> status) mutable {
        if (!alive.lock() || !status || consensus::FeatureLevel{status->cluster_level} < consensus::level_of_people) return;
        is_known_ = true;
        if (known) known();
        ask();
    });
}

void Drafts::ask() {
    client_.drafts({}, [this, alive = std::weak_ptr<int>(alive_)](net::Result<DraftPage> page) {
        if (!alive.lock() || !page) return;
        take(*page);
        for (const RoomId room : std::exchange(held_, {})) write(room);
    });
}

void Drafts::take(const DraftPage& page) {
    std::map<RoomId, std::string> there;
    for (const DraftRow& draft : page.drafts) there[draft.room] = draft.text;
    std::set<RoomId> rooms;
    for (const auto& [room, text] : kept_) rooms.insert(room);
    for (const auto& [room, text] : there) rooms.insert(room);
    for (const RoomId room : rooms) heard(room, found(there, room));
}

std::string Drafts::text(RoomId room) const { return found(texts_, room); }

void Drafts::typed(RoomId room, const std::string& text) {
    put(texts_, room, text);
    if (waiting_.contains(room)) return;
    waiting_[room] = loop_.after(pause_, [this, room] { write(room); });
}

void Drafts::done(RoomId room) {
    texts_.erase(room);
    if (const auto timer = waiting_.find(room); timer != waiting_.end()) loop_.cancel(timer->second);
    write(room);
}

void Drafts::flush() {
    for (const auto& [room, timer] : std::exchange(waiting_, {})) {
        loop_.cancel(timer);
        write(room);
    }
}

void Drafts::write(RoomId room) {
    waiting_.erase(room);
    if (!is_known_) {
        held_.insert(room);
        return;
    }
    const std::string text = found(texts_, room);
    const auto written = written_.find(room);
    if (text == (written == written_.end() ? found(kept_, room) : written->second.text)) return;
    client_.submit(KeepDraft{ByRoom{room}, text}, Deadline{}, under_way(room, text));
}

Reply<Answer> Drafts::under_way(RoomId room, const std::string& text) {
    Written& written = written_[room];
    written.text = text;
    ++written.unanswered;
    return [this, alive = std::weak_ptr<int>(alive_), room, text](const net::Result<Answer>& answer) {
        if (alive.lock()) answered(room, text, answer);
    };
}

// One's own text comes before its answer, and what others wrote after it behind that. What was heard of others in between may be older or newer:
// then all is asked for once more. Refused: the text stays on this device alone.
void Drafts::answered(RoomId room, const std::string& text, const net::Result<Answer>& answer) {
    Written& written = written_.at(room);
    if (!answer) written.is_in_doubt = true;
    if (answer && !std::holds_alternative<Refused>(answer->result)) put(kept_, room, text);
    if (--written.unanswered > 0) return;
    const bool is_in_doubt = written.is_in_doubt;
    written_.erase(room);
    if (is_in_doubt && is_known_) ask();
}

void Drafts::heard(RoomId room, const std::string& text) {
    if (const auto written = written_.find(room); written != written_.end()) {
        written->second.is_in_doubt = written->second.is_in_doubt || text != written->second.text;
        return;
    }
    const bool is_news = found(kept_, room) != text;
    put(kept_, room, text);
    if (!is_news || waiting_.contains(room) || held_.contains(room) || found(texts_, room) == text) return;
    put(texts_, room, text);
    changed_(room);
}

}  // namespace parley::chat
