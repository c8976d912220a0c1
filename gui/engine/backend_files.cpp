// Files of the Backend: what is sent and fetched is the Transfers'; here is what joins them to the rest.
#include "chat/client/files/file_words.hpp"
#include "gui/engine/backend.hpp"

namespace parley::gui {

void Backend::make_transfers() {
    transfers_ = std::make_unique<Transfers>(Transfers::Ports{ports_.loop, ports_.store, ports_.local, *client_, [this](Notification notification) { tell(std::move(notification)); },
                                                              [this](const chat::PostFile& post, std::optional<chat::KeptUpload> upload) { return submit_kept(post, std::move(upload)); }});
}

void Backend::adopt_uploads() {
    std::set<chat::EntryId> posted;
    for (const chat::OutboxEntry& left : client_->leftovers()) posted.insert(left.id);
    transfers_->adopt([this](const chat::Target& target) { return room_of(target); }, posted);
}

void Backend::tell_downloads(const std::string& account) { tell(DownloadsTold{ports_.downloads + "/" + chat::name_on_disk(account)}); }

// A message whose file another program of this profile brought (`parley file send`) is not known to the Transfers.
void Backend::run(GiveUpFile& c) {
    if (transfers_->give_up(c.entry)) return;
    ThrowAway thrown{c.entry};
    run(thrown);
}

void Backend::run(RetryFile& c) {
    if (!transfers_->retry(c.entry)) tell(Notice{tr("This file was sent by another program: delete it here and send it again.")});
}

}  // namespace parley::gui
