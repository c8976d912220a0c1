// People of the Backend: how they are shown, who has read a message, and what is typed on one's other devices. All of it is there once the
// cluster's level has it; until then the window is as if nobody had chosen anything.
#include "gui/engine/backend.hpp"

namespace parley::gui {
namespace {

constexpr net::Duration patience = std::chrono::seconds{15};
constexpr std::size_t profiles_asked_max = 100;   // at once

// Both were typed by the same person, on two devices; neither is to be lost.
std::string both(const std::string& here, const std::string& there) {
    if (there.find(here) != std::string::npos) return there;
    if (here.find(there) != std::string::npos) return here;
    return here + "\n" + there;
}

}  // namespace

void Backend::people_online() {
    drafts_->start([this] {
        // Those who were shown before may have changed meanwhile.
        const std::set<chat::UserId> known = std::exchange(profiles_asked_, {});
        know({known.begin(), known.end()});
        if (client_->account()) know({client_->account()->user});
        for (const auto& [id, row] : rooms_) {
            if (row.partner != chat::UserId{}) know({row.partner});
        }
    });
}

// ---- how people are shown ----

void Backend::know(const std::vector<chat::UserId>& users) {
    if (!drafts_->is_known()) {
        profiles_asked_.insert(users.begin(), users.end());   // as soon as the level is known
        return;
    }
    std::vector<chat::UserId> unknown;
    for (const chat::UserId user : users) {
        if (user != chat::UserId{} && profiles_asked_.insert(user).second) unknown.push_back(user);
        if (unknown.size() == profiles_asked_max) ask_profiles(std::exchange(unknown, {}));
    }
    if (!unknown.empty()) ask_profiles(std::move(unknown));
}

void Backend::ask_profiles(std::vector<chat::UserId> unknown) {
    client_->profiles(unknown, patience, [this, unknown](net::Result<chat::ProfilePage> page) {
        if (page) return tell(ProfilesTold{std::move(page->profiles)});
        for (const chat::UserId user : unknown) profiles_asked_.erase(user);   // whoever sees them next asks again
    });
}

void Backend::know_authors(const std::vector<chat::RoomMessage>& messages) {
    std::vector<chat::UserId> authors;
    for (const chat::RoomMessage& message : messages) authors.push_back(message.author);
    know(authors);
}

// ---- who has read what ----

void Backend::run(LoadReaders& c) {
    constexpr std::uint32_t readers_max = 100;
    if (!drafts_->is_known()) return tell(Notice{tr("This cluster does not tell who has read a message yet: all of its replicas need a newer version first.")});
    client_->receipts({chat::ByRoom{c.room}, c.number, "", readers_max}, patience, [this, c](net::Result<chat::ReceiptPage> page) {
        if (!good(page)) return;
        std::vector<chat::UserId> users;
        for (const chat::ReceiptRow& reader : page->readers) users.push_back(reader.user);
        know(users);
        tell(ReadersTold{c.room, c.number, std::move(page->readers), page->more});
    });
}

// ---- drafts ----

void Backend::run(SaveDraft& c) {
    local_failed(ports_.local.save_draft(c.room, c.text));
    drafts_met_.insert(c.room);
    if (c.text.empty()) return drafts_->done(c.room);
    drafts_->typed(c.room, c.text);
}

void Backend::open_drafts() {
    drafts_ = std::make_unique<chat::Drafts>(ports_.loop, *client_, [this](chat::RoomId room) { draft_moved(room); });
    drafts_met_.clear();
}

void Backend::flush() { drafts_->flush(); }

// Who logs out lets go of what is kept on this computer. Whose login was ended elsewhere was perhaps writing.
void Backend::leave_drafts() {
    left_drafts_ = {};
    if (std::exchange(is_leaving_, false)) return;
    left_drafts_.user = user_;
    for (const auto& [room, row] : rooms_) {
        if (!drafts_->text(room).empty()) left_drafts_.texts[room] = drafts_->text(room);
    }
}

void Backend::take_up_drafts() {
    const LeftDrafts left = std::exchange(left_drafts_, {});
    if (left.user != client_->account()->user) return;
    for (const auto& [room, text] : left.texts) {
        if (rooms_.contains(room) && drafts_->text(room).empty()) drafts_->typed(room, text);
    }
}

// Another device wrote. What stood here when this window was opened may be newer, and is not known to it.
void Backend::draft_moved(chat::RoomId room) {
    if (!rooms_.contains(room)) return;   // until it is listed
    std::string text = drafts_->text(room);
    const auto stored = ports_.local.room(room);
    const std::string here = stored && *stored ? (*stored)->draft : "";
    if (drafts_met_.insert(room).second && !here.empty() && !text.empty()) text = both(here, text);
    if (text == here) return;
    local_failed(ports_.local.save_draft(room, text));
    if (text != drafts_->text(room)) drafts_->typed(room, text);
    tell(DraftMoved{room, here, std::move(text)});
}

}  // namespace parley::gui
