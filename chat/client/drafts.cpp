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
    : loop_(loop), client_(client), changed_(std::move(changed)), pause_(pause) {}

Drafts::~Drafts() {
    for (const auto& [room, timer] : waiting_) loop_.cancel(timer);
}

void Drafts::start(net::Function<void()> known) {
    client_.status({}, [this, alive = std::weak_ptr<int>(alive_), known = std::move(known)](net::Result<StatusReport> status) mutable {
        if (!alive.lock() || !status || consensus::FeatureLevel{status->cluster_level} < consensus::level_of_people) return;
        is_known_ = true;
        if (known) known();
        client_.drafts({}, [this, alive](net::Result<DraftPage> page) {
            if (alive.lock() && page) take(*page);
        });
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
    const std::string text = found(texts_, room);
    if (!is_known_ || text == found(kept_, room)) return;
    put(kept_, room, text);
    client_.submit(KeepDraft{ByRoom{room}, text}, Deadline{}, [](const net::Result<Answer>&) {});   // refused: it stays on this device
}

void Drafts::heard(RoomId room, const std::string& text) {
    put(kept_, room, text);
    if (waiting_.contains(room) || found(texts_, room) == text) return;
    put(texts_, room, text);
    changed_(room);
}

}  // namespace parley::chat
