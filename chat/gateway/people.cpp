// What is told of people to those who asked about them once: how they are shown, and what one's own other devices write. A link that
// never asked is of a program that does not know these, perhaps.
#include "chat/gateway/impl.hpp"

namespace parley::chat {

void Gateway::Impl::ask(const Asker& asker, const AskProfiles& question) {
    ClientLink& client = *find(asker.link);
    client.is_told_profiles = true;
    respond(asker, reads_.answer(*client.login, question));
}

void Gateway::Impl::ask(const Asker& asker, const AskDrafts& question) {
    ClientLink& client = *find(asker.link);
    client.is_told_drafts = true;
    respond(asker, reads_.answer(*client.login, question));
}

// Rooms look different to an administrator, and what a link may ask depends on it at once.
void Gateway::Impl::take(const AdministratorChanged& effect) {
    rooms_changed_.insert(effect.user);
    const auto links = links_of_user_.find(effect.user);
    if (links == links_of_user_.end()) return;
    for (const LinkId link : links->second) find(link)->login->is_admin = effect.is_admin;
}

void Gateway::Impl::take(const ProfileChanged& effect) {
    const net::Result<std::vector<ProfileRow>> found = ports_.view.profiles({effect.user});
    if (!found) return;   // whoever asks again learns it
    const ProfileRow profile = found->empty() ? ProfileRow{effect.user, {}, no_colour} : found->front();
    const net::SharedBytes frame = frame_of(ServerMessage{PushProfile{profile}}, sender_);
    for (const auto& [id, client] : links_) {
        if (client.is_told_profiles && client.link->queued_bytes() < options_.queued_bytes_pause) send(id, frame);
    }
}

void Gateway::Impl::take(const DraftChanged& effect) {
    const auto links = links_of_user_.find(effect.user);
    if (links == links_of_user_.end()) return;
    const net::SharedBytes frame = frame_of(ServerMessage{PushDraft{{effect.room, effect.text, 0}}}, sender_);
    for (const LinkId link : links->second) {
        if (find(link)->is_told_drafts) send(link, frame);
    }
}

}  // namespace parley::chat
